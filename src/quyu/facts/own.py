"""Figures of one's own: read from any file, in the codebook's units, and compared with what is known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from quyu.facts.cells import Names, figure_in, plain
from quyu.facts.faults import Fault
from quyu.facts.heads import tidy_head
from quyu.facts.measures import FAR, LEAST, factor, like_shares
from quyu.facts.names import find
from quyu.facts.reading import Answers, Reading
from quyu.facts.recognise import recognise
from quyu.facts.screen import ALIKE
from quyu.facts.sheets import Sheet, decimal_sign, read_sheets
from quyu.facts.tables import Table, tabulate
from quyu.facts.units import ratio, worth
from quyu.words.nouns import Noun

NAMED = ("codebook", "sources", "targets")  # sheets of a workbook that add to what is known
KEY = ["adcode", "year", "indicator"]
MADE = (
    "使用者提供",
    "supplied by the user",
)  # who published what a file gives: by this a made source is known


@dataclass(frozen=True, repr=False)
class Own(Noun):
    """What a file gives: tables as `validate` takes them, and what was made of it.

    `tables` has figures, and what else the file adds to codebook, sources and targets. `told` says what
    was taken for what, `left` what was left out and why, `asks` what only its owner can say and with
    which option; `cells` where each row of figures stood, where that is not its own row;
    `made` that the one source was made for the file.
    """

    tables: dict[str, Table]
    told: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)
    cells: pd.DataFrame | None = None
    made: bool = False

    def placed(self, fault: Fault) -> Fault:
        """A fault of the table of figures, told by the cell of the file."""
        if self.cells is None or not fault.row or fault.file != self.tables["figures"].file:
            return fault
        cell = self.cells.loc[fault.row]
        return replace(fault, file=cell["place"], row=int(cell["row"]), column=cell["head"])

    @property
    def asked(self) -> list[Fault]:
        """What only the owner can say, as faults of the file."""
        file = self.tables["figures"].file.removeprefix("figures of ").partition(" [")[0]
        faults = []
        for text in self.asks:
            place = re.match(rf"({re.escape(file)}(?: \[[^\]]*\])?): ", text)
            said = text[place.end() if place else 0 :]
            found, _, allowed = re.sub(r"[;?] (?:[Ss]ay )?(?=[^;?]*$)", "\n", said).partition("\n")
            faults.append(
                Fault(place[1] if place else file, 0, "", found, allowed or "one reading of it")
            )
        return faults


def read_own(path: Path, known: Mapping[str, pd.DataFrame], answers: Answers | None = None) -> Own:
    """The figures of a file of any known shape, converted to the codebook's units.

    `known` are the typed tables of what is known, by the names of `KEYS`. Figures without a source of
    their own cite one row made for the file. Refused: a file that cannot be read at all, and answers
    that name no indicator.
    """
    answers, book = answers or Answers(), known["codebook"].set_index("indicator")
    words = book.filter(regex="^name_").assign(aliases=book.get("aliases", "")).fillna("")
    if answers.indicator or answers.columns:
        ids = {head: find(name, words, "indicator") for head, name in answers.columns.items()}
        one = find(answers.indicator, words, "indicator") if answers.indicator else ""
        answers = replace(answers, indicator=one, columns=ids)
    sheets = read_sheets(path)
    named = {s.title: s for s in sheets if s.title in NAMED} if len(sheets) > 1 else {}
    extra = {name: tabulate(sheet.place, sheet.rows) for name, sheet in named.items()}
    rest = [sheet for sheet in sheets if sheet.title not in named]
    rest = [sheet for sheet in rest if sheet.title == "figures"] or rest
    tidy = [sheet for sheet in rest if tidy_head(sheet.rows) is not None]
    if tidy:
        own = _of_rows(path, tidy, [sheet for sheet in rest if sheet not in tidy], extra)
        own.asks.extend(
            f"{option} is of no use: figures stand a row each, and columns say it themselves; leave it out"
            for option in answers.given
        )
        return own
    if not any(sheet.rows for sheet in rest):
        return Own({**extra, "figures": tabulate(path.name, [])})
    found = recognise(rest, Names.of(known["provinces"].set_index("adcode"), book), answers)
    made = "sources" not in extra
    if not made:
        keys = list(extra["sources"].cells.get("key", []))
        if answers.source:
            found.asks.append("--source is of no use: the sheet sources says it; leave it out")
        if len(keys) > 1:
            found.asks.append(
                f"which of {', '.join(keys)} are the figures from; keep one in the sheet sources"
            )
    else:
        extra["sources"] = _sourced(path, answers, known["sources"])
    return replace(_converted(path, found, known, answers, extra), made=made)


def key_of(path: Path) -> str:
    """The key of the source that stands for a file.

    >>> key_of(Path("x/My pass rates (2023).xlsx")), key_of(Path("合格率.csv"))
    ('own-my-pass-rates-2023', 'own-合格率')
    """
    return "own-" + (re.sub(r"[\W_]+", "-", path.stem.casefold()).strip("-") or "file")


def _sourced(path: Path, answers: Answers, known: pd.DataFrame) -> Table:
    """The one row of sources that figures without a source of their own cite."""
    told = answers.source or path.name
    row = {"key": key_of(path), "publication": told, "publication_en": told}
    row |= dict(zip(("publisher", "publisher_en"), MADE, strict=True))
    cells = pd.DataFrame("", index=[2], columns=list(known.columns), dtype="str").assign(**row)
    return Table(f"sources of {path.name}", cells)


def _of_rows(path: Path, tidy: list[Sheet], others: list[Sheet], extra: dict[str, Table]) -> Own:
    """A table of quyu's own shape, whose cells `validate` judges one by one."""
    sheet, asks = tidy[0], []
    if len(tidy) > 1:
        asks.append(
            f"figures stand in {' and in '.join(each.title for each in tidy)}; call the sheet that is meant figures"
        )
    at = tidy_head(sheet.rows) or 0
    rows, told = [list(row) for row in sheet.rows[at:]], list(sheet.told)
    left = [f"{each.place}: not the sheet of figures" for each in others if each.rows]
    if "value" in rows[0] and sheet.parted not in ("", ","):
        place = rows[0].index("value")
        filled = [row for row in rows[1:] if place < len(row)]
        comma, said = decimal_sign(sheet, [row[place] for row in filled])
        if comma is None:
            asks.append(f"{sheet.place}: {said}")
        elif said:
            told.append(f"{sheet.place}: {said}")
            for row in filled:
                value = None if "%" in plain(row[place]) else figure_in(row[place], comma)
                row[place] = row[place] if value is None else f"{value:.15g}"
    table = tabulate(sheet.place, rows, first=at + 1)
    return Own({**extra, "figures": table}, told, left, asks)


def _converted(
    path: Path,
    found: Reading,
    known: Mapping[str, pd.DataFrame],
    answers: Answers,
    extra: dict[str, Table],
) -> Own:
    """What was recognised, in the codebook's units, as a table of figures."""
    frame, book = found.figures, known["codebook"].set_index("indicator")["unit"]
    before = known["figures"].set_index(KEY)["value"]
    frame["before"] = before.reindex(pd.MultiIndex.from_frame(frame[KEY])).to_numpy()
    for (name, stated), rows in frame.groupby(["indicator", "unit"], sort=False):
        said, times = factor(rows, stated, answers.unit, book[name], found)
        if times is None:
            continue
        if times != 1:
            found.told.append(f"{name}: {said} converted to {book[name]}, times {times:g}")
            turned = [float(f"{value * times:.15g}") for value in rows["value"]]
            frame.loc[rows.index, "value"] = turned
        _compare(frame.loc[rows.index], name, said, known, answers, found)
    frame = _once(frame, found)
    if frame.empty and not (found.asks or found.faults):
        why = "; ".join(found.left[:3]) or "the file is empty"
        allowed = "provinces down a side, with years or indicators over the figures; .csv, .xlsx, .xls or .ods"
        found.faults.append(Fault(path.name, 0, "", f"no figure ({why})", allowed))
    frame.index = pd.RangeIndex(2, 2 + len(frame))
    texts = {"year": frame["year"].astype("str"), "value": frame["value"].map(digits)}
    key = next(iter(extra["sources"].cells.get("key", [])), "")
    cells = frame[KEY].assign(**texts, source=key).astype("str")
    table = Table(f"figures of {path.name}", cells, found.faults)
    heads = frame["head"].str.cat(frame["year"].astype("str"), sep=" ").str.strip()
    origin = frame[["place", "row"]].assign(head=heads)
    return Own({**extra, "figures": table}, found.told, found.left, found.asks, origin)


def digits(value: float) -> str:
    """A number in the fewest digits that are read as it."""
    return repr(value).removesuffix(".0")


def _once(frame: pd.DataFrame, found: Reading) -> pd.DataFrame:
    """The figures without those given twice; the owner is asked where the two differ."""
    for key, rows in frame[frame.duplicated(KEY, keep=False)].groupby(KEY):
        cells = ", ".join(f"{row.place} row {row.row}" for row in rows.itertuples())
        told = " ".join(map(str, key))
        if np.ptp(rows["value"]) > 1e-9 * rows["value"].abs().max():
            found.asks.append(f"{told} is given twice, with two values: {cells}; keep one")
        else:
            found.left.append(f"{told} is given twice, with one value: {cells}")
    return frame.drop_duplicates(KEY).reset_index(drop=True)


def _compare(
    rows: pd.DataFrame,
    name: str,
    said: str,
    known: Mapping[str, pd.DataFrame],
    answers: Answers,
    found: Reading,
) -> None:
    """Say how the figures of an indicator stand to those known, or ask what does not fit."""
    own = known["codebook"].set_index("indicator").at[name, "unit"]
    both = rows[(rows["value"] > 0) & (rows["before"] > 0)]
    why = like_shares(rows["value"], rows["before"]) if worth(said or own) == worth("%") else ""
    if why and own == "%" and said and not answers.unit:
        found.asks.append(
            f"{name}: {why} under a head in %; say --unit 1 if they are shares, --unit % if they are per cent"
        )
        return
    if len(both) < LEAST:
        if not said:
            found.asks.append(
                f"{name}: no unit is stated, and nothing known tells it; say --unit {own}, or another"
            )
        return
    times = both["value"] / both["before"]
    equal, middle = int(((times - 1).abs() < ALIKE).sum()), float(times.median())
    sure = name == answers.indicator or name in answers.columns.values()
    off = max(middle, 1 / middle) >= FAR
    strange = not sure and (off or (equal < 0.2 * len(both) and abs(middle - 1) > 0.05))
    if strange and (twin := _twin(rows, name, known)):
        other, size = twin
        head = rows["head"].iat[0]
        fits = _fitting(size, said or own)
        unit = f" --unit {fits}" if max(size, 1 / size) >= FAR and fits else ""
        doubt = f", {size:g} times them: the unit {said or own} is in doubt" if unit else ""
        found.asks.append(
            f"{name}: these figures are those known as {other}{doubt}; say --column '{head}={other}'{unit}"
        )
        return
    if off:
        told = f"{name}: taken as {said or own}, the figures are {middle:.3g} times those known"
        if answers.unit:
            found.told.append(told)
            return
        what = _fitting(middle, said or own) or "UNIT"
        found.asks.append(f"{told} in the middle; say --unit {what} if that is what they are in")
    elif strange:
        found.asks.append(
            f"{name}: {equal} of {len(both)} figures equal those known (in the middle {middle:.3g} times "
            "them); is it another indicator? Say --indicator ID or --column 'HEAD=ID' for what it is"
        )
    else:
        found.told.append(
            f"{name}: {len(rows)} figures, {equal} of the {len(both)} that were known equal"
        )


def _twin(
    rows: pd.DataFrame, name: str, known: Mapping[str, pd.DataFrame]
) -> tuple[str, float] | None:
    """The other indicator whose known figures these are, and how many times them in which unit."""
    book = known["codebook"].set_index("indicator")["unit"]
    near = known["figures"].merge(rows[["adcode", "year", "value"]], on=["adcode", "year"])
    for other, both in near[near["value_x"] > 0].groupby("indicator"):
        turn = ratio(book[name], book[other])
        if other == name or turn is None or len(both) < LEAST:
            continue
        share = both["value_y"] * turn / both["value_x"]
        for size in (1, 1e4, 1e-4, 1e8, 1e-8):
            if ((share / size - 1).abs() < ALIKE).mean() > 0.8:
                return str(other), size
    return None


def _fitting(times: float, said: str) -> str:
    """The unit in which figures that are `times` those known would equal them; "" if none."""
    base = said.lstrip("十百千万萬亿億")
    for unit in (many + base for many in ("", "千", "萬", "百萬", "億")):
        turn = ratio(unit, said)
        if turn is not None and 0.7 < times * turn < 1.4:
            return unit
    return ""
