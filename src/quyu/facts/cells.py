"""What a cell of other people's tables says: a figure, a year, a unit, that there is none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from quyu.facts.faults import closest
from quyu.facts.names import NATION_NAMES, called, fold, name_columns
from quyu.facts.units import worth

# Footnote marks and raised digits; to be taken off before ① or ² is read as a digit.
MARKS = re.compile(
    r"[\u2460-\u249b\u24ea-\u24ff\u2776-\u2793⁰¹²³⁴-⁹*#†‡§]+|\[\d{1,2}\]|[(（]?注\d?[)）]?$"
)
MISSING = {
    *("", "…", "...", "……", "-", "–", "—", "--", "——", "..", "/", "na", "n/a", "nan", "null", "none"),
    *("缺", "缺失", "无", "未公布"),
}  # fmt: skip
AREAS = re.compile(
    "全国.*|.*合计|总计|平均|.*平均值?|.+地区|[东中西]部|东北|中西部|total|sum|average|mean"
)
NOTES = re.compile(r"注|数据来源|资料来源|来源|说明|指标解释|单位|备注|note|source|unit|definition")
IN_TEXT = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_BOOKS = re.compile("年[鉴鑑]|摘要|yearbook|abstract|almanac|handbook|手[册冊]", re.I)
_DATED = re.compile(
    "(?:[数數]据|[资資]料)?[来來]源|source|注[:：]|"
    "(?:更新|下[载載]|填[报報]|制表|製表|[编編]制|印[发發]|[发發]布)[^:：]{0,4}[:：于於]",
    re.I,
)
_OTHERWISE = {  # what stands behind a year that is not the figures'
    "is of a month or a day": re.compile(
        r"\s*(?:年\s*(?:\d{1,2}\s*(?:[-—–~至到、]\s*\d{1,2}\s*)?月|第?[一二三四1-4]季|[上下]半年|前)"
        r"|[-./]\s*(?:0?[1-9]|1[0-2])(?!\d))"
    ),
    "is the year of the prices": re.compile(
        r"\s*年?的?(?:(?:不[变變]|可比)[价價]|[价價]格(?!指))|\s*年?\s*=\s*100"
    ),
}
YEAR_HEADS = {"年份", "年度", "年", "year", "时间", "统计年份", "年份year"}
PLACE_HEADS = {"地区", "省份", "省", "省市", "省区市", "省(区市)", "province", "region", "area"}
ROW_HEADS = {
    *("id", "序号", "编号", "no", "number", "代码", "行政区划代码", "adcode", "code"),
    *("备注", "note", "notes", "remarks", "note备注"),
}  # fmt: skip
_YEAR = re.compile(r"((?:19|20)\d{2})(?:\.0+)?年?(?:度|末|底)?")
_DATE = re.compile(r"((?:19|20)\d{2})[-/.](?:0?1[-/.]0?1|12[-/.]31)(?: 00:00:00)?")
_DIGITS = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?")
GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_WITH_COMMA = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?")
_BRACKETS = re.compile(r"[(（\[【]([^()（）\[\]【】]+)[)）\]】]$")
_COUNTED = {"元", "人", "个", "户", "吨", "公里", "1", "美元", "人年", "人次"}


@dataclass(frozen=True)
class Names:
    """How units, indicators and measures are called, folded: each name with the id that it means."""

    units: Mapping[str, str]
    indicators: Mapping[str, str]
    measures: frozenset[str]

    @classmethod
    def of(cls, register: pd.DataFrame, book: pd.DataFrame) -> Names:
        """From a register of units and a codebook; a name that may mean two is no name."""
        columns = [*book.filter(regex="^name_").columns, *({"aliases"} & {*book})]
        tables = (name_columns(register), book[columns].fillna(""))
        units, indicators = (
            {name: ids[0] for name, ids in called(table).items() if len(set(ids)) == 1}
            for table in tables
        )
        known = book[["unit", "unit_zh_hans", "unit_en"]].to_numpy().ravel()
        return cls(_Folded(units), _Folded(indicators), frozenset(map(fold, known)))

    def unit(self, cell: str) -> str | None:
        """The unit that a cell names, whatever marks of footnotes it bears."""
        return self.units.get(cell)

    def indicator(self, head: str) -> str | None:
        """The indicator of a head, which may have its measure in brackets, or a mark."""
        return self.indicators.get(head) or self.indicators.get(self.parted(head)[0])

    def parted(self, head: str) -> tuple[str, str]:
        """The name and the measure of a head; the latter is "" where none stands in brackets at its end."""
        bare = plain(head)
        if found := _BRACKETS.search(bare):
            base, size = worth(found[1])
            known = size != 1 or base in _COUNTED or fold(found[1]) in self.measures
            if known or re.search("[/=]", found[1]):
                return bare[: found.start()].strip(), found[1].strip()
        return bare, ""

    def near(self, name: str) -> str:
        """The ids nearest to a name that is none, as the end of a sentence."""
        found = closest(fold(name), [*self.indicators])
        words = found.removeprefix(" (closest: ").removesuffix(")").split(", ") if found else []
        ids = list(dict.fromkeys(self.indicators[word] for word in words))
        return f" (closest: {', '.join(ids)})" if ids else ""


class _Folded(dict):
    """Ids by folded name, asked by any spelling; each spelling is folded once."""

    def __init__(self, ids: Mapping[str, str]) -> None:
        super().__init__(ids)
        self._asked: dict[str, str | None] = {}

    def get(self, cell: str, default: str | None = None) -> str | None:
        if cell not in self._asked:
            self._asked[cell] = super().get(fold(plain(cell)), default) if cell else None
        return self._asked[cell]


def plain(text: str) -> str:
    """A head or a name without footnote marks, full-width signs as plain ones.

    >>> plain("北京①"), plain("Ｒ＆Ｄ（万元）")
    ('北京', 'R&D(万元)')
    """
    return unicodedata.normalize("NFKC", MARKS.sub("", text)).strip()


def is_area(cell: str) -> bool:
    """Whether a cell names the nation, a zone or a sum, which are no provinces.

    >>> [is_area(word) for word in ("全 國", "東部地區", "合計", "地區", "廣東")]
    [True, True, True, False, False]
    """
    word = fold(plain(cell))
    return word in NATION_NAMES or bool(AREAS.fullmatch(word))


def is_note(cell: str) -> bool:
    """Whether a row that begins so says something about the others."""
    return bool(NOTES.match(fold(cell)))


def year_in(cell: str) -> int | None:
    """The year of a cell; a spreadsheet's first or last day of a year is that year.

    >>> [year_in(cell) for cell in ("2023年", "２０２３", "2023.0", "2023-12-31", "2023年1-11月", "23")]
    [2023, 2023, 2023, 2023, None, None]
    """
    bare = plain(cell)
    found = _YEAR.fullmatch(bare) or _DATE.fullmatch(bare)
    return int(found[1]) if found else None


def years_said(title: str) -> dict[int, str]:
    """The years that a title names, each with the reason why the figures may not be of it, "" if none.

    >>> years_said("各省情況（2023年）"), years_said("中國統計年鑑2024"), years_said("2024年3月")
    ({2023: ''}, {2024: 'stands in the title of a yearbook'}, {2024: 'is of a month or a day'})
    """
    text, said = plain(title), {}
    for found in IN_TEXT.finditer(text):
        after = text[found.end() :]
        why = next((why for why, rest in _OTHERWISE.items() if rest.match(after)), "")
        if _DATED.match(text):
            why = why or "is of when the table was made"
        said[int(found[1])] = said.get(int(found[1]), why) and why
    if _BOOKS.search(text) and len(said) == 1:
        return dict.fromkeys(said, "stands in the title of a yearbook")
    return said


def is_missing(cell: str) -> bool:
    """Whether a cell says that there is no figure.

    >>> [is_missing(cell) for cell in ("…", "-", "NaN", "", "0", "#N/A")]
    [True, True, True, True, False, False]
    """
    return (
        cell.strip() in MISSING or unicodedata.normalize("NFKC", cell).strip().casefold() in MISSING
    )


def figure_in(cell: str, comma: bool = False) -> float | None:
    """The number of a cell that is not missing; None where it is none. `comma` is the decimal sign.

    >>> [figure_in(cell) for cell in ("1,234.5", "１２", "93.3%", "12a", "−3", "5.2①", "100²", "1e400")]
    [1234.5, 12.0, 93.3, None, -3.0, 5.2, 100.0, None]
    >>> [figure_in(cell, True) for cell in ("47.353,7", "47.353", "3.5")], figure_in("47353,7")
    ([47353.7, 47353.0, None], None)
    """
    bare = _bare(cell)
    if comma and re.search("[.,]", bare):
        bare = bare.replace(".", "").replace(",", ".") if _WITH_COMMA.fullmatch(bare) else ""
    elif not comma and GROUPED.fullmatch(bare):
        bare = bare.replace(",", "")
    value = float(bare) if _DIGITS.fullmatch(bare) else float("nan")
    return value if abs(value) < float("inf") else None


def _bare(cell: str) -> str:
    """The signs of a number in a cell, without marks, per cent and blanks between thousands."""
    bare = plain(cell).casefold().replace("−", "-").removesuffix("%")
    return re.sub(r"(?<=\d)[ \u00a0](?=\d{3}(?!\d))", "", bare).strip()


def decimal_comma(cells: Sequence[str], unsure: str = ".,") -> tuple[bool | None, str]:
    """Whether commas in cells stand for the decimal point, None if nobody can tell; and why.

    One sign before three digits may part a thousand or a fraction. What other cells show decides; where
    none does, nobody can tell of the signs in `unsure`.

    >>> decimal_comma(["3,5", "12,25"]), decimal_comma(["1,234.5", "1,234"])
    ((True, 'a comma is the decimal point'), (False, 'commas part thousands'))
    >>> decimal_comma(["1.234", "93"]), decimal_comma(["1.234", "3,5"])[0], decimal_comma(["1.234"], ",")[0]
    ((None, "'1.234' may be a thousand or a fraction"), None, False)
    """
    either, points, commas = [], [], []
    for cell in dict.fromkeys(cells):
        bare = _bare(cell)
        if not re.search("[.,]", bare):
            continue
        if re.fullmatch(r"[+-]?[1-9]\d{0,2}[.,]\d{3}", bare):
            either.append(cell)
        elif _WITH_COMMA.fullmatch(bare):
            commas.append(cell)
        elif GROUPED.fullmatch(bare) or _DIGITS.fullmatch(bare):
            points.append(cell)
    if commas and points:
        return None, f"{commas[0]!r} has a decimal comma, {points[0]!r} a decimal point"
    if commas:
        parted = any("." in cell for cell in commas)
        odd = [] if parted else [cell for cell in either if "." in cell]
        told = "a comma is the decimal point" + (", and points part thousands" if parted else "")
    elif points:
        odd, told = [], "commas part thousands" if any("," in c for c in points + either) else ""
    else:
        both = len({sign for cell in either for sign in ".," if sign in cell}) > 1
        odd = [cell for cell in either if both or any(sign in cell for sign in unsure)]
        told = "commas part thousands" if any("," in cell for cell in either) else ""
    return (None, f"{odd[0]!r} may be a thousand or a fraction") if odd else (bool(commas), told)
