"""How sure each rank and tier is: the draws behind a page, and their words."""

from __future__ import annotations

from ast import literal_eval
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pandas as pd
from pydantic import Field

from quyu.facts import embedded
from quyu.facts.params import read_params
from quyu.index.alternatives import Alternatives, Factors, alternatives
from quyu.index.draws import Draws, draw, draw_years
from quyu.index.guards import refuse_unknown
from quyu.index.sensitivity import Sensitivity, sensitivity
from quyu.index.tree import Entry, Text
from quyu.index.uncertainty import apart, tiers, uncertainty
from quyu.words import LANGUAGES, Words, words

if TYPE_CHECKING:
    from quyu.study.study import Study


HELD = 30_000_000  # scores of all draws that are held at a time
LEAST = 1000  # draws of any study


class Bands(Entry):
    """The names of the tiers, best first, and the scores that part them.

    The Chinese name is also what a tier is called in tables of figures.
    """

    names: tuple[Text, ...]
    breaks: Literal["stored"] | tuple[float, ...] = "stored"
    borderline: float = Field(gt=0, lt=1)

    @property
    def ids(self) -> tuple[str, ...]:
        """What the tiers are called in tables of figures."""
        return tuple(name.zh_hant for name in self.names)


class Errors(Entry):
    """How often errors are drawn for the figures, and how great they are, by grade: a share."""

    draws: int = Field(gt=0)
    relative: dict[str, Annotated[float, Field(ge=0)]]


class Robustness(Entry):
    """What params/robustness.yaml holds."""

    draws: int = Field(gt=0)
    seed: int
    interval: float = Field(gt=0, lt=1)
    sobol: int = Field(gt=1)
    factors: dict[str, str | tuple[str | tuple[float, float], ...]] = Field(default_factory=dict)
    tiers: Bands
    errors: Errors
    outside: tuple[str, ...]
    baseline: str


@cache
def read_robustness() -> Robustness:
    """The stated draws, factors and bands."""
    return read_params(embedded() / "params" / "robustness.yaml", Robustness)


def _evidence(subject: Study, direct: bool) -> bool:
    """Whether direct evidence is asked for, and is not all that there is."""
    return direct and subject.direct.framework.index != subject.card.framework.index


def draws_of(subject: Study, year: int, *, direct: bool = False) -> Draws:
    """The draws of one year, the same on every page; with `direct` those of direct evidence only."""
    return _drawn(subject, (year,), direct)[year]


def draws_of_years(subject: Study, *, direct: bool = False) -> dict[int, Draws]:
    """The draws of every year of the panel, each as `draws_of` gives it."""
    return _drawn(subject, tuple(subject.card.framework.years), direct)


def forget_draws(subject: Study, *, but: int) -> None:
    """Let all draws go that are kept but those of one year, for the room: who asks has them drawn anew."""
    kept = subject.__dict__.get("_draws", {})
    subject.__dict__["_draws"] = {key: draws for key, draws in kept.items() if key[0] == but}


def quick(subject: Study, year: int, n: int) -> pd.DataFrame:
    """low and high of each rank by `n` of the stated draws, kept nowhere: for a study that is one of many."""
    choices = read_robustness()
    asked = {"n": n, "seed": choices.seed, "interval": choices.interval}
    found = draw(subject.card, year=year, factors=Factors(**choices.factors), **asked)
    return uncertainty(found)[["low", "high"]]


def draws_made(subject: Study) -> int:
    """How many draws are made: those stated, or of very many units as many as can be held."""
    stated, rows = read_robustness().draws, len(subject.card.scores)
    return min(stated, max(LEAST, HELD // rows))


def _drawn(subject: Study, years: tuple[int, ...], direct: bool) -> dict[int, Draws]:
    """The draws of some years: what was drawn before is not drawn anew, and goes with the study."""
    choices, direct = read_robustness(), _evidence(subject, direct)
    kept = subject.__dict__.setdefault("_draws", {})
    if lacking := tuple(year for year in years if (year, direct) not in kept):
        asked = {"n": draws_made(subject), "seed": choices.seed, "interval": choices.interval}
        options = alternatives_of(subject, direct)
        made = draw_years(options.card, lacking, factors=options, **asked)
        kept |= {(year, direct): draws for year, draws in made.items()}
    return {year: kept[year, direct] for year in years}


@lru_cache(maxsize=4)
def alternatives_of(subject: Study, direct: bool = False) -> Alternatives:
    """What the draws choose from, with what was left out of it and why."""
    card = subject.direct if direct else subject.card
    return alternatives(card, Factors(**read_robustness().factors))


@lru_cache(maxsize=2)
def sensitivity_of(subject: Study, year: int, chosen: tuple[str, ...] = ()) -> Sensitivity:
    """Sobol indices of the stated factors, or of some of them with the rest held, by province and zone."""
    choices, zones = read_robustness(), subject.provinces["zone"]
    varied = Factors(**choices.factors)
    there = ", ".join(varied.varied)
    for name in chosen:
        refuse_unknown("factor", name, [each.name for each in fields(Factors)])
        if name not in varied.varied:
            raise ValueError(f"factor {name!r} has one level here; those that vary are {there}.")
    if len({*chosen}) == 1:
        raise ValueError(f"factors is {chosen[0]!r}; name two or more of {there}.")
    if chosen:
        held = {"noise": "none", "left_out": ()}
        kept = {each.name: held.get(each.name, ("stated",)) for each in fields(Factors)}
        varied = replace(varied, **{name: of for name, of in kept.items() if name not in chosen})
    asked = {"n": choices.sobol, "seed": choices.seed, "factors": varied}
    return sensitivity(subject.card, year=year, grouping=zones, **asked)


@lru_cache(maxsize=8)
def certainty(subject: Study, year: int) -> pd.DataFrame:
    """For each province what `told_by` reads in the draws of one year.

    Then direct, direct_low and direct_high: the rank on direct evidence only, with the interval of
    draws of its own.
    """
    return told_by(draws_of(subject, year)).join(_direct(draws_of(subject, year, direct=True)))


@lru_cache(maxsize=1)
def certainties(subject: Study) -> dict[int, pd.DataFrame]:
    """What `certainty` gives for every year of the panel, drawn together."""
    both = (draws_of_years(subject), draws_of_years(subject, direct=True))
    return {year: told_by(both[0][year]).join(_direct(both[1][year])) for year in both[0]}


def _direct(draws: Draws) -> pd.DataFrame:
    found = uncertainty(draws)[["nominal", "low", "high"]]
    return found.set_axis(["direct", "direct_low", "direct_high"], axis=1)


def told_by(draws: Draws) -> pd.DataFrame:
    """For each unit what `uncertainty` says of its rank, and what `tiers` says of its tier."""
    bands = read_robustness().tiers
    breaks = None if bands.breaks == "stored" else bands.breaks
    found = tiers(draws, breaks=breaks, names=bands.ids, borderline=bands.borderline)
    return uncertainty(draws).join(found.drop(columns=list(bands.ids)))


def held() -> str:
    """The share of the draws that a method interval holds, as text.

    >>> held()
    '90%'
    """
    return f"{100 * read_robustness().interval:g}%"


def interval(row: pd.Series | Mapping[str, Any], say: Words) -> str:
    """The method interval of a rank, as text.

    >>> from quyu.words import words
    >>> say = words("en")
    >>> [interval(pd.Series({"low": low, "high": 5.0}), say) for low in (3.0, 5.0, None)]
    ['3–5', '5', 'not published']
    """
    if pd.isna(row["low"]):
        return say("missing")
    low, high = f"{row['low']:.0f}", f"{row['high']:.0f}"
    return low if low == high else f"{low}–{high}"


def tier(row: pd.Series, say: Words) -> str:
    """The tier that most draws give with their share; on the border both tiers that compete.

    >>> from quyu.words import words
    >>> row = pd.Series({"tier": "一級", "probability": 0.914, "borderline": False, "second": "二級"})
    >>> tier(row, words("zh-hant"))
    '一級（91%）'
    >>> tier(pd.Series({**row, "probability": 0.53, "borderline": True}), words("en"))
    'tier 1 (53%) or tier 2'
    """
    if pd.isna(row["tier"]):
        return say("missing")
    key = "certainty.borderline" if row["borderline"] else "certainty.tier"
    return say(
        key,
        tier=tier_name(row["tier"], say),
        second=tier_name(row["second"], say),
        sure=share(row["probability"]),
    )


def share(probability: float) -> str:
    """A share of the draws in per cent; only what holds in all of them is 100 %.

    >>> share(0.914), share(0.9996), share(1.0), share(0.0003), share(0.0)
    ('91%', '>99%', '100%', '<1%', '0%')
    """
    if 0 < probability < 0.005 or 0.995 <= probability < 1:
        return "<1%" if probability < 0.5 else ">99%"
    return f"{probability:.0%}"


def sure_of(probability: float, say: Words) -> str:
    """In how many of the draws something holds, as words.

    >>> from quyu.words import words
    >>> sure_of(1.0, words("en")), sure_of(0.91, words("en"))
    ('in all draws', 'in 91% of draws')
    """
    whole = "certainty.all" if probability == 1 else "certainty.some"
    return say(whole, share=share(probability))


def others(names: Sequence[str], say: Words) -> str:
    """One or two provinces by name, more of them by their number.

    >>> from quyu.words import words
    >>> others(["Fujian", "Hainan"], words("en")), others(["a", "b", "c"], words("en"))
    ('Fujian and Hainan', '3 other provinces')
    """
    return say.join(names) if len(names) < 3 else say("certainty.others", count=len(names))


def tier_name(tier: str | None, say: Words) -> str:
    """What a tier, called by any of its names, is called in the language of `say`.

    >>> from quyu.words import words
    >>> tier_name("一級", words("en"))
    'tier 1'
    """
    if pd.isna(tier):
        return say("missing")
    bands = read_robustness().tiers
    return say.of(bands.names[_called(bands.names)[tier]])


@cache
def _called(names: tuple[Text, ...]) -> dict[str, int]:
    """Which of the tiers, from 0 for the best, each name in any language means."""
    return {words(lang).of(name): n for lang in LANGUAGES for n, name in enumerate(names)}


def next_tier(tier: str | None) -> str | None:
    """The tier above one, by what tables of figures call them; None above the first.

    >>> next_tier("三級"), next_tier("一級")
    ('二級', None)
    """
    if pd.isna(tier):
        return None
    above = read_robustness().tiers.ids[: read_robustness().tiers.ids.index(tier)]
    return above[-1] if above else None


def level_name(subject: Study, factor: str, level: object) -> str:
    """What a level of a factor is called in the study's language."""
    say = subject.say
    if factor == "goalposts":
        low, high = literal_eval(str(level))
        key = "choices.extremes" if (low, high) == (0, 1) else "choices.quantiles"
        return say(key, low=low, high=high)
    if factor == "left_out":
        return subject.named(pd.Series(0, index=[level])).index[0] or say("choices.nothing")
    if factor in ("aggregation", "inside"):
        if level == "stated":  # nodes state different means, or there are none
            return subject.say("choices.level.weighting.stated")
        return say(f"method.aggregate.{level}")
    return say(f"choices.level.{factor}.{level}")


def alike(subject: Study, year: int, adcode: str) -> list[str]:
    """The short names of the provinces whose order with one is not sure, best first.

    Two provinces can be told apart when one outranks the other in at least 95 % of the draws.
    """
    sure = apart(draws_of(subject, year), adcode)
    order = certainty(subject, year)["nominal"].dropna().sort_values(kind="stable").index
    same = [code for code in order if code != adcode and not sure[code]]
    return list(subject.short[same])
