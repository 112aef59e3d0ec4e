"""The choices of method that are varied to see how far a rank depends on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from quyu.index.framework import FROM_DATA, Framework
from quyu.index.normalise import NORMALISE

SPREAD = 0.25  # the uniform noise moves each weight by up to a quarter of itself
MEANS = ("arithmetic", "geometric", "harmonic", "generalised")  # what `join` can calculate


@dataclass(frozen=True)
class Factors:
    """For each factor its levels, equally likely; "stated" is what the framework itself says.

    imputation     "published" uses published cells only: nothing interpolated, nothing carried;
                   "knn", "iterative" fill what the framework leaves missing
    goalposts      quantiles of the panel: (0, 1) its extremes, (.025, .975) winsorised
    normalisation  for indicators that state no rule of their own
    weighting      data-driven weights are drawn once, from the stated normalised scores, as a
                   stored state holds them; among each other nodes are then equal
    noise          what every child weight of every node is multiplied by, anew in each draw:
                   "uniform" ±25 %, "dirichlet" an exponential number (equal weights so become any
                   set of weights with equal chance), or "none"
    aggregation    how the children of the index are joined
    evidence       "direct" leaves the proxies out
    left_out       in half of the draws one of these indicators is left out, its siblings taking
                   its weight in proportion; None stands for every indicator, () for none

    >>> Factors(aggregation=("median",))
    Traceback (most recent call last):
    ValueError: unknown aggregation 'median'; known are stated, arithmetic, geometric, harmonic, \
generalised.
    """

    imputation: tuple[str, ...] = ("stated", "published")
    goalposts: tuple[str | tuple[float, float], ...] = ("stated", (0.0, 1.0), (0.025, 0.975))
    normalisation: tuple[str, ...] = ("stated", "minmax", "percentile", "zscore")
    weighting: tuple[str, ...] = ("stated", "equal", "entropy", "critic", "factor")
    noise: str = "uniform"
    aggregation: tuple[str, ...] = ("stated", "geometric", "arithmetic", "harmonic")
    evidence: tuple[str, ...] = ("all", "direct")
    left_out: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        allowed = {
            "imputation": ("stated", "published", "knn", "iterative"),
            "normalisation": ("stated", *NORMALISE),
            "weighting": ("stated", "equal", *FROM_DATA),
            "aggregation": ("stated", *MEANS),
            "evidence": ("all", "direct"),
        }
        for factor, known in allowed.items():
            self._refuse_unknown(factor, getattr(self, factor), known)
        self._refuse_unknown("noise", (self.noise,), tuple(NOISE))
        for pair in self.goalposts:
            if pair != "stated" and not (len(pair) == 2 and 0 <= pair[0] < pair[1] <= 1):
                raise ValueError(
                    f"goalposts {pair!r} are no quantiles; write 'stated' or a pair such as "
                    f"(0.025, 0.975)."
                )
        for field in fields(self):
            if getattr(self, field.name) == () and field.name != "left_out":
                raise ValueError(f"factor {field.name!r} has no level; keep at least 'stated'.")

    def _refuse_unknown(self, factor: str, levels: tuple, known: tuple[str, ...]) -> None:
        for level in levels:
            if level not in known:
                raise ValueError(
                    f"unknown {factor} {level!r}; known are {', '.join(map(str, known))}."
                )

    def levels(self, framework: Framework) -> dict[str, tuple]:
        """The levels of the factors of method, "stated" spelt out, none twice.

        The first four with the aggregation; what is left out is no method but a case.
        """
        own = nominal(framework)
        return {
            factor: tuple(
                dict.fromkeys(
                    own[factor] if level == "stated" else level for level in getattr(self, factor)
                )
            )
            for factor in own
        }


def nominal(framework: Framework) -> dict[str, object]:
    """The level of each factor of method that the framework states."""
    return {
        "imputation": "stated",
        "goalposts": framework.goalpost_quantiles,
        "normalisation": framework.normalise,
        "weighting": framework.weigh,
        "aggregation": framework.aggregation(framework.index),
    }


NOISE: dict[str, Callable[[np.ndarray], np.ndarray]] = {  # of numbers uniform on [0, 1)
    "uniform": lambda u: 1 + SPREAD * (2 * u - 1),
    "dirichlet": lambda u: -np.log1p(-u),
    "none": np.ones_like,
}

STATED = Factors(*[("stated",)] * 4, "none", ("stated",), ("all",), ())  # nothing is varied
