"""Which indicators changed a score between two years, exactly: the parts sum to the change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.index.scorecard import Scorecard


@dataclass(frozen=True)
class Change:
    """What `change` returns.

    contributions  units × indicators, in points of the score; missing where it was not decomposed
    total          the change of the score of each unit; equals the row sums of `contributions`
    flags          how cells of the two years were filled, where not published: "", "carried",
                   "interpolated", "structural", or two of them
    refused        unit → why its change was not decomposed
    """

    contributions: pd.DataFrame
    total: pd.Series
    flags: pd.DataFrame
    refused: pd.Series


def change(card: Scorecard, start: int, end: int, *, node: str = "index") -> Change:
    """Decompose the change of a score of `card` from year `start` to year `end`.

    A mean V = f⁻¹(Σ w f(I)) of any kind obeys, whatever the size of the change,

        ΔV = Σ w · q(I) / q(V) · ΔI   with   q(x) = Δf(x) / Δx,

    since Σ w Δf(I) = Δf(V). Applied from the top of the tree down, the multipliers of the levels
    are multiplied, so each indicator contributes its own ΔI times one number. For the arithmetic
    mean that number is the weight; for the geometric mean 1/q is the logarithmic mean, which makes
    this the additive LMDI-I decomposition (Ang 2005, Energy Policy 33: 867–871; Montgomery 1937,
    The Mathematical Problem of the Price Index). Nothing depends on an order, start and end can
    change places, and an indicator that stands still, as every structural one, contributes exactly
    0. A carried or interpolated cell is no news of its year: see `flags`.

    A unit is refused, with the reason, if it has no score in one of the years, or if an indicator
    was observed in one of them only: then the weights moved as well, and no indicator did that.
    Raises ValueError for a year outside the panel, an unknown node, and a node that is joined by a
    rule other than a mean.

    The goal is the mean of x (1 → 4) and y (9 → 9), geometric: √9 = 3 becomes √36 = 6; y stood
    still, so all 3 points are due to x. See the tests for worlds in which both move.
    """
    _refuse_unknown(card, (start, end), node)
    table = card.normalised.join(card.scores.drop(columns=card.normalised.columns, errors="ignore"))
    before, after = (table.xs(year, level=1) for year in (start, end))
    after = after.loc[before.index]
    moved = after - before

    multiplier = {node: pd.Series(1.0, index=before.index)}
    for parent in reversed(card.child_weights):
        if parent not in multiplier:
            continue
        children = card.child_weights[parent]
        rule = card.framework.aggregation(_node(card, parent))
        slope = SLOPE[rule]
        names = list(children.index)
        observed = before[names].notna() * children
        share = observed.div(observed.sum(axis=1), axis="index")
        whole = slope(before[parent], after[parent])
        for child in names:
            own = slope(before[child], after[child])
            part = (share[child] * own / whole).where(before[child].notna(), 0.0)
            multiplier[child] = multiplier[parent].mul(part).where(part != 0, 0.0)
    leaves = [name for name in card.normalised.columns if name in multiplier]
    contributions = pd.DataFrame({n: multiplier[n] * moved[n].fillna(0.0) for n in leaves})

    refused = _refused(card, before, after, leaves, node, (start, end))
    contributions.loc[refused.index] = np.nan
    first, second = (card.flags[leaves].xs(y, level=1).loc[before.index] for y in (start, end))
    flags = first.where(first == second, first + " " + second).map(str.strip)
    return Change(contributions, moved[node].rename("change"), flags, refused)


def _node(card: Scorecard, name: str):
    return next(node for node in card.framework.index.nodes() if node.id == name)


def _refuse_unknown(card: Scorecard, years: tuple[int, int], node: str) -> None:
    for year in years:
        if year not in card.framework.years:
            raise ValueError(f"year {year} is not in the panel {list(card.framework.years)}.")
    if node not in card.child_weights:
        raise ValueError(f"no scored node is {node!r}; there are {', '.join(card.child_weights)}.")
    inside = {node}
    for parent in reversed(card.child_weights):
        if parent in inside:
            inside |= set(card.child_weights[parent].index)
            rule = card.framework.aggregation(_node(card, parent))
            if rule not in SLOPE:
                raise ValueError(
                    f"node {parent!r} is joined by {rule}; only means can be decomposed exactly: "
                    f"{', '.join(SLOPE)}."
                )


def _refused(
    card: Scorecard,
    before: pd.DataFrame,
    after: pd.DataFrame,
    leaves: list[str],
    node: str,
    years: tuple[int, int],
) -> pd.Series:
    reasons = {}
    inner = [name for name in card.child_weights if name in before.columns]
    for unit in before.index:
        for year, row in zip(years, (before.loc[unit], after.loc[unit]), strict=True):
            if np.isnan(row[node]):
                reasons[unit] = f"no score of {node!r} in {year}"
        once = before.loc[unit].isna() != after.loc[unit].isna()
        names = [name for name in (*leaves, *inner) if once[name]]
        if unit not in reasons and names:
            seen = years[1] if np.isnan(before.loc[unit, names[0]]) else years[0]
            reasons[unit] = f"{', '.join(names)}: observed in {seen} only, so the weights moved too"
    return pd.Series(reasons, dtype=object, name="reason").rename_axis(before.index.name)


def _logarithmic(x: pd.Series, y: pd.Series) -> pd.Series:
    """Δ ln / Δ, the inverse of the logarithmic mean; 1/x where nothing moves."""
    step = (y - x) / x
    quotient = np.log1p(step) / step.where(step != 0)
    return quotient.fillna(1.0).where(step.notna()) / x


Slope = Callable[[pd.Series, pd.Series], pd.Series]
# q(x) of `change`, up to a factor that cancels; free of cancellation where little moves
SLOPE: dict[str, Slope] = {
    "arithmetic": lambda x, y: 0 * x + 1.0,
    "geometric": _logarithmic,
    "harmonic": lambda x, y: 1 / (x * y),
    "generalised": lambda x, y: 1 / (np.sqrt(x) + np.sqrt(y)),
}
