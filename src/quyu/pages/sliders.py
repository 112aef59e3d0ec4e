"""The sliders of a workbench: what they are called, what a move of one does, and when intervals follow."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ipywidgets as widgets
import pandas as pd

from quyu.index.alternatives import Factors
from quyu.pages.refusals import told_refusal
from quyu.pages.workbench import Workbench
from quyu.study.certainty import level_name, read_robustness
from quyu.study.shown import leaves_of

REST = 0.15  # seconds without a move before intervals are drawn
MOST = 4.0  # times the present weight, unless more was asked for
STEPS = 100  # between the least and the greatest value of an indicator
SWITCHES = {"aggregate": "aggregation", "normalise": "normalisation"}
_COLUMNS = "repeat(auto-fit, minmax(22em, 1fr))"


def sliders(bench: Workbench) -> widgets.VBox:
    """Controls above what they move; each keeps the bench's choices and redraws what is seen."""
    return Sliders(bench).box


class Sliders:
    def __init__(self, bench: Workbench) -> None:
        self.bench, self.quiet, self.waiting = bench, False, None
        subject, say, now = bench.subject, bench.subject.say, bench.choices
        style = {"description_width": "15em"}
        # The goals, and whatever else was asked to weigh otherwise; as stated, before any move.
        self.stated = dict.fromkeys(subject.goals, 1.0) | now["weights"]
        self.weights = {
            part: widgets.FloatSlider(
                times, min=0, max=max(MOST, times), step=0.25, description=name
            )
            for (part, times), name in zip(
                self.stated.items(), subject.named(pd.Series(self.stated)).index, strict=True
            )
        }
        levels = Factors(**read_robustness().factors).levels(subject.card.framework)
        self.switches = {
            key: widgets.Dropdown(
                options=[
                    (level_name(subject, factor, each), each)
                    for each in dict.fromkeys([*levels[factor], now[key] or levels[factor][0]])
                ],
                value=now[key] or levels[factor][0],
                description=say(f"workbench.{key}"),
            )
            for key, factor in SWITCHES.items()
        }
        units = [(subject.short[code], code) for code in subject.provinces.index]
        self.unit = widgets.Dropdown(
            options=units, value=now["unit"], description=say("workbench.unit")
        )
        self.leaf = widgets.Dropdown(description=say("workbench.indicator"))
        self.lift = widgets.FloatSlider(description=say("workbench.to"), readout_format=",.4r")
        self.reset = widgets.Button(description=say("workbench.reset"))
        self.told, self.look, self.table = widgets.HTML(), widgets.HTML(), widgets.HTML()
        controls = [*self.weights.values(), *self.switches.values(), self.unit, self.leaf]
        controls += [self.lift]
        for each in controls:
            each.style, each.layout = style, widgets.Layout(width="auto")
        grid = widgets.Layout(grid_template_columns=_COLUMNS)
        across = widgets.Layout(flex_flow="row wrap")
        self.sheet = widgets.HTML(
            bench.sheet(), layout=widgets.Layout(flex="1 1 24em", min_width="0")
        )
        self.table.layout = widgets.Layout(flex="1 1 30em", min_width="0")
        self.box = widgets.VBox(
            [
                widgets.GridBox([*controls, self.reset], layout=grid),
                self.told,
                widgets.HBox([self.sheet, self.table], layout=across),
                self.look,
            ]
        )
        self.box.add_class("quyu-bench")
        self._ranged()
        for each in controls:
            each.observe(self._turned, "value")
        self.reset.on_click(self._back)
        self._seen()

    def _turned(self, change: dict[str, Any]) -> None:
        if self.quiet:
            return
        if change["owner"] in (self.unit, self.leaf):
            self._ranged()
        asked = {
            key: each.value if each.index else None  # the first is the study's own
            for key, each in self.switches.items()
        }
        times = {part: stands(each, self.stated[part]) for part, each in self.weights.items()}
        asked["weights"] = {part: value for part, value in times.items() if value != 1}
        lifted = stands(self.lift, self.now)
        asked["to"] = lifted if lifted != self.now else None
        try:
            self.bench.move(unit=self.unit.value, indicator=self.leaf.value, **asked)
        except ValueError as refusal:
            subject = self.bench.subject
            told = told_refusal(subject, refusal)
            self.told.value = f"<p>{subject.say.html('stated.unforeseen', reason=told)}</p>"
        else:
            self._seen()

    def _ranged(self) -> None:
        """The indicators that the unit has, and the values that the one chosen may be lifted to."""
        subject, code, year = self.bench.subject, self.unit.value, self.bench.year
        own, leaves = subject.card.imputed.loc[(code, year)], leaves_of(subject)
        known = [name for name in subject.card.normalised if own.notna()[name]]
        with self.quietly():
            kept = self.leaf.value
            self.leaf.options = [(subject.say.of(leaves[name].name), name) for name in known]
            self.leaf.value = kept if kept in known else known[0]
            leaf = leaves[self.leaf.value]
            values = subject.card.imputed[leaf.id] * leaf.factor
            self.now = float(own[leaf.id] * leaf.factor)
            low, high = float(values.min()), float(values.max())
            self.lift.min, self.lift.max = min(self.lift.min, low), max(self.lift.max, high)
            self.lift.value, self.lift.step = self.now, (high - low) / STEPS
            self.lift.min, self.lift.max = low, high

    def _back(self, _: object) -> None:
        """All as the study has it."""
        with self.quietly():
            for part, each in self.weights.items():
                each.value = self.stated[part] = 1.0
            for each in self.switches.values():
                each.index = 0
            self.lift.value = self.now
        self._turned({"owner": None})

    @contextmanager
    def quietly(self) -> Iterator[None]:
        self.quiet = True
        try:
            yield
        finally:
            self.quiet = False

    def _seen(self) -> None:
        """Ranks and map at once; intervals when no move has come for a while."""
        bench, frame = self.bench, self.bench.frame()
        self.table.value = bench.table(frame, bench.subject.say("workbench.waiting"), "…")
        self.look.value, self.told.value = bench.style(frame), bench.told(frame)
        if self.waiting:
            self.waiting.cancel()
        try:
            self.waiting = asyncio.get_running_loop().call_later(REST, self._drawn)
        except RuntimeError:  # no kernel's loop: nothing else is waiting for an answer
            self._drawn()

    def _drawn(self) -> None:
        self.table.value = self.bench.table(*self.bench.drawn())


def stands(slider: widgets.FloatSlider, before: float) -> float:
    """Where a slider stands. A front end sends a value back in whole steps: within half a step of where
    it was, nothing was moved.
    """
    return slider.value if abs(slider.value - before) > slider.step / 2 else before
