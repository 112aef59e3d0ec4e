"""The parts of a brief on one of the strategy's three regions."""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.maps.palette import REGION
from quyu.maps.picture import Picture, picture
from quyu.regions.strategy import Region, clause
from quyu.reports import comparison
from quyu.reports.certainty import alike, certainty, interval, tier
from quyu.reports.figure import figure
from quyu.reports.nation import index_map, source
from quyu.reports.study import Study
from quyu.reports.tables import number, table


def part(region: Region) -> HTML:
    """What the 綱要 asks of the region, in its own words."""
    return HTML(
        f"<blockquote><p>{escape(region.words)}</p><footer>{escape(clause())}</footer></blockquote>"
    )


def headline(subject: Study, region: Region, year: int) -> HTML:
    """Where the region stands: its median, its best and last member, its change against the nation."""
    index, members = subject.card.scores["index"].unstack("year"), members_of(subject, region)
    names, first = subject.provinces["short_zh_hant"], subject.card.framework.years[0]
    here = index.loc[members, year].sort_values(ascending=False)
    ranks = index[year].rank(ascending=False, method="min")
    median, nation = here.median(), index[year].median()
    gain, national_gain = (
        (rows[year] - rows[first]).median() for rows in (index.loc[members], index)
    )
    since = (
        f"{first} 年以來，各省變化的中位數是 {number(gain, sign=True)} 點，"
        f"全國是 {number(national_gain, sign=True)} 點。"
        if year != first
        else ""
    )
    lead = (
        f"<p class='lead'>{region.name} {len(members)} 個省份 {year} 年質量發展指數的中位數是 {median:.1f}，"
        f"全國是 {nation:.1f}。"
        f"最高是{escape(names[here.index[0]])}（{here.iloc[0]:.1f}，全國第 {ranks[here.index[0]]:.0f}），"
        f"最低是{escape(names[here.index[-1]])}（{here.iloc[-1]:.1f}，全國第 {ranks[here.index[-1]]:.0f}）。{since}</p>"
    )
    top = int((ranks[members] <= 10).sum())
    cells = [
        ("省份", f"{len(members)}", ""),
        ("指數中位數", f"{median:.1f}", "1–100"),
        ("全國中位數", f"{nation:.1f}", "1–100"),
        ("最高與最低之差", f"{here.iloc[0] - here.iloc[-1]:.1f}", "點"),
        ("居全國前十", f"{top}", "省份"),
    ]
    grid = "".join(f"<div><dt>{k}</dt><dd>{v} <small>{n}</small></dd></div>" for k, v, n in cells)
    return HTML(lead + f"<dl class='facts'>{grid}</dl>")


def region_map(subject: Study, region: Region, year: int) -> Picture:
    """The national map with the region in full colour."""
    members = members_of(subject, region)
    best, names = (
        subject.at(year).loc[members, "index"].idxmax(),
        subject.provinces["short_zh_hant"],
    )
    rivals = [name for name in alike(subject, year, best) if name in set(names[members])]
    title = f"{region.name}之內，{names[best]}的指數最高"
    if rivals:
        title = f"{region.name}之內，{'、'.join([names[best], *rivals])}居前，先後未必分得出"
    return index_map(subject, year, title=title, focus=members)


def members_table(subject: Study, region: Region, year: int) -> HTML:
    """The members' ranks, scores and goals."""
    members, goals = members_of(subject, region), subject.card.framework.goals
    scores = subject.at(year)
    ranks = subject.card.ranks.xs(year, level="year")["index"]
    order = ranks[members].sort_values(kind="stable").index
    sure = certainty(subject, year)
    inside = ranks[members].rank(method="min")
    shown = pd.DataFrame(
        {
            "區域位次": [number(inside[code], decimals=0) for code in order],
            "省份": [subject.provinces.loc[code, "short_zh_hant"] for code in order],
            "分區": [subject.provinces.loc[code, "zone"] for code in order],
            "全國位次": [number(ranks[code], decimals=0) for code in order],
            "90%區間": [interval(sure.loc[code]) for code in order],
            "分級（把握）": [tier(sure.loc[code]) for code in order],
            "指數": [number(scores.loc[code, "index"]) for code in order],
            **{
                goal.name.zh_hant: [number(scores.loc[code, goal.id], decimals=0) for code in order]
                for goal in goals
            },
            "覆蓋率": [f"{subject.card.coverage.loc[(code, year), 'index']:.0%}" for code in order],
        }
    )
    numbers = [column for column in shown if column not in ("省份", "分區", "分級（把握）")]
    return table(
        shown, title=f"{region.name}各省份，{year} 年（分，1–100）", numbers=numbers, kind="long"
    )


def goals_chart(subject: Study, region: Region, year: int) -> HTML:
    """How far the members lie apart on each goal, and where the nation's median is."""
    members, scores = members_of(subject, region), subject.at(year)
    names = {goal.id: goal.name.zh_hant for goal in subject.card.framework.goals}
    frame = (
        scores.loc[members, [*names]].T.assign(nation=scores[[*names]].median()).rename(index=names)
    )
    told = "；".join(
        f"{goal} 中位 {row.median():.0f}，範圍 {row.min():.0f}–{row.max():.0f}，"
        f"全國中位 {frame.loc[goal, 'nation']:.0f}"
        for goal, row in frame.drop(columns="nation").iterrows()
    )
    middle = frame.drop(columns="nation").median(axis=1)
    above = list(frame.index[middle > frame["nation"]])
    finding = f"{region.name}各目標的中位都不高於全國"
    if above:
        finding = f"{region.name}中位高於全國中位的目標：{'、'.join(above)}"
    shown = picture(
        comparison.spread(frame, colour=REGION[region.name], region=region.name),
        f"{region.name} {year} 年各目標：{told}",
    )
    return figure(shown, finding=finding, source=source(subject))


def change_chart(subject: Study, region: Region) -> HTML:
    """Who rose against whom over the panel."""
    first, last = subject.card.framework.years[0], subject.card.framework.years[-1]
    members, register = members_of(subject, region), subject.provinces
    index = subject.card.scores["index"].unstack("year").loc[members, [first, last]]
    named = index.rename(index=register["short_zh_hant"])
    groups = register.loc[members].set_index("short_zh_hant")["zone"]
    told = "；".join(f"{name} {row[first]:.1f} → {row[last]:.1f}" for name, row in named.iterrows())
    gain = (named[last] - named[first]).sort_values()
    finding = (
        f"{gain.index[-1]}升得最多（{number(gain.iloc[-1], sign=True)} 點），"
        f"{gain.index[0]}最少（{number(gain.iloc[0], sign=True)} 點）"
    )
    shown = picture(
        comparison.slope(named, years=(first, last), groups=groups),
        f"{first} 年與 {last} 年的質量發展指數：{told}",
    )
    return figure(shown, finding=finding, source=source(subject))


def range_table(subject: Study, region: Region) -> HTML:
    """Median, range and standard deviation of the members' index in each year."""
    index = subject.card.scores["index"].unstack("year")
    here = index.loc[members_of(subject, region)]
    shown = pd.DataFrame(
        {
            "年份": [str(year) for year in index],
            f"{region.name}中位數": [number(v) for v in here.median()],
            "最低": [number(v) for v in here.min()],
            "最高": [number(v) for v in here.max()],
            "標準差": [number(v) for v in here.std()],
            "全國中位數": [number(v) for v in index.median()],
            "全國標準差": [number(v) for v in index.std()],
        }
    )
    return table(
        shown,
        title="指數的中位數與差距（分）",
        numbers=list(shown.columns[1:]),
        note="分數的零點由端點約定，不是真零，所以這裡用標準差與範圍，不用泰爾或基尼係數。",
    )


def members_of(subject: Study, region: Region) -> list[str]:
    """The adcodes of the region's provinces."""
    register = subject.provinces
    return list(register.index[register["region"] == region.name])
