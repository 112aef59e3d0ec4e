"""Made tables in every shape end in our error or in exactly the figures that were written."""

import csv
import io

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quyu.facts.given import known_facts, read_given

RATE = "manufacturing_product_pass_rate"
NAME = "制造业产品质量合格率"
PLACES = known_facts()["provinces"].query("zone != ''").set_index("adcode")
SPELT = ["name_zh_hans", "name_zh_hant", "name_en", "short_zh_hans", "short_zh_hant"]
UNITS = {"%": 1, "‰": 0.1, "": None}
NOISE = [
    "",
    "…",
    "-",
    "NaN",
    "12a",
    "1,2",
    "约3",
    "９",
    "9①",
    "1/2",
    "#N/A",
    "0x1",
    "1e5",
    "--5",
    "inf",
]
VALUE = st.one_of(
    st.floats(0, 100),
    st.integers(0, 100),
    st.decimals(0, 100, places=2).map(str),
    st.sampled_from(NOISE),
)
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(list(PLACES.index)), st.integers(2015, 2024)),
    VALUE,
    min_size=1,
    max_size=12,
)


def tables(shape, cells, spelt, unit):
    """Rows of a table of that shape, and its cells as they are written."""
    head = f"{NAME}（{unit}）" if unit else NAME
    codes, years = sorted({code for code, _ in cells}), sorted({year for _, year in cells})
    named = {code: PLACES.at[code, spelt] for code in codes}
    if shape == "years":
        rows = [[f"指标：{head}"], ["地区", *(f"{year}年" for year in years)]]
        return rows + [[named[c], *(cells.get((c, y), "") for y in years)] for c in codes]
    if shape == "panel":
        return [["省份", "年份", head], *([named[c], y, v] for (c, y), v in cells.items())]
    if shape == "turned":
        rows = [[f"指标：{head}"], ["年份", *named.values()]]
        return rows + [[y, *(cells.get((c, y), "") for c in codes)] for y in years]
    head = ["adcode", "year", "indicator", "value", "source"]
    return [head, *([named[c], y, RATE, v, "nd-gdp"] for (c, y), v in cells.items())]


def written(path, rows, kind, encoding, delimiter):
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        book.save(path)
        return
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))


MEANT = {"1,2": 1.2, "９": 9.0, "9①": 9.0, "1e5": 1e5}
NONE = ("", "…", "-", "NaN")


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    shape=st.sampled_from(["years", "panel", "turned", "tidy"]),
    cells=CELLS,
    spelt=st.sampled_from(SPELT),
    unit=st.sampled_from(list(UNITS)),
    kind=st.sampled_from(["csv", "xlsx"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030"]),
    delimiter=st.sampled_from(",;\t"),
)
def test_error_or_exactly_the_figures(
    tmp_path_factory, shape, cells, spelt, unit, kind, encoding, delimiter
):
    path = tmp_path_factory.mktemp("made") / f"made.{kind}"
    written(path, tables(shape, cells, spelt, unit), kind, encoding, delimiter)
    try:
        found = read_given(path)
    except ValueError as refusal:
        assert "made" in str(refusal)
        return
    if found.faults:
        assert all(str(fault).startswith(("made", "figures of made")) for fault in found.faults)
        return
    figures = found.typed["figures"]
    own = figures[figures.index > 0]
    times = 1 if shape == "tidy" else UNITS[unit]
    expected = {}
    for key, value in cells.items():
        if value in NONE:
            continue
        number = MEANT.get(value, value)
        if kind == "xlsx" and isinstance(number, float):
            number = f"{number:.16g}"  # what openpyxl writes of it
        expected[key] = float(f"{float(number) * times:.15g}") if times != 1 else float(number)
    read = {(row.adcode, int(row.year)): row.value for row in own.itertuples()}
    assert read == expected
