"""The catalogue of one language: every sentence by its key, with places for the data."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from quyu.words.numbers import figure, isnan, three_digits
from quyu.words.scripts import isolated, simplified

LANGUAGES = ("zh-hant", "zh-hans", "en")
HTML_LANG = {"zh-hant": "zh-Hant", "zh-hans": "zh-Hans", "en": "en"}


@dataclass(frozen=True, eq=False)  # one per language: compared by identity
class Words:
    """The sentences of one language; call it with a key and the values of the sentence's places.

    >>> words("en")("rank", rank=3), words("zh-hans")("rank", rank=3)
    ('rank 3', '第 3 位')
    """

    lang: str
    texts: Mapping[str, str]

    def __call__(self, key: str, /, **values: Any) -> str:
        """The sentence `key` with its places filled; an unknown key or a missing value is refused."""
        if key not in self.texts:
            raise ValueError(f"the catalogue {self.lang} has no sentence {key!r}")
        try:
            return self.texts[key].format(**values)
        except KeyError as missing:
            raise ValueError(
                f"sentence {key!r} ({self.lang}) has a place {missing}; given: {', '.join(values)}"
            ) from None

    def html(self, key: str, /, **values: Any) -> str:
        """The sentence as markup: texts among the values are escaped, the sentence itself is ours.

        >>> words("en").html("rank", rank="<b>")
        'rank &lt;b&gt;'
        """
        safe = {k: escape(v) if isinstance(v, str) else v for k, v in values.items()}
        return self(key, **safe)

    def of(self, text: Any) -> str:
        """A text that is given in several languages (`zh_hant`, `en`), in this one.

        Text from right to left, or with marks of direction, is isolated from what stands beside it.
        """
        if self.lang == "en":
            return isolated(text.en)
        return isolated(text.zh_hant if self.lang == "zh-hant" else simplified(text.zh_hant))

    def join(self, items: Iterable[object]) -> str:
        """The items as one list within a sentence; further apart where an item is a list itself.

        >>> words("zh-hant").join(["北京", "上海"]), words("en").join(["Beijing", "Shanghai", "Fujian"])
        ('北京、上海', 'Beijing, Shanghai and Fujian')
        >>> words("en").join(["high (Beijing, Tianjin)", "low (Gansu)"])
        'high (Beijing, Tianjin); low (Gansu)'
        """
        said, apart = [str(item) for item in items], self.texts["join"]
        if any(apart in one for one in said):
            return self.texts["join_apart"].join(said)
        if len(said) < 2:
            return "".join(said)
        return self.texts["join_last"].join([apart.join(said[:-1]), said[-1]])

    def number(self, value: float | None, *, decimals: int = 1, sign: bool = False) -> str:
        """A figure with thousands separators; what is missing is said in words.

        >>> say = words("zh-hant")
        >>> say.number(12345.678), say.number(float("nan")), say.number(-0.04), say.number(1.5, sign=True)
        ('12,345.7', '未公布', '0.0', '+1.5')
        """
        return self.texts["missing"] if isnan(value) else figure(value, decimals, sign)

    def significant(self, value: float | None) -> str:
        """A figure of any size with about three meaningful digits.

        >>> [words("en").significant(x) for x in (1234567.0, 12.345, 0.012345, 0.0, None)]
        ['1,234,567', '12.3', '0.0123', '0', 'not published']
        """
        return self.texts["missing"] if isnan(value) else three_digits(value)

    def place(self, rank: float | None) -> str:
        """A rank as a bare number.

        >>> words("en").place(3.0), words("zh-hans").place(float("nan"))
        ('3', '未公布')
        """
        return self.texts["missing"] if isnan(rank) else f"{rank:.0f}"

    @property
    def suffix(self) -> str:
        """How a table names its columns of this language: zh_hant, zh_hans, en."""
        return self.lang.replace("-", "_")

    @property
    def html_lang(self) -> str:
        """The language for a page's `lang` attribute."""
        return HTML_LANG[self.lang]


@cache
def words(lang: str) -> Words:
    """The catalogue of a language: zh-hant, zh-hans or en.

    Simplified Chinese is the traditional catalogue in the other script; its own file holds only
    what the conversion would get wrong.

    >>> words("fr")
    Traceback (most recent call last):
    ...
    ValueError: lang is 'fr'; there are zh-hant, zh-hans, en.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"lang is {lang!r}; there are {', '.join(LANGUAGES)}.")
    texts = _read(lang)
    if lang == "zh-hans":
        texts = {key: simplified(text) for key, text in _read("zh-hant").items()} | texts
    return Words(lang, texts)


def _read(lang: str) -> dict[str, str]:
    file = files("quyu.words").joinpath(f"{lang}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(file), ""))


def _flat(table: Mapping[str, Any], before: str) -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
