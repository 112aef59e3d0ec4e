"""What a unit is worth in another: 萬元 in 億元, percent in shares, in any script."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from quyu.words.scripts import simplified

# Longest first: 千万 is no 千 before a unit that begins with 万.
_TIMES = {
    "万亿": 10**12, "千亿": 10**11, "百亿": 10**10, "十亿": 10**9, "亿": 10**8,
    "千万": 10**7, "百万": 10**6, "十万": 10**5, "万": 10**4, "千": 10**3, "百": 10**2, "十": 10,
}  # fmt: skip
_ENGLISH = {
    "trillion": 10**12, "billion": 10**9, "million": 10**6, "thousand": 10**3, "hundred": 10**2,
}  # fmt: skip
# What counts the same thing by another word; a mass or a length by its own size.
_SAME = {
    "人民币": ("元", 1), "yuan": ("元", 1), "rmb": ("元", 1), "cny": ("元", 1),
    "persons": ("人", 1), "people": ("人", 1), "person": ("人", 1), "人次": ("人次", 1), "人年": ("人年", 1),
    "个": ("个", 1), "家": ("个", 1), "件": ("个", 1), "项": ("个", 1), "户": ("户", 1), "篇": ("个", 1),
    "张": ("个", 1), "所": ("个", 1), "count": ("个", 1), "items": ("个", 1),
    "吨": ("吨", 1), "公吨": ("吨", 1), "tonnes": ("吨", 1), "tons": ("吨", 1), "公斤": ("吨", Fraction(1, 1000)),
    "公里": ("公里", 1), "千米": ("公里", 1), "km": ("公里", 1), "米": ("公里", Fraction(1, 1000)),
    **dict.fromkeys(("1", "share", "shares", "ratio", "比率", "比例"), ("1", 1)),
    "%": ("1", Fraction(1, 100)), "percent": ("1", Fraction(1, 100)), "percentage": ("1", Fraction(1, 100)),
    "pct": ("1", Fraction(1, 100)), "‰": ("1", Fraction(1, 1000)),
    "百分比": ("1", Fraction(1, 100)), "美元": ("美元", 1), "usdollars": ("美元", 1), "usd": ("美元", 1),
}  # fmt: skip


def worth(unit: str) -> tuple[str, Fraction]:
    """What a unit counts, and how many of it: 萬元 is 10,000 元.

    >>> worth("萬元"), worth("%"), worth("100 million yuan")
    (('元', Fraction(10000, 1)), ('1', Fraction(1, 100)), ('元', Fraction(100000000, 1)))
    """
    plain = re.sub(r"\s", "", simplified(unicodedata.normalize("NFKC", unit))).casefold()
    if plain in _SAME:
        base, size = _SAME[plain]
        return base, Fraction(size)
    if "/" in plain:
        over, _, under = plain.partition("/")
        (top, many), (bottom, few) = worth(over), worth(under)
        return f"{top}/{bottom}", many / few
    if number := re.match(r"[\d,]+", plain):
        base, size = worth(plain[number.end() :])
        return base, size * int(number[0].replace(",", ""))
    for sign, times in (_TIMES | _ENGLISH).items():
        if plain.startswith(sign) and plain != sign:
            base, size = worth(plain[len(sign) :])
            return base, size * times
    return plain, Fraction(1)


def ratio(unit: str, other: str) -> float | None:
    """By what a value in `unit` is multiplied to be in `other`; None where they count other things.

    >>> ratio("萬元", "億元"), ratio("元/人", "万元/人"), ratio("吨", "元")
    (0.0001, 0.0001, None)
    """
    (base, size), (aim, own) = worth(unit), worth(other)
    return float(size / own) if base == aim else None
