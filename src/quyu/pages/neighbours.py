"""Space on the page: whether neighbours are alike, and the East's pull on its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from quyu.maps.picture import Picture, picture
from quyu.maps.still import clusters
from quyu.pages.nation import caption
from quyu.pages.refusals import stated
from quyu.pages.tables import page_table
from quyu.regions.space import ALPHA, BRIDGES
from quyu.study.regional import disparity, lisa_of, pull_of
from quyu.study.study import Study
from quyu.words import Words

KINDS = ("HH", "HL", "LH", "LL")


@stated
def moran_table(subject: Study, year: int) -> HTML:
    """Moran's I of the index under three weights matrices, with a permutation test of each."""
    say, short, choices = subject.say, subject.short, disparity()
    bridged = say.join(
        say("neighbours.bridge", island=short[one], shore=short[other])
        for one, other in BRIDGES.items()
    )
    return page_table(
        say,
        subject.moran(year),
        "neighbours",
        "weights=name i:three expectation:three z:number p:p>",
        title=say("neighbours.moran_title", year=year),
        formats={"p>": _p(say, "p")},
        note=say(
            "neighbours.moran_note",
            n=len(subject.provinces),
            permutations=choices.permutations,
            seed=choices.seed,
            bridged=bridged,
        ),
    )


@stated
def lisa_map(subject: Study, year: int) -> Picture | HTML:
    """Where neighbours are significantly alike or unlike, the share of false finds controlled."""
    return picture(*lisa_drawing(subject, year))


def lisa_drawing(subject: Study, year: int) -> tuple[Figure, str]:
    """The figure of `lisa_map` with what it says; a province without a score is refused."""
    say, kinds = subject.say, lisa_of(subject, year)["cluster"]
    names = {kind: say(f"neighbours.kind.{kind}") for kind in (*KINDS, "ns")}
    if (kinds == "masked").any():
        names["masked"] = say("neighbours.masked")
    told = say.join(
        say("neighbours.told", kind=names[kind], names=of_kind(subject, kinds, kind))
        for kind in KINDS
        if (kinds == kind).any()
    )
    title = say("neighbours.lisa_finding", told=told) if told else say("neighbours.lisa_none")
    subtitle = say("neighbours.lisa_subtitle", year=year)
    texts = caption(subject, title, subtitle, say("neighbours.legend", alpha=f"{ALPHA:.0%}"))
    drawn = clusters(kinds, subject.land, subject.dashes, texts, names=names)
    return drawn, say("neighbours.lisa_alt", title=title) if told else title


def of_kind(subject: Study, kinds: pd.Series, kind: str) -> str:
    """The provinces of one kind of local pattern, as one list."""
    return subject.say.join(subject.short[kinds.index[kinds == kind]])


@stated
def lisa_table(subject: Study, year: int) -> HTML:
    """The provinces significant before the correction, with what is left after it."""
    say, frame = subject.say, subject.neighbours(year)
    gone = frame["cluster"].isin(["ns", "masked"])
    return page_table(
        say,
        frame.assign(
            left=gone.map({True: say("neighbours.dropped"), False: say("neighbours.kept")})
        )
        .query("cluster_unadjusted != 'ns'")
        .sort_values("p", kind="stable"),
        "neighbours",
        "province=name kind:kind p:p> p_fdr:fdr> left",
        title=say("neighbours.lisa_title", year=year),
        formats={
            "kind": lambda row: say(
                f"neighbours.kind.{row['quadrant']}" if row["quadrant"] else "neighbours.masked"
            ),
            "p>": _p(say, "p"),
            "fdr>": _p(say, "p_fdr"),
        },
        note=say("neighbours.lisa_note", n=len(frame)),
    )


@stated
def patterns_table(subject: Study, year: int) -> HTML:
    """Which provinces have a local pattern under each weights matrix: how much hangs on the choice."""
    say, frame = subject.say, subject.neighbours(year)
    under = subject.moran(year)[["name"]]
    kinds = {name: frame["cluster" if name == "queen" else name] for name in under.index}
    for kind in KINDS:
        under[kind] = [of_kind(subject, kinds[name], kind) or "—" for name in under.index]
    return page_table(
        say,
        under,
        "neighbours",
        "weights=name " + " ".join(KINDS),
        title=say("neighbours.patterns_title", year=year),
        heads={kind: say(f"neighbours.kind.{kind}") for kind in KINDS},
        note=say("neighbours.patterns_note"),
    )


def _p(say: Words, column: str) -> Callable[[Mapping[str, Any]], str]:
    def write(row: Mapping[str, Any]) -> str:
        p = row[column]
        small = "< 0.001" if p < 0.001 else say.number(p, decimals=3)
        return "—" if pd.isna(p) else small

    return write


@stated
def pull_text(subject: Study) -> HTML:
    """The East's pull as one paragraph: the coefficient, its interval, what it cannot show."""
    say, (first, last) = subject.say, (subject.card.framework.years[end] for end in (0, -1))
    if first == last:
        return HTML(f"<p>{say.html('neighbours.pull_one_year', year=first)}</p>")
    found = pull_of(subject)
    theta = found.fit.coefficients.loc["leaders"]
    clear = "pull_up" if theta["low"] > 0 else "pull_down" if theta["high"] < 0 else "pull_unclear"
    heaviest = found.units["leverage"].idxmax()
    without = found.units.at[heaviest, "without"]
    value, low, high, without = (
        say.number(number, decimals=3, sign=True)
        for number in (theta["estimate"], theta["low"], theta["high"], without)
    )
    text = say.html(
        f"neighbours.{clear}",
        value=value,
        low=low,
        high=high,
        n=found.fit.n,
        exposed=found.exposed,
        detectable=say.number(theta["detectable"], decimals=3),
        first=first,
        last=last,
    )
    text += say.html("neighbours.without", name=subject.short[heaviest], value=without)
    return HTML(f"<p>{text}</p>")
