"""Where the same page stands in the other languages."""

from __future__ import annotations

from collections.abc import Mapping, Set

from quyu.words import LANGUAGES, words


def languages(path: str, elsewhere: Mapping[str, Set[str]]) -> list[tuple[str, str, str]]:
    """The page's name in each other language that has it, its address from here, the language.

    `path` is the page within its language, `elsewhere` the pages of every other language.

    >>> languages("regions/east.html", {"zh-hant": {"regions/east.html"}, "zh-hans": set()})
    [('繁體中文', '../../zh-hant/regions/east.html', 'zh-Hant')]
    """
    up = "../" * (path.count("/") + 1)
    return [
        (words(lang)("page.language"), f"{up}{lang}/{path}", words(lang).html_lang)
        for lang in LANGUAGES
        if path in elsewhere.get(lang, ())
    ]
