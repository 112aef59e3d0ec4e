"""Convergence on the page: whether provinces draw together, how fast, how much 31 of them can show."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.regions.beta import Beta, beta
from quyu.regions.markov import Chain, markov
from quyu.regions.panel_beta import panel_beta
from quyu.regions.sigma import Sigma, sigma
from quyu.regions.speed import Speed
from quyu.regions.strategy import Region
from quyu.reports.gaps import choices, inequality_of, ratios_of
from quyu.reports.stated import stated
from quyu.reports.study import Study
from quyu.reports.tables import table


@lru_cache(maxsize=4)
def sigma_of(subject: Study, figure: str) -> Sigma:
    """σ of a followed figure, in logs, or of the "index", in levels."""
    if figure == "index":
        return sigma(subject.card.scores["index"], form="levels")
    return sigma(ratios_of(subject).figures[figure], form="log")


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
                _estimate(subject, trend, _digits(name) + 1),
                say(f"catching_up.{_course(trend)}"),
            ]
        )
    columns = [
        say(f"catching_up.column.{c}")
        for c in ("figure", "years", "first", "last", "trend", "says")
    ]
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say("catching_up.sigma_title"),
        numbers=columns[2:4],
        note=say("catching_up.sigma_note"),
    )


@stated
def beta_table(subject: Study) -> HTML:
    """Absolute, conditional and panel β of the growth figure and of the index, with speed and power."""
    say, rows = subject.say, []
    for name, title in (
        (choices().growth, _followed(subject)[choices().growth]),
        ("index", say("catching_up.index")),
    ):
        values, form, spans = _path(subject, name)
        if not spans:
            continue
        for first, last in spans:
            years = say("catching_up.span", first=first, last=last)
            for kind, controls in (("absolute", None), ("conditional", _zones(subject))):
                found = beta(values, first, last, form=form, controls=controls)
                rows.append(
                    _row(
                        subject,
                        title,
                        years,
                        kind,
                        found.fit.coefficients.loc["initial"],
                        found.speed,
                        found,
                    )
                )
        steps = range(spans[0][0], spans[0][1] + 1)
        if len(steps) > 2:
            panel = panel_beta(values, form=form, years=list(steps))
            years = say("catching_up.span", first=steps[0], last=steps[-1])
            row = _row(
                subject,
                title,
                years,
                "panel",
                panel.fit.coefficients.loc["initial"],
                panel.speed,
                None,
            )
            row[-2] = row[-2] if panel.beyond_null else "—"
            row[-1] = say(
                "catching_up.beyond_null" if panel.beyond_null else "catching_up.not_beyond_null",
                null=say.number(panel.null, decimals=2),
            )
            rows.append(row)
    columns = [
        say(f"catching_up.column.{c}")
        for c in ("figure", "years", "kind", "b", "half_life", "power")
    ]
    return table(
        pd.DataFrame(rows, columns=columns),
        title=say("catching_up.beta_title"),
        group=columns[0],
        note=say("catching_up.beta_note", n=len(subject.provinces)),
    )


@stated
def transitions_table(subject: Study) -> HTML:
    """How often a province moves between the pooled classes of a figure from one year to the next."""
    say, found = subject.say, transitions_of(subject)
    rows = []
    for kind in found.probabilities.index:
        row = {say("catching_up.column.from"): say("catching_up.class", number=kind)}
        for other in found.probabilities.columns:
            chance = found.probabilities.at[kind, other]
            row[say("catching_up.class", number=other)] = (
                "—" if pd.isna(chance) else f"{chance:.0%}"
            )
        row[say("catching_up.column.transitions")] = f"{found.counts.loc[kind].sum():.0f}"
        rows.append(row)
    shown = pd.DataFrame(rows)
    each = next(f for f in choices().figures if f.id == choices().growth)
    note = say("catching_up.markov_note", k=len(found.probabilities))
    if found.mobility is not None:
        note += say("catching_up.mobility", mobility=say.number(found.mobility, decimals=2))
    if found.steady is not None:
        note += say("catching_up.steady", shares=say.join(f"{share:.0%}" for share in found.steady))
    if found.few:
        note += say("catching_up.few", classes=say.join(found.few))
    return table(
        shown,
        title=say("catching_up.markov_title", figure=say.of(each.name)),
        numbers=list(shown.columns[1:]),
        note=note,
    )


@lru_cache(maxsize=2)
def transitions_of(subject: Study) -> Chain:
    """The yearly transitions of the growth figure, relative to each year's mean."""
    values = ratios_of(subject).figures[choices().growth]
    years = inequality_of(subject, choices().growth).table.index
    kept = values[values.index.get_level_values("year").isin(years)]
    return markov(kept / kept.groupby(level="year").transform("mean"), k=choices().classes)


@stated
def region_convergence(subject: Study, region: Region) -> HTML:
    """Whether the provinces of one region drew together, by σ inside it."""
    say, rows, area = subject.say, [], subject.area(region.name)
    members = list(subject.provinces.index[subject.provinces["region"] == region.name])
    for name, title in _followed(subject).items():
        values, form, _ = _path(subject, name)
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


def _row(
    subject: Study,
    title: str,
    years: str,
    kind: str,
    b: pd.Series,
    found: Speed,
    whole: Beta | None,
) -> list[str]:
    say = subject.say
    return [
        title,
        years,
        say(f"catching_up.{kind}"),
        _estimate(subject, b, 4),
        _half_life(subject, found),
        say(
            "catching_up.low_power" if whole.low_power else "catching_up.enough_power",
            power=f"{whole.power:.0%}",
        )
        if whole is not None
        else "",
    ]


def _half_life(subject: Study, found: Speed) -> str:
    if found.half_life is None:
        return subject.say(f"catching_up.{found.course}")
    if found.low is None or found.low <= 0:
        years = subject.say.significant(found.half_life)
        return subject.say("catching_up.half_life_open", years=years)
    return subject.say("catching_up.half_life", years=subject.say.significant(found.half_life))


def _estimate(subject: Study, row: pd.Series | None, decimals: int) -> str:
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


def _path(subject: Study, name: str) -> tuple[pd.Series, str, list[tuple[int, int]]]:
    """The values by (unit, year), their form, and the spans worth testing, the longest first."""
    if name == "index":
        years = subject.card.framework.years
        return (
            subject.card.scores["index"],
            "levels",
            [(years[0], years[-1])] if len(years) > 1 else [],
        )
    values = ratios_of(subject).figures[name]
    years = list(inequality_of(subject, name).table.index)
    panel = subject.card.framework.years
    spans = [(years[0], years[-1])] if len(years) > 1 else []
    short = (panel[0], panel[-1])
    if len(panel) > 1 and set(short) <= set(years) and short not in spans:
        spans.append(short)
    return values, "log", spans


def _zones(subject: Study) -> pd.DataFrame:
    """The zones as controls: one column each but the first, which is what they are compared with."""
    return pd.get_dummies(subject.provinces["zone"], drop_first=True, dtype=float)
