"""One province's partners and peers, beside the official ties."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.pages.pairs import (
    choices,
    loose,
    named,
    pairs_of,
    partners_table,
    structure_of,
    unknown,
    weak_limit,
)
from quyu.pages.refusals import stated
from quyu.pages.tables import table
from quyu.regions.pairing import Pairs, agreement
from quyu.regions.structure import peers
from quyu.study.study import Study

DRIVERS = 5  # indicators named for a pair
SECOND = 0.1  # share of draws from which a runner-up is named


@stated
def partners(subject: Study, adcode: str, year: int) -> HTML:
    """Who could pass something on to this province, or to whom this one could."""
    pairs = pairs_of(subject, year)
    if adcode in pairs.table.index:
        return _receives(subject, pairs, adcode)
    if adcode in pairs.shares.columns:
        return _gives(subject, pairs, adcode)
    say, name = subject.say, subject.short[adcode]
    if adcode in pairs.unpaired:
        weak = pairs.unpaired[adcode]
        key = "partners.unpaired" if weak else "partners.strong"
        told = say.html(key, name=name, weak=weak, limit=weak_limit(subject))
    elif lacking := unknown(subject, adcode, year):
        told = say.html("partners.left_out", name=name, variables=lacking)
    else:
        told = say.html("partners.outside", name=name)
    return HTML(f"<p>{told}</p>")


def _receives(subject: Study, pairs: Pairs, adcode: str) -> HTML:
    say, row = subject.say, pairs.table.loc[adcode]
    giver = row["giver"]
    other, share = row["runner_up"], row["runner_up_share"]
    loosely = loose(row)
    way = "receives_rarely" if share <= row["stability"] else "receives_loosely"
    lead = say.html(
        f"partners.{way if loosely else 'receives'}",
        name=subject.short[adcode],
        giver=subject.short[giver],
        n=pairs.n,
        share=f"{row['stability']:.0%}",
        weak=row["weak"],
        limit=weak_limit(subject),
        other=subject.short.get(other, ""),
        other_share=f"{share:.0%}",
    )
    if not loosely and share >= SECOND:
        lead += say.html("partners.next", other=subject.short[other], share=f"{share:.0%}")
    if row["none"] >= SECOND:
        lead += say.html("partners.none", share=f"{row['none']:.0%}")
    behind = pairs.drivers.query("receiver == @adcode and giver == @giver").head(DRIVERS)
    leaves = {leaf.id: say.of(leaf.name) for leaf in subject.card.framework.indicators}
    shown = pd.DataFrame(
        {
            say("partners.indicator"): [leaves[name] for name in behind["indicator"]],
            subject.short[adcode]: [say.number(v, decimals=0) for v in behind["receiver_score"]],
            subject.short[giver]: [say.number(v, decimals=0) for v in behind["giver_score"]],
            say("partners.contribution"): [
                f"{value / row['complementarity']:.0%}" for value in behind["contribution"]
            ],
            say("partners.remark"): [
                say.join(dict.fromkeys(say(f"partners.flag.{flag}") for flag in flags if flag))
                for flags in zip(behind["receiver_flag"], behind["giver_flag"], strict=True)
            ],
        }
    )
    drawn = table(
        shown,
        title=say(
            "partners.drivers_title", giver=subject.short[giver], receiver=subject.short[adcode]
        ),
        numbers=list(shown.columns[1:4]),
        note=say("partners.drivers_note", missing=f"{row['missing']:.0%}"),
    )
    return HTML(f"<p>{lead}</p>{drawn.data}")


def _gives(subject: Study, pairs: Pairs, adcode: str) -> HTML:
    say, name = subject.say, subject.short[adcode]
    mine = pairs.table[pairs.table["giver"] == adcode]
    if mine.empty:
        often = pairs.shares[adcode].idxmax()
        share = pairs.shares.at[often, adcode]
        text = say.html(
            "partners.gives_none" if share else "partners.gives_never",
            name=name,
            other=subject.short[often],
            share=f"{share:.0%}",
        )
        return HTML(f"<p>{text}</p>")
    unsure = loose(mine)
    groups = {"gives": mine.index[~unsure], "gives_loosely": mine.index[unsure]}
    lead = "".join(
        say.html(f"partners.{key}", name=name, receivers=named(subject, codes))
        for key, codes in groups.items()
        if len(codes)
    )
    return HTML(f"<p>{lead}</p>{partners_table(subject, pairs.year, receivers=[*mine.index]).data}")


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


def ties_table(subject: Study, adcode: str | None = None) -> HTML:
    """The official ties that were read, with the year they hold for and what is not known of them."""
    say, found = subject.say, subject.facts.pairs
    if adcode is not None:
        found = found[(found["giver"] == adcode) | (found["receiver"] == adcode)]
    if found.empty and adcode is None:
        return HTML(f"<p>{say.html('partners.no_ties_at_all')}</p>")
    if found.empty:
        return HTML(f"<p>{say.html('partners.no_ties', name=subject.short[adcode])}</p>")
    names = {
        key: say(f"partners.tie.{key}")
        for key in ("giver", "receiver", "scheme", "as_read", "later")
    }
    known = {"not known": say("partners.tie.unread"), "no": say("partners.tie.unchanged")}
    shown = pd.DataFrame(
        {
            names["giver"]: list(found["giver"].map(subject.short)),
            names["receiver"]: list(found["receiver"].map(subject.short)),
            names["scheme"]: [_scheme(subject, scheme) for scheme in found["scheme"]],
            names["as_read"]: [str(year) for year in found["as_read"]],
            names["later"]: [known.get(str(value), str(value)) for value in found["superseded"]],
        }
    )
    return table(
        shown, title=say("partners.ties_title"), numbers=[names["as_read"]],
        note=say("partners.ties_note"),
    )  # fmt: skip


@stated
def agreement_text(subject: Study, year: int) -> HTML:
    """How many official ties are among the proposed pairs, beside how many chance would give."""
    say = subject.say
    proposed = pairs_of(subject, year).table["giver"]
    if proposed.empty:
        return HTML(f"<p>{say.html('partners.no_pairs', year=year)}</p>")
    found = agreement(proposed, subject.facts.pairs)
    both = say.join(
        say("partners.pair", giver=subject.short[giver], receiver=subject.short[receiver])
        for giver, receiver in found.both
    )
    text = say.html(
        "partners.agreement" if found.both else "partners.no_agreement",
        compared=found.compared,
        agreed=len(found.both),
        both=both,
        expected=say.number(found.expected),
        chance=f"{found.chance:.0%}",
    )
    return HTML(f"<p>{text}</p>")


def _scheme(subject: Study, scheme: str) -> str:
    key = f"partners.scheme.{scheme}"
    return subject.say(key) if key in subject.say.texts else scheme
