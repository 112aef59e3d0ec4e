"""The proposed partners of one province: from whom it could learn, or who could learn from it."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.regions.pairing.pairing import Pairs
from quyu.reports.stated import stated
from quyu.reports.strategy.pairs import loose, named, pairs_of, unknown, weak_limit
from quyu.reports.strategy.pairs_table import partners_table
from quyu.reports.study import Study
from quyu.reports.tables import table

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
