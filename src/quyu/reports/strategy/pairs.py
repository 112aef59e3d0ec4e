"""The proposed pairs of a study, with what their tables share."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

import pandas as pd

from quyu.regions.pairing.assistance import Assistance, read_assistance
from quyu.regions.pairing.pairing import Pairs, pairing
from quyu.regions.pairing.structure import Structure, structure
from quyu.reports.certainty import draws_of
from quyu.reports.study import Study


@cache
def choices() -> Assistance:
    """The stated choices of mutual assistance."""
    return read_assistance()


@lru_cache(maxsize=2)
def structure_of(subject: Study, year: int) -> Structure:
    """How far the provinces of a study differ in structure."""
    return structure(subject.figures.loc[subject.provinces.index], choices(), year=year)


@lru_cache(maxsize=2)
def pairs_of(subject: Study, year: int) -> Pairs:
    """The proposed pairs of a year, from the draws behind the ranks."""
    return pairing(
        draws_of(subject, year), structure_of(subject, year), choices(), subject.provinces
    )


def loose(pairs: pd.DataFrame | pd.Series) -> pd.Series | bool:
    """Whether the draws propose another giver, or none, more often than the stated method's."""
    return (pairs["runner_up_share"] > pairs["stability"]) | (pairs["none"] > pairs["stability"])


def weak_limit(subject: Study) -> str:
    """What an indicator must lie below to be weak, in words: the median, or the stated quantile."""
    say, below = subject.say, float(choices().weak_below)
    if below == 0.5:
        return say("partners.limit.median")
    return say("partners.limit.quantile", share=f"{below:.0%}")


def drivers(subject: Study, pairs: Pairs, receiver: str, giver: str) -> list[str]:
    """The names of the indicators behind a pair, the greatest contribution first."""
    leaves = {leaf.id: subject.say.of(leaf.name) for leaf in subject.card.framework.indicators}
    behind = pairs.drivers.query("receiver == @receiver and giver == @giver")
    return [leaves[name] for name in behind["indicator"]]


def named(subject: Study, codes: Iterable[str]) -> str:
    """The provinces as one list."""
    return subject.say.join(subject.short[code] for code in codes)


def unknown(subject: Study, adcode: str, year: int) -> str:
    """Which figures a province lacks for a structure, in words; empty if it has them all."""
    lacking = structure_of(subject, year).left_out.get(adcode, [])
    names = {each.id: subject.say.of(each.name) for each in choices().variables}
    return subject.say.join(names[variable] for variable in lacking)
