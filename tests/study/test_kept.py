"""What is worked out once for all units is what each would have been told alone."""

import pandas as pd
import pytest

from quyu.pages import figures_csv, province, sources, summary
from quyu.study import open_study
from quyu.study.evidence import by_year, cells_of

YEARS = (2024, 2020)


@pytest.mark.parametrize("kind", ["imputed", "normalised", "flags", "scores"])
def test_each_column_by_year_is_that_of_the_card(opened, kind):
    card = opened("en").card
    for name, table in by_year(opened("en"), kind).items():
        pd.testing.assert_frame_equal(table, getattr(card, kind)[name].unstack("adcode"))


def test_a_units_cells_are_all_its_published_figures(opened):
    figures, columns = opened("en").facts.figures, ["indicator", "year", "source", "grade"]
    own = figures.loc[figures["adcode"] == "210000", columns]
    assert [*cells_of(opened("en"), "210000")] == [*own.itertuples(index=False, name=None)]


def test_publications_are_cited_in_the_language_that_asks(opened):
    for lang in ("zh-hant", "en"):
        known, told = opened(lang).facts.sources, sources.citations(opened(lang))
        assert [*told] == [*known.index]
        key = known.index[3]
        assert told[key] == sources.citation(known.loc[key], opened(lang).say)


def test_one_report_after_another_says_what_each_says_alone(opened):
    """One in which other units and other years were asked for before."""
    parts = (
        lambda s, unit, year: summary.gaps(s, unit, year),
        lambda s, unit, year: summary.learn(s, unit, year),
        lambda s, unit, year: province.locator(s, unit, year),
        lambda s, unit, year: province.trend_chart(s, unit),
        lambda s, unit, year: province.change_table(s, unit),
        lambda s, unit, year: sources.sources_list(s, unit, year),
        lambda s, unit, year: figures_csv.figures_file(s, unit, year),
    )
    asked = [(unit, year) for unit in ("110000", "210000", "540000") for year in YEARS]
    used = {each: [part(opened("en"), *each).data for part in parts] for each in asked}
    for each in (asked[1], asked[-2]):
        fresh = open_study(lang="en")
        assert used[each] == [part(fresh, *each).data for part in parts]
