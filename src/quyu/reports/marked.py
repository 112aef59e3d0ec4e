"""Chinese within an English page, marked as Chinese."""

from __future__ import annotations

import re

HAN = re.compile(r"[\u3400-\u9fff《（][\u3000-\u9fff《》（）：，0-9A-Za-z&;%=-]*")


def marked(html: str) -> str:
    """The markup with each run of Chinese in its texts given its language, for fonts and voices.

    Names that stand in one language only, such as a table's own title, come out this way.

    >>> marked("<td>A: 上海</td>")
    '<td>A: <span lang="zh-Hant">上海</span></td>'
    """
    return re.sub(r">([^<]+)<", lambda found: f">{_spans(found[1])}<", html)


def _spans(text: str) -> str:
    return HAN.sub(r'<span lang="zh-Hant">\g<0></span>', text)
