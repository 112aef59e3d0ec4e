"""Every province under the lens of each region, worked out once for all that is written of it."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd

from quyu.index.draws import Draws
from quyu.regions.lenses.lens import Lens, LensScores, lens, read_lenses
from quyu.regions.strategy import Region
from quyu.reports.certainty import draws_of, interval
from quyu.reports.study import Study


@lru_cache(maxsize=2)
def lenses_of(subject: Study, year: int) -> dict[str, LensScores | str]:
    """The lens of each region by the region's name, for every province; or why it cannot be had."""
    draws = draws_of(subject, year)
    return {choice.region: _looked(choice, draws, subject) for choice in read_lenses()}


def _looked(choice: Lens, draws: Draws, subject: Study) -> LensScores | str:
    say, since = subject.say, max(part.since or 0 for part in choice.parts)
    if draws.year <= since:
        return say("lens.too_early", since=since, year=draws.year)
    try:
        found = lens(choice, draws, subject.figures, subject.provinces)
    except ValueError as refusal:  # a framework of one's own need not have the goals of a lens
        return say.html("lens.refused", reason=str(refusal))
    if found.score.isna().all():
        return say.html("lens.refused", reason=found.missing.iloc[0])
    return found


def choice_of(region: Region) -> Lens:
    """The lens that is made for a region."""
    return next(choice for choice in read_lenses() if choice.region == region.name)


def order(found: LensScores, members: list[str]) -> list[str]:
    """`members` from the best under the lens; those without a score last."""
    return list(found.ranks.loc[members, "nation"].sort_values(kind="stable").index)


def lacking(subject: Study, found: LensScores, adcode: str) -> str:
    """Which parts of the lens a province without a score has no value of."""
    say, parts = subject.say, found.parts.loc[adcode]
    return say.join(say.of(p.name) for p in found.choice.parts if pd.isna(parts[p.id]))


def note(subject: Study, found: LensScores) -> str:
    """How to read percentiles and ranks of a lens, its limits, and who has no score for want of what."""
    say = subject.say
    told = say("lens.note", cannot=say.of(found.choice.cannot))
    for code in found.missing.index:
        told += say("lens.missing", name=subject.short[code], parts=lacking(subject, found, code))
    return told


def placed(subject: Study, ranks: pd.Series, *, inside: bool) -> str:
    """A rank in the nation, or inside the province's own region, with its interval."""
    names = ("region", "region_low", "region_high") if inside else ("nation", "low", "high")
    rank, low, high = ranks[list(names)]
    if pd.isna(rank):
        return subject.say("missing")
    return subject.say("lens.placed", rank=f"{rank:.0f}", interval=interval_of(subject, low, high))


def interval_of(subject: Study, low: float, high: float) -> str:
    """The 90 % interval of a rank, as text."""
    return interval(pd.Series({"low": low, "high": high}), subject.say)
