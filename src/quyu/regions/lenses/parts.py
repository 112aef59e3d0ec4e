"""The measures that a part of a lens can name."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from quyu.regions.lenses.advantage import comparative_advantage
from quyu.regions.lenses.figures import catch_up, changes, distinctive_industry, level_with_change
from quyu.regions.lenses.gains import gain_on_nation
from quyu.regions.lenses.ground import Measured
from quyu.regions.lenses.scores import (
    closeness,
    mean_of_goals,
    mean_of_indicators,
    top_goals,
    weakest_goal,
)


def needs(measure: str) -> list[str]:
    """The options that a measure is given, all of them.

    >>> needs("comparative_advantage")
    ['best']
    """
    parameters = inspect.signature(MEASURES[measure]).parameters.values()
    return [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]


# A measure takes the ground and its own options, and gives one value per unit.
MEASURES: dict[str, Callable[..., Measured]] = {
    # on scores, anew in every draw
    "top_goals": top_goals,
    "closeness": closeness,
    "weakest_goal": weakest_goal,
    "mean_of_indicators": mean_of_indicators,
    "mean_of_goals": mean_of_goals,
    "gain_on_nation": gain_on_nation,
    "comparative_advantage": comparative_advantage,
    # on official figures, the same in every draw
    "distinctive_industry": distinctive_industry,
    "catch_up": catch_up,
    "level_with_change": level_with_change,
    "changes": changes,
}
