"""How the indicators and goals hang together: weights that count, correlations, obstacles, coupling."""

from __future__ import annotations

import numpy as np
import pandas as pd
from IPython.display import HTML

from quyu.index.coupling import VERSION, coupling_coordination
from quyu.index.effective import effective_weights
from quyu.index.location import location_quotient
from quyu.index.multivariate import (
    alpha_if_deleted,
    correlations,
    cronbach_alpha,
    within_goal_flags,
)
from quyu.index.obstacle import obstacle_degrees
from quyu.reports.study import Study
from quyu.reports.tables import number, table


def weights_table(subject: Study, year: int) -> HTML:
    """Stated and effective weight of each indicator in its goal, its correlation with the index.

    The goal of an indicator is the node right above it, be it the index.
    """
    card = subject.card
    here = card.parts.xs(year, level="year")
    rows = []
    for goal in card.framework.index.nodes():
        weights = card.child_weights.get(goal.id)
        if weights is None or not any(child in card.normalised for child in weights.index):
            continue
        found = effective_weights(here[weights.index], weights, here["index"])
        alpha = cronbach_alpha(here[weights.index].dropna()) if len(weights) > 1 else np.nan
        without = alpha_if_deleted(here[weights.index].dropna()) if len(weights) > 2 else None
        for leaf, row in subject.named(found).iterrows():
            rows.append(
                {
                    "目標": f"{goal.name.zh_hant}（Cronbach α {number(alpha, decimals=2)}）",
                    "指標": leaf,
                    "名義權重": f"{row['weight']:.0%}",
                    "有效權重": f"{row['effective']:.0%}",
                    "與指數相關": number(row["correlation"], decimals=2),
                }
            )
        if without is not None:
            for entry, value in zip(rows[-len(weights) :], without[weights.index], strict=True):
                entry["去掉後 α"] = number(value, decimals=2)
    numbers = ["名義權重", "有效權重", "與指數相關", "去掉後 α"]
    shown = pd.DataFrame(rows).fillna("")
    note = "有效權重是該指標在目標分數方差中的份額，和為 1；為負者與其餘相背。"
    return table(shown, title="權重與相關", group="目標", numbers=numbers, note=note, kind="long")


def correlations_table(subject: Study, year: int) -> HTML:
    """The pairs within a goal that pull against each other or repeat each other."""
    here = subject.card.normalised.xs(year, level="year")
    pairs = correlations(here)
    goals = {
        leaf.id: goal.name.zh_hant
        for goal in subject.card.framework.goals
        for leaf in goal.leaves()
    }
    flagged = within_goal_flags(pairs, pd.Series(goals))
    names = {leaf.id: leaf.name.zh_hant for leaf in subject.card.framework.indicators}
    rows = [
        {
            "目標": row.goal,
            "指標": f"{names[row.first]} — {names[row.second]}",
            "r": number(row.r, decimals=2),
            "p（Holm）": f"{row.p_holm:.3f}",
            "": {"opposed": "相背", "redundant": "重複"}[row.flag],
        }
        for row in flagged.itertuples()
    ] or [{"目標": "—", "指標": "沒有", "r": "", "p（Holm）": "", "": ""}]
    return table(
        pd.DataFrame(rows),
        title="同一目標內 r < −0.2 或 > 0.92 的指標對",
        numbers=["r", "p（Holm）"],
    )


def obstacles_table(subject: Study, year: int, *, count: int = 3) -> HTML:
    """The indicators that hold each province back most, as shares of all it lacks."""
    card = subject.card
    low, high = card.framework.scale
    here = (card.normalised.xs(year, level="year") - low) / (high - low)
    degrees = subject.named(obstacle_degrees(here, card.weights))
    rows = [
        {
            "省份": name,
            "主要障礙（障礙度）": "、".join(
                f"{leaf} {share:.0%}" for leaf, share in row.nlargest(count).items()
            ),
        }
        for name, row in degrees.iterrows()
    ]
    return table(pd.DataFrame(rows), title=f"障礙度最大的 {count} 項，{year} 年", kind="long")


def location_table(subject: Study, year: int) -> HTML:
    """Where high-tech, software and new products are concentrated: location quotients on official figures."""
    figures = subject.figures.xs(year, level="year").loc[subject.provinces.index]
    activities = {
        "hightech_mfg_revenue": "高技術製造業營業收入",
        "software_business_revenue": "軟件業務收入",
        "industrial_new_product_sales": "新產品銷售收入",
    }
    found = location_quotient(figures[[*activities]], figures["gdp"]).rename(columns=activities)
    ordered = subject.named(found.sort_values(found.columns[0], ascending=False))
    shown = ordered.map(lambda quotient: number(quotient, decimals=2)).rename_axis("省份")
    return table(
        shown.reset_index(),
        title=f"區位商，{year} 年（全國為 1，按地區生產總值）",
        numbers=list(shown.columns),
        kind="long",
    )


def coupling_table(subject: Study, year: int) -> HTML:
    """Whether the goals develop together: coupling, development, coordination and its grade."""
    card = subject.card
    low, high = card.framework.scale
    goals = [goal.id for goal in card.framework.goals]
    found = coupling_coordination((subject.at(year)[goals] - low) / (high - low))
    rows = [
        {
            "省份": subject.provinces.loc[code, "short_zh_hant"],
            "耦合度 C": number(row["coupling"], decimals=2),
            "發展度 T": number(row["development"], decimals=2),
            "協調度 D": number(row["coordination"], decimals=2),
            "等級": row["grade"],
        }
        for code, row in found.sort_values("coordination", ascending=False).iterrows()
    ]
    numbers = ["耦合度 C", "發展度 T", "協調度 D"]
    return table(
        pd.DataFrame(rows),
        title=f"各目標的耦合協調，{year} 年",
        numbers=numbers,
        note=f"公式：{VERSION}。",
        kind="long",
    )
