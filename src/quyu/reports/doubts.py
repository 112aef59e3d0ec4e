"""What the draws say of the provinces: ranks, who outranks whom, tiers, one indicator out."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.index.one_out import direct_evidence, one_out
from quyu.index.uncertainty import dominance, over, probability_top
from quyu.reports.certainty import certainty, draws_of, interval, tier, tier_name
from quyu.reports.charts.figure import figure
from quyu.reports.headed import headed
from quyu.reports.nation import interval_chart, source
from quyu.reports.study import Study
from quyu.reports.tables import table


def intervals_figure(subject: Study, year: int) -> HTML:
    """Every rank with its interval, under how wide the intervals are."""
    say, sure = subject.say, certainty(subject, year).dropna(subset=["low"])
    width = sure["high"] - sure["low"] + 1
    finding = say(
        "doubts.intervals",
        year=year,
        typical=width.median(),
        narrow=subject.short[width.idxmin()],
        narrow_interval=interval(sure.loc[width.idxmin()], say),
        wide=subject.short[width.idxmax()],
        wide_interval=interval(sure.loc[width.idxmax()], say),
    )
    shown = interval_chart(subject, year)
    return figure(shown, finding=finding, source=source(subject), say=say)


def ranks_table(subject: Study, year: int) -> HTML:
    """Nominal rank, median, interval, group and note of each province."""
    say, sure = subject.say, certainty(subject, year).sort_values("nominal", kind="stable")
    rows = [
        {
            "province": subject.short[code],
            "rank": say.place(row["nominal"]),
            "median": say.place(row["median"]),
            "interval": interval(row, say),
            "shift": say.number(row["shift"], sign=True),
            "group": say.place(row["group"]),
            "remark": say("doubts.outside") if row["outside"] else "",
        }
        for code, row in sure.iterrows()
    ]
    return headed(
        say,
        pd.DataFrame(rows),
        "doubts",
        title=say("doubts.ranks_title", year=year),
        numbers=["rank", "median", "interval", "shift", "group"],
        note=say("doubts.ranks_note"),
        kind="long",
    )


def dominance_table(subject: Study, year: int, *, count: int = 10) -> HTML:
    """How often each of the first `count` provinces outranks each other of them."""
    say, ahead = subject.say, dominance(draws_of(subject, year))
    first = certainty(subject, year)["nominal"].sort_values(kind="stable").index[:count]
    names = subject.short[first]
    head = say("doubts.head.province")
    rows = [
        {
            head: names[code],
            **{
                names[other]: "" if other == code else f"{ahead.loc[code, other]:.0%}"
                for other in first
            },
        }
        for code in first
    ]
    title = say("doubts.dominance_title", count=count)
    return table(pd.DataFrame(rows), title=title, numbers=list(names))


def top_table(subject: Study, year: int, *, count: int = 10, shown: int = 15) -> HTML:
    """The provinces most often among the first `count`."""
    say, among = subject.say, probability_top(draws_of(subject, year), count)
    rows = [
        {"province": subject.short[code], "probability": f"{value:.1%}"}
        for code, value in among.sort_values(ascending=False, kind="stable").head(shown).items()
    ]
    title = say("doubts.top_title", count=count)
    return headed(say, pd.DataFrame(rows), "doubts", title=title, numbers=["probability"])


def regions_table(subject: Study, year: int) -> HTML:
    """The mean rank of each of the strategy's regions, with its interval."""
    say, means = subject.say, over(draws_of(subject, year), subject.provinces["region"])
    rows = [
        {
            "region": subject.area(region),
            "units": say.place(row["units"]),
            **{what: say.number(row[what]) for what in ("nominal", "median", "low", "high")},
        }
        for region, row in means.iterrows()
    ]
    numbers = ["units", "nominal", "median", "low", "high"]
    title = say("doubts.regions_title", year=year)
    return headed(say, pd.DataFrame(rows), "doubts", title=title, numbers=numbers)


def tiers_table(subject: Study, year: int) -> HTML:
    """The tier of each province with its probability, and the tier most draws give."""
    say, sure = subject.say, certainty(subject, year).sort_values("nominal", kind="stable")
    rows = [
        {
            "province": subject.short[code],
            "tier": tier(row, say),
            "likely": tier_name(row["likely"], say),
            "settled": say("doubts.uncertain" if row["uncertain"] else "doubts.certain"),
        }
        for code, row in sure.iterrows()
    ]
    title = say("doubts.tiers_title", year=year)
    return headed(say, pd.DataFrame(rows), "doubts", title=title, kind="long")


def one_out_table(subject: Study, year: int) -> HTML:
    """How far the ranks move without each indicator, the most telling first."""
    say, shifts = subject.say, one_out(subject.card, year=year).shifts
    mean = shifts.abs().mean().sort_values(ascending=False, kind="stable")
    furthest = shifts.abs().idxmax()
    names = subject.named(mean).index
    rows = [
        {
            "without": name,
            "mean": say.number(mean[leaf], decimals=2),
            "most": say.place(shifts[leaf].abs().max()),
            "furthest": say(
                "doubts.moved",
                name=subject.short[furthest[leaf]],
                shift=say.number(shifts.loc[furthest[leaf], leaf], decimals=0, sign=True),
            ),
        }
        for leaf, name in zip(mean.index, names, strict=True)
    ]
    return headed(
        say,
        pd.DataFrame(rows),
        "doubts",
        title=say("doubts.one_out_title"),
        numbers=["mean", "most"],
        note=say("doubts.one_out_note"),
    )


def direct_table(subject: Study, year: int, *, shown: int = 12) -> HTML:
    """Where the index on direct evidence only places a province differently, the furthest first."""
    say, found = subject.say, direct_evidence(subject.card, year=year).dropna()
    order = found["shift"].abs().sort_values(ascending=False, kind="stable").index
    rows = [
        {
            "province": subject.short[code],
            "default": say.place(found.loc[code, "nominal"]),
            "direct": say.place(found.loc[code, "direct"]),
            "moved": say.number(found.loc[code, "shift"], decimals=0, sign=True),
        }
        for code in order[:shown]
    ]
    return headed(
        say,
        pd.DataFrame(rows),
        "doubts",
        title=say("doubts.direct_title"),
        numbers=["default", "direct", "moved"],
    )
