"""The empty sheet every chart starts from: size, spines, key, labels that keep apart."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from quyu.maps.fonts import use_cjk

WIDTH = 5.8  # inches: at 100 px an inch this stays legible when a phone shrinks it to 358 px
REST, RULE = "#c9c9c6", "#d5d5d2"


def canvas(height: float) -> tuple[Figure, Axes]:
    use_cjk()
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(RULE)
    axes.tick_params(length=0, labelsize=10.5)
    axes.set_axisbelow(True)
    return figure, axes


def key(axes: Axes, entries: list[tuple[str, str, str]]) -> None:
    shapes = {
        "●": {"marker": "o", "linestyle": ""},
        "○": {"marker": "o", "linestyle": "", "markerfacecolor": "white", "markeredgewidth": 1.8},
        "❘": {"marker": "|", "linestyle": "", "markersize": 11, "markeredgewidth": 1.6},
        "━": {"linewidth": 4},
    }
    handles = [
        Line2D([], [], color=colour, label=label, **shapes[shape])
        for shape, colour, label in entries
    ]
    axes.legend(
        handles=handles,
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=len(handles),
        frameon=False,
        fontsize=10,
        handletextpad=0.4,
        columnspacing=1.2,
        borderaxespad=0.2,
    )


def tile(column: float, row: float, colour: str, *, hatch: bool):
    return Rectangle(
        (column + 0.02, row + 0.04),
        0.96,
        0.92,
        facecolor=colour,
        edgecolor="#9a9a9a" if hatch else "none",
        linewidth=0,
        hatch="////" if hatch else None,
    )


def apart(heights: pd.Series, *, gap: float) -> pd.Series:
    """Label heights `gap` apart or more, each as near its own as that allows.

    Labels that would overlap are pooled and spread round their mean, as in isotonic regression.

    >>> apart(pd.Series({"a": 1.0, "b": 1.2, "c": 9.0}), gap=1.0).round(1).to_dict()
    {'a': 0.6, 'b': 1.6, 'c': 9.0}
    """
    ordered = heights.sort_values()
    steps = pd.Series(range(len(ordered)), index=ordered.index) * gap
    pools: list[list[float]] = []
    for value in ordered - steps:
        pools.append([value])
        while len(pools) > 1 and _mean(pools[-2]) > _mean(pools[-1]):
            pools[-2:] = [pools[-2] + pools[-1]]
    level = [_mean(pool) for pool in pools for _ in pool]
    return pd.Series(level, index=ordered.index) + steps


def _mean(values: list[float]) -> float:
    return sum(values) / len(values)
