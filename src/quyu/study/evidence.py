"""What an index rests on, as frames: every indicator of a unit, what moved it, what was judged by hand."""

from __future__ import annotations

import re
from functools import lru_cache
from operator import itemgetter
from typing import TYPE_CHECKING

import pandas as pd

from quyu.facts.table_cells import BLANKED
from quyu.index.change import Change, change
from quyu.index.formula import names_in
from quyu.index.leverage import goalpost_holders
from quyu.index.tree import Indicator
from quyu.words import Words, isolated, simplified

if TYPE_CHECKING:
    from quyu.study.study import Study

WINDOW_SUM = re.compile(r"(mean3|sum3)\(")


@lru_cache(maxsize=4)  # a report asks for the same province five times
def evidence(study: Study, adcode: str, year: int) -> pd.DataFrame:
    """A row per indicator of the framework, gaps included, for one unit and year, by id.

    Columns: name, goal, unit, direction, evidence (direct or proxy), caveats; of what is scored also
    value and median (displayed unit), years (what the figure refers to), rank and of (among
    provinces, 1 = best, ties at the mean of their ranks), place (the rank as text, a block of ties
    as its ends), flag (of the card, or capped), judged (the published figure that is set aside, in
    words; "" for none), grade (the weakest of the figures it is made of), sources (keys).
    """
    card, say, book = study.card, study.say, study.facts.codebook
    ranks, values = standing(study, year)
    medians, counts = values.median(), ranks.count()
    flags, here, ranked = card.flags.loc[(adcode, year)], values.loc[adcode], ranks.loc[adcode]
    equals = (ranks == ranked).sum()
    cells: dict[str, list[tuple[int, str, str]]] = {}
    for name, *cell in sorted(cells_of(study, adcode), key=itemgetter(0, 1)):
        cells.setdefault(name, []).append(tuple(cell))
    cut = card.capped
    capped = set(cut.loc[(cut["adcode"] == adcode) & (cut["year"] == year), "indicator"])
    told, rows = caveats(study).to_dict(), {}
    judged = [row for row in judgements(study).itertuples() if row.adcode == adcode]
    aside = [row for row in judged if not row.scored]
    own, others = _names(study, adcode)
    for goal in card.framework.goals:
        for leaf in goal.leaves():
            row = rows[leaf.id] = {
                "name": say.of(leaf.name),
                "goal": say.of(goal.name),
                "unit": say.of(leaf.unit),
                "direction": leaf.direction,
                "evidence": leaf.evidence,
                "caveats": [say.of(leaf.note)] if leaf.note else [],
            }
            if leaf.id not in ranks:
                continue
            flag, value = flags[leaf.id], here[leaf.id]
            names = sorted(names_in(card.framework.expanded(leaf)))
            used = years_used(study, leaf, adcode, year, flag) if pd.notna(value) else []
            made_of = [cell for name in names for cell in cells.get(name, ()) if cell[0] in used]
            minded = (concerning(told[name], own, others) for name in names)
            row["caveats"] += [text for text in minded if text]
            row["caveats"] += _judged(judged, names)
            row |= {
                "value": value * leaf.factor,
                "median": medians[leaf.id] * leaf.factor,
                "years": span(used),
                "rank": ranked[leaf.id],
                "of": counts[leaf.id],
                "place": block(ranked[leaf.id], equals[leaf.id], say),
                "flag": "capped" if leaf.id in capped else flag,
                "judged": set_aside(say, aside, names, years_used(study, leaf, adcode, year, ""))
                if aside
                else "",
                "grade": max(grade for *_, grade in made_of)
                if made_of
                else book.loc[names, "grade"].max(),
                "sources": list(dict.fromkeys(source for _, source, _ in made_of)),
            }
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")
    texts = ["flag", "judged", "years", "grade", "place"]
    return frame.assign(**frame[texts].fillna(""))


@lru_cache(maxsize=4)
def standing(study: Study, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ranks and values of every unit in a year: units × indicators."""
    normalised = study.card.normalised.xs(year, level="year")
    return normalised.round(9).rank(ascending=False), study.card.imputed.xs(year, level="year")


def place(ranks: pd.Series, unit: str, say: Words) -> str:
    """A rank as a reader writes it, a block of equals as its ends.

    >>> from quyu.words import words
    >>> ranks = pd.Series({"a": 1.0, "b": 3.0, "c": 3.0, "d": 3.0, "e": None})
    >>> [place(ranks, unit, words("en")) for unit in "abe"]
    ['1', '2–4=', '']
    """
    return block(ranks[unit], (ranks == ranks[unit]).sum(), say)


def block(rank: float, count: int, say: Words) -> str:
    """The mean rank of so many equals as `place` writes it."""
    if pd.isna(rank):
        return ""
    half = (count - 1) / 2
    return (
        f"{rank:.0f}"
        if half == 0
        else say("standing.tied", rank=f"{rank - half:.0f}–{rank + half:.0f}")
    )


def _judged(judged: list[tuple], names: list[str]) -> list[str]:
    """What to know of a unit's own cells that were judged by hand, each said once."""
    notes = (row.note for row in judged if row.indicator in names)
    return [text for text in dict.fromkeys(notes) if text]


def set_aside(say: Words, aside: list[tuple], names: list[str], years: list[int]) -> str:
    """The published figures of some years that are not scored, each with its mark."""
    found = [row for row in aside if row.indicator in names and row.year in years]
    return say("figure.and").join(
        say(
            f"evidence.{row.judgement}",
            year=row.year,
            value=say.significant(row.value),
            unit=row.unit,
        )
        for row in found
    )


@lru_cache(maxsize=4)  # asked for by all that cite
def cells_of(study: Study, adcode: str) -> tuple[tuple[str, int, str, str], ...]:
    """Indicator, year, source and grade of every published figure of a unit."""
    figures = study.facts.figures
    own = figures[figures["adcode"] == adcode]
    columns = (own[name].tolist() for name in ("indicator", "year", "source", "grade"))
    return tuple(zip(*columns, strict=True))


@lru_cache(maxsize=8)  # of all units at once: each unit's course is seen beside the others'
def by_year(study: Study, kind: str) -> dict[str, pd.DataFrame]:
    """Each column of a table of the study's card, years × units."""
    whole = getattr(study.card, kind).unstack("adcode")
    return {name: whole[name] for name in getattr(study.card, kind)}


def concerning(text: str, own: str, others: re.Pattern[str] | None) -> str:
    """What of a caveat concerns a unit: sentences that name others alone are left out.

    >>> others = re.compile(r"\\b(?:Hebei|Shanxi)\\b")
    >>> concerning("From 2016. Hebei is rounded. Shanxi is not.", "Shanxi", others)
    'From 2016. Shanxi is not.'
    """
    if others is None:
        return text
    parts = re.split(r"(?<=[。；])|(?<=\.) ", text)
    kept = [part for part in parts if own in part or not others.search(part)]
    told = ("" if "。" in text else " ").join(part for part in kept if part).strip()
    return f"{told[:-1]}。" if told.endswith("；") else told


def _names(study: Study, adcode: str) -> tuple[str, re.Pattern[str] | None]:
    """A province's name, and what finds that of any other; units of one's own are in no caveat."""
    if study.facts.own_units:
        return "", None
    names = "|".join(map(re.escape, study.short.drop(adcode)))
    edge = r"\b" if study.lang == "en" else ""
    return study.short[adcode], re.compile(f"{edge}(?:{names}){edge}")


def caveats(study: Study) -> pd.Series:
    """What to mind with each series of the codebook, in the study's language; "" for nothing."""
    book, lang = study.facts.codebook, study.lang
    told = book["caveat" if lang == "en" else "caveat_zh_hant"].fillna("")
    return told.map(simplified) if lang == "zh-hans" else told


def years_used(study: Study, leaf: Indicator, adcode: str, year: int, flag: str) -> list[int]:
    """The years a displayed value refers to: its own, its neighbours' or the cross-section's."""
    formula = study.card.framework.expanded(leaf)
    if flag not in ("structural", "carried", "interpolated"):
        return [year - 2, year - 1, year] if WINDOW_SUM.search(formula) else [year]
    names = names_in(formula) & set(study.figures)
    published = [y for y, there in _published(study, adcode).items() if names <= there]
    if flag == "structural":
        wanted = leaf.structural if isinstance(leaf.structural, tuple) else published
        return [y for y in published if y in wanted]
    rule = study.card.framework.missing
    reach = max(rule.interior, rule.edge)
    near = [y for y in published if abs(y - year) <= reach and y != year]
    return [y for y in near if y < year][-1:] + [y for y in near if y > year][:1]


@lru_cache(maxsize=4)  # asked anew for every cell that was filled
def _published(study: Study, adcode: str) -> dict[int, set[str]]:
    """The names of a unit's figures of each year."""
    there = study.figures.loc[adcode].notna()
    names = there.columns.to_numpy()
    return {y: set(names[row]) for y, row in zip(there.index, there.to_numpy(), strict=True)}


def years_of(study: Study, leaf: Indicator, year: int) -> pd.Series:
    """The years that each unit's figure of an indicator refers to in `year`, as text."""
    flags = study.card.flags.xs(year, level="year")[leaf.id]
    held = study.card.imputed.xs(year, level="year")[leaf.id].dropna().index
    return pd.Series(
        {u: span(years_used(study, leaf, u, year, flags[u])) for u in held}, dtype=object
    )


def sources_of(study: Study, leaf: Indicator, year: int) -> pd.Series:
    """The publications that each unit's figure of an indicator in `year` is made of, as text."""
    flags = study.card.flags.xs(year, level="year")[leaf.id]
    held = study.card.imputed.xs(year, level="year")[leaf.id].dropna().index
    wanted = [
        (unit, at) for unit in held for at in years_used(study, leaf, unit, year, flags[unit])
    ]
    names = names_in(study.card.framework.expanded(leaf))
    figures = study.facts.figures
    cells = figures[figures["indicator"].isin(names)].set_index(["adcode", "year"])["source"]
    return published_in(study, cells[cells.index.isin(wanted)].droplevel("year"))


def published_in(study: Study, keys: pd.Series) -> pd.Series:
    """The publications behind keys of sources, by unit; each is named once."""
    column = "publication" if study.lang == "zh-hant" else f"publication_{study.say.suffix}"
    told = keys.map(study.facts.sources[column])
    return told.groupby(level=0).agg(lambda each: study.say.join(dict.fromkeys(each)))


def span(years: list[int]) -> str:
    """Years as a reader writes them.

    >>> span([2018, 2019]), span([2020]), span([2010, 2020])
    ('2018–2019', '2020', '2010, 2020')
    """
    if len(years) > 1 and years == list(range(years[0], years[-1] + 1)):
        return f"{years[0]}–{years[-1]}"
    return ", ".join(map(str, years))


@lru_cache(maxsize=4)  # every report asks what its indicators are called
def catalogue(study: Study) -> pd.DataFrame:
    """Every indicator of the framework, by id: name, goal, formula, direction, unit and the like.

    sources are the publications of the figures that it is made of, in the study's language.
    """
    say, cited = study.say, study.facts.figures.groupby("indicator")["source"].unique()
    rows = {
        leaf.id: {
            "name": say.of(leaf.name),
            "goal": say.of(goal.name),
            "formula": leaf.formula or "",
            "direction": leaf.direction,
            "transform": leaf.transform,
            "unit": say.of(leaf.unit),
            "evidence": leaf.evidence,
            # A framework of one's own may measure other words than those that are translated.
            "phrase": say.texts.get(f"phrase.{leaf.phrase}", isolated(leaf.phrase)),
            "structural": bool(leaf.structural),
            "published": leaf.published,
            "sources": _publications(study, leaf, cited),
            "state": say("evidence.structural")
            if leaf.structural
            else ("" if leaf.published else say("holdings.unpublished")),
        }
        for goal in study.card.framework.goals
        for leaf in goal.leaves()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")


def _publications(study: Study, leaf: Indicator, cited: pd.Series) -> str:
    """The publications that an indicator's figures were read from, each once."""
    names = sorted(names_in(study.card.framework.expanded(leaf))) if leaf.formula else []
    keys = [key for name in names if name in cited for key in cited[name]]
    told = study.facts.sources.loc[keys, f"publication{PUBLICATION.get(study.lang, '')}"]
    return "；".join(dict.fromkeys(told)) if study.lang != "en" else "; ".join(dict.fromkeys(told))


PUBLICATION = {"en": "_en", "zh-hans": "_zh_hans"}  # endings of the columns of sources.csv


def series(study: Study, wanted: str) -> tuple[pd.DataFrame, str, str]:
    """Years × units of scores, or of an indicator or a figure as published, with name and unit."""
    say, tree = study.say, study.card.framework.index
    for leaf in study.card.framework.indicators:
        if leaf.id == wanted:
            found = study.card.raw[wanted] * leaf.factor
            return found.unstack("adcode"), say.of(leaf.name), say.of(leaf.unit)
    for node in tree.nodes():
        if node.id == wanted:
            found = study.card.scores[wanted].unstack("adcode")
            name = say("gaps.index") if wanted == "index" else say.of(node.name)
            return found, name, say("study.points")
    if wanted not in study.figures:
        raise ValueError(f"no figure of {wanted!r} is published: it has no series.")
    told = study.facts.codebook.loc[wanted]
    found = study.figures[wanted] / told["factor"]
    return found.unstack("adcode"), told[f"name_{say.suffix}"], told[unit_column(say)]


def unit_column(say: Words) -> str:
    """The column of the codebook that has the units in a language."""
    return "unit" if say.lang == "zh-hant" else f"unit_{say.suffix}"


def holders(study: Study, year: int) -> pd.DataFrame:
    """Who holds either goalpost of each indicator, and how far ranks of `year` move without."""
    found = goalpost_holders(study.card, year)
    factor = found["indicator"].map(
        {leaf.id: leaf.factor for leaf in study.card.framework.indicators}
    )
    named = study.named(pd.Series(0, index=found["indicator"])).index
    frame = found.assign(value=found["value"] * factor, next=found["next"] * factor)
    for column in ("unit", "moved"):
        frame[f"{column}_name"] = found[column].map(study.short)
    catalogue = study.catalogue().loc[found["indicator"]]
    steady = catalogue["structural"].to_numpy()
    told = [
        _holder(study.say, row, still)
        for row, still in zip(frame.itertuples(), steady, strict=True)
    ]
    return frame.assign(name=named, measure=catalogue["unit"].to_numpy(), holder=told)


def _holder(say: Words, row: tuple, steady: bool) -> str:
    """Who stands at a goalpost and since when; of a cross-section, which has no years, who."""
    if pd.isna(row.unit):
        return say("goalposts.nobody")
    name = row.unit_name
    name = name if steady else say("goalposts.holder", name=name, year=row.year)
    return say("goalposts.shared", holder=name, others=row.shared) if row.shared else name


@lru_cache(maxsize=4)
def doubtful(study: Study) -> pd.DataFrame:
    """What `judgements` gives, with what each cell that is not scored would move if it were.

    index_shift is the greatest change of the unit's own index over the panel (points), rank_shift
    that of anyone's rank (places), both with the stored goalposts; missing for what is scored.
    """
    frame = judgements(study)
    moved = {key: _reinstated(study, row) for key, row in frame[~frame["scored"]].iterrows()}
    columns = ["index_shift", "rank_shift"]
    frame = frame.join(pd.DataFrame.from_dict(moved, orient="index", columns=columns))
    return frame.assign(moves=[_moves(study.say, row) for row in frame.itertuples()])


def _moves(say: Words, row: tuple) -> str:
    if row.scored:
        return ""
    if abs(row.index_shift) < 0.05 and row.rank_shift == 0:
        return say("doubtful.nothing")
    key = "doubtful.moves" if row.rank_shift else "doubtful.moves_index"
    own = say.number(row.index_shift, sign=True)
    return say(key, own=own, places=say.place(row.rank_shift))


def _reinstated(study: Study, row: pd.Series) -> tuple[float, float]:
    given = row[["year", "indicator", "value"]].to_frame().T.assign(unit=row["adcode"])
    card, other = study.card, study.what_if(figures=given).card
    own = (other.scores["index"] - card.scores["index"])[row["adcode"]]
    ranks = (other.ranks["index"] - card.ranks["index"]).abs()
    return own.loc[own.abs().idxmax()], ranks.max()


@lru_cache(maxsize=4)
def judgements(study: Study) -> pd.DataFrame:
    """The cells that were judged by hand, those that are not scored first."""
    say, judged = study.say, study.facts.doubtful
    keys, book = ["adcode", "year", "indicator"], study.facts.codebook
    frame = judged.merge(study.facts.figures[[*keys, "value"]], on=keys, how="left")
    note = frame["note_en" if say.lang == "en" else "note_zh_hant"]
    frame["note"] = note.map(simplified) if say.lang == "zh-hans" else note
    frame["name"] = frame["adcode"].map(study.short)
    frame["figure"] = frame["indicator"].map(book[f"name_{say.suffix}"])
    frame["unit"] = frame["indicator"].map(book[unit_column(say)])
    frame["scored"] = ~frame["judgement"].isin(BLANKED)
    columns = ["name", "adcode", "year", "indicator", "figure", "value", "unit", "judgement"]
    return frame[[*columns, "scored", "note"]].sort_values("scored", kind="stable")


@lru_cache(maxsize=4)
def changed(study: Study) -> Change:
    """The change of the index from the first to the last year of the panel, decomposed."""
    years = study.card.framework.years
    return change(study.card, years[0], years[-1])


def moved(study: Study, adcode: str) -> pd.DataFrame:
    """What each indicator gave to a unit's change of index over the panel, most to least, by id.

    Columns: name, goal, contribution (points; they sum to the change, and are missing where it
    cannot be decomposed), flag (how the cells of the two years were filled), since and until (the
    years that the two figures refer to: a series that ended early has moved up to its last year).
    """
    found, named = changed(study), catalogue(study)[["name", "goal"]]
    parts = found.contributions.loc[adcode].sort_values(ascending=False, kind="stable")
    frame = named.loc[parts.index].assign(contribution=parts, flag=found.flags.loc[adcode])
    panel = study.card.framework.years
    leaves = {leaf.id: leaf for leaf in study.card.framework.indicators}
    for column, year in (("since", panel[0]), ("until", panel[-1])):
        flags, held = (
            table.loc[(adcode, year)] for table in (study.card.flags, study.card.imputed)
        )
        frame[column] = [
            span(years_used(study, leaves[name], adcode, year, flags[name]))
            if pd.notna(held[name])
            else ""
            for name in frame.index
        ]
    return frame.rename_axis("id")
