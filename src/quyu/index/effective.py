"""What an indicator really counts for: its share of the differences in the index."""

from __future__ import annotations

import pandas as pd

from quyu.index.weigh import stated


def effective_weights(scores: pd.DataFrame, weights: pd.Series, index: pd.Series) -> pd.DataFrame:
    """For each child: weight, effective (its share of the variance of Σ w I), correlation.

    `scores` holds the children of one weighted mean; for a geometric mean pass their logarithms.
    `effective` is cov(w I_j, Σ w I) / var(Σ w I): it sums to 1, and is below 0 for a child that
    works against the rest. `correlation` is Pearson's with `index`, any score of the same rows.
    Over the rows in which everything is observed, given as the column n. Raises ValueError for
    fewer than 3 such rows, an index that is the same in all of them, and weights that `stated`
    refuses. (Becker, Saisana, Paruolo & Vandecasteele 2017, Ecological Indicators 80: 12–22.)

    >>> scores = pd.DataFrame({"a": [0.0, 0.0, 4.0, 4.0], "b": [0.0, 2.0, 0.0, 2.0]})
    >>> weights = pd.Series({"a": 0.5, "b": 0.5})
    >>> found = effective_weights(scores, weights, scores.mean(axis=1))
    >>> found["effective"].round(9).to_dict()  # equal weights, but a varies twice as much: 4 to 1
    {'a': 0.8, 'b': 0.2}
    """
    shares = stated(scores, weights=weights)
    index = index.reindex(scores.index)
    rows = scores[scores.notna().all(axis=1) & index.notna()]
    index = index.loc[rows.index]
    parts = rows * shares
    total = parts.sum(axis=1)
    if len(rows) < 3 or index.max() - index.min() <= 1e-12 * index.abs().max():
        raise ValueError(
            f"effective weights need 3 rows with every score and an index that differs among them; "
            f"{len(rows)} of {len(scores)} rows have {list(scores.columns)} and the index."
        )
    return pd.DataFrame(
        {
            "weight": shares,
            "effective": parts.apply(lambda part: part.cov(total)) / total.var(),
            "correlation": rows.corrwith(index),
            "n": len(rows),
        }
    )
