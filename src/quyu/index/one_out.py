"""What the ranks would be without one indicator, or without the proxies."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from quyu.index.alternatives import Alternatives, alternatives
from quyu.index.factors import STATED
from quyu.index.join import join
from quyu.index.scorecard import Scorecard


@dataclass(frozen=True)
class OneOut:
    """What `one_out` returns.

    ranks     units × indicators: the rank of the unit without that indicator
    shifts    the same less the nominal rank: above 0, the unit falls without it
    excluded  the indicators that cannot be left out, with the reason
    """

    nominal: pd.Series
    ranks: pd.DataFrame
    shifts: pd.DataFrame
    excluded: pd.DataFrame


def one_out(card: Scorecard, *, year: int | None = None) -> OneOut:
    """Rank the units of `year` again without each indicator in turn, all else as stated.

    The siblings of the indicator take its weight in proportion. One that is alone in its node
    cannot be left out: that would be another index, with a goal less.
    """
    options = alternatives(card, replace(STATED, left_out=None))
    ranks = _ranks(options, year).drop(columns="all ")
    ranks.columns = ranks.columns.str.removeprefix("all ")
    nominal = _nominal(card, year)
    shifts = ranks.sub(nominal, axis="index")
    return OneOut(nominal, ranks, shifts, options.excluded[["left_out", "reason"]])


def direct_evidence(card: Scorecard, *, year: int | None = None) -> pd.DataFrame:
    """Nominal rank beside the rank by direct evidence only: nominal, direct, shift.

    Raises ValueError if no indicator is direct evidence.
    """
    options = alternatives(card, replace(STATED, evidence=("direct",)))
    nominal, direct = _nominal(card, year), _ranks(options, year)["direct "]
    return pd.DataFrame({"nominal": nominal, "direct": direct, "shift": direct - nominal})


def _ranks(options: Alternatives, year: int | None) -> pd.DataFrame:
    """The rank of each unit in each case, by the only method there is."""
    nominal = _nominal(options.card, year)
    year = options.card.framework.report_year if year is None else year
    case = np.arange(len(options.cases))
    noise = np.ones((len(case), len(options.parts)))
    found = join(options, np.zeros_like(case), case, noise, year=year)
    if found.reasons:
        raise ValueError(f"ranks without an indicator: {next(iter(found.reasons.values()))}.")
    ranks = np.where(found.ranks == 0, np.nan, found.ranks).T
    columns = options.cases["evidence"] + " " + options.cases["left_out"]
    return pd.DataFrame(ranks, index=nominal.index, columns=columns.tolist())


def _nominal(card: Scorecard, year: int | None) -> pd.Series:
    year = card.framework.report_year if year is None else year
    if year not in card.framework.years:
        raise ValueError(f"year {year} is not in the panel {list(card.framework.years)}.")
    return card.ranks["index"].xs(year, level=1).rename("nominal")
