"""Whatever a study gives out is the asker's own: written over, it changes nothing of what is given later."""

import pandas as pd
import pytest

YEAR, UNIT, OTHER = 2023, "210000", "220000"
GIVEN = {
    "answers": lambda s: s.answers("廣東", 2023),
    "about": lambda s: s.about(),
    "short": lambda s: s.short,
    "names": lambda s: s.names,
    "goals": lambda s: s.goals,
    "groups": lambda s: s.groups,
    "hues": lambda s: s.hues,
    "provinces": lambda s: s.provinces,
    "national": lambda s: s.national,
    "measures": lambda s: s.measures,
    "land": lambda s: s.land,
    "dashes": lambda s: s.dashes,
    "units": lambda s: s.units,
    "at": lambda s: s.at(YEAR),
    "trace": lambda s: s.trace(UNIT, YEAR),
    "scores": lambda s: s.scores(YEAR),
    "ranks": lambda s: s.ranks(YEAR),
    "indicators": lambda s: s.indicators(UNIT, YEAR),
    "obstacles": lambda s: s.obstacles(UNIT, YEAR),
    "distances": lambda s: s.distances(UNIT, YEAR),
    "change": lambda s: s.change(UNIT),
    "change_since": lambda s: s.change_since(2019),
    "compare": lambda s: s.compare(s, YEAR),
    "compare_units": lambda s: s.compare_units([UNIT, OTHER], YEAR),
    "lift": lambda s: s.lift(UNIT, "rd_intensity"),
    "series": lambda s: s.series("rd_intensity"),
    "catalogue": lambda s: s.catalogue(),
    **{
        f"holdings {part}": lambda s, part=part: s.holdings(part)
        for part in ("grades", "caveats", "published", "missing", "gaps")
    },
    "origin": lambda s: s.origin(UNIT, "rd_intensity"),
    "goalposts": lambda s: s.goalposts(YEAR),
    "doubtful": lambda s: s.doubtful(),
    "panel": lambda s: s.panel(),
    "sensitivity": lambda s: s.sensitivity(YEAR, factors=["aggregation", "inside"]),
    "robustness": lambda s: s.robustness("tiers", YEAR),
    "audit": lambda s: s.audit("influence", YEAR),
    "lens": lambda s: s.lens("northeast", YEAR),
    "inequality": lambda s: s.inequality(),
    "spread": lambda s: s.spread(),
    "density": lambda s: s.density("index", by="zone"),
    "convergence": lambda s: s.convergence(),
    "transitions": lambda s: s.transitions(),
    "neighbours": lambda s: s.neighbours(YEAR),
    "moran": lambda s: s.moran(YEAR),
    "partners": lambda s: s.partners(YEAR),
    "peers": lambda s: s.peers(UNIT, YEAR),
    "targets": lambda s: s.targets(),
    "behind": lambda s: s.behind(YEAR),
}


def written_over(given):
    """Every cell of what was given, and what lists hold, is made another."""
    if isinstance(given, dict):
        given.clear()
        return
    columns = [given] if isinstance(given, pd.Series) else [given[name] for name in given]
    for cell in (cell for column in columns for cell in column if isinstance(cell, list | dict)):
        cell.clear()
    for place in range(len(columns)):
        turned = columns[place].values[::-1]
        if isinstance(given, pd.Series):
            given.iloc[:] = turned
        else:
            given.iloc[:, place] = turned
    given.attrs.clear()


@pytest.mark.parametrize("ask", GIVEN.values(), ids=GIVEN)
def test_what_was_given_is_the_askers_own(study, ask):
    s = study("en")
    before = pd.Series(ask(s)) if isinstance(ask(s), dict) else ask(s).copy()
    texts = before.to_string()
    written_over(ask(s))
    again = pd.Series(ask(s)) if isinstance(ask(s), dict) else ask(s)
    assert again.to_string() == texts
    assert again.attrs.keys() == before.attrs.keys()


def test_every_question_is_asked(study):
    import quyu

    frames = {
        name
        for name in dir(quyu.Study)
        if not name.startswith("_") and name not in ("what_if", "map", "explore", "chart")
    }
    others = {
        "area",
        "part",
        "unit",
        "region",
        "regions",
        "named",
        "say",
        "says",
        "framework_sha256",
        "contiguity",
        "to_excel",
    }
    assert frames - others - {name.split()[0] for name in GIVEN} <= {
        *quyu.Study.__dataclass_fields__
    }
