"""Convergence on the page: σ, β, moves between classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from IPython.display import HTML

from quyu.pages.refusals import or_refusal
from quyu.pages.region import nobody
from quyu.pages.tables import page_table, told_table
from quyu.regions.markov import Chain
from quyu.regions.regression import POWER
from quyu.regions.strategy import Region
from quyu.study.disparities import figure_names, inequality_of, sigma_of, sigma_row, transitions_of
from quyu.study.regional import members_of
from quyu.study.spatial import disparity
from quyu.study.study import Study
from quyu.words import Words

Row = Mapping[str, Any]
SIGMA = "figure=name years:span first:first> last:last>"  # the columns of a dispersion


@or_refusal
def sigma_table(subject: Study) -> HTML:
    """The dispersion of each figure in its first and last year, with the trend over all years."""
    say, frame = subject.say, subject.convergence().query("model == 'sigma'")
    note, opposed = say("catching_up.sigma_note"), _opposed(subject, frame)
    if opposed:
        note += say("catching_up.opposed", names=say.join(opposed))
    return told_table(
        frame,
        columns=f"{SIGMA} trend:trend says=course:catching_up",
        title=say("catching_up.sigma_title"),
        formats=_formats(say),
        note=note,
    )


@or_refusal
def region_convergence(subject: Study, region: Region) -> HTML:
    """Whether the provinces of one region drew together, by σ inside it."""
    say, area, members = subject.say, subject.area(region.name), members_of(subject, region.name)
    if not members:
        return nobody(subject, region, subject.card.framework.years[-1])
    names = figure_names(subject)
    found = {name: sigma_of(subject, name, region.name) for name in names} if members[1:] else {}
    rows = {name: sigma_row(each) for name, each in found.items() if len(each.by_year)}
    if not rows:
        return HTML(f"<p>{say.html('catching_up.alone', area=area)}</p>")
    frame = pd.DataFrame.from_dict(rows, orient="index")
    return page_table(
        say,
        frame.assign(name=frame.index.map(names)),
        "catching_up",
        f"{SIGMA} says=course:catching_up",
        title=say("catching_up.region_title", area=area),
        formats=_formats(say),
        note=say("catching_up.region_note", n=len(members)),
    )


def _formats(say: Words) -> dict[str, Any]:
    """How the cells of the estimates are written."""
    return {
        "span": lambda row: say("catching_up.span", first=row["first"], last=row["last"]),
        "first>": lambda row: say.number(row["sigma_first"], decimals=_digits(row)),
        "last>": lambda row: say.number(row["sigma_last"], decimals=_digits(row)),
        "trend": lambda row: estimate(say, row, _digits(row) + 1),
        "b": lambda row: estimate(say, row, 4),
        "half_life": lambda row: half_life(say, row),
        "power": lambda row: _power(say, row),
        "residual": lambda row: _residual(say, row),
    }


def estimate(say: Words, row: Row, decimals: int) -> str:
    """A coefficient with its 95 % interval; a dash where there is none."""
    if pd.isna(row["estimate"]):
        return "—"
    parts = {"value": row["estimate"], "low": row["low"], "high": row["high"]}
    shown = {k: say.number(value, decimals=decimals, sign=True) for k, value in parts.items()}
    return say("catching_up.estimate", **shown)


def _digits(row: Row) -> int:
    return 1 if row["index"] == "index" else 3


def _opposed(subject: Study, sigmas: pd.DataFrame) -> list[str]:
    """The figures of which σ rose while Theil's T fell over the same years, or the other way round."""
    found = []
    for figure, row in sigmas.drop(index="index", errors="ignore").iterrows():
        theil = inequality_of(subject, figure).reindex([row["first"], row["last"]])
        rose = theil.get("theil", pd.Series(dtype=float)).diff().sum()
        if (row["sigma_last"] - row["sigma_first"]) * rose < 0:
            found.append(row["name"])
    return found


@or_refusal
def beta_table(subject: Study) -> HTML:
    """Absolute, conditional and panel β of the growth figure and of the index.

    With each: its speed, its power, and whether neighbours share what it leaves unexplained.
    """
    say, frame = subject.say, subject.convergence().query("model != 'sigma'")
    note = say("catching_up.beta_note", n=len(subject.provinces))
    index = subject.card.scores["index"].unstack("year")
    if len(missing := index.index[index.isna().any(axis=1)]):
        note += say("catching_up.left_out", names=say.join(subject.short[missing]))
    return told_table(
        frame,
        columns="figure=name years:span kind=model:catching_up b:b half_life:half_life power:power "
        "residual:residual",
        formats=_formats(say),
        group="figure",
        note=note,
    )


def half_life(say: Words, row: Row) -> str:
    """The years until half of a gap is closed with their 95 % bounds, or why there are none.

    A panel's b tells a speed only where it lies beyond what it would be without convergence.
    """
    if row["high"] >= row["null"]:
        return "—"
    if pd.isna(row["half_life"]):
        return say(f"catching_up.{row['course']}")
    key = "half_life_open" if pd.isna(row["half_life_high"]) else "half_life"
    shown = {"years": "half_life", "low": "half_life_low", "high": "half_life_high"}
    return say(f"catching_up.{key}", **{k: say.significant(row[c]) for k, c in shown.items()})


def _power(say: Words, row: Row) -> str:
    if row["model"] == "panel":
        key = "beyond_null" if row["high"] < row["null"] else "not_beyond_null"
        return say(f"catching_up.{key}", null=say.number(row["null"], decimals=2))
    key = "low_power" if row["power"] < POWER else "enough_power"
    return say(f"catching_up.{key}", power=row["power"])


def _residual(say: Words, row: Row) -> str:
    if pd.isna(row["i"]):
        return "—"
    i, p = (say.number(row[what], decimals=2) for what in ("i", "p"))
    return say("catching_up.residual", i=i, p=p)


@or_refusal
def transitions_table(subject: Study) -> HTML:
    """How often a province moves between the pooled classes of a figure from one year to the next."""
    say, found = subject.say, transitions_of(subject)
    heads = {f"c{kind}": say("catching_up.class", number=kind) for kind in found.counts.columns}
    frame = found.probabilities.rename(columns="c{}".format)
    frame["class"] = [say("catching_up.class", number=kind) for kind in frame.index]
    frame["transitions"] = found.counts.sum(axis=1)
    growth = figure_names(subject)[disparity().growth]
    return page_table(
        say,
        frame,
        "catching_up",
        f"from=class {' '.join(f'{head}:percent-' for head in heads)} transitions:place",
        title=say("catching_up.markov_title", figure=growth),
        heads=heads,
        note=_note(say, found),
    )


def _note(say: Words, found: Chain) -> str:
    note = say("catching_up.markov_note", k=len(found.probabilities))
    if found.mobility is not None:
        note += say("catching_up.mobility", mobility=say.number(found.mobility, decimals=2))
    if found.steady is None:
        note += say(f"catching_up.{found.no_steady}")
    else:
        note += say(
            "catching_up.steady",
            shares=say.join(f"{share:.0%}" for share in found.steady),
            moves=found.moves,
            n=int(found.counts.to_numpy().sum()),
        )
    if found.few:
        note += say("catching_up.few", classes=say.join(found.few))
    if found.skipped:
        spans = (say("catching_up.span", first=a, last=b) for a, b in found.skipped)
        note += say("catching_up.skipped", spans=say.join(spans))
    return note
