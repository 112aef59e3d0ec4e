"""Every question's answer is a frame that a researcher goes on with, and that shows as on the pages."""

import re
from dataclasses import replace

import pandas as pd
import pytest

import quyu
from quyu.facts import matrix
from quyu.index import score

UNITS = {
    "scores": lambda s, year: s.scores(year),
    "ranks": lambda s, year: s.ranks(year),
    "lens": lambda s, year: s.lens("Northeast", year),
    "neighbours": lambda s, year: s.neighbours(year),
    "partners": lambda s, year: s.partners(year),
    "peers": lambda s, year: s.peers("广西", year),
}
OTHERS = {
    "indicators": lambda s, year: s.indicators("廣東", year),
    "obstacles": lambda s, year: s.obstacles("Guangdong", year),
    "change": lambda s, year: s.change("440000"),
    "catalogue": lambda s, year: s.catalogue(),
    "sensitivity": lambda s, year: s.sensitivity(year),
    "inequality": lambda s, year: s.inequality(),
    "spread": lambda s, year: s.spread(),
    "density": lambda s, year: s.density("R&D intensity", by="zone"),
    "transitions": lambda s, year: s.transitions(),
    "convergence": lambda s, year: s.convergence(),
    "moran": lambda s, year: s.moran(year),
    "targets": lambda s, year: s.targets(),
}
PLAIN = {
    "series": lambda s, year: s.series("R&D intensity"),
    "panel": lambda s, year: s.panel(),
    "trace": lambda s, year: s.trace("廣東", year),
    "units": lambda s, year: s.units.drop(columns="geometry"),
}
ALL = {**UNITS, **OTHERS, **PLAIN}


@pytest.fixture(scope="module")
def ask(study):
    return lambda name, lang="en": ALL[name](study(lang), study(lang).card.framework.report_year)


def text(shown):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", shown.data))


@pytest.mark.parametrize("name", UNITS)
def test_a_frame_about_units_is_indexed_by_their_ids_and_begins_with_their_names(name, ask):
    frame = ask(name)
    assert frame.index.name == "adcode"
    assert frame.columns[0] == "name"
    assert set(frame.index) <= set(ask("units").index)
    assert frame.loc[frame.index[0], "name"] == ask("units").loc[frame.index[0], "name"]
    assert not frame.index.has_duplicates


@pytest.mark.parametrize("name", OTHERS)
def test_any_other_frame_begins_with_names_too(name, ask):
    assert ask(name).columns[0] == "name"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("lang", ["en", "zh-hant"])
def test_every_frame_shows_itself_whole_and_in_part(name, lang, ask):
    frame = ask(name, lang)
    shown = quyu.show(frame)
    assert shown.data.count("<tr") >= len(frame)
    assert "nan" not in text(shown).split()
    part = frame.head(2)
    assert quyu.show(part).data.count("<tr") < shown.data.count("<tr") or len(frame) <= 2


def test_a_step_that_transfers(ask):
    ranks = ask("ranks")
    wide = ranks.query("high - low > 6").assign(width=ranks["high"] - ranks["low"])
    shown = text(quyu.show(wide.sort_values("width")))
    assert "width" in shown
    assert wide["name"].iloc[0] in shown


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("ranks", ["nominal", "median", "low", "high", "shift", "probability"]),
        ("scores", ["index", "rank", "economy", "coverage", "direct_index"]),
        ("lens", ["score", "low", "high"]),
        ("obstacles", ["score", "degree", "named"]),
        ("indicators", ["value", "median", "rank"]),
    ],
)
def test_numbers_are_numbers(name, columns, ask):
    assert all(map(pd.api.types.is_numeric_dtype, ask(name)[columns].dtypes))


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_units_and_years_are_refused_by_name(lang, study):
    s = study(lang)
    with pytest.raises(ValueError, match="Did you mean Guangdong"):
        s.indicators("Guangdon", s.card.framework.report_year)
    with pytest.raises(ValueError, match="panel has"):
        s.ranks(1999)
    with pytest.raises(ValueError, match="rd_intensity"):
        s.series("rd_intensty")


def test_a_figure_carried_further_than_by_default_still_tells_its_year_and_source(study):
    s, rule = study("en"), study("en").card.framework.missing
    rows = s.facts.figures
    late = rows.eval("adcode == '440000' and indicator == 'rd_expenditure' and year > 2020")
    facts = replace(s.facts, figures=rows[~late])
    further = rule.model_copy(update={"edge": 3})
    choices = s.card.framework.model_copy(update={"missing": further})
    figures = matrix(facts)
    card = score(figures, choices, state=s.card.state)
    told = replace(s, facts=facts, figures=figures, card=card).indicators("廣東", 2023)
    assert told.loc["rd_intensity", ["flag", "years"]].tolist() == ["carried", "2020"]
    assert told.loc["rd_intensity", "sources"]


def test_a_density_is_of_whatever_has_a_series(study):
    s = study("en")
    values = s.series("經濟發展質量效益")
    assert values.shape[1] == 31 and values.loc[values.index[-1], "110000"] == pytest.approx(
        s.scores(values.index[-1]).loc["110000", "economy"]
    )
    found = s.density("economy", by="region")
    assert list(found.index.unique()) == ["nation", "東部", "中西部"]  # three are too few
    assert set(found["year"]) == set(values.index)
    alone = s.density("economy")
    pd.testing.assert_frame_equal(found.loc[["nation"]], alone)
    with pytest.raises(ValueError, match="by is 'province'; there are 'zone'"):
        s.density("index", by="province")
    with pytest.raises(ValueError, match=r"no year with every unit; .* lacks .*540000"):
        s.density("certificates")
    with pytest.raises(ValueError, match="no figure of 'food_pass_rate' is published"):
        s.series("food_pass_rate")


def test_moves_beside_neighbours_add_up_to_those_of_all(study):
    from quyu.study.disparities import transitions_of

    found, whole = study("en").transitions(), transitions_of(study("en"))
    counts = found.filter(like="to_").groupby(level="class").sum()
    assert counts.to_numpy().tolist() == whole.counts.to_numpy().tolist()
    given = found.filter(like="share_").dropna()
    assert (found.loc[given.index, "transitions"] >= 20).all()
    assert given.sum(axis=1).to_numpy() == pytest.approx(1)
