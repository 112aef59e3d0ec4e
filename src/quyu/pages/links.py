"""A unit's name that leads to its report where there is one, and is plain text where there is none."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from html import escape

COMPARE = "compare.html"  # beside the front page
NOWHERE: Mapping[str, Collection[str]] = {}  # of pages in other languages: there are none
# What `unit` wrote, or `linked` made of it; a name in another language stands in a span of its own.
UNIT = re.compile(
    r'<(?:a|span) data-unit="([\w.]+)"(?: href="[^"]*")?>'
    r'((?:[^<]|<span lang="[\w-]+">[^<]*</span>)*)</(?:a|span)>'
)


def unit(subject: str, adcode: str) -> str:
    """The name `subject` of a unit as markup that `linked` turns into a link.

    >>> unit("A&B", "210000")
    '<span data-unit="210000">A&amp;B</span>'
    """
    return f'<span data-unit="{escape(adcode)}">{escape(subject)}</span>'


def reports(there: Collection[str]) -> dict[str, str]:
    """The report of each unit among the pages in `there`, by adcode.

    >>> reports({"index.html", "regions/east.html", "reports/210000-liaoning.html"})
    {'210000': 'reports/210000-liaoning.html'}
    """
    of_units = [path for path in there if path.startswith("reports/")]
    return {path.removeprefix("reports/").partition("-")[0]: path for path in of_units}


def linked(text: str, there: Collection[str], up: str = "") -> str:
    """The page with a link on the name of each unit whose report is in `there`, and on no other.

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

    return UNIT.sub(link, text)
