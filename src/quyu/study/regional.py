"""What the regional strategy asks of a study, as frames: lenses, gaps, neighbours, partners, targets."""

from __future__ import annotations

import math
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.facts.names import NATION
from quyu.index.draws import Draws
from quyu.regions.convergence import Beta, Form, PanelBeta, Sigma, beta, panel_beta, sigma
from quyu.regions.disparity import Disparity, Ratios, inequality, ratios, read_disparity
from quyu.regions.forecast import time_distance
from quyu.regions.inequality import numbers, rank_mobility, theil
from quyu.regions.lens import Lens, LensScores, lens, read_lenses
from quyu.regions.markov import Chain, markov
from quyu.regions.pairing import Pairs, pairing
from quyu.regions.pull import Pull, pull
from quyu.regions.space import contiguity, inverse_distance, lisa, moran, nearest
from quyu.regions.structure import Assistance, Structure, peers, read_assistance, structure
from quyu.regions.targets import Attainment, attainment, outlook, read_measures
from quyu.study.certainty import draws_of

if TYPE_CHECKING:
    from libpysal.graph import Graph

    from quyu.study.study import Study

EAST = "東部"


# lenses


@lru_cache(maxsize=6)
def lens_of(study: Study, region: str, year: int) -> LensScores:
    """The lens made for a region, over every province and all draws; refused as `lens_from`."""
    return lens_from(study, region, draws_of(study, year))


def lens_from(study: Study, region: str, draws: Draws) -> LensScores:
    """The lens made for a region, over every province, from some draws of a year.

    Refused, with a sentence of the catalogue: a year before the one that a change is counted from,
    and a framework or figures that the lens cannot be worked out from.
    """
    choice, year = lens_choice(region), draws.year
    since = max(part.since or 0 for part in choice.parts)
    if year <= since:
        told = f"lens {choice.id!r} looks at change since {since}; {year} is too early."
        raise Refusal(told, "lens.too_early", since=since, year=year)
    try:
        found = lens(choice, draws, study.figures, study.provinces)
    except ValueError as refusal:  # a framework of one's own need not have the goals of a lens
        raise Refusal(str(refusal), "lens.refused", reason=str(refusal)) from None
    if found.score.isna().all():
        raise Refusal(found.missing.iloc[0], "lens.refused", reason=found.missing.iloc[0])
    return found


@cache
def lens_choice(region: str) -> Lens:
    """The lens that is made for a region."""
    return next(choice for choice in read_lenses() if choice.region == region)


def lens_frame(study: Study, region: str, year: int) -> pd.DataFrame:
    """Every province under a region's lens, best first; those without a score last.

    Columns: name; region, its own; score; rank in the nation with its interval (nation, low, high),
    inside its own region (inside, inside_low, inside_high); each part as percentile rank.
    """
    found = lens_of(study, region, year)
    inside = {"region": "inside", "region_low": "inside_low", "region_high": "inside_high"}
    named = {"name": study.short, "region": study.provinces["region"], "score": found.score}
    frame = pd.DataFrame(named, index=found.score.index).join(found.ranks.rename(columns=inside))
    return frame.join(found.parts).sort_values("nation", kind="stable")


# gaps


@cache
def disparity() -> Disparity:
    """The stated figures of inequality and convergence."""
    return read_disparity()


@lru_cache(maxsize=2)
def ratios_of(study: Study) -> Ratios:
    """The ratio-scale figures of the scored provinces, with their populations."""
    matrix = study.figures.loc[study.provinces.index]
    return ratios(matrix, disparity(), study.card.framework)


@lru_cache(maxsize=16)
def inequality_of(study: Study, figure: str) -> pd.DataFrame:
    """Every measure of the inequality of one figure by year, split by region and by zone."""
    found, register = ratios_of(study), study.provinces
    groupings = {"region": register["region"], "zone": register["zone"]}
    return inequality(found.figures[figure], found.weights[figure], groupings)


def years_of(study: Study, figure: str) -> list[int]:
    """The years in which a figure is published for every province."""
    return list(inequality_of(study, figure).index)


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
    found, years = ratios_of(study), years_of(study, figure)
    light = found.weights[figure].unstack("year")[years]
    heavy = (found.figures[figure] * found.weights[figure]).unstack("year")[years]
    place = study.provinces["region"]
    means = heavy.groupby(place).sum() / light.groupby(place).sum()
    means.loc["nation"] = heavy.sum() / light.sum()
    return means.T


def spread_frame(study: Study) -> pd.DataFrame:
    """How far the scores of index and goals lie apart in the first and last year, and the order's change.

    Columns: name; sd_first, sd_last, range_first, range_last in points; spearman and mean_shift of
    the ranks, missing in a panel of one year. A province without a score in one of the years counts
    in neither.
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
                row |= {f"sd_{end}": points.std(ddof=0), f"range_{end}": np.ptp(points)}
            if ends[0] < ends[1]:
                row |= rank_mobility(first[both], last[both])._asdict()
            rows[node] = row
    columns = ["name", "sd_first", "sd_last", "range_first", "range_last", "spearman", "mean_shift"]
    return pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns)


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


# convergence


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


@lru_cache(maxsize=2)
def convergence_frame(study: Study) -> pd.DataFrame:
    """What was estimated of convergence, a row per figure, model and span of years; indexed by figure.

    model is "sigma" (the yearly trend of the dispersion, for every figure and the index) or, for
    the growth figure and the index, "absolute", "conditional" (on the zones) and "panel" (b of
    yearly growth on the first level). Columns: name, model, first, last (years); sigma_first,
    sigma_last; estimate with its 95 % interval low, high (missing with too few years); course;
    half_life in years with its interval, missing where a gap is never halved; power to find 2 % a
    year; null, the panel's b without convergence; i and p, Moran's of the residuals of a model of
    two years (missing where the map would have holes).
    """
    names = figure_names(study)
    spans = {disparity().growth: _growth_years(study), "index": [list(study.card.framework.years)]}
    found = {figure: sigma_of(study, figure) for figure in names}
    rows = [{"figure": f, **sigma_row(each)} for f, each in found.items() if len(each.by_year)]
    for figure, runs in spans.items():
        rows += [{"figure": figure, **row} for row in _betas(study, figure, runs)]
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
    years, panel = years_of(study, disparity().growth), study.card.framework.years
    inside = [year for year in years if panel[0] <= year <= panel[-1]]
    whole = {panel[0], panel[-1]} <= set(years) and inside != years
    return [years, inside] if whole else [years]


def _betas(study: Study, figure: str, runs: list[list[int]]) -> list[dict[str, object]]:
    values, form = path_of(study, figure)
    if figure == "index":
        values = values.loc[values.unstack("year").dropna().index]
    zones = study.provinces.loc[values.index.unique("adcode"), "zone"]
    # One column for each zone but the first, which is what the others are compared with.
    controls = pd.get_dummies(zones, drop_first=True, dtype=float)
    rows = []
    for years in (run for run in runs if len(run) > 1):
        for model, given in (("absolute", None), ("conditional", controls)):
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
    found = moran(residuals, matrices_of(study)["queen"], **_test())
    return {"i": found.i, "p": found.p}


@lru_cache(maxsize=2)
def transitions_of(study: Study) -> Chain:
    """The yearly transitions of the growth figure, relative to each year's mean."""
    values, years = path_of(study, disparity().growth)[0], years_of(study, disparity().growth)
    kept = values[values.index.get_level_values("year").isin(years)]
    return markov(kept / kept.groupby(level="year").transform("mean"), k=disparity().classes)


# neighbours


def _test() -> dict[str, int]:
    return {"permutations": disparity().permutations, "seed": disparity().seed}


@lru_cache(maxsize=2)
def matrices_of(study: Study) -> dict[str, Graph]:
    """The weights under which patterns are tested; contiguity first."""
    land = study.land.loc[study.provinces.index]
    return {
        "queen": contiguity(land),
        "nearest": nearest(land, k=disparity().neighbours),
        "inverse_distance": inverse_distance(land),
    }


@lru_cache(maxsize=6)
def lisa_of(study: Study, year: int, weights: str = "queen") -> pd.DataFrame:
    """Local Moran statistics of the index under one of the weights matrices."""
    return lisa(_whole(study, year), matrices_of(study)[weights], **_test())


def _whole(study: Study, year: int) -> pd.Series:
    """The index of every province; one without a score would leave a hole in the map."""
    values = study.at(year)["index"]
    holes = list(values.index[values.isna()])
    if holes:
        told = (
            f"there is no index in {year} of {', '.join(holes)}; a map with holes tells no pattern."
        )
        named = study.say.join(study.short[holes])
        raise Refusal(told, "neighbours.unscored", names=named, year=year)
    return values


@lru_cache(maxsize=4)
def moran_frame(study: Study, year: int) -> pd.DataFrame:
    """Moran's I of the index with its permutation test, a row per weights matrix."""
    values, k = _whole(study, year), disparity().neighbours
    rows = {
        name: {"name": study.say(f"neighbours.{name}", k=k)}
        | moran(values, weights, **_test())._asdict()
        for name, weights in matrices_of(study).items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("weights")


def neighbours_frame(study: Study, year: int) -> pd.DataFrame:
    """The local Moran statistics of every province, with its cluster under each of the weights.

    Columns of `quyu.regions.space.lisa` under contiguity; `nearest` and `inverse_distance` hold the
    corrected cluster under these.
    """
    first, *others = matrices_of(study)
    frame = lisa_of(study, year, first)
    frame = frame.assign(**{name: lisa_of(study, year, name)["cluster"] for name in others})
    frame.insert(0, "name", study.short[frame.index])
    return frame


def pull_of(study: Study) -> Pull:
    """Whether neighbours of strong eastern provinces gained more over the panel."""
    first, last = (_whole(study, study.card.framework.years[end]) for end in (0, -1))
    east = list(study.provinces.index[study.provinces["region"] == EAST])
    return pull(first, last, matrices_of(study)["queen"], leaders=east)


# partners


@cache
def assistance() -> Assistance:
    """The stated choices of mutual assistance."""
    return read_assistance()


@lru_cache(maxsize=2)
def structure_of(study: Study, year: int) -> Structure:
    """How far the provinces of a study differ in structure."""
    return structure(study.figures.loc[study.provinces.index], assistance(), year=year)


@lru_cache(maxsize=2)
def pairs_of(study: Study, year: int) -> Pairs:
    """The proposed pairs of a year, from the draws behind the ranks."""
    apart = structure_of(study, year)
    return pairing(draws_of(study, year), apart, assistance(), study.provinces)


DRIVERS = 3  # indicators named beside a pair


def partners_frame(study: Study, year: int) -> pd.DataFrame:
    """The proposed giver of every receiver: the columns of `Pairs.table`, with names.

    `giver_name` and `runner_up_name` are the names of the two, `drivers` those of the indicators
    that the pair mainly rests on.
    """
    found = pairs_of(study, year)
    frame, leaves = found.table.copy(), _leaves(study)
    mine = found.drivers.groupby(["receiver", "giver"])["indicator"]
    frame["drivers"] = [
        study.say.join(leaves[name] for name in mine.get_group(pair).head(DRIVERS))
        for pair in frame["giver"].items()
    ]
    for column in ("giver", "runner_up"):
        frame[f"{column}_name"] = frame[column].map(study.short).fillna("")
    frame.insert(0, "name", study.short[frame.index])
    return frame


def drivers_frame(study: Study, year: int, receiver: str, giver: str) -> pd.DataFrame:
    """The indicators in which a giver is ahead where a receiver is weak, the greatest first.

    Indexed by indicator: name, receiver_score, giver_score, their flags, share of the pair's
    complementarity, in [0, 1].
    """
    mine = pairs_of(study, year).drivers.query("receiver == @receiver and giver == @giver")
    frame = mine.set_index("indicator").drop(columns=["receiver", "giver"])
    frame["share"] = (
        frame["contribution"] / pairs_of(study, year).table.at[receiver, "complementarity"]
    )
    frame.insert(0, "name", frame.index.map(_leaves(study)))
    return frame


def _leaves(study: Study) -> dict[str, str]:
    return {leaf.id: study.say.of(leaf.name) for leaf in study.card.framework.indicators}


def peers_frame(study: Study, adcode: str, year: int) -> pd.DataFrame:
    """A province, then those nearest to it in structure: name, index, rank, distance, alike, blocks.

    `alike` names the block in which the two differ least; a block holds its part of the squared
    distance. Of the province itself both are missing. Refused for one that lacks a figure.
    """
    if variables := lacking(study, adcode, year):
        told, named = f"{adcode} has no structure: no {variables}.", study.short[adcode]
        raise Refusal(told, "partners.left_out", name=named, variables=variables)
    found = peers(structure_of(study, year), adcode, count=assistance().peers)
    names = {block.id: study.say.of(block.name) for block in assistance().structure}
    found["alike"] = found[[*names]].idxmin(axis=1).map(names)
    frame = found.reindex([adcode, *found.index])
    frame.insert(0, "name", study.short[frame.index])
    frame.insert(1, "index", study.at(year)["index"])
    frame.insert(2, "rank", study.card.ranks.xs(year, level="year")["index"])
    return frame


def lacking(study: Study, adcode: str, year: int) -> str:
    """Which figures a province lacks for a structure, in words; empty if it has them all."""
    names = {each.id: study.say.of(each.name) for each in assistance().variables}
    left_out = structure_of(study, year).left_out.get(adcode, [])
    return study.say.join(names[variable] for variable in left_out)


# targets


@lru_cache(maxsize=2)
def targets_of(study: Study) -> Attainment:
    """Every official target judged by the public series that meet it."""
    facts = study.facts
    return attainment(facts.targets, study.figures, study.national, facts.codebook, read_measures())


@lru_cache(maxsize=2)
def outlook_of(study: Study) -> pd.DataFrame:
    """When each target with a public series would be met at the present pace."""
    return outlook(targets_of(study))


def targets_frame(study: Study) -> pd.DataFrame:
    """The columns of `Attainment.table` with names, then when each target would be met.

    name is who set it, indicator_name what it is for; outcome, reached, low, high are those of the
    forecast by the first published reading, missing where no series meets the target.
    """
    frame, ahead = targets_of(study).table, outlook_of(study)
    names = study.facts.codebook[f"name_{study.say.suffix}"]
    who = study.short.to_dict() | {NATION: study.area("全國")}
    frame = frame.assign(indicator_name=frame["indicator"].map(names))
    frame.insert(0, "name", frame["adcode"].map(who))
    keys = pd.MultiIndex.from_arrays([frame.index, frame["reading"]])
    told = ahead.reindex(keys)[["outcome", "reached", "low", "high"]].set_axis(frame.index)
    return frame.join(told).rename_axis(None)


def behind_frame(study: Study, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Years that each province is behind the East's median, province × figure, and whether censored.

    A figure that is not published for all of the East in `year` has no column.
    """
    register, found = study.provinces, ratios_of(study).figures
    east, years, more = register.index[register["region"] == EAST], {}, {}
    for figure in found:
        paths = found[figure].unstack("year")
        known = paths.loc[east].dropna(axis=1)
        if year in known.columns:
            apart = time_distance(paths, known.median(), year=year)
            years[figure], more[figure] = apart["years"], apart["censored"]
    return tuple(pd.DataFrame(each, index=found.index.unique("adcode")) for each in (years, more))
