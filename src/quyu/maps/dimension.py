"""One thing that the atlas can show: what it is called in every language, how it is classed."""

from collections.abc import Mapping
from dataclasses import dataclass

from quyu.maps.classes import Classes
from quyu.maps.palette import YLGNBU
from quyu.words import LANGUAGES

Said = Mapping[str, str]  # a text by language


@dataclass(frozen=True)
class Dimension:
    """A dimension's name and method by language, its inner breaks, the same in every year.

    `method` says how the breaks were found. `unit` follows every value, with the space it needs.
    `ranked` says whether the greatest value is the first in rank; else values have an order only.

    >>> Dimension({"en": "Index"}, {"en": "fixed"}, (20, 40, 60, 80))
    Traceback (most recent call last):
    ...
    ValueError: title is not given in zh-hant, zh-hans
    """

    title: Said
    method: Said
    breaks: tuple[float, ...]
    colours: tuple[str, ...] = YLGNBU
    decimals: int = 1
    unit: Said | None = None
    ranked: bool = True

    def __post_init__(self) -> None:
        for what in ("title", "method", "unit"):
            if (text := getattr(self, what)) is not None:
                refuse_unsaid(what, text)
        _ = self.classes

    @property
    def classes(self) -> Classes:
        """The classes of its values."""
        return Classes(tuple(self.breaks), tuple(self.colours))


def refuse_unsaid(what: str, text: Said) -> None:
    """Raise ValueError for a text that a language of the page does not have."""
    missing = [lang for lang in LANGUAGES if lang not in text]
    if missing:
        raise ValueError(f"{what} is not given in {', '.join(missing)}")
