"""What one indicator alone would do: the gain of the index if it were raised to a full score."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.aggregate import AGGREGATE
from quyu.index.scorecard import Scorecard

TOLERANCE = 1e-9
COMPARING = ("topsis", "copeland")  # rules that place units among each other


def raised(card: Scorecard, unit: str, year: int) -> pd.Series:
    """By how many points the index of `unit` would rise, by indicator, all else as it is.

    The tree is climbed again with the card's own weights and rules, the one indicator at the top of
    the framework's scale. NaN for an indicator that the unit lacks, throughout for a unit without an
    index, and throughout where a rule places units among each other, so that no unit can be scored
    alone. Under rules that take off for imbalance a gain may be below 0.

    Raises ValueError for a unit or a year that is not scored.
    """
    if (unit, year) not in card.normalised.index:
        raise ValueError(f"{unit!r} is not scored in {year}; the card has other units or years.")
    here = card.normalised.loc[(unit, year)]
    nodes = {node.id: node for node in card.framework.index.nodes()}
    rules = {name: card.framework.aggregation(nodes[name]) for name in card.child_weights}
    if set(rules.values()) & set(COMPARING):
        return pd.Series(np.nan, index=here.index)
    # One row as it is, then one for each indicator raised.
    table = np.tile(here.to_numpy(dtype=float), (len(here) + 1, 1))
    raised_to = np.where(here.isna(), np.nan, card.framework.scale[1])
    table[np.arange(1, len(table)), np.arange(len(here))] = raised_to
    values = pd.DataFrame(table, columns=here.index)
    least = card.framework.missing.node_coverage - TOLERANCE
    for name, weights in card.child_weights.items():
        parts = values[list(weights.index)]
        seen = parts.notna().to_numpy() @ weights.to_numpy(dtype=float)
        values[name] = AGGREGATE[rules[name]](parts, weights).where(seen >= least)
    index = values["index"].to_numpy()
    return pd.Series(index[1:] - index[0], index=here.index).where(here.notna())
