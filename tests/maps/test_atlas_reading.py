"""A reader sees, hears and walks the atlas: map, tooltip, search, years, borders, pairs, languages."""

import io
import re

import pytest
from PIL import Image

pytestmark = pytest.mark.browser
PROVINCE = "#map_atlas path[aria-label^='{}']"


def rows(tab):
    return tab.eval_on_selector_all(
        "#ranking li", "rows => rows.map(row => [...row.children].map(each => each.textContent))"
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_map_legend_and_ranking(visit, atlas_file, width):
    def look(tab):
        found = tab.evaluate(
            """() => ({
              units: document.querySelectorAll('#map_atlas path[role=button]').length,
              blank: document.querySelectorAll('#map_atlas path[role=button][fill="url(#blank)"]').length,
              rings: document.querySelectorAll('#map_atlas .name.unsure').length,
              legend: document.getElementById('legend').innerText,
              still: document.getElementById('still').hidden,
              // The drawing for paper and the screen's map agree on every unit's class.
              same: [...document.querySelectorAll('#units path')].every((path, place) =>
                path.getAttribute('fill').replace('-km', '') ===
                document.querySelectorAll('#map_atlas path[role=button]')[place].getAttribute('fill')),
              wider: document.documentElement.scrollWidth - innerWidth,
              inset: Math.max(...['#map_atlas .sea', '#sea svg'].map(
                (each) => document.querySelector(each).getBoundingClientRect().width)),
              // Its names, and how large their letters are on the screen.
              letters: Math.min(...[...document.querySelectorAll('.sea text[data-say]')]
                .filter((text) => text.getBoundingClientRect().width)
                .map((text) => parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a)),
              named: [...document.querySelectorAll('#map_atlas .name:not(.place) span')].filter(
                (name) => name.getBoundingClientRect().width > 2).length,
              top: document.getElementById('frame').getBoundingClientRect().top,
              zoom: document.querySelector('meta[name=viewport]').content,
            })"""
        )
        return found, rows(tab)

    seen = visit(atlas_file, width=width, act=look)
    found, ranked = seen.answer[0]
    assert seen.troubles == []
    assert (found["units"], found["blank"], found["rings"]) == (34, 3, 2)
    assert len(ranked) == 31
    assert ranked[0] == ["1", "新疆", "", "97.0", "1–3"]
    for text in ("合成分級", "< 20.0", "≥ 80.0", "無數據", "made-up doubt"):
        assert text in found["legend"]
    assert found["still"] is True and found["same"] is True
    assert found["wider"] <= 0
    assert found["inset"] > 0.15 * min(width, 740)
    assert found["letters"] > 8 and found["named"] > 20
    if width == 390:  # what can be chosen comes after the map
        assert found["top"] < 320
    assert not re.search("maximum-scale|user-scalable", found["zoom"])


def test_hatched_units_are_really_hatched(visit, atlas_file):
    # A pattern that stands inside a hidden picture paints nothing; Taiwan would be white.
    def shades(tab):
        box = tab.locator(PROVINCE.format("臺灣")).bounding_box()
        tab.evaluate("document.querySelectorAll('.name').forEach(each => each.remove())")
        return tab.screenshot(clip=box)

    shot = Image.open(io.BytesIO(visit(atlas_file, act=shades).answer[0])).convert("RGB")
    count = {colour: number for number, colour in shot.getcolors(maxcolors=10**6)}
    ground = count[(0xEC, 0xEC, 0xEC)]
    lines = sum(number for (r, g, b), number in count.items() if r == g == b and 150 < r < 210)
    assert ground > 50 and lines > 20


def test_the_switch_and_the_slider_change_what_is_said(visit, atlas_file):
    def change(tab):
        tab.select_option("#dimension", "goal")
        tab.focus("#year")
        tab.keyboard.press("Home")
        return (
            tab.inner_text("#now"),
            rows(tab),
            tab.inner_text("#without"),
            tab.inner_text("#legend"),
        )

    seen = visit(atlas_file, act=change)
    now, ranked, without, legend = seen.answer[0]
    assert seen.troubles == []
    assert now == "合成目標，2021 年"
    assert ranked[0] == ["", "北京", "", "95%", ""]  # an order, no rank
    assert "西藏" in without and "臺灣" in without
    assert "made-up doubt" not in legend  # certainty belongs to the first dimension


def test_the_tooltip_gives_value_rank_interval_and_change(visit, atlas_file):
    def hover(tab):
        tab.hover(PROVINCE.format("新疆"))
        first = tab.inner_text(".leaflet-tooltip.tip")
        tab.hover(PROVINCE.format("四川"))
        tab.wait_for_timeout(300)  # the first one fades
        return first, tab.inner_text(".leaflet-tooltip.tip")

    xinjiang, sichuan = visit(atlas_file, act=hover).answer[0]
    assert xinjiang.split("\n") == [
        "新疆", "97.0", "第 1 位（方法區間 1–3，共 31）", "≥ 80.0（97% 的模擬）", "較上年與全國中位數相比 +0.5",
    ]  # fmt: skip
    assert "邊界 60.0–80.0／60.0–80.0（60.0–80.0占 60% 的模擬）" in sichuan


def test_the_first_year_has_no_change(visit, atlas_file):
    def look(tab):
        tab.focus("#year")
        tab.keyboard.press("Home")
        tab.hover(PROVINCE.format("新疆"))
        return tab.inner_text(".leaflet-tooltip.tip"), tab.get_attribute("#year", "aria-valuetext")

    told, spoken = visit(atlas_file, act=look).answer[0]
    assert "95.0" in told and "較上年" not in told
    assert spoken == "2021"


def test_play_walks_the_years_and_stops_at_the_last(visit, atlas_file):
    def play(tab):
        tab.click("#play")  # from the last year back to the first
        seen = [tab.inner_text("#year-now"), tab.inner_text("#play")]
        tab.wait_for_timeout(3200)  # two steps of 1.2 seconds
        return [*seen, tab.inner_text("#year-now"), tab.inner_text("#play")]

    seen = visit(atlas_file, act=play)
    assert seen.troubles == []
    assert seen.answer[0] == ["2021", "暫停", "2023", "播放"]


def test_without_motion_each_press_is_one_year(visit, atlas_file):
    def press(tab):
        tab.emulate_media(reduced_motion="reduce")
        tab.click("#languages [value=zh-hant]")  # says the button again
        label = tab.inner_text("#play")
        years = []
        for _ in range(3):
            tab.click("#play")
            years.append(tab.inner_text("#year-now"))
        tab.wait_for_timeout(1400)
        return label, years, tab.inner_text("#year-now")

    assert visit(atlas_file, act=press).answer[0] == ("下一年", ["2021", "2022", "2023"], "2023")


IN_EVERY_SCRIPT = (
    "廣東",
    "广东",
    "Guangdong",
    "guangd",
    "廣東省",
    "440000",
    " Guangdong Province ",
)
UNSETTLED = {
    "Shan": "山西、上海、山東",
    "Atlantis": "沒有叫「Atlantis」的省份",
    "<b>": "沒有叫「<b>」的省份",
}


def test_search_finds_a_province_in_every_script_or_says_what_it_could_not_settle(
    visit, atlas_file
):
    def find(tab):
        told = {}
        for asked in (*IN_EVERY_SCRIPT, *UNSETTLED):
            tab.keyboard.press("Escape")
            tab.fill("#find", asked)
            tab.press("#find", "Enter")
            outlined = tab.locator("#map_atlas path.picked").count()
            told[asked] = tab.inner_text("#picked"), outlined
        return told

    told = visit(atlas_file, act=find).answer[0]
    for asked in IN_EVERY_SCRIPT:
        said, outlined = told[asked]
        assert said.startswith("廣東：") and outlined == 1, asked
    for asked, says in UNSETTLED.items():
        assert says in told[asked][0]


def test_search_goes_there_and_the_whole_map_comes_back(visit, atlas_file):
    def go(tab):
        tab.emulate_media(reduced_motion="reduce")
        before = tab.evaluate("map_atlas.getZoom()")
        tab.fill("#find", "上海")
        tab.press("#find", "Enter")
        near = tab.evaluate("map_atlas.getZoom()")
        tab.click("#whole")
        return near - before, tab.evaluate("map_atlas.getZoom()") - before

    closer, back = visit(atlas_file, act=go).answer[0]
    assert closer > 1 and back == pytest.approx(0)


def test_borders_of_zones_and_regions_can_be_drawn(visit, atlas_file):
    def draw(tab):
        lengths = []
        for choice in ("zone", "region", ""):
            tab.select_option("#outlines", choice)
            lengths.append(
                tab.evaluate(
                    "() => [...document.querySelectorAll('#map_atlas .seam')]"
                    ".reduce((sum, path) => sum + path.getTotalLength(), 0)"
                )
            )
            if choice == "zone":
                legend = tab.inner_text("#legend")
        return lengths, legend

    seen = visit(atlas_file, act=draw)
    (zone, region, none), legend = seen.answer[0]
    assert seen.troubles == []
    assert zone > region > 500 and none == 0  # 中部 and 西部 are one region
    assert all(name in legend for name in ("四個地帶的界線", "東部", "中部", "西部", "東北"))


def test_pairs_are_drawn_wider_where_more_stable_and_told_in_words(visit, atlas_file):
    def draw(tab):
        tab.select_option("#ties", "proposed")
        widths = tab.eval_on_selector_all(
            "#map_atlas .arc", "all => all.map(each => Number(each.getAttribute('stroke-width')))"
        )
        tab.hover(PROVINCE.format("西藏"))
        told = tab.inner_text(".leaflet-tooltip.tip")
        tab.click("#ranking li:has-text('廣東')", position={"x": 5, "y": 5})
        faint = tab.eval_on_selector_all(
            "#map_atlas .arc", "all => all.map(each => Number(each.getAttribute('stroke-opacity')))"
        )
        tab.select_option("#ties", "official")
        dashes = tab.eval_on_selector_all(
            "#map_atlas .arc", "all => all.map(each => each.getAttribute('stroke-dasharray'))"
        )
        return widths, told, faint, dashes, tab.inner_text("#legend")

    seen = visit(atlas_file, act=draw)
    (firm, weak), told, (own, other), dashes, legend = seen.answer[0]
    assert seen.troubles == []
    assert firm > weak
    assert "可與廣東比較" in told
    assert own > 4 * other  # of a picked province only its own arcs stand out
    assert dashes == ["6 4"]
    assert "是否仍有效未經核實" in legend


def test_the_keyboard_reaches_a_province_and_its_report(visit, atlas_file):
    def press(tab):
        tab.locator(PROVINCE.format("廣東")).focus()
        tab.keyboard.press("Enter")
        said = tab.inner_text("#picked")
        link = tab.get_attribute("#picked a", "href")
        active = "document.activeElement.getAttribute('{}')"
        focused = [tab.evaluate(active.format(name)) for name in ("aria-label", "aria-pressed")]
        tab.keyboard.press("Escape")
        return said, link, focused, tab.inner_text("#picked")

    seen = visit(atlas_file, act=press)
    said, link, (label, pressed), after = seen.answer[0]
    assert seen.troubles == []
    assert said.startswith("廣東：") and "第 13 位（方法區間 11–15，共 31）" in said
    assert link == "reports/440000-guangdong.html"
    assert label.startswith("廣東") and pressed == "true"
    assert "廣東" not in after


def test_escape_closes_a_tooltip_that_focus_opened(visit, atlas_file):
    def press(tab):
        tab.focus("#whole") if tab.is_visible("#whole") else tab.focus("#png")
        for _ in range(4):  # the map, its two buttons, the first province
            tab.keyboard.press("Tab")
        from playwright.sync_api import expect

        tips = tab.locator(".leaflet-tooltip.tip")
        expect(tips).to_have_count(1)  # those of the first stops fade
        tab.keyboard.press("Escape")
        expect(tips).to_have_count(0)

    visit(atlas_file, act=press)


def test_tab_walks_from_the_head_through_every_control_and_province(visit, atlas_file):
    def walk(tab):
        stops = []
        for _ in range(90):
            tab.keyboard.press("Tab")
            stop, outline = tab.evaluate(
                """() => { const at = document.activeElement, style = getComputedStyle(at);
                  return [at.id || at.getAttribute('aria-label') || at.textContent,
                          style.outlineStyle !== 'none' || style.strokeWidth === '4px']; }"""
            )
            if tab.evaluate("document.activeElement === document.body"):
                break
            stops.append(stop)
            assert outline, f"no visible focus at {stop}"
        return stops

    stops = visit(atlas_file, act=walk).answer[0]
    order = ["跳過地圖，直接看數值表", "home", "繁體中文", "dimension", "year", "play", "find",
             "outlines", "ties", "csv", "png"]  # fmt: skip
    places = [stops.index(stop) for stop in order]
    assert places == sorted(places)
    assert sum("：" in stop for stop in stops) == 34
    assert "放大" in stops


def test_every_text_changes_with_the_language(visit, atlas_file):
    def switch(tab):
        told = {}
        for lang in ("en", "zh-hans", "zh-hant"):
            tab.click(f"#languages [value={lang}]")
            tab.evaluate("document.getElementById('table').open = true")
            tab.wait_for_timeout(50)
            told[lang] = tab.evaluate(
                """() => {
                  const page = document.body.cloneNode(true);
                  page.querySelectorAll('#languages, datalist, script, style').forEach((each) => each.remove());
                  const labels = [...page.querySelectorAll('[aria-label]')]
                    .filter((each) => !each.closest('#still'))
                    .map((each) => each.getAttribute('aria-label'));
                  page.querySelectorAll('#still').forEach((each) => each.remove());
                  return [document.documentElement.lang, document.title, page.textContent + labels.join()];
                }"""
            )
        return told

    from quyu.words import simplified

    seen = visit(atlas_file, act=switch)
    told = seen.answer[0]
    assert seen.troubles == []
    assert [told[lang][0] for lang in told] == ["en", "zh-Hans", "zh-Hant"]
    assert told["en"][1] == "Made-up atlas"
    assert re.findall(r"[\u3400-\u9fff，。：；]+", told["en"][2]) == []
    assert simplified(told["zh-hans"][2]) == told["zh-hans"][2]
    assert "廣東" in told["zh-hant"][2]


def test_a_language_links_to_its_own_reports(visit, write, tmp_path):
    import pandas as pd

    links = {
        "zh-hant": pd.Series({"440000": "reports/440000.html"}),
        "en": pd.Series({"440000": "../en/reports/440000.html"}),
    }
    path = tmp_path / "atlas.html"
    home = {"zh-hant": "index.html", "en": "../en/index.html"}
    path.write_text(write(links=links, home=home), encoding="utf-8")

    def look(tab):
        found = []
        for lang in ("zh-hant", "en", "zh-hans"):
            tab.click(f"#languages [value={lang}]")
            found.append(
                (tab.get_attribute("#home", "href"), tab.get_attribute("#ranking a", "href"))
            )
        return found

    assert visit(path, act=look).answer[0] == [
        ("index.html", "reports/440000.html"),
        ("../en/index.html", "../en/reports/440000.html"),
        ("index.html", "reports/440000.html"),
    ]


def test_on_paper_there_is_the_map_as_it_was_and_the_table(visit, atlas_file):
    def paper(tab):
        tab.select_option("#dimension", "goal")
        tab.emulate_media(media="print")
        tab.evaluate("dispatchEvent(new Event('beforeprint'))")
        seen = [
            tab.is_visible(part)
            for part in ("#still", "#table table", "#legend", "#frame", "#controls")
        ]
        return seen, tab.evaluate(
            "['110000', '540000'].map(code => document.querySelector("
            "`#units [data-code='${code}']`).getAttribute('fill'))"
        )

    seen, fills = visit(atlas_file, act=paper).answer[0]
    assert seen == [True, True, True, False, False]
    assert fills == ["#253494", "url(#blank-km)"]  # Beijing 95 in the goal; Tibet has none


def test_the_pdf_has_map_and_table_on_a4(visit, atlas_file):
    pdf = visit(atlas_file, act=lambda tab: tab.pdf(prefer_css_page_size=True)).answer[0]
    sizes = {
        tuple(map(float, size)) for size in re.findall(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", pdf)
    }
    assert all(sorted(size) == pytest.approx([595, 842], abs=1) for size in sizes)
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 2


def test_scripts_off_still_shows_map_and_table(visit, atlas_file):
    seen = visit(atlas_file, scripts=False)
    assert seen.troubles == []
    assert "2023 年數值表" in seen.text[0] and "新疆" in seen.text[0]
    for control in ("點選省份", "下載", "播放", "English"):
        assert control not in seen.text[0]
