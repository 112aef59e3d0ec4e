"""Neighbours in a study, as frames: whether they are alike, where, and the East's pull."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from quyu.facts.boundaries import shapes_file
from quyu.facts.faults import Refusal
from quyu.regions.disparity import Disparity, read_disparity
from quyu.regions.graphs import contiguity, inverse_distance, nearest
from quyu.regions.moran import lisa, moran
from quyu.regions.pull import Pull, pull
from quyu.words import words

if TYPE_CHECKING:
    from libpysal.graph import Graph

    from quyu.study.study import Study

EAST = "東部"


def refuse_own_units(study: Study, what: str) -> None:
    """Refuse, with a sentence of the catalogue, what is made for the provinces of China alone."""
    if study.facts.own_units:
        told = words("en")(f"left_out.{what}")
        raise Refusal(told, f"left_out.{what}")


@cache
def disparity() -> Disparity:
    """The stated figures of inequality and convergence."""
    return read_disparity()


def permuted() -> dict[str, int]:
    """The stated permutations of every test of a pattern, with their seed."""
    return {"permutations": disparity().permutations, "seed": disparity().seed}


@lru_cache(maxsize=2)
def matrices_of(study: Study) -> dict[str, Graph]:
    """The weights under which patterns are tested; contiguity first."""
    if not shapes_file(study.facts):
        refuse_own_units(study, "neighbours")
    land = study.land.loc[study.provinces.index]
    bridges = {} if study.facts.own_units else disparity().bridges
    return {
        "queen": contiguity(land, bridges=bridges),
        "nearest": nearest(land, k=disparity().neighbours),
        "inverse_distance": inverse_distance(land),
    }


@lru_cache(maxsize=6)
def lisa_of(study: Study, year: int, weights: str = "queen") -> pd.DataFrame:
    """Local Moran statistics of the index under one of the weights matrices."""
    return lisa(_whole(study, year), matrices_of(study)[weights], **permuted())


def _whole(study: Study, year: int) -> pd.Series:
    """The index of every province; one without a score would leave a hole in the map."""
    values = study.at(year)["index"]
    holes = list(values.index[values.isna()])
    if holes:
        told = (
            f"there is no index in {year} of {', '.join(holes)}; a map with holes tells no pattern."
        )
        named = study.say.join(study.short[holes])
        raise Refusal(told, "neighbours.unscored", names=named, year=year)
    return values


@lru_cache(maxsize=4)
def moran_frame(study: Study, year: int) -> pd.DataFrame:
    """Moran's I of the index with its permutation test, a row per weights matrix."""
    values, k = _whole(study, year), disparity().neighbours
    rows = {
        name: {"name": study.say(f"neighbours.{name}", k=k)}
        | moran(values, weights, **permuted())._asdict()
        for name, weights in matrices_of(study).items()
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("weights")


def neighbours_frame(study: Study, year: int) -> pd.DataFrame:
    """The local Moran statistics of every province, with its cluster under each of the weights.

    Columns of `quyu.regions.moran.lisa` under contiguity; `nearest` and `inverse_distance` hold the
    corrected cluster under these.
    """
    first, *others = matrices_of(study)
    frame = lisa_of(study, year, first)
    frame = frame.assign(**{name: lisa_of(study, year, name)["cluster"] for name in others})
    frame.insert(0, "name", study.short[frame.index])
    return frame


def pull_of(study: Study) -> Pull:
    """Whether neighbours of strong eastern provinces gained more over the panel."""
    refuse_own_units(study, "east")
    first, last = (_whole(study, study.card.framework.years[end]) for end in (0, -1))
    east = list(study.provinces.index[study.provinces["region"] == EAST])
    return pull(first, last, matrices_of(study)["queen"], leaders=east)
