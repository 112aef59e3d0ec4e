"""The scorecard: every number between the figures and the index, kept for whoever doubts one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from quyu.index.framework import Framework
from quyu.index.state import State


@dataclass(frozen=True)
class Scorecard:
    """What `score` returns. Tables are indexed by (unit, year) over the panel years.

    In the order of the calculation:
    raw         derived indicators in canonical units, as published, before imputation
    imputed     the same after imputation
    flags       how each imputed cell was filled: "", "interpolated", "carried", "structural"
    treated     after the declared transforms
    normalised  on the framework's scale, more is better
    capped      the cells beyond the goalposts: unit, year, indicator, value, low, high
    dropped     indicator → reason, for those with too little published
    child_weights  node → weights of its scored children, each summing to 1
    weights     effective weight of each kept indicator in the index; sums to 1
    scores      every node of the tree, the index among them, and every goal, though it may be a
                single indicator
    coverage    for each of these, the share of its weight that rests on figures published for that
                cell; a structural cross-section counts as published, other imputation does not
    ranks       per year, 1 = best, ties share the better rank; missing where the score is
    profile     the figures that are shown but not scored
    state       the goalposts and tier breaks used
    """

    framework: Framework
    raw: pd.DataFrame
    imputed: pd.DataFrame
    flags: pd.DataFrame
    treated: pd.DataFrame
    normalised: pd.DataFrame
    capped: pd.DataFrame
    dropped: pd.Series
    child_weights: dict[str, pd.Series]
    weights: pd.Series
    scores: pd.DataFrame
    coverage: pd.DataFrame
    ranks: pd.DataFrame
    profile: pd.DataFrame
    state: State

    @property
    def parts(self) -> pd.DataFrame:
        """The scores of all indicators and of all nodes side by side, each once."""
        nodes = [name for name in self.scores if name not in self.normalised]
        return self.normalised.join(self.scores[nodes])

    def variance_shares(self, year: int | None = None) -> pd.Series:
        """The share of each goal in the variance of the index, in `year` or over the panel.

        w_g · cov(ln goal, ln index) / var(ln index) where the index is a geometric mean, the same
        without logarithms where it is arithmetic: the shares sum to 1 and show what the stated
        weights amount to. Units without every goal are left out. Raises ValueError for other
        aggregations, in which the index is no sum of its goals.
        """
        rule = self.framework.aggregation(self.framework.index)
        if rule not in ("geometric", "arithmetic"):
            raise ValueError(
                f"variance shares need an arithmetic or geometric index; this one is {rule}."
            )
        goals = self.child_weights["index"]
        table = self.parts[[*goals.index, "index"]]
        if year is not None:
            table = table.xs(year, level=1)
        table = table.dropna()
        if rule == "geometric":
            table = np.log(table)
        covariance = table.cov()["index"]
        return goals * covariance[goals.index] / covariance["index"]
