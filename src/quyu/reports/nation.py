"""The nation at a glance: the map of the index, the order, the goals, what the weights amount to."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.facts import embedded
from quyu.maps.palette import REGION, YLGNBU
from quyu.maps.picture import Picture, picture
from quyu.maps.still import choropleth
from quyu.reports import comparison, mosaic
from quyu.reports.certainty import certainty, interval, tier
from quyu.reports.study import Study
from quyu.reports.tables import MISSING, number, table, two_lines

OFFICIAL = "國家統計局等官方出版物（讀自二手副本，按等級核對）；計算：quyu。"
OWN = "使用者自備的數據（出處見其 sources.csv）；計算：quyu。"
CLASSES = "分級：{first}–{last} 年全部分數的五分位，各年不變"
SHARE_LIMIT = 0.30  # a goal above it would be the index by itself


def index_map(subject: Study, year: int, *, title: str, **marks) -> Picture:
    """The still map of one year's index; `marks` are the map's own: highlight, focus, outline."""
    first, last = subject.card.state.years[0], subject.card.state.years[-1]
    values = subject.at(year)["index"]
    drawn = choropleth(
        values,
        subject.land,
        subject.dashes,
        breaks=subject.card.state.tiers["index"],
        legend=CLASSES.format(first=first, last=last),
        title=title,
        subtitle=f"質量發展指數，{year} 年（1–100，越大越好）",
        source=source(subject),
        **marks,
    )
    names = subject.provinces["short_zh_hant"]
    order = values.sort_values(ascending=False)
    told = "，".join(
        f"{names[code]} {value:.1f}" for code, value in order.items() if pd.notna(value)
    )
    return picture(
        drawn, f"{title}。{year} 年質量發展指數由高到低：{told}。香港、澳門、臺灣無數據。"
    )


def source(subject: Study) -> str:
    """Where the figures come from: the official ones, or whatever folder was given instead."""
    return OFFICIAL if subject.facts.path == embedded() / "geodata" else OWN


def ranking_chart(subject: Study, year: int) -> Picture:
    """All provinces in order, coloured by the strategy's region."""
    register, index = subject.provinces, subject.at(year)["index"]
    drawn = comparison.ranking(
        index, colours=register["region"].map(REGION), names=register["short_zh_hant"]
    )
    order = register["short_zh_hant"][index.sort_values(ascending=False).index]
    return picture(drawn, f"{year} 年質量發展指數由高到低：{'、'.join(order)}")


def interval_chart(subject: Study, year: int) -> Picture:
    """The rank of every province with the interval that holds 90 % of the draws."""
    sure, register = certainty(subject, year), subject.provinces
    drawn = comparison.intervals(
        sure, colours=register["region"].map(REGION), names=register["short_zh_hant"]
    )
    told = "；".join(
        f"{register.loc[code, 'short_zh_hant']} 第 {row['nominal']:.0f}（{interval(row)}）"
        for code, row in sure.sort_values("nominal").iterrows()
    )
    return picture(drawn, f"{year} 年位次與 90 % 區間：{told}")


def heat_chart(subject: Study, year: int) -> Picture:
    """All provinces by all goals, in the order of the index."""
    card, scores = subject.card, subject.at(year).sort_values("index", ascending=False)
    goals = {goal.id: two_lines(goal.name.zh_hant) for goal in card.framework.goals}
    frame = scores[[*goals]].rename(index=subject.provinces["short_zh_hant"], columns=goals)
    breaks = {label: list(card.state.tiers[goal]) for goal, label in goals.items()}
    told = "；".join(
        f"{name} " + "、".join(number(v, decimals=0) for v in row) for name, row in frame.iterrows()
    )
    return picture(
        mosaic.heat(frame, breaks=breaks, palette=list(YLGNBU)),
        f"各目標的分數，{year} 年：{told}",
    )


def shares_chart(subject: Study, year: int) -> Picture:
    """The share of each goal in the variance of ln(index): what equal weights amount to."""
    shares = subject.card.variance_shares(year)
    names = {goal.id: goal.name.zh_hant for goal in subject.card.framework.goals}
    named = shares.rename(names)
    told = "、".join(f"{name} {value:.0%}" for name, value in named.items())
    return picture(
        comparison.shares(named, limit=SHARE_LIMIT),
        f"各目標佔 ln(指數) 方差的份額，{year} 年：{told}",
    )


def ranking_table(subject: Study, year: int) -> HTML:
    """Every province's rank, index, six goals, coverage and direct-evidence rank."""
    return table(
        ranking(subject, year),
        title=f"31 個省（區、市），{year} 年",
        numbers=["位次", "90%區間", "指數", *_goal_names(subject), "覆蓋率", "直接證據位次"],
        kind="long",
    )


def ranking(subject: Study, year: int) -> pd.DataFrame:
    """The text of the ranking table, best first; ties carry "=" and share the better rank."""
    card, register = subject.card, subject.provinces
    scores, ranks = subject.at(year), card.ranks.xs(year, level="year")["index"]
    direct = subject.direct.ranks.xs(year, level="year")["index"]
    order = ranks.sort_values(kind="stable").index
    sure = certainty(subject, year)
    tied = ranks.duplicated(keep=False)
    return pd.DataFrame(
        {
            "位次": [_rank(ranks[code], tied[code]) for code in order],
            "90%區間": [interval(sure.loc[code]) for code in order],
            "省份": [register.loc[code, "short_zh_hant"] for code in order],
            "區域": [register.loc[code, "region"] for code in order],
            "指數": [number(scores.loc[code, "index"]) for code in order],
            "分級（把握）": [tier(sure.loc[code]) for code in order],
            **{
                goal.name.zh_hant: [number(scores.loc[code, goal.id], decimals=0) for code in order]
                for goal in card.framework.goals
            },
            "覆蓋率": [f"{card.coverage.loc[(code, year), 'index']:.0%}" for code in order],
            "直接證據位次": [_rank(direct[code], False) for code in order],
        },
        index=order,
    )


def agreement(
    subject: Study, *, year: int = 2019, against: str = "quality_work_assessment_grade"
) -> pd.DataFrame:
    """Spearman's ρ of goals 1–5 with the official grade of that year, beside plain baselines.

    The sixth goal holds the grade itself, so it is left out: no circle. With four A and five C the
    comparison can catch a gross error; it proves nothing more.
    """
    figures = subject.figures.xs(year, level="year")
    others = [goal.id for goal in subject.card.framework.goals][:5]
    grade = figures[against]
    measures = {
        "目標一至五（幾何平均）": subject.at(year)[others].prod(axis=1) ** (1 / len(others)),
        "人均地區生產總值": figures["gdp"] / figures["population_resident"],
        "地區生產總值": figures["gdp"],
        "一般公共預算收入": figures["fiscal_revenue"],
    }
    return pd.DataFrame(
        {"Spearman ρ": [values.corr(grade, method="spearman") for values in measures.values()]},
        index=list(measures),
    )


def _goal_names(subject: Study) -> list[str]:
    return [goal.name.zh_hant for goal in subject.card.framework.goals]


def _rank(rank: float, tied: bool) -> str:
    return MISSING if pd.isna(rank) else f"{rank:.0f}{'=' if tied else ''}"
