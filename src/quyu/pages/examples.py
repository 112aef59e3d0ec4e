"""What a notebook shows as an example: what it was written on, or the first of a study that has other things."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from quyu.facts.register import NO_GROUP
from quyu.regions.strategy import Region
from quyu.study import Study
from quyu.study.spatial import refuse_own_units


def units(subject: Study, *wanted: str) -> list[str]:
    """Those of the units that the study has; where it has none of them, as many of the first.

    >>> from quyu.study import open_study
    >>> s = open_study(lang="en")
    >>> units(s, "440000", "330100"), units(s, "330100", "330200")
    (['440000'], ['110000', '120000'])
    """
    return _held(subject.provinces.index, wanted)


def unit(subject: Study, wanted: str, given: str = "") -> str:
    """The unit that is given, by any name; else the one wanted, or the first."""
    return subject.unit(given) if given else units(subject, wanted)[0]


def indicator(subject: Study, wanted: str) -> str:
    """The scored indicator wanted, or the first."""
    return _held(subject.card.weights.index, [wanted])[0]


def goal(subject: Study, wanted: str) -> str:
    """The goal wanted, or the first."""
    return _held(subject.goals, [wanted])[0]


def figure(subject: Study, wanted: str) -> str:
    """The figure wanted, or the first."""
    return _held(subject.figures, [wanted])[0]


def year(subject: Study, wanted: int) -> int:
    """The year wanted, or the first of the panel."""
    return _held(subject.card.framework.years, [wanted])[0]


def region(subject: Study, wanted: str, given: str = "") -> Region:
    """The region that is given, by any name; else the one wanted, or the first group, or all units."""
    if given or not subject.facts.own_units:
        return subject.region(given or wanted)
    whole = Region(id="all", name=NO_GROUP, name_en=NO_GROUP, zones=(NO_GROUP,))
    return next(iter(subject.regions), whole)


def official(subject: Study, name: str) -> str:
    """The id of an official series; refused with a sentence where units are not provinces and lack it."""
    if name not in subject.figures:
        refuse_own_units(subject, "series")
    return name


def _held(known: Iterable[Any], wanted: Collection[Any]) -> list[Any]:
    known = [*known]
    return [each for each in wanted if each in known] or known[: len(wanted)]
