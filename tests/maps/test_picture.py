"""A picture: the same bytes every time, ids of its own, text that stays text."""

import re
from xml.etree import ElementTree

import pytest
from matplotlib.figure import Figure

from quyu.maps.lettering import use_cjk
from quyu.maps.picture import picture, png


def chart(height=1.0):
    use_cjk()
    figure = Figure(figsize=(4, 3))
    axes = figure.add_subplot()
    axes.bar(["東部", "西部"], [height, 2], hatch="//")
    axes.plot([0, 1], [0, 5], marker="o")
    axes.set_ylim(0, 1.5)
    return figure


def ids(svg):
    return re.findall(r'\sid="([^"]*)"', svg)


def test_the_same_figure_gives_the_same_bytes():
    assert picture(chart(), "兩條") == picture(chart(), "兩條")


@pytest.fixture(scope="module")
def svg():
    return picture(chart(), "兩條").svg


def test_pictures_of_one_page_share_no_id():
    one, other = picture(chart(1.0), "一").svg, picture(chart(1.1), "一").svg
    assert len(ids(one)) == len(set(ids(one)))
    assert not set(ids(one)) & set(ids(other))


def test_every_reference_points_into_the_picture_itself(svg):
    wanted = re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', svg)
    assert wanted
    assert {"".join(pair) for pair in wanted} <= set(ids(svg))


def test_no_rule_of_a_picture_reaches_the_page(svg):
    assert "<style" not in svg


def test_text_stays_text_in_the_readers_fonts(svg):
    assert ">東部</text>" in svg
    assert "Noto Sans SC" not in svg
    assert "PingFang TC" in svg


def test_neither_date_nor_software_nor_prolog(svg):
    assert svg.startswith("<svg ")
    assert "metadata" not in svg and "<?xml" not in svg and "DOCTYPE" not in svg


def test_it_names_itself_to_a_screen_reader():
    svg = picture(chart(), 'A "B" <C>').svg
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-label") == 'A "B" <C>'
    assert "max-width: 100%" in root.get("style")


def test_a_notebook_shows_the_picture_and_keeps_the_sentence():
    shown = picture(chart(), "兩條")
    assert shown._repr_mimebundle_() == {"image/svg+xml": shown.svg, "text/plain": "兩條"}


def test_a_picture_without_a_sentence_is_refused():
    with pytest.raises(ValueError, match="alt"):
        picture(chart(), " ")


def test_a_map_is_small_well_formed_and_the_same_twice(draw):
    svg, again = (
        picture(draw(highlight=["440000"], outline="region"), "合成地圖").svg for _ in range(2)
    )
    assert svg == again
    assert len(svg.encode()) < 120_000
    assert len(ids(svg)) == len(set(ids(svg)))
    ElementTree.fromstring(svg)
    # Names in a halo are still text, the halo behind them.
    assert re.search(r"paint-order: stroke[^>]*>廣東</text>", svg)


def test_a_png_is_as_large_as_asked_and_the_same_every_time(draw):
    first = png(draw(), dpi=100)
    assert first == png(draw(), dpi=100)
    assert int.from_bytes(first[16:20], "big") == 720
