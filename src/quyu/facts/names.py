"""Resolves what people call a province to its adcode."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches

import pandas as pd

from quyu.words.scripts import unmarked

NATION = "100000"
NATION_NAMES = frozenset({"全國", "全国", "中國", "中国", "china", "nation", "national", NATION})
NAME_COLUMNS = ("name_zh_hans", "name_zh_hant", "name_en", "short_zh_hans", "short_zh_hant")


def fold(name: str) -> str:
    """Takes from a name what does not tell provinces apart: case, width, blanks, hyphens, direction.

    >>> fold("Inner-Mongolia"), fold(" 廣東　省 "), fold("440000.0")
    ('innermongolia', '廣東省', '440000')
    """
    plain = unicodedata.normalize("NFKC", unmarked(name)).casefold()
    return re.sub(r"[\s\-_'’·.]", "", re.sub(r"\.0+$", "", plain.strip()))


def index_names(provinces: pd.DataFrame) -> dict[str, str]:
    """Every folded name, alias and adcode of the register, each with its adcode.

    Refused: a name that two provinces share.
    """
    named: dict[str, str] = {}
    for adcode, *names, aliases in provinces[[*NAME_COLUMNS, "aliases"]].itertuples():
        for name in filter(fold, (adcode, *names, *aliases.split(";"))):
            other = named.setdefault(fold(name), adcode)
            if other != adcode:
                raise ValueError(
                    f"The register gives the name {name!r} to both {other} and {adcode}; "
                    "a name must lead to one province. Change one of them in provinces.csv."
                )
    return named


def resolve(name: str, provinces: pd.DataFrame) -> str:
    """The adcode of a province named in any script, in full or short, or by its adcode.

    `provinces` is the register, indexed by adcode. Refused: an empty name, the nation, and a
    name the register does not know, with the closest ones it does.

    >>> register = pd.DataFrame(
    ...     [["广东省", "廣東省", "Guangdong", "广东", "廣東", "Canton;粤"]],
    ...     columns=[*NAME_COLUMNS, "aliases"], index=["440000"])
    >>> [resolve(name, register) for name in ("廣東", "广东省", "guang dong", "粤", "440000")]
    ['440000', '440000', '440000', '440000', '440000']
    >>> resolve("Guangdon", register)
    Traceback (most recent call last):
    ValueError: No province is called 'Guangdon'. Did you mean Guangdong 廣東 (440000)?
    """
    name = str(name)
    folded = fold(name)
    if not folded:
        raise ValueError("No province named: give a name in any script, or an adcode like 440000.")
    if folded in NATION_NAMES:
        raise ValueError(f"{name!r} is the nation, not a province: name one of its provinces.")
    named = index_names(provinces)
    if folded in named:
        return named[folded]
    raise ValueError(f"No province is called {name!r}. {advice(folded, named, provinces)}")


def advice(folded: str, named: Mapping[str, str], provinces: pd.DataFrame) -> str:
    """What to write instead of an unknown name: the nearest provinces, or how names look."""
    # Of two Chinese characters, one slip leaves only half.
    near = get_close_matches(folded, named, n=6, cutoff=0.6 if len(folded) > 3 else 0.5)
    codes = list(dict.fromkeys(named[word] for word in near))[:3]
    if not codes:
        return "Write a name (廣東, 广东省, Guangdong) or an adcode (440000)."
    known = provinces.loc[codes]
    pairs = zip(known["name_en"], known["short_zh_hant"], codes, strict=True)
    return f"Did you mean {' or '.join(f'{en} {zh} ({code})' for en, zh, code in pairs)}?"
