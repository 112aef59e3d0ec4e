"""`s.explore` and `s.map`: what may be asked, in which classes, what each unit is told to have."""

import json
import re
from html import unescape

import folium
import geopandas as gpd
import pandas as pd
import pytest

from quyu.maps.palette import PUOR, YLGNBU
from quyu.study import report_year
from quyu.study.certainty import tier
from quyu.study.shown import shown
from quyu.words import LANGUAGES, simplified

YEAR = report_year()
HAN = re.compile(r"[\u3400-\u9fff]")


def carried(drawn):
    """What the page carries: the colour of each unit, and what a reader is told of it, by heading."""
    block = r'<script type="application/json" id="data">(.*?)</script>'
    data = json.loads(re.search(block, drawn.html(), re.S)[1])
    fills = {unit["code"]: unit["fill"] for unit in data["units"]}
    return fills, {code: dict(facts) for code, facts in data["told"].items()}


@pytest.fixture(scope="module")
def s(study):
    return study("en")


def test_the_index_tells_score_rank_interval_tier_and_year(s):
    fills, told = carried(s.explore("index", YEAR))
    ranks, scores = s.ranks(YEAR), s.scores(YEAR)
    names = sorted(set(ranks["tier"]), reverse=True)
    for code, row in ranks.iterrows():
        interval = (
            f"{row['low']:.0f}–{row['high']:.0f}"
            if row["low"] < row["high"]
            else f"{row['low']:.0f}"
        )
        assert told[code] == {
            "Value": f"{scores.at[code, 'index']:.1f}",
            "Rank": f"{row['nominal']:.0f} of 31",
            "Method interval (90% of draws)": interval,
            "Tier": tier(row, s.say),
            "Figures of": str(YEAR),
        }
        assert fills[code] == YLGNBU[names.index(row["tier"])]
    assert told["710000"] == {"Value": "not published"} and fills["710000"] is None


def test_an_indicator_tells_its_value_unit_year_and_publication(s):
    _, told = carried(s.explore("software", YEAR))
    values, unit = s.series("software").loc[YEAR - 1], s.catalogue().at["software", "unit"]
    assert told["610000"]["Figures of"] == str(YEAR - 1)
    assert told["610000"]["Value"] == f"{s.say.significant(values['610000'])} ({unit})"
    assert told["440000"]["Figures of"] == str(YEAR)
    used = s.indicators("廣東", YEAR).at["software", "sources"]
    named = s.facts.sources.loc[used, "publication_en"].unique()
    assert told["440000"]["Source"] == s.say.join(named)


def test_the_first_in_rank_is_the_best_whichever_way_is_good(s):
    _, told = carried(s.explore("so2_per_gdp", YEAR))
    values = s.series("so2_per_gdp").loc[YEAR]
    assert told[values.idxmin()]["Rank"] == "1 of 31"
    # Of a published figure nobody knows which way is good.
    _, published = carried(s.explore("gdp", YEAR))
    assert published[s.series("gdp").loc[YEAR].idxmax()]["From the greatest"] == "1 of 31"
    assert "Rank" not in published["440000"]


def test_a_figure_has_years_before_and_after_the_panel(s):
    values = s.series("gdp").dropna(how="all")
    assert values.index[0] < s.card.framework.years[0]
    _, told = carried(s.explore("gdp", int(values.index[0])))
    assert told["440000"]["Figures of"] == str(values.index[0])
    assert repr(s.explore("gdp")).endswith(f"{YEAR}')")


def test_a_lens_is_called_by_its_region_in_any_script(s):
    found = [carried(s.explore(name, YEAR)) for name in ("東北", "东北", "Northeast")]
    assert found[0] == found[1] == found[2]
    lens = s.lens("東北", YEAR)
    assert (
        found[0][1]["210000"]["Rank"]
        == f"{lens.at['210000', 'nation']:.0f} of {lens['nation'].count()}"
    )
    assert found[0][1]["210000"]["Value"] == f"{lens.at['210000', 'score']:.1f}"


def test_own_values_are_matched_by_code_or_name_in_any_script(s):
    codes = ["440000", "320000", "110000", "650000", "710000", "540000"]
    named = ["廣東", "江苏", "Beijing", "新疆维吾尔自治区", "Taiwan", "540000"]
    values = [1.5, 2, 3, 4, 5, None]
    own = pd.Series(values, codes, name="own")
    wanted = carried(s.explore(own, legend="own (kg)"))
    assert wanted == carried(s.explore(pd.Series(values, named, name="own"), legend="own (kg)"))
    assert wanted == carried(s.explore(own.to_frame(), legend="own (kg)"))
    shapes = gpd.GeoDataFrame(own.to_frame(), geometry=s.units.geometry[codes])
    assert wanted == carried(s.explore(shapes, legend="own (kg)"))
    fills, told = wanted
    assert told["710000"]["Value"] == "5" and fills["710000"] == YLGNBU[-1]
    assert told["540000"] == {"Value": "No data"} and fills["120000"] is None
    assert "own (kg)" in s.explore(own, legend="own (kg)").html()
    assert "values supplied by the user" in s.explore(own).html()


def test_a_change_goes_both_ways_from_zero(s):
    moved = s.change_since(2019)["beyond"]
    drawn = s.explore(moved, title="Beyond the median", legend="points")
    fills, told = carried(drawn)
    assert repr(drawn) == "InteractiveMap('Beyond the median')"
    assert fills[moved.idxmin()] == PUOR[0] and fills[moved.idxmax()] == PUOR[-1]
    assert told[moved.idxmax()]["Value"].startswith("+")
    assert told[moved.idxmin()]["Value"].startswith("−")
    # The frame as it is shows the column that it is about, called as on a page.
    whole = s.explore(s.change_since(2019)).html()
    assert "National Bureau" in whole and "<b>Change · Classes" in whole


def test_classes_by_the_name_of_a_scheme(s):
    import mapclassify

    panel = s.card.imputed["rd_intensity"].dropna() * 100
    edges = mapclassify.FisherJenks(panel, k=5).bins[:-1]
    for name in ("fisher_jenks", "FisherJenks"):
        html = s.explore("rd_intensity", YEAR, scheme=name).html()
        assert f"&lt; {edges[0]:.2f}" in html and f"≥ {edges[-1]:.2f}" in html
        assert "natural breaks" in html and "FisherJenks" not in html
    tiers, classed = s.explore("index", YEAR), s.explore("index", YEAR, scheme="quantiles")
    assert "tier 1" in tiers.html() and "fifths" in classed.html()


def test_the_still_map_shows_the_same(s):
    own = pd.Series({"廣東": -1.0, "江蘇": 2.0, "浙江": 1.0, "北京": -3.0}, name="own")
    drawn = s.map(own, title="Mine", legend="points")
    assert drawn.alt.startswith("Mine, from the top: Jiangsu 2")
    assert PUOR[-1] in drawn.svg and "points" in drawn.svg
    assert (
        s.map("Northeast", YEAR).alt.startswith("North") or "lens" in s.map("Northeast", YEAR).alt
    )
    assert s.map("gdp", 2016).alt.startswith("Gross regional product, 2016")


@pytest.mark.parametrize("what", ["index", "rd_intensity"])
def test_the_legends_of_both_maps_have_one_order(s, what):
    key = re.search(r'<div id="legend">(.*?)</div>', s.explore(what, YEAR).html())[1]
    explored = re.findall("</i>(.*?)</span>", key)
    line = r'<text[^>]*x="([\d.]+)" y="([\d.]+)"[^>]*>([^<]*)</text>'
    written = re.findall(line, s.map(what, YEAR).svg)
    read = sorted((float(y), float(x), text) for x, y, text in written)
    order = [unescape(text) for *_, text in read]
    still = [text for text in order if text in map(unescape, explored)]
    assert [*map(unescape, explored)] == still and len(still) > 5 and still[-1] == "No data"


def test_a_marker_and_a_file_as_in_the_readme(s, tmp_path):
    m = s.explore("rd_intensity", YEAR)
    assert isinstance(m, folium.Map)
    folium.Marker((23.13, 113.26), popup="Guangzhou").add_to(m)
    m.save(tmp_path / "map.html")
    assert (tmp_path / "map.html").stat().st_size <= 450_000


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_is_in_the_study_s_language(study, lang):
    subject = study(lang)
    for what in (
        "index",
        "brands",
        "software",
        "gdp",
        "東北",
        subject.change_since(2019)["beyond"],
    ):
        html = subject.explore(what).html()
        said = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", html, flags=re.S)
        if lang == "en":
            assert not HAN.search(said), HAN.findall(said)
        if lang == "zh-hans":
            assert simplified(said) == said


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("rd_intensty",), r"called 'rd_intensty'. Did you mean R&D intensity .*the goals economy"),
        (("rd_intensity", 1999), r"year is 1999; the framework's panel has 2019–2024"),
        (("東北", 2012), "year is 2012; the framework's panel"),
        (("gdp", 1999), r"year is 1999; 'gdp' is published for 2015, .*2025"),
        (("index", YEAR, "jenks"), r"scheme is 'jenks'; there are quantiles, .*fisher_jenks"),
        ((pd.Series({"廣州": 1.0}),), "called '廣州'"),
        ((pd.Series({"廣東": 1.0, "440000": 2.0}),), "more than one value of Guangdong"),
        ((pd.Series({"廣東": "a"}, name="x"),), "'x' holds .* and no numbers"),
        ((pd.Series({"廣東": True}, name="x"),), "'x' holds bool and no numbers"),
        ((pd.Series({"廣東": None}, dtype=float),), "no value of any unit"),
        ((pd.Series({"廣東": float("inf"), "北京": 1.0}),), "infinite"),
        ((pd.DataFrame({"a": {"廣東": 1}, "b": {"廣東": 2}}),), r"choose one of a, b"),
        (([1, 2],), "cannot be made of a list"),
    ],
)
def test_what_cannot_be_shown_is_refused(s, given, told):
    asked = dict(zip(("what", "year", "scheme"), given, strict=False))
    with pytest.raises(ValueError, match=told):
        s.explore(**asked)


def test_values_of_a_users_own_are_never_told_as_official(study):
    s = study("en")
    ours = s.change_since(2019)
    key = ours.attrs["maps"]
    assert shown(s, ours).source == s.say("nation.official")
    ours["mine"] = ours[key] * 2
    for mine in (ours["mine"], ours[key] * 2, ours[["name", "mine"]], ours[key]):
        told = shown(s, mine)
        assert told.source == s.say("shown.own_source")
        assert told.title != ours.attrs["title"]


def test_a_supposed_figure_is_told_on_every_map(study):
    s = study("en")
    row = {
        "unit": ["Guangxi"],
        "year": [2022],
        "indicator": ["certificates_valid"],
        "value": [60000],
    }
    supposed = s.what_if(figures=pd.DataFrame(row))
    assert shown(supposed, "index", YEAR).source == s.say("nation.supposed")
    assert shown(s, "index", YEAR).source == s.say("nation.official")


def test_a_figure_without_a_year_is_of_the_last_one_published_by_the_report_year(study):
    s = study("en")
    years = s.facts.figures.groupby("indicator")["year"].agg(set)
    assert shown(s, "quality_work_assessment_grade").year == max(
        year for year in years["quality_work_assessment_grade"] if year <= YEAR
    )
    later = years[years.map(min) > YEAR]
    for key in later.index:
        assert shown(s, key).year == min(years[key])
