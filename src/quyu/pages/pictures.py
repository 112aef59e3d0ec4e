"""A picture as a reader meets it: under a sentence on what it shows."""

from __future__ import annotations

from html import escape

from IPython.display import HTML

from quyu.maps.picture import Picture
from quyu.words import Words


def figure(picture: Picture, *, finding: str, source: str, say: Words, note: str = "") -> HTML:
    """`picture` with a sentence on what it shows, from the data, and where the data come from.

    `note` says before the source how it was made, where that is not plain to see.

    >>> from quyu.words import words
    >>> shown = Picture("<svg/>", "a square")
    >>> figure(shown, finding="A square.", source="invented", say=words("en")).data[36:]
    'A square.</figcaption><svg/><figcaption>Source: invented</figcaption></figure>'
    """
    below = (f"{escape(note)}<br>" if note else "") + say.html("map.source", source=source)
    return HTML(
        f'<figure><figcaption class="finding">{escape(finding)}</figcaption>{picture.svg}'
        f"<figcaption>{below}</figcaption></figure>"
    )


def mapped(picture: Picture, finding: str) -> HTML:
    """A map, which names its sources itself, under a sentence on what it shows.

    On a phone the map slides sideways, so that its names stay legible; the sentence stays.

    >>> mapped(Picture("<svg/>", "a square"), "A square.").data[33:]
    '<figcaption class="finding">A square.</figcaption><svg/></figure>'
    """
    return HTML(
        '<figure class="map" tabindex="0">'
        f'<figcaption class="finding">{escape(finding)}</figcaption>{picture.svg}</figure>'
    )
