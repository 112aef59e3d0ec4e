"""The parts of a brief on one of the strategy's three regions."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.index.change import against_nation
from quyu.index.tree import Text
from quyu.maps import charts
from quyu.maps.picture import picture
from quyu.pages.nation import index_map, standing
from quyu.pages.pictures import figure
from quyu.pages.tables import page_table
from quyu.regions.strategy import Region, clause
from quyu.study.certainty import alike, others
from quyu.study.regional import members_of
from quyu.study.shown import source
from quyu.study.study import Study


def part(subject: Study, region: Region) -> HTML:
    """What the 綱要 asks of the region, in its own words; nothing of a group of one's own."""
    if region.words is None:
        return HTML("")
    return HTML(clause_words(subject, region.words))


def clause_words(subject: Study, words: Text) -> str:
    """A sentence of the clause with where it stands, as markup."""
    say = subject.say
    footer = say.html("region.clause.footer", source=say.of(clause()))
    return f"<blockquote><p>{escape(say.of(words))}</p><footer>{footer}</footer></blockquote>"


def nobody(subject: Study, region: Region, year: int) -> HTML:
    """What stands in place of a part about a region of which no province has a score."""
    told = subject.say.html("region.nobody", region=subject.area(region.name), year=year)
    return HTML(f"<p>{told}</p>")


def region_map(subject: Study, region: Region, year: int) -> HTML:
    """The national map with the region in full colour."""
    say, members, names = subject.say, members_of(subject, region.name), subject.short
    scored = subject.at(year).loc[members, "index"].dropna()
    if scored.empty:
        return nobody(subject, region, year)
    best = scored.idxmax()
    rivals = [name for name in alike(subject, year, best) if name in set(names[members])]
    key = "_shared" if rivals else "_alone" if len(members) == 1 else ""
    title = say(
        f"region.map_title{key}",
        region=subject.area(region.name),
        name=names[best],
        best=names[best],
        others=others(rivals, say),
    )
    return index_map(subject, year, title=title, focus=members)


def members_table(subject: Study, region: Region, year: int) -> HTML:
    """The members' ranks, scores and goals."""
    say, frame = subject.say, standing(subject, year).query("region == @region.name")
    if frame.empty:
        return nobody(subject, region, year)
    goals = subject.goals
    line = (
        "inside:place province=name:unit zone:area rank:place interval=low:interval tier:tier "
        f"index:number {' '.join(f'{goal}:whole' for goal in goals)} coverage:percent"
    )
    return page_table(
        say,
        frame.assign(inside=frame["rank"].rank(method="min")),
        "region",
        line,
        title=say("region.members_title", region=subject.area(region.name), year=year),
        heads=goals,
        kind="long",
    )


def goals_chart(subject: Study, region: Region, year: int) -> HTML:
    """How far the members lie apart on each goal, and where the nation's median is."""
    say, name = subject.say, subject.area(region.name)
    members, scores, goals = members_of(subject, region.name), subject.at(year), subject.goals
    here = scores.loc[members, [*goals]].T.rename(index=goals).dropna(how="all")
    if here.empty:
        return nobody(subject, region, year)
    nation = scores[[*goals]].median().rename(goals)
    told = say("figure.clauses").join(
        say(
            "region.goals_told",
            goal=goal,
            median=row.median(),
            low=row.min(),
            high=row.max(),
            nation=nation[goal],
        )
        for goal, row in here.iterrows()
    )
    above = list(here.index[here.median(axis=1) > nation[here.index]])
    key = "region.goals_above" if above else "region.goals_none"
    finding = say(key, region=name, goals=say.join(above))
    drawn = charts.spread(
        here.assign(nation=nation[here.index]),
        colour=subject.hues[region.name],
        region=name,
        say=say,
    )
    shown = picture(drawn, say("region.goals_alt", region=name, year=year, told=told))
    return figure(shown, finding=finding, source=source(subject), say=say)


def change_chart(subject: Study, region: Region) -> HTML:
    """Who rose against whom over the panel; the finding is of changes against the nation."""
    say, members = subject.say, members_of(subject, region.name)
    first, last = subject.card.framework.years[0], subject.card.framework.years[-1]
    if first == last:
        return HTML(f"<p>{say.html('region.one_year', year=last)}</p>")
    scores = subject.card.scores["index"].unstack("year")
    index = scores.loc[members, [first, last]].dropna()
    if index.empty:
        return nobody(subject, region, last)
    members = list(index.index)
    named = index.rename(index=subject.short)
    groups = subject.provinces.loc[members, "zone"].rename(subject.short)
    told = say("figure.clauses").join(
        say("region.change_told", name=name, first=f"{row[first]:.1f}", last=f"{row[last]:.1f}")
        for name, row in named.iterrows()
    )
    gain = against_nation(scores[first].round(1), scores[last].round(1))[members].sort_values(
        kind="stable"
    )
    gain = gain.rename(index=subject.short)
    finding = say(
        "region.change_finding" if len(gain) > 1 else "region.change_finding_alone",
        most=gain.index[-1],
        most_gain=say.number(gain.iloc[-1], sign=True),
        least=gain.index[0],
        least_gain=say.number(gain.iloc[0], sign=True),
    )
    nation = tuple(scores[[first, last]].median())
    marks = {"groups": groups, "colours": subject.hues, "nation": nation}
    shown = picture(
        charts.slope(named, years=(first, last), **marks, say=say),
        say("region.change_alt", first=first, last=last, told=told),
    )
    return figure(shown, finding=finding, source=source(subject), say=say)


def range_table(subject: Study, region: Region) -> HTML:
    """Median, range and standard deviation of the members' index in each year."""
    say, index = subject.say, subject.card.scores["index"].unstack("year")
    here = index.loc[members_of(subject, region.name)].dropna(how="all")
    if here.empty:
        return nobody(subject, region, index.columns[-1])
    frame = pd.DataFrame(
        {
            "median": here.median(),
            "low": here.min(),
            "high": here.max(),
            "sd": here.std(ddof=0),
            "count": here.count(),
            "nation_median": index.median(),
            "nation_sd": index.std(ddof=0),
        }
    )
    return page_table(
        say,
        frame,
        "region.range",
        "year=index median:number low:number high:number sd:sd> nation_median:number "
        "nation_sd:number",
        title=say("region.range_title"),
        formats={"sd>": lambda row: say.number(row["sd"]) if row["count"] > 1 else "—"},
        note=say("region.range_note"),
        values={"region": subject.area(region.name)},
    )
