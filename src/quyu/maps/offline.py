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
from importlib.resources import files
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


def offline_page(
    drawn: folium.Map,
    *,
    title: str,
    description: str,
    body: str,
    style: str = "",
    data: Mapping[str, object],
    lang: str = "zh-hant",
    online: bool = False,
) -> str:
    """The map as a complete HTML document with everything it needs inside.

    `body` is markup, its texts already escaped, with `<!--map-->` where the map stands. `data` are
    values for JSON by element id: names and figures travel there, never in a script, so that a
    name can neither run nor end one. Only the scripts of the map itself may run: their hashes are
    taken before any of `body` or `data` is in the page. Refused: a map, body or style that would
    make the browser ask for anything, unless the page is `online`; an unknown language.
    """
    head, holder, scripts = _parts(drawn, online)
    allowed = " ".join(
        text if outside else f"'sha256-{_sha256(text)}'" for text, outside in scripts
    )
    https = " https:" if online else ""
    policy = (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'{https}; "
        f"img-src data:{https};{' connect-src https:; font-src https:;' if online else ''} "
        "base-uri 'none'; form-action 'none'"
    )
    blocks = [
        f'<script type="application/json" id="{escape(key)}">{json_text(value)}</script>'
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
            *(
                f'<script src="{escape(text)}"></script>' if outside else f"<script>{text}</script>"
                for text, outside in scripts
            ),
            "</body>\n</html>\n",
        )
    )
    if not online:
        _refuse_requests(text)
    return text


def text_of(name: str) -> str:
    """A script or a style of ours."""
    return files("quyu.maps").joinpath(name).read_text(encoding="utf-8")


def _parts(drawn: folium.Map, online: bool) -> tuple[str, str, list[tuple[str, bool]]]:
    """The head without scripts or links, the map's element, the scripts in order.

    A script is its text, or an address where it is outside the page, and which of the two.
    """
    figure = drawn.get_root()
    figure.render()
    head, holder = figure.header.render(), figure.html.render()
    tag = re.compile(r'<script(?:\s+src="([^"]*)")?\s*>(.*?)</script>', re.S)
    scripts = [
        (src, True)
        if online and src and src not in _ASSETS
        else (_asset(src) if src else text, False)
        for src, text in tag.findall(head)
    ]
    head = tag.sub("", head)
    head = re.sub(
        r'<link\s+rel="stylesheet"\s+href="([^"]*)"\s*/?>',
        lambda link: (
            link[0] if online and link[1] not in _ASSETS else f"<style>{_asset(link[1])}</style>"
        ),
        head,
    )
    # Ours stand in the page already, and readers may zoom it.
    head = re.sub(r"<meta\s[^>]*>", "", head)
    own = figure.script.render()
    if not online and (asked := _CALLS.findall(own)):
        raise ValueError(_outside(", ".join(dict.fromkeys(asked))))
    return head.strip(), holder.strip(), [*scripts, (own, False)]


# What a layer of Folium's would load: an address that is handed to a function, an icon's, markup's.
_CALLS = re.compile(
    r"""(?:(?:[Tt]ileLayer(?:\.\w+)?|[a-z]\w*Overlay|fetch|getJSON|ajax|import)\(\s*
    |[a-z]\w*Url["']?\s*:\s*|\bsrc\s*=\s*\\?|url\(\s*)["'`]?
    ((?!data:|\#)(?:https?:)?//[^"'`\s)<>\\]+)""",
    re.X,
)


def _outside(address: str) -> str:
    return (
        f"the page would ask the network for {address}; Leaflet {_LEAFLET} is all that it holds. "
        "Leave that layer out, or make the map with online=True, for readers with a network."
    )


def _asset(url: str) -> str:
    if url not in _ASSETS:
        raise ValueError(_outside(url))
    path = _in_wheel(_ASSETS[url])
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".css":
        return re.sub(
            r"url\((images/[^)]*)\)", lambda at: f"url({_uri(path.parent / at[1])})", text
        )
    return re.sub(r"//# sourceMappingURL=.*", "", text)


def _in_wheel(name: str) -> Path:
    wheel = distribution("XStatic-Leaflet")
    if not wheel.version.startswith(_LEAFLET):
        raise ValueError(f"XStatic-Leaflet {wheel.version} is installed; {_LEAFLET} is needed")
    return Path(str(wheel.locate_file(name)))


def icons() -> dict[str, str]:
    """The pictures of Leaflet's own marker, as data URIs, under the names of its options."""
    names = {"iconUrl": "icon", "iconRetinaUrl": "icon-2x", "shadowUrl": "shadow"}
    folder = f"{_FOLDER}images/marker-"
    return {option: _uri(_in_wheel(f"{folder}{name}.png")) for option, name in names.items()}


def _uri(path: Path) -> str:
    kind, _ = mimetypes.guess_type(path.name)
    return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def json_text(value: object) -> str:
    r"""A value as JSON that may stand inside a page: it ends no script and begins no markup.

    >>> json_text({"a": "</script>"})
    '{"a":"\\u003c/script\\u003e"}'
    """
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
        raise ValueError(_outside(", ".join(dict.fromkeys(found.urls))))


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
