"""What the regional strategy asks of a study, as frames: lenses, partners, targets."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from quyu.facts.faults import Refusal
from quyu.facts.names import NATION
from quyu.index.draws import Draws
from quyu.regions.forecast import time_distance
from quyu.regions.lens import Lens, LensScores, lens, read_lenses
from quyu.regions.pairing import Pairs, by_choice, pairing
from quyu.regions.structure import (
    Assistance,
    Structure,
    peers,
    read_assistance,
    structural_distance,
)
from quyu.regions.targets import Attainment, attainment, outlook, read_measures
from quyu.study.certainty import draws_of
from quyu.study.disparities import ratios_of
from quyu.study.evidence import unit_column
from quyu.study.spatial import EAST, refuse_own_units

if TYPE_CHECKING:
    from quyu.study.study import Study


def members_of(study: Study, region: str) -> list[str]:
    """The ids of a region's units."""
    register = study.provinces["region"]
    return [*register.index[register == region]]


# lenses


@lru_cache(maxsize=6)
def lens_of(study: Study, region: str, year: int) -> LensScores:
    """The lens made for a region, over every province and all draws; refused as `lens_from`."""
    return lens_from(study, region, draws_of(study, year))


def lens_from(study: Study, region: str, draws: Draws) -> LensScores:
    """The lens made for a region, over every province, from some draws of a year.

    Refused, with a sentence of the catalogue: a year before the one that a change is counted from,
    and a framework or figures that the lens cannot be worked out from.
    """
    refuse_own_units(study, "lens")
    choice, year = lens_choice(region), draws.year
    since = max(part.since or 0 for part in choice.parts)
    if year <= since:
        told = f"lens {choice.id!r} looks at change since {since}; {year} is too early."
        raise Refusal(told, "lens.too_early", since=since, year=year)
    try:
        found = lens(choice, draws, study.figures, study.provinces)
    except ValueError as refusal:  # a framework of one's own need not have the goals of a lens
        raise Refusal(str(refusal), "lens.refused", reason=str(refusal)) from None
    if found.score.isna().all():
        raise Refusal(found.missing.iloc[0], "lens.refused", reason=found.missing.iloc[0])
    return found


@cache
def lens_choice(region: str) -> Lens:
    """The lens that is made for a region."""
    return next(choice for choice in read_lenses() if choice.region == region)


def lens_frame(study: Study, region: str, year: int) -> pd.DataFrame:
    """Every province under a region's lens, best first; those without a score last.

    Columns: name; region, its own; score; rank in the nation with its interval (nation, low, high),
    inside its own region (inside, inside_low, inside_high), there the share of draws in which it is
    first and in which the region's first is ahead of it (first, behind); each part as percentile rank.
    """
    found = lens_of(study, region, year)
    inside = {"region": "inside", "region_low": "inside_low", "region_high": "inside_high"}
    named = {"name": study.short, "region": study.provinces["region"], "score": found.score}
    frame = pd.DataFrame(named, index=found.score.index).join(found.ranks.rename(columns=inside))
    return frame.join(found.parts).sort_values("nation", kind="stable")


# partners


@cache
def assistance() -> Assistance:
    """The stated choices of mutual assistance."""
    return read_assistance()


@lru_cache(maxsize=2)
def structure_of(study: Study, year: int) -> Structure:
    """How far the provinces of a study differ in structure."""
    refuse_own_units(study, "partners")
    return structural_distance(study.figures.loc[study.provinces.index], assistance(), year=year)


@lru_cache(maxsize=2)
def pairs_of(study: Study, year: int) -> Pairs:
    """The proposed pairs of a year, from the draws behind the ranks."""
    refuse_own_units(study, "partners")
    apart = structure_of(study, year)
    return pairing(draws_of(study, year), apart, assistance(), study.provinces)


DRIVERS = 3  # indicators named beside a pair
FIRM = 0.6  # of the draws, as printed, must propose a pair for it to be firm: on maps, pages, in briefs


def firm(share: pd.Series | float) -> pd.Series | bool:
    """Whether a pair that so great a share of the draws proposes is firm, by the share as it is printed; of
    many pairs each.

    >>> firm(0.596), firm(pd.Series([0.6, 0.594])).tolist()
    (True, [True, False])
    """
    if isinstance(share, pd.Series):
        return share.map(firm).astype(bool)
    return float(f"{share:.2f}") >= FIRM


@lru_cache(maxsize=2)
def partners_frame(study: Study, year: int) -> pd.DataFrame:
    """The proposed giver of every receiver: the columns of `Pairs.table`, with names.

    `giver_name` and `runner_up_name` are the names of the two, `drivers` those of the indicators
    that the pair mainly rests on; `firm` whether it is; `foremost` whether no other giver, nor none at
    all, is proposed by more of the draws.
    """
    found = pairs_of(study, year)
    frame, leaves = found.table.copy(), _leaves(study)
    frame["firm"] = firm(frame["stability"])
    frame["foremost"] = frame[["runner_up_share", "no_giver"]].max(axis=1) <= frame["stability"]
    mine = found.drivers.groupby(["receiver", "giver"])["indicator"]
    frame["drivers"] = [
        study.say.join(leaves[name] for name in mine.get_group(pair).head(DRIVERS))
        for pair in frame["giver"].items()
    ]
    for column in ("giver", "runner_up"):
        frame[f"{column}_name"] = frame[column].map(study.short).fillna("")
    frame.insert(0, "name", study.short[frame.index])
    return frame


def pairs_by_choice(study: Study, year: int) -> tuple[pd.Series, int]:
    """How many of all proposed pairs stay if one stated choice is made otherwise, and of how many."""
    draws, apart = draws_of(study, year), structure_of(study, year)
    found = by_choice(draws, apart, assistance(), study.provinces)
    same = found.eq(found["stated", ""], axis="index").sum().drop("stated", level="choice")
    return same.rename("same"), len(found)


def drivers_frame(study: Study, year: int, receiver: str, giver: str) -> pd.DataFrame:
    """The indicators in which a giver is ahead where a receiver is weak, the greatest first.

    Indexed by indicator: name, receiver_score, giver_score, their flags, share of the pair's
    complementarity, in [0, 1].
    """
    mine = pairs_of(study, year).drivers.query("receiver == @receiver and giver == @giver")
    frame = mine.set_index("indicator").drop(columns=["receiver", "giver"])
    frame["share"] = (
        frame["contribution"] / pairs_of(study, year).table.at[receiver, "complementarity"]
    )
    frame.insert(0, "name", frame.index.map(_leaves(study)))
    return frame


def _leaves(study: Study) -> dict[str, str]:
    return {leaf.id: study.say.of(leaf.name) for leaf in study.card.framework.indicators}


@lru_cache(maxsize=4)  # a report asks three times
def peers_frame(study: Study, adcode: str, year: int) -> pd.DataFrame:
    """A province, then those nearest to it in structure: name, index, rank, distance, alike, blocks.

    `alike` names the block in which the two differ least; a block holds its part of the squared
    distance. Of the province itself both are missing. Refused for one that lacks a figure.
    """
    if variables := lacking_variables(study, adcode, year):
        told, named = f"{adcode} has no structure: no {variables}.", study.short[adcode]
        raise Refusal(told, "partners.left_out", name=named, variables=variables)
    found = peers(structure_of(study, year), adcode, count=assistance().peers)
    names = {block.id: study.say.of(block.name) for block in assistance().structure}
    found["alike"] = found[[*names]].idxmin(axis=1).map(names)
    frame = found.reindex([adcode, *found.index])
    frame.insert(0, "name", study.short[frame.index])
    frame.insert(1, "index", study.at(year)["index"])
    frame.insert(2, "rank", study.card.ranks.xs(year, level="year")["index"])
    return frame


def lacking_variables(study: Study, adcode: str, year: int) -> str:
    """Which figures a province lacks for a structure, in words; empty if it has them all."""
    names = {each.id: study.say.of(each.name) for each in assistance().variables}
    left_out = structure_of(study, year).left_out.get(adcode, [])
    return study.say.join(names[variable] for variable in left_out)


# targets


@lru_cache(maxsize=2)
def targets_of(study: Study) -> Attainment:
    """Every official target judged by the public series that meet it."""
    if study.facts.targets.empty:
        refuse_own_units(study, "targets")
    facts = study.facts
    return attainment(facts.targets, study.figures, study.national, facts.codebook, read_measures())


@lru_cache(maxsize=2)
def outlook_of(study: Study) -> pd.DataFrame:
    """When each target with a public series would be met at the present pace."""
    return outlook(targets_of(study))


@lru_cache(maxsize=2)
def targets_frame(study: Study) -> pd.DataFrame:
    """The columns of `Attainment.table` with names, then when each target would be met.

    name is who set it, indicator_name what it is for, reading_name how it is read; points, outcome,
    reached, low, high are those of the forecast by the first published reading, missing where no
    series meets the target.
    """
    frame, ahead, say = targets_of(study).table, outlook_of(study), study.say
    book, read = study.facts.codebook, targets_of(study).choices.readings
    names = {(name, each.id): say.of(each.name) for name, many in read.items() for each in many}
    who = study.short.to_dict() | {NATION: study.area("全國")}
    read_as = zip(frame["indicator"], frame["reading"], strict=True)
    frame = frame.assign(
        unit=frame["indicator"].map(book[unit_column(say)]),
        document=[say.texts.get(f"targets.document.{each}", each) for each in frame["document"]],
        indicator_name=frame["indicator"].map(book[f"name_{say.suffix}"]),
        reading_name=[names.get(each, "") for each in read_as],
    )
    frame.insert(0, "name", frame["adcode"].map(who))
    keys = pd.MultiIndex.from_arrays([frame.index, frame["reading"]])
    told = ahead.reindex(keys)[["points", "outcome", "reached", "low", "high"]].set_axis(
        frame.index
    )
    return frame.join(told).rename_axis(None)


def behind_frame(study: Study, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Years that each province is behind the East's median, province × figure, and whether censored.

    A figure that is not published for all of the East in `year` has no column.
    """
    refuse_own_units(study, "east")
    register, found = study.provinces, ratios_of(study).figures
    east, years, more = register.index[register["region"] == EAST], {}, {}
    for figure in found:
        paths = found[figure].unstack("year")
        known = paths.loc[east].dropna(axis=1)
        if year in known.columns:
            apart = time_distance(paths, known.median(), year=year)
            years[figure], more[figure] = apart["years"], apart["censored"]
    return tuple(pd.DataFrame(each, index=found.index.unique("adcode")) for each in (years, more))
