"""The atlas of a study: what it shows, in which classes, with which links."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pandas as pd

from quyu.facts import embedded
from quyu.facts.faults import Refusal
from quyu.index.change import sole_movers
from quyu.index.draws import Draws
from quyu.maps.atlas import atlas
from quyu.maps.palette import PURPLES, Classes
from quyu.maps.payload import Dimension, Said
from quyu.pages.links import COMPARE, NOWHERE
from quyu.pages.method import colophon
from quyu.regions.lens import Lens
from quyu.regions.strategy import regions
from quyu.study import Study
from quyu.study.certainty import draws_of_years, held, read_robustness, told_by
from quyu.study.regional import lens_choice, lens_from, pairs_of
from quyu.study.shown import FIFTHS, ring_told, tier_classes, tiers_shown, tiers_told
from quyu.words import LANGUAGES, Words, unmarked, words

COVERAGE = Classes((85.0, 90.0, 95.0, 98.0), PURPLES)  # % of the weight of the index
WIDTHS = Classes((2.0, 4.0, 6.0, 8.0), PURPLES, decimals=0)  # places of rank


def atlas_page(
    subject: Study,
    year: int,
    there: Collection[str],
    elsewhere: Mapping[str, Collection[str]] = NOWHERE,
) -> str:
    """The interactive map of index, goals, lenses and evidence, linked to the reports in `there`.

    `elsewhere` has the pages in the folders of the other languages, beside this one, by language.
    """
    years = list(subject.card.framework.years)
    seen = {
        each: told_by(draws).join(_lenses(subject, draws))
        for each, draws in draws_of_years(subject).items()
    }
    evidence = pd.concat(seen, names=["year"]).swaplevel().sort_index()
    goals = [goal.id for goal in subject.card.framework.goals]
    values = subject.card.scores[["index", *goals]].assign(
        **{choice.id: evidence[choice.id] for choice in _asked(evidence)},
        coverage=100 * subject.card.coverage["index"],
        width=evidence["high"] - evidence["low"],
    )
    folders = {subject.lang: ("", there)} | {
        lang: (f"../{lang}/", found)
        for lang, found in elsewhere.items()
        if found and lang != subject.lang
    }
    return atlas(
        values,
        subject.land,
        subject.dashes,
        dimensions=_dimensions(subject, _asked(evidence), evidence),
        names=pd.DataFrame({lang: _names(subject, lang) for lang in LANGUAGES}),
        year=year,
        texts={
            "title": _said(subject, "atlas.title", first=years[0], last=years[-1]),
            "subtitle": _said(subject, "atlas.subtitle"),
            "source": _source(subject),
            "interval": _said(subject, "atlas.interval", share=held()),
            "uncertain": _in_all(subject, ring_told),
            "about": {
                lang: "\n".join(colophon(replace(subject, lang=lang), year, title, maps=False))
                for lang, title in _said(
                    subject, "atlas.title", first=years[0], last=years[-1]
                ).items()
            },
        },
        certainty=evidence[["low", "high", "probability"]].assign(
            second=tiers_shown(evidence["second"])
        ),
        firm=read_robustness().tiers.borderline,
        arcs=_arcs(subject, year),
        links={lang: _links(subject, *found) for lang, found in folders.items()},
        home=_ways(subject, "index.html", folders),
        beside=_ways(subject, COMPARE, folders),
        groups=_groups(subject),
        says={lang: subject.says(lang) for lang in LANGUAGES},
        lang=subject.lang,
    )


def _ways(subject: Study, page: str, folders: Mapping[str, tuple[str, Collection[str]]]) -> Said:
    """The address of a page in each language that has it; in the study's own it is made with the atlas."""
    return {
        lang: f"{folder}{page}"
        for lang, (folder, found) in folders.items()
        if lang == subject.lang or page in found
    }


def _groups(subject: Study) -> dict[str, dict[str, Said]]:
    """The kinds of groups whose borders a reader may draw."""
    if not subject.facts.own_units:
        return {
            kind: {
                "called": _said(subject, f"atlas.{kind}"),
                "border": _said(subject, f"atlas.border_{kind}"),
            }
            for kind in subject.groups
        }
    return {
        kind: {
            what: _said(subject, f"atlas.{key}", kind=called)
            for what, key in (("called", "groups"), ("border", "border_groups"))
        }
        for kind, called in subject.groups.items()
    }


def _dimensions(
    subject: Study, choices: list[Lens], evidence: pd.DataFrame
) -> dict[str, Dimension]:
    state = subject.card.state
    fifths = _said(subject, "nation.classes", first=state.years[0], last=state.years[-1])
    tree = subject.card.framework.goals
    goals = {goal.id: _in_all(subject, lambda say, goal=goal: say.of(goal.name)) for goal in tree}
    fixed, alone = _said(subject, "atlas.fixed"), sole_movers(subject.card)
    names = {leaf.id: leaf.name for leaf in subject.card.framework.indicators}

    def method(goal: str) -> Said:
        """How the classes were found, and of a goal that one indicator alone can move, which."""
        if goal not in alone:
            return fifths
        mover = names[alone[goal]]
        told = _in_all(
            subject,
            lambda say: say("atlas.sole", goal=goals[goal][say.lang], indicator=say.of(mover)),
        )
        return {lang: fifths[lang] + told[lang] for lang in LANGUAGES}

    return {
        "index": Dimension(
            _said(subject, "nation.index"),
            {lang: tiers_told(replace(subject, lang=lang)) for lang in LANGUAGES},
            tier_classes(subject),
            places=tiers_shown(evidence["tier"]),
            names={lang: tier_classes(replace(subject, lang=lang)).names for lang in LANGUAGES},
        ),
        **{
            goal: Dimension(name, method(goal), Classes(state.tiers[goal]))
            for goal, name in goals.items()
        },
        **{
            choice.id: Dimension(
                _lens_name(subject, choice), _said(subject, "atlas.lens_method"), FIFTHS
            )
            for choice in choices
        },
        "coverage": Dimension(
            _said(subject, "atlas.coverage"),
            fixed,
            COVERAGE,
            _said(subject, "atlas.percent"),
            ranked=False,
        ),
        "width": Dimension(
            _said(subject, "atlas.width"),
            fixed,
            WIDTHS,
            _said(subject, "atlas.places"),
            ranked=False,
        ),
    }


def _lenses(subject: Study, draws: Draws) -> pd.DataFrame:
    """The score of every province under each of the strategy's lenses, one column each."""
    arrays = ("number", "method", "case", "weights", "scores", "ranks", "standing")
    # Scores are by the stated method: one draw is enough, all would cost seconds.
    one = replace(draws, **{name: getattr(draws, name)[:1] for name in arrays})
    found = {}
    for region in () if subject.facts.own_units else regions():
        with suppress(Refusal):  # a framework of one's own need not have the goals of a lens
            made = lens_from(subject, region.name, one)
            found[made.choice.id] = made.score
    return pd.DataFrame(found, index=draws.units)


def _asked(evidence: pd.DataFrame) -> list[Lens]:
    """The lenses under which any province has a score in any year."""
    choices = [lens_choice(region.name) for region in regions()]
    return [each for each in choices if each.id in evidence and evidence[each.id].any()]


def _arcs(subject: Study, year: int) -> pd.DataFrame:
    """The proposed pairs with their stability, then the official ties as they were read."""
    try:
        proposed = pairs_of(subject, year).table.rename_axis("receiver").reset_index()
    except ValueError:  # figures of one's own need not have what the structure is made of
        proposed = pd.DataFrame(columns=["giver", "receiver", "stability"])
    official = subject.facts.pairs[["giver", "receiver"]].drop_duplicates()
    return pd.concat(
        [
            proposed[["giver", "receiver", "stability"]].assign(official=False),
            official.assign(stability=float("nan"), official=True),
        ],
        ignore_index=True,
    )


def _names(subject: Study, lang: str) -> pd.Series:
    column = "name_en" if lang == "en" else f"short_{words(lang).suffix}"
    # The atlas shuts names in where it must; its search and its CSV take them plain.
    return subject.facts.provinces[column].map(unmarked).reindex(subject.land.index)


def _links(subject: Study, folder: str, there: Collection[str]) -> pd.Series:
    hrefs = {code: href(code, there) for code in subject.provinces.index}
    return pd.Series({code: folder + path for code, path in hrefs.items() if path}, dtype=object)


def href(adcode: str, there: Collection[str]) -> str:
    """The report of a province among the pages, or nothing."""
    return next((path for path in sorted(there) if path.startswith(f"reports/{adcode}-")), "")


def _source(subject: Study) -> Said:
    official = subject.facts.path == embedded() / "geodata"
    return _said(subject, "nation.official" if official else "nation.own")


def _in_all(subject: Study, write: Callable[[Words], str]) -> Said:
    return {lang: write(subject.says(lang)) for lang in LANGUAGES}


def _said(subject: Study, key: str, **values: Any) -> Said:
    return _in_all(subject, lambda say: say(key, **values))


def _lens_name(subject: Study, choice: Lens) -> Said:
    area = f"area.{choice.region}"
    return _in_all(
        subject, lambda say: say("atlas.lens", name=say.of(choice.name), region=say(area))
    )
