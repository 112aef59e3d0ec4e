"""The lenses on the figures that come with the package: what a reader would notice at once."""

import numpy as np
import pandas as pd
import pytest

from quyu.facts import embedded, load, matrix
from quyu.index import read_framework, read_state, score
from quyu.index.alternatives import Factors
from quyu.index.draws import draw
from quyu.regions.lens import lens, read_lenses

BEIJING, SHANGHAI, SHANDONG, HAINAN, TIBET = "110000", "310000", "370000", "460000", "540000"


@pytest.fixture(scope="module")
def facts():
    return load()


@pytest.fixture(scope="module")
def card(facts):
    params = embedded() / "params"
    framework = read_framework(params / "framework.yaml")
    return score(matrix(facts), framework, state=read_state(params / "framework.state.yaml"))


@pytest.fixture(scope="module")
def found(facts, card):
    draws = draw(card, n=1000, seed=1)
    figures = matrix(facts)
    return {made.id: lens(made, draws, figures, facts.provinces) for made in read_lenses()}


def test_every_province_has_every_lens_but_one_whose_figure_is_doubtful(facts, found):
    """New products sold in Tibet in 2019 are judged doubtful, so nothing tells their change."""
    doubtful = facts.doubtful.query("adcode == @TIBET and year == 2019 and judgement == 'doubtful'")
    assert doubtful["indicator"].tolist() == ["industrial_new_product_sales"]
    lacking = {name: each.missing.to_dict() for name, each in found.items() if len(each.missing)}
    assert lacking == {"revival": {TIBET: "renewal: not published for both 2019 and 2024"}}
    for scores in found.values():
        there = scores.score.dropna().index
        assert len(there) + len(scores.missing) == 31
        assert scores.values.loc[there].notna().all().all()
        assert (scores.ranks.loc[there, "low"] <= scores.ranks.loc[there, "high"]).all()


def test_one_draw_by_the_stated_method_gives_the_stated_ranks(facts, card):
    """Scores less than a point apart are not made equal on the way."""
    stated = Factors(*[("stated",)] * 4, "none", ("stated",), ("stated",), ())
    draws = draw(card, n=1, seed=1, factors=stated)
    for made in read_lenses():
        ranks = lens(made, draws, matrix(facts), facts.provinces).ranks.dropna()
        assert len(ranks) >= 30
        assert ranks["low"].tolist() == ranks["nation"].tolist() == ranks["high"].tolist()
        assert ranks["region_low"].tolist() == ranks["region"].tolist()


def test_the_east_leads_the_lens_of_the_east(facts, found):
    ranks = found["leading"].ranks["nation"]
    assert set(ranks[ranks <= 2].index) == {BEIJING, SHANGHAI}
    assert set(facts.provinces.loc[ranks[ranks <= 6].index, "region"]) == {"東部"}
    assert TIBET not in ranks[ranks <= 25].index


def test_each_region_ranks_its_own(facts, found):
    ranks = found["revival"].ranks["region"]
    northeast = facts.provinces.index[facts.provinces["region"] == "東北"]
    assert sorted(ranks[northeast]) == [1, 2, 3]


def test_scores_agree_with_the_card(card, found):
    year = card.scores.xs(2024, level=1)
    before = card.scores.xs(2019, level=1)
    goals = year[[goal.id for goal in card.framework.goals]]
    leading, revival = found["leading"], found["revival"]
    np.testing.assert_allclose(leading.values["breadth"], goals.min(axis=1))
    np.testing.assert_allclose(leading.values["frontier"], (goals / goals.max()).mean(axis=1) * 100)
    top = (goals.rank(ascending=False) <= 7).mean(axis=1) * 100
    np.testing.assert_allclose(leading.values["leading_goals"], top)
    both = (goals["economy"] + goals["governance"]) / 2
    np.testing.assert_allclose(revival.values["environment"], both)
    for lens_id, part, node in (
        ("revival", "momentum", "index"),
        ("advantage", "rise", "industry"),
    ):
        moved = year[node] - before[node] - (year[node].median() - before[node].median())
        np.testing.assert_allclose(found[lens_id].values[part], moved)


def test_figures_agree_with_the_publications(facts, found):
    """Shandong's income in 2024 beside the East's median, by the published yuan."""
    table = facts.figures.pivot_table("value", "adcode", ["indicator", "year"])
    east = facts.provinces.index[facts.provinces["region"] == "東部"]
    prices = (table["cpi_prev_year"][[2020, 2021, 2022, 2023, 2024]] / 100).prod(axis=1)
    real = table["disposable_income_per_capita"][2024] / prices
    caught = found["advantage"].detail["catch_up"]
    np.testing.assert_allclose(caught["benchmark"], real[east].median())
    np.testing.assert_allclose(caught.at[SHANDONG, "level"], real[SHANDONG])
    assert 4 < caught.at[SHANDONG, "years"] < 6
    assert caught.loc[TIBET, ["years", "censored"]].tolist() == [9, True]
    assert caught.loc[BEIJING, ["years", "censored"]].tolist() == [-9, True]
    chips = table["hightech_mfg_revenue"][2023] + table["software_business_revenue"][2023]
    level = chips / table["gdp"][2023]
    assert (found["revival"].detail["new_drivers", "year"] == 2023).all(), "high-tech ends there"
    np.testing.assert_allclose(
        found["revival"].detail["new_drivers", "level"], level[found["revival"].score.index]
    )


def test_details_are_ids_and_numbers(found):
    """Words are for whoever prints them."""
    detail = found["leading"].detail
    assert detail.at[BEIJING, ("leading_goals", "goals")][0] == "economy"
    assert pd.api.types.is_bool_dtype(found["advantage"].detail["catch_up", "censored"])
    assert (
        found["advantage"]
        .detail.at[HAINAN, ("distinctive", "industry")]
        .endswith(("revenue", "sales"))
    )
