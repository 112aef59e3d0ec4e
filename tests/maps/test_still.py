"""A still map says what it must, whole and where it belongs; no pixel is compared."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text
from shapely import Point

from quyu.facts.boundaries import ALBERS
from quyu.maps.palette import FOCUS, NO_DATA, PUOR, REGION, YLGNBU, Classes, fade
from quyu.maps.picture import picture
from quyu.maps.still import LISA, LISA_HATCH, arcs, clusters
from quyu.maps.tiles import PLACES, tiles
from quyu.words import LANGUAGES, simplified

HAN = re.compile(r"[\u3400-\u9fff]")


def named(figure, gid):
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def group(figure, gid):
    (found,) = named(figure, gid)
    return found


def name_of(figure, code):
    """A name; one that has room on a phone says so."""
    return (named(figure, f"name-{code}") + named(figure, f"name-{code}-free"))[0]


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def fills(figure, gid="main-units"):
    drawn = picture(figure, "圖").svg
    inside = re.search(rf'<g id="p\w+-{gid}">(.*?)</g>\n(?=<g id|</g>)', drawn, re.S)[1]
    return re.findall(r"fill: (#\w+|url)", inside)


@pytest.fixture(scope="module")
def plain_fills(draw):
    return fills(draw())


def test_the_shape_of_each_unit_is_found_by_its_code_and_has_no_colour_of_its_own(draw):
    drawn = picture(draw(), "圖").svg
    shapes = re.findall(r'<path id="p\w+-main-unit-(\d{6})" d="[^"]+"/>', drawn)
    assert len({*shapes}) == len(shapes) == 34
    assert re.search(r'<path id="p\w+-inset-unit-460000" d="[^"]+"/>', drawn)
    assert "<a " not in drawn


def test_all_34_units_and_the_dashes_are_drawn(plain):
    assert len(group(plain, "main-units").get_paths()) == 31
    assert len(group(plain, "main-no-data").get_paths()) == 3
    drawn = [group(plain, f"{part}-dashes").get_path() for part in ("main", "inset")]
    # Each once: the one beside Taiwan, which the inset does not hold, and the nine others there.
    assert [(path.codes == path.MOVETO).sum() for path in drawn] == [1, 9]


def test_no_data_is_grey_under_a_diagonal_and_nothing_else_is(draw, plain, world):
    hatched = [a for a in plain.findobj() if getattr(a, "get_hatch", lambda: None)()]
    assert {a.get_gid() for a in hatched} == {"main-no-data", "inset-no-data", "legend-no-data"}
    missing = world.values.where(world.values.index != "440000")
    for values in (world.values.drop("440000"), missing):
        figure = draw(values)
        assert len(group(figure, "main-no-data").get_paths()) == 4
        assert set(fills(figure, "main-no-data")) >= {"url"}


def test_a_unit_has_the_colour_of_its_class(draw):
    values = pd.Series({"110000": 10.0, "120000": 20.0, "130000": 59.9, "650000": 80.0})
    assert fills(draw(values)) == [YLGNBU[0], YLGNBU[1], YLGNBU[2], YLGNBU[4]]


def test_legend_title_measure_sources_and_notes_are_there(plain, caption):
    said = texts(plain)
    for text in ("< 20.0", "20.0–40.0", "60.0–80.0", "≥ 80.0", "合成指數", "面板五分位"):
        assert text in said
    # The source and the notice are two lines: a picture is of the map.
    below = [text for text in plain.texts if text.get_size() < 8]
    assert len(below) == 2
    said = "".join(said)
    for text in (
        caption().title,
        caption().subtitle,
        "資料來源：無，僅供測試",
        "500 km",
        "無數據",
        "邊界：天地圖",
        "僅用於統計展示，公開出版前須依規定送審",
    ):
        assert text in said
    assert "審圖號" not in said and "GS(" not in said


def test_every_unit_and_island_is_named(plain, world):
    said = texts(plain)
    assert set(world.land["short_zh_hant"]) <= set(said)
    for island in ("釣魚島", "赤尾嶼", "東沙群島", "曾母暗沙", "黃巖島", "南海諸島"):
        assert island in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_map_speaks_one_language(draw, lang):
    made_up = dict.fromkeys(("title", "subtitle", "source", "legend", "ring"), "synthetic")
    said = "".join(texts(draw(lang=lang, uncertain=["440000"], **made_up)))
    if lang == "en":
        assert not HAN.search(said)
        assert "Diaoyu Dao" in said and "For statistical display only" in said
    elif lang == "zh-hans":
        assert simplified(said) == said
        assert "南海诸岛" in said and "黑龙江" in said
    else:
        assert "南海諸島" in said


def test_the_highlighted_unit_is_outlined(draw, plain):
    figure = draw(highlight=["440000"])
    assert group(figure, "main-highlight").get_edgecolor()[:3] == pytest.approx((17 / 255,) * 3)
    assert FOCUS == "#111111"
    assert not named(plain, "main-highlight")


def test_focus_fades_the_others_but_draws_them(draw, world, plain_fills):
    northeast = ["210000", "220000", "230000"]
    figure = draw(focus=northeast, outline="region")
    assert "合成界線" in texts(figure)  # what the thick borders are
    shown = fills(figure)
    for adcode, colour, full in zip(world.values.index, shown, plain_fills, strict=True):
        assert colour == (full if adcode in northeast else fade(full))


def test_what_is_pale_is_explained_where_something_is(draw, plain):
    figure = draw(focus=["210000"], pale="synthetic pale")
    assert "synthetic pale" in texts(figure)
    shown = {to_hex(each.get_facecolor()) for each in named(figure, "legend-swatch")}
    assert shown & {fade(colour) for colour in YLGNBU}
    assert "synthetic pale" not in texts(draw(pale="synthetic pale"))


def test_an_unsure_unit_has_one_ring_at_its_name_and_the_legend_says_so(draw, plain):
    unsure = ["440000", "810000"]
    figure = draw(uncertain=unsure)
    rings = named(figure, "uncertain")
    assert len(rings) == 2 and len(named(figure, "legend-ring")) == 1
    figure.canvas.draw()
    for code, ring in zip(unsure, rings, strict=True):
        name = name_of(figure, code).get_window_extent()
        x, y = figure.axes[0].transData.transform(ring.get_xydata()[0])
        assert name.x1 < x < name.x1 + 6 and name.y0 < y < name.y1 + 3
    assert any("小圈" in text for text in texts(figure))
    assert not named(plain, "uncertain")
    assert not any("小圈" in text for text in texts(plain))


def test_coast_border_and_lines_between_provinces_are_told_apart(plain):
    pens = {part: group(plain, f"main-{part}") for part in ("coast", "border", "units")}
    looks = {
        part: (tuple(np.ravel(drawn.get_edgecolor())[:3].round(2)), float(np.ravel(drawn.get_linewidth())[0]))
        for part, drawn in pens.items()
    }  # fmt: skip
    assert len(set(looks.values())) == 3
    # The coast runs from the Yalu to the Beilun, the border on from there.
    sides = [pens[part].get_path().get_extents() for part in ("coast", "border")]
    assert sides[0].x0 > 3e5 and sides[1].x0 < -2.5e6 and sides[1].y1 > 5.9e6


def test_the_capital_has_a_star(plain):
    (star,) = named(plain, "capital")
    ((x, y),) = star.get_xydata()
    assert (round(x / 1e4), round(y / 1e4)) == (96, 434)


def test_a_change_is_drawn_around_zero(draw, world):
    figure = draw(world.values - 50, classes=Classes((-10, -1, 1, 10), PUOR))
    assert set(fills(figure)) == set(PUOR)


def test_a_long_title_makes_the_sheet_higher_and_no_text_leaves_it(draw, plain, caption):
    figure = draw(title=caption().title * 5, subtitle=caption().subtitle * 4)
    assert figure.get_figheight() > plain.get_figheight()
    assert figure.get_figwidth() == plain.get_figwidth()
    figure.canvas.draw()
    for text in figure.findobj(Text):
        if text.get_text():
            box = text.get_window_extent()
            assert box.x0 >= 0 and box.y0 >= 0, text.get_text()
            assert box.x1 <= figure.bbox.width and box.y1 <= figure.bbox.height, text.get_text()


def test_names_are_text_not_formulas(draw, world):
    land = world.land.assign(short_zh_hant="${x}$ <b>")
    svg = picture(draw(land=land, title="由 $5$ 到", legend="$6$"), "圖").svg
    assert svg.count(">${x}$ &lt;b&gt;</text>") == 34
    assert ">由 $5$ 到</text>" in svg and ">$6$</text>" in svg


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"values": pd.Series({"999999": 1.0})}, "values: the map has no unit 999999"),
        ({"values": pd.Series([1.0, 2.0], index=["440000", "440000"])}, "440000 more than once"),
        ({"values": pd.Series({"440000": float("inf")})}, "infinite for 440000"),
        ({"highlight": ["999999"]}, "highlight: the map has no unit 999999"),
        ({"focus": ["999999"]}, "focus: the map has no unit 999999"),
        ({"uncertain": ["999999"]}, "uncertain: the map has no unit 999999"),
        ({"lang": "fr"}, "zh-hant, zh-hans, en"),
    ],
)
def test_what_the_map_cannot_show_is_refused(draw, change, says):
    with pytest.raises(ValueError, match=says):
        draw(**change)


def test_grey_stands_for_no_data_only():
    assert NO_DATA not in (*YLGNBU, *PUOR)


def test_kinds_have_their_own_colours(world, caption):
    kinds = pd.Series("ns", index=world.values.index)
    kinds["440000"], kinds["110000"] = "HH", None
    names = {"HH": "high among high", "ns": "not significant"}
    shown = fills(clusters(kinds, world.land, world.dashes, caption(), names=names))
    assert shown.count(LISA["HH"]) == 1 and shown.count(LISA["ns"]) == 29


def test_kinds_are_told_apart_without_colour(world, caption):
    """The mixed ones have a hatch each: their light alone would not do."""
    assert len({LISA_HATCH.get(kind) for kind in ("HH", "HL", "LH", "LL")}) == 4
    kinds = pd.Series("ns", index=world.values.index)
    kinds["440000"], kinds["650000"] = "HL", "LH"
    figure = clusters(kinds, world.land, world.dashes, caption(), names={"HL": "x", "LH": "y"})
    over = named(figure, "main-hatch")
    assert sorted(each.get_hatch() for each in over) == sorted([LISA_HATCH["HL"], LISA_HATCH["LH"]])


def paired(world, caption, *rows):
    pairs = pd.DataFrame(rows, columns=["giver", "receiver", "firm"])
    groups = {name: (REGION[name], name) for name in ("東部", "中西部", "東北")}
    said = {"groups": groups, "told": ("firm", "faint")}
    return arcs(pairs, world.land, world.dashes, caption, **said)


def test_firm_pairs_are_drawn_in_full_and_others_faint(world, caption):
    two = ("440000", "450000", True), ("120000", "540000", False)
    figure = paired(world, caption(), *two)
    (firm,), (faint,) = named(figure, "arc"), named(figure, "arc-faint")
    assert firm.get_linewidth() > 2 * faint.get_linewidth() and firm.get_alpha() > faint.get_alpha()
    assert len(named(figure, "legend-arrow")) == 2 and {"firm", "faint"} <= set(texts(figure))
    with pytest.raises(ValueError, match="pairs: the map has no unit 999999"):
        paired(world, caption(), ("999999", "450000", True))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_arrow_leaves_its_giver_and_ends_short_of_the_name_it_points_at(world, caption, lang):
    shapes = world.land.to_crs(ALBERS).geometry
    pairs = [("440000", "450000"), ("120000", "540000"), ("310000", "530000"), ("110000", "150000")]
    figure = paired(world, caption(lang=lang), *((*pair, True) for pair in pairs))
    figure.canvas.draw()
    for (giver, receiver), arrow in zip(pairs, named(figure, "arc"), strict=True):
        (start, *_, end) = arrow._path_original.vertices
        assert shapes[giver].buffer(3e4).contains(Point(start)), giver
        name = name_of(figure, receiver).get_window_extent()
        head = figure.axes[0].transData.transform(end)
        assert not name.contains(*head), receiver
        assert np.hypot(*(np.clip(head, name.min, name.max) - head)) < 15, receiver


def test_every_unit_has_one_tile(world):
    assert set(PLACES) == set(world.land.index)
    assert len(set(PLACES.values())) == 34


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tiles_show_name_value_doubt_and_no_data_and_no_text_leaves_its_tile(world, caption, lang):
    names = world.land["name_en" if lang == "en" else "short_" + lang.replace("-", "_")]
    values, synthetic = world.values.drop("440000"), dict.fromkeys(("title", "subtitle"), "made up")
    said = caption(**synthetic, source="none", legend="none", ring="none", lang=lang)
    figure = tiles(values, names, said, Classes((20, 40, 60, 80)), uncertain=["110000"])
    assert len(named(figure, "tile")) == 30 and len(named(figure, "tile-no-data")) == 4
    assert len(named(figure, "uncertain")) == 1
    said = " ".join(texts(figure))
    assert f"{values['110000']:.1f}" in said
    assert all(word in said for name in names for word in name.split())
    if lang == "en":
        assert not HAN.search(said)
    figure.canvas.draw()
    axes = figure.axes[0]
    for text in axes.texts:
        box = text.get_window_extent().transformed(axes.transData.inverted())
        x, y = text.get_position()
        if (int(y), int(x)) in PLACES.values() and text.get_ha() == "center":
            assert int(x) <= box.x0 and box.x1 <= int(x) + 1, text.get_text()


@pytest.mark.parametrize(
    ("values", "names", "says"),
    [
        ({"999999": 1.0}, {}, "the grid has no unit 999999"),
        ({"440000": 1.0}, {"440000": "廣東"}, "names has no unit 230000"),
    ],
)
def test_a_grid_without_a_name_or_with_a_stranger_is_refused(caption, values, names, says):
    with pytest.raises(ValueError, match=says):
        tiles(pd.Series(values), pd.Series(names), caption(), Classes((20, 40, 60, 80)))
