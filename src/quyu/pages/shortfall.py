"""What holds a province back: what its gap to a full score is made of, how far it is from others."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.pages.refusals import or_refusal
from quyu.pages.tables import page_table
from quyu.study.shortfall import REFERENCES
from quyu.study.study import Study


@or_refusal
def obstacles(subject: Study, adcode: str, year: int, *, count: int = 8) -> HTML:
    """What makes up what a province lacks to a full score, goal by goal, with evidence and data year."""
    say, found = subject.say, subject.obstacles(adcode, year)
    name = subject.short[adcode]
    if found.empty:
        return HTML(f"<p>{say.html('obstacles.none', name=name)}</p>")
    named = found[found["named"]]
    lead = say.html("obstacles.nothing_named", name=name)
    if len(named):
        first = named.iloc[0]
        values = {"first": first["name"], "share": f"{first['degree']:.0%}"}
        lead = say.html("obstacles.lead", name=name, **values)
    by_goal = found.groupby("goal", sort=False)["degree"].sum()
    greatest = found.head(count)
    headed = [say("obstacles.goal", goal=goal, share=by_goal[goal]) for goal in greatest["goal"]]
    greatest = greatest.assign(goal=headed, whole=greatest["goal"].map(by_goal))
    greatest = greatest.sort_values(["whole", "goal", "degree"], ascending=False)
    drawn = page_table(
        say,
        greatest,
        "obstacles",
        "indicator=name degree:percent score:whole rank=place:right evidence:kind years "
        "remark=named:named goal",
        title=found.attrs["title"],
        formats={
            "kind": lambda row: say("figure.and").join(
                say(f"evidence.{kind}") for kind in (row["evidence"], row["flag"]) if kind
            ),
            "named": lambda row: "" if row["named"] else say("obstacles.not_named"),
        },
        group="goal",
        note=say("obstacles.note", count=len(greatest), share=f"{greatest['degree'].sum():.0%}"),
    )
    return HTML(f"<p>{lead}</p>{drawn.data}")


@or_refusal
def distances(subject: Study, adcode: str, year: int, *, count: int = 8) -> HTML:
    """How far a province is from the medians of nation, zone and next tier, in each one's own unit.

    Of the indicators that rank outside the nation's first third, those that would add most.
    """
    say, found = subject.say, subject.distances(adcode, year)
    named = subject.obstacles(adcode, year).query("named").index
    adds = found[[f"{reference}_adds" for reference in REFERENCES]]
    behind = found[adds.notna().any(axis=1) & found.index.isin(named)]
    if behind.empty:
        return HTML(f"<p>{say.html('distances.none', name=subject.short[adcode])}</p>")
    order = adds.loc[behind.index].max(axis=1).sort_values(ascending=False, kind="stable").index

    def gap(reference):
        def told(row):
            if pd.isna(row[f"{reference}_adds"]):
                return "—"
            return say(
                "distances.gap",
                gap=("+" if row[f"{reference}_gap"] > 0 else "")
                + say.significant(row[f"{reference}_gap"]),
                adds=say.number(row[f"{reference}_adds"], sign=True),
            )

        return told

    zone = subject.area(subject.provinces.loc[adcode, "zone"])
    return page_table(
        say,
        behind.loc[order].head(count),
        "distances",
        "indicator=name unit value:significant nation:nation> zone:zone> above:above>",
        title=found.attrs["title"],
        formats={f"{reference}>": gap(reference) for reference in REFERENCES},
        note=say("distances.note"),
        values={"zone": zone},
    )
