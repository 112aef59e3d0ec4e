"""耦合協調度: whether systems develop together, on a high or a low level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.panel import cell

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
    _refuse_bad_systems(systems)
    values = systems.to_numpy(dtype=float)
    total = values.sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        coupling = values.shape[1] * np.exp(np.log(values).mean(axis=1)) / total
    development = values @ _alphas(systems, weights)
    coordination = np.sqrt(coupling * development)
    table = pd.DataFrame(
        {"coupling": coupling, "development": development, "coordination": coordination},
        index=systems.index,
    )
    # rounded first: √.36 · 1 must not miss its grade by the noise of floating point
    step = np.floor(table["coordination"].round(12) * 10).clip(upper=len(GRADES) - 1)
    return table.assign(grade=step.map(dict(enumerate(GRADES))))


def _alphas(systems: pd.DataFrame, weights: pd.Series | None) -> np.ndarray:
    if weights is None:
        return np.full(systems.shape[1], 1 / systems.shape[1])
    matching = sorted(map(str, weights.index)) == sorted(map(str, systems.columns))
    given = weights.to_numpy(dtype=float)
    if not matching or not np.isfinite(given).all() or (given < 0).any() or given.sum() == 0:
        raise ValueError(
            f"weights must be one number of at least 0 for each of {list(systems.columns)}, not "
            f"all 0; they are {weights.to_dict()}."
        )
    ordered = weights.loc[systems.columns].to_numpy(dtype=float)
    return ordered / ordered.sum()


def _refuse_bad_systems(systems: pd.DataFrame) -> None:
    if systems.shape[1] < 2:
        raise ValueError(f"coupling joins at least 2 systems; given are {list(systems.columns)}.")
    bad = np.argwhere(((systems < 0) | (systems > 1)).to_numpy())
    if len(bad):
        row, column = bad[0]
        raise ValueError(
            f"system {systems.columns[column]!r} is {systems.iat[row, column]:g} at "
            f"{cell(systems.index[row])}; a system lies from 0 to 1. Scale it first."
        )
