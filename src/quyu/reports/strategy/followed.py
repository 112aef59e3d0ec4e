"""The official figures that gaps are followed in, worked out once for all that is written of them."""

from __future__ import annotations

from functools import cache, lru_cache

from quyu.regions.disparity.inequality import Disparity, Ratios, inequality, ratios, read_disparity
from quyu.regions.disparity.yearly import Yearly
from quyu.reports.study import Study


@cache
def choices() -> Disparity:
    """The stated figures of inequality and convergence."""
    return read_disparity()


@lru_cache(maxsize=2)
def ratios_of(subject: Study) -> Ratios:
    """The followed ratio-scale figures of the scored provinces."""
    matrix = subject.figures.loc[subject.provinces.index]
    return ratios(matrix, choices(), subject.card.framework)


@lru_cache(maxsize=16)
def inequality_of(subject: Study, figure: str) -> Yearly:
    """Every measure of the inequality of one figure by year, split by region and by zone."""
    found, register = ratios_of(subject), subject.provinces
    groupings = {"region": register["region"], "zone": register["zone"]}
    return inequality(found.figures[figure], found.weights[figure], groupings)
