"""What a lens is made of, as written in params/regions.yaml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from quyu.facts import embedded
from quyu.index.entry import Entry, Id, Share, Text, known
from quyu.index.one_key import read_yaml
from quyu.regions.lenses.parts import MEASURES, needs
from quyu.regions.strategy import Region

Names = Annotated[tuple[Id, ...], Field(min_length=1)]


class Part(Entry):
    """One part of a lens: a measure with its options.

    `tells` is what it says, `cannot` what it cannot say, `unit` that of its values. Of the options
    just those stand that the measure needs: `top` the share of units that counts as the best,
    `best` how many indicators, `goals`, `indicators`, `figures` and `indicator` ids, `node` a goal
    or "index", `formula` over figures, `size` the figure that others are set against, `since` the
    year from which a change counts, `against` the region whose median is the mark.
    """

    id: Id
    name: Text
    unit: Text
    tells: Text
    cannot: Text
    measure: Annotated[str, known(MEASURES, "measure")]
    top: Share | None = None
    best: int | None = Field(None, ge=1)
    goals: Names | None = None
    node: Id | None = None
    indicators: Names | None = None
    indicator: Id | None = None
    figures: Names | None = None
    size: Id | None = None
    formula: str | None = None
    since: int | None = None
    against: str | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The options that are stated."""
        own = ("id", "name", "unit", "tells", "cannot", "measure")
        stated = {name: getattr(self, name) for name in type(self).model_fields if name not in own}
        return {name: value for name, value in stated.items() if value is not None}

    @model_validator(mode="after")
    def _just_the_options_needed(self) -> Self:
        wanted = needs(self.measure)
        for name in self.options:
            if name not in wanted:
                takes = ", ".join(wanted) or "no option"
                raise ValueError(f"measure {self.measure!r} has no option {name!r}; it has {takes}")
        for name in wanted:
            if name not in self.options:
                raise ValueError(f"measure {self.measure!r} needs its option {name!r}")
        return self


class Lens(Entry):
    """How the strategy looks at one region: the question asked, and the parts of the answer.

    `region` is the region for which the lens is headlined, `cannot` what the whole cannot say.
    """

    id: Id
    region: str
    name: Text
    question: Text
    cannot: Text
    parts: tuple[Part, ...] = Field(min_length=3, max_length=4)

    @model_validator(mode="after")
    def _parts_differ(self) -> Self:
        ids = [part.id for part in self.parts]
        for name in ids:
            if ids.count(name) > 1:
                raise ValueError(f"part {name!r} is there more than once; ids must be unique")
        return self


def read_lenses(path: str | Path | None = None) -> tuple[Lens, ...]:
    """The lens of each region, in the order of the file; the embedded params/regions.yaml by default.

    Raises ValueError with file, region and part of every fault: unknown keys and measures with the
    known ones, options that a measure lacks or does not have, a number of parts other than 3 or 4.

    >>> [(lens.region, lens.name.zh_hant) for lens in read_lenses()]
    [('東部', '引領帶動'), ('中西部', '比較優勢'), ('東北', '質量振興')]
    """
    path = embedded() / "params" / "regions.yaml" if path is None else Path(path)
    try:
        given = read_yaml(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, yaml.YAMLError) as fault:
        raise ValueError(f"{path} is not valid YAML: {' '.join(str(fault).split())}.") from None
    entries = given.get("regions") if isinstance(given, Mapping) else None
    if not isinstance(entries, list) or not entries:
        raise ValueError(f"{path} lists no regions; compare it with the embedded regions.yaml.")
    return tuple(_lens(entry, place, path) for place, entry in enumerate(entries, start=1))


def _lens(entry: object, place: int, path: Path) -> Lens:
    allowed = [*(field.name for field in fields(Region)), "lens"]
    if not isinstance(entry, Mapping):
        raise ValueError(f"{path}: region {place} is {entry!r}; it must have keys.")
    where = f"{path}: region {entry.get('id', place)!r}"
    for key in entry:
        if key not in allowed:
            raise ValueError(f"{where}: unknown key {key!r}; known keys are {', '.join(allowed)}.")
    lens = entry.get("lens")
    if "name" not in entry or not isinstance(lens, Mapping):
        raise ValueError(f"{where} needs the keys name and lens.")
    if "region" in lens:
        raise ValueError(
            f"{where}, lens: the region is the one that it stands under; drop the key."
        )
    try:
        return Lens.model_validate({**lens, "region": entry["name"]})
    except ValidationError as faults:
        told = [f"{where}, {_told(fault, lens)}." for fault in faults.errors()]
        raise ValueError("\n".join(told)) from None


def _told(fault: Mapping[str, Any], lens: Mapping[str, Any]) -> str:
    place, message = list(fault["loc"]), fault["msg"].removeprefix("Value error, ").rstrip(".")
    words = ["lens"]
    if place[:1] == ["parts"] and len(place) > 1:
        part = lens["parts"][place[1]]
        name = part.get("id", place[1] + 1) if isinstance(part, Mapping) else place[1] + 1
        words.append(f"part {name!r}")
        place = place[2:]
    return f"{', '.join([*words, *filter(None, ['.'.join(map(str, place))])])}: {message}"
