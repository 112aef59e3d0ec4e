"""A chart of a few lines over the years, each with its name and last value at its end."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from quyu.maps.palette import QUIET
from quyu.reports.charts.canvas import RULE, apart, canvas


def curves(
    frame: pd.DataFrame,
    *,
    colours: Mapping[str, str],
    label: str,
    zero: bool = False,
    room: float = 2.6,
    reference: float | None = None,
) -> Figure:
    """Draw each column of `frame` (indexed by year) as a line named by its column.

    `colours` gives each column's colour, `label` what the height measures. `zero` starts the axis
    there; `reference` is a height worth a thin line; `room` is the space for names, in years.
    """
    figure, axes = canvas(3.1)
    ends = {}
    for name in frame.columns:
        line = frame[name].dropna()
        axes.plot(line.index, line, color=colours[name], linewidth=2, marker="o", markersize=3.5)
        ends[name] = line.iloc[-1]
    low, high = float(frame.min().min()), float(frame.max().max())
    low = min(0.0, low) if zero else low
    span = (high - low) or 1.0
    last = frame.index[-1]
    for name, height in apart(pd.Series(ends), gap=0.085 * span).items():
        axes.annotate(
            name, (last + 0.2, height), va="center", fontsize=10.5, color=colours[name],
            weight="bold", annotation_clip=False,
        )  # fmt: skip
    if reference is not None:
        axes.axhline(reference, color=QUIET, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.set_ylim(low - (0 if zero else 0.06 * span), high + 0.08 * span)
    axes.set_xlim(frame.index[0] - 0.3, last + room * len(frame) / 9)
    # Ten years side by side would touch.
    axes.set_xticks(list(frame.index)[:: 1 if len(frame) < 8 else 2])
    axes.spines["bottom"].set_bounds(frame.index[0], last)
    axes.yaxis.grid(True, color=RULE, linewidth=0.5)
    axes.set_ylabel(label, color=QUIET)
    return figure
