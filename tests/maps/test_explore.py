"""The explored map: whole, at its coordinates, without a request, in a cell and in a file."""

import io
import json
import re

import folium
import pandas as pd
import pytest
from folium.plugins import MarkerCluster

from quyu.maps.explore import explore
from quyu.maps.palette import Classes
from quyu.words import LANGUAGES, words

HOSTILE = (
    "<img src=x onerror=alert(1)></script><script>alert(2)</script>`${alert(3)}`\u2028&\"'\u202ex"
)
SHADES = Classes((20, 40, 60, 80))
UNITS = "path[role=img]"


@pytest.fixture(scope="session")
def made(world, caption):
    """`made(lang="en", …)`: an explored map of the made-up figures, but for what is given."""

    def made(values=world.values, *, said=None, classes=SHADES, **changes):
        lang = changes.pop("lang", "zh-hant")
        column = "name_en" if lang == "en" else f"short_{words(lang).suffix}"
        told = pd.DataFrame({"數值": values.map("{:.1f}".format)}, index=values.index)
        parts = {"names": world.land[column], "told": told, **changes}
        said = caption(lang=lang, **(said or {}))
        return explore(values, world.land, world.dashes, said, classes, **parts)

    return made


def write(drawn, folder, name="map.html"):
    drawn.save(folder / name)
    return folder / name


def carried(drawn):
    """What the page carries for its script."""
    block = r'<script type="application/json" id="data">(.*?)</script>'
    return json.loads(re.search(block, drawn.html(), re.S)[1])


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_map_is_whole_and_silent(visit, made, tmp_path, lang):
    path = write(made(lang=lang, uncertain=["440000"]), tmp_path)
    look = f"""() => ({{
      units: document.querySelectorAll('{UNITS}').length,
      // Each dash once: on the map or, until it is near, in the inset.
      dashes: ['.leaflet-overlay-pane path.dashes', '.inset path[stroke="#444"]'].map((chosen) =>
        [...document.querySelectorAll(chosen)].filter((each) => getComputedStyle(each).display !== 'none')
          .map((each) => each.getAttribute('d').match(/M/g).length)),
      inset: document.querySelectorAll('.inset path').length,
      rings: document.querySelectorAll('.name.unsure').length,
      blank: document.querySelectorAll('{UNITS}[fill="url(#blank)"]').length,
      names: [...document.querySelectorAll('.leaflet-tooltip.name')].map((each) => each.textContent),
    }})"""

    def whole(tab):
        tab.evaluate("map_atlas.setView([28, 110], 3, { animate: false })")  # all dashes in view
        return tab.evaluate(look)

    seen = visit(path, act=whole)
    found, say = seen.answer[0], words(lang)
    assert seen.troubles == []
    assert (found["units"], found["dashes"], found["rings"], found["blank"]) == (
        34,
        [[1], [9]],
        1,
        3,
    )
    assert found["inset"] > 5 and len(found["names"]) == 34 + 8 + 1  # and the star
    assert say("map.釣魚島") in found["names"]
    text = seen.text[0]
    assert say("map.notice").strip() in text and say("map.no_data") in text


@pytest.mark.browser
@pytest.mark.parametrize(("width", "lang"), [(1280, "zh-hant"), (390, "zh-hant"), (390, "en")])
def test_the_inset_covers_neither_unit_nor_dash_and_nothing_is_clipped(
    visit, faults, made, tmp_path, width, lang
):
    look = f"""() => {{
      const box = document.querySelector('.inset').getBoundingClientRect();
      const within = (x, y) => x > box.left - 3 && x < box.right + 3 && y > box.top - 3 && y < box.bottom + 3;
      const dashes = document.querySelector('path.dashes');
      const on = dashes.getScreenCTM(), hidden = [];
      for (let at = 0; at < dashes.getTotalLength(); at += 1) {{
        const point = dashes.getPointAtLength(at).matrixTransform(on);
        if (within(point.x, point.y)) hidden.push('dash');
      }}
      for (const unit of document.querySelectorAll('{UNITS}')) {{
        const off = unit.getScreenCTM().inverse();
        for (let x = box.left; x < box.right; x += 6)
          for (let y = box.top; y < box.bottom; y += 6)
            if (unit.isPointInFill(new DOMPoint(x, y).matrixTransform(off))) hidden.push(unit.dataset.code);
      }}
      return {{ hidden, wider: document.documentElement.scrollWidth - innerWidth }};
    }}"""
    said = {
        "legend": "made-up classes, the same in every year, " * 2
    }  # it takes height off the map
    path = write(made(lang=lang, uncertain=["440000"], said=said), tmp_path)
    seen = visit(path, width=width, act=lambda tab: (tab.evaluate(look), faults(tab)))
    found, faults = seen.answer[0]
    assert found == {"hidden": [], "wider": 0}
    assert faults == []


# A north coast, a south coast, the east, and a unit smaller than a slip.
CITIES = {"460000": (20.03, 110.33), "810000": (22.36, 114.13), "310000": (31.23, 121.47)}


@pytest.mark.browser
def test_markers_land_where_they_belong(visit, made, tmp_path):
    drawn = made()
    for place in CITIES.values():
        folium.Marker(place).add_to(drawn)
    look = """(cities) => cities.map(([code, place], row) => {
      const at = map_atlas.latLngToLayerPoint(place);
      const icon = document.querySelectorAll('.leaflet-marker-icon')[row];
      const unit = document.querySelector(`path[data-code="${code}"]`);
      const apart = L.DomUtil.getPosition(icon).distanceTo(at);
      return [unit.isPointInFill(new DOMPoint(at.x, at.y)), apart < 1, icon.naturalWidth > 0];
    })"""
    seen = visit(write(drawn, tmp_path), act=lambda tab: tab.evaluate(look, [*CITIES.items()]))
    assert seen.troubles == []
    assert seen.answer[0] == [[True, True, True]] * len(CITIES)


@pytest.mark.browser
def test_layers_of_one_s_own_are_drawn_and_their_popups_open(visit, made, world, tmp_path):
    drawn = made()
    folium.Marker(CITIES["460000"], popup="own <b>popup</b>", tooltip="own tip").add_to(drawn)
    folium.Marker(CITIES["310000"], icon=folium.Icon(color="red", icon="star")).add_to(drawn)
    own = folium.GeoJson(world.land.loc[["510000"], ["name_en", "geometry"]], name="own layer")
    own.add_child(folium.GeoJsonTooltip(["name_en"])).add_to(drawn)
    folium.LayerControl().add_to(drawn)

    def look(tab):
        tab.locator(".leaflet-marker-icon").first.click()
        tab.wait_for_selector(".leaflet-popup b")
        return (
            tab.text_content(".leaflet-popup-content"),
            tab.get_attribute(".pin path", "fill"),
            tab.locator("path.leaflet-interactive").count(),
            tab.text_content(".leaflet-control-layers-overlays"),
        )

    seen = visit(write(drawn, tmp_path), act=look)
    assert seen.troubles == []
    popup, fill, paths, layers = seen.answer[0]
    assert popup.strip() == "own popup" and fill == "red" and "own layer" in layers
    assert paths == 35


@pytest.mark.browser
def test_hostile_names_and_texts_are_shown_as_text(visit, made, world, tmp_path):
    told = pd.DataFrame({HOSTILE: HOSTILE}, index=world.values.index)
    names = pd.Series(HOSTILE, world.land.index)
    said = dict.fromkeys(("title", "subtitle", "source", "legend", "ring"), HOSTILE)
    classes = Classes(SHADES.breaks, names=(HOSTILE,) * 5)
    drawn = made(names=names, told=told, said=said, classes=classes, uncertain=["440000"])

    def look(tab):
        tab.hover('path[data-code="650000"]')
        tip = tab.locator(".leaflet-tooltip.tip")
        return (
            tip.locator("b").text_content(),
            tip.locator("em").text_content(),
            tab.text_content("#title"),
            tab.evaluate("document.images.length"),
        )

    seen = visit(write(drawn, tmp_path), act=look)
    assert seen.troubles == []
    assert seen.answer[0] == (HOSTILE, HOSTILE, HOSTILE, 0)


FAR, RASTER = "https://example.org/a.png", folium.raster_layers


@pytest.mark.parametrize(
    ("layer", "address"),
    [
        (lambda: folium.TileLayer("OpenStreetMap"), "openstreetmap.org"),
        (lambda: RASTER.WmsTileLayer("https://example.org/wms", "a"), "example.org"),
        (lambda: RASTER.ImageOverlay(FAR, [[20, 80], [50, 120]]), "example.org"),
        (lambda: folium.Marker((30, 110), icon=folium.CustomIcon(FAR)), "example.org"),
        (lambda: folium.Marker((30, 110), popup="<img src='//example.org/a.png'>"), "example.org"),
        (lambda: MarkerCluster([(30, 110)]), "markercluster"),
    ],
)
def test_a_layer_that_would_ask_the_network_is_refused_unless_that_is_wanted(
    made, tmp_path, layer, address
):
    drawn = made()
    layer().add_to(drawn)
    with pytest.raises(ValueError, match=rf"ask the network for \S*{address}.*online=True"):
        drawn.save(tmp_path / "map.html")
    assert not list(tmp_path.iterdir())
    asked = made(online=True)
    layer().add_to(asked)
    html = asked.html()
    assert words("zh-hant")("explore.online") in html and address in html
    assert "img-src data: https:" in html
    assert words("zh-hant")("explore.online") not in made().html()


def test_addresses_that_nobody_loads_are_no_requests(made, world):
    drawn = made()
    told = world.land.loc[["510000"], ["geometry"]].assign(site="https://example.org/")
    folium.GeoJson(told).add_to(drawn)
    folium.Marker((30, 110), popup='<a href="https://example.org/">more</a>').add_to(drawn)
    assert "example.org" in drawn.html()


def test_a_file_is_small_and_saved_twice_the_same(made, tmp_path):
    drawn = made()
    folium.Marker(CITIES["460000"], popup="own").add_to(drawn)
    first, again = write(drawn, tmp_path).read_bytes(), write(drawn, tmp_path).read_bytes()
    assert first == again and len(first) <= 450_000
    assert made().html() == made().html()  # ids of ours are the same every time
    held = io.BytesIO()
    drawn.save(held, close_file=False)
    assert held.getvalue() == first
    assert [path.name for path in tmp_path.iterdir()] == ["map.html"]


def test_another_ending_is_refused(made, tmp_path):
    with pytest.raises(ValueError, match=r"map\.png: an interactive map is written as \.html"):
        made().save(tmp_path / "map.png")


def test_what_the_map_does_not_have_is_refused(made, world):
    with pytest.raises(ValueError, match="values: the map has no unit 999999"):
        made(pd.Series({"999999": 1.0}), told=pd.DataFrame())
    with pytest.raises(ValueError, match="infinite"):
        made(world.values.replace({5.0: float("inf")}))


def test_colours_are_those_of_the_classes(made, world):
    fills = {unit["code"]: unit["fill"] for unit in carried(made())["units"]}
    wanted = SHADES.colour(world.values)
    assert all(fills[code] == colour for code, colour in wanted.items())
    assert [code for code, fill in fills.items() if fill is None] == ["710000", "810000", "820000"]


@pytest.mark.browser
def test_a_cell_shows_the_map_also_if_it_was_hidden_at_first(visit, made, tmp_path):
    cell = made()._repr_html_()
    path = tmp_path / "cell.html"
    path.write_text(
        f'<meta charset="utf-8"><div id="cell" style="width: 420px" hidden>{cell}</div>',
        encoding="utf-8",
    )

    def look(tab):
        tab.evaluate("document.getElementById('cell').hidden = false")
        frame = tab.frames[1]
        frame.wait_for_function("map_atlas.getSize().x > 0 && map_atlas.getZoom() < 3.5")
        west, east = (
            frame.locator(f'path[data-code="{code}"]').bounding_box()
            for code in ("650000", "230000")
        )
        return frame.locator(UNITS).count(), west["x"] > 0, east["x"] + east["width"] < 430

    seen = visit(path, act=look)
    assert seen.answer[0] == (34, True, True)
    assert seen.page_errors == [] and seen.console == [] and seen.dialogs == []


def test_a_cell_holds_the_picture_beneath_the_map_and_a_short_text(made):
    drawn = made()
    assert re.search(
        r'<img alt="合成[^"]*"[^>]*src="data:image/png;base64,iVBOR', drawn._repr_html_()
    )
    assert repr(drawn) == "InteractiveMap('合成數據：數值由北向南遞增')"


@pytest.mark.browser
def test_without_scripts_there_is_the_table(visit, made, tmp_path):
    def look(tab):
        tab.click("summary")
        return tab.locator("#frame").is_visible(), tab.locator("#table tr").count()

    seen = visit(write(made(), tmp_path), scripts=False, act=look)
    assert seen.answer[0] == (False, 32)
    assert seen.requests == []


@pytest.mark.browser
def test_the_keyboard_reaches_every_unit_and_hears_its_values(visit, made, tmp_path):
    def look(tab):
        tab.focus('path[data-code="440000"]')
        tab.wait_for_selector(".leaflet-tooltip.tip")
        return tab.get_attribute('path[data-code="440000"]', "aria-label")

    seen = visit(write(made(), tmp_path), act=look)
    assert seen.answer[0].startswith("廣東：數值 ")
