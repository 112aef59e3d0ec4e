"""What would be if some choices were made otherwise: a study like another but for these."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.facts import Facts, matrix
from quyu.facts.names import find
from quyu.index import Framework, Node, Scorecard, score
from quyu.index.change import with_lift
from quyu.index.formula import names_in
from quyu.index.score import rejoined

if TYPE_CHECKING:
    from quyu.study.study import Study

WHAT_IF = "what-if"  # the source of figures that a what-if brought in


def supposed(
    study: Study,
    weights: Mapping[str, float] | None,
    aggregate: str | None,
    normalise: str | None,
    without: str | Sequence[str],
    figures: pd.DataFrame | None,
) -> Study:
    """The study that `Study.what_if` promises."""
    choices, facts = chosen(study, weights, aggregate), study.facts
    if not (without or normalise or figures is not None):  # nothing below the tree is touched
        return joined(study, choices)
    if without:
        left = [without] if isinstance(without, str) else without
        choices = choices.without(*(_part(study, name) for name in left))
    if normalise:
        choices = choices.model_copy(update={"normalise": normalise})
    if figures is not None:
        facts = _replaced(study, figures)
    read, zones = matrix(facts), facts.provinces["zone"]
    card, direct = (
        score(read, each, state=study.card.state, groups=zones)
        for each in (choices, choices.only("direct"))
    )
    return replace(study, facts=facts, figures=read, card=card, direct=direct)


def joined(
    study: Study, choices: Framework, cell: tuple[str, int, str, float] | None = None
) -> Study:
    """The study with other weights and means alone; with `cell`, one indicator of one unit is set.

    unit, year, indicator and the value, in canonical units. Figures cannot be told from an indicator:
    they stay, and with them what they are cited from.
    """

    def again(card: Scorecard, choices: Framework) -> Scorecard:
        there = cell and cell[2] in card.normalised
        return with_lift(card, *cell, choices) if there else rejoined(card, choices)

    direct = replace(study.direct, state=study.card.state)
    card, direct = again(study.card, choices), again(direct, choices.only("direct"))
    return replace(study, card=card, direct=direct)


def chosen(
    study: Study, weights: Mapping[str, float] | None, aggregate: str | None = None
) -> Framework:
    """The framework with other weights and another way to join the goals, as `Study.what_if` takes them."""
    choices = study.card.framework
    if weights:
        choices = _weighted(study, multiplied(study, weights))
    return choices.revised("index", {"aggregate": aggregate}) if aggregate else choices


def multiplied(study: Study, weights: Mapping[str, float]) -> dict[str, float]:
    """How many times its present weight each part gets, by id."""
    if not isinstance(weights, Mapping):
        raise ValueError(f"weights are {weights!r}; give a dict, such as {{'economy': 2}}.")
    found: dict[str, float] = {}
    for name, times in weights.items():
        number = isinstance(times, Real) and not isinstance(times, bool)
        if not number or not 0 <= times < math.inf:
            raise ValueError(
                f"the weight of {name!r} is {times!r}; give how many times its present weight it "
                "gets, a number from 0."
            )
        if (part := _part(study, name)) in found:
            raise ValueError(f"weights name {part!r} twice, the second time {name!r}; keep one.")
        found[part] = float(times)
    return found


def _part(study: Study, name: str) -> str:
    part = study.part(name)
    if part == "index":
        raise ValueError(f"{name!r} is the whole; name a goal or an indicator.")
    return part


def _weighted(study: Study, times: Mapping[str, float]) -> Framework:
    """The framework with every weight stated as it is now, some of them multiplied."""
    now = study.card.child_weights

    def stated(node: Node) -> Node:
        children = [stated(c) if isinstance(c, Node) else c for c in node.children]
        if node.id in now:
            children = [
                child.model_copy(
                    # A child without a score has no weight now, and a declared gap never has.
                    update={"weight": now[node.id].get(child.id, 0.0) * times.get(child.id, 1.0)}
                )
                if isinstance(child, Node) or child.published
                else child
                for child in children
            ]
        alone = {"judgements": None, "points": None}
        return node.model_copy(update={"children": tuple(children), **alone})

    choices = study.card.framework
    return choices.model_copy(update={"weigh": "stated", "index": stated(choices.index)})


def _refuse_unread(study: Study, figures: pd.Series) -> None:
    """Refuse a figure that bears the name of an indicator which is made of others: nothing would move."""
    framework = study.card.framework
    made = {leaf.id: names_in(framework.expanded(leaf)) for leaf in framework.indicators}
    for name in figures.unique():
        if name in made and not any(name in names for names in made.values()):
            raise ValueError(
                f"figures give {name!r}, but the indicator of that name is made of "
                f"{', '.join(sorted(made[name]))}: give those, or ask `lift(unit, {name!r}, to=value)`."
            )


def _replaced(study: Study, given: pd.DataFrame) -> Facts:
    """The facts with figures of the caller's own in place of published ones."""
    columns = ["unit", "year", "indicator", "value"]
    if not isinstance(given, pd.DataFrame):
        raise ValueError(f"figures are a {type(given).__name__}; give a DataFrame with {columns}.")
    lacking = [name for name in columns if name not in given]
    if lacking:
        raise ValueError(f"figures lack the column {lacking[0]!r}; needed are {columns}")
    numbers = given[["year", "value"]].apply(pd.to_numeric, errors="coerce")
    wrong = ~np.isfinite(numbers).all(axis=1) | (numbers["year"] % 1 != 0)
    if wrong.any():
        raise ValueError(
            f"figures, row {wrong.to_numpy().argmax()}: {given.loc[wrong, columns].iloc[0].to_dict()}; "
            "a year is a whole number, a value a number."
        )
    names = study.facts.codebook.filter(regex="^name")
    own = pd.DataFrame(
        {
            "adcode": [study.unit(name) for name in given["unit"]],
            "year": numbers["year"].astype(int).to_numpy(),
            "indicator": [find(name, names, "figure") for name in given["indicator"]],
            "value": numbers["value"].astype(float).to_numpy(),
            "source": WHAT_IF,
            "grade": "",
        }
    )
    _refuse_unread(study, own["indicator"])
    keys = ["adcode", "year", "indicator"]
    if (twice := own[own.duplicated(keys)]).size:
        raise ValueError(f"figures give {tuple(twice[keys].iloc[0])} more than once; keep one.")
    merged = pd.concat([study.facts.figures, own]).drop_duplicates(keys, keep="last")
    # What was judged was the published figure, not the caller's.
    judged = pd.MultiIndex.from_frame(study.facts.doubtful[keys])
    doubtful = study.facts.doubtful[~judged.isin(pd.MultiIndex.from_frame(own[keys]))]
    sources = study.facts.sources
    if WHAT_IF not in sources.index:
        row = pd.DataFrame([dict.fromkeys(sources.columns, WHAT_IF)], index=[WHAT_IF])
        sources = pd.concat([sources, row.rename_axis(sources.index.name)])
    return replace(
        study.facts, figures=merged.reset_index(drop=True), sources=sources, doubtful=doubtful
    )
