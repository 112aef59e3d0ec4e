"""Who holds the goalposts, and how far the ranks would move without each of those units."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.climb import climb, weights_of
from quyu.index.guards import refuse_year
from quyu.index.score import TOLERANCE, Scorecard, normalised_by_rule, rank


def goalpost_holders(card: Scorecard, year: int | None = None) -> pd.DataFrame:
    """For each indicator the cell at either goalpost, and what the ranks of `year` owe to it.

    Columns: indicator, end ("low" or "high"), unit, year (the first, where the unit is there in
    several), value (as imputed, canonical units), shared (how many other units are there as well),
    next (the value that would be the goalpost without the unit), mean_shift and most_shift (the
    mean and the greatest move of a rank if it were, by `moved`, the unit that moves furthest).

    A goalpost that lies between cells, or beyond all of them, has no holder: the unit is missing.
    Raises ValueError for a year outside the panel.
    """
    year = card.framework.report_year if year is None else year
    refuse_year(year, card.framework.years)
    posts, rows = card.state.goalposts(), []
    own = card.ranks["index"].xs(year, level=1)
    for name, column in card.treated.items():
        for end in ("low", "high"):
            rows.append({"indicator": name, "end": end} | _held(card, name, column, end, posts))
    table = pd.DataFrame(rows)
    shifts = [
        _without(card, row, posts, year) - own if pd.notna(row["unit"]) else own * np.nan
        for row in rows
    ]
    away = pd.DataFrame([shift.abs() for shift in shifts], index=table.index)
    table["mean_shift"], table["most_shift"] = away.mean(axis=1), away.max(axis=1)
    table["moved"] = [
        row.idxmax() if row.notna().any() and row.max() > 0 else np.nan
        for _, row in away.iterrows()
    ]
    return table.drop(columns="post")


def _held(
    card: Scorecard, name: str, column: pd.Series, end: str, posts: pd.DataFrame
) -> dict[str, object]:
    """The first cell at one goalpost of an indicator, and where the goalpost would be without."""
    post, seen = posts.at[name, end], column.dropna()
    there = seen[
        (seen - post).abs() <= TOLERANCE * (posts.at[name, "high"] - posts.at[name, "low"])
    ]
    if there.empty:
        return {"unit": np.nan, "year": pd.NA, "value": np.nan, "post": np.nan, "shared": 0}
    unit, year = there.index[0]
    units = there.index.unique(level=0)
    others = seen.drop(index=unit, level=0)
    place = others.idxmin() if end == "low" else others.idxmax()
    return {
        "unit": unit,
        "year": year,
        "value": card.imputed.at[(unit, year), name],
        "shared": len(units) - 1,
        "next": card.imputed.at[place, name],
        "post": others[place],
    }


def _without(card: Scorecard, row: dict[str, object], posts: pd.DataFrame, year: int) -> pd.Series:
    name, moved = row["indicator"], posts.copy()
    moved.loc[name, row["end"]] = row["post"]
    if not moved.at[name, "low"] < moved.at[name, "high"]:
        return card.ranks["index"].xs(year, level=1) * np.nan
    here = card.treated.xs(year, level=1, drop_level=False)
    values = card.normalised.loc[here.index].copy()
    values[name] = normalised_by_rule(here[[name]], card.framework, moved)[name]
    children = card.child_weights
    scores, _ = climb(card.framework, children, values, weights_of(children))
    index = pd.DataFrame({"index": scores["index"][0]}, index=here.index)
    return rank(index)["index"].xs(year, level=1)
