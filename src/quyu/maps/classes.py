"""The classes of a map's legend: from the breaks to a colour and a label."""

from dataclasses import dataclass
from itertools import pairwise
from math import isfinite

import numpy as np
import pandas as pd

from quyu.maps.palette import YLGNBU


@dataclass(frozen=True)
class Classes:
    """Inner breaks in rising order with one colour more than breaks.

    A value on a break belongs to the class above it, so no value is ever outside the legend.
    """

    breaks: tuple[float, ...]
    colours: tuple[str, ...] = YLGNBU

    def __post_init__(self) -> None:
        rising = all(low < high for low, high in pairwise(self.breaks))
        if not rising or not all(isfinite(value) for value in self.breaks):
            raise ValueError(f"breaks must be finite and rise: {list(self.breaks)}")
        if len(self.colours) != len(self.breaks) + 1:
            raise ValueError(
                f"{len(self.breaks)} inner breaks make {len(self.breaks) + 1} classes, "
                f"but there are {len(self.colours)} colours"
            )

    def colour(self, values: pd.Series) -> pd.Series:
        """The colour of each value; a missing value has none (NA).

        >>> Classes((0.0,), ("orange", "purple")).colour(pd.Series([-1.0, 0.0, None])).tolist()
        ['orange', 'purple', nan]
        """
        # To nine digits, as scores are ranked: noise must not carry a value over its break.
        edges, known_values = np.round(self.breaks, 9), values.to_numpy(float).round(9)
        place = np.searchsorted(edges, known_values, side="right")
        colours = [
            self.colours[at] if known else np.nan
            for at, known in zip(place, values.notna(), strict=True)
        ]
        return pd.Series(colours, index=values.index, dtype=object)

    def labels(self, *, decimals: int = 1) -> tuple[str, ...]:
        """What the legend says of each class.

        >>> Classes((20.0, 40.0), ("a", "b", "c")).labels()
        ('< 20.0', '20.0–40.0', '≥ 40.0')
        """
        text = [f"{value:.{decimals}f}".replace("-", "−") for value in self.breaks]
        between = [f"{low}–{high}" for low, high in pairwise(text)]
        return (f"< {text[0]}", *between, f"≥ {text[-1]}")
