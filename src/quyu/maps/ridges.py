"""Ridges: the densities of a figure by year, one above the other, a panel for each group."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from quyu.maps.canvas import RULE, SMALL, WIDTH
from quyu.maps.lettering import brief, fold_label, use_cjk
from quyu.maps.palette import QUIET, fade

ROW = 0.22  # inches from one year to the next
TALLEST = 2.6  # rows that the highest ridge of all panels takes
POINTS = 50  # enough for a smooth line


def ridges(frame: pd.DataFrame, *, colours: Mapping[str, str], label: str) -> Figure:
    """A ridge a year, the earliest on top, in a panel for each name; a dot where it is highest.

    `frame` has the columns name, year, value and density. All panels share the scale of values,
    which `label` tells, and that of densities: equal areas are equal shares of a group's units.
    """
    use_cjk()
    names, years = list(dict.fromkeys(frame["name"])), sorted(frame["year"].unique())
    across = min(2, len(names))
    down = -(-len(names) // across)
    high = len(years) + TALLEST - 0.6
    figure = Figure(figsize=(WIDTH, down * (ROW * high + 0.5) + 0.3), layout="constrained")
    panels = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False).ravel()
    times = TALLEST / frame["density"].max()
    for axes, name in zip(panels, names, strict=False):
        here = frame[frame["name"] == name]
        for row, year in enumerate(years):
            base, curve = len(years) - 1 - row, here[here["year"] == year]
            heights, places = base + times * curve["density"], curve["value"]
            drawn = slice(None, None, max(1, round(len(curve) / POINTS)))
            above = {"color": colours[name], "zorder": 3 + 2 * row}
            below = {"facecolor": fade(colours[name]), "alpha": 0.85, "zorder": 2 + 2 * row}
            axes.fill(places[drawn], heights[drawn], linewidth=0, **below)
            axes.plot(places[drawn], heights[drawn], linewidth=1.1, **above)
            top = heights.to_numpy().argmax()
            axes.scatter(places.iloc[top], heights.iloc[top], s=14, **above)
        axes.set_title(
            brief(name), loc="left", fontsize=SMALL, color=colours[name], weight="bold", pad=2
        )
        axes.spines[["top", "left", "right"]].set_visible(False)
        axes.spines["bottom"].set_color(RULE)
        axes.tick_params(length=0, labelsize=SMALL, labelbottom=True)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=4))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.5g}"))
        axes.xaxis.grid(True, color=RULE, linewidth=0.5)
        axes.set_axisbelow(True)
    for axes in panels[len(names) :]:
        axes.set_visible(False)
    panels[0].set_yticks(range(len(years)), [str(year) for year in reversed(years)])
    panels[0].set_ylim(-0.15, high)
    panels[0].set_xlim(frame["value"].min(), frame["value"].max())
    figure.supxlabel(fold_label(label, width=WIDTH * 72 / SMALL), fontsize=SMALL, color=QUIET)
    return figure
