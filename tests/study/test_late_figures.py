"""Figures that end before the panel does, and figures that go beyond it: each tells its year."""

import numpy as np
import pandas as pd
import pytest

from quyu.facts import embedded
from quyu.study import open_study, report_year
from quyu.study.drawings import still
from quyu.study.unscored import latest, profile

YEAR = report_year()
ENDED = {"inventions_per_head", "hightech_manufacturing", "designs", "goods_trade", "rd_institutions"}  # fmt: skip


@pytest.fixture(scope="module")
def study(opened):
    return opened("en")


def test_what_ended_early_has_moved_up_to_its_last_year(study):
    moved = study.change("廣東")
    assert set(moved.index[moved["until"] == str(YEAR - 1)]) == ENDED
    assert (moved.loc[list(ENDED), "flag"] == "carried").all()
    assert moved.at["software", "until"] == str(YEAR)
    assert moved.at["labour_productivity", "since"] == "2020"
    assert study.change("陝西").at["software", "until"] == str(YEAR - 1)


@pytest.mark.parametrize(
    ("what", "title", "subtitle"),
    [
        ("goods_trade", f"Goods trade to GDP, {YEAR - 1}", "% of GDP"),
        ("rd_intensity", f"R&D intensity, {YEAR}", "% of GDP"),
        ("software", f"Software revenue, {YEAR}", f"Xizang and Shaanxi: figures of {YEAR - 1}"),
    ],
)
def test_a_map_of_an_indicator_has_the_year_of_its_figures(study, what, title, subtitle):
    drawn, alt = still(study, what, YEAR)
    texts = [text.get_text() for text in drawn.findobj(lambda part: hasattr(part, "get_text"))]
    assert alt.startswith(title)
    assert any(subtitle in text for text in texts)


def test_rd_intensity_has_one_denominator(study):
    series, figures = study.series("rd_intensity"), study.figures
    whole = (figures["rd_expenditure"] / figures["gdp"]).unstack("adcode") * 100
    years = study.card.framework.years
    pd.testing.assert_frame_equal(
        series.loc[list(years)], whole.loc[list(years), series.columns], check_names=False
    )
    published = figures["rd_intensity"].unstack("adcode") * 100
    assert np.allclose(series.loc[2024], published.loc[2024, series.columns], atol=0.025)
    assert published.at[2024, "110000"] < published.at[2023, "110000"], "a break, no fall"
    assert series.at[2024, "110000"] > series.at[2023, "110000"]


def test_later_figures_are_shown_and_never_scored(study):
    found = latest(study, "110000")
    figures = study.figures.loc["110000"]
    assert (found["year"] == YEAR + 1).all()
    gdp, people = figures["gdp"], figures["population_resident"]
    assert found.at["gdp_latest", "value"] == gdp[YEAR + 1] / 1e8
    assert found.at["gdp_latest", "change"] == pytest.approx(gdp[YEAR + 1] / gdp[YEAR] - 1)
    mean = people.rolling(2).mean()
    head = gdp / mean
    assert found.at["gdp_per_head_latest", "value"] == pytest.approx(head[YEAR + 1])
    assert found.at["gdp_per_head_latest", "before"] == pytest.approx(head[YEAR])
    official = study.facts.figures.query(f"indicator == 'gdp_per_capita' and year == {YEAR + 1}")
    ours = pd.Series(
        {u: latest(study, u).at["gdp_per_head_latest", "value"] for u in study.provinces.index}
    )
    off = (ours / official.set_index("adcode")["value"] - 1).abs()
    assert (off.dropna() < 0.001).sum() >= 30
    assert YEAR + 1 not in study.card.scores.index.get_level_values("year")


def test_what_is_not_scored_tells_where_it_was_read(study):
    """Of the cells that the value was worked out from, and no other."""
    read = study.facts.figures.set_index(["adcode", "indicator", "year"])["source"]["110000"]
    found = latest(study, "110000")
    assert found.at["population_latest", "sources"] == [
        read["population_resident", YEAR + 1], read["population_resident", YEAR],
    ]  # fmt: skip
    head = {read["gdp", y] for y in (YEAR, YEAR + 1)}
    head |= {read["population_resident", y] for y in (YEAR - 1, YEAR, YEAR + 1)}
    assert set(found.at["gdp_per_head_latest", "sources"]) == head
    beside = profile(study, "110000", YEAR)
    assert list(beside.index) == [entry.id for entry in study.card.framework.profile]
    ended = int(beside.at["hightech_margin", "years"])
    assert ended < YEAR
    assert beside.at["hightech_margin", "sources"] == [
        read["hightech_mfg_profit", ended], read["hightech_mfg_revenue", ended],
    ]  # fmt: skip
    energy, first = beside.loc["energy_intensity"], study.card.framework.base_year
    assert energy["sources"] == [read["energy_consumption_total", first], read["gdp", first]]
    tibet = profile(study, "540000", YEAR).loc["energy_intensity"]
    assert (tibet["years"], tibet["sources"]) == ("", []) and np.isnan(tibet["value"])


def test_a_report_of_an_earlier_year_shows_what_was_known_then(study):
    then, now = (profile(study, "110000", year)["years"] for year in (YEAR - 2, YEAR))
    after = now[now > str(YEAR)]
    assert {*after.index} == {"gi_products_recognised", "gi_products_held"}
    assert max(then) == str(YEAR - 2) and max(now.drop(after.index)) == str(YEAR)
    assert (then[now <= str(YEAR - 2)] == now[now <= str(YEAR - 2)]).all()


@pytest.mark.parametrize("wrong", ["formula: gdp", "formula: hightech_mfg_profit / hightech"])
def test_an_unknown_figure_beside_the_score_is_refused_at_the_door(tmp_path, wrong):
    home = embedded() / "params"
    before, entry, after = (home / "framework.yaml").read_text(encoding="utf-8").rpartition(wrong)
    file = tmp_path / "mine.yaml"
    file.write_text(f"{before}{entry}z{after}", encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"indicator '\w+': '.*': no figure .* is named .* closest"
    ):
        open_study(framework=file)


def test_a_lens_on_figures_tells_the_last_year_that_is_published(study):
    from quyu.study.regional import lens_of

    detail = lens_of(study, "東北", YEAR).detail
    assert set(detail["new_drivers", "year"]) == {YEAR - 1}
    assert set(detail["renewal", "year"]) == {YEAR}


def test_a_profile_figure_of_after_the_panel_is_shown_with_its_year_and_scores_nothing(study):
    found = profile(study, "370000", YEAR).loc["gi_products_recognised"]
    assert (found["value"], found["years"], found["sources"]) == (265, str(YEAR + 1), ["gi-cnipa"])
    before = profile(study, "370000", YEAR - 1).loc["gi_products_recognised"]
    assert (pd.isna(before["value"]), before["years"], before["sources"]) == (True, "", [])
    known = profile(study, "370000", YEAR).loc["gi_products_held"]
    assert (known["value"], known["median"]) == (309, 149)
    assert "4,400 of the official 5,066" in known["reason"]
    assert not [leaf for leaf in study.card.framework.indicators if "gi_products" in leaf.formula]
    gap = study.catalogue().loc["geographical_indications"]
    assert not gap["published"]
