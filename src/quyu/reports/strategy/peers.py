"""Peers on the page: the provinces most like one in structure."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.regions.pairing.peers import peers
from quyu.reports.stated import stated
from quyu.reports.strategy.pairs import choices, named, structure_of, unknown
from quyu.reports.study import Study
from quyu.reports.tables import table


@stated
def peers_table(subject: Study, adcode: str, year: int) -> HTML:
    """The provinces nearest in structure: how they do on the index, and in what they are alike."""
    say, apart = subject.say, structure_of(subject, year)
    if adcode in apart.left_out:
        lacking = unknown(subject, adcode, year)
        told = say.html("partners.left_out", name=subject.short[adcode], variables=lacking)
        return HTML(f"<p>{told}</p>")
    found = peers(apart, adcode, count=choices().peers)
    blocks = {block.id: say.of(block.name) for block in choices().structure}
    scores, ranks = subject.at(year)["index"], subject.card.ranks.xs(year, level="year")["index"]
    alike = found[[*blocks]].rename(columns=blocks).idxmin(axis=1)
    order = [adcode, *found.index]
    shown = pd.DataFrame(
        {
            say("partners.province"): [subject.short[code] for code in order],
            say("partners.index"): [say.number(scores[code]) for code in order],
            say("partners.rank"): [say.place(ranks[code]) for code in order],
            say("partners.distance"): [
                "—",
                *(say.number(value, decimals=2) for value in found["distance"]),
            ],
            say("partners.alike"): ["—", *alike],
        }
    )
    note = say("partners.peers_note", blocks=say.join(blocks.values()))
    if apart.left_out:
        note += say("partners.left_out_note", names=named(subject, apart.left_out))
    return table(
        shown,
        title=say("partners.peers_title", name=subject.short[adcode], year=year),
        numbers=list(shown.columns[1:4]),
        focus=[subject.short[adcode]],
        note=note,
    )
