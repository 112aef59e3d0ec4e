"""A unit's name or shape that leads to its report where there is one, and nowhere where there is none."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from html import escape

COMPARE = "compare.html"  # beside the front page
NOWHERE: Mapping[str, Collection[str]] = {}  # of pages in other languages: there are none
# What `unit` wrote, or `linked` made of it; a name in another language stands in a span of its own.
UNIT = re.compile(
    r'<(?:a|span) data-unit="([\w.]+)"(?: href="[^"]*")?>'
    r'((?:[^<]|<span lang="[\w-]+">[^<]*</span>)*)</(?:a|span)>'
)
# What `over` laid over a map, and a mark in it. A page has hundreds, so a link's own address says whose it is.
OVER = re.compile(r'<svg class="over".*?</svg>', re.S)
AREA = re.compile(
    r'<a (?:data-unit="([\w.]+)"|href="(?:\.\./)*reports/([\w.]+)-[^"]*") tabindex="-1">'
)


def unit(subject: str, adcode: str) -> str:
    """The name `subject` of a unit as markup that `linked` turns into a link.

    >>> unit("A&B", "210000")
    '<span data-unit="210000">A&amp;B</span>'
    """
    return f'<span data-unit="{escape(adcode)}">{escape(subject)}</span>'


def over(map_svg: str, shapes: Mapping[str, Iterable[str]], names: Mapping[str, str]) -> str:
    """A map under the shapes of its units, which are not seen until one points at them.

    `shapes` are the ids of each unit's shapes in the page, the last lies above the others; `linked`
    makes links of them. They are for a hand alone: a map is one picture to a voice, and no stop of the
    keyboard, for which the tables beside it have the same links.

    >>> over('<svg viewBox="0 0 9 9"/>', {"210000": ["u5"]}, {"210000": "遼寧"})[24:]
    '<svg class="over" viewBox="0 0 9 9" display="none" aria-hidden="true"><a data-unit="210000" \
tabindex="-1"><title>遼寧</title><use href="#u5"/></a></svg>'
    """
    size = "".join(
        re.findall(r' (?:viewBox|width|height|style)="[^"]*"', map_svg.partition(">")[0])
    )
    drawn = "".join(
        f'<a data-unit="{escape(code)}" tabindex="-1"><title>{escape(names[code])}</title>'
        + "".join(f'<use href="#{each}"/>' for each in own)
        + "</a>"
        for code, own in shapes.items()
    )
    # A notebook, which has not our style sheet, does not show it.
    return f'{map_svg}<svg class="over"{size} display="none" aria-hidden="true">{drawn}</svg>'


def reports(there: Collection[str]) -> dict[str, str]:
    """The report of each unit among the pages in `there`, by adcode.

    >>> reports({"index.html", "regions/east.html", "reports/210000-liaoning.html"})
    {'210000': 'reports/210000-liaoning.html'}
    """
    of_units = [path for path in there if path.startswith("reports/")]
    return {path.removeprefix("reports/").partition("-")[0]: path for path in of_units}


def linked(text: str, there: Collection[str], up: str = "") -> str:
    """The page with a link on name and shape of each unit whose report is in `there`, and on no other.

    `up` leads from the page to the folder of `there`. A page that was linked before is linked anew.

    >>> once = linked(unit("遼寧", "210000"), ["reports/210000-liaoning.html"], "../")
    >>> once
    '<a data-unit="210000" href="../reports/210000-liaoning.html">遼寧</a>'
    >>> linked(once, [])
    '<span data-unit="210000">遼寧</span>'
    """
    pages = reports(there)

    def link(found: re.Match[str]) -> str:
        adcode, name = found.groups()
        if adcode not in pages:
            return f'<span data-unit="{adcode}">{name}</span>'
        return f'<a data-unit="{adcode}" href="{escape(up + pages[adcode])}">{name}</a>'

    def lead(found: re.Match[str]) -> str:
        adcode = found[1] or found[2]
        page = pages.get(adcode)
        to = f'href="{escape(up + page)}"' if page else f'data-unit="{adcode}"'
        return f'<a {to} tabindex="-1">'

    return AREA.sub(lead, UNIT.sub(link, text))
