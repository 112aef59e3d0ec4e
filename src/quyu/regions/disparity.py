"""Gaps by year: every measure of inequality for the official figures that are followed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from quyu.facts import embedded
from quyu.facts.params import read_params
from quyu.index.derive import derive, panel_of
from quyu.index.formula import parse
from quyu.index.framework import Framework
from quyu.index.tree import Entry, Factor, Id, Text
from quyu.regions import inequality as theil
from quyu.regions.inequality import (
    cv,
    gini,
    gini_terms,
    labels,
    numbers,
    ratio_scale,
    shares,
    weighted_cv,
)


@dataclass(frozen=True)
class Complete:
    """What `complete_years` returns.

    figures   (unit, year) × figures, nothing missing; only the complete years
    left_out  the other years: a row for each (year, figure, unit) without which they are incomplete
    """

    figures: pd.DataFrame
    left_out: pd.DataFrame

    @property
    def years(self) -> list[int]:
        """The complete years, in order."""
        return sorted(self.figures.index.unique(level=1))


@dataclass(frozen=True)
class Yearly:
    """What `by_year` returns: one row per complete year, and why other years have none."""

    table: pd.DataFrame
    left_out: pd.DataFrame


def complete_years(
    panel: pd.DataFrame | pd.Series,
    *,
    years: Sequence[int] | None = None,
    units: Sequence[object] | None = None,
) -> Complete:
    """Keep the years in which each of `units` has each figure; tell what the others lack.

    `panel` is indexed by (unit, year), NaN or no row where nothing is published. Comparing years
    is only fair over the same units, so one that is missing costs its year, never itself: state
    `units` to do without some. `years` are those asked for, published or not; else all calendar
    years from the first to the last with any figure.

    Raises ValueError for another index, a repeated row, an infinite or non-numeric figure, and a
    unit that is not in the panel.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]], names=["unit", "year"])
    >>> found = complete_years(pd.Series([1.0, 2.0, 3.0, None], index=rows, name="gdp"))
    >>> found.years, found.left_out.to_dict("records")
    ([2020], [{'year': 2021, 'figure': 'gdp', 'unit': 'b'}])
    """
    frame = panel.to_frame("value" if panel.name is None else panel.name) if _flat(panel) else panel
    laid = panel_of(frame, also=tuple(years or ()))
    names = laid.rows(laid.years).names
    wanted = list(laid.units if units is None else units)
    unknown = [unit for unit in wanted if unit not in laid.units]
    if unknown:
        raise ValueError(f"the panel has no unit {unknown[0]!r}; it has {list(laid.units)}.")
    blocks = np.stack(list(laid.figures.values()))[:, laid.units.get_indexer(wanted)]
    columns = _asked(blocks, laid.years) if years is None else [y - laid.years[0] for y in years]

    figure, unit, place = np.nonzero(np.isnan(blocks[:, :, columns]))
    asked = np.array(laid.years, dtype=int)[columns]
    holes = {
        "year": asked[place],
        "figure": np.array(list(laid.figures), dtype=object)[figure],
        "unit": np.array(wanted, dtype=object)[unit],
    }
    left_out = pd.DataFrame(holes).sort_values("year", kind="stable", ignore_index=True)
    kept = [year for year in asked.tolist() if year not in set(holes["year"].tolist())]
    index = pd.MultiIndex.from_product([wanted, kept], names=names)
    found = blocks[:, :, [year - laid.years[0] for year in kept]]
    table = pd.DataFrame(found.reshape(len(blocks), -1).T, index=index, columns=list(laid.figures))
    return Complete(table, left_out)


def by_year(
    panel: pd.DataFrame | pd.Series,
    measure: Callable[..., Mapping[str, float]],
    *,
    years: Sequence[int] | None = None,
    units: Sequence[object] | None = None,
) -> Yearly:
    """Take `measure` of the units in each complete year of `panel`, a row each.

    `measure` is given one year, a Series by unit or, if `panel` is a table, units × figures, so
    that figure and population can be of the same year; it returns named numbers. For `years`,
    `units` and what is refused see `complete_years`. A refusal by `measure` names the year.

    >>> rows = pd.MultiIndex.from_product([["a", "b"], [2020, 2021]], names=["unit", "year"])
    >>> gdp = pd.Series([1.0, 2.0, 3.0, None], index=rows, name="gdp")
    >>> found = by_year(gdp, lambda y: {"ratio": y.max() / y.min()})
    >>> found.table["ratio"].to_dict(), found.left_out["year"].tolist()
    ({2020: 3.0}, [2021])
    """
    complete = complete_years(panel, years=years, units=units)
    figures = complete.figures.iloc[:, 0] if _flat(panel) else complete.figures
    rows = {}
    for year in complete.years:
        try:
            rows[year] = dict(measure(figures.xs(year, level=1)))
        except ValueError as refusal:
            raise ValueError(f"{year}: {refusal}") from refusal
    table = pd.DataFrame.from_dict(rows, orient="index").rename_axis(figures.index.names[1])
    return Yearly(table, complete.left_out)


def _flat(panel: pd.DataFrame | pd.Series) -> bool:
    return isinstance(panel, pd.Series)


def _asked(blocks: np.ndarray, years: range) -> list[int]:
    """The columns from the first to the last year in which anything is published."""
    found = np.flatnonzero(~np.isnan(blocks).all(axis=(0, 1)))
    return list(range(found[0], found[-1] + 1)) if len(found) else list(range(len(years)))


@dataclass(frozen=True)
class Mobility:
    """What `rank_mobility` returns.

    spearman    correlation of the ranks of the two years, 1 = same order, −1 = reversed
    kendall     tau-b: share of pairs in the same order minus share in the other, ties apart
    mean_shift  mean number of places moved, up or down
    moved       share of units that are at another place
    ranks       units × (start, end, shift): competition ranks, 1 = largest; shift > 0 = moved up
    """

    spearman: float
    kendall: float
    mean_shift: float
    moved: float
    ranks: pd.DataFrame

    def row(self) -> dict[str, float]:
        """The summary as one row of a table."""
        names = ("spearman", "kendall", "mean_shift", "moved")
        return {name: getattr(self, name) for name in names}


def rank_mobility(start: pd.Series, end: pd.Series) -> Mobility:
    """Compare the order of the same units in two years, of a figure or of a score.

    Ranks need no true zero, so they serve scores as well. They are taken before any rounding, ties
    share the better place, and values that differ by less than 1e-9 are ties, as in the index.
    What moves by a place may not be distinguishable from standing still: see the rank intervals.

    Raises ValueError naming a unit that is missing or without value in one of the years, and for a
    year in which all units are equal, which has no order.
    (Spearman 1904, American Journal of Psychology 15: 72–101; Kendall 1945, Biometrika 33: 239–251.)

    Of three pairs one changed its order: tau = (2 − 1) / 3; 1 − 6 · (1 + 1 + 0) / (3 · 8) = 1/2.

    >>> before, after = pd.Series([3.0, 2, 1], list("abc")), pd.Series([5.0, 6, 4], list("abc"))
    >>> {name: round(value, 4) for name, value in rank_mobility(before, after).row().items()}
    {'spearman': 0.5, 'kendall': 0.3333, 'mean_shift': 0.6667, 'moved': 0.6667}
    """
    from scipy import stats

    first, last = (_ordered(values, when) for values, when in ((start, "start"), (end, "end")))
    odd = first.index.symmetric_difference(last.index)
    if len(odd):
        raise ValueError(f"{odd[0]!r} is in one of the two years only; compare the same units.")
    last = last.loc[first.index]
    ranks = pd.DataFrame({"start": _places(first), "end": _places(last)})
    ranks["shift"] = ranks["start"] - ranks["end"]
    moved = ranks["shift"].abs()
    return Mobility(
        float(first.rank().corr(last.rank())),
        float(stats.kendalltau(first, last).statistic),
        float(moved.mean()),
        float((moved > 0).mean()),
        ranks,
    )


def _ordered(values: pd.Series, when: str) -> pd.Series:
    try:
        found = numbers(values).round(9)
    except ValueError as refusal:
        raise ValueError(f"{when}: {refusal}") from refusal
    if found.nunique() < 2:
        raise ValueError(f"{when}: all units are equal, there is no order to compare.")
    return found


def _places(values: pd.Series) -> pd.Series:
    return values.rank(ascending=False, method="min").astype(int)


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
    return read_params(path or embedded() / "params" / "disparity.yaml", Disparity)


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
            found |= {f"{part}_{name}": term for part, term in gini_terms(y, code).row().items()}
        return found

    return by_year(panel, measures)


def _theil(y: np.ndarray, p: np.ndarray) -> float:
    return max(0.0, float(theil.theil_terms(y, p, np.zeros(len(y), dtype=int))[-1][0]))


def _between(y: np.ndarray, p: np.ndarray, code: np.ndarray) -> float:
    """The share of T that lies between the groups; none where all units are equal."""
    whole = _theil(y, p)
    return max(0.0, theil.theil_terms(y, p, code)[3].sum()) / whole if whole > 1e-12 else np.nan
