"""A fault: one thing wrong with one cell, row or file, said so that its owner can mend it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches

from quyu.words.scripts import visible

SHOWN = 50  # faults told one by one


@dataclass(frozen=True, order=True)
class Fault:
    """What was found where, beside what is allowed there.

    `row` counts as a spreadsheet does: the header is row 1. A fault of a whole file has row 0,
    a fault of a whole row has an empty `column`. Signs that show nothing are told as escapes.

    >>> print(Fault("figures.csv", 7, "year", "20x3", "a whole year from 2000 to 2030"))
    figures.csv, row 7, year: found 20x3; allowed: a whole year from 2000 to 2030
    """

    file: str
    row: int
    column: str
    found: str
    allowed: str

    def __str__(self) -> str:
        place = [self.file, f"row {self.row}" if self.row else "", self.column]
        found = f"found {self.found}; allowed: {self.allowed}"
        return visible(f"{', '.join(part for part in place if part)}: {found}")


def refuse(faults: Sequence[Fault]) -> None:
    """Raises one ValueError that lists the first 50 faults and counts all; silent when there is none.

    >>> refuse([])
    >>> refuse([Fault("figures.csv", 0, "", "no rows", "at least one")])
    Traceback (most recent call last):
    ValueError: 1 fault in the data:
      figures.csv: found no rows; allowed: at least one
    """
    if faults:
        count = f"{len(faults)} fault{'s' if len(faults) > 1 else ''} in the data:"
        more = [f"… and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise ValueError("\n  ".join([count, *map(str, faults[:SHOWN]), *more]))


def closest(word: str, known: Sequence[str]) -> str:
    """The up to three known words nearest to a misspelt one, as the end of a sentence.

    >>> closest("rd_intensty", ["rd_intensity", "gdp"])
    ' (closest: rd_intensity)'
    >>> closest("zzz", ["rd_intensity", "gdp"])
    ''
    """
    near = get_close_matches(word, known, n=3, cutoff=0.6)
    return f" (closest: {', '.join(near)})" if near else ""


class Refusal(ValueError):  # noqa: N818 - the project's word for it
    """What cannot be worked out, with a code and values by which a page says it in any language.

    The message is for who reads a traceback; `code` is the sentence's key in the catalogue, `values`
    fill its places with ids, never with names.

    >>> told = Refusal("no figure is named 'gdq'", "no_figure", figure="gdq")
    >>> told.code, told.values, str(told)
    ('no_figure', {'figure': 'gdq'}, "no figure is named 'gdq'")
    """

    def __init__(self, message: str, code: str = "", **values: object) -> None:
        super().__init__(message)
        self.code, self.values = code, values


@contextmanager
def within(where: str) -> Iterator[None]:
    """What is refused inside is told with its place before it, its code and values kept.

    >>> with within("2020"):
    ...     raise Refusal("'a' has no value", "no_value", unit="a")
    Traceback (most recent call last):
    quyu.facts.faults.Refusal: 2020: 'a' has no value
    """
    try:
        yield
    except ValueError as fault:
        known = (fault.code, fault.values) if isinstance(fault, Refusal) else ("", {})
        raise Refusal(f"{where}: {fault}", known[0], **known[1]) from None
