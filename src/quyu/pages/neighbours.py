"""Space on the page: whether neighbours are alike, and the East's pull on its own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from IPython.display import HTML

from quyu.pages.refusals import or_refusal
from quyu.pages.tables import FORMATS, told_table
from quyu.regions.moran import ALPHA
from quyu.study.disparities import spatial_transitions_of, transitions_of
from quyu.study.drawings import KINDS, of_kind
from quyu.study.spatial import disparity, permuted, pull_of
from quyu.study.study import Study


@or_refusal
def moran_table(subject: Study, year: int) -> HTML:
    """Moran's I of the index under three weights matrices, with a permutation test of each."""
    say, short, choices = subject.say, subject.short, disparity()
    bridges = {} if subject.facts.own_units else choices.bridges
    bridged = say.join(
        say("neighbours.bridge", island=short[one], shore=short[other])
        for one, other in bridges.items()
    )
    test = {"permutations": choices.permutations, "seed": choices.seed}
    note = say("neighbours.moran_note", n=len(subject.provinces), bridged=bridged, **test)
    return told_table(subject.moran(year), note=note)


@or_refusal
def lisa_table(subject: Study, year: int) -> HTML:
    """The provinces significant before the correction, with what is left after it."""
    say, frame = subject.say, subject.neighbours(year)
    kept = ~frame["cluster"].isin(["ns", "masked"])
    return told_table(
        frame.assign(
            kind=frame["quadrant"].replace("", "masked"),
            left=kept.map({True: say("neighbours.kept"), False: say("neighbours.dropped")}),
        )
        .query("cluster_unadjusted != 'ns'")
        .sort_values("p", kind="stable"),
        columns="province=name:unit kind:neighbours.kind p:p- p_fdr:p- left",
        note=say("neighbours.lisa_note", n=len(frame)),
    )


@or_refusal
def patterns_table(subject: Study, year: int) -> HTML:
    """Which provinces have a local pattern under each weights matrix: how much hangs on the choice."""
    say, frame = subject.say, subject.neighbours(year)
    under = subject.moran(year)[["name"]]
    kinds = {name: frame["cluster" if name == "queen" else name] for name in under.index}
    for kind in KINDS:
        under[kind] = [of_kind(subject, kinds[name], kind) or "—" for name in under.index]
    return told_table(
        under,
        columns="weights=name " + " ".join(KINDS),
        title=say("neighbours.patterns_title", year=year),
        heads={kind: say(f"neighbours.kind.{kind}") for kind in KINDS},
        note=say("neighbours.patterns_note"),
    )


@or_refusal
def transitions_around(subject: Study) -> HTML:
    """From class to class in a year by the class of the neighbours' mean: counts, shares, one test."""
    say, frame, found = subject.say, subject.transitions(), spatial_transitions_of(subject)
    numbers, test = list(found.counts.columns), found.homogeneity

    def moved(row: Mapping[str, Any], number: int) -> str:
        count, share = row[f"to_{number}"], row[f"share_{number}"]
        return say("around.moved", count=count, share=share) if share > 0 else str(count)

    n, moves = int(found.counts.to_numpy().sum()), transitions_of(subject).moves
    note = say("around.note", k=len(numbers), least=found.least, n=n, moves=moves)
    key = "untested" if not test.df else "differ" if test.p < ALPHA else "alike"
    note += say(
        f"around.{key}",
        q=say.number(test.q),
        df=test.df,
        p=FORMATS["p"](test.p, {}, say),
        **permuted(),
    )
    return told_table(
        frame,
        columns=f"around from=name {' '.join(f'to_{n}:{n}>' for n in numbers)} transitions:place",
        formats={f"{n}>": partial(moved, number=n) for n in numbers},
        group="around",
        note=note,
    )


@or_refusal
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
