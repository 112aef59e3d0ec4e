"""How the indicators and goals hang together: weights that count, correlations, obstacles, coupling."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.index.change import scored_weights
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
from quyu.pages.tables import page_table
from quyu.study.study import Study


def weights_table(subject: Study, year: int) -> HTML:
    """Stated and effective weight of each indicator in its goal, its correlation with the index.

    The goal of an indicator is the node right above it, be it the index.
    """
    card, say = subject.card, subject.say
    here, parts = card.parts.xs(year, level="year"), []
    for goal in card.framework.index.nodes():
        weights = card.child_weights.get(goal.id)
        if weights is None or not any(child in card.normalised for child in weights.index):
            continue
        found = effective_weights(here[weights.index], weights, here["index"])
        seen = here[weights.index].dropna()
        alpha = cronbach_alpha(seen) if len(weights) > 1 else None
        without = alpha_if_deleted(seen) if len(weights) > 2 else pd.Series(dtype=float)
        name = say("balance.goal", goal=say.of(goal.name), alpha=say.number(alpha, decimals=2))
        parts.append(subject.named(found.assign(goal=name, without=without)))
    line = (
        "goal indicator=index stated=weight:percent effective:percent correlation:two without:two?"
    )
    return page_table(
        say,
        pd.concat(parts),
        "balance.weights",
        line,
        title=say("balance.weights_title"),
        group="goal",
        note=say("balance.weights_note"),
        kind="long",
    )


def correlations_table(subject: Study, year: int) -> HTML:
    """The pairs within a goal that pull against each other or repeat each other."""
    say, named = subject.say, subject.catalogue()
    pairs = correlations(subject.card.normalised.xs(year, level="year"))
    found = within_goal_flags(pairs, named["goal"])
    if found.empty:
        found = pd.DataFrame([{"goal": "—"}], columns=found.columns)

    def pair(row):
        if row["goal"] == "—":
            return say("balance.none")
        one, other = named.loc[[row["first"], row["second"]], "name"]
        return say("balance.pair", one=one, other=other)

    formats = {"pair": pair, "p>": lambda row: f"{row['p_holm']:.3f}"}
    line = "goal pair=first:pair r:two? p=p_holm:p>? flag:balance?"
    title = say("balance.pairs_title")
    return page_table(say, found, "balance.pairs", line, title=title, formats=formats)


def obstacles_table(subject: Study, year: int, *, count: int = 3) -> HTML:
    """The indicators that hold each province back most, as shares of all it lacks."""
    card, say = subject.card, subject.say
    low, high = card.framework.scale
    here = (card.normalised.xs(year, level="year") - low) / (high - low)
    made = scored_weights(card).xs(year, level="year")
    degrees = subject.named(obstacle_degrees(here, made))
    told = degrees.apply(
        lambda row: say.join(
            say("balance.obstacle", indicator=leaf, share=share)
            for leaf, share in row.nlargest(count).items()
        ),
        axis=1,
    )
    title, line = say("balance.obstacles_title", count=count, year=year), "province=index obstacles"
    frame = told.to_frame("obstacles")
    return page_table(say, frame, "balance.obstacles", line, title=title, kind="long")


def location_table(subject: Study, year: int) -> HTML:
    """Where high-tech, software and new products are concentrated: location quotients on official figures.

    Of the last year up to `year` for which all of them are published.
    """
    activities = [
        "hightech_mfg_revenue",
        "software_business_revenue",
        "industrial_new_product_sales",
    ]
    say, held = subject.say, subject.figures.loc[(subject.provinces.index, slice(None)), :]
    known = held[[*activities, "gdp"]].notna().groupby(level="year").any().all(axis=1)
    year = known.index[known & (known.index <= year)].max()
    figures = held.xs(year, level="year")
    found = location_quotient(figures[activities], figures["gdp"]).assign(name=subject.short)
    return page_table(
        say,
        found.sort_values(activities[0], ascending=False, kind="stable"),
        "balance.location",
        "province=name " + " ".join(f"{activity}:two" for activity in activities),
        title=say("balance.location_title", year=year),
        kind="long",
    )


def coupling_table(subject: Study, year: int) -> HTML:
    """Whether the goals develop together: coupling, development, coordination and its grade."""
    card, say = subject.card, subject.say
    low, high = card.framework.scale
    goals = [goal.id for goal in card.framework.goals]
    shares = ((subject.at(year)[goals] - low) / (high - low)).round(9)  # 1 + 1e-16 is refused
    found = coupling_coordination(shares).assign(name=subject.short)
    return page_table(
        say,
        found.sort_values("coordination", ascending=False, kind="stable"),
        "balance.coupling",
        "province=name coupling:two development:two coordination:two grade:balance.grade",
        title=say("balance.coupling_title", year=year),
        note=say("balance.coupling_note", version=VERSION),
        kind="long",
    )
