"""A table read as text keeps every cell and every row number."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from quyu.facts.tables import read_csv, tabulate

CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1).map(
    lambda text: text.strip() or "x"
)


@given(st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=5))
def test_what_is_written_is_what_is_read(tmp_path_factory, rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows([["a", "b"], *rows])
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    table = read_csv(path)
    assert table.faults == []
    assert table.cells.to_numpy().tolist() == rows
    assert list(table.cells.index) == list(range(2, 2 + len(rows)))


def test_short_rows_are_padded_and_blank_rows_keep_the_count():
    table = tabulate("t.csv", [["a", " b ", ""], ["1"], [" ", ""], ["2", "3", " "]])
    assert table.cells.to_dict("index") == {2: {"a": "1", "b": ""}, 4: {"a": "2", "b": "3"}}
    assert table.faults == []
