"""How a region's provinces moved over the panel, each year beside the nation."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.maps.picture import picture
from quyu.regions.strategy import Region
from quyu.reports.charts import comparison
from quyu.reports.charts.figure import figure
from quyu.reports.nation import source
from quyu.reports.region import members_of, nobody
from quyu.reports.study import Study
from quyu.reports.tables import table


def change_chart(subject: Study, region: Region) -> HTML:
    """Who rose against whom over the panel."""
    say, members = subject.say, members_of(subject, region)
    first, last = subject.card.framework.years[0], subject.card.framework.years[-1]
    if first == last:
        return HTML(f"<p>{say.html('region.one_year', year=last)}</p>")
    index = subject.card.scores["index"].unstack("year").loc[members, [first, last]].dropna()
    if index.empty:
        return nobody(subject, region, last)
    members = list(index.index)
    named = index.rename(index=subject.short)
    groups = subject.provinces.loc[members, "zone"].rename(subject.short)
    told = [
        say("region.change_told", name=name, first=f"{row[first]:.1f}", last=f"{row[last]:.1f}")
        for name, row in named.iterrows()
    ]
    gain = (named[last] - named[first]).sort_values(kind="stable")
    finding = say(
        "region.change_finding" if len(gain) > 1 else "region.change_finding_alone",
        most=gain.index[-1],
        most_gain=say.number(gain.iloc[-1], sign=True),
        least=gain.index[0],
        least_gain=say.number(gain.iloc[0], sign=True),
    )
    told = say("figure.clauses").join(told)
    shown = picture(
        comparison.slope(named, years=(first, last), groups=groups, say=say),
        say("region.change_alt", first=first, last=last, told=told),
    )
    return figure(shown, finding=finding, source=source(subject), say=say)


def range_table(subject: Study, region: Region) -> HTML:
    """Median, range and standard deviation of the members' index in each year."""
    say, index = subject.say, subject.card.scores["index"].unstack("year")
    here = index.loc[members_of(subject, region)].dropna(how="all")
    if here.empty:
        return nobody(subject, region, index.columns[-1])
    shown = pd.DataFrame(
        {
            "year": [str(year) for year in index],
            "median": [say.number(v) for v in here.median()],
            "low": [say.number(v) for v in here.min()],
            "high": [say.number(v) for v in here.max()],
            "sd": [
                say.number(v) if n > 1 else "—"
                for v, n in zip(here.std(), here.count(), strict=True)
            ],
            "nation_median": [say.number(v) for v in index.median()],
            "nation_sd": [say.number(v) for v in index.std()],
        }
    )
    heads = {c: say(f"region.range.{c}", region=subject.area(region.name)) for c in shown}
    return table(
        shown.rename(columns=heads),
        title=say("region.range_title"),
        numbers=[heads[c] for c in shown if c != "year"],
        note=say("region.range_note"),
    )
