"""The parts of a lens that rest on official figures, the same in every draw."""

from __future__ import annotations

from difflib import get_close_matches

import numpy as np
import pandas as pd

from quyu.index.location import location_quotient
from quyu.regions.lenses.gains import too_early
from quyu.regions.lenses.ground import (
    Ground,
    Measured,
    in_year,
    scored_indicator,
    series_of,
    without,
)
from quyu.regions.lenses.percentile import percentile_ranks
from quyu.regions.strategy import region_of
from quyu.regions.targets.time_distance import time_distance


def distinctive_industry(here: Ground, *, figures: tuple[str, ...], size: str) -> Measured:
    """The greatest of a unit's location quotients in `figures`, against `size`.

    The greatest, not a mean: what is distinctive is the one industry in which a unit specialises,
    and a mean would put a unit that is ordinary in all three ahead of one that leads in one. It
    does not say how many industries are, nor how large. `industry` names it; the other columns are
    the quotients. A unit for which one of the figures is not published has no value, since the
    greatest might be that one.
    """
    for name in (*figures, size):
        if name not in here.figures:
            near = get_close_matches(name, list(here.figures), 3) or sorted(here.figures)[:8]
            raise ValueError(f"no figure is named {name!r}; closest: {', '.join(near)}.")
    rows = pd.MultiIndex.from_product([here.units, [here.year]])
    published = here.figures.reindex(rows).droplevel(1)
    activity, whole = published[list(figures)], published[size]
    nowhere = [name for name in (*figures, size) if published[name].isna().all()]
    if nowhere:
        nothing = pd.Series(np.nan, index=here.units)
        reason = f"{', '.join(nowhere)}: not published for {here.year}"
        return Measured(nothing, without(nothing, reason), pd.DataFrame(index=here.units))
    quotients = location_quotient(activity, whole)
    complete = quotients.notna().all(axis=1)
    values = quotients.max(axis=1).where(complete)
    industry = quotients.fillna(-1.0).idxmax(axis=1).where(complete, "")
    reason = f"not all of {', '.join((*figures, size))} are published for {here.year}"
    detail = quotients.assign(industry=industry)
    return Measured(values, without(values, reason), detail)


def catch_up(here: Ground, *, indicator: str, against: str) -> Measured:
    """The years by which a unit trails the median of the region `against` in one indicator.

    Less is better. The indicator is worked out from the figures over all the years that they
    reach, and the median only for years in which it is published for all of the region's units.
    See `time_distance`: below 0 a unit is ahead; `censored` says that it is more than that many
    years, since the level was last seen before the figures begin. Such units rank behind, or
    ahead of, all others and share their place, as nothing tells them apart.
    """
    leaf, region = scored_indicator(here, indicator), region_of(against)
    members = here.region == region.name
    if not members.any():
        raise ValueError(f"no unit of the register lies in {region.name}; there is no median.")
    paths = series_of(here, leaf.id, leaf.formula or "").loc[:, lambda table: table.notna().any()]
    complete = paths[members].notna().all()
    benchmark = paths.loc[members, complete].median()
    if here.year not in benchmark.index:
        nothing = pd.Series(np.nan, index=here.units)
        reason = f"{leaf.id} is not published for all of {region.name} in {here.year}"
        return Measured(nothing, without(nothing, reason), pd.DataFrame(index=here.units))
    found = time_distance(paths, benchmark, year=here.year, direction=leaf.direction)
    ends = np.copysign(np.inf, found["years"])  # a path of one year is more than ±0 years apart
    order = -found["years"].mask(found["censored"], ends)
    missing = found.loc[found["years"].isna(), "reason"].astype(object)
    detail = found[["years", "censored"]].assign(level=paths[here.year] * leaf.factor)
    detail["benchmark"] = benchmark[here.year] * leaf.factor
    return Measured(found["years"], missing, detail, order=order)


def level_with_change(here: Ground, *, formula: str, since: int) -> Measured:
    """A ratio of figures, now and its change since `since`: the mean of the two percentile ranks.

    Both as published. `level` and `change` are in units of the ratio; `level_percentile` and
    `change_percentile` are the ranks whose mean this is.
    """
    if since >= here.year:
        return too_early(here, since)
    table = series_of(here, "level", formula)
    now, then = in_year(table, here.year), in_year(table, since)
    return _together(here, pd.DataFrame({"level": now, "change": now - then}), since)


def changes(here: Ground, *, indicators: tuple[str, ...], since: int) -> Measured:
    """The changes of `indicators` since `since`: the mean of their percentile ranks.

    As published, nothing carried; in the unit that each indicator is shown in, so in points where
    it is a share; the sign turned where less is better. For each indicator `…_percentile` is its
    rank: the part is their mean.
    """
    leaves = [scored_indicator(here, name) for name in indicators]
    if since >= here.year:
        return too_early(here, since)
    found = {}
    for leaf in leaves:
        table = series_of(here, leaf.id, leaf.formula or "") * leaf.factor
        moved = in_year(table, here.year) - in_year(table, since)
        found[leaf.id] = moved if leaf.direction == "+" else -moved
    return _together(here, pd.DataFrame(found), since)


def _together(here: Ground, parts: pd.DataFrame, since: int) -> Measured:
    """The mean of the percentile ranks of `parts`, for units that have them all."""
    parts = parts.where(parts.notna().all(axis=1))
    ranks = percentile_ranks(parts.to_numpy(dtype=float).T)
    values = pd.Series(ranks.mean(axis=0), index=here.units)
    reason = f"not published for both {since} and {here.year}"
    each = pd.DataFrame(ranks.T, index=here.units, columns=parts.columns).add_suffix("_percentile")
    return Measured(values, without(values, reason), parts.join(each))
