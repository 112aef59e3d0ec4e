"""Convergence on the page: σ, β, moves between classes."""

from __future__ import annotations

from functools import lru_cache

import pandas as pd
from IPython.display import HTML

from quyu.pages.gaps import choices, inequality_of, ratios_of
from quyu.pages.neighbours import matrices_of
from quyu.pages.refusals import stated
from quyu.pages.region import members_of, nobody
from quyu.pages.tables import table
from quyu.regions.convergence import Beta, Form, PanelBeta, Sigma, Speed, beta, panel_beta, sigma
from quyu.regions.markov import Chain, markov
from quyu.regions.space import moran
from quyu.regions.strategy import Region
from quyu.study.study import Study


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
        inside = sigma(values.loc[members], form=form) if len(members) > 1 else None
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
        spread, theil = sigma_of(subject, each.id).by_year, inequality_of(subject, each.id)
        if len(spread) > 1:
            moves = (
                spread.iloc[-1] - spread.iloc[0],
                theil["theil"].iloc[-1] - theil["theil"].iloc[0],
            )
            if moves[0] * moves[1] < 0:
                found.append(subject.say.of(each.name))
    return found


COLUMNS = ("figure", "years", "kind", "b", "half_life", "power", "residual")


@stated
def beta_table(subject: Study) -> HTML:
    """Absolute, conditional and panel β of the growth figure and of the index.

    With each: its speed, its power, and whether neighbours share what it leaves unexplained.
    """
    say, rows = subject.say, []
    each = next(figure for figure in choices().figures if figure.id == choices().growth)
    figure, index = ratios_of(subject).figures[each.id], subject.card.scores["index"]
    rows += _rows(subject, say.of(each.name), figure, "log", _figure_years(subject))
    scored = index.unstack("year").dropna().index
    panel_years = [list(subject.card.framework.years)]
    rows += _rows(subject, say("catching_up.index"), index.loc[scored], "levels", panel_years)
    names = {name: say(f"catching_up.column.{name}") for name in COLUMNS}
    note = say("catching_up.beta_note", n=len(subject.provinces))
    if len(scored) < len(subject.provinces):
        missing = subject.provinces.index.difference(scored)
        note += say("catching_up.left_out", names=say.join(subject.short[missing]))
    return table(
        pd.DataFrame(rows, columns=list(COLUMNS)).rename(columns=names),
        title=say("catching_up.beta_title"),
        group=names["figure"],
        note=note,
    )


def _figure_years(subject: Study) -> list[list[int]]:
    """The complete years of the growth figure, and those of them that the panel spans."""
    years = list(inequality_of(subject, choices().growth).index)
    panel = subject.card.framework.years
    inside = [year for year in years if panel[0] <= year <= panel[-1]]
    whole = {panel[0], panel[-1]} <= set(years) and inside != years
    return [years, inside] if whole else [years]


def _rows(
    subject: Study, title: str, values: pd.Series, form: Form, runs: list[list[int]]
) -> list[dict[str, str]]:
    rows, units = [], values.index.unique("adcode")
    zones = subject.provinces.loc[units, "zone"]
    # One column for each zone but the first, which is what the others are compared with.
    controls = pd.get_dummies(zones, drop_first=True, dtype=float)
    for years in runs:
        if len(years) > 1:
            for kind, given in (("absolute", None), ("conditional", controls)):
                found = beta(values, years[0], years[-1], form=form, controls=given)
                rows.append({"kind": kind, "years": years, **_of_beta(subject, found)})
    longest = runs[0]
    if len(longest) > 2 and longest == list(range(longest[0], longest[-1] + 1)):
        kept = values[values.index.get_level_values("year").isin(longest)]
        found = panel_beta(kept, form=form)
        rows.append({"kind": "panel", "years": longest, **_of_panel(subject, found)})
    say = subject.say
    for row in rows:
        first, last = row["years"][0], row["years"][-1]
        row["figure"], row["kind"] = title, say(f"catching_up.{row['kind']}")
        row["years"] = say("catching_up.span", first=first, last=last)
    return rows


def _of_beta(subject: Study, found: Beta) -> dict[str, str]:
    say = subject.say
    key = "catching_up.low_power" if found.low_power else "catching_up.enough_power"
    return {
        "b": estimate(subject, found.fit.coefficients.loc["initial"], 4),
        "half_life": half_life(subject, found.speed),
        "power": say(key, power=f"{found.power:.0%}"),
        "residual": _residual(subject, found.fit.residuals),
    }


def _residual(subject: Study, left: pd.Series) -> str:
    """Moran's I of what the model leaves, over all provinces; a hole in the map has none."""
    say, weights = subject.say, matrices_of(subject)["queen"]
    if len(left) < weights.n:
        return "—"
    found = moran(left, weights, permutations=choices().permutations, seed=choices().seed)
    i, p = say.number(found.i, decimals=2), say.number(found.p, decimals=2)
    return say("catching_up.residual", i=i, p=p)


def _of_panel(subject: Study, found: PanelBeta) -> dict[str, str]:
    say = subject.say
    key = "catching_up.beyond_null" if found.beyond_null else "catching_up.not_beyond_null"
    return {
        "b": estimate(subject, found.fit.coefficients.loc["initial"], 4),
        "half_life": half_life(subject, found.speed) if found.beyond_null else "—",
        "power": say(key, null=say.number(found.null, decimals=2)),
        "residual": "—",
    }


def half_life(subject: Study, found: Speed) -> str:
    """The years until half of a gap is closed with their 95 % bounds, or why there are none."""
    say = subject.say
    if found.half_life is None:
        return say(f"catching_up.{found.course}")
    ends = found.half_lives
    low, years = say.significant(ends[0]), say.significant(found.half_life)
    if ends[1] is None:
        return say("catching_up.half_life_open", years=years, low=low)
    return say("catching_up.half_life", years=years, low=low, high=say.significant(ends[1]))


@lru_cache(maxsize=2)
def transitions_of(subject: Study) -> Chain:
    """The yearly transitions of the growth figure, relative to each year's mean."""
    values = ratios_of(subject).figures[choices().growth]
    years = inequality_of(subject, choices().growth).index
    kept = values[values.index.get_level_values("year").isin(years)]
    return markov(kept / kept.groupby(level="year").transform("mean"), k=choices().classes)


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
    return table(
        shown,
        title=say("catching_up.markov_title", figure=say.of(each.name)),
        numbers=list(shown.columns[1:]),
        note=_note(subject, found),
    )


def _note(subject: Study, found: Chain) -> str:
    say = subject.say
    note = say("catching_up.markov_note", k=len(found.probabilities))
    if found.mobility is not None:
        note += say("catching_up.mobility", mobility=say.number(found.mobility, decimals=2))
    if found.steady is not None:
        note += say(
            "catching_up.steady",
            shares=say.join(f"{share:.0%}" for share in found.steady),
            moves=found.moves,
            n=int(found.counts.to_numpy().sum()),
        )
    else:
        note += say(f"catching_up.{found.no_steady}")
    if found.few:
        note += say("catching_up.few", classes=say.join(found.few))
    if found.skipped:
        spans = (say("catching_up.span", first=a, last=b) for a, b in found.skipped)
        note += say("catching_up.skipped", spans=say.join(spans))
    return note
