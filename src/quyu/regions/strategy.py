"""The three regions of the 綱要's clause nine and its words about each; or a study's own groups."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from quyu.facts import embedded
from quyu.facts.params import read_params
from quyu.facts.register import NO_GROUP
from quyu.index.tree import Entry, Text


class Region(Entry):
    """One region of the strategy: `part` is its role in a few words, `words` the clause's sentence.

    Their English is a translation of ours. A group of units of one's own has neither.
    """

    id: str
    name: str
    name_en: str
    zones: tuple[str, ...]
    part: Text | None = None
    words: Text | None = None


@cache
def regions() -> tuple[Region, ...]:
    """The three regions in the clause's order."""
    return tuple(
        Region(**{key: value for key, value in entry.items() if key != "lens"})
        for entry in _file()["regions"]
    )


def clause() -> Text:
    """Where the words come from."""
    return Text(**_file()["source"])


def common() -> Text:
    """What the clause asks of all regions."""
    return Text(**_file()["common"])


def groups(names: Iterable[str]) -> tuple[Region, ...]:
    """Groups of units of one's own, as a brief is written on: in the order of their first unit.

    >>> [each.id for each in groups(["coast", "inland", "coast"])]
    ['group-1', 'group-2']
    """
    own = [name for name in dict.fromkeys(names) if name not in ("", NO_GROUP)]
    return tuple(
        Region(id=f"group-{number}", name=name, name_en=name, zones=(name,))
        for number, name in enumerate(own, start=1)
    )


def region_of(name: str) -> Region:
    """The region called `name` in either script or English; others are refused with the three listed.

    >>> region_of("东北").id, region_of("Central-West").name
    ('northeast', '中西部')
    """
    wanted = (
        str(name).strip().casefold().replace("东", "東").removesuffix("地區").removesuffix("地区")
    )
    for region in regions():
        if wanted in (region.id, region.name, region.name_en.casefold()):
            return region
    known = ", ".join(f"{region.name} ({region.id})" for region in regions())
    raise ValueError(f"{name!r} is not a region of the strategy; there are {known}.")


@cache
def _file() -> dict:
    return read_params(embedded() / "params" / "regions.yaml")
