"""The proposed pairs of a study: map and tables."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from quyu.maps.palette import REGION
from quyu.maps.picture import Picture, picture
from quyu.maps.still import Caption, arcs
from quyu.pages.nation import source
from quyu.pages.refusals import stated
from quyu.pages.tables import table
from quyu.regions.pairing import Pairs, pairing, varied
from quyu.regions.strategy import Region, regions
from quyu.regions.structure import Assistance, Structure, read_assistance, structure
from quyu.study.certainty import draws_of
from quyu.study.study import Study


@cache
def choices() -> Assistance:
    """The stated choices of mutual assistance."""
    return read_assistance()


@lru_cache(maxsize=2)
def structure_of(subject: Study, year: int) -> Structure:
    """How far the provinces of a study differ in structure."""
    return structure(subject.figures.loc[subject.provinces.index], choices(), year=year)


@lru_cache(maxsize=2)
def pairs_of(subject: Study, year: int) -> Pairs:
    """The proposed pairs of a year, from the draws behind the ranks."""
    return pairing(
        draws_of(subject, year), structure_of(subject, year), choices(), subject.provinces
    )


def loose(pairs: pd.DataFrame | pd.Series) -> pd.Series | bool:
    """Whether the draws propose another giver, or none, more often than the stated method's."""
    return (pairs["runner_up_share"] > pairs["stability"]) | (pairs["none"] > pairs["stability"])


def weak_limit(subject: Study) -> str:
    """What an indicator must lie below to be weak, in words: the median, or the stated quantile."""
    say, below = subject.say, float(choices().weak_below)
    if below == 0.5:
        return say("partners.limit.median")
    return say("partners.limit.quantile", share=f"{below:.0%}")


def drivers(subject: Study, pairs: Pairs, receiver: str, giver: str) -> list[str]:
    """The names of the indicators behind a pair, the greatest contribution first."""
    leaves = {leaf.id: subject.say.of(leaf.name) for leaf in subject.card.framework.indicators}
    behind = pairs.drivers.query("receiver == @receiver and giver == @giver")
    return [leaves[name] for name in behind["indicator"]]


def named(subject: Study, codes: Iterable[str]) -> str:
    """The provinces as one list."""
    return subject.say.join(subject.short[code] for code in codes)


def unknown(subject: Study, adcode: str, year: int) -> str:
    """Which figures a province lacks for a structure, in words; empty if it has them all."""
    lacking = structure_of(subject, year).left_out.get(adcode, [])
    names = {each.id: subject.say.of(each.name) for each in choices().variables}
    return subject.say.join(names[variable] for variable in lacking)


FIRM = 0.5  # share of draws from which a pair is counted as firm


@stated
def partners_map(subject: Study, year: int) -> Picture | HTML:
    """The proposed pairs as arcs, wider where more of the draws agree; a sentence if there are none."""
    if pairs_of(subject, year).table.empty:
        return HTML(f"<p>{subject.say.html('partners.no_pairs', year=year)}</p>")
    return picture(*partners_drawing(subject, year))


def partners_drawing(subject: Study, year: int) -> tuple[Figure, str]:
    """The figure of `partners_map` with what it says."""
    say, pairs = subject.say, pairs_of(subject, year)
    drawn = pairs.table.rename_axis("receiver").reset_index()
    firm = int((drawn["stability"] >= FIRM).sum())
    title = say("partners.map_title", firm=firm, all=len(drawn))
    caption = Caption(
        title=title,
        subtitle=say("partners.map_subtitle", year=year, n=pairs.n),
        source=source(subject),
        legend=say("partners.map_legend"),
        lang=subject.lang,
    )
    groups = {each.name: (REGION[each.name], subject.area(each.name)) for each in regions()}
    figure = arcs(drawn, subject.land, subject.dashes, caption, groups=groups)
    told = say.join(
        say(
            "partners.told",
            giver=subject.short[row.giver],
            receiver=subject.short[row.receiver],
            share=f"{row.stability:.0%}",
        )
        for row in drawn.itertuples()
    )
    return figure, say("partners.map_alt", title=title, told=told)


SHOWN = 0.005  # a smaller share of the draws would be printed as 0 %


@stated
def partners_table(subject: Study, year: int, *, receivers: list[str] | None = None) -> HTML:
    """The proposed giver of every receiver, or of some, with what drives it and how stable it is."""
    say, pairs = subject.say, pairs_of(subject, year)
    rows = [
        {
            "receiver": subject.short[code],
            "giver": subject.short[row["giver"]],
            "drivers": say.join(drivers(subject, pairs, code, row["giver"])[:3]),
            "complementarity": say.number(row["complementarity"]),
            "distance": say.number(row["distance"], decimals=2),
            "stability": f"{row['stability']:.0%}",
            "runner_up": _runner_up(subject, row),
            "missing": f"{row['missing']:.0%}",
            "flagged": f"{row['flagged']:.0%}",
        }
        for code, row in pairs.table.iterrows()
        if receivers is None or code in receivers
    ]
    if not rows:
        return HTML(f"<p>{say.html('partners.no_pairs', year=year)}</p>")
    names = {name: say(f"partners.column.{name}") for name in rows[0]}
    shown = pd.DataFrame(rows).rename(columns=names)
    return table(
        shown,
        title=say("partners.pairs_title", year=year),
        numbers=[
            names[name]
            for name in ("complementarity", "distance", "stability", "missing", "flagged")
        ],
        kind="long",
        note=_note(subject, pairs),
    )


@stated
def choices_table(subject: Study, year: int) -> HTML:
    """How many pairs stay the same if a choice that no figure settles is made otherwise."""
    say = subject.say
    found = varied(
        draws_of(subject, year), structure_of(subject, year), choices(), subject.provinces
    )
    stated_pairs = found["stated", ""]
    rows = [
        {
            say("partners.column.choice"): say(f"partners.choice.{choice}"),
            say("partners.column.instead"): say(
                "partners.instead", value=value, stated=f"{getattr(choices(), choice):g}"
            ),
            say("partners.column.same"): str(int((found[choice, value] == stated_pairs).sum())),
        }
        for choice, value in found.columns
        if choice != "stated"
    ]
    return table(
        pd.DataFrame(rows),
        title=say("partners.choices_title", count=len(found)),
        numbers=[say("partners.column.same")],
        note=say("partners.choices_note"),
    )


@stated
def region_partners(subject: Study, region: Region, year: int) -> HTML:
    """The proposed pairs that a region has a part in, as receiver or as giver."""
    pairs, register = pairs_of(subject, year).table, subject.provinces["region"]
    receivers = [
        code
        for code, giver in pairs["giver"].items()
        if region.name in (register[code], register[giver])
    ]
    return partners_table(subject, year, receivers=receivers)


def _note(subject: Study, pairs: Pairs) -> str:
    say = subject.say
    note = say(
        "partners.pairs_note",
        n=pairs.n,
        capacity=choices().capacity,
        limit=weak_limit(subject),
    )
    if len(pairs.unpaired):
        note += say("partners.unpaired_note", names=named(subject, pairs.unpaired.index))
    if pairs.left_out:
        note += say("partners.left_out_note", names=named(subject, pairs.left_out))
    return note


def _runner_up(subject: Study, row: pd.Series) -> str:
    if row["runner_up_share"] < SHOWN:
        return "—"
    return f"{subject.short[row['runner_up']]} {row['runner_up_share']:.0%}"
