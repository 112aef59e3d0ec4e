"""Sliders over the choices of an index: every move is a what-if; without a front end, its tables and map."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cached_property
from html import escape
from itertools import count
from typing import Any

import pandas as pd
from IPython import get_ipython

from quyu.maps.base import basemap
from quyu.maps.labels import Name, names
from quyu.maps.palette import FOCUS, INK, Classes, ink
from quyu.maps.picture import DPI_CELL, png
from quyu.maps.still import choropleth
from quyu.maps.svg import PATTERNS, svg_map
from quyu.pages.refusals import told_refusal
from quyu.pages.tables import told_table
from quyu.study.certainty import held, interval, quick
from quyu.study.shown import caption, leaves_of, tiers_told
from quyu.study.study import Study
from quyu.study.what_if import chosen, joined, multiplied

DRAWS = 1000  # of an interval that follows a move; a page's rest on ten times as many
_LOOK = (  # a front end brings no style of ours
    ".quyu-bench svg{max-width:100%;height:auto}.quyu-bench i{display:inline-block;width:1.4em;"
    "height:.8em;margin:0 .3em 0 .8em;border:1px solid #7d8790}.quyu-bench td,.quyu-bench th{"
    "padding:.1em .6em;line-height:1.4;text-align:left;vertical-align:bottom}.quyu-bench .n{"
    "text-align:right}.quyu-bench .focus{background:#eee}.quyu-bench .widget-html-content{line-height:1.4}"
)
_number = count()


def workbench(
    subject: Study,
    year: int | None = None,
    *,
    unit: str = "",
    weights: Mapping[str, float] | None = None,
    aggregate: str | None = None,
    normalise: str | None = None,
) -> Workbench:
    """Sliders over weights, means, scaling and one unit's figures: ranks and map answer every move.

    `year` is the report year if left out, `unit` the one that is told of, the first if left out. The
    other arguments, where it starts, are those of `Study.what_if`. Ranks are nominal at once; their
    intervals follow from fewer draws, whose number is said. Where nobody can answer (Papermill,
    nbconvert, `quyu batch`) it shows the table and the map of where it starts. `.study` is the study
    as the sliders have it, `.frame()` what they have moved. Refused as `Study.what_if`.

    >>> import quyu
    >>> s = quyu.open_study(lang="en")
    >>> bench = quyu.workbench(s, 2023, unit="Liaoning", weights={"economy": 2})
    >>> moved = s.compare(s.what_if(weights={"economy": 2}), 2023)["places"]
    >>> bool((bench.frame()["places"] == moved.loc[bench.frame().index]).all())
    True
    """
    year = subject.card.framework.report_year if year is None else year
    subject.at(year)
    asked = {"weights": weights or {}, "aggregate": aggregate, "normalise": normalise}
    code = subject.unit(unit) if unit else subject.provinces.index[0]
    return Workbench(subject, year, asked | {"unit": code, "indicator": "", "to": None})


def answered() -> bool:
    """Whether whoever runs this cell can answer: Jupyter's protocol says so of every request.

    A front end with a reader allows a cell to ask for input (`allow_stdin` of an execute request).
    Papermill, nbconvert and `quyu batch` do not, and outside a kernel there is nobody.
    """
    kernel = getattr(get_ipython(), "kernel", None)
    asked = kernel.get_parent("shell") if kernel else {}
    return bool(asked.get("content", {}).get("allow_stdin"))


class Workbench:
    """An index with its choices at hand; shows itself as sliders, or as a table and a map.

    `choices` are weights, by id, aggregate and normalise as `Study.what_if` takes them; unit, indicator
    and to, the value that this indicator of the unit is set at, or None.
    """

    def __init__(self, subject: Study, year: int, choices: Mapping[str, Any]) -> None:
        self.subject, self.year, self.choices = subject, year, {}
        self.scaled = {None: subject}  # the study by each scaling that was asked for
        self._id = f"quyu-{next(_number)}"
        self.move(**choices)  # what cannot be is refused now

    def __repr__(self) -> str:
        return f"Workbench({self.year}, {self.choices})"

    def move(self, **choices: Any) -> None:
        """Go on with some choices changed; refused ones change nothing."""
        asked = self.choices | choices
        asked["weights"] = multiplied(self.subject, asked["weights"])
        if (rule := asked["normalise"]) not in self.scaled:
            self.scaled[rule] = self.subject.what_if(normalise=rule)
        start, cell = self.scaled[rule], None
        if asked["to"] is not None:
            leaf = leaves_of(start)[asked["indicator"]]
            cell = (asked["unit"], self.year, leaf.id, asked["to"] / leaf.factor)
        self.study = joined(start, chosen(start, asked["weights"], asked["aggregate"]), cell)
        self.choices = asked

    def frame(self, draws: int = 0) -> pd.DataFrame:
        """`Study.compare` with the study as it is, best first; low and high from so many draws.

        Refused with draws, as by `Study.ranks`, where a rule is no mean.
        """
        frame = self.subject.compare(self.study, self.year)
        frame[["low", "high"]] = quick(self.study, self.year, draws) if draws else float("nan")
        return frame.sort_values("other_rank", kind="stable")

    # what is seen

    def drawn(self) -> tuple[pd.DataFrame, str]:
        """The frame with intervals, and what they come from; without, and why, where there are none."""
        say = self.subject.say
        try:
            return self.frame(DRAWS), say("workbench.note", draws=DRAWS)
        except ValueError as refusal:
            told = told_refusal(self.subject, refusal)
            return self.frame(), say("workbench.undrawn", reason=told)

    def table(self, frame: pd.DataFrame, note: str, blank: str = "–") -> str:
        """Ranks, best first; `blank` stands where a rank has no interval."""
        say = self.subject.say
        line = "other_rank:place province=name interval:interval> places:moved other_index:number change:change"
        heads = {
            name: say(f"workbench.head.{name}", share=held())
            for name in ("other_rank", "interval", "places", "other_index", "change")
        }
        own = {"interval>": lambda row: interval(row, say) if pd.notna(row["low"]) else blank}
        title = say("workbench.title", year=self.year)
        asked = {"formats": own, "heads": heads, "note": note, "title": title}
        return told_table(frame, columns=line, focus=[self._name()], **asked).data

    def _name(self) -> str:
        return self.subject.short[self.choices["unit"]]

    def told(self, frame: pd.DataFrame) -> str:
        say, own = self.subject.say, frame.loc[self.choices["unit"]]
        numbers = {
            "index": say.number(own["other_index"]),
            "change": say.number(own["change"], sign=True),
            "rank": say.place(own["other_rank"]),
            "before": say.place(own["rank"]),
        }
        asked = {
            key: v
            for key, v in self.choices.items()
            if v and key in ("weights", "aggregate", "normalise")
        }
        code = ", ".join(f"{key}={value!r}" for key, value in asked.items())
        told = say.html("workbench.told", name=self._name(), **numbers)
        if self.choices["to"] is not None:
            leaf = leaves_of(self.subject)[self.choices["indicator"]]
            asked_of = {"indicator": say.of(leaf.name), "unit": say.of(leaf.unit)}
            value = say.significant(self.choices["to"])
            told += say.html("workbench.lifted", value=value, **asked_of)
        return f"<p>{told}</p><p><code>s.what_if({escape(code)})</code></p>"

    def _shades(self, frame: pd.DataFrame) -> pd.Series:
        return self._classes.colour(frame["other_index"])

    @cached_property
    def _classes(self) -> Classes:
        return Classes(self.subject.card.state.tiers["index"])

    def style(self, frame: pd.DataFrame) -> str:
        """The colours of the map, and its unit in a thick line: the map itself is sent once."""
        rules = [
            f'#{self._id} path[data-code="{code}"]{{fill:{colour}}}'
            + (self._light(code) if ink(colour) != INK else "")
            for code, colour in self._shades(frame).dropna().items()
        ]
        own = f'#{self._id} path[data-code="{self.choices["unit"]}"]'
        rules.append(f"{own}{{stroke:{FOCUS};stroke-width:24;paint-order:stroke}}")
        return f"<style>{''.join(rules)}{_LOOK}</style>"

    def _light(self, code: str) -> str:
        """White letters for a name that stands on its unit alone."""
        if not self._places[code].fits:
            return ""
        return f'#{self._id} text[data-code="{code}"]{{fill:#fff;stroke:none}}'

    @cached_property
    def _places(self) -> dict[str, Name]:
        subject = self.subject
        return names(basemap(subject.land, subject.dashes).land, subject.short, subject.lang)

    def sheet(self) -> str:
        subject, blank = self.subject, pd.Series(dtype=object)
        label = subject.say("workbench.title", year=self.year)
        marks = {"unsure": (), "label": label, "say": subject.say}
        drawn = svg_map(basemap(subject.land, subject.dashes), blank, subject.short, **marks)
        shades = [*zip(self._classes.colours, self._classes.labels, strict=True)][::-1]
        key = "".join(f'<i style="background:{c}"></i>{escape(text)} ' for c, text in shades)
        notice = escape(subject.say("map.notice"))
        return f'<div id="{self._id}">{PATTERNS}{drawn}<p>{key}</p><p>{notice}</p></div>'

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        if answered():
            from quyu.pages.sliders import sliders

            return sliders(self)._repr_mimebundle_()
        subject, (frame, note) = self.subject, self.drawn()
        title, below = (
            subject.say("workbench.title", year=self.year),
            subject.say("stills.subtitle"),
        )
        told = caption(subject, title, below, tiers_told(subject))
        index, land = frame["other_index"], subject.land
        still = choropleth(index, land, subject.dashes, told, self._classes)
        pixels = base64.b64encode(png(still, dpi=DPI_CELL)).decode()
        image = f'<img alt="{escape(told.title)}" style="max-width:100%" src="data:image/png;base64,{pixels}">'
        page = self.told(frame) + image + self.table(frame, note)
        return {"text/html": page, "text/plain": repr(self)}
