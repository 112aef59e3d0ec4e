"""What is measured, how well, and what is missing: the data before any score."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.index.formula import names_in
from quyu.maps.picture import Picture, picture
from quyu.reports import mosaic
from quyu.reports.study import Study
from quyu.reports.tables import number, table


def availability(subject: Study) -> pd.DataFrame:
    """How many provinces published each figure that the index uses, by year (rows: figures)."""
    used = {
        name
        for leaf in subject.card.framework.indicators
        for name in names_in(subject.card.framework.expanded(leaf))
    }
    counts = subject.figures[sorted(used)].groupby(level="year").count().T
    seen = counts.loc[:, counts.any()]
    names = subject.facts.codebook["name_zh_hant"].str.split("（").str[0]
    return seen.rename(index=names)


def availability_chart(subject: Study) -> Picture:
    """The same as a picture: a tile per figure and year, darker where more provinces are published."""
    counts = availability(subject)
    whole = int((counts == len(subject.provinces)).sum().sum())
    empty = int((counts == 0).sum().sum())
    span = f"{counts.columns[0]}–{counts.columns[-1]} 年"
    alt = f"{len(counts)} 項基礎數、{span}：{whole} 格各省齊全，{empty} 格未公布。"
    return picture(mosaic.tiles(counts, full=len(subject.provinces)), alt)


def grades(subject: Study) -> HTML:
    """How the figures were checked: series and values by grade."""
    book = subject.facts.codebook.query("by_province == 'yes'")
    values = subject.facts.figures.groupby("indicator").size().reindex(book.index).fillna(0)
    meaning = {
        "A": "各省之和等於全國數，或獨立副本相符",
        "B": "一份副本，與總數或恆等式相符",
        "C": "僅屬合理，未能另行核對",
    }
    rows = [
        {
            "等級": grade,
            "含義": text,
            "序列": number((book["grade"] == grade).sum(), decimals=0),
            "數值": number(values[book["grade"] == grade].sum(), decimals=0),
        }
        for grade, text in meaning.items()
    ]
    return table(pd.DataFrame(rows), title="數據等級", numbers=["序列", "數值"])


def indicators(subject: Study) -> HTML:
    """Every indicator of the framework: formula, direction, transform, kind of evidence."""
    rows = [
        {
            "目標": goal.name.zh_hant,
            "指標": leaf.name.zh_hant,
            "公式": leaf.formula or "",
            "方向": {"+": "高為優", "-": "低為優"}[leaf.direction],
            "變換": {"log": "取對數", "none": ""}.get(leaf.transform, leaf.transform),
            "證據": {"direct": "直接", "proxy": "代理"}[leaf.evidence],
            "度量綱要的": leaf.phrase,
            "狀態": "截面" if leaf.structural else "" if leaf.published else "未按省公布",
        }
        for goal in subject.card.framework.goals
        for leaf in goal.leaves()
    ]
    return table(pd.DataFrame(rows), title="默認框架的指標", group="目標", kind="long")


def gaps(subject: Study) -> HTML:
    """What the 綱要 asks for and no public table gives by province, with the nation's value where there is one."""
    national = subject.national
    rows = []
    for leaf in subject.card.framework.gaps:
        told = ""
        if leaf.national_indicator and leaf.national_indicator in national:
            values = national[leaf.national_indicator].dropna()
            if len(values):
                unit = subject.facts.codebook.loc[leaf.national_indicator]
                told = f"{values.iloc[-1] / unit['factor']:.2f} {unit['unit']}（{values.index[-1]} 年）"
        rows.append(
            {
                "指標": leaf.name.zh_hant,
                "全國值": told or "未公布",
                "說明": leaf.note.zh_hant if leaf.note else "",
            }
        )
    return table(pd.DataFrame(rows), title="未按省公布的指標")


def missing(subject: Study) -> HTML:
    """The cells of the panel that no publication fills, by indicator, with how each was met."""
    flags, imputed = subject.card.flags, subject.card.imputed
    rows = []
    for leaf in subject.card.framework.indicators:
        carried, inside = ((flags[leaf.id] == kind).sum() for kind in ("carried", "interpolated"))
        empty = imputed[leaf.id].isna()
        if not (carried or inside or empty.any()):
            continue
        short = subject.provinces["short_zh_hant"]
        where = "、".join(
            short[code] for code in dict.fromkeys(imputed.index[empty].get_level_values(0))
        )
        rows.append(
            {
                "指標": leaf.name.zh_hant,
                "沿用": str(carried),
                "內插": str(inside),
                "仍缺": str(int(empty.sum())),
                "缺者": where,
            }
        )
    return table(pd.DataFrame(rows), title="面板中未公布的格", numbers=["沿用", "內插", "仍缺"])
