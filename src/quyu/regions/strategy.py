"""The three regions of the 綱要's clause nine and its words about each."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

import yaml

from quyu.facts import embedded


@dataclass(frozen=True)
class Region:
    """One region of the strategy: `part` is its role in four characters, `words` the clause's sentence."""

    id: str
    name: str
    name_en: str
    zones: tuple[str, ...]
    part: str
    words: str


@cache
def regions() -> tuple[Region, ...]:
    """The three regions in the clause's order."""
    named = [field.name for field in fields(Region)]
    return tuple(
        Region(**{name: entry[name] for name in named} | {"zones": tuple(entry["zones"])})
        for entry in _file()["regions"]
    )


def clause() -> str:
    """Where the words come from."""
    return _file()["source"]


def region_of(name: str) -> Region:
    """The region called `name` in either script or English; others are refused with the three listed.

    >>> region_of("东北").id, region_of("Central-West").name
    ('northeast', '中西部')
    """
    wanted = name.strip().casefold().replace("东", "東").removesuffix("地區").removesuffix("地区")
    for region in regions():
        if wanted in (region.id, region.name, region.name_en.casefold()):
            return region
    known = ", ".join(f"{region.name} ({region.id})" for region in regions())
    raise ValueError(f"{name!r} is not a region of the strategy; there are {known}.")


@cache
def _file() -> dict:
    return yaml.safe_load((embedded() / "params" / "regions.yaml").read_text(encoding="utf-8"))
