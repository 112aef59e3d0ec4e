"""What was printed against what is computed here, and the verdict on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from math import inf, isnan

import numpy as np
import pandas as pd
from IPython.display import HTML

from quyu.pages.parameters import Parameters
from quyu.pages.tables import page_table
from quyu.words import Words, words

HAIR = 1e-12  # a difference of exactly the tolerance must not fail by the noise of floating point

Read = Callable[[str], pd.DataFrame]  # a published table by its name: quyu.facts.load


class SelfCheck(Parameters):
    """The self-check is asked how much of each tolerance to grant; 1 is what is stated."""

    tolerance_scale: float = 1.0


@dataclass(frozen=True)
class Check:
    """One printed result: how many values, the worst difference, what is tolerated for what reason."""

    publication: str
    what: str
    n: int
    worst: float
    tolerance: float
    reason: str


def compare(
    publication: str,
    what: str,
    found: pd.Series | pd.DataFrame,
    printed: pd.Series | pd.DataFrame,
    *,
    tolerance: float,
    reason: str,
) -> Check:
    """Every value of `printed` against the value of `found` with the same labels.

    The worst difference is NaN, which never passes, if nothing is printed or a value is missing.

    >>> found, printed = pd.Series({"b": 2.04, "a": 1.0}), pd.Series({"a": 1.0, "b": 2.0})
    >>> round(compare("book", "b", found, printed, tolerance=0.05, reason="one decimal").worst, 9)
    0.04
    """
    want, got = _frame(printed), _frame(found)
    got = got.reindex(index=want.index, columns=want.columns)
    distance = np.abs(got.to_numpy(dtype=float) - want.to_numpy(dtype=float))
    worst = float(distance.max()) if distance.size else np.nan
    return Check(publication, what, distance.size, worst, tolerance, reason)


Line = tuple[str, pd.Series | pd.DataFrame, pd.Series | pd.DataFrame, float, str]


def beside_printed(say: Words, publication: str, *rows: Line) -> list[Check]:
    """`compare` for each row of a publication: what, found, printed, tolerance, reason.

    The publication, `what` and the reason are sentences of the catalogue.
    """
    book = say(f"selfcheck.publication.{publication}")
    return [
        compare(
            book,
            say(f"selfcheck.what.{what}"),
            found,
            printed,
            tolerance=tolerance,
            reason=say(f"selfcheck.reason.{reason}"),
        )
        for what, found, printed, tolerance, reason in rows
    ]


def verdicts(checks: Iterable[Check], *, scale: float = 1.0) -> pd.DataFrame:
    """One row a check: publication, what, n, worst, tolerance, reason, passed.

    `scale` multiplies every tolerance. Raises ValueError for a scale that is not a number above 0.

    >>> verdicts([Check("book", "half", 1, 0.5, 0.4, "")])["passed"].tolist()
    [False]
    """
    if not 0 < scale < inf:
        raise ValueError(
            f"tolerance_scale is {scale:g}; it must be above 0, 1 keeps what is stated."
        )
    rows = pd.DataFrame([asdict(check) for check in checks])
    rows["tolerance"] *= scale
    return rows.assign(passed=rows["worst"] <= rows["tolerance"] + HAIR)


def verdict(checks: pd.DataFrame, *, title: str, say: Words = words("zh-hant")) -> HTML:
    """The checks that `judge` returned as a table: the finding in its title, failures red and in words.

    >>> failing = verdicts([Check("book", "half", 1, 0.5, 0.4, "")])
    >>> "1 項不符：half" in verdict(failing, title="a").data
    True
    """
    failing = checks.loc[~checks["passed"], "what"].tolist()
    counts = {"title": title, "n": len(checks), "values": checks["n"].sum()}
    finding = say("selfcheck.all", **counts)
    if failing:
        finding = say("selfcheck.failing", count=len(failing), names=say.join(failing), **counts)
    drawn = page_table(
        say,
        checks,
        "selfcheck",
        "what n:whole worst:worst> tolerance:tolerance> result=passed:result reason publication",
        title=finding,
        formats={
            "worst>": lambda row: _size(row["worst"], say),
            "tolerance>": lambda row: _size(row["tolerance"], say),
            "result": lambda row: say(f"selfcheck.{'passed' if row['passed'] else 'failed'}"),
        },
        note=say("selfcheck.note"),
        group="publication",
        focus=failing,
    )
    # The rows in focus are the failing ones; they say so in words as well, never by colour alone.
    marked = '<tr class="fail" style="color:#B00020;font-weight:700">'
    return HTML(drawn.data.replace('<tr class="focus">', marked))


def insist(checks: pd.DataFrame) -> None:
    """Raise AssertionError naming every failing check, so that a run of the notebook fails as well.

    >>> insist(verdicts([Check("book", "half", 1, 0.5, 0.4, "")]))
    Traceback (most recent call last):
    AssertionError: 1 of 1 published results not reproduced: half (book): off by 0.5, tolerated 0.4
    """
    failing = [
        f"{row.what} ({row.publication}): off by {row.worst:.3g}, tolerated {row.tolerance:.3g}"
        for row in checks[~checks["passed"]].itertuples()
    ]
    if failing:
        raise AssertionError(
            f"{len(failing)} of {len(checks)} published results not reproduced: {'; '.join(failing)}"
        )


def _frame(values: pd.Series | pd.DataFrame) -> pd.DataFrame:
    return values.to_frame("value") if isinstance(values, pd.Series) else values


def _size(value: float, say: Words) -> str:
    """Three digits without exponent, so that 0.00005 reads as half of a fourth decimal."""
    if isnan(value):
        return say("selfcheck.incomparable")
    return np.format_float_positional(
        0.0 if value < HAIR else value, precision=3, fractional=False, trim="-"
    )
