"""The default framework on the official figures: what it holds, and what it gives."""

import pandas as pd
import pytest

from quyu.facts import embedded, load, matrix
from quyu.index import read_framework, read_state, score
from quyu.index.formula import names_in

PARAMS = embedded() / "params"


@pytest.fixture(scope="module")
def facts():
    return load()


@pytest.fixture(scope="module")
def figures(facts):
    return matrix(facts)


@pytest.fixture(scope="module")
def framework():
    return read_framework(PARAMS / "framework.yaml")


@pytest.fixture(scope="module")
def card(figures, framework):
    return score(figures, framework, state=read_state(PARAMS / "framework.state.yaml"))


def by_name(facts, adcodes):
    return facts.provinces.loc[adcodes, "short_zh_hant"].tolist()


def leaves(content, name=""):
    """What nested mappings and lists hold, each under the path to it."""
    if not isinstance(content, dict | list | tuple):
        return {name: content}
    rows = content.items() if isinstance(content, dict) else enumerate(content)
    return {
        path: leaf for key, each in rows for path, leaf in leaves(each, f"{name}/{key}").items()
    }


def test_six_goals_and_their_indicators(framework):
    scored = {goal.id: sum(leaf.published for leaf in goal.children) for goal in framework.goals}
    assert scored == {
        "economy": 8, "industry": 7, "products": 4, "brands": 4, "infrastructure": 3,
        "governance": 3,
    }  # fmt: skip
    assert [goal.name.zh_hant for goal in framework.goals] == [
        "經濟發展質量效益", "產業質量競爭力", "產品、工程、服務質量", "品牌建設", "質量基礎設施",
        "質量治理體系",
    ]  # fmt: skip
    assert len(framework.gaps) == 10
    assert len(framework.profile) == 18


def test_every_figure_named_is_in_the_codebook(framework, facts):
    formulas = [leaf.formula for leaf in framework.index.leaves()]
    formulas += [entry.formula for entry in (*framework.profile, *framework.latest)]
    formulas += framework.definitions.values()
    named = set().union(*map(names_in, formulas)) - set(framework.definitions)
    national = {leaf.national_indicator for leaf in framework.gaps} - {None}
    assert named | national <= set(facts.codebook.index)


def test_gaps_are_not_published_by_province(framework, facts):
    for leaf in framework.gaps:
        for name in names_in(leaf.formula):
            if name != "population_resident":
                assert facts.codebook.loc[name, "by_province"] == "no"


def test_the_stored_state_is_what_the_figures_give(figures, framework, card):
    fresh = score(figures, framework)
    # Logarithms end in other digits on another processor.
    stored = {
        path: pytest.approx(leaf, rel=1e-9) if isinstance(leaf, float) else leaf
        for path, leaf in leaves(card.state.model_dump()).items()
    }
    assert leaves(fresh.state.model_dump()) == stored
    pd.testing.assert_frame_equal(fresh.scores, card.scores, rtol=1e-9)


def test_every_province_is_scored_in_every_year(card):
    assert len(card.scores) == 31 * 6
    assert card.scores.notna().all(axis=None)
    assert card.scores.min(axis=None) >= 1
    assert card.scores.max(axis=None) <= 100
    assert card.dropped.empty
    assert card.capped.empty
    assert card.weights.sum() == pytest.approx(1)


def test_order_of_2023(card, facts):
    index = card.scores["index"].xs(2023, level=1).sort_values(ascending=False)
    order = by_name(facts, index.index)
    assert order[:7] == ["北京", "上海", "廣東", "浙江", "天津", "江蘇", "安徽"]
    assert set(order[7:9]) == {"福建", "山東"}, "a tenth of a point apart"
    assert order[9] == "海南"
    assert order[-3:] == ["雲南", "青海", "西藏"]


def test_no_goal_carries_more_than_thirty_in_hundred_of_the_variance(card):
    shares = card.variance_shares()
    assert shares.sum() == pytest.approx(1)
    assert shares.max() < 0.30
    assert shares.round(2).to_dict() == {
        "economy": 0.16, "industry": 0.15, "products": 0.13, "brands": 0.22,
        "infrastructure": 0.17, "governance": 0.17,
    }  # fmt: skip
    for year in card.framework.years:
        assert card.variance_shares(year).max() < 0.30


def test_what_was_carried_and_held(card, framework):
    carried = card.flags.eq("carried")
    assert carried.sum()[lambda n: n > 0].to_dict() == {
        "labour_productivity": 31, "hightech_firms": 31,  # in 2019
        "new_product_sales": 1, "technology_contracts": 2,
        "inventions_per_head": 31, "hightech_manufacturing": 31, "designs": 31,  # in 2024
        "goods_trade": 31, "rd_institutions": 31, "software": 2,
    }  # fmt: skip
    between = card.flags.eq("interpolated")
    assert between.sum()[lambda n: n > 0].to_dict() == {"software": 2}, "slips of two provinces"
    assert carried.groupby(level=1).any().any(axis=1).to_dict() == {
        2019: True, 2020: True, 2021: False, 2022: False, 2023: False, 2024: True,
    }  # fmt: skip
    held = set(card.flags.columns[card.flags.eq("structural").any()])
    assert held == {leaf.id for leaf in framework.indicators if leaf.structural}
    assert card.flags["certificates"].eq("").groupby(level=0).all().sum() == 8


def test_a_third_of_the_weight_is_a_cross_section(card):
    """One of seven in goal 2, of four in 3, two of four in 4, one of three in 5, two of three in 6."""
    shares = {name: getattr(card, name)["index"].xs(2023, level=1)
              for name in ("coverage", "structural", "filled")}  # fmt: skip
    held = (1 / 7 + 1 / 4 + 2 / 4 + 1 / 3 + 2 / 3) / 6
    assert shares["coverage"].tolist() == pytest.approx([1 - held] * 31)
    assert shares["structural"].round(6).value_counts().to_dict() == {
        round(held, 6): 23, round(held - 1 / 18, 6): 8,
    }  # fmt: skip
    assert (shares["filled"] == 0).all()
    first = card.filled["index"].xs(2019, level=1).drop("540000")
    assert first.tolist() == pytest.approx([(1 / 8 + 1 / 7) / 6] * 30), "2019 carries two of 2020"
    assert (card.coverage + card.structural + card.filled).max().max() <= 1 + 1e-12


def test_constant_prices_by_hand(card, figures):
    """北京 2021: GDP of 2019 moved by the published growth of 2020 and 2021, per mean head."""
    beijing = figures.loc["110000"]
    growth = beijing.loc[[2020, 2021], "gdp_index_prev_year"].prod()
    heads = beijing.loc[[2020, 2021], "population_resident"].mean()
    expected = beijing.loc[2019, "gdp"] * growth / heads
    assert card.raw.loc[("110000", 2021), "gdp_per_head"] == pytest.approx(expected, rel=1e-12)
    assert 180_000 < expected < 200_000, "yuan per person"


def test_direct_evidence_only(figures, framework):
    direct = score(figures, framework.only("direct"), state=None)
    assert direct.scores["products"].isna().all(), "only gaps are left of goal 3"
    assert direct.scores["index"].notna().all()
    assert {leaf.evidence for leaf in direct.framework.index.leaves()} == {"direct"}


def test_goals_one_to_five_against_the_grade_of_2019(card, figures):
    """Spearman .66 against the government's own letter, beside what plain GDP would give."""
    grade = figures["quality_work_assessment_grade"].xs(2019, level=1)
    five = card.scores[["economy", "industry", "products", "brands", "infrastructure"]]
    mean = five.prod(axis=1).xs(2019, level=1)
    assert mean.corr(grade, method="spearman") == pytest.approx(0.66, abs=0.005)
    gdp = figures["gdp"].xs(2019, level=1)
    assert gdp.corr(grade, method="spearman") == pytest.approx(0.66, abs=0.005)
