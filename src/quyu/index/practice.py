"""What the field also asks of an index: coupling, obstacles, location quotients, effective weights."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.guards import refuse_where, weight_shares

GRADES = (
    "極度失調",  # [0, 0.1)
    "嚴重失調",  # [0.1, 0.2)
    "中度失調",
    "輕度失調",
    "瀕臨失調",
    "勉強協調",
    "初級協調",
    "中級協調",
    "良好協調",
    "優質協調",  # [0.9, 1]
)
VERSION = "C = n (∏U)^(1/n) / ΣU, T = ΣαU, D = √(C·T)"


def coupling_coordination(
    systems: pd.DataFrame, *, weights: pd.Series | None = None
) -> pd.DataFrame:
    """Coupling C, development T, coordination D of each row, with one of ten grades.

    `systems` has one column per system, each from 0 to 1; `weights` are the α of T, equal unless
    given. The version is the standard one, C = n (ΠU)^(1/n) / ΣU, T = ΣαU, D = √(C·T): several
    misprinted ones are in use (Wang, Kong, Ren, Zhang & Dai 2021, Journal of Natural Resources 36:
    793–810), so state it (`VERSION`). A system at 0 makes C 0; all at 0, or one missing, gives NaN.
    Grades are half-open, [0, .1) … [.9, 1].

    Raises ValueError for a single system, a value outside [0, 1], and weights that are not one per
    system, missing, negative or all 0.

    >>> rows = coupling_coordination(pd.DataFrame({"u": [0.1, 0.0, 0.0], "v": [0.9, 0.5, 0.0]}))
    >>> rows["coupling"].round(9).tolist()  # 2 √.09 / 1
    [0.6, 0.0, nan]
    >>> rows["grade"].tolist()[:2]  # D = √(.6 · .5) = .548, and 0
    ['勉強協調', '極度失調']
    """
    if systems.shape[1] < 2:
        raise ValueError(f"coupling joins at least 2 systems; given are {list(systems.columns)}.")
    told = "system {column} is {value} at {cell}; a system lies from 0 to 1. Scale it first."
    refuse_where((systems < 0) | (systems > 1), systems, told)
    alphas = pd.Series(1.0, systems.columns) if weights is None else weights
    values = systems.to_numpy(dtype=float)
    total = values.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        coupling = values.shape[1] * np.exp(np.log(values).mean(axis=1)) / total
    development = values @ weight_shares(alphas, systems.columns).to_numpy()
    coordination = np.sqrt(coupling * development)
    table = pd.DataFrame(
        {"coupling": coupling, "development": development, "coordination": coordination},
        index=systems.index,
    )
    # rounded first: √.36 · 1 must not miss its grade by the noise of floating point
    step = np.floor(table["coordination"].round(12) * 10).clip(upper=len(GRADES) - 1)
    return table.assign(grade=step.map(dict(enumerate(GRADES))))


def obstacle_degrees(scores: pd.DataFrame, weights: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """O_ij = w_j (1 − I_ij) / Σ_k w_k (1 − I_ik): each row sums to 1.

    `scores` are normalised from 0 to 1, more is better; a score on [1, 100] is (score − 1) / 99. A
    row that lacks nothing is NaN throughout. Where a score is missing its obstacle is NaN, the
    others share the whole. `weights` are those of the indicators, or a table of what made each
    row's score (`scored_weights`), in which the siblings of a missing score have its weight. Raises
    ValueError naming a score outside [0, 1], and for weights that `shares` refuses.

    >>> scores = pd.DataFrame({"a": [0.5, 1.0], "b": [0.75, 1.0]})
    >>> obstacle_degrees(scores, pd.Series({"a": 0.25, "b": 0.75})).to_numpy().tolist()
    [[0.4, 0.6], [nan, nan]]
    """
    told = (
        "{column} is {value} at {cell}; obstacle degrees need scores from 0 to 1. "
        "A score on [1, 100] is (score − 1) / 99."
    )
    refuse_where((scores < 0) | (scores > 1), scores, told, "scale")
    counted = (
        weights if isinstance(weights, pd.DataFrame) else weight_shares(weights, scores.columns)
    )
    lacking = (1 - scores) * counted
    return lacking.div(lacking.sum(axis=1), axis=0)


def location_quotient(activity: pd.DataFrame, size: pd.Series) -> pd.DataFrame:
    """LQ = (e_ij / e_i) / (E_j / E): above 1, the industry is larger than in the nation.

    `activity` holds the e_ij, one row per unit, one column per industry; `size` the e_i, each
    unit's whole economy by the same measure. The nation is the sum of the units for which both are
    published; where one is missing the quotient is NaN. Official figures only, never scores, whose
    zero is arbitrary. Raises ValueError naming unit and industry of a negative activity, a size
    not above 0, a unit without size, and an industry that exists nowhere. (Haig 1926; Isard 1960.)

    >>> activity = pd.DataFrame({"software": [30.0, 10.0]}, index=["one", "two"])
    >>> size = pd.Series({"one": 100.0, "two": 100.0})
    >>> location_quotient(activity, size)["software"].round(9).to_dict()
    {'one': 1.5, 'two': 0.5}
    """
    without = [unit for unit in activity.index if unit not in size.index]
    if without:
        raise ValueError(f"no size is given for {without}; give the whole economy of every unit.")
    whole = size.loc[activity.index]
    for unit in whole.index[whole <= 0]:
        raise ValueError(f"the size of {unit!r} is {whole[unit]:g}; it must be above 0.")
    told = "{column} is {value} at {cell}; an activity is at least 0."
    refuse_where(activity < 0, activity, told)
    published = activity.notna().mul(whole.notna(), axis=0)
    nation = activity.where(published).sum()
    for industry in nation.index[nation == 0]:
        raise ValueError(f"industry {industry!r} exists in no unit; it has no location quotient.")
    share = nation / published.mul(whole, axis=0).sum()
    return activity.div(whole, axis=0) / share


def effective_weights(scores: pd.DataFrame, weights: pd.Series, index: pd.Series) -> pd.DataFrame:
    """For each child: weight, effective (its share of the variance of Σ w I), correlation.

    `scores` holds the children of one weighted mean; for a geometric mean pass their logarithms.
    `effective` is cov(w I_j, Σ w I) / var(Σ w I): it sums to 1, and is below 0 for a child that
    works against the rest. `correlation` is Pearson's with `index`, any score of the same rows.
    Over the rows in which everything is observed, given as the column n. Raises ValueError for
    fewer than 3 such rows, an index that is the same in all of them, and weights that `shares`
    refuses. (Becker, Saisana, Paruolo & Vandecasteele 2017, Ecological Indicators 80: 12–22.)

    >>> scores = pd.DataFrame({"a": [0.0, 0.0, 4.0, 4.0], "b": [0.0, 2.0, 0.0, 2.0]})
    >>> weights = pd.Series({"a": 0.5, "b": 0.5})
    >>> found = effective_weights(scores, weights, scores.mean(axis=1))
    >>> found["effective"].round(9).to_dict()  # equal weights, but a varies twice as much: 4 to 1
    {'a': 0.8, 'b': 0.2}
    """
    share = weight_shares(weights, scores.columns)
    index = index.reindex(scores.index)
    rows = scores[scores.notna().all(axis=1) & index.notna()]
    index = index.loc[rows.index]
    parts = rows * share
    total = parts.sum(axis=1)
    if len(rows) < 3 or index.max() - index.min() <= 1e-12 * index.abs().max():
        raise ValueError(
            f"effective weights need 3 rows with every score and an index that differs among them; "
            f"{len(rows)} of {len(scores)} rows have {list(scores.columns)} and the index."
        )
    return pd.DataFrame(
        {
            "weight": share,
            "effective": parts.apply(lambda part: part.cov(total)) / total.var(),
            "correlation": rows.corrwith(index),
            "n": len(rows),
        }
    )
