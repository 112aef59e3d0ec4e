"""The speed of convergence that a coefficient implies: λ, and the years until half a gap is closed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

CUSTOMARY = 0.02  # a year; what Barro & Sala-i-Martin (1992) found for states, prefectures, regions

Course = Literal["converging", "diverging", "overshooting"]


@dataclass(frozen=True)
class Speed:
    """What `speed` returns.

    rate       λ, the share of a gap closed per year (continuously); negative = gaps widen; None if
               overshooting
    half_life  years until half a gap is closed, ln 2 / λ; None unless converging
    course     "converging" λ > 0 · "diverging" λ ≤ 0, gaps last or widen · "overshooting" 1 + bT ≤ 0,
               the rich of the first year end below the poor, so that no speed describes it
    low, high  λ at the ends of the interval of b; None where that end overshoots (no bound)
    """

    rate: float | None
    half_life: float | None
    course: Course
    low: float | None
    high: float | None

    @property
    def half_lives(self) -> tuple[float, float | None]:
        """The least and the most years that the interval allows; None: perhaps half is never closed."""
        least = 0.0 if self.high is None else math.log(2) / self.high
        return least, math.log(2) / self.low if self.low is not None and self.low > 0 else None


def speed(b: float, span: float, *, interval: tuple[float, float]) -> Speed:
    """λ = −ln(1 + b T) / T of the slope `b` of yearly growth on the first level over `span` years.

    The same for logs and for levels, since both say that a gap shrinks to 1 + bT = e^(−λT) of
    itself. `interval` are the lower and upper end of the interval of b.
    (Barro & Sala-i-Martin 1992, Journal of Political Economy 100: 223–251.)

    A gap halved in 4 years: b = (1/2 − 1) / 4.

    >>> found = speed(-0.125, 4, interval=(-0.2, 0.1))
    >>> round(found.rate, 4), round(found.half_life, 9), found.course
    (0.1733, 4.0, 'converging')
    >>> [years and round(years, 2) for years in found.half_lives]
    [1.72, None]
    >>> speed(-0.25, 4, interval=(-0.3, -0.2)).course
    'overshooting'
    """
    found = rate(b, span)
    low, high = (rate(end, span) for end in reversed(interval))
    if found is None:
        return Speed(None, None, "overshooting", low, high)
    if found <= 0:
        return Speed(found, None, "diverging", low, high)
    return Speed(found, math.log(2) / found, "converging", low, high)


def slope(speed: float, span: float) -> float:
    """The b that a `speed` of λ gives over `span` years, −(1 − e^(−λT)) / T.

    >>> round(slope(0.02, 1), 4), round(slope(0.02, 8), 4)
    (-0.0198, -0.0185)
    """
    return math.expm1(-speed * span) / span


def rate(b: float, span: float) -> float | None:
    """λ = −ln(1 + b T) / T, the inverse of `slope`; None if 1 + bT ≤ 0.

    >>> round(rate(-0.125, 4), 4), rate(0.0, 4), rate(-0.25, 4)
    (0.1733, 0.0, None)
    """
    left = 1 + round(b * span, 12)  # a fit to equal growth gives b = 1e-17, which is no speed
    return -math.log(left) / span + 0.0 if left > 0 else None  # + 0.0: never −0
