"""What a map of a study shows: figures by unit, their classes, and what is written round them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from quyu.facts import embedded
from quyu.facts.boundaries import shapes_file
from quyu.facts.names import find, resolve
from quyu.index.tree import Indicator
from quyu.maps.palette import METHODS, YLGNBU, Classes, between, graded, spread_colours
from quyu.regions.strategy import regions
from quyu.study.certainty import certainty, read_robustness, tier_name
from quyu.study.evidence import series, years_of
from quyu.study.regional import lens_choice, lens_frame
from quyu.study.spatial import refuse_own_units
from quyu.study.what_if import WHAT_IF
from quyu.words import simplified
from quyu.words.nouns import Noun

if TYPE_CHECKING:
    from quyu.maps.draw import Caption
    from quyu.study.study import Study
    from quyu.words import Words

METHOD = "quantiles"  # of classes, if no other is asked for; those of scores are stored
FIFTHS = Classes((20.0, 40.0, 60.0, 80.0))  # of a lens's mean percentile rank


@dataclass(frozen=True, repr=False)
class Shown(Noun):
    """What a map shows: `kind` is index, goal, indicator, figure, lens or own, `key` its id.

    `values` are by unit id, in `unit`, which `subtitle` tells with what else they are. `classes` are
    theirs, or those of `places` where these are given. `legend` says how the classes were found,
    `source` where the figures come from, `uncertain` whose class too few draws confirm.
    """

    kind: str
    key: str
    year: int | None
    values: pd.Series
    classes: Classes
    title: str
    subtitle: str
    legend: str
    source: str
    unit: str = ""
    places: pd.Series | None = None
    uncertain: tuple[str, ...] = ()

    @property
    def classed(self) -> pd.Series:
        """What the classes are of."""
        return self.values if self.places is None else self.places

    def caption(self, subject: Study) -> Caption:
        """What is written round the map, in the study's language."""
        return captioned(subject, self.title, self.subtitle, self.source, self.legend)


def shown(
    subject: Study,
    what: str | pd.Series | pd.DataFrame,
    year: int | None = None,
    *,
    scheme: str = "",
    title: str = "",
    legend: str = "",
) -> Shown:
    """What a map of `what` shows: see `Study.explore`, which says what that may be and what is refused."""
    scheme = _scheme(scheme)
    if isinstance(what, str):
        kind, key = resolved(subject, what)
        found = _SHOWN[kind](subject, key, year, scheme)
    else:
        found = _own(subject, what, year, scheme)
    if legend:
        found = replace(found, subtitle=legend)
    if not title:
        return found
    # Under a title of one's own what is shown, and of which year, is said below it.
    below = [found.title, *filter(None, [found.subtitle])]
    return replace(found, title=title, subtitle=subject.say("shown.clauses").join(below))


def _scheme(name: str) -> str:
    plain = name.replace("_", "").casefold()
    found = [key for key, each in METHODS.items() if each.casefold() == plain]
    if name and not found:
        known = ", ".join(METHODS)
        raise ValueError(f"scheme is {name!r}; there are {known}, classifiers of mapclassify.")
    return found[0] if found else ""


def resolved(subject: Study, what: str) -> tuple[str, str]:
    """The kind and the id of what is called so in any script: a score, indicator, figure or lens."""
    lenses = {
        each.name: {
            "name_en": each.name_en,
            "name_zh_hant": each.name,
            "name_zh_hans": simplified(each.name),
            "id": each.id,
        }
        for each in regions()
    }
    areas = pd.DataFrame.from_dict(lenses, orient="index")
    known = pd.concat([subject.measures, areas]).fillna("")
    try:
        key = find(what, known, "goal, indicator, figure or lens")
    except ValueError as unknown:
        # Who reads this may have typed a command: what there is stands here, not in an object.
        leaves = [leaf for leaf in leaves_of(subject) if leaf in subject.card.imputed]
        others = "" if subject.facts.own_units else f"; the lenses {', '.join(areas.index)}"
        raise ValueError(
            f"{unknown} There are index; the goals {', '.join(subject.goals)}; the indicators "
            f"{', '.join(leaves)}{others}; the figures by their names or ids in codebook.csv. "
            "A still map may be of lisa or partners, too."
        ) from None
    if key in areas.index:
        refuse_own_units(subject, "lens")
        return "lens", key
    if key in subject.card.scores:
        return ("index" if key == "index" else "goal"), key
    return ("indicator" if key in leaves_of(subject) else "figure"), key


def leaves_of(subject: Study) -> dict[str, Indicator]:
    return {leaf.id: leaf for leaf in subject.card.framework.indicators}


def _index(subject: Study, key: str, year: int | None, scheme: str) -> Shown:
    year = _panel_year(subject, year)
    found = _score(subject, "index", "index", subject.say("gaps.index"), year, scheme)
    if scheme:
        return found
    # The draws are of the index: only its ranks have an interval, only its tiers a doubt.
    return replace(
        found,
        classes=tier_classes(subject),
        subtitle=subject.say("stills.tiers", best=best_tier(subject.say)),
        legend=tiers_told(subject),
        places=tiers_shown(certainty(subject, year)["tier"]),
        uncertain=tuple(unsure(subject, year)),
    )


def _goal(subject: Study, key: str, year: int | None, scheme: str) -> Shown:
    tree = subject.card.framework.index  # a leaf right below the index is a goal too
    names = {part.id: part.name for part in (*tree.nodes(), *tree.leaves())}
    name = subject.say.of(names[key])
    return _score(subject, "goal", key, name, _panel_year(subject, year), scheme)


def _score(subject: Study, kind: str, key: str, name: str, year: int, scheme: str) -> Shown:
    say, panel = subject.say, subject.card.scores[key]
    stored = subject.card.state.tiers.get(key)
    if stored and not scheme:
        shades, told = Classes(stored), classes(subject)
    else:
        shades, told = _graded(subject, panel, scheme)
    return Shown(
        kind,
        key,
        year,
        subject.at(year)[key],
        shades,
        say("stills.title", name=name, year=year),
        say("stills.subtitle"),
        told,
        source(subject),
    )


def _indicator(subject: Study, key: str, year: int | None, scheme: str) -> Shown:
    """An indicator in its own unit, in classes of the whole panel."""
    say, leaf, year = subject.say, leaves_of(subject)[key], _panel_year(subject, year)
    if key not in subject.card.imputed:
        raise ValueError(f"{key!r} is not published by unit: there is nothing to draw.")
    panel = subject.card.imputed[key] * leaf.factor
    own_years = leaf.structural if isinstance(leaf.structural, tuple) else ()
    span = (min(own_years), max(own_years)) if own_years else None
    shades, told = _graded(subject, panel, scheme, span)
    at, others = _of_figures(subject, leaf, year)
    unit = say.of(leaf.unit)
    return Shown(
        "indicator",
        key,
        year,
        panel.xs(year, level="year"),
        shades,
        say("stills.title", name=say.of(leaf.name), year=at),
        say("stills.other_years", unit=unit, told=others) if others else unit,
        told,
        source(subject),
        unit,
    )


def _figure(subject: Study, key: str, year: int | None, scheme: str) -> Shown:
    """A figure as published, in classes of all its years."""
    table, name, unit = series(subject, key)
    panel = table.stack().dropna()
    years = sorted(panel.index.unique(0))
    if year is None:
        by_now = [at for at in years if at <= subject.card.framework.report_year]
        year = (by_now or years)[-1 if by_now else 0]
    if year not in years:
        raise ValueError(
            f"year is {year!r}; {key!r} is published for {', '.join(map(str, years))}."
        )
    shades, told = _graded(subject, panel, scheme, (years[0], years[-1]))
    title = subject.say("stills.title", name=name, year=year)
    given = (table.loc[year], shades, title, unit, told, source(subject), unit)
    return Shown("figure", key, year, *given)


def _lens(subject: Study, key: str, year: int | None, scheme: str) -> Shown:
    say, year = subject.say, _panel_year(subject, year)
    values = lens_frame(subject, key, year)["score"]
    shades, told = FIFTHS, say("atlas.lens_method")
    if scheme:
        shades, told = _graded(subject, values, scheme, own=True)
    name = say("atlas.lens", name=say.of(lens_choice(key).name), region=subject.area(key))
    title = say("stills.title", name=name, year=year)
    given = (values, shades, title, say("shown.lens"), told, source(subject))
    return Shown("lens", key, year, *given)


def _own(subject: Study, what: pd.Series | pd.DataFrame, year: int | None, scheme: str) -> Shown:
    """Values of the user's own, or of a frame of ours, by unit id or by names in any script."""
    say, values = subject.say, _column(what)
    told = re.findall(r"\d{4}", what.attrs.get("title", ""))  # of an answer of ours, its own years
    if year is not None and told and str(year) not in told:
        raise ValueError(f"what is given is {what.attrs['title']!r}; leave year={year} out.")
    register = subject.facts.provinces
    values = values.set_axis([resolve(str(name), register) for name in values.index])
    if values.index.has_duplicates:
        twice = values.index[values.index.duplicated()].unique()
        raise ValueError(f"there is more than one value of {', '.join(subject.short[twice])}.")
    if not values.notna().any():
        raise ValueError("there is no value of any unit: nothing to draw.")
    shades, told = _graded(subject, values, scheme, own=True)
    # Attributes outlive arithmetic: only a column that a frame of ours was made with is ours.
    known = isinstance(what, pd.DataFrame) and values.name in what.attrs.get("known", {})
    name = headed(what, values.name, say)
    title = (what.attrs["title"] if known else "") or name or say("shown.own_title")
    made_of = source(subject) if known else say("shown.own_source")
    subtitle = name if title != name else ""
    return Shown("own", name, year, values, shades, title, subtitle, told, made_of)


def headed(what: pd.Series | pd.DataFrame, column: object, say: Words) -> str:
    """What a column is called: in a frame of ours as on a page, else by its own name."""
    section, heads = what.attrs.get("section", ""), what.attrs.get("heads", {})
    places = (part.partition(":")[0] for part in what.attrs.get("columns", "").split())
    written = {place.partition("=")[2] or place: place.partition("=")[0] for place in places}
    head = written.get(column, column)
    known = heads.get(head) or say.texts.get(f"{section}.head.{head}")
    return known or ("" if column is None else str(column))


def _column(what: pd.Series | pd.DataFrame) -> pd.Series:
    """The one column of values that was given; of a frame of ours, the one it is about."""
    if isinstance(what, pd.DataFrame):
        numbers = [*what.select_dtypes("number").columns]
        maps = what.attrs.get("maps")
        if maps not in numbers and len(numbers) != 1:
            found = ", ".join(map(str, numbers)) or "no column of numbers"
            raise ValueError(f"a map shows one column: choose one of {found}, as in frame['x'].")
        what = what[maps if maps in numbers else numbers[0]]
    if not isinstance(what, pd.Series):
        raise ValueError(
            f"a map cannot be made of a {type(what).__name__}: give a name, or a Series or frame by unit."
        )
    if not pd.api.types.is_numeric_dtype(what) or pd.api.types.is_bool_dtype(what):
        raise ValueError(f"{what.name!r} holds {what.dtype} and no numbers.")
    return pd.Series(what.to_numpy(float, na_value=float("nan")), what.index, name=what.name)


def _panel_year(subject: Study, year: int | None) -> int:
    year = subject.card.framework.report_year if year is None else year
    subject.at(year)
    return year


def _graded(
    subject: Study,
    values: pd.Series,
    scheme: str,
    years: tuple[int, int] | None = None,
    *,
    own: bool = False,
) -> tuple[Classes, str]:
    """Classes of a panel or, where they are `own`, of these values alone, with what they are called."""
    say, panel, method = subject.say, subject.card.framework.years, scheme or METHOD
    first, last = years or (panel[0], panel[-1])
    told = {"scheme": say(f"shown.scheme.{method}")}
    if own and values.min() < 0 < values.max():
        return graded(values, method=method, around=True), say("shown.around", **told)
    shades = graded(values, method=method)
    if values.nunique() < len(YLGNBU):  # letters turned into numbers: one class for each
        return shades, say("stills.grades")
    if own:
        return shades, say("shown.own", **told)
    kind = "shown.panel"
    if method == METHOD:
        kind = "stills.classes" if len(shades.colours) == len(YLGNBU) else "stills.classes_fewer"
    if first == last:
        return shades, say("shown.one_year", year=first, **told)
    return shades, say(kind, first=first, last=last, **told)


_SHOWN: dict[str, Callable[..., Any]] = {
    "index": _index,
    "goal": _goal,
    "indicator": _indicator,
    "figure": _figure,
    "lens": _lens,
}


def _of_figures(subject: Study, leaf: Indicator, year: int) -> tuple[str, str]:
    """The year or years that most of an indicator's figures refer to, and who has those of others."""
    years = years_of(subject, leaf, year)
    most = years.mode().get(0, str(year))
    others = years[years != most].groupby(years).groups
    told = (
        subject.say("stills.of_year", names=subject.say.join(subject.short[who]), years=when)
        for when, who in others.items()
    )
    return most, subject.say("figure.clauses").join(told)


def unsure(subject: Study, year: int) -> list[str]:
    """The provinces whose tier too few draws confirm: marked on the maps of the index."""
    found = subject.ranks(year)["borderline"]
    return list(found.index[found])


def tiers_shown(tiers: pd.Series) -> pd.Series:
    """The class of each tier on a map, from 0, the last of them; a unit without one has none."""
    return tiers.map({name: n for n, name in enumerate(read_robustness().tiers.ids[::-1])})


def tier_classes(subject: Study) -> Classes:
    """The classes of `tiers_shown`, each called by its tier."""
    names = tuple(tier_name(name, subject.say) for name in read_robustness().tiers.ids[::-1])
    return Classes(between(range(len(names))), spread_colours(len(names)), names=names)


def best_tier(say: Words) -> str:
    """The name of the first tier."""
    return tier_name(read_robustness().tiers.ids[0], say)


def source(subject: Study) -> str:
    """Where the figures come from: official ones, a folder given instead, or some of them supposed."""
    if WHAT_IF in subject.facts.sources.index:
        return subject.say("nation.supposed")
    official = subject.facts.path == embedded() / "geodata"
    return subject.say("nation.official" if official else "nation.own")


def caption(subject: Study, title: str, subtitle: str, legend: str) -> Caption:
    """What is written round a map of the study, in its language."""
    return captioned(subject, title, subtitle, source(subject), legend)


def captioned(subject: Study, title: str, subtitle: str, made_of: str, legend: str) -> Caption:
    """The same, of figures from elsewhere: `made_of` says from where."""
    from quyu.maps.draw import Caption  # with all of matplotlib, which a page of text needs not

    ground, diagram = subject.say("map.ground"), not shapes_file(subject.facts)
    marks = {"ring": ring_told(subject.say), "seam": seam_told(subject)}
    marks["pale"] = subject.say("map.pale")
    return Caption(
        title, subtitle, made_of, legend, subject.lang, boundary=ground, diagram=diagram, **marks
    )


def seam_told(subject: Study) -> str:
    """What the thick borders part: the strategy's regions, or groups of one's own."""
    if not subject.facts.own_units:
        return subject.say("atlas.border_region")
    kind = subject.groups.get("region", "")
    return subject.say("atlas.border_groups", kind=kind) if kind else ""


def ring_told(say: Words) -> str:
    """What a ring beside a name says."""
    return say("map.uncertain", least=f"{100 * read_robustness().tiers.borderline:g}%")


def classes(subject: Study) -> str:
    """How the five classes of every map of goals were found."""
    years = subject.card.state.years
    return subject.say("nation.classes", first=years[0], last=years[-1])


def tiers_told(subject: Study) -> str:
    """What the colours of every map of the index are."""
    years = subject.card.state.years
    return subject.say("nation.tiers", first=years[0], last=years[-1])
