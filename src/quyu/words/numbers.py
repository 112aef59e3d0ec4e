"""Figures as text, the same in every language."""

from __future__ import annotations

import math


def isnan(value: float | None) -> bool:
    """Whether there is no figure: None, NaN or pandas' NA.

    >>> isnan(None), isnan(float("nan")), isnan(0.0)
    (True, True, False)
    """
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return math.isnan(value)


def digits_of(value: float, decimals: int, sign: bool = False) -> str:
    """A figure with thousands separators and a true minus; a zero carries no sign.

    >>> digits_of(-1234.5, 1), digits_of(-0.04, 1), digits_of(0.04, 1, sign=True)
    ('−1,234.5', '0.0', '0.0')
    """
    text = f"{value:{'+' if sign else ''},.{decimals}f}"
    # A minus that rounding has emptied would be read as a fall.
    text = text.lstrip("+-") if not any(digit in text for digit in "123456789") else text
    return text.replace("-", "−")


def three_digits(value: float) -> str:
    """A figure of any size with about three meaningful digits.

    >>> three_digits(1234567.0), three_digits(12.345), three_digits(-0.012345), three_digits(0.0)
    ('1,234,567', '12.3', '−0.0123', '0')
    >>> three_digits(99.99999999999999)
    '100'
    """
    size = abs(value)
    if size == 0:
        return "0"
    # 100 less the last digit of a logarithm is still 100, and not 100.0.
    if size >= 100 or (size >= 1 and abs(value - round(value)) < 1e-9):
        return digits_of(value, 0)
    if size >= 1:
        return digits_of(value, 1 if size >= 10 else 2)
    return f"{value:.3g}".replace("-", "−")


def ordinal(rank: str) -> str:
    """A rank in English; what is no whole number stays as it is.

    >>> [ordinal(rank) for rank in ("1", "11", "22", "3–4", "not published")]
    ['1st', '11th', '22nd', '3–4', 'not published']
    """
    if not rank.isdigit():
        return rank
    teens = rank[-2:] in ("11", "12", "13")
    return rank + ("th" if teens else {"1": "st", "2": "nd", "3": "rd"}.get(rank[-1], "th"))
