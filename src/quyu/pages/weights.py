"""How the indicators and goals hang together: weights that count, correlations, obstacles, coupling."""

from __future__ import annotations

import numpy as np
import pandas as pd
from IPython.display import HTML

from quyu.index.multivariate import (
    alpha_if_deleted,
    correlations,
    cronbach_alpha,
    within_goal_flags,
)
from quyu.index.practice import (
    VERSION,
    coupling_coordination,
    effective_weights,
    location_quotient,
    obstacle_degrees,
)
from quyu.pages.tables import headed
from quyu.study.study import Study


def weights_table(subject: Study, year: int) -> HTML:
    """Stated and effective weight of each indicator in its goal, its correlation with the index.

    The goal of an indicator is the node right above it, be it the index.
    """
    card, say = subject.card, subject.say
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
            told = say.number(alpha, decimals=2)
            rows.append(
                {
                    "goal": say("balance.goal", goal=say.of(goal.name), alpha=told),
                    "indicator": leaf,
                    "stated": f"{row['weight']:.0%}",
                    "effective": f"{row['effective']:.0%}",
                    "correlation": say.number(row["correlation"], decimals=2),
                }
            )
        if without is not None:
            for entry, value in zip(rows[-len(weights) :], without[weights.index], strict=True):
                entry["without"] = say.number(value, decimals=2)
    return headed(
        say,
        pd.DataFrame(rows).fillna(""),
        "balance.weights",
        title=say("balance.weights_title"),
        group="goal",
        numbers=["stated", "effective", "correlation", "without"],
        note=say("balance.weights_note"),
        kind="long",
    )


def correlations_table(subject: Study, year: int) -> HTML:
    """The pairs within a goal that pull against each other or repeat each other."""
    say, here = subject.say, subject.card.normalised.xs(year, level="year")
    pairs = correlations(here)
    goals = {
        leaf.id: say.of(goal.name)
        for goal in subject.card.framework.goals
        for leaf in goal.leaves()
    }
    flagged = within_goal_flags(pairs, pd.Series(goals))
    names = {leaf.id: say.of(leaf.name) for leaf in subject.card.framework.indicators}
    rows = [
        {
            "goal": row.goal,
            "pair": say("balance.pair", one=names[row.first], other=names[row.second]),
            "r": say.number(row.r, decimals=2),
            "p": f"{row.p_holm:.3f}",
            "flag": say(f"balance.{row.flag}"),
        }
        for row in flagged.itertuples()
    ] or [{"goal": "—", "pair": say("balance.none"), "r": "", "p": "", "flag": ""}]
    title = say("balance.pairs_title")
    return headed(say, pd.DataFrame(rows), "balance.pairs", title=title, numbers=["r", "p"])


def obstacles_table(subject: Study, year: int, *, count: int = 3) -> HTML:
    """The indicators that hold each province back most, as shares of all it lacks."""
    card, say = subject.card, subject.say
    low, high = card.framework.scale
    here = (card.normalised.xs(year, level="year") - low) / (high - low)
    degrees = subject.named(obstacle_degrees(here, card.weights))
    rows = [
        {
            "province": name,
            "obstacles": say.join(
                say("balance.obstacle", indicator=leaf, share=share)
                for leaf, share in row.nlargest(count).items()
            ),
        }
        for name, row in degrees.iterrows()
    ]
    title = say("balance.obstacles_title", count=count, year=year)
    return headed(say, pd.DataFrame(rows), "balance.obstacles", title=title, kind="long")


def location_table(subject: Study, year: int) -> HTML:
    """Where high-tech, software and new products are concentrated: location quotients on official figures."""
    say, figures = subject.say, subject.figures.xs(year, level="year").loc[subject.provinces.index]
    activities = [
        "hightech_mfg_revenue",
        "software_business_revenue",
        "industrial_new_product_sales",
    ]
    found = location_quotient(figures[activities], figures["gdp"])
    ordered = subject.named(found.sort_values(activities[0], ascending=False, kind="stable"))
    shown = ordered.map(lambda quotient: say.number(quotient, decimals=2)).rename_axis("province")
    return headed(
        say,
        shown.reset_index(),
        "balance.location",
        title=say("balance.location_title", year=year),
        numbers=activities,
        kind="long",
    )


def coupling_table(subject: Study, year: int) -> HTML:
    """Whether the goals develop together: coupling, development, coordination and its grade."""
    card, say = subject.card, subject.say
    low, high = card.framework.scale
    goals = [goal.id for goal in card.framework.goals]
    shares = ((subject.at(year)[goals] - low) / (high - low)).round(9)  # 1 + 1e-16 is refused
    found = coupling_coordination(shares)
    parts = ["coupling", "development", "coordination"]
    rows = [
        {
            "province": subject.short[code],
            **{part: say.number(row[part], decimals=2) for part in parts},
            "grade": say("missing")
            if pd.isna(row["grade"])
            else say(f"balance.grade.{row['grade']}"),
        }
        for code, row in found.sort_values(
            "coordination", ascending=False, kind="stable"
        ).iterrows()
    ]
    return headed(
        say,
        pd.DataFrame(rows),
        "balance.coupling",
        title=say("balance.coupling_title", year=year),
        numbers=parts,
        note=say("balance.coupling_note", version=VERSION),
        kind="long",
    )
