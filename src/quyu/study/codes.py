"""What the codes in the answers mean: beside a column of codes stands one with words for eyes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.words import Words

# By column, how the keys of the sentences begin that say what each of its codes means.
SECTIONS = {
    "cluster": ("neighbours.kind.",),
    "course": ("catching_up.",),
    "end": ("goalposts.end.",),
    "evidence": ("evidence.",),
    "flag": ("evidence.", "trail.flag."),
    "judgement": ("doubtful.judgement.",),
    "level": ("trail.level.",),
    "model": ("catching_up.",),
    "outcome": ("targets.outcome.",),
    "quadrant": ("neighbours.kind.",),
    "status": ("targets.status.",),
    "transform": ("trace.transform.",),
    "verdict": ("audit.verdict.",),
}


def with_words(frame: pd.DataFrame, say: Words) -> pd.DataFrame:
    """The frame with `<column>_name` after each column of codes: code for code, words for eyes.

    What is no code, as the grade of a figure, is told as it is; what is missing is told by nothing.

    >>> from quyu.words import words
    >>> frame = pd.DataFrame({"flag": ["carried", "", "A"], "value": [1.0, 2.0, 3.0]})
    >>> with_words(frame, words("en"))["flag_name"].tolist()
    ['carried', '', 'A']
    """
    frame = frame.copy()
    mixed = frame.columns[
        [isinstance(kind, np.dtype) and kind.kind == "O" for kind in frame.dtypes]
    ]
    for column in mixed:  # a copy of a frame has the same lists in its cells
        cells = frame[column].tolist()
        if any(isinstance(cell, list) for cell in cells):
            cells = [list(cell) if isinstance(cell, list) else cell for cell in cells]
            frame[column] = pd.Series(cells, frame.index, dtype=object)
    coded = [name for name in SECTIONS if name in frame and f"{name}_name" not in frame]
    for column in coded:
        frame.insert(frame.columns.get_loc(column) + 1, f"{column}_name", _told(column, frame, say))
    return frame


def _told(column: str, frame: pd.DataFrame, say: Words) -> list[str]:
    """A column of codes in words: in those of its section, whose places the row fills."""
    codes = ["" if pd.isna(code) else code for code in frame[column]]
    known = {code: [f"{start}{code}" for start in SECTIONS[column]] for code in codes if code}
    keys = {code: next((k for k in each if k in say.texts), "") for code, each in known.items()}
    rows = (
        frame.to_dict("records")
        if any("{" in say.texts.get(key, "") for key in keys.values())
        else [{}] * len(frame)
    )
    return [
        say(keys[code], **row) if keys.get(code) else str(code)
        for code, row in zip(codes, rows, strict=True)
    ]
