"""Gaps: which official figures are followed, with every measure of their inequality by year."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from quyu.facts import embedded
from quyu.index.derive import derive
from quyu.index.entry import Entry, Factor, Id, Text
from quyu.index.formula import parse
from quyu.index.framework import Framework
from quyu.regions.choices import read_choices
from quyu.regions.disparity import theil
from quyu.regions.disparity.dispersion import cv, weighted_cv
from quyu.regions.disparity.gini import gini, terms
from quyu.regions.disparity.ratio import labels, ratio_scale, shares
from quyu.regions.disparity.yearly import Yearly, by_year


class Ratio(Entry):
    """One ratio-scale figure; `formula` and `weight` (its population) as in the framework."""

    id: Id
    name: Text
    unit: Text
    formula: str
    weight: str
    factor: Factor = 1.0

    @model_validator(mode="after")
    def _formulas(self) -> Self:
        for formula in (self.formula, self.weight):
            parse(formula, owner=f"figure {self.id!r}")
        return self


class Disparity(Entry):
    """What params/disparity.yaml holds; `growth` names the figure whose convergence is tested."""

    figures: tuple[Ratio, ...] = Field(min_length=1)
    growth: str
    classes: Annotated[int, Field(ge=2)] = 4
    permutations: Annotated[int, Field(ge=99)] = 99_999
    seed: int = 1
    neighbours: Annotated[int, Field(ge=1)] = 4

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [figure.id for figure in self.figures]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"the id {repeated[0]!r} is used more than once; ids must be unique")
        if self.growth not in ids:
            raise ValueError(f"growth is {self.growth!r}, which is no figure: {', '.join(ids)}")
        return self


def read_disparity(path: str | Path | None = None) -> Disparity:
    """The choices in the file `path`, by default the embedded params/disparity.yaml.

    >>> read_disparity().growth
    'gdp_per_head'
    """
    return read_choices(path or embedded() / "params" / "disparity.yaml", Disparity)


@dataclass(frozen=True)
class Ratios:
    """What `ratios` returns: figures in their shown units with their weights, (unit, year) × ids."""

    figures: pd.DataFrame
    weights: pd.DataFrame


def ratios(matrix: pd.DataFrame, choices: Disparity, framework: Framework) -> Ratios:
    """The followed figures of every unit and year of `matrix`, missing where not published.

    `matrix` is indexed by (unit, year), one column per official figure in canonical units; the
    definitions and the base year of constant prices are those of `framework`.
    """
    arithmetic = {"definitions": framework.definitions, "base_year": framework.base_year}
    figures = derive(matrix, {each.id: each.formula for each in choices.figures}, **arithmetic)
    weights = derive(matrix, {each.id: each.weight for each in choices.figures}, **arithmetic)
    return Ratios(figures * pd.Series({each.id: each.factor for each in choices.figures}), weights)


def inequality(values: pd.Series, weights: pd.Series, groupings: dict[str, pd.Series]) -> Yearly:
    """Every measure of the inequality of one figure, by complete year.

    `values` and `weights` are indexed by (unit, year); each of `groupings` maps unit to group.
    Columns: `theil` and `theil_weighted` with, for each grouping g, `theil_g` and
    `theil_weighted_g`, the shares between its groups; `gini` with, for each grouping, its Dagum
    parts within_g, between_g, transvariation_g; `cv` and `cv_weighted`. A year in which a unit lacks
    figure or weight is left out, with its name.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020]], names=["unit", "year"])
    >>> pair = pd.Series([1.0, 3.0], index=rows)
    >>> found = inequality(pair, pair * 0 + 1, {"zone": pd.Series({"a": "x", "b": "y"})})
    >>> found.table.loc[2020, ["gini", "theil_zone", "between_zone"]].round(9).tolist()
    [0.25, 1.0, 0.25]
    """
    panel = pd.DataFrame({"value": values, "weight": weights})

    def measures(now: pd.DataFrame) -> dict[str, float]:
        value, weight = ratio_scale(now["value"]), shares(now["weight"], now.index)
        y, heavy = value.to_numpy(), weight.to_numpy()
        even = np.full(len(y), 1 / len(y))
        found = {"cv": cv(value), "cv_weighted": weighted_cv(value, now["weight"])}
        found |= {"theil": _theil(y, even), "theil_weighted": _theil(y, heavy), "gini": gini(value)}
        for name, groups in groupings.items():
            code = pd.factorize(np.asarray(labels(groups, now.index), dtype=object))[0]
            found[f"theil_{name}"] = _between(y, even, code)
            found[f"theil_weighted_{name}"] = _between(y, heavy, code)
            found |= {f"{part}_{name}": term for part, term in terms(y, code).row().items()}
        return found

    return by_year(panel, measures)


def _theil(y: np.ndarray, p: np.ndarray) -> float:
    return max(0.0, float(theil.terms(y, p, np.zeros(len(y), dtype=int))[-1][0]))


def _between(y: np.ndarray, p: np.ndarray, code: np.ndarray) -> float:
    """The share of T that lies between the groups; none where all units are equal."""
    whole = _theil(y, p)
    return max(0.0, theil.terms(y, p, code)[3].sum()) / whole if whole > 1e-12 else np.nan
