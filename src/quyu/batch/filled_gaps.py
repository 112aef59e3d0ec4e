"""Declared gaps that figures of one's own fill: what it changes to score them, and how that is done."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pandas as pd

from quyu.facts import load, matrix
from quyu.facts.given import known_facts
from quyu.facts.names import NATION
from quyu.index import Indicator, Scorecard, read_framework, read_state, score
from quyu.index.formula import names_in
from quyu.study.opening import framework_file, state_path

MOVED = 1e-9  # points by which a score has moved


def announced(series: Collection[str], data: Path) -> Iterator[str]:
    """What to say of each gap of the framework of `data` that `series`, now held in `data`, fill.

    Where too few years are filled for a series, a cross-section of them is tried: the template asks for
    one year alone.
    """
    choices = read_framework(framework_file("", data))
    known = known_facts()["figures"]
    held = {*known.loc[known["adcode"] != NATION, "indicator"]}
    wanted = {leaf: names_in(choices.expanded(leaf)) - held for leaf in choices.gaps}
    if not any(names & {*series} for names in wanted.values()):
        return
    facts = load(data)
    figures, zones = matrix(facts), facts.provinces["zone"]
    state = state_path(framework_file("", data))
    stored = read_state(state) if state.exists() else None

    def tried(leaf: Indicator, **keys: object) -> Scorecard:
        trial = choices.revised(leaf.id, {"published": True, **keys})
        return score(figures, trial, groups=zones)

    for leaf, names in wanted.items():
        if not names & {*series}:
            continue
        yield f"{', '.join(sorted(names))} fills a declared gap: the indicator {leaf.id} ({leaf.name.en})."
        if lacking := sorted(names - {*figures}):
            yield f"    It needs figures of {', '.join(lacking)} too."
            continue
        told = figures[sorted(names)].dropna()
        years = sorted(told.index.unique("year"))
        keys: dict[str, tuple[int, ...]] = {}
        try:
            before = score(figures, choices, state=stored, groups=zones)
            card = tried(leaf)
            yield _published(card, leaf, years)
            if leaf.id in card.dropped:
                keys = {"structural": tuple(years)}
                card = tried(leaf, **keys)
                yield _held(card, leaf, years)
            if leaf.id not in card.dropped:
                yield _effect(before, card, leaf, facts.provinces["short_zh_hant"])
        except ValueError as fault:
            yield f"    It cannot be scored as it stands: {fault}"
        yield _how(leaf, keys, data)


def _published(card: Scorecard, leaf: Indicator, years: list[int]) -> str:
    """The years there are, beside the share that an indicator is asked for."""
    choices, share = card.framework, card.raw[leaf.id].notna().mean()
    enough = "is not yet" if leaf.id in card.dropped else "is"
    near = choices.missing
    return (
        f"    There are figures of {_listed(years)}; the panel is {choices.years[0]}–{choices.years[-1]}. "
        f"{share:.0%} of its cells have one; from {near.indicator_coverage:.0%} on an indicator is scored: "
        f"this one {enough}.\n    Up to {near.interior} years between two figures are interpolated, up to "
        f"{near.edge} at the ends carried, others stay without."
    )


def _held(card: Scorecard, leaf: Indicator, years: list[int]) -> str:
    """Whether it can be scored as a cross-section."""
    units = card.imputed[leaf.id].notna().groupby(level=0).any()
    enough = "is not scored either" if leaf.id in card.dropped else "can be scored"
    return (
        f"    As a cross-section, held for every year by `structural: [{_listed(years)}]`, it {enough}: "
        f"{units.sum()} of {len(units)} provinces have a figure. It then tells nothing of change."
    )


def _effect(before: Scorecard, after: Scorecard, leaf: Indicator, names: pd.Series) -> str:
    """What it weighs, and which scores and ranks it moves by how much."""
    node = next(node for node, given in after.child_weights.items() if leaf.id in given.index)
    gone = (after.scores["index"] - before.scores["index"]).unstack(0)
    moved = gone.index[((gone.abs() > MOVED) | gone.isna()).any(axis=1)]
    told = (
        f"    Scored, it is one of {len(after.child_weights[node])} of the goal {node} and "
        f"{after.weights[leaf.id]:.1%} of the index."
    )
    if not len(moved):
        return f"{told} No score of the index moves."
    year = moved[-1]
    places = (before.ranks["index"] - after.ranks["index"]).xs(year, level=1)
    unit = places.abs().idxmax()
    then, now = (card.ranks.at[(unit, year), "index"] for card in (before, after))
    return (
        f"{told} Scores of {_listed(moved)} move, in {year} by up to {gone.loc[year].abs().max():.1f} points "
        f"and {places.abs().max():.0f} places ({names[unit]} {then:.0f} → {now:.0f})."
    )


def _how(leaf: Indicator, keys: dict[str, tuple[int, ...]], data: Path) -> str:
    """What to write into a framework of one's own, and the command that then stores its goalposts."""
    also = f" and write `structural: [{_listed(keys['structural'])}]`" if keys else ""
    own = data / "framework.yaml"
    file = f"in {own}" if own.is_file() else f"copy params/framework.yaml to {own}; there"
    return (
        f"    To score it: {file} at {leaf.id} take out `published: false`{also}; then\n"
        f"    quyu score --data {data} --rebase\n"
        f"    Goalposts, scores and ranks then are no longer those of the embedded framework."
    )


def _listed(years: Collection[int]) -> str:
    return ", ".join(map(str, years))
