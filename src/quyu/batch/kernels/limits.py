"""How long a notebook may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """How long one cell, and how long all of them, may take, in seconds; refused unless above 0.

    >>> Limits(run=0)
    Traceback (most recent call last):
    ...
    ValueError: --run-seconds is 0; it must be above 0 (and at most 1e9).
    """

    cell: float = 300
    run: float = 1800

    def __post_init__(self) -> None:
        for name, seconds in {"cell": self.cell, "run": self.run}.items():
            if not 0 < seconds <= 1e9:
                raise ValueError(
                    f"--{name}-seconds is {seconds:g}; it must be above 0 (and at most 1e9)."
                )
