"""障礙度: which indicators hold a unit back, as shares of all it lacks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.panel import cell
from quyu.index.weigh import stated


def obstacle_degrees(scores: pd.DataFrame, weights: pd.Series) -> pd.DataFrame:
    """O_ij = w_j (1 − I_ij) / Σ_k w_k (1 − I_ik): each row sums to 1.

    `scores` are normalised from 0 to 1, more is better; a score on [1, 100] is (score − 1) / 99. A
    row that lacks nothing is NaN throughout. Where a score is missing its obstacle is NaN, the
    others share the whole. Raises ValueError naming a score outside [0, 1], and for weights that
    `weigh.stated` refuses.

    >>> scores = pd.DataFrame({"a": [0.5, 1.0], "b": [0.75, 1.0]})
    >>> obstacle_degrees(scores, pd.Series({"a": 0.25, "b": 0.75})).to_numpy().tolist()
    [[0.4, 0.6], [nan, nan]]
    """
    bad = np.argwhere(((scores < 0) | (scores > 1)).to_numpy())
    if len(bad):
        row, column = bad[0]
        raise ValueError(
            f"{scores.columns[column]!r} is {scores.iat[row, column]:g} at "
            f"{cell(scores.index[row])}; obstacle degrees need scores from 0 to 1. "
            f"A score on [1, 100] is (score − 1) / 99."
        )
    lacking = (1 - scores) * stated(scores, weights=weights)
    return lacking.div(lacking.sum(axis=1), axis=0)
