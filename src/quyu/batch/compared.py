"""Two frameworks, or two sets of figures, side by side in the terminal: whose rank moves, and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.table import Table

from quyu.study import Study, open_study
from quyu.words import unmarked

SHOWN = 30  # choices and series that are told one by one


def compare(first: Path, second: Path, year: int | None, lang: str) -> int:
    """Print the ranks of `first` beside those of `second`, the furthest first, and what differs.

    Each is a framework file (.yaml), which is scored on the embedded figures, or figures as `--data`
    takes them, scored by the embedded framework or by the framework.yaml in the folder. Both keep the
    goalposts stored beside them.
    """
    a, b = (_opened(path, lang) for path in (first, second))
    year = a.card.framework.report_year if year is None else year
    found = a.compare(b, year)
    order = found["places"].abs().sort_values(ascending=False, kind="stable").index
    shown = Table(title=f"{first.name} → {second.name}, {year}", box=None, header_style="bold")
    heads = ("province", "rank", "other_rank", "places", "index", "other_index", "change")
    for name in heads:
        shown.add_column(
            a.say(f"comparing.head.{name}"), justify="left" if name == "province" else "right"
        )
    for row in found.loc[order].to_dict("records"):
        places = [a.say.place(row[name]) for name in ("rank", "other_rank")]
        moved = a.say.number(row["places"], decimals=0, sign=True)
        index = [a.say.number(row[name]) for name in ("index", "other_index")]
        change = a.say.number(row["change"], sign=True)
        shown.add_row(unmarked(row["name"]), *places, moved, *index, change)
    console = Console(highlight=False, markup=False)
    console.print(shown)
    told = [*_choices(a, b), *_figures(a, b)]
    for text in told[:SHOWN]:
        console.print(text)
    if len(told) > SHOWN:
        console.print(f"… and {len(told) - SHOWN} more.")
    if not told:
        console.print("No choice and no figure differs.")
    return 0


def _opened(path: Path, lang: str) -> Study:
    if path.suffix.lower() in (".yaml", ".yml"):
        return open_study(framework=path, lang=lang)
    return open_study(path, lang=lang)


def _choices(a: Study, b: Study) -> Iterator[str]:
    """Every choice that the two frameworks make otherwise, by its place in the file."""
    one, other = (dict(_leaves(each.card.framework.model_dump(mode="json"))) for each in (a, b))
    for place in dict.fromkeys([*one, *other]):
        if one.get(place) != other.get(place):
            yield f"{place}: {one.get(place, 'none')} → {other.get(place, 'none')}"


def _leaves(given: object, place: str = "") -> Iterator[tuple[str, object]]:
    """What stands where in nested maps and lists; a part of the tree is called by its id."""
    if isinstance(given, dict):
        for key, value in given.items():
            yield from _leaves(value, f"{place}.{key}" if place else key)
    elif isinstance(given, list) and given and isinstance(given[0], dict):
        for number, value in enumerate(given):
            yield from _leaves(value, f"{place}.{value.get('id', number)}")
    else:
        yield place, given


def _figures(a: Study, b: Study) -> Iterator[str]:
    """Every figure series in which some cells differ, with how many."""
    one, other = a.figures.align(b.figures)
    apart = (one != other) & ~(one.isna() & other.isna())
    near = (one - other).abs() <= 1e-9 * one.abs()
    counts = (apart & ~near).sum()
    names = pd.concat([each.facts.codebook[f"name_{a.say.suffix}"] for each in (b, a)])
    names = names[~names.index.duplicated()]
    for series, count in counts[counts > 0].sort_values(ascending=False).items():
        yield f"{unmarked(names.get(series, series))} ({series}): {count} cells differ"
