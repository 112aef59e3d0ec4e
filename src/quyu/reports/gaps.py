"""Gaps between provinces on the page: inequality of official figures, spread of scores."""

from __future__ import annotations

from functools import cache, lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.maps.palette import REGION
from quyu.maps.picture import picture
from quyu.regions.disparity import Disparity, Ratios, inequality, ratios, read_disparity
from quyu.regions.dispersion import spread
from quyu.regions.mobility import rank_mobility
from quyu.regions.strategy import Region, regions
from quyu.regions.theil import theil
from quyu.regions.yearly import Yearly
from quyu.reports.curves import curves
from quyu.reports.figure import figure
from quyu.reports.nation import source
from quyu.reports.stated import stated
from quyu.reports.study import Study
from quyu.reports.tables import table

# One colour per figure: greys and blues, since hues belong to the regions.
LINES = ("#111111", "#2c7fb8", "#7fb8b0", "#8c6bb1", "#9a9a9a")
FLAT = 0.02  # a relative change below it is called none


@cache
def choices() -> Disparity:
    """The stated figures of inequality and convergence."""
    return read_disparity()


@lru_cache(maxsize=2)
def ratios_of(subject: Study) -> Ratios:
    """The followed ratio-scale figures of the scored provinces."""
    matrix = subject.figures.loc[subject.provinces.index]
    return ratios(matrix, choices(), subject.card.framework)


@lru_cache(maxsize=16)
def inequality_of(subject: Study, figure: str) -> Yearly:
    """Every measure of the inequality of one figure by year, split by region and by zone."""
    found, register = ratios_of(subject), subject.provinces
    groupings = {"region": register["region"], "zone": register["zone"]}
    return inequality(found.figures[figure], found.weights[figure], groupings)


@stated
def inequality_table(subject: Study) -> HTML:
    """First and last year of every figure: Theil's T, the share between groups, Gini, variation."""
    say, rows, holes = subject.say, [], []
    for each in choices().figures:
        found = inequality_of(subject, each.id)
        if found.table.empty:
            holes.append(say.of(each.name))
            continue
        for year in (found.table.index[0], found.table.index[-1]):
            row = found.table.loc[year]
            entry = {
                "figure": say.of(each.name),
                "year": str(year),
                "theil": say.number(row["theil"], decimals=3),
                "regions": _share(subject, row["theil_region"]),
                "zones": _share(subject, row["theil_zone"]),
                "theil_weighted": say.number(row["theil_weighted"], decimals=3),
                "gini": say.number(row["gini"], decimals=3),
                "cv": say.number(row["cv"], decimals=2),
                "cv_weighted": say.number(row["cv_weighted"], decimals=2),
            }
            rows.append(entry)
    columns = [
        "figure",
        "year",
        "theil",
        "regions",
        "zones",
        "theil_weighted",
        "gini",
        "cv",
        "cv_weighted",
    ]
    names = {name: say(f"gaps.column.{name}") for name in columns}
    note = say("gaps.inequality_note")
    if holes:
        note += say("gaps.holes", names=say.join(holes))
    return table(
        pd.DataFrame(rows, columns=columns).rename(columns=names),
        title=say("gaps.inequality_title"),
        group=names["figure"],
        numbers=list(names.values())[1:],
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
    """How much of each Gini lies within the regions, between them, and in their overlap."""
    say, rows = subject.say, []
    for each in choices().figures:
        found = inequality_of(subject, each.id).table
        if found.empty:
            continue
        row = found.iloc[-1]
        parts = (row[f"{part}_region"] for part in ("within", "between", "transvariation"))
        shares = [
            _share(subject, part / row["gini"] if row["gini"] else float("nan")) for part in parts
        ]
        rows.append(
            [say.of(each.name), str(found.index[-1]), say.number(row["gini"], decimals=3), *shares]
        )
    columns = [
        say(f"gaps.column.{name}")
        for name in ("figure", "year", "gini", "within", "between", "transvariation")
    ]
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say(
            "gaps.dagum_title", regions=say.join(subject.area(each.name) for each in regions())
        ),
        numbers=columns[1:],
        note=say("gaps.dagum_note"),
    )


def spread_table(subject: Study) -> HTML:
    """How far the scores lie apart in the first and last year, and how much the order changed."""
    say, card = subject.say, subject.card
    first, last = card.framework.years[0], card.framework.years[-1]
    names = {"index": say("gaps.index")}
    names |= {goal.id: say.of(goal.name) for goal in card.framework.goals}
    before, after = subject.at(first), subject.at(last)
    rows = []
    for node, name in names.items():
        both = before[node].notna() & after[node].notna()
        then, now = spread(before.loc[both, node]), spread(after.loc[both, node])
        moved = rank_mobility(before.loc[both, node], after.loc[both, node])
        rows.append(
            [
                name,
                *(say.number(when["sd"]) for when in (then, now)),
                *(say.number(when["range"]) for when in (then, now)),
                say.number(moved.spearman, decimals=2),
                say.number(moved.mean_shift),
            ]
        )
    columns = [
        say("gaps.column.score"),
        *(say("gaps.column.sd", year=year) for year in (first, last)),
        *(say("gaps.column.range", year=year) for year in (first, last)),
        say("gaps.column.spearman"),
        say("gaps.column.shift"),
    ]
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say("gaps.spread_title"),
        numbers=columns[1:],
        note=say("gaps.spread_note", first=first, last=last),
    )


@stated
def region_gaps(subject: Study, region: Region) -> HTML:
    """A region's own figures against the nation's, and the inequality inside it, first and last year."""
    say, found = subject.say, ratios_of(subject)
    members = subject.provinces.index[subject.provinces["region"] == region.name]
    rows = []
    for each in choices().figures:
        years = list(inequality_of(subject, each.id).table.index)
        for year in dict.fromkeys([years[0], years[-1]] if years else []):
            values, weights = (
                frame[each.id].xs(year, level="year") for frame in (found.figures, found.weights)
            )
            here = (values * weights)[members].sum() / weights[members].sum()
            nation = (values * weights).sum() / weights.sum()
            rows.append(
                {
                    "figure": f"{say.of(each.name)}{say('gaps.unit', unit=say.of(each.unit))}",
                    "year": str(year),
                    "mean": say.significant(here),
                    "ratio": say.number(100 * here / nation),
                    "low": _extreme(subject, values[members], least=True),
                    "high": _extreme(subject, values[members], least=False),
                    "inside": say.number(theil(values[members]).total, decimals=3),
                }
            )
    names = {
        name: say(f"gaps.column.{name}")
        for name in ("figure", "year", "mean", "ratio", "low", "high", "inside")
    }
    return table(
        pd.DataFrame(rows, columns=list(names)).rename(columns=names),
        title=say("gaps.region_title", region=subject.area(region.name)),
        group=names["figure"],
        numbers=[names[name] for name in ("year", "mean", "ratio", "inside")],
        note=say("gaps.region_note"),
    )


@stated
def region_chart(subject: Study) -> HTML:
    """Each region's real output per head over the nation's, by year."""
    say, each = subject.say, next(f for f in choices().figures if f.id == choices().growth)
    years = list(inequality_of(subject, each.id).table.index)
    found, register = ratios_of(subject), subject.provinces["region"]
    values, weights = found.figures[each.id], found.weights[each.id]
    paths, colours = {}, {}
    for region in regions():
        members = register.index[register == region.name]
        heavy = (values * weights).unstack("year")[years]
        light = weights.unstack("year")[years]
        ratio = heavy.loc[members].sum() / light.loc[members].sum()
        name = subject.area(region.name)
        paths[name] = 100 * ratio / (heavy.sum() / light.sum())
        colours[name] = REGION[region.name]
    frame = pd.DataFrame(paths)
    told = say.join(
        say(
            "gaps.region_told",
            region=name,
            first=f"{path.iloc[0]:.0f}",
            last=f"{path.iloc[-1]:.0f}",
        )
        for name, path in frame.items()
    )
    finding = say(
        "gaps.region_finding", figure=say.of(each.name), told=told, first=years[0], last=years[-1]
    )
    drawn = curves(frame, colours=colours, label=say("gaps.region_axis"), room=2.4, reference=100)
    return figure(picture(drawn, finding), finding=finding, source=source(subject), say=say)


def _share(subject: Study, share: float) -> str:
    return "—" if pd.isna(share) else f"{share:.0%}"


def _extreme(subject: Study, values: pd.Series, *, least: bool) -> str:
    code = values.idxmin() if least else values.idxmax()
    return f"{subject.short[code]} {subject.say.significant(values[code])}"
