"""Finds what people mean by a name: a unit, an indicator, a goal, in any script."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache

import pandas as pd

from quyu.words.scripts import simplified, unmarked

NATION = "100000"
NATION_NAMES = frozenset({"全国", "中国", "china", "nation", "national", NATION})
# A register's columns that hold names; the first two are how a unit is called in advice.
NAME_COLUMNS = (
    *("name_en", "short_zh_hant", "short_zh_hans", "name_zh_hant", "name_zh_hans"),
    *("name", "aliases"),
)


@lru_cache(maxsize=1 << 16)
def fold(name: str) -> str:
    """Takes from a name what tells nothing apart: script, case, width, blanks, hyphens, direction.

    >>> fold("Inner-Mongolia"), fold(" 廣東　省 "), fold("440000.0")
    ('innermongolia', '广东省', '440000')
    """
    plain = simplified(unicodedata.normalize("NFKC", unmarked(name))).casefold()
    return re.sub(r"[\s\-_'’·.]", "", re.sub(r"\.0+$", "", plain.strip()))


def called(names: pd.DataFrame) -> dict[str, list[str]]:
    """Every folded id and name of a table of names, with the ids that it may mean.

    `names` is indexed by id; each column holds names, one or several with `;` between.
    """
    means: dict[str, list[str]] = {}
    for key, *cells in names.itertuples():
        for name in {fold(name) for name in (key, *";".join(cells).split(";"))} - {""}:
            means.setdefault(name, []).append(key)
    return means


def find(word: str, names: pd.DataFrame, what: str = "unit") -> str:
    """The id of what is called `word`, which may be its id or any of its names, in any script.

    `names` is indexed by id, each column holds names; `what` says what they are names of. Refused:
    an empty word, one that may mean several ids, and one that is unknown, with the closest known.

    >>> goals = pd.DataFrame({"en": ["Innovation", "Green growth"], "zh-hant": ["創新", "綠色發展"]},
    ...                      index=["innovation", "green"])
    >>> [find(word, goals) for word in ("green", "绿色发展", "GREEN GROWTH", "創新")]
    ['green', 'green', 'green', 'innovation']
    >>> find("innovatoin", goals, "goal")
    Traceback (most recent call last):
    ValueError: No goal is called 'innovatoin'. Did you mean Innovation 創新 (innovation)?
    """
    if word in names.index:
        return word
    folded, means = fold(str(word)), called(names)
    ids = means.get(folded, [])
    if len(ids) == 1:
        return ids[0]
    if ids:
        raise ValueError(f"{word!r} may be {_listed(ids, names)}: write the id.")
    start = f"No {what} is called {word!r}." if folded else f"No {what} named."
    raise ValueError(f"{start} {advice(folded, names, means)}")


def resolve(name: str, register: pd.DataFrame, what: str = "province") -> str:
    """The id of a unit of `register`, named in any script, in full or short, or by its id.

    The register is indexed by id; its names stand in some of `NAME_COLUMNS`. Refused as by `find`,
    and the nation, which is no unit.

    >>> register = pd.DataFrame(
    ...     [["广东省", "廣東省", "Guangdong", "广东", "廣東", "Canton;粤"]], index=["440000"],
    ...     columns=["name_zh_hans", "name_zh_hant", "name_en", "short_zh_hans", "short_zh_hant", "aliases"])
    >>> [resolve(name, register) for name in ("廣東", "广东省", "guang dong", "粤", "440000")]
    ['440000', '440000', '440000', '440000', '440000']
    >>> resolve("Guangdon", register)
    Traceback (most recent call last):
    ValueError: No province is called 'Guangdon'. Did you mean Guangdong 廣東 (440000)?
    """
    if fold(str(name)) in NATION_NAMES:
        raise ValueError(f"{name!r} is the nation, not a {what}: name one {what}.")
    if (word := str(name)) in register.index:  # as nearly always
        return word
    return find(word, name_columns(register), what)


def name_columns(register: pd.DataFrame) -> pd.DataFrame:
    """The columns of a register that hold names."""
    return register[[column for column in NAME_COLUMNS if column in register]]


def advice(folded: str, names: pd.DataFrame, means: dict[str, list[str]]) -> str:
    """What to write instead of an unknown word: the nearest, or how the known ones look."""
    # Of two Chinese characters, one slip leaves only half.
    near = get_close_matches(folded, means, n=6, cutoff=0.6 if len(folded) > 3 else 0.5)
    ids = list(dict.fromkeys(key for word in near for key in means[word]))[:3]
    if ids:
        return f"Did you mean {_listed(ids, names)}?"
    return f"Write a name in any script, or an id, like {_listed(names.index[:1], names)}."


def _listed(ids: list[str], names: pd.DataFrame) -> str:
    first = names.iloc[:, :2].map(lambda cell: cell.split(";")[0])
    return " or ".join(f"{' '.join(first.loc[key]).strip()} ({key})" for key in ids)
