"""A page asks the network for nothing and runs nothing that it was not built with."""

import base64
import hashlib
import json
import re

import folium
import pytest

from quyu.maps.offline import OfflineMap, offline_page

HOSTILE = "<img src=x onerror=alert(1)></script><script>alert(2)</script>`${alert(3)}`\u2028&"


def plain_map():
    return OfflineMap(location=(0, 0), zoom_start=0, tiles=None, crs="Simple")


def write(drawn=None, **changes):
    parts = {"title": "頁", "description": "述", "body": "<!--map-->", "data": {}, **changes}
    return offline_page(drawn or plain_map(), **parts)


def scripts(html):
    return re.findall(r"<script>(.*?)</script>", html, re.S)


def test_leaflet_is_inside_and_nothing_else_is_asked_for():
    html = write()
    assert "Leaflet 1.9.3" in html
    markup = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert not re.search(r"(?:src=|href=|url\()[\"']?(?:https?:)?//", markup)
    assert "bootstrap" not in html and "jquery" not in markup.lower()


def test_only_the_scripts_of_the_page_may_run():
    html = write(data={"data": {"name": HOSTILE}}, title=HOSTILE)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', html)[1]
    hashes = [
        "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"
        for text in scripts(html)
    ]
    assert re.search(r"script-src ([^;]*);", policy)[1].split() == hashes
    assert policy.startswith("default-src 'none';")


def test_data_changes_no_hash():
    def policy(html):
        return re.search(r"script-src ([^;]*);", html)[1]

    assert policy(write()) == policy(write(data={"data": HOSTILE}, title=HOSTILE))


def test_data_arrives_as_it_was_and_cannot_end_its_block():
    html = write(data={"data": {"name": HOSTILE}})
    block = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.S)[1]
    assert json.loads(block) == {"name": HOSTILE}
    assert not set("<>&\u2028") & set(block)


def test_the_same_map_gives_the_same_bytes():
    assert write() == write()


def test_language_title_and_zoom():
    html = write(title="東 <b> & 西")
    assert '<html lang="zh-Hant">' in html
    assert "<title>東 &lt;b&gt; &amp; 西</title>" in html
    assert "user-scalable" not in html and "maximum-scale" not in html
    assert 'rel="icon" href="data:' in html


def test_folium_is_left_as_it_was():
    before = list(folium.Map.default_js), list(folium.Map.default_css)
    write()
    with pytest.raises(AttributeError):
        plain_map().add_js_link("more", "https://example.org/more.js")
    assert (list(folium.Map.default_js), list(folium.Map.default_css)) == before


@pytest.mark.parametrize(
    "body",
    [
        '<img src="https://example.org/a.png"><!--map-->',
        '<img srcset="//example.org/a.png 2x"><!--map-->',
        '<p style="background: url(https://example.org/a.png)"><!--map--></p>',
        '<style>@import "https://example.org/a.css";</style><!--map-->',
        '<link rel="stylesheet" href="more.css"><!--map-->',
        '<svg><image href="https://example.org/a.png"/></svg><!--map-->',
        '<iframe src="other.html"></iframe><!--map-->',
    ],
)
def test_anything_that_would_be_fetched_is_refused(body):
    with pytest.raises(ValueError, match=r"ask the network for .*(example|more|other)"):
        write(body=body)


def test_a_link_to_follow_is_no_request():
    assert 'href="https://example.org/"' in write(
        body='<a href="https://example.org/">x</a><!--map-->'
    )


def test_a_map_with_an_unknown_library_is_refused():
    with pytest.raises(ValueError, match=r"ask the network for https://.*jquery"):
        write(folium.Map(location=(0, 0), tiles=None))


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="zh-hant, zh-hans, en"):
        write(lang="fr")


@pytest.mark.browser
def test_a_reader_opens_it_without_a_sound(visit, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(write(data={"data": HOSTILE}, title=HOSTILE), encoding="utf-8")
    seen = visit(path, act=lambda tab: tab.evaluate("L.version"))
    assert seen.troubles == []
    assert seen.answer == ["1.9.3"]


@pytest.mark.browser
def test_a_script_that_slipped_into_the_body_does_not_run(visit, tmp_path):
    path = tmp_path / "page.html"
    slipped = "<!--map--><script>document.title = 'ran'</script>"
    path.write_text(write(body=slipped), encoding="utf-8")
    seen = visit(path, act=lambda tab: tab.title())
    assert seen.answer == ["頁"]
    assert "Content Security Policy" in seen.console[0]
