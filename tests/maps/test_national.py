"""What the still maps add to classes: languages, doubt, kinds, pairs, tiles."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from quyu.maps.draw import WIDTHS
from quyu.maps.palette import METHODS, REGION, breaks
from quyu.maps.picture import picture, png
from quyu.maps.still import LISA, arcs, choropleth, clusters
from quyu.maps.tiles import PLACES, tiles
from quyu.words import LANGUAGES, simplified

HAN = re.compile(r"[\u3400-\u9fff]")
TEXTS = {"legend": "synthetic", "title": "synthetic", "subtitle": "synthetic", "source": "none"}
BREAKS = (20, 40, 60, 80)


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def group(figure, gid):
    return figure.findobj(lambda artist: artist.get_gid() == gid)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_map_speaks_one_language(world, lang):
    figure = choropleth(
        world.values,
        world.land,
        world.dashes,
        breaks=BREAKS,
        lang=lang,
        uncertain=["440000"],
        **TEXTS,
    )
    said = "".join(texts(figure))
    if lang == "en":
        assert not HAN.search(said)
        assert "Diaoyu Dao" in said and "For statistical display only" in said
    elif lang == "zh-hans":
        assert simplified(said) == said
        assert "南海诸岛" in said and "黑龙江" in said
    else:
        assert "南海諸島" in said and "虛點內框" in said


def test_an_unsure_unit_has_a_dotted_line_and_the_legend_says_so(world):
    figure = choropleth(
        world.values,
        world.land,
        world.dashes,
        breaks=BREAKS,
        uncertain=["440000", "810000"],
        **TEXTS,
    )
    (line,) = group(figure, "main-uncertain")
    assert line.get_linestyle() != "solid"
    west, south, east, north = (
        world.land.to_crs(figure_crs()).loc[["440000", "810000"]].total_bounds
    )
    box = line.get_path().get_extents()
    assert west < box.x0 and box.x1 < east and south < box.y0 and box.y1 < north
    assert any("虛點內框" in text for text in texts(figure))
    sure = choropleth(world.values, world.land, world.dashes, breaks=BREAKS, **TEXTS)
    assert not group(sure, "main-uncertain")
    assert not any("虛點內框" in text for text in texts(sure))


def figure_crs():
    from quyu.facts.boundaries import ALBERS

    return ALBERS


def test_kinds_have_their_own_colours_and_an_unknown_one_is_refused(world):
    kinds = pd.Series("ns", index=world.values.index)
    kinds["440000"], kinds["110000"] = "HH", None
    names = {"HH": "high among high", "ns": "not significant"}
    figure = clusters(kinds, world.land, world.dashes, names=names, **TEXTS)
    svg = picture(figure, "map").svg
    inside = re.search(r'<g id="p\w+-main-units">(.*?)</g>', svg, re.S)[1]
    fills = re.findall(r"fill: (#\w+)", inside)
    assert fills.count(LISA["HH"]) == 1 and fills.count(LISA["ns"]) == 29
    with pytest.raises(ValueError, match="kind 'ns' has no name"):
        clusters(kinds, world.land, world.dashes, names={"HH": "x"}, **TEXTS)


def pairs(*rows):
    return pd.DataFrame(rows, columns=["giver", "receiver", "stability"])


GROUPS = {name: (REGION[name], name) for name in ("東部", "中西部", "東北")}


def test_an_arrow_runs_from_giver_to_receiver_wider_where_more_stable(world):
    two = pairs(("440000", "450000", 1.0), ("310000", "530000", 0.0))
    figure = arcs(two, world.land, world.dashes, groups=GROUPS, group="region", **TEXTS)
    thin, thick = group(figure, "arc")
    samples = [arrow.get_linewidth() for arrow in group(figure, "legend-arrow")]
    assert len(samples) == 3 and samples == sorted(set(samples)) and samples[-1] == WIDTHS[1]
    assert "100%" in texts(figure)
    assert (thin.get_linewidth(), thick.get_linewidth()) == WIDTHS
    start, end = thick._posA_posB
    shapes = world.land.to_crs(figure_crs()).geometry
    from shapely import Point

    assert shapes["440000"].contains(Point(start)) and shapes["450000"].contains(Point(end))


@pytest.mark.parametrize(
    ("row", "told"),
    [(("999999", "450000", 0.5), "no unit 999999"), (("440000", "450000", 1.2), "between 0 and 1")],
)
def test_pairs_that_cannot_be_drawn_are_refused(world, row, told):
    with pytest.raises(ValueError, match=told):
        arcs(pairs(row), world.land, world.dashes, groups=GROUPS, group="region", **TEXTS)


def test_every_unit_has_one_tile(world):
    assert set(PLACES) == set(world.land.index)
    assert len(set(PLACES.values())) == 34


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tiles_show_name_value_doubt_and_no_data(world, lang):
    names = world.land["name_en" if lang == "en" else "short_" + lang.replace("-", "_")]
    values = world.values.drop("440000")
    figure = tiles(values, names, breaks=BREAKS, uncertain=["110000"], lang=lang, **TEXTS)
    assert len(group(figure, "tile")) == 30 and len(group(figure, "tile-no-data")) == 4
    assert len(group(figure, "uncertain")) == 1
    said = " ".join(texts(figure))
    assert f"{values['110000']:.1f}" in said
    assert all(word in said for name in names for word in name.split())
    if lang == "en":
        assert not HAN.search(said)


def test_no_text_leaves_a_tile(world):
    figure = tiles(world.values, world.land["name_en"], breaks=BREAKS, lang="en", **TEXTS)
    figure.canvas.draw()
    boxes = {code: (row, column) for code, (row, column) in PLACES.items()}
    axes = figure.axes[0]
    for text in axes.texts:
        box = text.get_window_extent().transformed(axes.transData.inverted())
        x, y = text.get_position()
        if (int(y), int(x)) in boxes.values() and text.get_ha() == "center":
            assert int(x) <= box.x0 and box.x1 <= int(x) + 1, text.get_text()


def test_a_grid_without_a_name_or_with_a_stranger_is_refused(world):
    with pytest.raises(ValueError, match="it has no 999999"):
        tiles(pd.Series({"999999": 1.0}), world.land["name_en"], breaks=BREAKS, **TEXTS)
    with pytest.raises(ValueError, match="names lacks 440000"):
        tiles(world.values, world.land["name_en"].drop("440000"), breaks=BREAKS, **TEXTS)


@pytest.mark.parametrize("method", METHODS)
def test_breaks_rise_inside_the_values_and_missing_ones_do_not_count(method):
    values = pd.Series([*np.geomspace(1, 1000, 40), None, None])
    found = breaks(values, method=method)
    assert len(found) == 4 and list(found) == sorted(set(found))
    assert found[0] >= 1 and found[-1] < 1000
    assert found == breaks(values.dropna()[::-1], method=method)


def test_quantile_breaks_hold_a_fifth_of_the_values_each():
    values = pd.Series(np.arange(100.0))
    edges = [-np.inf, *breaks(values), np.inf]
    assert np.histogram(values, edges)[0].tolist() == pytest.approx([20] * 5, abs=1)


def test_breaks_that_cannot_be_had_are_refused():
    with pytest.raises(ValueError, match="unknown method 'jenks'; known are quantiles"):
        breaks(pd.Series([1.0, 2.0]), method="jenks")
    with pytest.raises(ValueError, match="2 distinct values cannot be put into 5 classes"):
        breaks(pd.Series([1.0, 2.0, 2.0]))


def test_a_png_is_as_large_as_asked_and_the_same_every_time(world):
    def drawn():
        return choropleth(world.values, world.land, world.dashes, breaks=BREAKS, **TEXTS)

    first = png(drawn(), dpi=100)
    assert first == png(drawn(), dpi=100)
    assert int.from_bytes(first[16:20], "big") == 720
