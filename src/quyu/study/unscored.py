"""What stands beside the score and never enters it: figures as published, each with its sources."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from quyu.index.formula import expand, figures_read
from quyu.index.tree import ProfileEntry
from quyu.study.evidence import cells_of

if TYPE_CHECKING:
    from quyu.study.study import Study


@lru_cache(maxsize=4)  # a report asks for it with every table that cites
def profile(study: Study, adcode: str, year: int) -> pd.DataFrame:
    """A unit's figures of the framework's `profile`, by id.

    A list or a series that ends early is shown at its last published year of the panel, up to
    `year`; in the panel's last year one that begins after it is shown at its first. Columns: name,
    unit, value and median (displayed unit; the median of that year), years (as text), reason,
    sources (keys). What is not published for the unit has no value and no year.
    """
    framework, say, rows = study.card.framework, study.say, {}
    cited = _cited(study, adcode)
    for entry in framework.profile:
        table = _tables(study)[entry.id]
        own = table[adcode].dropna()
        then = own.loc[:year].iloc[-1:]  # a report of an earlier year shows what was known then
        own = own.iloc[:1] if then.empty and year == framework.years[-1] else then
        at = own.index[0] if len(own) else None
        rows[entry.id] = {
            "name": say.of(entry.name),
            "unit": say.of(entry.unit),
            "value": own.iloc[-1] * entry.factor if at else None,
            "median": table.loc[at].median() * entry.factor if at else None,
            "years": str(at or ""),
            "reason": say.of(entry.reason),
            "sources": cited(entry, at) if at else [],
        }
    columns = ["name", "unit", "value", "median", "years", "reason", "sources"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("id")


@lru_cache(maxsize=4)
def _tables(study: Study) -> dict[str, pd.DataFrame]:
    """Each entry of the `profile` over the panel: years × units."""
    first, held = study.card.framework.years[0], study.card.profile
    entries = study.card.framework.profile
    return {entry.id: held[entry.id].unstack("adcode").loc[first:] for entry in entries}


@lru_cache(maxsize=4)
def latest(study: Study, adcode: str) -> pd.DataFrame:
    """A unit's figures of years after the panel, by id.

    Columns: name, unit, year (the last published), value, before (a year earlier) in the displayed
    unit, change (nominal, as a share of `before`), note, sources (keys, of both years). An entry of
    the framework's `latest` that no later year has is left out.
    """
    framework, say, rows = study.card.framework, study.say, {}
    cited = _cited(study, adcode)
    for entry in framework.latest:
        own = study.card.profile[entry.id].xs(adcode, level="adcode").dropna() * entry.factor
        if own.empty or own.index[-1] <= framework.years[-1]:
            continue
        year = own.index[-1]
        before = own.get(year - 1)
        rows[entry.id] = {
            "name": say.of(entry.name),
            "unit": say.of(entry.unit),
            "year": year,
            "value": own.iloc[-1],
            "before": before,
            "change": own.iloc[-1] / before - 1 if before else None,
            "note": say.of(entry.reason),
            "sources": cited(entry, year, *([year - 1] if before else [])),
        }
    columns = ["name", "unit", "year", "value", "before", "change", "note", "sources"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("id")


def _cited(study: Study, adcode: str) -> Callable[..., list[str]]:
    """A function of an entry and years: the sources that its values were read from, each once."""
    framework = study.card.framework
    source = {(name, year): key for name, year, key, _ in cells_of(study, adcode)}

    def cited(entry: ProfileEntry, *years: int) -> list[str]:
        formula, base = expand(entry.formula, framework.definitions), framework.base_year
        read = [cell for year in years for cell in figures_read(formula, year, base_year=base)]
        return list(dict.fromkeys(source[cell] for cell in read if cell in source))

    return cited
