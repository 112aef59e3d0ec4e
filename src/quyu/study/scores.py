"""The scores as one table: every province and year in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from quyu.study.certainty import certainties

if TYPE_CHECKING:
    from quyu.study.study import Study

NAMES = ["name_zh_hant", "name_zh_hans", "name_en"]


def scores_table(subject: Study) -> pd.DataFrame:
    """Every province and panel year in one row: names, place, index, rank, tier, goals, direct index.

    Scores are points on [1, 100], unrounded; ranks are 1 = best, ties share a rank. Of the draws:
    `rank_median`, and `rank_low` to `rank_high`, the method interval; `tier`, the one that most of
    them give, with `tier_probability`, their share; `borderline` where that is below the stated
    one, `tier_second` the next; `tier_nominal` the tier by the stated method. `direct_…` is the
    index on direct evidence only, with an interval of draws of its own. `coverage`, `structural`
    and `filled` are the shares of the index's weight with a figure published for that year, held
    from a cross-section, and carried or filled in; what is left is missing.
    """
    card, direct = subject.card, subject.direct
    table = pd.DataFrame(
        {
            "index": card.scores["index"],
            "rank": card.ranks["index"].astype("Int64"),
            **_sureness(subject, DRAWN),
            "coverage": card.coverage["index"],
            "structural": card.structural["index"],
            "filled": card.filled["index"],
            **{goal.id: card.scores[goal.id] for goal in card.framework.goals},
            "direct_index": direct.scores["index"],
            "direct_rank": direct.ranks["index"].astype("Int64"),
            **_sureness(subject, DIRECT),
        }
    ).reset_index()
    told = subject.facts.provinces[[*NAMES, *subject.groups]].rename(columns=subject.groups)
    table = told.merge(table, left_index=True, right_on="adcode")
    first = ["adcode", *told, "year"]
    return table[[*first, *[c for c in table if c not in first]]].sort_values(
        ["year", "adcode"], ignore_index=True
    )


CARRIED = 1 / 3  # of the weight of an index; above it a page opens with it


def mostly_carried(filled: pd.Series) -> pd.Series:
    """Those of whose weight more than a third is carried or filled in, the greatest share first.

    `filled` is the share of each unit, as `Study.scores` gives it.

    >>> mostly_carried(pd.Series({"a": 0.2, "b": 0.34, "c": 1 / 3, "d": 0.5})).to_dict()
    {'d': 0.5, 'b': 0.34}
    """
    return filled[filled > CARRIED + 1e-9].sort_values(ascending=False, kind="stable")


DRAWN = {
    "median": "rank_median",
    "low": "rank_low",
    "high": "rank_high",
    "tier": "tier",
    "probability": "tier_probability",
    "borderline": "borderline",
    "second": "tier_second",
    "nominal_tier": "tier_nominal",
}
DIRECT = {"direct_low": "direct_rank_low", "direct_high": "direct_rank_high"}


def _sureness(subject: Study, named: dict[str, str]) -> pd.DataFrame:
    found = pd.concat(certainties(subject), names=["year"])[list(named)].rename(columns=named)
    whole = {column: "Int64" for column in found if "rank" in column}
    return found.astype(whole).swaplevel().reindex(subject.card.scores.index)
