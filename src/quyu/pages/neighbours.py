"""Space on the page: whether neighbours are alike, and the East's pull on its own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from quyu.maps.picture import Picture, picture
from quyu.maps.still import Caption, clusters
from quyu.pages.gaps import choices
from quyu.pages.nation import source
from quyu.pages.refusals import stated
from quyu.pages.tables import table
from quyu.regions.pull import Pull, pull
from quyu.regions.space import ALPHA, BRIDGES, contiguity, inverse_distance, lisa, moran, nearest
from quyu.study.study import Study

if TYPE_CHECKING:
    from libpysal.graph import Graph

KINDS = ("HH", "HL", "LH", "LL", "ns")


@lru_cache(maxsize=2)
def matrices_of(subject: Study) -> dict[str, Graph]:
    """The weights under which patterns are tested; contiguity first."""
    land = subject.land.loc[subject.provinces.index]
    return {
        "queen": contiguity(land),
        "nearest": nearest(land, k=choices().neighbours),
        "inverse_distance": inverse_distance(land),
    }


@lru_cache(maxsize=6)
def lisa_of(subject: Study, year: int, weights: str = "queen") -> pd.DataFrame:
    """Local Moran statistics of the index under one of the weights matrices."""
    values = subject.at(year)["index"]
    return lisa(
        values,
        matrices_of(subject)[weights],
        permutations=choices().permutations,
        seed=choices().seed,
    )


def unscored(subject: Study, year: int) -> HTML | None:
    """Why space cannot be looked at: a province without a score would leave a hole in the map."""
    values = subject.at(year)["index"]
    holes = list(values.index[values.isna()])
    if not holes:
        return None
    say = subject.say
    names = say.join(subject.short[code] for code in holes)
    return HTML(f"<p>{say.html('neighbours.unscored', names=names, year=year)}</p>")


@stated
def moran_table(subject: Study, year: int) -> HTML:
    """Moran's I of the index under three weights matrices, with a permutation test of each."""
    if (refusal := unscored(subject, year)) is not None:
        return refusal
    say = subject.say
    drawn = {"permutations": choices().permutations, "seed": choices().seed}
    rows = []
    for name, weights in matrices_of(subject).items():
        found = moran(subject.at(year)["index"], weights, **drawn)
        rows.append(
            [
                say(f"neighbours.{name}", k=choices().neighbours),
                say.number(found.i, decimals=3),
                say.number(found.expectation, decimals=3),
                say.number(found.z, decimals=1),
                _p(subject, found.p),
            ]
        )
    columns = [say(f"neighbours.column.{c}") for c in ("weights", "i", "expectation", "z", "p")]
    bridged = say.join(
        say("neighbours.bridge", island=subject.short[one], shore=subject.short[other])
        for one, other in BRIDGES.items()
    )
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say("neighbours.moran_title", year=year),
        numbers=columns[1:],
        note=say(
            "neighbours.moran_note",
            n=len(subject.provinces),
            permutations=choices().permutations,
            seed=choices().seed,
            bridged=bridged,
        ),
    )


@stated
def lisa_map(subject: Study, year: int) -> Picture | HTML:
    """Where neighbours are significantly alike or unlike, the share of false finds controlled."""
    return unscored(subject, year) or picture(*lisa_drawing(subject, year))


def lisa_drawing(subject: Study, year: int) -> tuple[Figure, str]:
    """The figure of `lisa_map` with what it says."""
    say, found = subject.say, lisa_of(subject, year)
    kinds = found["cluster"]
    names = {kind: say(f"neighbours.kind.{kind}") for kind in KINDS}
    if (kinds == "masked").any():
        names["masked"] = say("neighbours.masked")
    seen = {kind: [subject.short[code] for code in kinds.index[kinds == kind]] for kind in KINDS}
    told = say.join(
        say("neighbours.told", kind=names[kind], names=say.join(seen[kind]))
        for kind in KINDS[:-1]
        if seen[kind]
    )
    title = say("neighbours.lisa_finding", told=told) if told else say("neighbours.lisa_none")
    caption = Caption(
        title=title,
        subtitle=say("neighbours.lisa_subtitle", year=year),
        source=source(subject),
        legend=say("neighbours.legend", alpha=f"{ALPHA:.0%}"),
        lang=subject.lang,
    )
    drawn = clusters(kinds, subject.land, subject.dashes, caption, names=names)
    return drawn, say("neighbours.lisa_alt", title=title) if told else title


@stated
def lisa_table(subject: Study, year: int) -> HTML:
    """The provinces significant before the correction, with what is left after it."""
    if (refusal := unscored(subject, year)) is not None:
        return refusal
    say, units = subject.say, lisa_of(subject, year)
    chosen = units[~units["cluster_unadjusted"].isin(["ns"])].sort_values("p", kind="stable")
    rows = [
        [
            subject.short[code],
            say(f"neighbours.kind.{row['quadrant']}")
            if row["quadrant"]
            else say("neighbours.masked"),
            _p(subject, row["p"]),
            _p(subject, row["p_fdr"]),
            say(
                "neighbours.kept"
                if row["cluster"] not in ("ns", "masked")
                else "neighbours.dropped"
            ),
        ]
        for code, row in chosen.iterrows()
    ]
    columns = [say(f"neighbours.column.{c}") for c in ("province", "kind", "p", "p_fdr", "left")]
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say("neighbours.lisa_title", year=year),
        numbers=columns[2:4],
        note=say("neighbours.lisa_note", n=len(units)),
    )


@stated
def patterns_table(subject: Study, year: int) -> HTML:
    """Which provinces have a local pattern under each weights matrix: how much hangs on the choice."""
    if (refusal := unscored(subject, year)) is not None:
        return refusal
    say, rows = subject.say, []
    for weights in matrices_of(subject):
        found = lisa_of(subject, year, weights)["cluster"]
        row = {
            say("neighbours.column.weights"): say(f"neighbours.{weights}", k=choices().neighbours)
        }
        for kind in KINDS[:-1]:
            names = [subject.short[code] for code in found.index[found == kind]]
            row[say(f"neighbours.kind.{kind}")] = say.join(names) if names else "—"
        rows.append(row)
    return table(
        pd.DataFrame(rows),
        title=say("neighbours.patterns_title", year=year),
        note=say("neighbours.patterns_note"),
    )


def _p(subject: Study, p: float) -> str:
    if pd.isna(p):
        return "—"
    return "< 0.001" if p < 0.001 else subject.say.number(p, decimals=3)


def pull_of(subject: Study) -> Pull:
    """Whether neighbours of strong eastern provinces gained more over the panel."""
    first, last = subject.card.framework.years[0], subject.card.framework.years[-1]
    register = subject.provinces
    east = list(register.index[register["region"] == "東部"])
    return pull(
        subject.at(first)["index"],
        subject.at(last)["index"],
        matrices_of(subject)["queen"],
        leaders=east,
    )


@stated
def pull_text(subject: Study) -> HTML:
    """The East's pull as one paragraph: the coefficient, its interval, what it cannot show."""
    first, last = subject.card.framework.years[0], subject.card.framework.years[-1]
    if first == last:
        return HTML(f"<p>{subject.say.html('neighbours.pull_one_year', year=first)}</p>")
    for year in (first, last):
        if (refusal := unscored(subject, year)) is not None:
            return refusal
    say, found = subject.say, pull_of(subject)
    theta = found.fit.coefficients.loc["leaders"]
    clear = "pull_up" if theta["low"] > 0 else "pull_down" if theta["high"] < 0 else "pull_unclear"
    text = say.html(
        f"neighbours.{clear}",
        value=say.number(theta["estimate"], decimals=3, sign=True),
        low=say.number(theta["low"], decimals=3, sign=True),
        high=say.number(theta["high"], decimals=3, sign=True),
        n=found.fit.n,
        exposed=found.exposed,
        detectable=say.number(theta["detectable"], decimals=3),
        first=first,
        last=last,
    )
    heaviest = found.units["leverage"].idxmax()
    text += say.html(
        "neighbours.without",
        name=subject.short[heaviest],
        value=say.number(found.units.at[heaviest, "without"], decimals=3, sign=True),
    )
    return HTML(f"<p>{text}</p>")
