"""How the scores were made, in words that follow the framework that was used."""

from __future__ import annotations

from fractions import Fraction
from html import escape

from IPython.display import HTML

from quyu.index import Framework, Node
from quyu.reports.study import Study

NORMALISE = {
    "minmax": "按存定的最小值與最大值歸一",
    "zscore": "化為標準分",
    "rank": "化為名次",
    "percentile": "化為百分位",
    "target": "化為到目標的距離",
    "best": "化為到適度值的距離",
    "reference": "與參照值相比",
}
AGGREGATE = {
    "arithmetic": "算術平均",
    "geometric": "幾何平均",
    "harmonic": "調和平均",
    "generalised": "廣義平均",
}
WEIGH = {
    "equal": "權重相等",
    "stated": "權重按框架所列",
    "ahp": "權重由專家兩兩比較（AHP）得出",
    "budget_allocation": "權重由專家分配分數得出",
    "entropy": "權重按熵權法",
    "critic": "權重按 CRITIC 法",
    "factor": "權重按因子分析",
    "benefit_of_the_doubt": "權重按最有利原則（BoD）",
}


def method_line(choices: Framework) -> str:
    """The method in one line, for the foot of a page."""
    return (
        f"{choices.name.zh_hant}（{choices.version} 版）：{choices.years[0]}–{choices.years[-1]} 年面板，"
        f"{NORMALISE.get(choices.normalise, choices.normalise)}，{_scale(choices)}；{_joining(choices)}；"
        f"{_weighing(choices)}。加權平均裡的權重是取捨，不是重要性。"
    )


def describe_method(subject: Study) -> HTML:
    """The method in two paragraphs, for a report: figures, gaps, scale, joining, and what is left out."""
    choices, rule = subject.card.framework, subject.card.framework.missing
    first, last = choices.years[0], choices.years[-1]
    stored = (
        "端點存定，新的一年不改動舊的分數" if subject.stored else "端點取自本次的數據，尚未存定"
    )
    paragraphs = [
        f"指標先按公式由官方數算出（價格折為 {choices.base_year} 年不變價），再補缺："
        f"年份之間的缺口至多內插 {rule.interior} 年，"
        f"兩端至多沿用 {rule.edge} 年，都有標記；更長的缺口留空。偏斜的比率先取對數。然後按 {first}–{last} 年整個面板"
        f"{NORMALISE.get(choices.normalise, choices.normalise)}，{_scale(choices)}；{stored}。",
        f"{_joining(choices)}，{_weighing(choices)}。一個省份在某目標上，"
        f"至少 {Fraction(rule.node_coverage).limit_denominator(12)} 的權重有數才評分，"
        "缺的由同一目標內其餘指標按權重分擔。"
        "沒有按省公布的指標不計分，也從不估算。加權平均裡的權重是指標之間的取捨，不是重要性。",
    ]
    return HTML("".join(f"<p>{escape(text)}</p>" for text in paragraphs))


def _scale(choices: Framework) -> str:
    low, high = choices.scale
    return f"量程 {low:g}–{high:g}"


def _weighing(choices: Framework) -> str:
    told = [WEIGH[rule] for rule in choices.weightings]
    if choices.combination is None:
        return told[0]
    alpha = choices.combination.alpha
    return f"組合賦權：{told[0]}（占 {alpha:.0%}），{told[1]}（占 {1 - alpha:.0%}）"


def _joining(choices: Framework) -> str:
    across = AGGREGATE.get(choices.aggregation(choices.index), choices.aggregation(choices.index))
    inside = dict.fromkeys(
        choices.aggregation(goal) for goal in choices.goals if isinstance(goal, Node)
    )
    if not inside:
        return f"各指標直接合成指數，用{across}"
    told = "、".join(AGGREGATE.get(name, name) for name in inside)
    return f"目標之內{told}，目標之間{across}"
