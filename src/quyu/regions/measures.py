"""The measures that a part of a lens can name."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from quyu.regions.advantage import comparative_advantage
from quyu.regions.figure_measures import (
    catch_up,
    changes,
    distinctive_industry,
    level_with_change,
)
from quyu.regions.goal_measures import (
    closeness,
    gain_on_nation,
    mean_of_goals,
    mean_of_indicators,
    top_goals,
    weakest_goal,
)
from quyu.regions.lens_input import Measured


def needs(measure: str) -> list[str]:
    """The options that a measure is given, all of them.

    >>> needs("comparative_advantage")
    ['best']
    """
    parameters = inspect.signature(MEASURES[measure]).parameters.values()
    return [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]


# A measure takes the lens input and its own options, and gives one value per unit; those on scores
# are taken anew in every draw, those on official figures are the same in all.
MEASURES: dict[str, Callable[..., Measured]] = {
    each.__name__: each
    for each in (
        top_goals, closeness, weakest_goal, mean_of_indicators, mean_of_goals, gain_on_nation,
        comparative_advantage, distinctive_industry, catch_up, level_with_change, changes,
    )
}  # fmt: skip
