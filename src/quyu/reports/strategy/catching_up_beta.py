"""β-convergence on the page: whether those who started lower rise faster, and what 31 can show of it."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.regions.convergence.beta import Beta, beta
from quyu.regions.convergence.form import Form
from quyu.regions.convergence.panel_beta import PanelBeta, panel_beta
from quyu.regions.convergence.speed import Speed
from quyu.regions.space.moran import moran
from quyu.reports.stated import stated
from quyu.reports.strategy.catching_up import estimate
from quyu.reports.strategy.followed import choices, inequality_of, ratios_of
from quyu.reports.strategy.neighbours import matrices_of
from quyu.reports.study import Study
from quyu.reports.tables import table

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
    years = list(inequality_of(subject, choices().growth).table.index)
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
        found = panel_beta(values, form=form, years=longest)
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
    if len(left) < len(weights):
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
