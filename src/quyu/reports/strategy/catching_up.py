"""σ-convergence on the page: whether provinces draw together or apart, in the nation or one region."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.regions.convergence.form import Form
from quyu.regions.convergence.sigma import Sigma, sigma
from quyu.regions.strategy import Region
from quyu.reports.region import members_of, nobody
from quyu.reports.stated import stated
from quyu.reports.strategy.followed import choices, inequality_of, ratios_of
from quyu.reports.study import Study
from quyu.reports.tables import table


@lru_cache(maxsize=4)
def sigma_of(subject: Study, figure: str) -> Sigma:
    """σ of a followed figure, in logs, or of the "index", in levels."""
    values, form = _path(subject, figure)
    return sigma(values, form=form)


@stated
def sigma_table(subject: Study) -> HTML:
    """The dispersion of each figure in its first and last year, with the trend over all years."""
    say, rows = subject.say, []
    for name, title in _followed(subject).items():
        found = sigma_of(subject, name)
        if found.by_year.empty:
            continue
        trend = found.trend.coefficients.loc["year"] if found.trend is not None else None
        rows.append(
            [
                title,
                say("catching_up.span", first=found.by_year.index[0], last=found.by_year.index[-1]),
                say.number(found.by_year.iloc[0], decimals=_digits(name)),
                say.number(found.by_year.iloc[-1], decimals=_digits(name)),
                estimate(subject, trend, _digits(name) + 1),
                say(f"catching_up.{_course(trend)}"),
            ]
        )
    columns = [
        say(f"catching_up.column.{c}")
        for c in ("figure", "years", "first", "last", "trend", "says")
    ]
    note, opposed = say("catching_up.sigma_note"), _opposed(subject)
    if opposed:
        note += say("catching_up.opposed", names=say.join(opposed))
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say("catching_up.sigma_title"),
        numbers=columns[2:4],
        note=note,
    )


@stated
def region_convergence(subject: Study, region: Region) -> HTML:
    """Whether the provinces of one region drew together, by σ inside it."""
    say, rows, area = subject.say, [], subject.area(region.name)
    members = members_of(subject, region)
    if not members:
        return nobody(subject, region, subject.card.framework.years[-1])
    for name, title in _followed(subject).items():
        values, form = _path(subject, name)
        inside = sigma(values.loc[members], form=form, units=members) if len(members) > 1 else None
        if inside is None or inside.by_year.empty:
            continue
        trend = inside.trend.coefficients.loc["year"] if inside.trend is not None else None
        digits = _digits(name)
        rows.append(
            [
                title,
                say(
                    "catching_up.span", first=inside.by_year.index[0], last=inside.by_year.index[-1]
                ),
                say.number(inside.by_year.iloc[0], decimals=digits),
                say.number(inside.by_year.iloc[-1], decimals=digits),
                say(f"catching_up.{_course(trend)}"),
            ]
        )
    if not rows:
        return HTML(f"<p>{say.html('catching_up.alone', area=area)}</p>")
    columns = [say(f"catching_up.column.{c}") for c in ("figure", "years", "first", "last", "says")]
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say("catching_up.region_title", area=area),
        numbers=columns[2:4],
        note=say("catching_up.region_note", n=len(members)),
    )


def estimate(subject: Study, row: pd.Series | None, decimals: int) -> str:
    """A coefficient with its 95 % interval; a dash where there is none."""
    if row is None:
        return "—"
    say = subject.say
    return say(
        "catching_up.estimate",
        value=say.number(row["estimate"], decimals=decimals, sign=True),
        low=say.number(row["low"], decimals=decimals, sign=True),
        high=say.number(row["high"], decimals=decimals, sign=True),
    )


def _course(trend: pd.Series | None) -> str:
    if trend is None:
        return "short"
    if trend["low"] <= 0 <= trend["high"]:
        return "unclear"
    return "closer" if trend["high"] < 0 else "apart"


def _digits(name: str) -> int:
    return 1 if name == "index" else 3


def _followed(subject: Study) -> dict[str, str]:
    named = {each.id: subject.say.of(each.name) for each in choices().figures}
    return named | {"index": subject.say("catching_up.index")}


def _path(subject: Study, name: str) -> tuple[pd.Series, Form]:
    """The values by (unit, year), and the scale on which their gaps are compared."""
    if name == "index":
        return subject.card.scores["index"], "levels"
    return ratios_of(subject).figures[name], "log"


def _opposed(subject: Study) -> list[str]:
    """The figures of which σ rose while Theil's T fell over the same years, or the other way round."""
    found = []
    for each in choices().figures:
        spread, theil = sigma_of(subject, each.id).by_year, inequality_of(subject, each.id).table
        if len(spread) > 1:
            moves = (
                spread.iloc[-1] - spread.iloc[0],
                theil["theil"].iloc[-1] - theil["theil"].iloc[0],
            )
            if moves[0] * moves[1] < 0:
                found.append(subject.say.of(each.name))
    return found
