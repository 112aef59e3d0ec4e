"""What a researcher types first, line by line, as it stands in the README or in a method's help."""

import io
from pathlib import Path

import folium
import geopandas as gpd
import matplotlib.pyplot as plt
import pandas as pd
import pytest

import quyu

YEAR = 2023


@pytest.fixture(scope="module")
def s(opened):
    return opened("en")


def test_scores_and_ranks_with_intervals_and_tiers_of_a_year(s):
    assert s.scores(2023).loc["440000", "name"] == "Guangdong"
    assert {"nominal", "low", "high", "tier", "probability"} <= {*s.ranks(2023)}


def test_one_indicator_over_years_and_the_trend_of_a_zone(s):
    series = s.series("rd_intensity")
    by_zone = series.T.groupby(s.units.zone).mean().T
    assert {"East", "Northeast"} <= {*by_zone}
    assert (by_zone.loc[2023, "East"]) > by_zone.loc[2019, "East"]


def test_what_is_measured_with_unit_and_evidence(s):
    assert {"name", "goal", "unit", "evidence", "sources"} <= {*s.catalogue()}
    scored = s.catalogue().query("published")
    assert scored["sources"].ne("").all()
    assert not scored["sources"].str.contains(r"[\u3400-\u9fff]").any()


def test_a_geodataframe_with_anything_on_it(s):
    joined = s.units.join(s.scores(2023))
    assert isinstance(joined, gpd.GeoDataFrame)
    assert joined.geometry.notna().all()


def test_an_interactive_map_of_anything_with_a_layer_of_ones_own_saved(s, tmp_path):
    m = s.explore("rd_intensity", 2023)
    folium.Marker([23.1, 113.3]).add_to(m)
    m.save(tmp_path / "map.html")
    text = (tmp_path / "map.html").read_text(encoding="utf-8")
    assert "Guangdong" in text
    assert "https://cdn" not in text
    own = pd.Series({"Liaoning": 1.0, "吉林": 2.0, "230000": 3.0}, name="mine")
    assert isinstance(s.explore(own, legend="My figures"), folium.Map)


def test_a_publication_map_with_a_title_of_ones_own(s, tmp_path):
    made = s.map("economy", 2021, title="Mine").save(tmp_path / "fig.png")
    assert made.read_bytes()[1:4] == b"PNG"
    assert b"<svg" in s.map("economy", 2021).save(tmp_path / "fig.svg").read_bytes()


def test_a_change_as_a_map(s):
    shown = s.map(s.change_since(2019), title="Change since 2019")
    assert "Change since 2019" in shown.svg
    assert isinstance(s.explore(s.change_since(2019)), folium.Map)


def test_one_weight_the_aggregation_an_indicator_a_figure_changed(s):
    w = s.what_if(weights={"economy": 2})
    assert (w.ranks(2023)["nominal"] != s.ranks(2023)["nominal"]).any()
    assert s.compare(w, 2023)["places"].abs().sum() > 0
    for other in (
        s.what_if(aggregate="arithmetic"),
        s.what_if(without="so2_per_gdp"),
        s.what_if(
            figures=pd.DataFrame(
                {"unit": ["遼寧"], "year": [2023], "indicator": ["gdp"], "value": [40000.0]}
            )
        ),
    ):
        assert (other.scores(2023)["index"] != s.scores(2023)["index"]).any()


def test_the_least_lift_and_the_lift_to_the_zones_median(s):
    assert s.lift("遼寧", "rd_intensity", to="median").index.tolist() == ["210000"]
    assert len(s.lift("遼寧", "students", to="rank", year=2023)) == 1
    assert len(s.lift("遼寧", "students", to="zone", year=2023)) == 1


def test_the_uncertainty_of_one_province_and_chosen_factors(s):
    assert s.ranks(2023).loc[s.unit("廣東"), "low"] >= 1
    chosen = s.sensitivity(2023, factors=["normalisation", "aggregation"])
    assert set(chosen.index.unique("factor")) == {"normalisation", "aggregation"}


def test_neighbours_inequality_convergence_and_a_regression_of_ones_own(s):
    import statsmodels.formula.api as smf

    assert len(s.neighbours(2023)) == 31
    assert "gini" in s.inequality()
    own = s.panel().xs(2023, level="year")[["index"]].rename(columns={"index": "score"})
    own["rd"] = s.series("rd_intensity").loc[2023]
    assert smf.ols("score ~ rd", own).fit().params["rd"] > 0
    start = s.series("rd_intensity").loc[2019].rename("rd")
    conditional = s.convergence(covariates=start)
    with pytest.raises(ValueError, match="covariates are a dict"):
        s.convergence(covariates={"rd": 1})
    assert len(conditional) >= len(s.convergence())


def test_two_provinces_side_by_side_and_the_peers_of_one(s):
    assert len(s.compare_units(["遼寧", "吉林"], 2023)) > 30
    assert s.peers("遼寧", 2023).index[0] == "210000"


def test_to_excel_parquet_and_latex(s, tmp_path):
    frame = s.ranks(2023)
    frame.to_parquet(tmp_path / "ranks.parquet")
    again = pd.read_parquet(tmp_path / "ranks.parquet")
    assert again["nominal"].tolist() == frame["nominal"].tolist()
    frame.to_excel(tmp_path / "ranks.xlsx")
    assert "Guangdong" in frame[["name", "nominal"]].to_latex()
    assert "Guangdong" in frame.to_csv()


def test_a_table_of_another_country(tmp_path):
    table = pd.DataFrame(
        {"income": [1.0, 2.0, 4.0], "crime": [3.0, 2.0, 1.0]},
        index=pd.MultiIndex.from_product([["a", "b", "c"], [2020]], names=["unit", "year"]),
    )
    file = tmp_path / "own.yaml"
    file.write_text(
        "name: Wellbeing\nyears: [2020]\nindex:\n  id: index\n  children:\n"
        "    - {id: income, direction: '+'}\n    - {id: crime, direction: '-'}\n",
        encoding="utf-8",
    )
    card = quyu.index.score(table, quyu.index.read_framework(file))
    assert card.ranks["index"].tolist() == [3.0, 2.0, 1.0]


def test_chinese_labels_in_a_plot_of_ones_own(s):
    with plt.rc_context():
        quyu.style()
        axes = s.series("rd_intensity").rename(columns=s.short)["Liaoning"].plot(title="遼寧")
        axes.figure.savefig(io.BytesIO())
        plt.close(axes.figure)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda s: s.indicators("Liaonning", 2023), "'Liaonning'.*Liaoning"),
        (lambda s: s.scores(2031), "2031.*2019–2024"),
        (lambda s: s.series("rd_intensty"), "'rd_intensty'.*rd_intensity"),
        (lambda s: s.map("econmy", 2023), "'econmy'.*economy"),
        (lambda s: s.explore("econmy", 2023), "'econmy'.*economy"),
        (lambda s: s.lens("Norteast", 2023), "Norteast.*東北"),
        (lambda s: quyu.open_study(lang="fr"), "fr.*zh-hant.*zh-hans.*en"),
        (lambda s: quyu.open_study(lang="zh-TW"), r"zh-TW.*\(closest: zh-hant\)"),
        (lambda s: quyu.notebooks("nowhere", lang="english"), r"\(closest: en\)"),
        (lambda s: s.explore(s.change_since(2019), 2021), "Change .*leave year=2021 out"),
        (lambda s: s.map(s.change_since(2019)["change"], 2021), "leave year=2021 out"),
        (lambda s: quyu.open_study(framework="nowhere.yaml"), "nowhere.yaml"),
        (lambda s: s.sensitivity(2023, factors=["aggregatoin"]), "aggregatoin.*aggregation"),
        (lambda s: s.sensitivity(2023, factors=["weighting"]), "two.*goalposts, .*noise, .*inside"),
        (
            lambda s: s.sensitivity(2023, factors=["weighting", "imputation"]),
            "imputation.*one level",
        ),
        (lambda s: s.chart("rd_intensity", units=["Norteast"]), "Northeast"),
        (lambda s: s.chart("rd_intensity", units=["East"]).alt, "up to 6.*these are 10.*medians"),
        (lambda s: s.what_if(aggregate="geometrc"), "geometrc.*geometric"),
        (lambda s: s.audit("shap", 2023), "shap.*shape"),
        (lambda s: s.chart("rank", 2023), "rank"),
    ],
)
def test_what_is_mistyped_is_told_with_the_closest_and_all_that_is_allowed(s, ask, told):
    with pytest.raises(ValueError, match=f"(?s){told}"):
        ask(s)


def test_every_method_has_help_with_a_promise_in_its_first_line():
    for name in dir(quyu.Study):
        thing = getattr(quyu.Study, name)
        if not name.startswith("_") and callable(thing):
            assert thing.__doc__, name
            assert thing.__doc__.splitlines()[0].strip().endswith((".", ":")), name
    assert Path(quyu.__file__).with_name("py.typed").exists()
