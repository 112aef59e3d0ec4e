"""In what unit figures are: what the table states, what its owner says, what the figures known prove."""

from __future__ import annotations

import re

import pandas as pd

from quyu.facts.names import fold
from quyu.facts.reading import Reading
from quyu.facts.units import ratio, worth

FAR = 3.0  # a unit is doubted where figures are so many times those known, or a part of them
LEAST = 5  # figures to compare at least
NEAR = 1.4  # what is known proves a unit in which figures are within that of it, in the middle


def factor(
    rows: pd.DataFrame, stated: str, option: str, own: str, found: Reading
) -> tuple[str, float | None]:
    """The unit in which `rows` are, and by what they are multiplied to be in `own`; None if to be asked.

    `stated` is what the table says, `option` what its owner does; where these contradict each other,
    figures that are known decide, or the owner is asked.
    """
    name, heads = rows["indicator"].iat[0], rows["head"].unique()
    said = option or stated
    if option and stated and ratio(option, stated) != 1 and not _completes(option, stated):
        times = ratio(option, own)
        proof = _proof(rows, times) if times else ""
        both = f"{name}: the table states the unit {stated}, --unit says {option}"
        if not proof and {worth(stated), worth(option)} == {worth("%"), worth("1")}:
            proof = "no figure is above 1" if rows["value"].abs().max() <= 1 else ""
        if not proof:
            found.asks.append(f"{both}; leave --unit out, or mend what the table states")
            return said, None
        found.told.append(f"{both}: so taken, for {proof}")
    times = ratio(said, own) if said else 1.0
    if times is None and "/" in own and "/" not in said:
        top, _, under = own.partition("/")
        part = ratio(said, top)
        if part is not None and (
            all(_divides(head, under) for head in heads) or _proof(rows, part)
        ):
            times = part
        elif part is not None:
            found.asks.append(
                f"{name}: the unit {said!r} does not say by what it is divided; say --unit {said}/{under} "
                "if by that"
            )
            return said, None
    if times is None:
        found.asks.append(
            f"{name}: its unit {said!r} does not count {own}; say --unit UNIT, or another indicator"
        )
    return said, times


def _completes(option: str, stated: str) -> bool:
    """Whether an option says what a head leaves out: 件/萬人 where that says 件."""
    return "/" not in stated and ratio(option.partition("/")[0], stated) == 1


def _proof(rows: pd.DataFrame, times: float) -> str:
    """What of the figures known proves that unit; "" if nothing does."""
    both = rows[(rows["value"] > 0) & (rows["before"] > 0)]
    if len(both) < LEAST:
        return ""
    middle = float((both["value"] * times / both["before"]).median())
    near = 1 / NEAR < middle < NEAR
    return f"the figures are {middle:.3g} times those known" if near else ""


def _divides(head: str, under: str) -> bool:
    """Whether a head says itself that it is per `under`: 每萬人口…, 人均….

    >>> _divides("每千人口床位数", "千人"), _divides("每千人口床位数", "萬人"), _divides("人均GDP", "人")
    (True, False, True)
    """
    folded, (base, size) = fold(head), worth(under)
    if f"每{fold(under)}" in folded:
        return True
    if (base, size) == ("人", 1):
        return any(word in folded for word in ("人均", "percapita", "perhead"))
    number = re.search(r"per(\d[\d,]*)", folded)
    return bool(number) and int(number[1].replace(",", "")) == size


def like_shares(values: pd.Series, before: pd.Series) -> str:
    """Why figures in % look like shares of 1; "" if they do not, or are as what is known of them.

    >>> like_shares(pd.Series([0.93, 0.94]), pd.Series([float("nan")] * 2))
    'all figures lie between 0 and 1'
    >>> like_shares(pd.Series([0.3]), pd.Series([0.29])), like_shares(pd.Series([93, 0.94, 95]), pd.Series([0] * 3))
    ('', '0.94 beside others up to 95')
    """
    sizes, known = values.abs(), before.abs()
    alike = (sizes < FAR * known) & (sizes > known / FAR)
    small, large = sizes[(sizes > 0) & (sizes <= 1) & ~alike], sizes[sizes > 1]
    if small.empty:
        return ""
    if large.empty:
        return "all figures lie between 0 and 1" if sizes.max() <= 1 else ""
    low, high = large.min(), large.max()
    odd = small[(small < low / FAR) & (100 * small > low / FAR) & (100 * small < high * FAR)]
    return (
        f"{odd.iat[0]:g} beside others up to {high:g}" if len(odd) and (values >= 0).all() else ""
    )
