"""Gaps by year: every measure of inequality for the official figures that are followed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from quyu.facts import embedded
from quyu.facts.faults import within
from quyu.facts.params import read_params
from quyu.index.derive import derive
from quyu.index.framework import Framework
from quyu.index.tree import Entry, Factor, Formula, Id, Text, refuse_repeated
from quyu.regions.inequality import cv, dagum, gini, theil


def complete_years(panel: pd.Series) -> pd.DataFrame:
    """`panel`, indexed by (unit, year), as units × those years in which every unit has a figure.

    Comparing years is only fair over the same units, so that one that is missing costs its year,
    never itself: leave units out before to do without some.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]], names=["unit", "year"])
    >>> complete_years(pd.Series([1.0, 2.0, 3.0, None], index=rows))[2020].to_dict()
    {'a': 1.0, 'b': 3.0}
    >>> list(complete_years(pd.Series([1.0, 2.0, 3.0, None], index=rows)))
    [2020]
    """
    if panel.index.nlevels != 2:
        raise ValueError("a panel must be indexed by (unit, year).")
    wide = panel.unstack(sort=False).sort_index(axis=1)
    return wide.loc[:, wide.notna().all()]


class Ratio(Entry):
    """One ratio-scale figure; `formula` and `weight` (its population) as in the framework."""

    id: Id
    name: Text
    unit: Text
    formula: Formula
    weight: Formula
    factor: Factor = 1.0


class Bridge(Entry):
    """Two units that are neighbours over water, by id, with what joins them."""

    island: str
    shore: str
    source: str


class Disparity(Entry):
    """What params/disparity.yaml holds; `growth` names the figure whose convergence is tested."""

    figures: tuple[Ratio, ...] = Field(min_length=1)
    growth: str
    classes: Annotated[int, Field(ge=2)] = 4
    permutations: Annotated[int, Field(ge=99)] = 99_999
    seed: int = 1
    neighbours: Annotated[int, Field(ge=1)] = 4
    bridged: tuple[Bridge, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        ids = [figure.id for figure in self.figures]
        refuse_repeated(ids)
        if self.growth not in ids:
            raise ValueError(f"growth is {self.growth!r}, which is no figure: {', '.join(ids)}")
        return self

    @property
    def bridges(self) -> dict[str, str]:
        """The unit that each island is joined to."""
        return {each.island: each.shore for each in self.bridged}


def read_disparity(path: str | Path | None = None) -> Disparity:
    """The choices in the file `path`, by default the embedded params/disparity.yaml.

    >>> read_disparity().growth
    'gdp_per_head'
    """
    return read_params(path or embedded() / "params" / "disparity.yaml", Disparity)


class Ratios(NamedTuple):
    """Figures in their shown units with their weights, both (unit, year) × ids."""

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


def inequality(
    values: pd.Series, weights: pd.Series, groupings: dict[str, pd.Series]
) -> pd.DataFrame:
    """Every measure of the inequality of one figure, a row for each complete year.

    `values` and `weights` are indexed by (unit, year); each of `groupings` maps unit to group.
    Columns: `theil` and `theil_weighted` with, for each grouping g, `theil_g` and
    `theil_weighted_g`, the shares between its groups; `gini` with, for each grouping, its Dagum
    parts within_g, between_g, transvariation_g; `cv` and `cv_weighted`. A year in which a unit lacks
    figure or weight is left out.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020]], names=["unit", "year"])
    >>> pair = pd.Series([1.0, 3.0], index=rows)
    >>> found = inequality(pair, pair * 0 + 1, {"zone": pd.Series({"a": "x", "b": "y"})})
    >>> found.loc[2020, ["gini", "theil_zone", "between_zone"]].round(9).tolist()
    [0.25, 1.0, 0.25]
    """
    figures, heavy, rows = complete_years(values), complete_years(weights), {}
    for year in figures.columns.intersection(heavy.columns):
        with within(str(year)):
            y, people = figures[year], heavy[year]
            row = {"cv": cv(y), "cv_weighted": cv(y, people), "gini": gini(y)}
            for name, w in (("theil", None), ("theil_weighted", people)):
                row[name] = theil(y, weights=w).total
                for grouping, groups in groupings.items():
                    split = theil(y, weights=w, groups=groups)
                    known = split.total > 1e-12  # equal units have no share between them
                    row[f"{name}_{grouping}"] = split.between / split.total if known else np.nan
            for grouping, groups in groupings.items():
                _, *parts = dagum(y, groups)
                names = ("within", "between", "transvariation")
                row |= {f"{part}_{grouping}": term for part, term in zip(names, parts, strict=True)}
            rows[year] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(figures.columns.name)
