"""The scores as one table: every province and year in a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from quyu.study.certainty import certainties

if TYPE_CHECKING:
    from quyu.study.study import Study

NAMES = ["name_zh_hant", "name_zh_hans", "name_en", "zone", "region"]


def scores_table(subject: Study) -> pd.DataFrame:
    """Every province and panel year in one row: names, place, index, rank, tier, goals, direct index.

    Scores are points on [1, 100], unrounded; ranks are 1 = best, ties share a rank; `rank_low` and
    `rank_high` hold 90 % of the draws, `tier_probability` is the share of them that give the tier,
    `tier_likely` the tier that most of them give;
    `coverage` is the share of the index's weight that rests on figures published for that cell.
    """
    card, direct = subject.card, subject.direct
    table = pd.DataFrame(
        {
            "index": card.scores["index"],
            "rank": card.ranks["index"].astype("Int64"),
            **_sureness(subject),
            "coverage": card.coverage["index"],
            **{goal.id: card.scores[goal.id] for goal in card.framework.goals},
            "direct_index": direct.scores["index"],
            "direct_rank": direct.ranks["index"].astype("Int64"),
        }
    ).reset_index()
    table = table.merge(subject.facts.provinces[NAMES], left_on="adcode", right_index=True)
    return table[
        ["adcode", *NAMES, "year", *[c for c in table if c not in {"adcode", "year", *NAMES}]]
    ].sort_values(["year", "adcode"], ignore_index=True)


def _sureness(subject: Study) -> pd.DataFrame:
    found = pd.concat(certainties(subject), names=["year"])
    named = found.rename(
        columns={
            "low": "rank_low",
            "high": "rank_high",
            "probability": "tier_probability",
            "likely": "tier_likely",
        }
    )[["rank_low", "rank_high", "tier", "tier_probability", "tier_likely"]]
    whole = {"rank_low": "Int64", "rank_high": "Int64"}
    return named.astype(whole).swaplevel().reindex(subject.card.scores.index)
