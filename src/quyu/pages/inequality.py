"""Gaps between provinces on the page: figures and scores, nation and regions."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.maps.charts import curves
from quyu.maps.palette import NATION
from quyu.maps.picture import picture
from quyu.maps.ridges import ridges
from quyu.pages.pictures import figure
from quyu.pages.refusals import or_refusal
from quyu.pages.region import nobody
from quyu.pages.tables import page_table, told_table
from quyu.regions.density import LEAST_UNITS
from quyu.regions.strategy import Region
from quyu.study.disparities import complete_years_of, means_frame, region_frame
from quyu.study.evidence import series
from quyu.study.regional import members_of
from quyu.study.shown import source
from quyu.study.spatial import disparity
from quyu.study.study import Study


@or_refusal
def inequality_table(subject: Study) -> HTML:
    """Every complete year of every figure: Theil's T with its shares between groups, Gini, variation."""
    say, note = subject.say, subject.say("gaps.inequality_note")
    if holes := [
        say.of(e.name) for e in disparity().figures if not complete_years_of(subject, e.id)
    ]:
        note += say("gaps.holes", names=say.join(holes))
    return told_table(subject.inequality(), group="figure", kind="long", note=note)


@or_refusal
def dagum_table(subject: Study) -> HTML:
    """How much of each Gini lies within the regions, or zones, between them, and in their overlap."""
    say, parts = subject.say, ("within", "between", "transvariation")
    last = subject.inequality().groupby(level=0, sort=False).tail(1)
    rows = [
        last.assign(
            grouping=name, **{part: last[f"{part}_{name}"] / last["gini"] for part in parts}
        )
        for name in ("region", "zone")
    ]
    line = "figure=name grouping:gaps.grouping year:place gini:three "
    return told_table(
        pd.concat(rows).loc[last.index],
        columns=line + " ".join(f"{part}:percent-" for part in parts),
        title=say("gaps.dagum_title"),
        group="figure",
        note=say("gaps.dagum_note"),
    )


@or_refusal
def region_gaps(subject: Study, region: Region) -> HTML:
    """A region's own figures against the nation's, and the inequality inside it, first and last year."""
    say, short = subject.say, subject.short
    if not members_of(subject, region.name):
        return nobody(subject, region, subject.card.framework.years[-1])
    frame = region_frame(subject, region.name)
    named = {
        end: frame[f"{end}_unit"].map(short) + " " + frame[end].map(say.significant)
        for end in ("low", "high")
    }
    units = [say("gaps.unit", unit=unit) for unit in frame["unit"]]
    return page_table(
        say,
        frame.assign(name=frame["name"] + units, **named),
        "gaps",
        "figure=name year:place mean:significant ratio:number low high inside=theil:three-",
        title=say("gaps.region_title", region=subject.area(region.name)),
        group="figure",
        note=say("gaps.region_note"),
    )


@or_refusal
def region_chart(subject: Study) -> HTML:
    """Each region's real output per head over the nation's, by year."""
    say, each = subject.say, next(f for f in disparity().figures if f.id == disparity().growth)
    means = means_frame(subject, each.id)
    if means.empty:
        return HTML(f"<p>{say.html('gaps.no_years')}</p>")
    order = {each.name: subject.area(each.name) for each in subject.regions if each.name in means}
    frame = (100 * means[[*order]].div(means["nation"], axis="index")).rename(columns=order)
    told = say.join(
        say("gaps.region_told", region=name, first=path.iloc[0], last=path.iloc[-1])
        for name, path in frame.items()
    )
    yearly = {
        name: say("figure.and").join(
            say("gaps.year_told", year=year, value=value) for year, value in path.items()
        )
        for name, path in frame.items()
    }
    colours = {name: subject.hues[region] for region, name in order.items()}
    drawn = curves(frame, colours=colours, label=say("gaps.region_axis"), room=2.4, reference=100)
    ends = {"figure": say.of(each.name), "first": frame.index[0], "last": frame.index[-1]}
    finding = say("gaps.region_finding", told=told, **ends)
    paths = (say("gaps.region_path", region=name, values=path) for name, path in yearly.items())
    alt = say("gaps.region_alt", told=say("figure.clauses").join(paths), **ends)
    return figure(picture(drawn, alt), finding=finding, source=source(subject), say=say)


@or_refusal
def spread_table(subject: Study) -> HTML:
    """How far the scores lie apart in the first and last year, and how much the order changed.

    A province that lacks a score in one of the two years is left out of that row in both.
    """
    say, years = subject.say, subject.card.framework.years
    ends = {"first": years[0], "last": years[-1]} if len(years) > 1 else {"last": years[-1]}
    heads = {
        f"{what}_{end}": say(f"gaps.head.{what}", year=year)
        for what in ("sd", "range")
        for end, year in ends.items()
    }
    line = " ".join(["score=name", *(f"{head}:number" for head in heads)])
    key = "spread_note" if len(ends) > 1 else "spread_one_year"
    return told_table(
        subject.spread(),
        columns=line + " spearman:two shift=mean_shift:number" * (len(ends) > 1),
        heads=heads,
        note=say(f"gaps.{key}", first=years[0], last=years[-1]),
    )


@or_refusal
def density_chart(subject: Study, what: str = "index") -> HTML:
    """Where along a score or a figure, by its id, the provinces lie: a ridge a year, of all and by zone."""
    say, frame = subject.say, subject.density(what, by=subject.groups.get("zone", ""))
    _, name, unit = series(subject, what)
    groups, frame = dict(zip(frame["name"], frame.index, strict=True)), frame.reset_index()
    tops = frame.loc[frame.groupby(["name", "year"], sort=False)["density"].idxmax()]
    tops["at"] = [
        say("gaps.density_at", year=row["year"], value=say.significant(row["value"]))
        for _, row in tops.iterrows()
    ]
    paths = tops.groupby("name", sort=False)["at"].agg(list)
    whole = paths[say("gaps.everyone")]
    ends = " → ".join(dict.fromkeys([whole[0], whole[-1]]))
    told = say("figure.clauses").join(
        say("gaps.region_path", region=group, values=" → ".join(path))
        for group, path in paths.items()
    )
    widths = tops.groupby("name", sort=False)["bandwidth"].first().map(say.significant)
    note = say("gaps.density_note", widths=say.join(f"{group} {h}" for group, h in widths.items()))
    zones = subject.provinces["zone"].unique()
    if small := [area for area in map(subject.area, zones) if area not in groups]:
        note += say("gaps.density_small", names=say.join(small), least=LEAST_UNITS)
    own = {subject.area(zone): subject.hues[zone] for zone in zones}
    colours = {shown: own.get(group, NATION) for shown, group in groups.items()}
    drawn = ridges(frame, colours=colours, label=say("gaps.density_axis", figure=name, unit=unit))
    return figure(
        picture(drawn, say("gaps.density_alt", figure=name, told=told)),
        finding=say("gaps.density_finding", figure=name, path=ends),
        source=source(subject),
        say=say,
        note=note,
    )
