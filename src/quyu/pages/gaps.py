"""Gaps between provinces on the page: figures and scores, nation and regions."""

from __future__ import annotations

from functools import cache, lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.maps.charts import curves
from quyu.maps.palette import REGION
from quyu.maps.picture import picture
from quyu.pages.nation import source
from quyu.pages.pictures import figure
from quyu.pages.refusals import stated
from quyu.pages.region import members_of, nobody
from quyu.pages.tables import table
from quyu.regions.disparity import (
    Disparity,
    Ratios,
    inequality,
    ratios,
    read_disparity,
)
from quyu.regions.inequality import numbers, rank_mobility, theil
from quyu.regions.strategy import Region, regions
from quyu.study.study import Study


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
def inequality_of(subject: Study, figure: str) -> pd.DataFrame:
    """Every measure of the inequality of one figure by year, split by region and by zone."""
    found, register = ratios_of(subject), subject.provinces
    groupings = {"region": register["region"], "zone": register["zone"]}
    return inequality(found.figures[figure], found.weights[figure], groupings)


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
        found = inequality_of(subject, each.id)
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
        found = inequality_of(subject, each.id)
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
        found = inequality_of(subject, each.id)
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


@stated
def region_gaps(subject: Study, region: Region) -> HTML:
    """A region's own figures against the nation's, and the inequality inside it, first and last year."""
    say, found = subject.say, ratios_of(subject)
    members, rows = members_of(subject, region), []
    if not members:
        return nobody(subject, region, subject.card.framework.years[-1])
    for each in choices().figures:
        years = list(inequality_of(subject, each.id).index)
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
                    "inside": say.number(theil(values[members]).total, decimals=3)
                    if len(members) > 1
                    else "—",
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
    years = list(inequality_of(subject, each.id).index)
    if not years:
        return HTML(f"<p>{say.html('gaps.no_years')}</p>")
    found = ratios_of(subject)
    values, weights = found.figures[each.id], found.weights[each.id]
    paths, colours = {}, {}
    for region in regions():
        members = members_of(subject, region)
        if not members:
            continue
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
    alt = say("gaps.region_alt", figure=say.of(each.name), told=_paths(subject, frame))
    return figure(picture(drawn, alt), finding=finding, source=source(subject), say=say)


def _paths(subject: Study, frame: pd.DataFrame) -> str:
    """Every region's values, year by year."""
    say = subject.say
    return say("figure.clauses").join(
        say(
            "gaps.region_path",
            region=name,
            values=say("figure.and").join(
                say("gaps.year_told", year=year, value=f"{value:.0f}")
                for year, value in path.items()
            ),
        )
        for name, path in frame.items()
    )


def _extreme(subject: Study, values: pd.Series, *, least: bool) -> str:
    code = values.idxmin() if least else values.idxmax()
    return f"{subject.short[code]} {subject.say.significant(values[code])}"


@stated
def spread_table(subject: Study) -> HTML:
    """How far the scores lie apart in the first and last year, and how much the order changed.

    A province that lacks a score in one of the two years is left out of that row in both.
    """
    say, card = subject.say, subject.card
    first, last = card.framework.years[0], card.framework.years[-1]
    ends = list(dict.fromkeys((first, last)))
    names = {"index": say("gaps.index")}
    names |= {goal.id: say.of(goal.name) for goal in card.framework.goals}
    rows = []
    for node, name in names.items():
        scores = pd.DataFrame({year: subject.at(year)[node] for year in ends}).dropna()
        if scores.empty:
            continue
        points = [numbers(scores[year]) for year in ends]
        row = [
            name,
            *(say.number(each.std(ddof=0)) for each in points),
            *(say.number(each.max() - each.min()) for each in points),
        ]
        if len(ends) > 1:
            moved = rank_mobility(scores[first], scores[last])
            row += [say.number(moved.spearman, decimals=2), say.number(moved.mean_shift)]
        rows.append(row)
    columns = [
        say("gaps.column.score"),
        *(say("gaps.column.sd", year=year) for year in ends),
        *(say("gaps.column.range", year=year) for year in ends),
    ]
    note = say("gaps.spread_one_year")
    if len(ends) > 1:
        columns += [say("gaps.column.spearman"), say("gaps.column.shift")]
        note = say("gaps.spread_note", first=first, last=last)
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say("gaps.spread_title"),
        numbers=columns[1:],
        note=note,
    )
