"""Options for the cells that near years cannot reach; the default leaves them missing."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pandas as pd

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
    if method not in FILL:
        raise ValueError(f"unknown imputation {method!r}; known are {', '.join(FILL)}.")
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
    units = treated.index.get_level_values(0)
    label = None if groups is None else groups.reindex(units)
    if label is None or label.isna().any():
        without = "any unit" if label is None else f"{units[label.isna()][0]!r}"
        raise ValueError(f"group_median needs a group for every unit; there is none for {without}.")
    keys = [label.to_numpy(), treated.index.get_level_values(1)]
    return treated.fillna(treated.groupby(keys).transform("median"))


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
    "knn": knn,
    "iterative": iterative,
}
ALL = frozenset({"monotone", "unit_invariant", "permutation_invariant", "year_stable"})
# What holds for the filled cells. Of equally near neighbours the order of the rows decides.
LAWS: dict[str, frozenset[str]] = {
    "none": ALL,
    "group_median": ALL,
    "knn": frozenset({"unit_invariant"}),
    "iterative": frozenset({"unit_invariant", "permutation_invariant"}),
}
