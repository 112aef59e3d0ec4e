"""Figures, index and direct-evidence index, opened together: what every page is written from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import geopandas as gpd
import pandas as pd

from quyu.facts import Facts, boundaries, dashline, national, resolve
from quyu.facts.load import scored_figures
from quyu.facts.names import find
from quyu.index import Node, Scorecard
from quyu.index.trace import trace
from quyu.index.tree import Indicator
from quyu.regions.strategy import Region, region_of
from quyu.study import disparities, evidence, regional, spatial
from quyu.study.audit import audited, line_of
from quyu.study.certainty import certainty, held, sensitivity_of
from quyu.study.scores import scores_table
from quyu.study.what_if import supposed
from quyu.words import LANGUAGES, Words, simplified, words
from quyu.words.nouns import Noun

if TYPE_CHECKING:
    from libpysal.graph import Graph

    from quyu.maps.picture import Picture


@cache
def _areas() -> pd.DataFrame:
    """The names of zones and regions in every language, by the name that tables hold."""
    told = {lang: words(lang).texts for lang in reversed(LANGUAGES)}
    ids = [key.removeprefix("area.") for key in told["en"] if key.startswith("area.")]
    return pd.DataFrame(
        {lang: [texts[f"area.{each}"] for each in ids] for lang, texts in told.items()}, index=ids
    )


@dataclass(frozen=True, eq=False, repr=False)  # one reading is like no other: compared by identity
class Study(Noun):
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
            "next": "s.ranks(year) · s.indicators(unit, year) · s.map(what, year) · s.what_if(…)",
        }
        return pd.Series({say(f"study.about.{key}"): text for key, text in told.items()})

    @property
    def say(self) -> Words:
        """The catalogue of the language that this study's pages are written in."""
        return words(self.lang)

    @cached_property
    def short(self) -> pd.Series:
        """The short name of each of the 34 units in the study's language, by adcode."""
        column = "name_en" if self.lang == "en" else f"short_{self.say.suffix}"
        return self.facts.provinces[column]

    @cached_property
    def names(self) -> pd.Series:
        """The full name of each of the 34 units in the study's language, by adcode."""
        return self.facts.provinces[f"name_{self.say.suffix}"]

    def area(self, name: str) -> str:
        """The name of a zone or region, called by any of its names, in the study's language.

        >>> from quyu.study import open_study
        >>> [open_study(lang="en").area(name) for name in ("東北", "东部", "central-west")]
        ['Northeast', 'East', 'Central-West']
        """
        told = self.say.texts.get(f"area.{name}")
        return told or self.say(f"area.{find(name, _areas(), 'zone or region')}")

    @property
    def goals(self) -> dict[str, str]:
        """The name of each goal in the study's language, by id."""
        return {goal.id: self.say.of(goal.name) for goal in self.card.framework.goals}

    @property
    def provinces(self) -> pd.DataFrame:
        """The register of the scored provinces, in the order of their codes."""
        units = self.card.scores.index.unique("adcode")
        return self.facts.provinces.loc[units]

    @cached_property
    def national(self) -> pd.DataFrame:
        """The nation's own figures by year, where a publication gives them, in canonical units."""
        return national(self.facts)

    @cached_property
    def land(self) -> gpd.GeoDataFrame:
        """The 34 units with their names, zones and regions, as every map draws them."""
        return boundaries(self.facts)

    @cached_property
    def dashes(self) -> gpd.GeoDataFrame:
        """The ten dashes."""
        return dashline(self.facts)

    @cached_property
    def units(self) -> gpd.GeoDataFrame:
        """Every unit with name, zone, region and shape (WGS 84), indexed by id.

        The units that are drawn but not scored have neither zone nor region.

        >>> from quyu.study import open_study
        >>> open_study(lang="en").units.loc["440000", ["name", "zone"]].tolist()
        ['Guangdong', 'East']
        """
        areas = {
            kind: self.land[kind].map(lambda a: self.area(a) if a else "")
            for kind in ("zone", "region")
        }
        return self.land.assign(name=self.short, **areas)[["name", "zone", "region", "geometry"]]

    def named(self, frame: pd.DataFrame | pd.Series) -> pd.DataFrame | pd.Series:
        """The same table with names for eyes in place of adcodes and of the framework's ids."""
        tree = self.card.framework.index
        parts = {part.id: self.say.of(part.name) for part in [*tree.nodes(), *tree.leaves()]}
        return _renamed(frame, {**self.short[self.provinces.index].to_dict(), **parts})

    def trace(self, province: str, year: int) -> pd.DataFrame:
        """Every number between one province's index and its publications: see quyu.index.trace."""
        self.at(year)
        figures = scored_figures(self.facts).set_index(["adcode", "year", "indicator"])
        book, sources = self.facts.codebook, self.facts.sources

        def lookup(unit: object, at: int, name: str) -> tuple[float, str, str] | None:
            if (unit, at, name) not in figures.index:
                return None
            value, key, grade = figures.loc[(unit, at, name), ["value", "source", "grade"]]
            source, suffix = sources.loc[key], "_en" if self.lang == "en" else ""
            told = self.say(
                "study.cited",
                publisher=source[f"publisher{suffix}"],
                publication=source[f"publication{suffix}"],
                table=source["table"],
            )
            told = simplified(told) if self.lang == "zh-hans" else told
            return value * book.loc[name, "factor"], told, grade

        return trace(self.card, province_of(province, self.facts), year, lookup=lookup)

    def what_if(
        self,
        *,
        weights: Mapping[str, float] | None = None,
        aggregate: str | None = None,
        normalise: str | None = None,
        without: str | Sequence[str] = (),
        figures: pd.DataFrame | None = None,
    ) -> Study:
        """The same study with some choices changed and everything else as it was.

        `weights` says how many times its present weight a goal or indicator gets beside its siblings;
        `aggregate` how the goals are joined, `normalise` how indicators are scaled; `without` leaves
        a goal or indicator, or several, out. `figures` (columns unit, year, indicator, value in the codebook's
        unit) takes the place of published figures. Goals, indicators and units are accepted by id or
        name. Goalposts and tier breaks stay, so that scores can be compared. Refused: unknown names,
        with the closest; one part named twice; choices that do not go together.

        >>> from quyu.study import open_study
        >>> s = open_study(lang="en")
        >>> more = s.what_if(weights={"economy": 2}, aggregate="arithmetic")
        >>> more.card.child_weights["index"].round(3).head(2).to_dict()
        {'economy': 0.286, 'industry': 0.143}
        >>> s.what_if(without=["rd_intensty"])
        Traceback (most recent call last):
        ValueError: No goal or indicator is called 'rd_intensty'. Did you mean R&D intensity \
研發經費投入強度 (rd_intensity)?
        """
        return supposed(self, weights, aggregate, normalise, without, figures)

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

    def region(self, name: str) -> Region:
        """The region of the strategy called by its name in any script, with what is asked of it."""
        return region_of(name)

    # the index

    def scores(self, year: int) -> pd.DataFrame:
        """Every province's index, rank, goals, coverage, and index and rank on direct evidence only.

        Scores are points on the framework's scale, ranks 1 = best; ties share the better rank. Of
        the index's weight, `coverage` is published for the year, `structural` held from a
        cross-section, `filled` carried or filled in; the rest is missing.
        """
        goals, here = self.goals, self.at(year)
        frame = pd.DataFrame(
            {
                "index": here["index"],
                "rank": self.card.ranks["index"].xs(year, level="year"),
                **{goal: here[goal] for goal in goals},
                **{
                    kind: getattr(self.card, kind)["index"].xs(year, level="year")
                    for kind in ("coverage", "structural", "filled")
                },
                "direct_index": self.direct.scores["index"].xs(year, level="year"),
                "direct_rank": self.direct.ranks["index"].xs(year, level="year"),
            }
        )
        line = "rank:place province=name index:number " + " ".join(
            f"{goal}:whole" for goal in goals
        )
        line += " coverage:percent direct=direct_rank:place"
        title = self.say("nation.table_title", year=year)
        return self._told(self._named_first(frame), "nation", line, title=title, heads=goals)

    def ranks(self, year: int) -> pd.DataFrame:
        """How sure each rank is: nominal, median, low–high (the method interval), group, shift, tier.

        `group` numbers those that cannot be told apart, `shift` is the mean rank less the nominal.
        `tier` is the one that most draws give, `probability` their share; `borderline` where it is
        too small, `second` the next; `nominal_tier` that of the stated method. `direct`,
        `direct_low` and `direct_high` are the rank on direct evidence only, by draws of its own.
        """
        self.at(year)
        frame = self._named_first(certainty(self, year))
        line = "province=name rank=nominal:place median:place interval=low:interval shift:change "
        title = self.say("doubts.ranks_title", year=year)
        return self._told(
            frame, "doubts", line + "group:place tier:tier nominal_tier:tier_name", title=title
        )

    def indicators(self, unit: str, year: int) -> pd.DataFrame:
        """Every indicator of the framework for one unit: value, median, rank, evidence, sources."""
        self.at(year)
        frame = evidence.evidence(self, self.unit(unit), year)
        line = (
            "indicator=name rank=place:right value:significant unit median:significant? years grade"
        )
        title = self.say("indicators.title", year=year)
        return self._told(frame, "indicators", line, title=title)

    def obstacles(self, unit: str, year: int) -> pd.DataFrame:
        """What each indicator is of all that a unit lacks to a full score, the greatest first.

        By the weights that made the score. `named` is False for an official grade and for what ranks
        in the nation's first third: parts of the gap that are no obstacles.
        """
        self.at(year)
        adcode = self.unit(unit)
        line = "indicator=name goal evidence:evidence years score:whole place=place:right of:place "
        title = self.say("obstacles.title", name=self.short[adcode], year=year)
        frame = evidence.obstacles(self, adcode, year)
        return self._told(frame, "obstacles", line + "degree:percent", title=title)

    def distances(self, unit: str, year: int) -> pd.DataFrame:
        """How far each indicator is from the nation's, the zone's and the next tier's median.

        In the indicator's own unit, with what each would add to the index.
        """
        self.at(year)
        adcode = self.unit(unit)
        line = "indicator=name unit value:significant " + " ".join(
            f"{reference}:significant- {reference}_adds:change-"
            for reference in evidence.REFERENCES
        )
        title = self.say("distances.title", name=self.short[adcode], year=year)
        return self._told(evidence.distances(self, adcode, year), "distances", line, title=title)

    def change(self, unit: str) -> pd.DataFrame:
        """What each indicator gave to a unit's change of index over the panel, in points."""
        first, last = self.card.framework.years[0], self.card.framework.years[-1]
        line = "indicator=name contribution:change2"
        title = self.say("movement.drivers_title", first=first, last=last)
        return self._told(evidence.moved(self, self.unit(unit)), "movement", line, title=title)

    def series(self, indicator: str) -> pd.DataFrame:
        """Years × units of the index, a goal, an indicator or a published figure.

        By its id or name in any script.
        """
        wanted = self._measure(indicator)
        frame, name, unit = evidence.series(self, wanted)
        heads = {"year": self.say("region.range.head.year"), **self.short[frame.columns]}
        line = "year=index:right " + " ".join(f"{code}:significant" for code in frame)
        return self._told(frame, "", line, title=f"{name} ({unit})", heads=heads)

    def catalogue(self) -> pd.DataFrame:
        """Every indicator of the framework: name, goal, formula, direction, unit, evidence."""
        line = "indicator=name formula evidence:evidence phrase:phrase"
        title = self.say("holdings.indicators_title")
        return self._told(evidence.catalogue(self), "holdings", line, title=title)

    def goalposts(self, year: int) -> pd.DataFrame:
        """Who holds either goalpost of each indicator, and how far ranks of `year` move without.

        Columns: name, end, unit, year, value and next (displayed unit; what the goalpost would be
        without the unit), shared (how many other units are there), mean_shift, most_shift, moved.
        """
        self.at(year)
        line = "indicator=name end:goalposts.end holder=unit_name year:place value:significant- "
        line += "next:significant- mean_shift:two- most_shift:place- furthest=moved_name"
        title = self.say("goalposts.title", year=year)
        return self._told(evidence.holders(self, year), "goalposts", line, title=title)

    def doubtful(self) -> pd.DataFrame:
        """The cells that were judged by hand: unit, year, figure, value, judgement, scored, note.

        index_shift and rank_shift are by how much the unit's own index and anyone's rank would move
        at most, over the panel, if a cell that is not scored were.
        """
        line = "province=name year:text figure value:significant unit judgement:doubtful.judgement "
        frame = evidence.doubtful(self)
        return self._told(frame, "doubtful", line + "note", title=self.say("doubtful.title"))

    def panel(self) -> pd.DataFrame:
        """Every province and year of the panel, by adcode and year: the columns of scores.csv."""
        return scores_table(self).set_index(["adcode", "year"])

    def sensitivity(self, year: int) -> pd.DataFrame:
        """How much of the variance of ranks each choice of method explains: Sobol's S1 and ST.

        Indexed by output and factor: "mean_shift" (of all ranks), then the mean rank of each zone,
        then the rank of each unit. S1 is what a factor explains on its own, ST with all its
        interactions; S1_conf and ST_conf are half the width of their 95 % bootstrap intervals.
        Missing where no choice moves a rank, and where a unit is not scored in every run.
        """
        self.at(year)
        found, say = sensitivity_of(self, year), self.say
        whole = pd.concat({"mean_shift": found.mean_shift})
        frame = pd.concat([whole, found.groups, found.units]).rename_axis(["output", "factor"])
        zones = {zone: self.area(zone) for zone in found.groups.index.unique(0)}
        names = {"mean_shift": say("choices.mean_shift"), **zones, **self.short}
        outputs, factors = (frame.index.get_level_values(level) for level in (0, 1))
        frame.insert(0, "name", outputs.map(names))
        frame.insert(1, "factor_name", [say(f"choices.factor.{factor}") for factor in factors])
        line = "of=name factor=factor_name S1:two- S1_conf:two- ST:two- ST_conf:two-"
        title = say("choices.sensitivity_title", year=year)
        return self._told(frame, "choices", line, title=title)

    def audit(self, part: str, year: int) -> pd.DataFrame:
        """One part of what a reviewer asks of the index.

        shape       skewness and kurtosis of each indicator over the panel, before and after treatment
        structure   KMO, Bartlett's test, α and the first component's share: the goals, then inside each
        components  the principal components of the goals
        own         each indicator's correlation with its own goal, with the rest of it, with others
        goals       goal × goal correlations
        influence   nominal against effective weights, and those that would equalise influence
        goal_out    how far ranks move without each goal
        errors      index and rank with the figures' errors (params/robustness.yaml) drawn
        bounds      index and rank of units that lack indicators, at the worst and the best of them
        added       how far ranks by the index differ from those by each goal
        outside     correlation with official measures made by others
        choices     every choice, its alternatives in the draws, and who could choose otherwise
        points      forty points of the OECD/JRC Handbook's ten steps: met, partly or not, and why
        """
        self.at(year)
        frame = audited(self, part, year)
        title = self.say(f"audit.title.{part}", year=year)
        heads = self.goals if part == "goals" else {}
        return self._told(frame, "audit", line_of(part, frame), title=title, heads=heads)

    def map(self, what: str, year: int, *, tiles: bool = False) -> Picture:
        """The still map of the index, a goal, an indicator, "lisa" or "partners"; it shows itself.

        Goals and indicators are accepted by id or name. `tiles` draws one tile of equal size a unit.
        Refused: what has no map, with the closest known; a year outside the panel.
        """
        from quyu.maps.picture import picture
        from quyu.study.drawings import OTHERS, still

        self.at(year)
        called = what if what in {"index", *OTHERS} else self.part(what)
        return picture(*still(self, called, year, grid=tiles))

    def _measure(self, name: str) -> str:
        """The id of a score, an indicator or a figure, called by its id or name in any script."""
        tree = self.card.framework.index
        parts = self._called([*tree.nodes(), *tree.leaves()])
        book = self.facts.codebook[list(parts)].drop(parts.index, errors="ignore")
        return find(name, pd.concat([parts, book]), "goal, indicator or figure")

    def _named_first(self, frame: pd.DataFrame) -> pd.DataFrame:
        names = self.short[frame.index].rename("name").rename_axis("adcode")
        return names.to_frame().join(frame)

    # the strategy

    def lens(self, region: str, year: int) -> pd.DataFrame:
        """Every province as the strategy looks at one region: score, ranks, parts; best first.

        `region` in any script or English. Refused, with a reason, where the lens needs an earlier
        year or what the framework or the figures do not have.
        """
        self.at(year)
        name = region_of(region).name
        parts = {part.id: self.say.of(part.name) for part in regional.lens_choice(name).parts}
        line = "province=name nation:place interval=low:interval score:number "
        return self._told(
            regional.lens_frame(self, name, year),
            "lens",
            line + " ".join(f"{part}:whole" for part in parts),
            title=self.say.of(regional.lens_choice(name).name),
            heads=parts | {"interval": self.say("doubts.head.interval", share=held())},
        )

    def inequality(self) -> pd.DataFrame:
        """Theil, Gini, their parts between regions and zones, and variation, by figure and year."""
        line = "figure=name year:place theil:three regions=theil_region:percent- "
        line += "zones=theil_zone:percent- theil_weighted:three "
        line += "regions_weighted=theil_weighted_region:percent- "
        line += "zones_weighted=theil_weighted_zone:percent- gini:three cv:two cv_weighted:two"
        title = self.say("gaps.inequality_title")
        return self._told(disparities.inequality_frame(self), "gaps", line, title=title)

    def spread(self) -> pd.DataFrame:
        """How far scores lie apart in the first and last year, and how the order changed; by goal."""
        line = "score=name sd=sd_last:number range=range_last:number spearman:two shift=mean_shift:number"
        title, year = self.say("gaps.spread_title"), self.card.framework.years[-1]
        heads = {name: self.say(f"gaps.head.{name}", year=year) for name in ("sd", "range")}
        return self._told(disparities.spread_frame(self), "gaps", line, title=title, heads=heads)

    def density(self, figure: str, *, by: Literal["", "zone", "region"] = "") -> pd.DataFrame:
        """Where along a figure the provinces lie: a kernel density a year, of all and by zone or region.

        `figure` is what `series` takes; columns as in `quyu.regions.density.density`, value in the
        figure's own unit, indexed by group. Each province counts once, whatever its size; years in
        which one lacks the figure have no curve, zones and regions of fewer than 5 neither.

        >>> from quyu.study import open_study
        >>> found = open_study(lang="en").density("index", by="zone")
        >>> [*found["name"].unique()]  # the Northeast is three provinces
        ['All provinces', 'East', 'Central', 'West']
        """
        if by not in ("", "zone", "region"):
            raise ValueError(f"by is {by!r}; there are 'zone', 'region' and '' for all alone.")
        wanted = self._measure(figure)
        frame, name, unit = disparities.density_frame(self, wanted, by)
        line = "group=name year:place value:significant density:significant"
        title = self.say("gaps.density_title", figure=name, unit=unit)
        return self._told(frame, "gaps", line, title=title)

    def convergence(self) -> pd.DataFrame:
        """σ of every figure and of the index, and β of growth and of the index, each with interval."""
        line = "figure=name kind=model:catching_up estimate:three low:three high:three "
        line += "half_life:significant-"
        title = self.say("catching_up.beta_title")
        return self._told(disparities.convergence_frame(self), "catching_up", line, title=title)

    def transitions(self) -> pd.DataFrame:
        """How many provinces moved to which class of the growth figure in a year, by class around.

        Indexed by the class of the neighbours' mean and the own at the start, 1 the lowest; summed
        over the neighbours they are the transitions of all. Columns: name; around; to_1, to_2 …,
        counts; share_1, share_2 …, of the row, missing of too few; transitions, the row's sum.
        """
        frame = disparities.transitions_frame(self)
        line = "around from=name " + " ".join(
            f"{head}:place" for head in frame if head[:3] == "to_"
        )
        heads = {head: frame.at[(1, int(head[3:])), "name"] for head in frame if head[:3] == "to_"}
        growth = disparities.figure_names(self)[spatial.disparity().growth]
        title = self.say("around.title", figure=growth)
        line += " transitions:place"
        return self._told(frame, "around", line, title=title, heads=heads)

    def neighbours(self, year: int) -> pd.DataFrame:
        """Local Moran statistics of the index, a row per province, and clusters under three weights.

        Refused where a province has no index: the map would have a hole.
        """
        line = "province=name kind=cluster:neighbours.kind p:p- p_fdr:p-"
        title = self.say("neighbours.lisa_title", year=year)
        return self._told(spatial.neighbours_frame(self, year), "neighbours", line, title=title)

    def moran(self, year: int) -> pd.DataFrame:
        """Moran's I of the index with its permutation test, a row per weights matrix."""
        line = "weights=name i:three expectation:three z:number p:p"
        title = self.say("neighbours.moran_title", year=year)
        return self._told(spatial.moran_frame(self, year), "neighbours", line, title=title)

    def contiguity(self) -> Graph:
        """Which provinces touch, as a libpysal Graph by adcode, with Hainan joined to Guangdong."""
        return spatial.matrices_of(self)["queen"]

    def partners(self, year: int) -> pd.DataFrame:
        """The proposed giver of every receiver: why, how alike, and in how many draws."""
        self.at(year)
        line = "receiver=name giver=giver_name drivers complementarity:number distance:two "
        line += "stability:percent runner_up=runner_up_name missing:percent flagged:percent"
        title = self.say("partners.pairs_title", year=year)
        return self._told(
            regional.partners_frame(self, year).rename_axis("adcode"), "partners", line, title=title
        )

    def peers(self, unit: str, year: int) -> pd.DataFrame:
        """A province, then those nearest to it in structure, with index, rank and distance."""
        self.at(year)
        adcode = self.unit(unit)
        line = "province=name index:number rank:place distance:two- alike:text-"
        title = self.say("partners.peers_title", name=self.short[adcode], year=year)
        return self._told(
            regional.peers_frame(self, adcode, year).rename_axis("adcode"),
            "partners",
            line,
            title=title,
        )

    def targets(self) -> pd.DataFrame:
        """Every official target: how far it has come, at what pace, and when it would be met."""
        frame = regional.targets_frame(self)
        told = (frame["status"] != "not published").sum()
        title = self.say("targets.title", count=len(frame), told=told)
        line = "who=name indicator=indicator_name attained=attainment:percent status:targets.status"
        return self._told(frame, "targets", line, title=title)

    def _told(
        self,
        frame: pd.DataFrame,
        section: str,
        columns: str,
        *,
        title: str,
        heads: dict[str, str] | None = None,
    ) -> pd.DataFrame:
        """A copy that brings along how `quyu.show` writes it; `known` tells what a user added."""
        frame = frame.copy()
        frame.attrs = {
            "lang": self.lang,
            "section": section,
            "columns": columns,
            "title": title,
            "heads": heads or {},
            "known": [*frame],
        }
        return frame

    @property
    def framework_sha256(self) -> str:
        """The hash of every choice that was made, however its file was laid out."""
        return hashlib.sha256(self.card.framework.model_dump_json().encode()).hexdigest()

    def at(self, year: int) -> pd.DataFrame:
        """Every score of one year, indexed by adcode; a year outside the panel is refused."""
        years = sorted(self.card.scores.index.unique("year"))
        if year not in years:
            raise ValueError(f"year is {year!r}; the framework's panel has {years[0]}–{years[-1]}.")
        return self.card.scores.xs(year, level="year")


def _renamed(frame, names: dict):
    found = frame.rename(index=names)
    return found.rename(columns=names) if isinstance(frame, pd.DataFrame) else found


def province_of(name: str, facts: Facts) -> str:
    """The adcode of a scored province; one that the figures do not cover is refused."""
    adcode = resolve(name, facts.provinces)
    if not facts.provinces.loc[adcode, "zone"]:
        raise ValueError(
            f"{facts.provinces.loc[adcode, 'name_zh_hant']} is drawn on every map but not scored: "
            "the figures cover the 31 mainland provinces."
        )
    return adcode
