"""Where the classes of a map part, by a method that has a name."""

import numpy as np
import pandas as pd


def breaks(values: pd.Series, *, method: str = "quantiles", classes: int = 5) -> tuple[float, ...]:
    """The inner breaks of `values`, missing ones left out: one fewer than `classes`.

    `values` may be a whole panel, so that every year is classed alike. `method` names a classifier
    of mapclassify, see METHODS. Refused: an unknown method, fewer distinct values than classes.

    >>> breaks(pd.Series([1.0, 2.0, 3.0, 4.0, None]), method="equal_interval", classes=3)
    (2.0, 3.0)
    """
    import mapclassify

    if method not in METHODS:
        raise ValueError(f"unknown method {method!r}; known are {', '.join(METHODS)}")
    known = values.dropna().to_numpy(float)
    distinct = len(np.unique(known))
    if distinct < classes:
        raise ValueError(f"{distinct} distinct values cannot be put into {classes} classes")
    found = getattr(mapclassify, METHODS[method])(known, k=classes)
    return tuple(float(edge) for edge in found.bins[:-1])


METHODS = {
    "quantiles": "Quantiles",
    "equal_interval": "EqualInterval",
    "fisher_jenks": "FisherJenks",
    "maximum_breaks": "MaximumBreaks",
}
