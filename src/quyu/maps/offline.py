"""One Folium map in one HTML page that asks the network for nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import mimetypes
import re
from collections.abc import Mapping
from html import escape
from html.parser import HTMLParser
from importlib.metadata import distribution
from pathlib import Path
from urllib.parse import quote

import folium

from quyu.words import words

# What a page may hold of what Folium asks for, with its place in the wheel XStatic-Leaflet.
_LEAFLET = "1.9.3"
_SITE = f"https://cdn.jsdelivr.net/npm/leaflet@{_LEAFLET}/dist/"
_FOLDER = "xstatic/pkg/leaflet/data/"
_ASSETS = {_SITE + name: _FOLDER + name for name in ("leaflet.js", "leaflet.css")}
_ICON = "data:image/svg+xml," + quote(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8">'
    '<path fill="#253494" d="M0 0h8v8H0z"/><path fill="#41b6c4" d="M0 4h4v4H0z"/></svg>'
)
MAP_PLACE = "<!--map-->"


class OfflineMap(folium.Map):
    """A `folium.Map` that needs Leaflet alone, with an id that is the same every time."""

    # Folium's lists belong to every map of the process; these cannot be added to at all.
    default_js = tuple(pair for pair in folium.Map.default_js if pair[0] == "leaflet")
    default_css = tuple(pair for pair in folium.Map.default_css if pair[0] == "leaflet_css")

    def get_name(self) -> str:
        return "map_atlas"


def page(
    drawn: folium.Map,
    *,
    title: str,
    description: str,
    body: str,
    style: str = "",
    data: Mapping[str, object],
    lang: str = "zh-hant",
) -> str:
    """The map as a complete HTML document with everything it needs inside.

    `body` is markup, its texts already escaped, with `<!--map-->` where the map stands. `data` are
    values for JSON by element id: names and figures travel there, never in a script, so that a
    name can neither run nor end one. Only the scripts of the map itself may run: their hashes are
    taken before any of `body` or `data` is in the page. Refused: a map, body or style that would
    make the browser ask for anything; an unknown language.
    """
    head, holder, scripts = _parts(drawn)
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    blocks = [
        f'<script type="application/json" id="{escape(key)}">{_json(value)}</script>'
        for key, value in data.items()
    ]
    text = "\n".join(
        (
            f'<!DOCTYPE html>\n<html lang="{words(lang).html_lang}">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title>",
            f'<meta name="description" content="{escape(description)}">',
            f'<link rel="icon" href="{_ICON}">',
            f"{head}\n<style>{style}</style>\n</head>\n<body>",
            body.replace(MAP_PLACE, holder),
            *blocks,
            *(f"<script>{script}</script>" for script in scripts),
            "</body>\n</html>\n",
        )
    )
    _refuse_requests(text)
    return text


def _parts(drawn: folium.Map) -> tuple[str, str, list[str]]:
    """The head without scripts or links, the map's element, the scripts in order."""
    figure = drawn.get_root()
    figure.render()
    head, holder = figure.header.render(), figure.html.render()
    tag = re.compile(r'<script(?:\s+src="([^"]*)")?\s*>(.*?)</script>', re.S)
    scripts = [_asset(src) if src else text for src, text in tag.findall(head)]
    head = tag.sub("", head)
    head = re.sub(
        r'<link\s+rel="stylesheet"\s+href="([^"]*)"\s*/?>',
        lambda link: f"<style>{_asset(link[1])}</style>",
        head,
    )
    # Ours stand in the page already, and readers may zoom it.
    head = re.sub(r"<meta\s[^>]*>", "", head)
    return head.strip(), holder.strip(), [*scripts, figure.script.render()]


def _asset(url: str) -> str:
    if url not in _ASSETS:
        raise ValueError(
            f"the page would ask the network for {url}; it may use only {', '.join(_ASSETS)}"
        )
    wheel = distribution("XStatic-Leaflet")
    if not wheel.version.startswith(_LEAFLET):
        raise ValueError(f"XStatic-Leaflet {wheel.version} is installed; {_LEAFLET} is needed")
    path = Path(str(wheel.locate_file(_ASSETS[url])))
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        return re.sub(
            r"url\((images/[^)]*)\)", lambda at: f"url({_uri(path.parent / at[1])})", text
        )
    return re.sub(r"//# sourceMappingURL=.*", "", text)


def _uri(path: Path) -> str:
    kind, _ = mimetypes.guess_type(path.name)
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for sign in "&<>\u2028\u2029":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


def _refuse_requests(text: str) -> None:
    """Raise if any element would load something from outside the page."""
    found = _Requests()
    found.feed(text)
    found.close()
    if found.urls:
        raise ValueError(f"the page would ask the network for {', '.join(found.urls)}")


_LOADS = ("src", "srcset", "poster", "data", "background", "ping")


class _Requests(HTMLParser):
    """Collects what a browser would fetch; a link to follow (`a href`) is none."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_style = tag == "style"
        for name, value in attrs:
            if name in _LOADS or (name in ("href", "xlink:href") and tag not in ("a", "area")):
                self._collect(value or "")
            elif name == "style" or "url(" in (value or ""):
                self._styles(value or "")

    def handle_data(self, data: str) -> None:
        if self._in_style:
            self._styles(data)

    def handle_endtag(self, tag: str) -> None:
        self._in_style = False

    def _styles(self, text: str) -> None:
        for url in re.findall(r"url\(\s*['\"]?([^'\")]*)|@import\s+['\"]([^'\"]*)", text):
            self._collect("".join(url))

    def _collect(self, url: str) -> None:
        if not url.startswith(("data:", "#")):
            self.urls.append(url)
