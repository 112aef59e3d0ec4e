"""The pages round the reports: each report's frame, the index page, the atlas."""

from __future__ import annotations

from html import escape

import nbformat
import pandas as pd

from quyu import __version__
from quyu.maps.atlas import atlas
from quyu.maps.still import BOUNDARY, NOTICE
from quyu.regions.strategy import Region, clause, regions
from quyu.reports import nation
from quyu.reports.batch import Job
from quyu.reports.certainty import alike, certainty, robustness
from quyu.reports.export import cells, page
from quyu.reports.method import method_line
from quyu.reports.scores import notes
from quyu.reports.study import Study

CSS_NAME = {"東部": "east", "中西部": "central-west", "東北": "northeast"}


def job_page(
    notebook: nbformat.NotebookNode, job: Job, subject: Study, year: int, there: set[str]
) -> str:
    """The page of a report or brief, from its run notebook; it links only to pages in `there`."""
    title = f"{job.label}質量發展{'報告' if job.key.startswith('reports/') else '簡報'}，{year} 年"
    links = [("總覽", "../index.html"), ("地圖", "../atlas.html")]
    if job.key.startswith("reports/"):
        adcode = job.key.removeprefix("reports/").split("-")[0]
        region = next(r for r in regions() if r.name == subject.provinces.loc[adcode, "region"])
        if f"regions/{region.id}.html" in there:
            links.append((f"{region.name}簡報", f"../regions/{region.id}.html"))
    return page(
        cells(notebook),
        title=title,
        description=f"{title}：依《質量強國建設綱要》六個目標、官方統計數據評估。",
        year=year,
        links=links,
        colophon=colophon(subject, year),
    )


def colophon(subject: Study, year: int) -> list[str]:
    """What stands at the foot of every page: data, method, map note, version, how to cite."""
    choices, sure = subject.card.framework, robustness()
    return [
        f"數據：{nation.source(subject)}出處逐項列於報告，引用前請先與原出版物核對。缺測即未公布，從不估算。",
        *notes(subject, year),
        f"方法：{method_line(choices)}位次的區間是 "
        f"{sure.draws:,} 次抽樣的 5–95 %：補缺、端點、歸一、權重、加總、證據與指標取捨都在合理範圍內變動。",
        f"地圖：{BOUNDARY}{NOTICE}",
        f"版本：quyu {__version__}；數據 {subject.facts.sha256[:12]}；框架 {subject.framework_sha256[:12]}；"
        f"隨機種子 {sure.seed}。",
        f"引用：quyu 區域：區域質量發展評估，{year} 年，quyu {__version__}。",
    ]


def index_page(subject: Study, year: int, there: set[str]) -> str:
    """The front page: the national picture, the three regions, the ranking; links only to pages in `there`."""
    names, sure = subject.provinces["short_zh_hant"], certainty(subject, year)
    first = sure.index[sure["nominal"] == 1]
    leaders = [*names[first], *alike(subject, year, first[0])]
    title = f"{'、'.join(dict.fromkeys(leaders))}居前" + (
        "，先後未必分得出" if len(leaders) > 1 else ""
    )
    body = (
        "<p class='lead'>《質量強國建設綱要》要求推動區域質量發展、開展評估。這裡用公開的官方統計數，"
        "按綱要的六個目標為 31 個省（區、市）評分，並說明每個數從哪裡來、有多可靠、缺了什麼。</p>"
        "<h2>全國</h2>"
        f"<figure>{nation.index_map(subject, year, title=title).svg}</figure>"
        "<h2>三個區域</h2>"
        + "".join(_region(subject, region, year, there) for region in regions())
        + f"<h2>位次</h2>{_ranking(subject, year, there)}"
        "<h2>位次有多可靠</h2>"
        "<p>點是所用方法的位次，線是各種合理方法抽樣中 5–95 % 的位次；線重疊得多的省份，先後不足為憑。</p>"
        f"<figure>{nation.interval_chart(subject, year).svg}</figure>"
        "<h2>各目標</h2>"
        "<p>每列一個目標，顏色越深越好；分級取全期分數的五分位，各年不變。</p>"
        f"<figure>{nation.heat_chart(subject, year).svg}</figure>"
        "<h2>等權意味著什麼</h2>"
        "<p>名義上各目標權重相同。下圖是各目標實際佔 ln(指數) 方差的份額；"
        f"任何一個超過 {nation.SHARE_LIMIT:.0%}，指數就近於那一個目標。</p>"
        f"<figure>{nation.shares_chart(subject, year).svg}</figure>"
        "<h2>限度</h2>" + _limits(subject)
    )
    briefs = [(f"{region.name}簡報", f"regions/{region.id}.html") for region in regions()]
    links = [("地圖", "atlas.html"), *((text, href) for text, href in briefs if href in there)]
    return page(
        body,
        title=f"區域質量發展評估 {year}",
        description=f"31 個省（區、市）{year} 年質量發展指數、三個區域簡報與各省報告。",
        year=year,
        links=links,
        colophon=colophon(subject, year),
    )


def atlas_page(subject: Study, year: int, there: set[str]) -> str:
    """The interactive map of the index and the goals, linked to the reports in `there`."""
    card = subject.card
    shown = {
        "index": "質量發展指數",
        **{goal.id: goal.name.zh_hant for goal in card.framework.goals},
    }
    links = {code: _href(subject, code, there) for code in subject.provinces.index}
    return atlas(
        card.scores[[*shown]],
        subject.land,
        subject.dashes,
        titles=shown,
        breaks={node: card.state.tiers[node] for node in shown},
        method=nation.CLASSES.format(first=card.state.years[0], last=card.state.years[-1]),
        names=subject.land["short_zh_hant"],
        year=year,
        title=f"質量發展地圖 {card.framework.years[0]}–{card.framework.years[-1]}",
        subtitle="質量發展指數與各目標（1–100，越大越好）",
        source=nation.source(subject),
        home="index.html",
        links=pd.Series({code: href for code, href in links.items() if href}, dtype=object),
    )


def _region(subject: Study, region: Region, year: int, there: set[str]) -> str:
    scores = subject.at(year)["index"]
    members = subject.provinces.index[subject.provinces["region"] == region.name]
    href = f"regions/{region.id}.html"
    name = f"<a href='{href}'>{region.name}簡報</a>" if href in there else region.name
    return (
        f"<h3><span class='mark {region.id}'></span>{name}：{region.part}</h3>"
        f"<blockquote><p>{escape(region.words)}</p><footer>{escape(clause())}</footer></blockquote>"
        f"<p>{len(members)} 個省份，指數中位數 {scores[members].median():.1f}（全國 {scores.median():.1f}），"
        f"範圍 {scores[members].min():.1f}–{scores[members].max():.1f}。</p>"
    )


def _ranking(subject: Study, year: int, there: set[str]) -> str:
    frame = nation.ranking(subject, year)
    html = nation.ranking_table(subject, year).data
    for code in frame.index:
        name, region = escape(frame.loc[code, "省份"]), frame.loc[code, "區域"]
        href, mark = _href(subject, code, there), f"<span class='mark {CSS_NAME[region]}'></span>"
        linked = f"<a href='{href}'>{name}</a>" if href else name
        html = html.replace(f"<td>{name}</td>", f"<td class='s'>{mark}{linked}</td>", 1)
    return html


def _href(subject: Study, adcode: str, there: set[str]) -> str:
    return next((path for path in sorted(there) if path.startswith(f"reports/{adcode}-")), "")


def _limits(subject: Study) -> str:
    gaps = "、".join(escape(leaf.name.zh_hant) for leaf in subject.card.framework.gaps)
    return (
        "<ul class='plain'>"
        f"<li>綱要要看的若干數沒有按省公布：{gaps}。它們列在各報告中，不計分，也不估算。</li>"
        "<li>質量基礎設施本身多未按省公布，第五個目標主要由技術服務代理。</li>"
        "<li>截面指標只有一個時點，各年同值，對變化沒有貢獻。</li>"
        "<li>位次是一種方法的結果；區間重疊的省份未必分得出先後，把握低於九成的分級不宜引用。</li>"
        "<li>與 2019 年政府質量工作考核等級的對照只能發現大錯，不能證明指數正確。</li></ul>"
    )
