"""Laws of breaking lines: nothing is lost, nothing is too wide, marks stay where they belong."""

from hypothesis import given
from hypothesis import strategies as st

from quyu.maps.lettering import ems, wrap

_TEXTS = st.text(alphabet="區域質量東部，。；（）「」 0123.5–%abc", max_size=60)


@given(text=_TEXTS, width=st.integers(4, 30))
def test_nothing_but_space_is_lost(text, width):
    assert "".join(wrap(text, width)).replace(" ", "") == text.replace(" ", "")


@given(text=st.text(alphabet="區域質量東部", max_size=60), width=st.integers(1, 30))
def test_plain_chinese_fills_lines_to_the_width(text, width):
    lines = wrap(text, width)
    assert all(ems(line) == width for line in lines[:-1])
    assert all(ems(line) <= width for line in lines)


@given(text=_TEXTS, width=st.integers(4, 30))
def test_no_line_begins_with_a_closing_mark(text, width):
    assert all(line[0] not in "，。；）」" for line in wrap("始" + text, width)[1:])


def test_a_line_feed_is_kept_and_numbers_stay_whole():
    assert wrap("指數\n五分位", 20) == ["指數", "五分位"]
    assert wrap("指數 2019–2023 年", 6) == ["指數", "2019–2023", "年"]
