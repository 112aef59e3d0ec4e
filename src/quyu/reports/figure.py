"""A chart as a reader meets it: the finding above, the picture, its source below."""

from __future__ import annotations

from html import escape

from IPython.display import HTML

from quyu.maps.picture import Picture


def figure(picture: Picture, *, finding: str, source: str) -> HTML:
    """`picture` with a sentence on what it shows, from the data, and where the data come from.

    >>> figure(Picture("<svg/>", "a square"), finding="方的", source="虛構").data[:51]
    '<figure><figcaption class="finding">方的</figcaption>'
    """
    return HTML(
        f'<figure><figcaption class="finding">{escape(finding)}</figcaption>{picture.svg}'
        f"<figcaption>資料來源：{escape(source)}</figcaption></figure>"
    )
