"""What stands in for a derived figure that was not published: near years, or one cross-section.

The derived indicator is imputed, never its parts, and every cell that was not published carries a
flag that says how it was filled. What the rules cannot reach stays missing.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd


def impute(
    derived: pd.DataFrame,
    *,
    years: tuple[int, ...],
    interior: int = 2,
    edge: int = 1,
    structural: Mapping[str, bool | tuple[int, ...]] | None = None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Fill `derived` and return it with the flags, both for the panel `years` only.

    `derived` holds every unit in every calendar year, one column per indicator; years outside the
    panel help to fill those inside.

    - A gap of at most `interior` years between two published years: a straight line in time,
      flag "interpolated". A longer gap stays missing as a whole.
    - A year with publications on one side only, at most `edge` years away: that nearest figure,
      flag "carried".
    - `structural` names the indicators known from one cross-section: True, or the years to use.
      The mean of those years' published values stands in every panel year, flag "structural".

    Cells that were published have the flag "".

    >>> rows = pd.MultiIndex.from_product([["a"], [2020, 2021, 2022, 2023]], names=["unit", "year"])
    >>> filled, flags = impute(pd.DataFrame({"x": [1.0, None, 3.0, None]}, index=rows),
    ...                        years=(2020, 2021, 2022, 2023))
    >>> filled["x"].tolist(), flags["x"].tolist()
    ([1.0, 2.0, 3.0, 3.0], ['', 'interpolated', '', 'carried'])
    """
    units = derived.index.get_level_values(0).unique()
    calendar = derived.index.get_level_values(1).unique()
    shape = (derived.shape[1], len(units), len(calendar))
    blocks = derived.to_numpy(dtype=float).T.reshape(shape)
    values, flags = _near_years(blocks, interior, edge)
    for name, stated in (structural or {}).items():
        if stated:
            used = np.ones(len(calendar), bool) if stated is True else calendar.isin(stated)
            place = derived.columns.get_loc(name)
            values[place], flags[place] = _cross_section(blocks[place], used)
    rows = pd.MultiIndex.from_product([units, list(years)], names=derived.index.names)
    panel = calendar.get_indexer(list(years))

    def table(found: np.ndarray) -> pd.DataFrame:
        cells = found[:, :, panel].reshape(len(found), -1).T
        return pd.DataFrame(cells, index=rows, columns=derived.columns)

    return table(values), table(flags)


def _cross_section(block: np.ndarray, used: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean of each unit's published values in the years used, held for every year."""
    known = np.where(used, block, np.nan)
    count = (~np.isnan(known)).sum(axis=1, keepdims=True)
    mean = np.divide(
        np.nansum(known, axis=1, keepdims=True),
        count,
        out=np.full((len(block), 1), np.nan),
        where=count > 0,
    )
    values = np.broadcast_to(mean, block.shape)
    return values, np.where(np.isnan(values), "", "structural")


def _near_years(blocks: np.ndarray, interior: int, edge: int) -> tuple[np.ndarray, np.ndarray]:
    """Lines between, and steps beyond, the published years along the last axis."""
    size = blocks.shape[-1]
    position = np.arange(size)
    known = ~np.isnan(blocks)
    before = np.maximum.accumulate(np.where(known, position, -1), axis=-1)
    after = np.minimum.accumulate(np.where(known, position, size)[..., ::-1], axis=-1)[..., ::-1]
    at_before = np.take_along_axis(blocks, np.maximum(before, 0), axis=-1)
    at_after = np.take_along_axis(blocks, np.minimum(after, size - 1), axis=-1)

    inside = ~known & (before >= 0) & (after < size) & (after - before - 1 <= interior)
    step = (position - before) / np.maximum(after - before, 1)
    carried_on = ~known & (before >= 0) & (after == size) & (position - before <= edge)
    carried_back = ~known & (before == -1) & (after < size) & (after - position <= edge)

    values = np.where(inside, at_before + (at_after - at_before) * step, blocks)
    values = np.where(carried_on, at_before, np.where(carried_back, at_after, values))
    flags = np.select([inside, carried_on | carried_back], ["interpolated", "carried"], "")
    return values, flags.astype(object)
