"""How a record shows itself: in a line, or in a cell, by what it holds."""

from __future__ import annotations

from dataclasses import fields
from typing import Any


class Noun:
    """A frozen dataclass that shows tables by their shape and all else by its value, never a wall.

    Give it to dataclasses with `repr=False`.

    >>> from dataclasses import dataclass
    >>> import pandas as pd
    >>> @dataclass(frozen=True, repr=False)
    ... class Ranks(Noun):
    ...     table: pd.DataFrame
    ...     seed: int
    >>> Ranks(pd.DataFrame({"rank": [1, 2]}), 7)
    Ranks(table: 2 × 1, seed: 7)
    """

    def __repr__(self) -> str:
        held = ", ".join(f"{name}: {told}" for name, told in self._held().items())
        return f"{type(self).__name__}({held})"

    def _repr_html_(self) -> str:
        import pandas as pd

        held = pd.Series(self._held(), dtype=object)
        return held.to_frame(type(self).__name__).to_html()

    def _held(self) -> dict[str, str]:
        return {field.name: _told(getattr(self, field.name)) for field in fields(self)}  # type: ignore[arg-type]


def _told(value: Any) -> str:
    shape = getattr(value, "shape", None)
    if shape:
        return " × ".join(map(str, shape))
    if isinstance(value, dict | list | tuple | set | frozenset) and len(value) > 5:
        return f"{len(value)} entries"
    told = str(value) if type(value).__str__ is not object.__str__ else repr(value)
    return told if len(told) <= 60 else f"{told[:57]}…"
