"""What a unit falls short of, as frames: what its gap to a full score is made of, how far others are."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from quyu.index.change import gain, scored_weights
from quyu.index.practice import obstacle_degrees
from quyu.study.certainty import certainty, next_tier
from quyu.study.evidence import evidence

if TYPE_CHECKING:
    from quyu.study.study import Study


@lru_cache(maxsize=4)
def obstacles(study: Study, adcode: str, year: int) -> pd.DataFrame:
    """What each indicator is of all that a unit lacks to a full score, the greatest first, by id.

    By the weights that made the score: where a sibling is missing, the others have its weight.
    Columns: name, goal, evidence, years, score, rank and of, place, degree (sums to 1), flag, named:
    whether it may be called an obstacle, which an official grade, and what ranks in the nation's
    first third, never is. What lacks nothing has no row.
    """
    card, shares = study.card, degrees(study, year).loc[adcode]
    score = card.normalised.loc[(adcode, year)]
    told = evidence(study, adcode, year)
    grades = {leaf.id for leaf in card.framework.indicators if leaf.official_grade}
    columns = ["name", "goal", "evidence", "years", "rank", "of", "place", "flag"]
    frame = told[columns].loc[shares.index].assign(score=score, degree=shares)
    frame["named"] = ~frame.index.isin(grades) & ~in_best_third(frame)
    order = shares[shares > 0].sort_values(ascending=False, kind="stable").index
    return frame.loc[order].rename_axis("id")


def in_best_third(frame: pd.DataFrame) -> pd.Series:
    """Whether each indicator, with its `rank` and `of` how many, stands in the nation's best third."""
    return (frame["rank"] - 1) < (frame["of"] - 1) / 3


@lru_cache(maxsize=4)
def degrees(study: Study, year: int) -> pd.DataFrame:
    """What each indicator is of all that each unit lacks to a full score: units × indicators."""
    low, high = study.card.framework.scale
    here = study.card.normalised.xs(year, level="year")
    made = scored_weights(study.card).xs(year, level="year")
    return obstacle_degrees((here - low) / (high - low), made)


REFERENCES = ("nation", "zone", "above")


@lru_cache(maxsize=4)
def distances(study: Study, adcode: str, year: int) -> pd.DataFrame:
    """How far each scored indicator of a unit is from three references, in its own unit, by id.

    The references are medians: of the nation, of the unit's zone, and of the provinces in the tier
    above its own (`above`; none for the first tier), by the tiers shown. Columns: name, goal, unit,
    direction, evidence, years, flag, value; for each reference its value, …_gap (reference less
    value) and …_adds: what the index would gain if the indicator alone stood there, missing where
    the unit is there already.
    """
    card, sure = study.card, certainty(study, year)
    register, told = study.provinces, evidence(study, adcode, year)
    scores = card.normalised.loc[(adcode, year)]
    leaves = {leaf.id: leaf for leaf in card.framework.indicators if leaf.id in scores}
    columns = ["name", "goal", "unit", "direction", "evidence", "years", "flag", "value"]
    frame = told.loc[list(leaves), columns]
    factor = pd.Series({name: leaf.factor for name, leaf in leaves.items()})
    better = next_tier(sure.at[adcode, "tier"])
    among = {
        "nation": register.index,
        "zone": register.index[register["zone"] == register.at[adcode, "zone"]],
        "above": sure.index[sure["tier"] == better] if better else register.index[:0],
    }
    for reference in REFERENCES:
        level, standing = (
            each[list(leaves)] for each in _medians(study, year, (*among[reference],))
        )
        level = level * factor
        adds = gain(card, adcode, year, to=standing.where(standing > scores[list(leaves)]))
        frame[reference] = level
        frame[f"{reference}_gap"] = level - frame["value"]
        frame[f"{reference}_adds"] = adds
    return frame.rename_axis("id")


@lru_cache(maxsize=32)  # many units are set beside the same others
def _medians(study: Study, year: int, members: tuple[str, ...]) -> tuple[pd.Series, pd.Series]:
    """The medians of values and of scores of some units, by indicator."""
    tables = (table.xs(year, level="year") for table in (study.card.imputed, study.card.normalised))
    return tuple(table.loc[[*members]].median() for table in tables)
