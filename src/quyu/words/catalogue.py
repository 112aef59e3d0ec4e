"""The catalogue of one language: every sentence by its key, with places for the data."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from html import escape
from importlib.resources import files
from string import Formatter
from typing import Any

from quyu.words.numbers import digits_of, isnan, ordinal, three_digits
from quyu.words.scripts import isolated, simplified

LANGUAGES = ("zh-hant", "zh-hans", "en")
# What else they are called; a name that is nearly one of these is told to be meant.
OFTEN = {
    "zh-tw": "zh-hant",
    "zh-hk": "zh-hant",
    "zh-cn": "zh-hans",
    "zh-sg": "zh-hans",
    "en-us": "en",
}
OFTEN |= {"繁体": "zh-hant", "简体": "zh-hans", "english": "en"} | {
    each: each for each in LANGUAGES
}
HTML_LANG = {"zh-hant": "zh-Hant", "zh-hans": "zh-Hans", "en": "en"}

# The first letter of a name, and what follows: GDP, R&D and SO₂ keep their capitals, and so do these.
ITEM = re.compile(r"(?:^|(?<=, )|(?<= and )|(?<=; ))[A-Z](?=[a-z]|-[a-z])(?!adrid\b)")


class Sentence(Formatter):
    """Fills a sentence's places as str.format does, and three ways more, which only English asks for.

    `in`: names within a sentence, without a capital; `list`: all but the first so, where they begin
    it; `th`: a rank as an ordinal.

    >>> SENTENCE.format("{0:in}; {0:list}", "Software revenue, R&D intensity and Brand building")
    'software revenue, R&D intensity and brand building; Software revenue, R&D intensity and brand building'
    >>> SENTENCE.format("{rank:th}", rank="22")
    '22nd'
    """

    def format_field(self, value: Any, spec: str) -> str:
        if spec == "th":
            return ordinal(str(value))
        if spec in ("in", "list"):
            kept = int(spec == "list")
            return str(value)[:kept] + ITEM.sub(lambda found: found[0].lower(), str(value)[kept:])
        return super().format_field(value, spec)


SENTENCE = Sentence()


@dataclass(frozen=True, eq=False)  # one per language: compared by identity
class Words:
    """The sentences of one language; call it with a key and the values of the sentence's places.

    >>> words("en")("rank", rank=3), words("zh-hans")("rank", rank=3)
    ('rank 3', '第 3 位')
    """

    lang: str
    texts: Mapping[str, str]
    replaced: tuple[tuple[str, str], ...] = ()

    def suited(self, text: str) -> str:
        """A text of ours in the words for units that are no provinces, where `replaced` has some.

        >>> words("en", own_units=True).suited("{province}: rank of the province")
        '{province}: rank of the unit'
        """
        parts = re.split(r"(\{[^}]*\})", text)  # places keep their names
        for was, now in self.replaced:
            parts[::2] = [part.replace(was, now) for part in parts[::2]]
        return "".join(parts)

    def __call__(self, key: str, /, **values: Any) -> str:
        """The sentence `key` with its places filled; an unknown key or a missing value is refused."""
        if key not in self.texts:
            raise ValueError(f"the catalogue {self.lang} has no sentence {key!r}")
        try:
            return SENTENCE.format(self.texts[key], **values)
        except KeyError as missing:
            raise ValueError(
                f"sentence {key!r} ({self.lang}) has a place {missing}; given: {', '.join(values)}"
            ) from None

    def html(self, key: str, /, **values: Any) -> str:
        """The sentence as markup: texts among the values are escaped, the sentence itself is ours.

        What says itself to be markup (`__html__`) stays as it is.

        >>> words("en").html("rank", rank="<b>")
        'rank &lt;b&gt;'
        """
        text = lambda v: isinstance(v, str) and not hasattr(v, "__html__")  # noqa: E731
        safe = {k: escape(v) if text(v) else v for k, v in values.items()}
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
        return self.texts["missing"] if isnan(value) else digits_of(value, decimals, sign)

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
def words(lang: str, *, own_units: bool = False) -> Words:
    """The catalogue of a language: zh-hant, zh-hans or en.

    Of `own_units`, which are no provinces of a nation, other words are said: those under [own], and
    in all sentences the pairs of `own.replaced`.

    Simplified Chinese is the traditional catalogue in the other script; its own file holds only
    what the conversion would get wrong.

    >>> words("en")("atlas.province"), words("en", own_units=True)("atlas.province")
    ('Province', 'Unit')
    >>> words("zh_TW")
    Traceback (most recent call last):
    ...
    ValueError: lang is 'zh_TW'; there are zh-hant, zh-hans, en (closest: zh-hant).
    """
    if lang not in LANGUAGES:
        raise ValueError(f"{no_language(lang)}.")
    texts = _read(lang)
    if lang == "zh-hans":
        texts = {key: simplified(text) for key, text in _read("zh-hant").items()} | texts
    found = Words(lang, texts)
    if not own_units:
        return found
    pairs = [line.split(" → ") for line in texts["own.replaced"].splitlines()]
    found = Words(lang, texts, tuple((was, now) for was, now in pairs))
    own = {key.removeprefix("own."): text for key, text in texts.items() if key[:4] == "own."}
    said = {k: t if k.startswith("left_out.") else found.suited(t) for k, t in texts.items()}
    return Words(lang, said | own, found.replaced)


def no_language(lang: object) -> str:
    """What is said of a language that there is not, with the closest that there is.

    >>> no_language("fr"), no_language("zh")
    ("lang is 'fr'; there are zh-hant, zh-hans, en", \
"lang is 'zh'; there are zh-hant, zh-hans, en (closest: zh-hant, zh-hans)")
    """
    plain = simplified(str(lang)).casefold().replace("_", "-")
    near = get_close_matches(plain, [*OFTEN], n=1) or [each for each in OFTEN if each[:2] == plain]
    found = dict.fromkeys(OFTEN[each] for each in near)
    told = f" (closest: {', '.join(found)})" if found else ""
    return f"lang is {lang!r}; there are {', '.join(LANGUAGES)}{told}"


def _read(lang: str) -> dict[str, str]:
    file = files("quyu.words").joinpath(f"{lang}.toml").read_text(encoding="utf-8")
    return dict(_flat(tomllib.loads(file), ""))


def _flat(table: Mapping[str, Any], before: str) -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value
