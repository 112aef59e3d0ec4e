"""Sobol indices for many outputs of one Saltelli design at once."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm

CONFIDENCE = 0.95


def sobol_indices(
    outputs: np.ndarray, *, factors: int, resamples: int = 100, seed: int = 1
) -> dict[str, np.ndarray]:
    """S1, ST and half the width of their 95 % intervals, each factors × outputs.

    `outputs` has one row per run of a Saltelli design without second order, N × (factors + 2) runs
    in the order of `SALib.sample.sobol` (A, A with each column from B in turn, B), and one column
    per output. First order after Saltelli et al. (2010), total order after Jansen (1999), intervals
    from `resamples` bootstrap samples: the numbers of `SALib.analyze.sobol`, for all outputs
    together. An output that never varies has no variance to apportion: its indices are missing.

    The function x₁ + 2 x₂ of two independent uniform numbers: shares 1/5 and 4/5.

    >>> from SALib.sample import sobol
    >>> problem = {"num_vars": 2, "names": ["a", "b"], "bounds": [[0, 1], [0, 1]]}
    >>> x = sobol.sample(problem, 1024, calc_second_order=False, seed=1)
    >>> found = sobol_indices((x[:, 0] + 2 * x[:, 1])[:, None], factors=2)
    >>> found["S1"].round(2).ravel().tolist(), found["ST"].round(2).ravel().tolist()
    ([0.2, 0.8], [0.2, 0.8])
    """
    size, rest = divmod(len(outputs), factors + 2)
    if rest or size < 2:
        raise ValueError(
            f"{len(outputs)} runs are no Saltelli design of {factors} factors; it has "
            f"N × {factors + 2}."
        )
    deviation = outputs.std(axis=0)
    deviation = np.where(deviation > 1e-12, deviation, np.nan)
    runs = ((outputs - outputs.mean(axis=0)) / deviation).reshape(size, factors + 2, -1)
    first, total = _orders(runs)
    # the same resamples as SALib draws for this seed
    picks = np.random.default_rng(seed).integers(size, size=(size, resamples))
    again = [_orders(runs[pick]) for pick in picks.T]
    width = norm.ppf(0.5 + CONFIDENCE / 2)
    return {
        "S1": first,
        "S1_conf": width * np.std([one for one, _ in again], axis=0, ddof=1),
        "ST": total,
        "ST_conf": width * np.std([all_ for _, all_ in again], axis=0, ddof=1),
    }


def _orders(runs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    a, mixed, b = runs[:, :1], runs[:, 1:-1], runs[:, -1:]
    variance = np.concatenate([a, b]).var(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        first = (b * (mixed - a)).mean(axis=0) / variance
        total = 0.5 * ((a - mixed) ** 2).mean(axis=0) / variance
    return first, total
