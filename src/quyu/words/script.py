"""From one Chinese script to the other."""

from functools import cache
from typing import Any

# Where the general tables choose a form that the field, or the provinces' own register, does not use.
TO_TRADITIONAL = {
    "爲": "為",
    "裏": "裡",
    "衆": "眾",
    "羣": "群",
    "喫": "吃",
    "佔比": "占比",
    "台灣": "臺灣",
}
TO_SIMPLIFIED = {"佔": "占", "「": "“", "」": "”", "『": "‘", "』": "’"}


def simplified(text: str) -> str:
    """Traditional Chinese in simplified characters (OpenCC's t2s) with the mainland's quotation marks.

    >>> simplified("黑龍江的「質量發展」，第 3 位")
    '黑龙江的“质量发展”，第 3 位'
    """
    return _replaced(_converter("t2s").convert(text), TO_SIMPLIFIED)


def traditional(text: str) -> str:
    """Simplified Chinese in traditional characters (OpenCC's s2t), with the register's own forms.

    >>> traditional("云南、台湾、陕西的里程；因为"), traditional("Yunnan")
    ('雲南、臺灣、陝西的里程；因為', 'Yunnan')
    """
    return _replaced(_converter("s2t").convert(text), TO_TRADITIONAL)


def _replaced(text: str, forms: dict[str, str]) -> str:
    for found, wanted in forms.items():
        text = text.replace(found, wanted)
    return text


@cache
def _converter(direction: str) -> Any:
    from opencc import OpenCC

    return OpenCC(direction)
