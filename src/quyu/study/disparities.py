"""How far the provinces lie apart in a study and whether that closes, as frames."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.formula import names_in
from quyu.regions.convergence import Beta, Form, PanelBeta, Sigma, beta, panel_beta, sigma
from quyu.regions.density import LEAST_UNITS, density
from quyu.regions.disparity import Ratios, complete_years, inequality, ratios
from quyu.regions.inequality import numbers, rank_mobility, theil
from quyu.regions.markov import Chain, SpatialChain, markov, spatial_markov
from quyu.regions.moran import moran
from quyu.study.evidence import series
from quyu.study.spatial import disparity, matrices_of, permuted, refuse_own_units

if TYPE_CHECKING:
    from quyu.study.study import Study


@lru_cache(maxsize=2)
def ratios_of(study: Study) -> Ratios:
    """The ratio-scale figures of the scored provinces, with their populations."""
    asked = [formula for each in disparity().figures for formula in (each.formula, each.weight)]
    matrix = study.figures.loc[study.provinces.index]
    known = {*matrix, *study.card.framework.definitions}
    if not {name for formula in asked for name in names_in(formula)} <= known:
        refuse_own_units(study, "figures")
    return ratios(matrix, disparity(), study.card.framework)


@lru_cache(maxsize=16)
def inequality_of(study: Study, figure: str) -> pd.DataFrame:
    """Every measure of the inequality of one figure by year, split by region and by zone."""
    found, register = ratios_of(study), study.provinces
    groupings = {joined(called): register[kind] for kind, called in [*study.groups.items()][::-1]}
    return inequality(found.figures[figure], found.weights[figure], groupings)


def joined(called: str) -> str:
    """What a kind of groups is called, as a part of a column's name.

    >>> joined("metro area")
    'metro_area'
    """
    return re.sub(r"[\s:=>]+", "_", called)


def complete_years_of(study: Study, figure: str) -> list[int]:
    """The years in which a figure is published for every province."""
    known = (complete_years(table[figure]) for table in ratios_of(study))
    return list(next(known).columns.intersection(next(known).columns))


def inequality_frame(study: Study) -> pd.DataFrame:
    """Every measure of `quyu.regions.disparity.inequality`, a row per figure and complete year; by figure."""
    tables = {each.id: inequality_of(study, each.id) for each in disparity().figures}
    found = {figure: table for figure, table in tables.items() if len(table)}
    if not found:
        raise Refusal("no figure is published for every province in any year.", "gaps.no_years")
    frame = pd.concat(found, names=["figure", "year"]).reset_index("year")
    frame.insert(0, "name", frame.index.map(figure_names(study)))
    return frame


def figure_names(study: Study) -> dict[str, str]:
    """The names of the figures and of "index", by id."""
    named = {each.id: study.say.of(each.name) for each in disparity().figures}
    return named | {"index": study.say("catching_up.index")}


def means_frame(study: Study, figure: str) -> pd.DataFrame:
    """Year × (each region, "nation"): the mean of a figure by people, in its complete years."""
    found, years = ratios_of(study), complete_years_of(study, figure)
    light = found.weights[figure].unstack("year")[years]
    heavy = (found.figures[figure] * found.weights[figure]).unstack("year")[years]
    place = study.provinces["region"]
    means = heavy.groupby(place).sum() / light.groupby(place).sum()
    means.loc["nation"] = heavy.sum() / light.sum()
    return means.T


def spread_frame(study: Study) -> pd.DataFrame:
    """How far the scores of index and goals lie apart in the first and last year, and the order's change.

    Columns: name; sd_first, sd_last, range_first, range_last in points, the ranges of the scores as they
    are printed, to a tenth; spearman and mean_shift of the ranks, missing in a panel of one year. A province
    without a score in one of the years counts in neither.
    """
    card, rows = study.card, {}
    ends = card.framework.years[0], card.framework.years[-1]
    names = {"index": study.say("gaps.index")}
    names |= study.goals
    for node, name in names.items():
        first, last = (study.at(year)[node] for year in ends)
        both = first.notna() & last.notna()
        if both.any():
            row = {"name": name}
            for end, scores in (("first", first), ("last", last)):
                points = numbers(scores[both])
                row |= {f"sd_{end}": points.std(ddof=0), f"range_{end}": np.ptp(points.round(1))}
            if ends[0] < ends[1]:
                row |= rank_mobility(first[both], last[both])._asdict()
            rows[node] = row
    columns = ["name", "sd_first", "sd_last", "range_first", "range_last", "spearman", "mean_shift"]
    return pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns)


def density_frame(study: Study, wanted: str, by: str) -> tuple[pd.DataFrame, str, str]:
    """The densities of what `series` knows, of all and by "zone" or "region", with its name and unit."""
    table, name, unit = series(study, wanted)
    values = table.reindex(columns=study.provinces.index).unstack()
    found = [density(values).assign(group="nation")]
    if by:
        groups = study.provinces[by].map(study.area)
        large = groups[groups.map(groups.value_counts()) >= LEAST_UNITS]
        years = values.index.isin(found[0]["year"].unique(), level="year")
        if len(large):
            inside = values[years & values.index.isin(large.index, level="adcode")]
            found.append(density(inside, groups=large))
    frame = pd.concat(found).set_index("group")
    frame.insert(0, "name", frame.index.to_series().replace("nation", study.say("gaps.everyone")))
    return frame, name, unit


def region_frame(study: Study, region: str) -> pd.DataFrame:
    """Each figure inside a region in its first and last complete year, indexed by figure.

    Columns: name; unit; year; mean by people; ratio to the nation's, which is 100; low, high with
    the provinces that have them, low_unit, high_unit; theil inside, missing for a single province.
    """
    rows, members = [], study.provinces.index[study.provinces["region"] == region]
    for each in disparity().figures:
        means = means_frame(study, each.id)
        for year in means.index.unique()[[0, -1] if len(means) > 1 else slice(None)]:
            inside = ratios_of(study).figures[each.id].xs(year, level="year")[members]
            mean, nation = means.loc[year, [region, "nation"]]
            row = {
                "figure": each.id,
                "name": study.say.of(each.name),
                "unit": study.say.of(each.unit),
            }
            row |= {"year": year, "mean": mean, "ratio": 100 * mean / nation}
            row |= {"low": inside.min(), "low_unit": inside.idxmin()}
            row |= {"high": inside.max(), "high_unit": inside.idxmax()}
            rows.append(row | {"theil": theil(inside).total if len(inside) > 1 else math.nan})
    return pd.DataFrame(rows).set_index("figure")


def path_of(study: Study, figure: str) -> tuple[pd.Series, Form]:
    """The values of a figure, or of "index", by (unit, year), and the scale that gaps are seen on."""
    if figure == "index":
        return study.card.scores["index"], "levels"
    return ratios_of(study).figures[figure], "log"


@lru_cache(maxsize=16)
def sigma_of(study: Study, figure: str, region: str = "") -> Sigma:
    """σ of a figure, in logs, or of "index", in levels; over the provinces of one region if given."""
    values, form = path_of(study, figure)
    if region:
        values = values.loc[list(study.provinces.index[study.provinces["region"] == region])]
    return sigma(values, form=form)


def convergence_frame(study: Study, covariates: pd.DataFrame | None = None) -> pd.DataFrame:
    """What was estimated of convergence, a row per figure, model and span of years; indexed by figure.

    model is "sigma" (the yearly trend of the dispersion, for every figure and the index) or, for
    the growth figure and the index, "absolute", "conditional" (on the zones), "covariates" (on those
    given, units × numbers) and "panel" (b of yearly growth on the first level). Columns: name, model,
    first, last (years); sigma_first, sigma_last; estimate with its 95 % interval low, high (missing
    with too few years); course; half_life in years with its interval, missing where a gap is never
    halved; power to find 2 % a year; null, the panel's b without convergence; i and p, Moran's of the
    residuals of a model of two years (missing where the map would have holes).
    """
    return _without(study) if covariates is None else _converged(study, covariates)


@lru_cache(maxsize=4)
def _without(study: Study) -> pd.DataFrame:
    return _converged(study, None)


def _converged(study: Study, covariates: pd.DataFrame | None) -> pd.DataFrame:
    names = figure_names(study)
    spans = {disparity().growth: _growth_years(study), "index": [list(study.card.framework.years)]}
    found = {figure: sigma_of(study, figure) for figure in names}
    rows = [{"figure": f, **sigma_row(each)} for f, each in found.items() if len(each.by_year)]
    for figure, runs in spans.items():
        rows += [{"figure": figure, **row} for row in _betas(study, figure, runs, covariates)]
    columns = [
        "figure", "name", "model", "first", "last", "sigma_first", "sigma_last", "estimate", "low",
        "high", "course", "half_life", "half_life_low", "half_life_high", "power", "null", "i", "p",
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns).set_index("figure")
    return frame.assign(name=frame.index.map(names))


def sigma_row(found: Sigma) -> dict[str, object]:
    """The first and last dispersion with the trend between them and what it says."""
    years, row = found.by_year.index, {"course": "short"}
    if found.trend is not None:
        row = found.trend.coefficients.loc["year", ["estimate", "low", "high"]].to_dict()
        course = "closer" if row["high"] < 0 else "apart"
        row["course"] = "unclear" if row["low"] <= 0 <= row["high"] else course
    ends = {"sigma_first": found.by_year.iloc[0], "sigma_last": found.by_year.iloc[-1]}
    return {"model": "sigma", "first": years[0], "last": years[-1], **ends, **row}


def _growth_years(study: Study) -> list[list[int]]:
    """The complete years of the growth figure, and those of them that the panel spans."""
    years, panel = complete_years_of(study, disparity().growth), study.card.framework.years
    inside = [year for year in years if panel[0] <= year <= panel[-1]]
    whole = {panel[0], panel[-1]} <= set(years) and inside != years
    return [years, inside] if whole else [years]


def _betas(
    study: Study, figure: str, runs: list[list[int]], covariates: pd.DataFrame | None
) -> list[dict[str, object]]:
    values, form = path_of(study, figure)
    if figure == "index":
        values = values.loc[values.unstack("year").dropna().index]
    zones = study.provinces.loc[values.index.unique("adcode"), "zone"]
    # One column for each zone but the first, which is what the others are compared with.
    controls = pd.get_dummies(zones, drop_first=True, dtype=float)
    rows = []
    for years in (run for run in runs if len(run) > 1):
        models = {"absolute": None, "conditional": controls}
        models |= {} if covariates is None else {"covariates": covariates}
        for model, given in models.items():
            found = beta(values, years[0], years[-1], form=form, controls=given)
            left = _left(study, found.fit.residuals)
            rows.append({"model": model, **_slope(found, years), "power": found.power, **left})
    longest = runs[0]
    if len(longest) > 2 and all(after == before + 1 for before, after in pairwise(longest)):
        kept = values[values.index.get_level_values("year").isin(longest)]
        found = panel_beta(kept, form=form)
        rows.append({"model": "panel", **_slope(found, longest), "null": found.null})
    return rows


def _slope(found: Beta | PanelBeta, years: list[int]) -> dict[str, object]:
    row = found.fit.coefficients.loc["initial", ["estimate", "low", "high"]].to_dict()
    row |= {"first": years[0], "last": years[-1], "course": found.speed.course}
    if found.speed.half_life is not None:
        low, high = found.speed.half_lives
        row |= {"half_life": found.speed.half_life, "half_life_low": low, "half_life_high": high}
    return row


def _left(study: Study, residuals: pd.Series) -> dict[str, float]:
    """Moran's I of what a model leaves, over all provinces; a hole in the map has none."""
    if len(residuals) < len(study.provinces):
        return {}
    found = moran(residuals, matrices_of(study)["queen"], **permuted())
    return {"i": found.i, "p": found.p}


def _relative_growth(study: Study) -> pd.Series:
    """The growth figure over each year's mean, in its complete years."""
    values, years = (
        path_of(study, disparity().growth)[0],
        complete_years_of(study, disparity().growth),
    )
    kept = values[values.index.get_level_values("year").isin(years)]
    return kept / kept.groupby(level="year").transform("mean")


@lru_cache(maxsize=2)
def transitions_of(study: Study) -> Chain:
    """The yearly transitions of the growth figure, relative to each year's mean."""
    return markov(_relative_growth(study), k=disparity().classes)


@lru_cache(maxsize=2)
def spatial_transitions_of(study: Study) -> SpatialChain:
    """The same transitions by the class of the mean of the provinces around."""
    around = matrices_of(study)["queen"]
    return spatial_markov(_relative_growth(study), around, k=disparity().classes, **permuted())


def transitions_frame(study: Study) -> pd.DataFrame:
    """The counts and shares of `spatial_transitions_of`, by classes around and own."""
    say, found = study.say, spatial_transitions_of(study)
    frame = found.counts.add_prefix("to_").join(found.probabilities.add_prefix("share_"))
    frame.columns.name = None
    for place, (name, level) in enumerate((("name", "class"), ("around", "neighbours"))):
        numbers = frame.index.get_level_values(level)
        frame.insert(place, name, [say(f"around.{level}", number=each) for each in numbers])
    return frame.assign(transitions=found.counts.sum(axis=1))
