"""Where each of the three regions stands on the page in official figures, and the gaps inside it."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.maps.palette import REGION
from quyu.maps.picture import picture
from quyu.regions.disparity.theil import theil
from quyu.regions.strategy import Region, regions
from quyu.reports.charts.curves import curves
from quyu.reports.charts.figure import figure
from quyu.reports.nation import source
from quyu.reports.region import members_of, nobody
from quyu.reports.stated import stated
from quyu.reports.strategy.followed import choices, inequality_of, ratios_of
from quyu.reports.study import Study
from quyu.reports.tables import table


@stated
def region_gaps(subject: Study, region: Region) -> HTML:
    """A region's own figures against the nation's, and the inequality inside it, first and last year."""
    say, found = subject.say, ratios_of(subject)
    members, rows = members_of(subject, region), []
    if not members:
        return nobody(subject, region, subject.card.framework.years[-1])
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
    years = list(inequality_of(subject, each.id).table.index)
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
