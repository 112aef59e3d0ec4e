"""Turns tidy figures into the matrix that indices are computed from."""

import pandas as pd

from quyu.facts.load import Facts
from quyu.facts.names import NATION


def matrix(facts: Facts) -> pd.DataFrame:
    """The scored provinces by year, one column per indicator, in canonical units.

    Indexed (adcode, year): every province that has a zone, and every year from the first
    figure to the last. Columns are the codebook's indicators that have a figure, in its order.
    A figure that was not published is NaN.

    >>> from quyu.facts import load
    >>> float(matrix(load()).at[("440000", 2023), "rd_intensity"])
    0.0354
    """
    scored = facts.provinces.index[facts.provinces["zone"] != ""]
    wide = canonical(facts, facts.figures[facts.figures["adcode"].isin(scored)])
    years = wide.index.get_level_values("year")
    span = range(years.min(), years.max() + 1) if len(years) else []
    cells = pd.MultiIndex.from_product([scored, span], names=["adcode", "year"])
    return wide.reindex(cells)


def national(facts: Facts) -> pd.DataFrame:
    """The nation's own figures by year, one column per indicator, in canonical units.

    Only what is published for the nation as such; nothing is summed over provinces.
    """
    nation = facts.figures[facts.figures["adcode"] == NATION]
    return canonical(facts, nation).droplevel("adcode")


def canonical(facts: Facts, figures: pd.DataFrame) -> pd.DataFrame:
    """Figures in canonical units, (adcode, year) by indicator."""
    values = figures["value"] * figures["indicator"].map(facts.codebook["factor"])
    wide = figures.assign(value=values).pivot(
        index=["adcode", "year"], columns="indicator", values="value"
    )
    ordered = facts.codebook.index.intersection(wide.columns, sort=False)
    return wide[ordered].rename_axis(columns=None)
