"""A table as a reader sees it: names left, figures right, missing said in words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML

from quyu.maps.lettering import two_lines, wide
from quyu.pages.links import unit
from quyu.study.certainty import held, interval, share, tier, tier_name
from quyu.words import LANGUAGES, Words, words
from quyu.words.numbers import isnan

HAN = re.compile(r"[\u3400-\u9fff《（][\u3000-\u9fff《》（）：，0-9A-Za-z&;%=-]*")


def marked(html: str) -> str:
    """The markup with each run of Chinese in its texts given its language, for fonts and voices.

    Names that stand in one language only, such as a table's own title, come out this way.

    >>> marked("<td>A: 上海</td>")
    '<td>A: <span lang="zh-Hant">上海</span></td>'
    """
    return re.sub(r">([^<]+)<", lambda found: f">{_spans(found[1])}<", html)


def _spans(text: str) -> str:
    return HAN.sub(r'<span lang="zh-Hant">\g<0></span>', text)


MISSING = {words(lang)("missing") for lang in LANGUAGES}
SEAM = re.compile(
    r"(?<=[a-z]{7})(?=(?:tion|ment|ness)\b)|(?<=[a-z]{4})(?=(?:structure|mentarity)\b)"
)
DATE = re.compile(r"\b\d{4}(?:-\d\d(?:-\d\d)?|–\d{4})\b")
ROOM = 144  # such columns fill a screen of 1280 points beside the contents
HEAD = 8  # what a head takes at least
LONGEST = 200  # a cell of so much prose would be a column for itself
PHONE = 44  # such columns fill a phone
FOLD = 32  # columns of Latin type beyond which a cell is prose; a Chinese character takes two


class Cell(str):
    """A cell's text that brings its markup along, whole or what is inside: a table cannot write it."""

    html: str

    @classmethod
    def of(cls, text: str, html: str) -> Cell:
        made = cls(text)
        made.html = html
        return made


def hyphened(name: str) -> str:
    """A heading whose long words may be broken, with a hyphen, before their ending.

    Browsers know where to break English only if they have brought a dictionary.

    >>> hyphened("Quality infrastructure").replace("\\xad", "|"), hyphened("Coverage")
    ('Quality infra|structure', 'Coverage')
    """
    return SEAM.sub("\xad", name)


def table(
    frame: pd.DataFrame,
    *,
    title: str,
    note: str = "",
    numbers: Collection[str] = (),
    group: str | None = None,
    focus: Collection[str] = (),
    kind: str = "",
    heads: Mapping[str, str] | None = None,
    aside: Collection[str] = (),
    fold: str = "",
) -> HTML:
    """An HTML table of `frame`, whose cells are text already.

    `heads` are what to write over the columns, their names if not given. `numbers` names the columns
    set flush right; `group` a column that becomes a heading row at each change; `focus` the
    first-column values set in bold; `kind` an extra style ("long", "goals"); `fold` is what a phone
    folds the note behind, `aside` the columns that it leaves out; without, a table that it has no room
    for is a card for each row there.
    Everything is escaped: names may come from a user's workbook.
    """
    columns = [column for column in frame.columns if column != group]
    # Names and figures stay on one line; only a column of sentences may be folded.
    cells = {column: values.tolist() for column, values in frame.items()}
    widest = {c: max((_width(str(cell)) for cell in cells[c]), default=0) for c in columns}
    prose = {column for column in columns if widest[column] > FOLD}
    # A table that a screen has room for needs no frame to slide in: its heads keep to the screen.
    room = sum(min(max(width, HEAD), FOLD) for width in widest.values())
    kind += " fits" if room <= ROOM and max(widest.values(), default=0) <= LONGEST else ""
    written = {column: column for column in columns} if heads is None else heads
    least = sum(_least(cells[c], written[c], folds=c not in numbers) for c in columns)
    cards = not aside and least > PHONE
    kind += " cards" if cards else ""
    marks = {c: " ".join(["n"] * (c in numbers) + ["aside"] * (c in aside)) for c in columns}
    labels = {c: written[c] if cards else "" for c in columns}
    head = "".join(_cell("th", written[c], marks[c], scope="col") for c in columns)
    rows, last = [], None
    for row in zip(*cells.values(), strict=True):
        record = dict(zip(cells, row, strict=True))
        if group and record[group] != last:
            last = record[group]
            rows.append(
                f'<tr class="group"><th colspan="{len(columns)}" scope="rowgroup">{escape(str(last))}</th></tr>'
            )
        first, *rest = columns
        line = _cell("th", record[first], marks[first], first in prose, scope="row")
        line += "".join(_cell("td", record[c], marks[c], c in prose, label=labels[c]) for c in rest)
        mark = (
            ' class="focus"' if {str(record[column]) for column in columns[:2]} & set(focus) else ""
        )
        rows.append(f"<tr{mark}>{line}</tr>")
    below = escape(note)
    if fold:
        below = f'<details class="fold"><summary>{escape(fold)}</summary>{below}</details>'
    below = f'<figcaption class="below">{below}</figcaption>' if note else ""
    return HTML(
        f'<figure class="table {escape(kind)}" tabindex="0"><figcaption><b>{escape(title)}</b></figcaption>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>{below}</figure>"
    )


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as pandas' own `to_dict` gives them, which boxes every cell by itself."""
    columns = (column.tolist() for _, column in frame.items())
    return [dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)]


@lru_cache(maxsize=1 << 14)  # a table asks twice for each of its cells
def _width(text: str) -> int:
    return len(text) + wide(text)


def _least(column: list[object], head: str, *, folds: bool) -> float:
    """The columns of Latin type that a column takes at least, with the space beside it."""
    texts = [str(value) for value in column]
    longest = max(map(_word if folds else _width, texts), default=0)
    return max(longest, _word(head)) + 1.5


@lru_cache(maxsize=1 << 14)
def _word(text: str) -> int:
    """The widest part of a text that no line may break."""
    return max(map(_width, re.split(r"[\s\u3400-\u9fff]", text)), default=0) or min(_width(text), 6)


def _cell(
    tag: str,
    value: object,
    marks: str = "",
    prose: bool = False,
    *,
    scope: str = "",
    label: str = "",
) -> str:
    """A cell; on a phone, where it stands alone, its `label` is written beside it."""
    text = value.html if isinstance(value, Cell) else escape(str(value))
    if text.startswith(("<td", "<th")):
        return text
    if scope == "col":
        text = escape(hyphened(two_lines(str(value)))).replace("\n", "<wbr>")
    text = DATE.sub(r'<span class="d">\g<0></span>', text)  # no line breaks inside
    told = (("t", prose and "n" not in marks.split()), ("missing", text in MISSING))
    classes = " ".join([marks, *(name for name, on in told if on)]).strip()
    attributes = (f' class="{classes}"' if classes else "") + (f' scope="{scope}"' if scope else "")
    attributes += f' data-label="{escape(label)}"' if label else ""
    return f"<{tag}{attributes}>{text}</{tag}>"


Row = Mapping[str, Any]

# How a value of a column is written; text stands left, everything else is set flush right.
FORMATS: dict[str, Callable[[Any, Row, Words], str]] = {
    "text": lambda value, row, say: _text(value),
    "unit": lambda value, row, say: _named(value, row["id"]),
    "giver": lambda value, row, say: _named(value, row["giver"]),
    "receiver": lambda value, row, say: _named(value, row["receiver"]),
    "right": lambda value, row, say: _text(value),
    "place": lambda value, row, say: say.place(value),
    "whole": lambda value, row, say: say.number(value, decimals=0),
    "number": lambda value, row, say: say.number(value),
    "three": lambda value, row, say: say.number(value, decimals=3),
    "p": lambda value, row, say: "< 0.001" if value < 0.001 else say.number(value, decimals=3),
    "two": lambda value, row, say: say.number(value, decimals=2),
    "moved": lambda value, row, say: say.number(value, decimals=0, sign=True),
    "change": lambda value, row, say: say.number(value, sign=True),
    "change2": lambda value, row, say: say.number(value, decimals=2, sign=True),
    "significant": lambda value, row, say: say.significant(value),
    "percent": lambda value, row, say: say("missing") if isnan(value) else f"{value:.0%}",
    "share": lambda value, row, say: say("missing") if isnan(value) else share(value),
    "interval": lambda value, row, say: interval(row, say),
    "area": lambda value, row, say: say.texts.get(f"area.{value}", _text(value)),
    "tier": lambda value, row, say: _whole(tier(row, say)),
    "tier_name": lambda value, row, say: tier_name(value, say),
}
LACKING = {"?": "", "-": "—"}  # what stands for a missing value, by the end of a format
LEFT = {"text", "unit", "giver", "receiver", "area", "tier", "tier_name"}


def _whole(text: str) -> Cell:
    """A text that stays on one line, so that all rows are of one height, but on a phone."""
    return Cell.of(text, f'<span class="whole">{escape(text)}</span>')


def _named(name: Any, adcode: str) -> Cell:
    """The name of a unit, which leads to its report: see quyu.pages.links."""
    return Cell.of(_text(name), unit(_text(name), adcode))


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if pd.isna(value) else str(value)


def page_table(
    say: Words,
    frame: pd.DataFrame,
    section: str,
    columns: str,
    *,
    title: str,
    heads: Mapping[str, str] | None = None,
    formats: Mapping[str, Callable[[Row], str]] | None = None,
    values: Mapping[str, object] | None = None,
    **options: Any,
) -> HTML:
    """A table from a frame of figures and a line of columns, each `head[=column][:format]`.

    A head is the sentence `<section>.head.<head>`, or stands in `heads`; the column has the head's
    name if none is given; `index`, or `id` where a column has that name, is the frame's index. The
    format is one of `FORMATS`, text if none is given; or of `formats`, functions of the whole row,
    whose cells stand right where their name ends in `>`; or a section of the catalogue, which has a
    sentence for every value. A format that ends in `?` leaves a missing value blank, in `-` sets a
    dash. `values` fill the places of the heads, where `share` is that of the draws in an interval;
    `options` are those of `table`: note, group, focus, kind, fold; columns are named by their heads. A
    frame without rows becomes a sentence.

    >>> from quyu.words import words
    >>> ranks = pd.DataFrame({"name": ["Hebei"], "nominal": [18.0], "low": [12.0], "high": [20.0]})
    >>> line = "province=name rank=nominal:place interval=low:interval"
    >>> made = page_table(words("en"), ranks, "doubts", line, title="Ranks")
    >>> '<td class="n">12–20</td>' in made.data
    True
    """
    if not len(frame):
        return HTML(f"<p>{say.html('headed.nothing', title=title)}</p>")
    own, shown, right, written = dict(formats or {}), {}, [], dict({} if heads is None else heads)
    records = zip(frame.index, _records(frame), strict=True)
    rows = [{"index": key, "id": key, **row} for key, row in records]
    for part in columns.split():
        place, _, rule = part.partition(":")
        head, _, column = place.partition("=")
        column, lacking = column or head, LACKING.get(rule[-1:])
        rule = (rule if lacking is None else rule[:-1]) or "text"
        shown[head] = [
            lacking
            if lacking is not None and pd.isna(row[column])
            else own[rule](row)
            if rule in own
            else FORMATS[rule](row[column], row, say)
            if rule in FORMATS
            else say("missing" if pd.isna(row[column]) else f"{rule}.{row[column]}")
            for row in rows
        ]
        if rule.endswith(">") or rule in {*FORMATS} - {*own} - LEFT:
            right.append(head)
        if head not in written:
            written[head] = say(
                f"{section}.head.{head}", **({"share": held()} | dict(values or {}))
            )
    drawn = pd.DataFrame(shown, dtype=object)
    made = table(drawn, title=title, numbers=right, heads=written, **options)
    return made if say.lang != "en" else HTML(marked(made.data))


def show(frame: pd.DataFrame | pd.Series, *, lang: str = "") -> HTML:
    """The frame as the pages write it: names left, figures right, what is missing in words.

    What a study returns brings its own heads and formats, which outlive `query` and `sort_values`;
    columns that were added since, and any other frame, are headed by their names, with figures by
    their size. `lang` is the language of heads, that of the study unless given.

    >>> made = show(pd.DataFrame({"name": ["Hebei"], "width": [8.25]}, index=["130000"]), lang="en")
    >>> made.data[made.data.index("<tbody>") + 7 : made.data.index("</tbody>")]
    '<tr><th scope="row">Hebei</th><td class="n">8.25</td></tr>'
    """
    if not isinstance(frame, pd.DataFrame | pd.Series):
        raise ValueError(f"show writes a frame or a series; this is a {type(frame).__name__}.")
    told = dict(frame.attrs)
    frame = frame.to_frame(frame.name or "") if isinstance(frame, pd.Series) else frame.copy()
    frame.columns = frame.columns.to_flat_index()
    say = words(lang or told.get("lang", "zh-hant"), own_units=told.get("own_units", False))
    there = {*frame} | {"index", "id"} - {*told.get("known", ())}
    line = [part for part in told.get("columns", "").split() if _column(part) in there]
    added = [each for each in frame.items() if each[0] not in told.get("known", ())]
    # An id is for code, and a number of rows says nothing; other labels say what a row is.
    if not line and "name" not in frame and not isinstance(frame.index, pd.RangeIndex):
        levels = map(frame.index.get_level_values, range(frame.index.nlevels))
        added = [*zip(frame.index.names, levels, strict=True), *added]
    heads = dict(told.get("heads", {}))
    for number, (name, column) in enumerate(added):
        if str(column.dtype) != "geometry":
            parts = name if isinstance(name, tuple) else (name or "",)
            heads[f"_{number}"] = " ".join(map(str, parts))
            frame[f"_{number}"] = list(column)
            line.append(f"_{number}:{_by_size(column)}")
    section, title = told.get("section", ""), told.get("title", "")
    for part in line:  # a head that no page has is the column's name
        head = _head(part)
        if head not in heads and f"{section}.head.{head}" not in say.texts:
            heads[head] = _column(part)
    group = told.get("group") if told.get("group") in {_head(part) for part in line} else None
    asked = {"title": title, "heads": heads, "note": told.get("note", ""), "group": group}
    return page_table(say, frame, section, " ".join(line), **asked)


def _head(part: str) -> str:
    return part.partition(":")[0].partition("=")[0]


def _column(part: str) -> str:
    head, _, column = part.partition(":")[0].partition("=")
    return column or head


def _by_size(column: pd.Series | pd.Index) -> str:
    kind = pd.api.types
    if kind.is_bool_dtype(column) or not kind.is_numeric_dtype(column):
        return "text"
    return "right" if kind.is_integer_dtype(column) else "significant"


def told_table(frame: pd.DataFrame, **options: Any) -> HTML:
    """The table of a study's frame by the line of columns and the title that it brings along.

    `options` are those of `page_table`.
    """
    told = {name: frame.attrs[name] for name in ("section", "columns", "title", "heads")}
    return page_table(
        words(frame.attrs["lang"], own_units=frame.attrs["own_units"]), frame, **(told | options)
    )
