"""What stands in for a derived figure that was not published: near years, or one cross-section.

The derived indicator is imputed, never its parts, and every cell that was not published carries a
flag that says how it was filled. What the rules cannot reach stays missing.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from quyu.index.guards import refuse_unknown


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


NEIGHBOURS = 5
ROUNDS = 50


def fill(treated: pd.DataFrame, method: str, *, groups: pd.Series | None = None) -> pd.DataFrame:
    """`treated` with its missing cells filled by the method of `FILL` named; seen cells stay.

    `treated` is indexed by (unit, year), one column per indicator, after its transform: so a filled
    value of a logged indicator is positive. `groups` names the group of each unit, for
    "group_median". A column without any seen cell stays missing. Raises ValueError for an unknown
    method and for "group_median" without a group for every unit.

    >>> rows = pd.MultiIndex.from_product([["a", "b", "c"], [2023]], names=["unit", "year"])
    >>> seen = pd.DataFrame({"x": [1.0, 3.0, None]}, index=rows)
    >>> fill(seen, "group_median", groups=pd.Series({"a": "g", "b": "g", "c": "g"}))["x"].tolist()
    [1.0, 3.0, 2.0]
    """
    refuse_unknown("imputation", method, tuple(FILL))
    seen = [name for name in treated if treated[name].notna().any()]
    filled = treated.copy()
    if seen and treated[seen].isna().any(axis=None):
        filled[seen] = FILL[method](treated[seen], groups)
    return filled


def none(treated: pd.DataFrame, groups: pd.Series | None) -> pd.DataFrame:
    """The cells as they are: missing stays missing."""
    return treated


def group_median(treated: pd.DataFrame, groups: pd.Series | None) -> pd.DataFrame:
    """The median of the unit's group in the same year; missing where the whole group is."""
    return _of_group(treated, groups, "median")


def group_mean(treated: pd.DataFrame, groups: pd.Series | None) -> pd.DataFrame:
    """The mean of the unit's group in the same year; missing where the whole group is."""
    return _of_group(treated, groups, "mean")


def _of_group(treated: pd.DataFrame, groups: pd.Series | None, what: str) -> pd.DataFrame:
    units = treated.index.get_level_values(0)
    label = None if groups is None else groups.reindex(units)
    if label is None or label.isna().any():
        without = "any unit" if label is None else f"{units[label.isna()][0]!r}"
        raise ValueError(f"group_{what} needs a group for every unit; there is none for {without}.")
    keys = [label.to_numpy(), treated.index.get_level_values(1)]
    return treated.fillna(treated.groupby(keys).transform(what))


def knn(treated: pd.DataFrame, groups: pd.Series | None) -> pd.DataFrame:
    """The mean of the five nearest rows, in standard deviations of what both have seen.

    (Troyanskaya et al. 2001, Bioinformatics 17: 520–525.)
    """
    from sklearn.impute import KNNImputer  # slow to import, and no default needs it

    return _standardised(treated, KNNImputer(n_neighbors=NEIGHBOURS))


def iterative(treated: pd.DataFrame, groups: pd.Series | None) -> pd.DataFrame:
    """Each indicator regressed on the others, round after round (chained equations).

    (van Buuren & Groothuis-Oudshoorn 2011, Journal of Statistical Software 45 (3).)
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.experimental import enable_iterative_imputer  # noqa: F401
    from sklearn.impute import IterativeImputer

    with warnings.catch_warnings():
        # Short of its tolerance the last round is still an imputation, flagged like any other.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return _standardised(treated, IterativeImputer(max_iter=ROUNDS, random_state=0))


def _standardised(treated: pd.DataFrame, imputer) -> pd.DataFrame:
    spread = treated.std().replace(0, 1).fillna(1)
    scores = (treated - treated.mean()) / spread
    found = pd.DataFrame(
        imputer.fit_transform(scores), index=treated.index, columns=treated.columns
    )
    # What was seen comes back as it was, not by way of the scores.
    return treated.fillna(found * spread + treated.mean())


FILL: dict[str, Callable[[pd.DataFrame, pd.Series | None], pd.DataFrame]] = {
    "none": none,
    "group_median": group_median,
    "group_mean": group_mean,
    "knn": knn,
    "iterative": iterative,
}
ALL = frozenset({"monotone", "unit_invariant", "permutation_invariant", "year_stable"})
# What holds for the filled cells. Of equally near neighbours the order of the rows decides.
LAWS: dict[str, frozenset[str]] = {
    "none": ALL,
    "group_median": ALL,
    "group_mean": ALL,
    "knn": frozenset({"unit_invariant"}),
    "iterative": frozenset({"unit_invariant", "permutation_invariant"}),
}
