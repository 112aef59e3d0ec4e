"""The questions that a brief's first page answers of a region, as frames.

Thresholds (when a pair is firm: quyu.study.regional):

SURE    the first is ahead of another where it outranks it in at least 95 % of the draws, as everywhere
NEAR    a region's change is close to the nation's where the two differ by less than 0.5 points
COMMON  a gap is shared by most where more than half of those that have the indicator are behind the
        nation's median; three at most are named, those that would give the most
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.change import gain
from quyu.index.score import TOLERANCE
from quyu.regions.convergence import sigma
from quyu.regions.lens import leading
from quyu.study.certainty import certainty, draws_of
from quyu.study.comparing import PRINTED, changed_since
from quyu.study.disparities import ratios_of, sigma_row
from quyu.study.regional import firm, lens_frame, members_of, pairs_of

if TYPE_CHECKING:
    from quyu.study.study import Study

NEAR, COMMON, COUNT = 0.5, 0.5, 3


def leaders(study: Study, region: str, year: int) -> pd.DataFrame:
    """A region's members by its lens, best first; refused as `lens_frame`.

    Columns as there, then first, the share of the draws in which a member is first of the region, and
    behind, that in which the first is ahead of it.
    """
    frame = lens_frame(study, region, year)
    return frame[frame["region"] == region]


def leaders_by_index(study: Study, region: str, year: int) -> pd.DataFrame:
    """The same by the index, where a region has no lens: name, score, nation, low, high, inside, first, behind."""
    draws, own = draws_of(study, year), members_of(study, region)
    here = study.at(year).loc[own, "index"]
    ranks = draws.ranks[:, draws.units.get_indexer(own)].astype(float)
    first, behind = leading(here.to_numpy(), np.where(ranks > 0, -ranks, np.nan))
    sure = certainty(study, year).loc[own, ["nominal", "low", "high"]]
    frame = sure.rename(columns={"nominal": "nation"}).assign(
        score=here, first=first, behind=behind
    )
    frame["inside"] = frame["nation"].rank(method="min")
    frame.insert(0, "name", study.short[own])
    return frame.sort_values("nation", kind="stable")


def movement_inside(study: Study, region: str, year: int) -> tuple[pd.Series, pd.DataFrame]:
    """How the index moved inside a region since the panel's first year, against the nation.

    The series has own, the median of the members' changes, and nation, the change of the nation's median,
    as everywhere, in points. (The change of a region's own median is another thing: other members may
    stand in the middle then.) The frame has, by member with both years, name, change, was and
    now (ranks) and places (gained), the greatest rise first.
    """
    first = study.card.framework.years[0]
    both = changed_since(study, first, year, digits=PRINTED).dropna(subset=["change"])
    own = both.loc[both.index.isin(members_of(study, region))]
    columns = {"change": "change", "first_rank": "was", "rank": "now", "places": "places"}
    ranks = own[[*columns]].rename(columns=columns)
    ranks.insert(0, "name", study.short[ranks.index])
    told = {"own": own["change"].median(), "nation": (both["change"] - both["beyond"]).median()}
    return pd.Series(told), ranks.sort_values(["places", "now"], ascending=[False, True])


def spread(study: Study, region: str, year: int) -> pd.DataFrame:
    """The dispersion inside a region up to a year: of the index, in points, and of each figure, in logs.

    By "index" and figure, and in the row "nation" that of the index of all units; columns as
    `sigma_row`: first, last (years), sigma_first, sigma_last, estimate of the yearly trend with low
    and high, course ("closer", "apart", "unclear", "short" of years); then visible: whether the trend is
    clear and the two ends, to two decimals, differ the same way. Each of the units that have it in
    every year; no row of fewer than two. No β: of so few units it tells nothing that σ does not.
    """
    own, rows = members_of(study, region), {}
    index = study.card.scores["index"]
    wanted = {"index": (index, own, "levels"), "nation": (index, study.provinces.index, "levels")}
    with suppress(Refusal):  # units of one's own need not have the figures
        figures = ratios_of(study).figures
        wanted |= {name: (figures[name], own, "log") for name in figures}
    for name, (values, codes, form) in wanted.items():
        table = values.unstack("year").reindex(codes)
        table = table.loc[:, table.columns <= year].dropna(axis=1, how="all").dropna()
        if len(table) > 1:
            rows[name] = sigma_row(sigma(table.stack(), form=form))
    columns = ["first", "last", "sigma_first", "sigma_last", "estimate", "low", "high", "course"]
    frame = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns)
    moved = (frame["sigma_last"].round(2) - frame["sigma_first"].round(2)).map(np.sign)
    frame["visible"] = moved == frame["course"].map({"closer": -1, "apart": 1})
    return frame


def firm_pairs(study: Study, region: str, year: int) -> pd.DataFrame:
    """The giver that most draws propose to each receiver, where the region has a part in it, the firmest first.

    By receiver: giver, share of the draws, firm; stated, the giver of the stated calculation where that
    is another, else "", with stated_share. Of receivers outside the region those whose firm giver is inside.
    """
    found, own = pairs_of(study, year), members_of(study, region)
    table = found.shares.loc[found.table.index]
    giver, stated = table.idxmax(axis=1), found.table["giver"]
    frame = pd.DataFrame({"giver": giver, "share": table.max(axis=1)})
    frame["stated"] = stated.where(stated != giver, "")
    frame["stated_share"] = found.table["stability"]
    frame["firm"] = firm(frame["share"])
    mine = frame.index.isin(own) | (giver.isin(own) & frame["firm"])
    return frame[mine].sort_values("share", ascending=False, kind="stable")


def shared_gaps(study: Study, region: str, year: int) -> pd.DataFrame:
    """On what the members of a region are behind the nation's median, what would give the most first, by id.

    Columns: name, unit, direction, evidence, flag (how most members' figures were filled), behind and of
    (members that have the indicator), value and nation (medians, in its unit), adds: what the index
    of those behind would gain at the nation's median, all else as it is, their median, by which the
    shared ones are sorted; common. No official grade.
    """
    card, own = study.card, members_of(study, region)
    leaves = {leaf.id: leaf for leaf in card.framework.indicators if not leaf.official_grade}
    scores = card.normalised.xs(year, level="year")
    leaves = {name: leaf for name, leaf in leaves.items() if name in scores}
    scores, own = scores[[*leaves]], [code for code in own if code in scores.index]
    values = card.imputed.xs(year, level="year")[[*leaves]]
    middle, inside = scores.median(), scores.loc[own]
    behind = inside < middle - TOLERANCE
    adds = {code: gain(card, code, year, to=middle.where(behind.loc[code])) for code in own}
    adds = pd.DataFrame(adds, index=[*leaves]).T
    factor = pd.Series({name: leaf.factor for name, leaf in leaves.items()})
    flags = card.flags.xs(year, level="year").loc[own, [*leaves]]
    frame = pd.DataFrame({
        "name": {name: study.say.of(leaf.name) for name, leaf in leaves.items()},
        "unit": {name: study.say.of(leaf.unit) for name, leaf in leaves.items()},
        "direction": {name: leaf.direction for name, leaf in leaves.items()},
        "evidence": {name: leaf.evidence for name, leaf in leaves.items()},
        "flag": {name: flags[name].mode().get(0, "") for name in leaves},
        "behind": behind.sum(), "of": inside.notna().sum(),
        "value": values.loc[own].median() * factor, "nation": values.median() * factor,
        "adds": adds.median(),
    })  # fmt: skip
    frame["common"] = frame["behind"] > COMMON * frame["of"]
    order = ["common", "adds", "behind"]
    return frame.sort_values(order, ascending=False, kind="stable").rename_axis("id")
