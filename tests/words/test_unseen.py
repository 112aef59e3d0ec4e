"""Signs that show nothing: whatever a text holds, it turns nothing outside itself."""

from hypothesis import given
from hypothesis import strategies as st

from quyu.words import isolated, unmarked
from quyu.words.scripts import CLOSE, CONTROL, TURNING, visible

OPENS = "\u2066\u2067\u2068"
MARKED = st.text(alphabet="a1 שع廣\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e" + OPENS + CLOSE)


@given(MARKED)
def test_nothing_that_turns_stands_outside_an_isolate(text):
    depth, found = 0, isolated(text)
    for place, sign in enumerate(found, start=1):
        depth += (sign in OPENS) - (sign == CLOSE)
        assert depth > 0 or not TURNING.match(sign) or place == len(found)
        assert depth >= 0
    assert depth == 0
    assert text in found


@given(MARKED)
def test_what_is_isolated_is_not_isolated_again(text):
    assert isolated(isolated(text)) == isolated(text)


@given(st.text(alphabet="a1 (-)廣東,。é"))
def test_text_that_turns_nothing_stays_as_it_is(text):
    assert isolated(text) == unmarked(text) == visible(text) == text


@given(st.text())
def test_what_is_visible_holds_no_sign_that_a_terminal_obeys(text):
    seen = visible(text)
    assert not CONTROL.search(seen)
    assert "\n" not in seen
    assert unmarked(seen) == seen
