"""Gaps between provinces on the page: the inequality of official figures, year by year."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.maps.picture import picture
from quyu.reports.charts.curves import curves
from quyu.reports.charts.figure import figure
from quyu.reports.nation import source
from quyu.reports.stated import stated
from quyu.reports.strategy.followed import choices, inequality_of
from quyu.reports.study import Study
from quyu.reports.tables import table

# One colour per figure: greys and blues, since hues belong to the regions.
LINES = ("#111111", "#2c7fb8", "#7fb8b0", "#8c6bb1", "#9a9a9a")
FLAT = 0.02  # a relative change below it is called none
# What is shown: the share of T that lies between groups, each province or each person counting once.
SHARES = {
    "regions": "theil_region",
    "zones": "theil_zone",
    "regions_weighted": "theil_weighted_region",
    "zones_weighted": "theil_weighted_zone",
}


@stated
def inequality_table(subject: Study) -> HTML:
    """Every complete year of every figure: Theil's T with its shares between groups, Gini, variation."""
    say, rows, holes = subject.say, [], []
    for each in choices().figures:
        found = inequality_of(subject, each.id).table
        if found.empty:
            holes.append(say.of(each.name))
        for year, row in found.iterrows():
            entry = {"figure": say.of(each.name), "year": str(year)}
            entry |= {name: say.number(row[name], decimals=3) for name in ("theil", "gini")}
            entry["theil_weighted"] = say.number(row["theil_weighted"], decimals=3)
            for name, column in SHARES.items():
                entry[name] = _share(row[column])
            entry |= {name: say.number(row[name], decimals=2) for name in ("cv", "cv_weighted")}
            rows.append(entry)
    columns = [
        "figure", "year", "theil", "regions", "zones", "theil_weighted", "regions_weighted",
        "zones_weighted", "gini", "cv", "cv_weighted",
    ]  # fmt: skip
    names = {name: say(f"gaps.column.{name}") for name in columns}
    note = say("gaps.inequality_note")
    if holes:
        note += say("gaps.holes", names=say.join(holes))
    return table(
        pd.DataFrame(rows, columns=columns).rename(columns=names),
        title=say("gaps.inequality_title"),
        group=names["figure"],
        numbers=list(names.values())[1:],
        kind="long",
        note=note,
    )


@stated
def inequality_chart(subject: Study) -> HTML:
    """How Theil's T of each figure moved, its first complete year being 100."""
    say, paths = subject.say, {}
    for each in choices().figures:
        found = inequality_of(subject, each.id).table
        if len(found) > 1:
            paths[say.of(each.name)] = 100 * found["theil"] / found["theil"].iloc[0]
    frame = pd.DataFrame(paths)
    if frame.empty:
        return HTML(f"<p>{say.html('gaps.no_years')}</p>")
    moved = frame.apply(lambda path: path.dropna().iloc[-1] - 100)
    fell, rose = list(moved.index[moved < -100 * FLAT]), list(moved.index[moved > 100 * FLAT])
    if fell and not rose:
        finding = say("gaps.fell", names=say.join(fell))
    elif rose and not fell:
        finding = say("gaps.rose", names=say.join(rose))
    elif fell:
        finding = say("gaps.mixed", fell=say.join(fell), rose=say.join(rose))
    else:
        finding = say("gaps.flat")
    told = say.join(
        say(
            "gaps.told",
            name=name,
            first=frame[name].first_valid_index(),
            value=f"{100 + change:.0f}",
        )
        for name, change in moved.items()
    )
    drawn = curves(
        frame,
        colours=dict(zip(frame.columns, LINES, strict=False)),
        label=say("gaps.axis"),
        room=4.2,
        reference=100,
    )
    shown = picture(drawn, say("gaps.alt", told=told))
    return figure(shown, finding=finding, source=source(subject), say=say)


@stated
def dagum_table(subject: Study) -> HTML:
    """How much of each Gini lies within the regions, or zones, between them, and in their overlap."""
    say, rows = subject.say, []
    for each in choices().figures:
        found = inequality_of(subject, each.id).table
        if found.empty:
            continue
        row = found.iloc[-1]
        for grouping in ("region", "zone"):
            entry = {"figure": say.of(each.name), "grouping": say(f"gaps.grouping.{grouping}")}
            entry |= {"year": str(found.index[-1]), "gini": say.number(row["gini"], decimals=3)}
            for part in ("within", "between", "transvariation"):
                term = row[f"{part}_{grouping}"]
                entry[part] = _share(term / row["gini"] if row["gini"] else float("nan"))
            rows.append(entry)
    columns = ["figure", "grouping", "year", "gini", "within", "between", "transvariation"]
    names = {name: say(f"gaps.column.{name}") for name in columns}
    return table(
        pd.DataFrame(rows, columns=columns).rename(columns=names),
        title=say("gaps.dagum_title"),
        group=names["figure"],
        numbers=list(names.values())[2:],
        note=say("gaps.dagum_note"),
    )


def _share(share: float) -> str:
    return "—" if pd.isna(share) else f"{share:.0%}"
