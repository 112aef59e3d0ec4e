"""All units beside each other: what a page needs on which any few of them can be compared.

What `evidence` says of one unit is worked out here for all of them at once; unit by unit it takes a second.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from quyu.index.formula import names_in
from quyu.index.tree import Indicator
from quyu.regions.structure import peers
from quyu.study.evidence import block, judgements, set_aside, span, standing, years_used
from quyu.study.regional import structure_of
from quyu.words import Words

if TYPE_CHECKING:
    from quyu.study.study import Study

NEAR = 3  # units that one is first compared with
STANDS = "structural"  # the flag of what holds one value in every year
STILL = 1e-9  # what moves by less of itself has not moved


def figures_beside(study: Study, year: int) -> pd.DataFrame:
    """A row for each scored indicator and unit: its figure as `evidence` has it, and how it moved.

    Columns: value (displayed unit), place (its rank as text), years (what the figure refers to), flag,
    judged (the published figure that is set aside, in words); change (value less that of the panel's
    first year; missing where either is, and of what holds one value in every year); since (what the
    earlier figure refers to where it is not one of the first year itself).
    """
    card, first = study.card, study.card.framework.years[0]
    ranks, values = standing(study, year)
    leaves = [leaf for leaf in card.framework.indicators if leaf.id in ranks]
    names = [leaf.id for leaf in leaves]
    flags, earlier = (card.flags.xs(each, level="year")[names] for each in (year, first))
    moved = values[names] - card.imputed.xs(first, level="year").reindex(values.index)[names]
    moved = moved.where(moved.isna() | (moved.abs() > STILL * values[names].abs()), 0.0)
    moves = (flags != STANDS) & (earlier != STANDS) & (year != first)
    told = {
        "value": values[names] * [leaf.factor for leaf in leaves],
        "place": ranks[names].apply(_places, say=study.say),
        "flag": flags,
        "change": moved.where(moves) * [leaf.factor for leaf in leaves],
        "earlier": earlier,
        "years": _spans(study, leaves, flags, year),
        "since": _spans(study, leaves, earlier, first),
    }
    frame = pd.concat({name: table.T.stack() for name, table in told.items()}, axis=1)
    frame = frame.rename_axis(["id", "adcode"])
    capped = card.capped[card.capped["year"] == year].set_index(["indicator", "adcode"])
    frame["flag"] = frame["flag"].where(~frame.index.isin(capped.index), "capped")
    frame["years"] = frame["years"].where(frame["value"].notna(), "")
    moved_since = frame["change"].notna() & (frame["earlier"] != "")
    frame["since"] = frame["since"].where(moved_since, "")
    return frame.drop(columns="earlier").assign(judged=_set_aside(study, leaves, frame.index, year))


def _places(ranks: pd.Series, say: Words) -> list[str]:
    counts = ranks.map(ranks.value_counts())
    return [block(*each, say) for each in zip(ranks, counts, strict=True)]


def _spans(study: Study, leaves: list[Indicator], flags: pd.DataFrame, year: int) -> pd.DataFrame:
    """The years that each figure refers to, as text: units × indicators."""
    # Unit by unit: what was published of a unit is looked up once.
    rows = [
        [
            span(years_used(study, leaf, unit, year, flag))
            for leaf, flag in zip(leaves, row, strict=True)
        ]
        for unit, *row in flags.itertuples()
    ]
    return pd.DataFrame(rows, index=flags.index, columns=flags.columns)


def _set_aside(study: Study, leaves: list[Indicator], cells: pd.MultiIndex, year: int) -> list[str]:
    """The published figure of each cell that is not scored, in words; "" for the others."""
    judged, framework = judgements(study), study.card.framework
    aside, told = judged[~judged["scored"]], {}
    for unit, own in aside.groupby("adcode"):
        for leaf in leaves:
            names = names_in(framework.expanded(leaf))
            if not names.isdisjoint(own["indicator"]):
                used = years_used(study, leaf, unit, year, "")
                told[leaf.id, unit] = set_aside(study.say, [*own.itertuples()], sorted(names), used)
    return [told.get(cell, "") for cell in cells]


@lru_cache(maxsize=64)  # a page is linked when it is made, and again when all are there
def near(study: Study, unit: str, year: int) -> tuple[str, ...]:
    """The units to compare one with first: its peers in structure, or where there is no structure, in rank."""
    order = study.at(year)["index"].dropna().sort_values(ascending=False, kind="stable").index
    if not study.facts.own_units and unit in structure_of(study, year).distance.index:
        return tuple(peers(structure_of(study, year), unit, count=NEAR).index)
    if unit not in order:
        return ()
    at = order.get_loc(unit)
    around = (*range(max(0, at - NEAR), at), *range(at + 1, min(len(order), at + NEAR + 1)))
    return tuple(order[place] for place in sorted(around, key=lambda place: abs(place - at))[:NEAR])
