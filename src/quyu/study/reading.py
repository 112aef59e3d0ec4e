"""What was opened and scored, and what everything in it is called."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial
from pathlib import Path

import geopandas as gpd
import pandas as pd

from quyu.facts import Facts, boundaries, dashline, national, resolve
from quyu.facts.boundaries import SHAPES, shapes_file
from quyu.facts.names import find, name_columns
from quyu.index import Node, Scorecard
from quyu.index.tree import Indicator
from quyu.maps.palette import hues
from quyu.regions.strategy import Region, groups, region_of, regions
from quyu.study.certainty import tier_name
from quyu.study.codes import with_words
from quyu.study.spatial import refuse_own_units
from quyu.words import LANGUAGES, Words, simplified, words
from quyu.words.nouns import Noun


@cache
def _areas() -> pd.DataFrame:
    """The names of zones and regions in every language, as a register has them, by the one tables hold."""
    held = words("en").texts
    ids = [key.removeprefix("area.") for key in held if key.startswith("area.")]
    columns = {"name_en": "en", "short_zh_hant": "zh-hant", "short_zh_hans": "zh-hans"}
    return pd.DataFrame(
        {column: [words(lang)(f"area.{each}") for each in ids] for column, lang in columns.items()},
        index=ids,
    )


def handed_out(make: Callable[[Reading], pd.DataFrame | pd.Series | dict]) -> property:
    """A property worked out once. Each asker has it as their own: written over, it changes nothing here."""

    def given(self: Reading) -> pd.DataFrame | pd.Series | dict:
        kept = self.__dict__.setdefault("_kept", {})
        if make.__name__ not in kept:
            kept[make.__name__] = make(self)
        return kept[make.__name__].copy()

    return property(given, doc=make.__doc__)


@dataclass(frozen=True, eq=False, repr=False)  # one reading is like no other: compared by identity
class Reading(Noun):
    """One reading of the figures and the two indices scored from them.

    `facts` are as loaded, with every text isolated that could turn the direction of its neighbours.
    `card` is the default index, `direct` the one on direct evidence only, `figures` the canonical
    matrix both were scored from, `framework_path` the file the choices came from;
    `stored` says whether the goalposts were those stored beside it.
    """

    facts: Facts
    figures: pd.DataFrame
    card: Scorecard
    direct: Scorecard
    framework_path: Path
    stored: bool
    lang: str = "zh-hant"

    def __repr__(self) -> str:
        years = self.card.framework.years
        return (
            f"Study({self.say.of(self.card.framework.name)!r}, {len(self.provinces)} units, "
            f"{years[0]}–{years[-1]}, {self.lang})"
        )

    def _repr_html_(self) -> str:
        return self.about().to_frame("").to_html(header=False)

    def about(self) -> pd.Series:
        """What this study is: framework, units, years, indicators, coverage, and how to go on."""
        card, say = self.card, self.say
        choices, at = card.framework, card.framework.report_year
        told = {
            "framework": say("study.framework", name=say.of(choices.name), version=choices.version),
            "figures": str(self.facts.path),
            "units": str(len(self.provinces)),
            "years": f"{choices.years[0]}–{choices.years[-1]}",
            "report_year": str(at),
            "indicators": str(len(card.weights)),
            "coverage": f"{card.coverage.xs(at, level='year')['index'].median():.0%}",
            "next": "s.ranks(year) · s.indicators(unit, year) · s.map(what, year) · "
            "s.explore(what, year) · s.what_if(…)",
        }
        return pd.Series({say(f"study.about.{key}"): text for key, text in told.items()})

    @property
    def say(self) -> Words:
        """The catalogue of the language that this study's pages are written in."""
        return self.says(self.lang)

    @cached_property
    def _ground(self) -> dict[str, str]:
        """Where the shapes come from, in each language."""
        file, sources = shapes_file(self.facts), self.facts.sources
        given = sources["publication"].get(SHAPES, "") if file else ""
        key = "map.squares" if not file else "map.shapes_given" if given else "map.shapes_own"
        told = {lang: words(lang)(key, source=given) for lang in LANGUAGES}
        if len(self.dashes):  # and those that every map of China draws are quyu's
            told = {lang: text + words(lang)("map.ground") for lang, text in told.items()}
        return told

    @cached_property
    def _says(self) -> dict[str, Words]:
        own = self.facts.own_units
        found = {lang: words(lang, own_units=own) for lang in LANGUAGES}
        if not own:
            return found
        # Their index is another one, and called by its name.
        name, ground, said = self.card.framework.name, self._ground, {}
        for lang, each in found.items():
            index = each.of(name).replace("{", "{{").replace("}", "}}")
            was = each("nation.index")
            pairs = ((was, index), (was[0].lower() + was[1:], index))
            called = replace(each, replaced=pairs)
            texts = {key: called.suited(text) for key, text in each.texts.items()}
            said[lang] = replace(
                each, texts=texts | dict.fromkeys(("map.boundary", "map.ground"), ground[lang])
            )
        return said

    def says(self, lang: str) -> Words:
        """The catalogue of a language, in the words that suit the units."""
        return self._says[lang]

    @handed_out
    def short(self) -> pd.Series:
        """The short name of each unit of the register in the study's language, by id."""
        column = "name_en" if self.lang == "en" else f"short_{self.say.suffix}"
        return self.facts.provinces[column]

    @handed_out
    def names(self) -> pd.Series:
        """The full name of each unit of the register in the study's language, by id."""
        return self.facts.provinces[f"name_{self.say.suffix}"]

    def area(self, name: str) -> str:
        """The name of a zone or region, called by any of its names, in the study's language.

        >>> from quyu.study import open_study
        >>> [open_study(lang="en").area(name) for name in ("東北", "东部", "central-west")]
        ['Northeast', 'East', 'Central-West']
        """
        if self.facts.own_units:
            return find(name, self._own_groups, "group")
        told = self.say.texts.get(f"area.{name}")
        return told or self.say(f"area.{find(name, _areas(), 'zone or region')}")

    @cached_property
    def _own_groups(self) -> pd.DataFrame:
        found = pd.unique(self.provinces[[*self.groups, "zone"]].to_numpy().ravel())
        return pd.DataFrame({"name": found}, index=found)

    @property
    def groups(self) -> dict[str, str]:
        """The kinds of groups of units: a column of the register, by what it is called."""
        return dict(self.facts.groups)

    @cached_property
    def regions(self) -> tuple[Region, ...]:
        """What briefs are written on: the strategy's three regions, or one's own first groups."""
        return groups(self.provinces["zone"]) if self.facts.own_units else regions()

    @handed_out
    def hues(self) -> dict[str, str]:
        """The colour of each group of units."""
        return hues([*self.provinces["zone"], *self.provinces["region"]])

    @property
    def goals(self) -> dict[str, str]:
        """The name of each goal in the study's language, by id."""
        return {goal.id: self.say.of(goal.name) for goal in self.card.framework.goals}

    @handed_out
    def provinces(self) -> pd.DataFrame:
        """The register of the scored provinces, in the order of their codes."""
        units = self.card.scores.index.unique("adcode")
        return self.facts.provinces.loc[units]

    @handed_out
    def national(self) -> pd.DataFrame:
        """The nation's own figures by year, where a publication gives them, in canonical units."""
        return national(self.facts)

    @handed_out
    def land(self) -> gpd.GeoDataFrame:
        """The units with their names and groups, as every map draws them."""
        return boundaries(self.facts)

    @handed_out
    def dashes(self) -> gpd.GeoDataFrame:
        """The ten dashes of a map of all of China; none on other maps."""
        return dashline(self.facts)

    @handed_out
    def units(self) -> gpd.GeoDataFrame:
        """Every unit with full name, groups (zone and region, or one's own) and shape (WGS 84), by id.

        The units that are drawn but not scored are in no group. Whatever is indexed by
        unit joins it: `s.units.join(s.scores(2023))`.

        >>> from quyu.study import open_study
        >>> open_study(lang="en").units.loc["440000", ["full_name", "zone"]].tolist()
        ['Guangdong', 'East']
        """
        areas = {
            called: self.land[kind].map(lambda a: self.area(a) if a else "")
            for kind, called in self.groups.items()
        }
        return self.land[["geometry"]].assign(full_name=self.names, **areas)[
            ["full_name", *areas, "geometry"]
        ]

    def named(self, frame: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
        """The same table with names for eyes in place of adcodes and of the framework's ids."""
        tree = self.card.framework.index
        parts = {part.id: self.say.of(part.name) for part in [*tree.nodes(), *tree.leaves()]}
        return _renamed(frame, {**self.short[self.provinces.index].to_dict(), **parts})

    def part(self, name: str) -> str:
        """The id of a goal or indicator called by its id, or by its name in any script.

        >>> from quyu.study import open_study
        >>> open_study().part("R&D intensity") == open_study().part("rd_intensity")
        True
        """
        tree = self.card.framework.index
        return find(name, self._called([*tree.nodes(), *tree.leaves()]), "goal or indicator")

    def _called(self, parts: Iterable[Node | Indicator]) -> pd.DataFrame:
        """What nodes and indicators are called, by id."""
        names = {
            part.id: {
                "name_en": part.name.en,
                "name_zh_hant": part.name.zh_hant,
                "name_zh_hans": simplified(part.name.zh_hant),
            }
            for part in parts
        }
        return pd.DataFrame.from_dict(names, orient="index")

    def unit(self, name: str) -> str:
        """The id of a scored unit called by its id, or by its name in any script."""
        return province_of(name, self.facts)

    def _members(self, names: str | Sequence[str]) -> list[str]:
        """The ids of the units that are named, each once; a zone or region stands for its own."""
        asked = [names] if isinstance(names, str) else names
        areas = self._own_groups if self.facts.own_units else _areas().drop("全國")
        known = pd.concat([name_columns(self.facts.provinces), areas]).fillna("")
        within, found = self.provinces[["zone", *self.groups]], {}
        for name in asked:
            key = resolve(name, known, "unit, zone or region")
            of_area = within.index[(within == key).any(axis=1)]
            found |= dict.fromkeys(of_area if key in areas.index else [self.unit(key)])
        return [*found]

    def region(self, name: str) -> Region:
        """The region of the strategy called by its name in any script, with what is asked of it.

        Of units of one's own, the group so called, of their first kind.
        """
        if not self.facts.own_units:
            return region_of(name)
        known = pd.DataFrame({"name": [each.name for each in self.regions]})
        known.index = [each.id for each in self.regions]
        if known.empty:
            refuse_own_units(self, "no_groups")
        key = find(str(name), known, "group")
        return next(each for each in self.regions if each.id == key)

    @handed_out
    def measures(self) -> pd.DataFrame:
        """What scores, indicators and published figures are called in each language, by id."""
        tree = self.card.framework.index
        parts = self._called([*tree.nodes(), *tree.leaves()])
        book = self.facts.codebook[list(parts)].drop(parts.index, errors="ignore")
        # An indicator may be called as the figure that it is: then the name means the indicator.
        book = book.apply(lambda names: names.where(~names.isin([*parts[names.name]]), ""))
        return pd.concat([parts, book])

    def _measure(self, name: str) -> str:
        """The id of a score, an indicator or a figure, called by its id or name in any script."""
        return find(name, self.measures, "goal, indicator or figure")

    def _tiers(self, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
        """The frame with its tiers called as in the study's language."""
        called = partial(tier_name, say=self.say)
        return frame.assign(
            **{name: frame[name].map(called, na_action="ignore") for name in columns}
        )

    def _named_first(self, frame: pd.DataFrame) -> pd.DataFrame:
        names = self.short[frame.index].rename("name").rename_axis("adcode")
        return names.to_frame().join(frame)

    def _told(
        self,
        frame: pd.DataFrame,
        section: str,
        columns: str,
        *,
        title: str,
        heads: dict[str, str] | None = None,
        maps: str = "",
        group: str = "",
        note: str = "",
    ) -> pd.DataFrame:
        """A copy with words beside its codes, that brings along how `quyu.show` writes it.

        `known` tells what a user added; `maps` is the column that a map of the frame shows, `group` a
        head of `columns` that becomes a heading wherever it changes, `note` what is said below.
        """
        frame = with_words(frame, self.say)
        frame.attrs = {
            "lang": self.lang,
            "own_units": self.facts.own_units,
            "section": section,
            "columns": columns,
            "title": title,
            "heads": _Kept(heads or {}),
            "known": _Kept.fromkeys(frame),
            "maps": maps,
            "group": group,
            "note": note,
        }
        return frame

    @property
    def framework_sha256(self) -> str:
        """The hash of every choice that was made, however its file was laid out."""
        return hashlib.sha256(self.card.framework.model_dump_json().encode()).hexdigest()

    def at(self, year: int) -> pd.DataFrame:
        """Every score of one year, indexed by adcode; a year outside the panel is refused."""
        kept = self.__dict__.setdefault("_kept", {})
        try:
            if ("at", year) not in kept:
                kept["at", year] = self.card.scores.xs(year, level="year")
            return kept["at", year].copy()
        except (KeyError, TypeError):
            years = sorted(self.card.scores.index.unique("year"))
            raise ValueError(
                f"year is {year!r}; the framework's panel has {years[0]}–{years[-1]}."
            ) from None


class _Kept(dict):
    """What a frame brings along and nobody changes: pandas copies it in depth at every step."""

    def __deepcopy__(self, _: object) -> _Kept:
        return self


def _renamed(frame, names: dict):
    found = frame.rename(index=names)
    return found.rename(columns=names) if isinstance(frame, pd.DataFrame) else found


def province_of(name: str, facts: Facts) -> str:
    """The adcode of a scored province; one that the figures do not cover is refused."""
    adcode = resolve(name, facts.provinces, "unit" if facts.own_units else "province")
    if not facts.provinces.at[adcode, "zone"]:
        covered = "the units of units.csv" if facts.own_units else "the 31 mainland provinces"
        raise ValueError(
            f"{facts.provinces.loc[adcode, 'name_zh_hant']} is drawn on every map but not scored: "
            f"the figures cover {covered}."
        )
    return adcode
