"""A name short enough for one line of a picture."""

from unicodedata import east_asian_width

from quyu.words import unmarked

LONGEST = 12.0  # ems; the longest name of the register takes 8


def brief(name: str) -> str:
    """The name, cut with a mark where it is longer than a map or an axis has room for.

    >>> brief("Inner Mongolia"), brief("long name " * 3)
    ('Inner Mongolia', 'long name long name …')
    """
    name, taken = unmarked(name), 0.0
    for place, sign in enumerate(name):
        taken += 1.0 if east_asian_width(sign) in "WF" else 0.55
        if taken > LONGEST:
            return f"{name[: place - 1]}…"
    return name
