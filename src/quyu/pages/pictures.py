"""A picture as a reader meets it: under a sentence on what it shows."""

from __future__ import annotations

from html import escape

from IPython.display import HTML

from quyu.maps.picture import Picture
from quyu.words import Words


def figure(
    picture: Picture | str, *, finding: str, source: str, say: Words, note: str = "", kind: str = ""
) -> HTML:
    """`picture` with a sentence on what it shows, from the data, and where the data come from.

    Panels are given as their markup. `note` says before the source how it was made, where that is not
    plain to see; a `kind` of "screen" is left out on paper.

    >>> from quyu.words import words
    >>> shown = Picture("<svg/>", "a square")
    >>> figure(shown, finding="A square.", source="invented", say=words("en")).data[36:]
    'A square.</figcaption><svg/><figcaption>Source: invented</figcaption></figure>'
    """
    below = (f"{escape(note)}<br>" if note else "") + say.html("map.source", source=source)
    drawn = picture if isinstance(picture, str) else picture.svg
    return HTML(
        f'<figure{kind and f" class={kind}"}><figcaption class="finding">{escape(finding)}</figcaption>{drawn}'
        f"<figcaption>{below}</figcaption></figure>"
    )


def mapped(picture: str, finding: str, *, shape: float, scale: tuple[str, float], key: str) -> HTML:
    """The markup of a map, which names its sources itself, under a sentence on what it shows.

    On a phone and on paper it is cut to `shape`, its width by its height, without the letters round it,
    which would be too small; `key` says there, as markup, what they say, and `scale` is a length with
    its share of the width.

    >>> mapped("<svg/>", "A square.", shape=1.2, scale=("5 km", 0.1), key="red: hot").data[20:]
    '<figcaption class="finding">A square.</figcaption><div class="cut" style="--shape:1.2"><svg/>\
<span class="bar" style="width:10%">5 km</span></div><div class="narrow">red: hot</div></figure>'
    """
    text, share = scale
    return HTML(
        f'<figure class="map"><figcaption class="finding">{escape(finding)}</figcaption>'
        f'<div class="cut" style="--shape:{shape:.4g}">{picture}'
        f'<span class="bar" style="width:{100 * share:.3g}%">{escape(text)}</span></div>'
        f'<div class="narrow">{key}</div></figure>'
    )
