"""What can be asked of one reading of the figures: scores and their doubt, the strategy, maps and charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from quyu.facts.load import scored_figures
from quyu.files import publish
from quyu.index.trace import trace
from quyu.regions.strategy import region_of
from quyu.study import answers, comparing, disparities, evidence, regional, shortfall, spatial
from quyu.study.audit import GROUPED, audited, line_of, noted
from quyu.study.certainty import certainty, held, sensitivity_of
from quyu.study.holdings import holdings, origin
from quyu.study.reading import Reading, province_of
from quyu.study.robustness import robustness
from quyu.study.scores import scores_table
from quyu.study.spatial import refuse_own_units
from quyu.study.what_if import supposed
from quyu.words import simplified

if TYPE_CHECKING:
    from libpysal.graph import Graph

    from quyu.maps.explore import InteractiveMap
    from quyu.maps.picture import Drawing


TIERS = ("tier", "second", "nominal_tier")  # of `ranks`


class Study(Reading):
    """One reading of the figures, its index, and all that quyu answers of them.

    Whatever computes returns a frame, indexed by a unit's id where it has a row per unit.
    """

    def trace(self, province: str, year: int) -> pd.DataFrame:
        """Every number between one province's index and its publications: see quyu.index.trace.

        Names, methods and sources are in the study's language; `flag` is a code, `flag_name` its words.
        """
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

        unit, called = province_of(province, self.facts), book[f"name_{self.say.suffix}"].get
        frame = trace(self.card, unit, year, lookup=lookup, say=self.say, series=called)
        line = "level=level_name name year value:significant unit flag=flag_name source"
        title = self.say("trail.title", name=self.short[unit], year=year)
        return self._told(frame, "trail", line, title=title)

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

    # the index

    def scores(self, year: int) -> pd.DataFrame:
        """Every province's index, rank, goals, coverage, and index and rank on direct evidence only.

        Scores are points on the framework's scale, ranks 1 = best; ties share the better rank. Of
        the index's weight, `coverage` is published for the year, `structural` held from a
        cross-section, `filled` carried or filled in; the rest is missing.
        """
        self.at(year)
        return _scores(self, year).copy()

    def ranks(self, year: int) -> pd.DataFrame:
        """How sure each rank is: nominal, median, low–high (the method interval), group, shift, tier.

        `group` numbers those that cannot be told apart, `shift` is the mean rank less the nominal.
        `tier` is the one that most draws give, `probability` their share; `borderline` where it is
        too small, `second` the next; `nominal_tier` that of the stated method. `direct`,
        `direct_low` and `direct_high` are the rank on direct evidence only, by draws of its own.
        """
        self.at(year)
        return _ranks(self, year).copy()

    def indicators(self, unit: str, year: int) -> pd.DataFrame:
        """Every indicator of the framework for one unit: value, median, rank, evidence, sources."""
        self.at(year)
        adcode = self.unit(unit)
        frame = evidence.evidence(self, adcode, year)
        line = (
            "indicator=name rank=place:right value:significant unit median:significant? years grade"
        )
        title = self.say("indicators.one_title", name=self.short[adcode], year=year)
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
        frame = shortfall.obstacles(self, adcode, year)
        return self._told(frame, "obstacles", line + "degree:percent", title=title)

    def distances(self, unit: str, year: int) -> pd.DataFrame:
        """How far each indicator is from the nation's, the zone's and the next tier's median.

        In the indicator's own unit, with what each would add to the index.
        """
        self.at(year)
        adcode = self.unit(unit)
        line = "indicator=name unit value:significant " + " ".join(
            f"{reference}:significant- {reference}_adds:change-"
            for reference in shortfall.REFERENCES
        )
        title = self.say("distances.title", name=self.short[adcode], year=year)
        return self._told(shortfall.distances(self, adcode, year), "distances", line, title=title)

    def answers(self, unit: str, year: int) -> pd.DataFrame:
        """The three gaps that cost a unit's index most, and the three strengths that give it most.

        Each in its own unit beside the medians of nation, zone and next tier; `adds` is what the index
        would gain (of a strength, lose: below 0) at the nation's median, `lifted_rank` the rank then.
        What ranks in the nation's best third is no gap, an official grade neither.

        >>> from quyu.study import open_study
        >>> found = open_study(lang="en").answers("Liaoning", 2023)
        >>> found["kind"].tolist()
        ['gap', 'gap', 'gap', 'strength', 'strength', 'strength']
        """
        self.at(year)
        adcode = self.unit(unit)
        line = "kind:answers.kind indicator=name unit value:significant zone:significant- "
        line += "nation:significant- above:significant- adds:change rank_then=lifted_rank:place "
        line += "rank=place:right years evidence:evidence"
        title = self.say("answers.title", name=self.short[adcode], year=year)
        zone = self.area(self.provinces.at[adcode, "zone"])
        heads = {"zone": self.say("answers.head.zone", zone=zone)}
        frame = answers.answers(self, adcode, year).copy()
        frame.insert(1, "kind_name", [self.say(f"answers.kind.{kind}") for kind in frame["kind"]])
        return self._told(frame, "answers", line, title=title, heads=heads, group="kind")

    def change(self, unit: str) -> pd.DataFrame:
        """What each indicator gave to a unit's change of index over the panel, in points."""
        first, last = self.card.framework.years[0], self.card.framework.years[-1]
        line = "indicator=name contribution:change2"
        title = self.say("movement.drivers_title", first=first, last=last)
        return self._told(evidence.moved(self, self.unit(unit)), "movement", line, title=title)

    def change_since(self, first: int, last: int | None = None) -> pd.DataFrame:
        """How index and rank of every unit changed from one year to another, the report year if left out.

        change is in points, `beyond` the same less that of the nation's median; `places` are gained.

        >>> from quyu.study import open_study
        >>> s = open_study(lang="en")
        >>> moved = s.change_since(2019, 2023)
        >>> nation = moved["index"].median() - moved["first_index"].median()
        >>> bool(((moved["change"] - moved["beyond"] - nation).abs() < 1e-9).all())
        True
        """
        last = self.card.framework.report_year if last is None else last
        self.at(first), self.at(last)
        frame = self._named_first(comparing.changed_since(self, first, last))
        line = "province=name first_index:number index:number change:change beyond:change "
        title = self.say("comparing.since_title", first=first, last=last)
        line += "first_rank:place rank:place places:moved"
        return self._told(frame, "comparing", line, title=title, maps="change")

    def compare(self, other: Study, year: int) -> pd.DataFrame:
        """Index and rank of every unit in this study and in another, such as `what_if` gives.

        change and places are what a unit has more in the other.

        >>> from quyu.study import open_study
        >>> s = open_study(lang="en")
        >>> found = s.compare(s.what_if(weights={"economy": 2}), 2023)
        >>> found.columns[1:].tolist()
        ['index', 'rank', 'other_index', 'other_rank', 'change', 'places']
        """
        if not isinstance(other, Study):
            raise ValueError(
                f"a study is compared with a study, not with a {type(other).__name__}."
            )
        self.at(year), other.at(year)
        frame = self._named_first(comparing.compared(self, other, year))
        line = "province=name rank:place other_rank:place places:moved index:number "
        title = self.say("comparing.title", year=year)
        line += "other_index:number change:change"
        return self._told(frame, "comparing", line, title=title, maps="change")

    def compare_units(self, units: Sequence[str], year: int) -> pd.DataFrame:
        """Index, goals and indicators of several units side by side, each with its rank, by id.

        A unit's values stand under its id, its ranks under the id and "_rank"; the name of a zone or
        region stands for its units.

        >>> from quyu.study import open_study
        >>> found = open_study(lang="en").compare_units(["Liaoning", "吉林"], 2023)
        >>> found.columns.tolist()
        ['name', 'measure', '210000', '210000_rank', '220000', '220000_rank']
        """
        self.at(year)
        codes = self._members(units)
        if len(codes) < 2:
            raise ValueError(f"{units!r} names {len(codes)} unit; name two or more to compare.")
        heads = {code: self.short[code] for code in codes}
        heads |= {f"{code}_rank": self.say("comparing.head.rank") for code in codes}
        line = "item=name unit=measure:text " + " ".join(
            f"{code}:significant {code}_rank:place" for code in codes
        )
        title = self.say("comparing.units_title", names=self.say.join(self.short[codes]), year=year)
        frame = comparing.side_by_side(self, codes, year)
        return self._told(frame, "comparing", line, title=title, heads=heads)

    def lift(
        self, unit: str, indicator: str, *, to: str | float = "median", year: int | None = None
    ) -> pd.DataFrame:
        """What one indicator of a unit would have to become, and what that alone would bring; a row.

        `to` is "median" (the nation's), "zone" (the zone's median), "tier" or "rank" (the least lift
        that brings the next one up; the tier is `nominal_tier` of `ranks`, since draws belong to no one
        figure), or a value in the indicator's own unit; `year` the report year
        if left out. Columns: see quyu.study.comparing.lifted; `reached` is False where even the better
        goalpost brings no tier or rank. A unit ahead of a median stays where it is. Refused: what is
        not scored or not published, and a tier or rank above the first.

        >>> from quyu.study import open_study
        >>> row = open_study(lang="en").lift("Liaoning", "rd_intensity", to="median", year=2023)
        >>> bool(row["adds"].item() > 0 and row["reached"].item()) or row["gap"].item() == 0
        True
        """
        year = self.card.framework.report_year if year is None else year
        self.at(year)
        row = comparing.lifted(self, self.unit(unit), self.part(indicator), to, year)
        line = "province=name indicator unit=measure:text value:significant to:significant gap:significant "
        line += (
            "adds:change rank:place lifted_rank:place nominal_tier:tier_name lifted_tier:tier_name"
        )
        title = self.say("comparing.lift_title", year=year)
        row = self._tiers(row, "nominal_tier", "lifted_tier")
        return self._told(self._named_first(row), "comparing", line, title=title)

    def series(self, indicator: str) -> pd.DataFrame:
        """Years × units of the index, a goal, an indicator or a published figure.

        By its id or name in any script. Zones go by the columns: `.T.groupby(s.units.zone)`.
        """
        wanted = self._measure(indicator)
        frame, name, unit = evidence.series(self, wanted)
        heads = {"year": self.say("region.range.head.year"), **self.short[frame.columns]}
        line = "year=index:right " + " ".join(f"{code}:significant" for code in frame)
        return self._told(frame, "", line, title=f"{name} ({unit})", heads=heads)

    def catalogue(self) -> pd.DataFrame:
        """Every indicator of the framework: name, goal, formula, direction, unit, evidence.

        `phrase` holds the strategy's words that it measures, `state` what is not as usual with it.
        """
        line = "goal indicator=name formula direction:holdings.direction "
        line += "transform:holdings.transform evidence:evidence phrase state"
        title = self.say("holdings.indicators_title")
        return self._told(evidence.catalogue(self), "holdings", line, title=title, group="goal")

    def holdings(self, part: str) -> pd.DataFrame:
        """One part of what is held and what lacks.

        grades      how many series and values there are of each grade
        caveats     what to mind with the series that the index uses
        published   how many units published each of these series, a column for each year
        missing     the cells of the panel that nobody published, and how each was met
        gaps        what the framework asks for and nobody publishes by unit

        >>> from quyu.study import open_study
        >>> open_study(lang="en").holdings("grades").index.tolist()
        ['A', 'B', 'C']
        """
        frame, line = holdings(self, part)
        heads = {year: str(year) for year in frame if isinstance(year, int)}
        title = self.say(f"holdings.{part}_title")
        return self._told(frame, "holdings", line, title=title, heads=heads)

    def origin(self, unit: str, figure: str) -> pd.DataFrame:
        """Every published value of one figure of a unit, by year, with grade and publication.

        `figure` by its id or name in any script; the codebook's unit, as published.

        >>> from quyu.study import open_study
        >>> open_study(lang="en").origin("Guangdong", "rd_intensity").at[2023, "publisher"][:29]
        'National Bureau of Statistics'
        """
        adcode = self.unit(unit)
        line = "year=index:right value:significant unit grade publisher publication"
        frame = origin(self, adcode, figure)
        name = frame["figure"].iloc[0] if len(frame) else figure
        title = self.say("trail.origin_title", name=self.short[adcode], figure=name)
        return self._told(frame, "trail", line, title=title)

    def goalposts(self, year: int) -> pd.DataFrame:
        """Who holds either goalpost of each indicator, and how far ranks of `year` move without.

        Columns: name, end, unit, year, value and next (displayed unit; what the goalpost would be
        without the unit), measure (its unit), shared (how many other units are there), mean_shift,
        most_shift, moved; holder tells unit and year.
        """
        self.at(year)
        line = "indicator=name end:goalposts.end holder value:significant- next:significant- "
        line += "unit=measure mean_shift:two- most_shift:place- furthest=moved_name"
        frame, title = evidence.holders(self, year), self.say("goalposts.title", year=year)
        held = frame["unit_name"].value_counts()
        first = sorted(held.index[held == held.max()])
        key = "goalposts.text" if len(first) > 1 else "goalposts.text_one"
        told = {"count": len(frame), "names": self.say.join(first), "most": held.max()}
        return self._told(frame, "goalposts", line, title=title, note=self.say(key, **told))

    def doubtful(self) -> pd.DataFrame:
        """The cells that were judged by hand: unit, year, figure, value, judgement, scored, note.

        index_shift and rank_shift are by how much the unit's own index and anyone's rank would move
        at most, over the panel, if a cell that is not scored were; `moves` says so.
        """
        line = "province=name year:text figure value:significant unit judgement:doubtful.judgement "
        frame, say = evidence.doubtful(self), self.say
        note = say("doubtful.text", jumps=int(frame["scored"].sum()))
        title, line = say("doubtful.title"), line + "note moves"
        return self._told(frame, "doubtful", line, title=title, note=note)

    def panel(self) -> pd.DataFrame:
        """Every province and year of the panel, by adcode and year: the columns of scores.csv.

        Zones, regions and tiers are called as in the study's language; the file has them in Chinese.
        """
        table = self._tiers(scores_table(self), "tier", "tier_second", "tier_nominal")
        areas = {called: table[called].map(self.area) for called in self.groups.values()}
        return table.assign(**areas).set_index(["adcode", "year"])

    def sensitivity(self, year: int, *, factors: Sequence[str] = ()) -> pd.DataFrame:
        """How much of the variance of ranks each choice of method explains: Sobol's S1 and ST.

        Indexed by output and factor: "mean_shift" (of all ranks), then the mean rank of each zone,
        by its name, then the rank of each unit. S1 is what a factor explains on its own, ST with all its
        interactions; S1_conf and ST_conf are half the width of their 95 % bootstrap intervals.
        Missing where no choice moves a rank, and where a unit is not scored in every run. `factors`
        are two or more of goalposts, normalisation, weighting, noise (on the weights), aggregation
        (across goals), inside (them) and left_out (one indicator), the rest held; all of them if left
        out. `robustness("factors", year)` has their levels, which params/robustness.yaml states.
        """
        self.at(year)
        chosen = (factors,) if isinstance(factors, str) else tuple(factors)
        found, say = sensitivity_of(self, year, chosen), self.say
        whole = pd.concat({"mean_shift": found.mean_shift})
        zones = found.groups.rename(index=self.area, level=0)
        frame = pd.concat([whole, zones, found.units]).rename_axis(["output", "factor"])
        names = {"mean_shift": say("choices.mean_shift"), **self.short}
        outputs, factors = (frame.index.get_level_values(level) for level in (0, 1))
        frame.insert(0, "name", [names.get(output, output) for output in outputs])
        frame.insert(1, "factor_name", [say(f"choices.factor.{factor}") for factor in factors])
        line = "of=name factor=factor_name S1:two- S1_conf:two- ST:two- ST_conf:two-"
        title = say("choices.sensitivity_title", year=year)
        note = say("choices.sobol_note", runs=found.runs, seed=found.seed)
        return self._told(frame, "choices", line, title=title, note=note)

    def robustness(self, part: str, year: int) -> pd.DataFrame:
        """One part of how far ranks hang on choices of method and on single indicators and goals.

        factors     what the draws vary, with its levels
        excluded    combinations that are refused by design, each with the reason
        levels      the mean rank of each unit (columns) with each level of each factor
        dominance   in what share of the draws each unit (rows) outranks each other
        top         in what share of the draws each unit is among the first 1, 3, 5, 10, 15
        tiers       the share of the draws that give each unit each tier
        regions     the mean rank of each of the strategy's regions, with its interval
        one_out     how far ranks move without each indicator
        goal_out    how many places each unit falls without each goal
        weights     stated and effective weight of each indicator, correlation with the index
        pairs       indicators of a goal that pull against each other or repeat each other
        coupling    whether the goals develop together
        location    location quotients of three activities, of the last year that has them
        agreement   Spearman's ρ of goals 1–5 with the official grade of 2019, beside baselines

        >>> from quyu.study import open_study
        >>> float(open_study(lang="en").robustness("dominance", 2023).at["440000", "540000"])
        1.0
        """
        self.at(year)
        frame, told = robustness(self, part, year)
        return self._told(frame, **told)

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
        title, note = self.say(f"audit.title.{part}", year=year), noted(self, part)
        heads = self.goals if part == "goals" else {}
        asked = {"title": title, "heads": heads, "group": GROUPED.get(part, ""), "note": note}
        return self._told(frame, "audit", line_of(part, frame), **asked)

    def map(
        self,
        what: str | pd.Series | pd.DataFrame,
        year: int | None = None,
        *,
        title: str = "",
        legend: str = "",
        scheme: str = "",
        tiles: bool = False,
    ) -> Drawing:
        """The still map of "lisa", "partners" or what `explore` draws, for print.

        It shows itself, and `.save("map.png")` (300 dpi, .svg, .pdf) writes it. `title`, `legend` and
        `scheme` are as in `explore`; only values of your own need no year.
        `tiles` draws one tile of equal size a unit. Refused: what has no map, with the closest known; a
        year outside the panel.
        """
        from quyu.maps.picture import Drawing
        from quyu.study.drawings import still

        if isinstance(what, str) and year is None:
            self.at(year)
        asked = {"title": title, "legend": legend, "scheme": scheme}
        return Drawing(lambda: still(self, what, year, grid=tiles, **asked))

    def explore(
        self,
        what: str | pd.Series | pd.DataFrame,
        year: int | None = None,
        *,
        legend: str = "",
        title: str = "",
        scheme: str = "",
        online: bool = False,
    ) -> InteractiveMap:
        """An interactive map, a `folium.Map` in Web Mercator, that needs no network: to add to, to mail.

        `what` is the index, a goal, an indicator, a published figure or a region's lens, by id or by
        name in any script, in `year`, the report year if left out; or values of your own by unit: a
        Series, or a frame with one column of numbers, indexed by id or by names in any script, such as
        `change_since` gives. `legend` says what they are, with their unit; `title` takes the place of
        the map's own. Scores are in their stored classes, all else in quantiles, or in those of
        `scheme`: quantiles, equal_interval, fisher_jenks, maximum_breaks. Own values on both sides of
        zero are classed by their distance from it.

        Layers of your own go on it, `folium.Marker(…).add_to(m)`, `points.explore(m=m, legend=False)`; a
        folium.Icon becomes a pin in its colour. `m.save("map.html")` writes one file, without requests.
        A layer that would ask the network is refused there, unless `online` allows it, and the page
        then says so: for `folium.TileLayer("OpenStreetMap").add_to(m)`. Refused: unknown names, with
        the closest; a year without figures; units named twice or unknown; a column of texts.

        >>> from quyu.study import open_study
        >>> open_study(lang="en").explore("R&D intensity", 2023)
        InteractiveMap('R&D intensity, 2023')
        """
        from quyu.study.exploring import explored
        from quyu.study.shown import shown

        asked = {"title": title, "legend": legend, "scheme": scheme}
        return explored(self, shown(self, what, year, **asked), online=online)

    def chart(
        self,
        what: str | pd.Series | pd.DataFrame,
        year: int | None = None,
        *,
        units: Sequence[str] = (),
        legend: str = "",
    ) -> Drawing:
        """A chart of one year, of all years, or the course of a measure; it shows and saves itself.

        Of a year, the report year if left out: "ranking", "ranks" (with their method intervals),
        "goals", "variance_shares" (what each goal is of it), "tiers" (their shares of the draws),
        "dominance" (who outranks whom), "sobol" (which choices move ranks), "goal_out", "one_out"
        (ranks without a goal, an indicator), "direct" (ranks on direct evidence only), "effective"
        (weights as stated and as they are), "gap" (what it is made of), "coupling". Of all years:
        "published" (how many units, by series), "change" (of the index, by goal), and what `series`
        takes, for up to six `units` (or a zone or region of no more) beside the nation's median, or for
        the medians of the zones.
        Of a Series, or up to six columns of numbers of a frame: a row for each label and a dot a column,
        or curves where the index is called year; `legend` says what they are.

        >>> from quyu.study import open_study
        >>> open_study(lang="en").chart("rd_intensity", units=["Liaoning"]).alt[:40]
        'R&D intensity (% of GDP), Liaoning: 1.98'
        """
        from quyu.maps.picture import Drawing
        from quyu.study.charting import OF_A_YEAR, OF_ALL_YEARS, course, own_rows

        if isinstance(what, pd.Series | pd.DataFrame):
            return Drawing(lambda: own_rows(self, what, legend))
        if len(units) and what in {*OF_A_YEAR, *OF_ALL_YEARS}:
            raise ValueError(f"{what!r} is drawn of all units; leave units out.")
        if what in OF_A_YEAR:
            year = self.card.framework.report_year if year is None else year
            self.at(year)
            return Drawing(lambda: OF_A_YEAR[what](self, year))
        if year is not None:
            raise ValueError(f"{what!r} is drawn over all years; leave year={year} out.")
        if what in OF_ALL_YEARS:
            return Drawing(lambda: OF_ALL_YEARS[what](self))
        wanted, codes = self._measure(what), self._members(units)
        return Drawing(lambda: course(self, wanted, codes))

    def to_excel(self, path: str | Path, year: int | None = None) -> Path:
        """Write one year, the report year if left out, as a workbook whose formulas live; its path.

        From published figure to rank every step is a formula: figures with their sources, indicators,
        treated, normalised, goals, index, ranks; weights, scale and goalposts in cells to be changed. A
        file that is there is replaced. Refused: an ending but .xlsx, and what no formula repeats
        (imputation by knn or iterative; percentiles over several years), with what is possible.

        >>> from quyu.study import open_study
        >>> open_study(lang="en").to_excel("2023.csv", 2023)
        Traceback (most recent call last):
        ValueError: 2023.csv: a workbook is an .xlsx file.
        """
        file = Path(path)
        if file.suffix.lower() != ".xlsx":
            raise ValueError(f"{file.name}: a workbook is an .xlsx file.")
        year = self.card.framework.report_year if year is None else year
        self.at(year)
        from quyu.study.workbook import workbook

        publish(file, workbook(self, year))
        return file

    # the strategy

    def lens(self, region: str, year: int) -> pd.DataFrame:
        """Every province as the strategy looks at one region: score, ranks, parts; best first.

        `region` in any script or English. Refused, with a reason, where the lens needs an earlier
        year or what the framework or the figures do not have.
        """
        self.at(year)
        refuse_own_units(self, "lens")
        name = region_of(region).name
        parts = {part.id: self.say.of(part.name) for part in regional.lens_choice(name).parts}
        line = "province=name nation:place interval=low:interval score:number "
        frame = regional.lens_frame(self, name, year)
        return self._told(
            frame.assign(region=frame["region"].map(self.area)),
            "lens",
            line + " ".join(f"{part}:whole" for part in parts),
            title=self.say.of(regional.lens_choice(name).name),
            heads=parts | {"interval": self.say("doubts.head.interval", share=held())},
        )

    def inequality(self) -> pd.DataFrame:
        """Theil, Gini, their parts between regions and zones, and variation, by figure and year."""
        kinds = {disparities.joined(called): called for called in [*self.groups.values()][::-1]}
        line, heads = "figure=name year:place", {}
        told = {"region": ("regions", "regions_weighted"), "zone": ("zones", "zones_weighted")}
        for n, (measure, end) in enumerate((("theil", ""), ("theil_weighted", "_weighted"))):
            line += f" {measure}:three"
            for kind, called in kinds.items():
                head = f"{measure}_{kind}" if self.facts.own_units else told[kind][n]
                line += f" {head}={measure}_{kind}:percent-"
                if self.facts.own_units:
                    heads[head] = self.say(f"gaps.between_groups{end}", kind=called)
        line += " gini:three cv:two cv_weighted:two"
        title = self.say("gaps.inequality_title")
        return self._told(
            disparities.inequality_frame(self), "gaps", line, title=title, heads=heads
        )

    def spread(self) -> pd.DataFrame:
        """How far scores lie apart in the first and last year, and how the order changed; by goal."""
        line = "score=name sd=sd_last:number range=range_last:number spearman:two shift=mean_shift:number"
        title, year = self.say("gaps.spread_title"), self.card.framework.years[-1]
        heads = {name: self.say(f"gaps.head.{name}", year=year) for name in ("sd", "range")}
        return self._told(disparities.spread_frame(self), "gaps", line, title=title, heads=heads)

    def density(self, figure: str, *, by: str = "") -> pd.DataFrame:
        """Where along a figure the provinces lie: a kernel density a year, of all and by zone or region.

        `by` is "zone", "region" or, of one's own units, what a kind of groups is called. `figure` is
        what `series` takes; columns as in `quyu.regions.density.density`, value in the
        figure's own unit, indexed by group: "nation", then zones or regions by name. Each province
        counts once, whatever its size; years in which one lacks the figure have no curve, zones and
        regions of fewer than 5 neither.

        >>> from quyu.study import open_study
        >>> found = open_study(lang="en").density("index", by="zone")
        >>> [*found["name"].unique()]  # the Northeast is three provinces
        ['All provinces', 'East', 'Central', 'West']
        """
        kinds = {called: kind for kind, called in self.groups.items()}
        if by not in ("", *kinds):
            known = ", ".join(map(repr, kinds))
            raise ValueError(f"by is {by!r}; there are {known} and '' for all alone.")
        wanted = self._measure(figure)
        frame, name, unit = disparities.density_frame(self, wanted, kinds.get(by, ""))
        line = "group=name year:place value:significant density:significant"
        title = self.say("gaps.density_title", figure=name, unit=unit)
        return self._told(frame, "gaps", line, title=title)

    def convergence(self, *, covariates: pd.DataFrame | pd.Series | None = None) -> pd.DataFrame:
        """σ of every figure and of the index, and β of growth and of the index, each with interval.

        `covariates` (units by id or name, a column of numbers each, of the start) add a β conditional
        on them beside the one on the zones. Refused: a unit without one, a column that others give.

        >>> from quyu.study import open_study
        >>> s = open_study(lang="en")
        >>> start = s.series("rd_intensity").loc[2019].to_frame("rd")
        >>> found = s.convergence(covariates=start)
        >>> found.loc[found["model"] == "covariates", "first"].tolist()[-1]
        2019
        """
        if covariates is not None:
            if not isinstance(covariates, pd.DataFrame | pd.Series):
                kind = type(covariates).__name__
                raise ValueError(f"covariates are a {kind}; give a frame or a Series, by unit.")
            given = pd.DataFrame(covariates)
            covariates = given.set_axis([self.unit(str(name)) for name in given.index]).astype(
                float
            )
        line = "figure=name kind=model:catching_up estimate:three low:three high:three "
        line += "half_life:significant-"
        title = self.say("catching_up.beta_title")
        return self._told(
            disparities.convergence_frame(self, covariates), "catching_up", line, title=title
        )

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
        line = (
            "receiver=name:unit giver=giver_name:giver drivers complementarity:number distance:two "
        )
        line += "stability:percent runner_up=runner_up_name missing:percent flagged:percent"
        title = self.say("partners.pairs_title", year=year)
        return self._told(
            regional.partners_frame(self, year).rename_axis("adcode"), "partners", line, title=title
        )

    def peers(self, unit: str, year: int) -> pd.DataFrame:
        """A province, then those nearest to it in structure, with index, rank and distance."""
        self.at(year)
        adcode = self.unit(unit)
        line = "province=name:unit index:number rank:place distance:two- alike:text-"
        title = self.say("partners.peers_title", name=self.short[adcode], year=year)
        return self._told(
            regional.peers_frame(self, adcode, year).rename_axis("adcode"),
            "partners",
            line,
            title=title,
        )

    def targets(self) -> pd.DataFrame:
        """Every official target: how far it has come, at what pace, and when it would be met.

        Refused where the units are one's own and nobody set targets for them (targets.csv).
        """
        frame = regional.targets_frame(self)
        told = (frame["status"] != "not published").sum()
        title = self.say("targets.title", count=len(frame), told=told)
        line = "who=name indicator=indicator_name attained=attainment:percent status:targets.status"
        return self._told(frame, "targets", line, title=title)

    def behind(self, year: int) -> pd.DataFrame:
        """How many years each province is behind the East's median, by each followed figure.

        Sicherl's time distance; below 0 it is ahead. A figure that is not published for all of the
        East in `year` has no column.

        >>> from quyu.study import open_study
        >>> bool(open_study(lang="en").behind(2023).loc["210000", "gdp_per_head"] > 0)
        True
        """
        self.at(year)
        frame, _ = regional.behind_frame(self, year)
        names = disparities.figure_names(self)
        line = "province=name " + " ".join(f"{figure}:number-" for figure in frame)
        title = self.say("targets.behind_title", year=year)
        return self._told(self._named_first(frame), "targets", line, title=title, heads=names)


@lru_cache(maxsize=8)  # the same for all units, told with its words
def _scores(study: Study, year: int) -> pd.DataFrame:
    card, direct, here = study.card, study.direct, study.at(year)
    frame = pd.DataFrame(
        {
            "index": here["index"],
            "rank": card.ranks["index"].xs(year, level="year"),
            **{goal: here[goal] for goal in study.goals},
            **{
                kind: getattr(card, kind)["index"].xs(year, level="year")
                for kind in ("coverage", "structural", "filled")
            },
            "direct_index": direct.scores["index"].xs(year, level="year"),
            "direct_rank": direct.ranks["index"].xs(year, level="year"),
        }
    )
    line = "rank:place province=name index:number "
    line += " ".join(f"{goal}:whole" for goal in study.goals)
    line += " coverage:percent direct=direct_rank:place"
    title = study.say("nation.table_title", year=year)
    return study._told(study._named_first(frame), "nation", line, title=title, heads=study.goals)


@lru_cache(maxsize=8)
def _ranks(study: Study, year: int) -> pd.DataFrame:
    frame = study._tiers(study._named_first(certainty(study, year)), *TIERS)
    line = "province=name rank=nominal:place median:place interval=low:interval shift:change "
    title = study.say("doubts.ranks_title", year=year)
    line += "group:place tier:tier nominal_tier:tier_name"
    return study._told(frame, "doubts", line, title=title, note=study.say("doubts.ranks_note"))
