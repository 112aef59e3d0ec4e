"""Names, titles, units and sources from a user's workbook are shown as text; none of them runs."""

import pytest

from quyu.maps.payload import Dimension
from quyu.words import LANGUAGES

pytestmark = pytest.mark.browser
HOSTILE = {
    "markup": "<img src=x onerror=alert(1)><svg onload=alert(2)>",
    "end of script": "</script><script>alert(3)</script><!--",
    "template": "${alert(4)}`${alert(5)}` {{alert(6)}} {name} %s",
    "quotes": '"\'` onmouseover=alert(7) x="',
    "directions": "\u202eelbisrever\u2066 x \u200f",
    "entities": "&lt;b&gt; &amp; \u2028\u2029",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_hostile_text_is_shown_as_text(visit, write, names, dimensions, tmp_path, lang):
    said = dict.fromkeys(LANGUAGES, " ".join(HOSTILE.values()))
    index = Dimension(said, said, dimensions["index"].classes, unit=said)
    path = tmp_path / "hostile.html"
    changed, codes = names.copy(), names.index[18 : 18 + len(HOSTILE)]
    for code, text in zip(codes, HOSTILE.values(), strict=True):
        changed.loc[code] = text
    html = write(
        names=changed, dimensions={**dimensions, "index": index}, title=said, subtitle=said,
        source=said, about=said, lang=lang,
    )  # fmt: skip
    path.write_text(html, encoding="utf-8")

    def look(tab):
        tips = []
        for place, text in enumerate(HOSTILE.values(), start=18):
            shape = tab.locator("#map_atlas path[role=button]").nth(place)
            shape.focus()
            tab.keyboard.press("Enter")
            shape.dispatch_event("mouseover")
            tips.append(tab.locator(".leaflet-tooltip.tip b").last.text_content())
            shape.dispatch_event("mouseout")
            tab.fill("#find", text)
            tab.press("#find", "Enter")
        for choice in ("region", "zone"):
            tab.select_option("#outlines", choice)
        tab.select_option("#ties", "proposed")
        tab.click("summary")
        for each in (*LANGUAGES, lang):
            tab.click(f"#languages [value={each}]")
        with tab.expect_download():
            tab.click("#png")
        rows = "all => all.map(each => each.textContent)"
        strange = "document.images.length + document.querySelectorAll('b > *, h1 > *').length"
        return (
            tips,
            tab.title(),
            tab.eval_on_selector_all("#ranking .unit", rows),
            tab.text_content("#now"),
            tab.evaluate(strange),
        )

    seen = visit(path, act=look)
    tips, title, rows, now, strange = seen.answer[0]
    assert seen.troubles == []
    assert tips == list(HOSTILE.values()) and set(tips) <= set(rows)
    assert " ".join(title.split()) == " ".join(said[lang].split())
    assert said[lang] in now
    assert strange == 0


def test_a_mark_of_direction_ends_with_its_name(visit, write, names, tmp_path):
    path = tmp_path / "hostile.html"
    changed = names.copy()
    changed.loc["440000"] = changed.loc["810000"] = "\u202ex"
    path.write_text(write(names=changed), encoding="utf-8")

    def look(tab):
        tab.fill("#find", "440000")
        tab.press("#find", "Enter")
        return tab.text_content("#picked"), tab.text_content("#without")

    picked, without = visit(path, act=look).answer[0]
    assert picked.startswith("\u2068\u202ex\u2069：")
    assert "、\u2068\u202ex\u2069、" in without


@pytest.mark.parametrize("width", [1280, 390])
def test_a_name_of_ten_thousand_characters_breaks_nothing(visit, write, names, tmp_path, width):
    long = "長" * 10_000
    changed = names.copy()
    changed.loc["440000"] = long
    said = dict.fromkeys(LANGUAGES, long)
    path = tmp_path / "long.html"
    path.write_text(write(names=changed, title=said, source=said), encoding="utf-8")

    def look(tab):
        tab.fill("#find", "440000")
        tab.press("#find", "Enter")
        tab.click("summary")
        with tab.expect_download():
            tab.click("#png")
        return tab.evaluate(
            """() => ({
              wider: document.documentElement.scrollWidth - innerWidth,
              row: document.querySelector('#ranking li.on').getBoundingClientRect().height,
              label: Math.max(...[...document.querySelectorAll('.leaflet-tooltip.name')]
                .map((each) => each.getBoundingClientRect().width)),
            })"""
        )

    seen = visit(path, width=width, act=look)
    found = seen.answer[0]
    assert seen.troubles == []
    assert found["wider"] <= 0 and found["row"] < 60 and found["label"] < 200


def test_the_page_runs_only_its_own_scripts(visit, atlas_file):
    def inject(tab):
        tab.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: 'document.title = 1'}))"
        )
        return tab.title()

    seen = visit(atlas_file, act=inject)
    assert seen.answer[0] == "合成圖集"
    assert "Content Security Policy" in seen.console[0]
