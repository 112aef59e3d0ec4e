"""The atlas opens anywhere, says the same as its data, and runs none of it."""

import re

import numpy as np
import pandas as pd
import pytest

from quyu.maps.atlas import atlas

YEARS = [2021, 2022, 2023]
HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>`${alert(3)}`"


@pytest.fixture(scope="module")
def panel(world):
    """Synthetic: the index rises with the adcode, the goal falls; Tibet has no goal."""
    codes = world.values.index
    keys = pd.MultiIndex.from_product([codes, YEARS], names=["adcode", "year"])
    base = np.repeat(world.values.to_numpy(), len(YEARS))
    index = base + np.tile([0, 1, 2], len(codes))
    values = pd.DataFrame({"index": index, "goal": 100 - base}, index=keys)
    values.loc[("540000", YEARS), "goal"] = np.nan
    return values


@pytest.fixture(scope="module")
def write(world, panel):
    def write(**changes):
        parts = {
            "titles": {"index": "合成指數", "goal": "合成目標"},
            "breaks": {"index": (20, 40, 60, 80), "goal": (20, 40, 60, 80)},
            "method": "合成分級",
            "names": world.land["short_zh_hant"],
            "year": 2023,
            "title": "合成圖集",
            "subtitle": "合成數值，2021–2023 年",
            "source": "無，僅供測試",
            "links": pd.Series({"440000": "reports/440000-guangdong.html"}),
            **changes,
        }
        return atlas(parts.pop("values", panel), world.land, world.dashes, **parts)

    return write


@pytest.fixture(scope="module")
def page(write, tmp_path_factory):
    path = tmp_path_factory.mktemp("atlas") / "atlas.html"
    path.write_text(write(), encoding="utf-8")
    return path


def test_it_is_one_small_file_the_same_every_time(write):
    html = write()
    assert html == write()
    assert len(html.encode()) < 400_000


def test_without_scripts_there_is_a_map_and_a_table(write):
    html = write()
    assert '<figure id="still"><svg' in html
    assert html.count('<tr><th scope="row">') == 31
    assert "邊界數據：國家地理信息公共服務平台（天地圖）" in html
    assert "僅用於統計展示，公開出版前須依規定送審" in html
    assert "資料來源：無，僅供測試" in html
    assert re.search(r'<th scope="row">西藏</th><td>\d+</td><td>[\d.]+</td><td>無數據</td>', html)


def test_ids_are_unique(write):
    found = re.findall(r'\sid="([^"]*)"', write())
    assert len(found) == len(set(found))


def test_hostile_names_change_no_script(write, world):
    def policy(html):
        return re.search(r"script-src ([^;]*);", html)[1]

    hostile = write(names=world.land["short_zh_hant"].replace("廣東", HOSTILE), source=HOSTILE)
    assert policy(hostile) == policy(write())
    assert "<img src=x" not in hostile and "<script>alert" not in hostile


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"titles": {"index": "x"}}, "titles has nothing for the dimension goal"),
        ({"breaks": {"index": (1, 2, 3, 4)}}, "breaks has nothing for the dimension goal"),
        ({"year": 1999}, "no year 1999; it has 2021, 2022, 2023"),
        ({"links": pd.Series({"440000": "javascript:alert(1)"})}, "relative"),
        ({"links": pd.Series({"440000": "//example.org/x"})}, "relative"),
        ({"names": pd.Series({"440000": "廣東"})}, "names has no unit 110000"),
        ({"lang": "en"}, "lang='en'"),
    ],
)
def test_what_the_atlas_cannot_show_is_refused(write, change, says):
    with pytest.raises(ValueError, match=says):
        write(**change)


def test_a_unit_without_a_shape_is_refused(write, panel):
    odd = panel.rename(index={"110000": "999999"}, level=0)
    with pytest.raises(ValueError, match="the map has no unit 999999"):
        write(values=odd)


def test_an_infinite_value_is_refused(write, panel):
    endless = panel.copy()
    endless.loc[("440000", 2022), "goal"] = np.inf
    with pytest.raises(ValueError, match=r"infinite for \('440000', 2022\)"):
        write(values=endless)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_a_reader_sees_map_legend_and_ranking(visit, page, width):
    def look(tab):
        return tab.evaluate(
            """() => ({
              units: document.querySelectorAll('#map_atlas path[role=button]').length,
              blank: document.querySelectorAll('#map_atlas path[role=button][fill="url(#blank)"]').length,
              rows: [...document.querySelectorAll('#ranking li')].map((row) => row.innerText.split('\\n')),
              legend: document.getElementById('legend').innerText,
              still: document.getElementById('still').hidden,
              wider: document.documentElement.scrollWidth - innerWidth,
              inset: document.querySelector('#map_atlas #inset').getBoundingClientRect().width,
            })"""
        )

    seen = visit(page, width=width, act=look)
    found = seen.answer[0]
    assert seen.troubles == []
    assert (found["units"], found["blank"], len(found["rows"])) == (34, 3, 31)
    assert found["rows"][0] == ["1", "新疆", "97.0"]
    assert found["legend"].startswith("合成指數（合成分級）")
    assert "≥ 80.0" in found["legend"] and "無數據" in found["legend"]
    assert found["still"] is True
    assert found["wider"] <= 0
    assert found["inset"] > 0.15 * min(width, 780)


@pytest.mark.browser
def test_the_switch_and_the_slider_change_what_is_said(visit, page):
    def change(tab):
        tab.select_option("#dimension", "goal")
        tab.evaluate(
            """() => { const year = document.getElementById('year'); year.value = 0;
                       year.dispatchEvent(new Event('input')); }"""
        )
        return tab.inner_text("#now"), tab.inner_text("#ranking li"), tab.inner_text("#without")

    seen = visit(page, act=change)
    assert seen.troubles == []
    now, first, without = seen.answer[0]
    assert now == "合成目標，2021 年"
    assert first.split("\n") == ["1", "北京", "95.0"]
    assert "西藏" in without


@pytest.mark.browser
def test_the_keyboard_reaches_a_province_and_its_report(visit, page):
    def press(tab):
        path = tab.locator("#map_atlas path[aria-label^='廣東']")
        path.focus()
        tab.keyboard.press("Enter")
        said = tab.inner_text("#picked")
        link = tab.get_attribute("#picked a", "href")
        still_there = tab.evaluate("document.activeElement.getAttribute('aria-label')")
        tab.keyboard.press("Escape")
        return said, link, still_there, tab.inner_text("#picked")

    seen = visit(page, act=press)
    assert seen.troubles == []
    said, link, focused, after = seen.answer[0]
    assert said.startswith("廣東：") and "第 13 位（共 31）" in said
    assert link == "reports/440000-guangdong.html"
    assert focused.startswith("廣東")
    assert "廣東" not in after


@pytest.mark.browser
def test_a_tooltip_gives_name_value_and_rank(visit, page):
    def hover(tab):
        tab.hover("#map_atlas path[aria-label^='新疆']")
        return tab.inner_text(".leaflet-tooltip.tip")

    assert visit(page, act=hover).answer[0] == "新疆\n97.0，第 1 位（共 31）"


@pytest.mark.browser
def test_on_paper_there_is_the_map_and_the_table(visit, page):
    def paper(tab):
        tab.emulate_media(media="print")
        tab.evaluate("dispatchEvent(new Event('beforeprint'))")
        return [tab.is_visible(part) for part in ("#still", "#table table", "#atlas")]

    assert visit(page, act=paper).answer == [[True, True, False]]


@pytest.mark.browser
def test_scripts_off_still_shows_map_and_table(visit, page):
    seen = visit(page, scripts=False)
    assert seen.troubles == []
    assert "2023 年數值表" in seen.text[0] and "新疆" in seen.text[0]
    assert "點選省份" not in seen.text[0]


@pytest.mark.browser
def test_hostile_names_are_shown_as_text(visit, write, world, tmp_path):
    path = tmp_path / "hostile.html"
    names = world.land["short_zh_hant"].replace("廣東", HOSTILE)
    titles = {"index": HOSTILE, "goal": "合成目標"}
    html = write(names=names, titles=titles, title=HOSTILE, source=HOSTILE, method=HOSTILE)
    path.write_text(html, encoding="utf-8")

    def look(tab):
        tab.hover("#map_atlas path[aria-label^='<img']")
        tab.locator("#map_atlas path[aria-label^='<img']").focus()
        tab.keyboard.press("Enter")
        tip = tab.inner_text(".leaflet-tooltip.tip")
        return tip, tab.evaluate("document.images.length")

    seen = visit(path, act=look)
    assert seen.troubles == []
    tip, images = seen.answer[0]
    assert tip.startswith(HOSTILE)
    assert images == 0
    assert seen.text[0].count(HOSTILE) >= 4
