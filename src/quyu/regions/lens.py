"""What a lens is made of, as written in params/regions.yaml: the measures that its parts name."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from quyu.facts import embedded
from quyu.facts.faults import within
from quyu.facts.params import read_params
from quyu.index.climb import competition_ranks
from quyu.index.draws import Draws
from quyu.index.tree import Entry, Id, Share, Text, known, refuse_repeated
from quyu.index.uncertainty import rank_quantile
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
from quyu.regions.lens_input import LensInput, Measured, lens_input, percentile_ranks
from quyu.regions.strategy import Region
from quyu.words.nouns import Noun

Names = Annotated[tuple[Id, ...], Field(min_length=1)]

# A measure takes the lens input and its own options, and gives one value per unit; those on scores
# are taken anew in every draw, those on official figures are the same in all.
MEASURES: dict[str, Callable[..., Measured]] = {
    each.__name__: each
    for each in (
        top_goals, closeness, weakest_goal, mean_of_indicators, mean_of_goals, gain_on_nation,
        comparative_advantage, distinctive_industry, catch_up, level_with_change, changes,
    )
}  # fmt: skip


def needs(measure: str) -> list[str]:
    """The options that a measure is given, all of them.

    >>> needs("comparative_advantage")
    ['best']
    """
    parameters = inspect.signature(MEASURES[measure]).parameters.values()
    return [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]


class Part(Entry):
    """One part of a lens: a measure with its options.

    `tells` is what it says, `cannot` what it cannot say, `unit` that of its values. Of the options
    just those stand that the measure needs: `top` the share of units that counts as the best,
    `best` how many indicators, `goals`, `indicators`, `figures` and `indicator` ids, `node` a goal
    or "index", `formula` over figures, `size` the figure that others are set against, `since` the
    year from which a change counts, `against` the region whose median is the mark.
    """

    id: Id
    name: Text
    unit: Text
    tells: Text
    cannot: Text
    measure: Annotated[str, known(MEASURES, "measure")]
    top: Share | None = None
    best: int | None = Field(None, ge=1)
    goals: Names | None = None
    node: Id | None = None
    indicators: Names | None = None
    indicator: Id | None = None
    figures: Names | None = None
    size: Id | None = None
    formula: str | None = None
    since: int | None = None
    against: str | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The options that are stated."""
        own = ("id", "name", "unit", "tells", "cannot", "measure")
        stated = {name: getattr(self, name) for name in type(self).model_fields if name not in own}
        return {name: value for name, value in stated.items() if value is not None}

    @model_validator(mode="after")
    def _just_the_options_needed(self) -> Self:
        wanted = needs(self.measure)
        for name in self.options:
            if name not in wanted:
                takes = ", ".join(wanted) or "no option"
                raise ValueError(f"measure {self.measure!r} has no option {name!r}; it has {takes}")
        for name in wanted:
            if name not in self.options:
                raise ValueError(f"measure {self.measure!r} needs its option {name!r}")
        return self


class Lens(Entry):
    """How the strategy looks at one region: the question asked, and the parts of the answer.

    `region` is the region for which the lens is headlined, which the file says by the lens's place;
    `cannot` is what the whole cannot say.
    """

    id: Id
    region: str = ""
    name: Text
    question: Text
    cannot: Text
    parts: tuple[Part, ...] = Field(min_length=3, max_length=4)

    @model_validator(mode="after")
    def _parts_differ(self) -> Self:
        refuse_repeated(part.id for part in self.parts)
        return self


def read_lenses(path: str | Path | None = None) -> tuple[Lens, ...]:
    """The lens of each region, in the order of the file; the embedded params/regions.yaml by default.

    Raises ValueError with file, region and part of every fault: unknown keys and measures with the
    known ones, options that a measure lacks or does not have, a number of parts other than 3 or 4.

    >>> [(lens.region, lens.name.zh_hant) for lens in read_lenses()]
    [('東部', '引領帶動'), ('中西部', '比較優勢'), ('東北', '質量振興')]
    """
    file = read_params(path or embedded() / "params" / "regions.yaml", Strategy)
    return tuple(each.lens.model_copy(update={"region": each.name}) for each in file.regions)


class _Looked(Region):
    """A region of the file with its lens."""

    lens: Lens

    @model_validator(mode="after")
    def _lens_of_this_region(self) -> Self:
        if self.lens.region:
            raise ValueError("the region of a lens is the one that it stands under; drop the key")
        return self


class Strategy(Entry):
    """What params/regions.yaml holds."""

    source: Text
    common: Text
    regions: tuple[_Looked, ...] = Field(min_length=1)


@dataclass(frozen=True, eq=False, repr=False)
class LensScores(Noun):
    """What `lens` returns; one row per unit of the draws, all of them, whatever their region.

    values   units × parts, each in the unit that the part states
    parts    units × parts, percentile rank in the nation: 0 the last, 100 the first
    score    the equal mean of the parts
    ranks    nation (rank by the stated method), low, high (5–95 % of the draws), and the same
             inside the unit's own region: region, region_low, region_high; 1 = best, ties share
             the better rank; there also first and behind, the shares of `leading`
    detail   what explains each part: columns (part, what)
    missing  why a unit has no score, for those without one; part by part
    year     the year of the draws
    """

    choice: Lens
    values: pd.DataFrame
    parts: pd.DataFrame
    score: pd.Series
    ranks: pd.DataFrame
    detail: pd.DataFrame
    missing: pd.Series
    year: int


def lens(choice: Lens, draws: Draws, figures: pd.DataFrame, register: pd.DataFrame) -> LensScores:
    """Look at every unit of `draws` in their year as the strategy looks at one region.

    `figures` is the matrix that the draws' card was scored from: (unit, year) × figures in
    canonical units. `register` is indexed by unit and names its `region`.

    A lens is the equal mean of its parts, each the percentile rank of the unit in the nation. A
    unit that lacks a part has no score, and `missing` says why. Parts on scores are worked out
    again in each draw; parts on official figures are the same in all of them. A draw that cannot
    give a part to a unit (it leaves out all indicators of the part) does not rank that unit.

    Refused, naming lens and part: a goal, indicator or figure that the framework or the figures do
    not have; and a unit without a region.
    """
    here, found = lens_input(draws, figures, register), {}
    for part in choice.parts:
        with within(f"lens {choice.id!r}, part {part.id!r}"):
            found[part.id] = MEASURES[part.measure](here, **part.options)
    values = pd.DataFrame({name: each.values for name, each in found.items()}, index=here.units)
    orders = [each.values if each.order is None else each.order for each in found.values()]
    stated = percentile_ranks(np.array(orders, dtype=float))
    parts = pd.DataFrame(stated.T, index=here.units, columns=list(found))
    score = parts.mean(axis=1, skipna=False).rename("score")

    drawn = np.zeros((len(draws.weights), len(here.units)))
    for fixed, each in zip(stated, found.values(), strict=True):
        drawn += fixed if each.drawn is None else percentile_ranks(each.drawn)
    drawn = np.where(score.isna(), np.nan, np.round(drawn / len(found), 9))
    missing = {
        unit: "; ".join(
            f"{name}: {each.why(unit)}"
            for name, each in found.items()
            if np.isnan(each.values[unit])
        )
        for unit in score.index[score.isna()]
    }
    return LensScores(
        choice=choice,
        values=values,
        parts=parts,
        score=score,
        ranks=_ranks(here, np.round(score.to_numpy(), 9), drawn),
        detail=pd.concat({name: each.detail for name, each in found.items()}, axis=1),
        missing=pd.Series(missing, dtype=object, name="reason").rename_axis(score.index.name),
        year=draws.year,
    )


def _ranks(here: LensInput, score: np.ndarray, drawn: np.ndarray) -> pd.DataFrame:
    """The rank in the nation and in the unit's own region, each with its interval."""
    table = pd.DataFrame(index=here.units)
    table[["nation", "low", "high"]] = _with_interval(score, drawn, here.draws.ends)
    columns = ["region", "region_low", "region_high", "first", "behind"]
    table[columns] = np.nan
    for region in here.region.unique():
        members = (here.region == region).to_numpy()
        own, inside = score[members], drawn[:, members]
        placed = _with_interval(own, inside, here.draws.ends)
        table.loc[members, columns] = np.column_stack([placed, *leading(own, inside)])
    return table


def leading(score: np.ndarray, drawn: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The shares of the draws in which each unit is first, and in which the first by `score` is ahead of it.

    `drawn` is draws × units, more is better, NaN where a draw does not rank a unit: such a draw does
    not count for it. Who shares the first place has it. NaN for a unit without a score.

    >>> drawn = np.array([[9.0, 8.0], [7.0, 7.0], [6.0, 8.0], [5.0, 1.0]])
    >>> [each.tolist() for each in leading(np.array([6.8, 6.0]), drawn)]
    [[0.75, 0.5], [0.0, 0.5]]
    """
    if np.isnan(score).all():
        return score.copy(), score.copy()
    ranked = ~np.isnan(drawn)
    values = np.where(ranked, drawn, -np.inf)
    lead = [np.nanargmax(score)]
    best = (values == values.max(axis=1, keepdims=True)) & ranked
    both = ranked & ranked[:, lead]
    with np.errstate(invalid="ignore"):
        first = best.sum(axis=0) / ranked.sum(axis=0)
        behind = ((values < values[:, lead]) & both).sum(axis=0) / both.sum(axis=0)
    return tuple(np.where(np.isnan(score), np.nan, share) for share in (first, behind))


def _with_interval(score: np.ndarray, drawn: np.ndarray, shares: tuple[float, float]) -> np.ndarray:
    """Rank by `score`, and the least ranks that these shares of the draws do not exceed."""
    ranks = np.sort(competition_ranks(drawn), axis=0)
    ends = [rank_quantile(ranks, share) for share in shares]
    return np.where(np.isnan(score), np.nan, [competition_ranks(score[None])[0], *ends]).T
