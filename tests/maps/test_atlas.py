"""The atlas is one small file that carries its map, its figures and three languages, whole and safe."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from quyu.maps.palette import YLGNBU
from quyu.words import LANGUAGES

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>`${alert(3)}`"


def carried(html):
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)[1]
    return json.loads(block)


@pytest.fixture(scope="module")
def html(write):
    return write()


@pytest.fixture(scope="module")
def data(html):
    return carried(html)


def test_it_is_one_small_file_the_same_every_time(write, html):
    assert html == write()
    assert len(html.encode()) < 400_000


@pytest.mark.parametrize(
    ("lang", "head", "says"),
    [
        ("zh-hant", '<html lang="zh-Hant">', "邊界數據：國家地理信息公共服務平台（天地圖）"),
        ("zh-hans", '<html lang="zh-Hans">', "边界数据：国家地理信息公共服务平台（天地图）"),
        ("en", '<html lang="en">', "For statistical display only"),
    ],
)
def test_without_scripts_there_is_a_map_and_a_table_in_the_language(write, lang, head, says):
    html = write(lang=lang)
    assert head in html and says in html
    sheet = re.search(r'<svg id="sheet".*?</svg></svg>', html, re.S)[0]
    main = sheet[: sheet.index('<svg id="inset"')]
    assert main.count("<path data-code=") == 34
    assert main.count('fill="url(#blank-km)"') == 3  # 香港, 澳門, 臺灣
    assert html.count('<tr><th scope="row">') == 31


def test_a_unit_without_a_value_says_so_in_the_table(html):
    row = r'<th scope="row">西藏</th><td>\d+</td><td>[\d–]+</td><td>[\d.]+</td><td>無數據</td>'
    assert re.search(row, html)


def test_the_drawing_marks_what_is_not_sure_in_the_year_shown(html):
    # 2023: 440000 and 510000 are unsure; in 2021 110000 was
    shown = re.findall(r'<text data-code="(\d+)"[^>]*>[^<]*<tspan class="ring"', html)
    assert shown == ["440000", "510000"]
    assert "made-up doubt" in html and "made-up interval" in html


def test_no_halo_of_a_neighbour_is_drawn_over_a_ring(html):
    drawn = html[: html.index("</figure>")]
    names = re.findall(r'<text data-code="\d+" x="(\d+)"[^>]*>[^<]*(<tspan class="ring")?', drawn)
    ringed = [bool(ring) for _, ring in names]
    assert ringed == sorted(ringed) and sum(ringed) == 2  # those with a ring last
    east = [int(x) for x, ring in names if ring]
    assert east == sorted(east, reverse=True)


def test_every_dash_is_drawn_once(html):
    drawn = html[: html.index("</figure>")]
    main, inset = re.findall(
        r'<path(?: id="dashes")? d="([^"]*)" fill="none" stroke="#444444"', drawn
    )
    assert (main.count("M"), inset.count("M")) == (1, 9)


def test_figures_travel_as_they_are(data, panel):
    assert data["codes"][18] == "440000" and data["years"] == [2021, 2022, 2023]
    index, goal = data["dimensions"][:2]
    assert index["values"][18] == pytest.approx(panel.loc["440000", "index"].round(3).tolist())
    ranks = panel["index"].groupby("year").rank(ascending=False)
    assert index["ranks"][18] == ranks["440000"].astype(int).tolist()
    tibet = data["codes"].index("540000")
    assert goal["values"][tibet] == goal["ranks"][tibet] == [None, None, None]
    hong_kong = data["codes"].index("810000")
    assert index["values"][hong_kong] == [None, None, None]


def test_a_value_a_hair_below_a_break_has_the_class_of_what_is_shown(write, panel):
    close = panel.copy()
    close.loc[("440000", 2023), "index"] = 39.9999  # shown, and carried, as 40
    html = write(values=close)
    index = carried(html)["dimensions"][0]
    assert (index["values"][18][2], index["places"][18][2]) == (40, 2)
    assert f'<path data-code="440000" fill="{YLGNBU[2]}"' in html


def test_every_text_is_there_in_three_languages(data):
    keys = {lang: set(data["words"][lang]) for lang in LANGUAGES}
    assert keys["en"] == keys["zh-hant"] == keys["zh-hans"]
    assert data["names"]["zh-hans"][18] == "广东" and data["names"]["en"][18] == "Guangdong"
    assert data["groups"]["region"]["names"]["en"] == ["East", "Central-West", "Northeast"]
    assert data["words"]["zh-hans"]["atlas.own_name"] == "简体中文"


def test_units_belong_to_their_zone_and_region(data):
    groups = data["groups"]
    beijing, liaoning, hong_kong = 0, 5, 32
    assert groups["zone"]["of"][beijing] == groups["region"]["of"][beijing] == 0
    assert groups["region"]["names"]["zh-hant"][groups["region"]["of"][liaoning]] == "東北"
    assert groups["region"]["of"][hong_kong] is None


def test_a_language_without_reports_links_to_those_of_the_page(write):
    there = pd.Series({"440000": "reports/440000-guangdong.html"})
    own = pd.Series({"440000": "../en/reports/440000-guangdong.html"})
    data = carried(write(links={"zh-hant": there, "en": own}, home={"zh-hant": "index.html"}))
    assert data["links"]["zh-hans"] == data["links"]["zh-hant"] == there.to_dict()
    assert data["links"]["en"] == own.to_dict()
    assert data["texts"]["home"] == dict.fromkeys(LANGUAGES, "index.html")


def test_ids_are_unique(html):
    found = re.findall(r'\sid="([^"]*)"', html)
    assert len(found) == len(set(found))


def test_hostile_texts_change_no_script(write, html, names):
    def policy(html):
        return re.search(r"script-src ([^;]*);", html)[1]

    said = dict.fromkeys(LANGUAGES, HOSTILE)
    hostile = write(names=names.replace("廣東", HOSTILE), source=said, about=said, title=said)
    assert policy(hostile) == policy(html)
    assert "<img src=x" not in hostile and "<script>alert" not in hostile


def test_one_dimension_without_pairs_is_an_atlas_too(write, dimensions, arcs):
    html = write(dimensions={"goal": dimensions["goal"]}, year=2021, arcs=arcs[:0])
    assert carried(html)["arcs"] == [] and len(carried(html)["dimensions"]) == 1


def infinite(panel):
    changed = panel.copy()
    changed.loc[("440000", 2022), "goal"] = np.inf
    return changed


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"links": {"zh-hant": pd.Series({"440000": "javascript:alert(1)"})}}, "relative"),
        ({"links": {"zh-hant": pd.Series({"440000": "//example.org/x"})}}, "relative"),
        ({"home": {"en": "https://example.org"}}, "relative"),
        ({"title": {"en": "x"}}, "title is not given in zh-hant, zh-hans"),
        ({"lang": "fr"}, "lang is 'fr'"),
        ({"names": lambda names, _: names.drop(index="440000")}, "names has no unit 440000"),
        ({"names": lambda names, _: names.drop(columns="en")}, "names is not given in en"),
        (
            {"values": lambda _, panel: panel.rename(index={"110000": "999999"}, level=0)},
            "the map has no unit 999999",
        ),
        ({"values": lambda _, panel: infinite(panel)}, r"infinite for \('440000', 2022\)"),
    ],
)
def test_what_the_atlas_cannot_show_is_refused(write, names, panel, change, says):
    made = {key: part(names, panel) if callable(part) else part for key, part in change.items()}
    with pytest.raises(ValueError, match=says):
        write(**made)
