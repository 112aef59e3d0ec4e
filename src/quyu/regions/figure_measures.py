"""What a part of a lens can measure on official figures: the same in every draw."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal, closest
from quyu.index.change import against_nation
from quyu.index.practice import location_quotient
from quyu.regions.forecast import time_distance
from quyu.regions.lens_input import (
    LensInput,
    Measured,
    last_year,
    nothing,
    percentile_ranks,
    scored_indicator,
    series_of,
    too_early,
)
from quyu.regions.strategy import region_of


def distinctive_industry(here: LensInput, *, figures: tuple[str, ...], size: str) -> Measured:
    """The greatest of a unit's location quotients in `figures`, against `size`.

    The greatest, not a mean: what is distinctive is the one industry in which a unit specialises.
    It does not say how many industries are, nor how large. `industry` names it, `year` is the last
    in which all figures are published for anyone; the other columns are the quotients. A unit for
    which one of them is not published then has no value, since the greatest might be that one.
    """
    names = [*figures, size]
    for name in names:
        if name not in here.figures:
            near = closest(name, list(here.figures))
            raise Refusal(f"no figure is named {name!r}{near}.", "no_figure", figure=name)
    held = here.figures[names]
    year = last_year(here, held.notna().groupby(level=1).any().all(axis=1))
    rows = pd.MultiIndex.from_product([here.units, [year]])
    published = held.reindex(rows).droplevel(1)
    nowhere = [name for name in names if published[name].isna().all()]
    if nowhere:
        return nothing(here, f"{', '.join(nowhere)}: not published for {year}")
    quotients = location_quotient(published[list(figures)], published[size])
    complete = quotients.notna().all(axis=1)
    values = quotients.max(axis=1).where(complete)
    industry = quotients.fillna(-1.0).idxmax(axis=1).where(complete, "")
    reason = f"not all of {', '.join(names)} are published for {year}"
    return Measured(values, reason, quotients.assign(industry=industry, year=year))


def catch_up(here: LensInput, *, indicator: str, against: str) -> Measured:
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
    benchmark = paths.loc[members, paths[members].notna().all()].median()
    if here.year not in benchmark.index:
        return nothing(here, f"{leaf.id} is not published for all of {region.name} in {here.year}")
    found = time_distance(paths, benchmark, year=here.year, direction=leaf.direction)
    ends = np.copysign(np.inf, found["years"])  # a path of one year is more than ±0 years apart
    order = -found["years"].mask(found["censored"], ends)
    detail = found[["years", "censored"]].assign(level=paths[here.year] * leaf.factor)
    detail["benchmark"] = benchmark[here.year] * leaf.factor
    return Measured(found["years"], found["reason"], detail, order=order)


def level_with_change(here: LensInput, *, formula: str, since: int) -> Measured:
    """A ratio of figures, now and its change since `since`: the mean of the two percentile ranks.

    Both as published. `level` and `change` are in units of the ratio, `change_against` is the
    change less that of the nation's median; `level_percentile` and `change_percentile` are the
    ranks whose mean this is; `year` is the last that is published.
    """
    if since >= here.year:
        return too_early(here, since)
    table = series_of(here, "level", formula)
    year = last_year(here, table.notna().any())
    if since >= year:
        return too_early(here, since)
    then, now = (table.reindex(columns=[at])[at] for at in (since, year))
    return _together(here, {"level": now}, {"change": (then, now)}, since, year)


def changes(here: LensInput, *, indicators: tuple[str, ...], since: int) -> Measured:
    """The changes of `indicators` since `since`: the mean of their percentile ranks.

    As published, nothing carried; in the unit that each indicator is shown in, so in points where
    it is a share; the sign turned where less is better. For each indicator `…_against` is its
    change less that of the nation's median, `…_percentile` its rank: the part is their mean; `year`
    is the last for which all are published.
    """
    leaves, found = [scored_indicator(here, name) for name in indicators], {}
    tables = {
        leaf.id: series_of(here, leaf.id, leaf.formula or "") * leaf.factor for leaf in leaves
    }
    year = min(last_year(here, table.notna().any()) for table in tables.values())
    if since >= year:
        return too_early(here, since)
    for leaf in leaves:
        table = tables[leaf.id] if leaf.direction == "+" else -tables[leaf.id]
        found[leaf.id] = tuple(table.reindex(columns=[at])[at] for at in (since, year))
    return _together(here, {}, found, since, year)


def _together(
    here: LensInput,
    levels: dict[str, pd.Series],
    ends: dict[str, tuple[pd.Series, pd.Series]],
    since: int,
    year: int,
) -> Measured:
    """The mean of the percentile ranks of levels and of changes, for units that have them all."""
    moved = {name: now - then for name, (then, now) in ends.items()}
    against = {f"{name}_against": against_nation(*both) for name, both in ends.items()}
    table = pd.DataFrame(levels | moved, index=here.units, dtype=float)
    table = table.where(table.notna().all(axis=1))
    ranks = percentile_ranks(table.to_numpy().T)
    values = pd.Series(ranks.mean(axis=0), index=here.units)
    each = pd.DataFrame(ranks.T, index=here.units, columns=table.columns).add_suffix("_percentile")
    detail = table.join(each).assign(**against, year=year)
    return Measured(values, f"not published for both {since} and {year}", detail)
