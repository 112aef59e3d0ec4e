"""What the parts of a lens are measured on: one year of scores with its draws, figures, regions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from quyu.index.derive import derive
from quyu.index.draws import Draws
from quyu.index.tree import Indicator
from quyu.regions.lenses.drawn import View, drawn_views, stated_view


@dataclass(frozen=True, eq=False)
class Ground:
    """What every measure takes: made by `ground`.

    figures  official figures (unit, year) × figure, canonical units
    region   the region of each unit
    stated   the scores by the stated method;  drawn  those of all draws
    """

    draws: Draws
    figures: pd.DataFrame
    region: pd.Series
    stated: View
    drawn: list[View]

    @property
    def year(self) -> int:
        """The year of the draws."""
        return self.draws.year

    @property
    def units(self) -> pd.Index:
        """The units that are scored, in the order of the draws."""
        return self.draws.units


@dataclass(frozen=True, eq=False)
class Measured:
    """What a measure returns, one entry per unit; more is better where not said otherwise.

    values   in the unit that the part states, by the stated method
    order    what units are ranked by, where it is not `values`
    drawn    draws × units, what they are ranked by in each draw; None: the same in every draw
    detail   what explains the value, one column each
    missing  why there is no value, for the units without one
    """

    values: pd.Series
    missing: pd.Series
    detail: pd.DataFrame
    order: pd.Series | None = None
    drawn: np.ndarray | None = field(default=None, repr=False)


def ground(draws: Draws, figures: pd.DataFrame, register: pd.DataFrame) -> Ground:
    """Lay out what lenses are measured on.

    Raises ValueError for a unit of the draws that `register` does not know, or knows without a
    region.
    """
    if "region" not in register:
        raise ValueError(f"the register has no column 'region'; it has {list(register.columns)}.")
    region = register["region"].reindex(draws.units)
    homeless = list(region.index[region.isna() | (region == "")])
    if homeless:
        raise ValueError(f"the register gives no region for {homeless}; every scored unit has one.")
    return Ground(draws, figures, region, stated_view(draws), drawn_views(draws))


def over_draws(here: Ground, measure: Callable[[View], np.ndarray]) -> tuple[pd.Series, np.ndarray]:
    """What `measure` (draws × units of a view) gives by the stated method, and in every draw."""
    drawn = np.full((len(here.draws.weights), len(here.units)), np.nan)
    for view in here.drawn:
        drawn[view.positions] = measure(view)
    return pd.Series(measure(here.stated)[0], index=here.units), drawn


def goal_names(here: Ground) -> list[str]:
    """The goals that are scored."""
    return list(here.draws.card.child_weights["index"].index)


def refuse_unknown_goals(here: Ground, wanted: Iterable[str]) -> None:
    """Raise ValueError for a goal that the framework does not score."""
    for goal in wanted:
        if goal not in goal_names(here):
            raise ValueError(
                f"the framework scores no goal {goal!r}; its goals are "
                f"{', '.join(goal_names(here))}."
            )


def scored_indicator(here: Ground, name: str) -> Indicator:
    """The scored indicator of that id; another is refused with those known."""
    card = here.draws.card
    if name in card.dropped.index:
        raise ValueError(f"indicator {name!r} is not scored: {card.dropped[name]}.")
    if name not in card.normalised:
        raise ValueError(
            f"the framework has no indicator {name!r}; it has {', '.join(card.normalised)}."
        )
    return next(leaf for leaf in card.framework.indicators if leaf.id == name)


def series_of(here: Ground, name: str, formula: str) -> pd.DataFrame:
    """A formula worked out from the figures as published, units × every year that they reach."""
    framework = here.draws.card.framework
    found = derive(
        here.figures,
        {name: formula},
        definitions=framework.definitions,
        base_year=framework.base_year,
    )
    return found[name].unstack().reindex(here.units)


def in_year(table: pd.DataFrame, year: int) -> pd.Series:
    """One column of a table by years; blank where the figures do not reach it."""
    return table[year] if year in table else pd.Series(np.nan, index=table.index)


def without(values: pd.Series, reason: str) -> pd.Series:
    """The same reason for every unit whose value is missing."""
    return pd.Series(reason, index=values.index[values.isna()], dtype=object, name="reason")
