"""Opening a study: figures read, framework read, scored; what is stored beside a framework."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import pandas as pd

from quyu.facts import Facts, embedded, load, matrix
from quyu.facts.load import fingerprint
from quyu.files import framework_of
from quyu.index import read_framework, read_state, score, state_text
from quyu.study.study import Study
from quyu.words import isolated, words

TEXTS = (
    "codebook",
    "sources",
    "provinces",
    "targets",
    "pairs",
    "doubtful",
)  # the tables that hold texts
_ahead: dict[tuple[str, ...], Study] = {}


def open_study(data: str | Path = "", framework: str | Path = "", lang: str = "zh-hant") -> Study:
    """Open and score: `data` are figures of your own, `framework` a framework file.

    Figures are a folder shaped like geodata/, or one that holds only what differs, or a single file; the
    latter two lie over the embedded ones.

    `lang` is the language of everything written from it: zh-hant, zh-hans or en.

    Empty means the embedded ones; a data folder that holds a framework.yaml is scored by that, unless
    another is given. Goalposts stored beside the framework are used; without them they
    are taken from the figures at hand, and `stored` says so.
    """
    for name, given in (("data", data), ("framework", framework)):
        if not isinstance(given, str | Path):
            raise TypeError(f"{name} is {given!r}; give a path, or nothing for the embedded one.")
    path = framework_file(framework, data)
    if _ahead and (ready := _ahead.pop(_identity(data, path, lang), None)):
        return ready
    facts = load(Path(data) if data else None)
    figures = matrix(facts)
    choices = read_framework(path)
    stored = read_state(state_path(path)) if state_path(path).exists() else None
    zones = facts.provinces["zone"]
    try:
        card = score(figures, choices, state=stored, groups=zones)
    except ValueError as refusal:
        own = Path(data) / "framework.yaml"
        if not facts.own_units or path == own:
            raise
        there = (
            "give no other, it has one"
            if own.is_file()
            else f"edit a copy of params/framework.yaml, {own}"
        )
        raise ValueError(
            f"{data} has units of its own, which {framework or 'the embedded framework'} cannot score: they "
            f"need a framework of theirs; {there}. (It says: {refusal})"
        ) from None
    direct = score(figures, choices.only("direct"), state=stored, groups=zones)
    return Study(
        _isolated(facts), figures, card, direct, path, stored is not None, words(lang).lang
    )


def _isolated(facts: Facts) -> Facts:
    """The facts with their owner's texts shut in, so that no page has to think of it."""
    tables = {name: getattr(facts, name) for name in TEXTS}
    return replace(facts, **{name: table.apply(_shut_in) for name, table in tables.items()})


def _shut_in(column: pd.Series) -> pd.Series:
    return column.map(isolated) if column.dtype == "str" else column


def keep_ready(study: Study, data: str | Path = "", framework: str | Path = "") -> None:
    """Hand `study` to the next `open_study` that asks for the same content, not to be read again.

    It is handed over once, so that no two callers share one. For the process that a batch's notebooks
    are forked from: each of them finds its own copy open, with all that was worked out from it.
    """
    _ahead[_identity(data, framework_file(framework, data), study.lang)] = study


def _identity(data: str | Path, framework: Path, lang: str) -> tuple[str, ...]:
    """What a study is read from, by content."""
    state = state_path(framework)
    texts = [framework.read_bytes(), state.read_bytes() if state.exists() else b""]
    folder = Path(data) if data else embedded() / "geodata"
    return str(data), fingerprint(folder), *(hashlib.sha256(t).hexdigest() for t in texts), lang


def rebased(data: str | Path = "", framework: str | Path = "") -> tuple[Path, str]:
    """The file of a framework's goalposts, and its text with them taken anew from the figures."""
    path = framework_file(framework, data)
    facts = load(Path(data) if data else None)
    card = score(matrix(facts), read_framework(path), groups=facts.provinces["zone"])
    return state_path(path), state_text(card.state)


def state_path(framework: Path) -> Path:
    """Where a framework's goalposts are stored.

    >>> state_path(Path("params/mine.yaml")).name
    'mine.state.yaml'
    """
    return framework.with_suffix(".state.yaml")


def framework_file(framework: str | Path, data: str | Path = "") -> Path:
    """The file of the choices: the one given, that of the data folder, or the embedded one; refused if missing."""
    path = Path(framework_of(data, framework) or embedded() / "params" / "framework.yaml")
    if not path.is_file():
        raise ValueError(
            f"there is no framework file {path} (seen from {Path.cwd()}); copy params/framework.yaml and "
            "edit the copy."
        )
    return path


def report_year(framework: str | Path = "", data: str | Path = "") -> int:
    """The year that the framework reports by which `open_study` scores.

    >>> report_year() in read_framework(framework_file("")).years
    True
    """
    return read_framework(framework_file(framework, data)).report_year
