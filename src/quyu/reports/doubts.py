"""What the draws say, as tables: factors, ranks, tiers, sensitivity, one indicator out."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.index.factors import Factors
from quyu.index.one_out import direct_evidence, one_out
from quyu.index.sensitivity import Sensitivity, sensitivity
from quyu.reports.certainty import certainty, interval, robustness, tier, uncertainty_of
from quyu.reports.study import Study
from quyu.reports.tables import number, place, table

FACTORS = {
    "imputation": "補缺", "goalposts": "端點", "normalisation": "歸一", "weighting": "權重",
    "aggregation": "加總", "noise": "權重噪聲", "evidence": "證據", "left_out": "去掉一個指標",
}  # fmt: skip


def factors_table(subject: Study, year: int) -> HTML:
    """What was drawn, how often, what was excluded by design and what failed."""
    found = uncertainty_of(subject, year)
    rows = [
        {"因素": FACTORS[factor], "取值": levels}
        for factor, levels in found.factors["levels"].items()
    ]
    note = (
        f"抽樣 {found.n:,} 次，種子 {found.seed}，失敗 {len(found.failures)} 次；"
        f"按設計排除 {len(found.excluded)} 類組合，見下表。"
    )
    return table(pd.DataFrame(rows), title="變動的選擇", note=note)


def ranks_table(subject: Study, year: int) -> HTML:
    """Nominal rank, median, interval, group and note of each province."""
    sure = certainty(subject, year).sort_values("nominal")
    rows = [
        {
            "省份": subject.provinces.loc[code, "short_zh_hant"],
            "位次": place(row["nominal"]),
            "中位": place(row["median"]),
            "90%區間": interval(row),
            "平均移動": number(row["shift"], sign=True),
            "不可區分組": place(row["group"]),
            "說明": "所用方法的位次在區間之外" if row["outside"] else "",
        }
        for code, row in sure.iterrows()
    ]
    numbers = ["位次", "中位", "90%區間", "平均移動", "不可區分組"]
    note = "組由上而下劃：直到組內第一名勝過某省的概率達到 95 %，才開新組；是否分得出以兩省之間的概率為準。"
    return table(
        pd.DataFrame(rows), title=f"位次，{year} 年", numbers=numbers, note=note, kind="long"
    )


def tiers_table(subject: Study, year: int) -> HTML:
    """The tier of each province with its probability, and the tier most draws give."""
    sure = certainty(subject, year).sort_values("nominal")
    rows = [
        {
            "省份": subject.provinces.loc[code, "short_zh_hant"],
            "級（把握）": tier(row),
            "多數抽樣": row["likely"],
            "是否確定": "未定" if row["uncertain"] else "確定",
        }
        for code, row in sure.iterrows()
    ]
    return table(pd.DataFrame(rows), title=f"質量分級，{year} 年", kind="long")


def sensitivity_of(subject: Study, year: int) -> Sensitivity:
    """Sobol indices of the stated factors, for each province and zone."""
    factors = Factors(**robustness().factors)
    zones = subject.provinces["zone"]
    return sensitivity(
        subject.card, seed=robustness().seed, year=year, factors=factors, grouping=zones
    )


def sobol_table(found: Sensitivity) -> HTML:
    """First-order and total indices of the mean shift of the ranks, with bootstrap intervals."""
    rows = [
        {
            "因素": FACTORS[factor],
            "S1": f"{row['S1']:.2f} ± {row['S1_conf']:.2f}",
            "ST": f"{row['ST']:.2f} ± {row['ST_conf']:.2f}",
        }
        for factor, row in found.mean_shift.sort_values("ST", ascending=False).iterrows()
    ]
    replaced = found.replaced["runs"].sum()
    note = f"{found.runs:,} 次運算，種子 {found.seed}；不可行的組合換成最近的可行組合，共 {replaced:,} 次。"
    title = "平均位次移動的方差由什麼解釋"
    return table(pd.DataFrame(rows), title=title, numbers=["S1", "ST"], note=note)


def one_out_table(subject: Study, year: int) -> HTML:
    """How far the ranks move without each indicator, the most telling first."""
    shifts = one_out(subject.card, year=year).shifts
    short = subject.provinces["short_zh_hant"]
    names = {leaf.id: leaf.name.zh_hant for leaf in subject.card.framework.indicators}
    rows = [
        {
            "去掉": names[leaf],
            "平均移動": number(moved.abs().mean(), decimals=2),
            "最多": place(moved.abs().max()),
            "移動最大": f"{short[moved.abs().idxmax()]} {number(moved[moved.abs().idxmax()], decimals=0, sign=True)}",
        }
        for leaf, moved in shifts.items()
    ]
    ordered = pd.DataFrame(rows).sort_values("平均移動", ascending=False, kind="stable")
    note = "移動為正，是去掉後位次向後。"
    return table(ordered, title="去掉一個指標，位次移動", numbers=["平均移動", "最多"], note=note)


def direct_table(subject: Study, year: int) -> HTML:
    """Where the index on direct evidence only places a province differently, the furthest first."""
    found = direct_evidence(subject.card, year=year).dropna()
    order = found["shift"].abs().sort_values(ascending=False, kind="stable").index
    rows = [
        {
            "省份": subject.provinces.loc[code, "short_zh_hant"],
            "默認": place(found.loc[code, "nominal"]),
            "僅直接證據": place(found.loc[code, "direct"]),
            "移動": number(found.loc[code, "shift"], decimals=0, sign=True),
        }
        for code in order[:12]
    ]
    title = "只用直接證據時，位次變動最大的省份"
    return table(pd.DataFrame(rows), title=title, numbers=["默認", "僅直接證據", "移動"])
