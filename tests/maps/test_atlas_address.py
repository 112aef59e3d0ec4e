"""The atlas' view stands in its address: read, written, and nothing broken by what cannot be read."""

import pytest

pytestmark = pytest.mark.browser
SHOWN = """() => [
  document.getElementById('now').textContent, document.getElementById('picked').textContent,
  document.getElementById('dimension').value, document.getElementById('year').value,
  document.getElementById('outlines').value, document.getElementById('ties').value]"""


def opened(tab, view):
    tab.goto(tab.url.split("#")[0] + view)
    tab.reload()
    return tab.evaluate(SHOWN), tab.evaluate("location.hash")


def test_a_view_is_read_from_the_address_and_written_to_it(visit, atlas_file):
    def look(tab):
        bare = tab.evaluate("location.hash")
        tab.select_option("#dimension", index=1)
        tab.fill("#find", "440000")
        tab.press("#find", "Enter")
        tab.select_option("#outlines", "region")
        written, told = tab.evaluate("location.hash"), tab.evaluate(SHOWN)
        tab.evaluate("location.hash = '#p=310000&border='")
        changed = tab.evaluate(SHOWN)
        return bare, told, opened(tab, written), changed

    seen = visit(atlas_file, act=look)
    bare, told, (again, address), changed = seen.answer[0]
    assert seen.troubles == []
    assert bare == ""
    assert told == again
    assert "廣東" in told[1] and told[4] == "region"
    assert address.endswith("p=440000&border=region")
    assert changed[2:5] == [told[2], told[3], ""] and "上海" in changed[1]


HOSTILE = [
    "#goal=<img src=x onerror=alert(1)>&year=1e9&p=__proto__&border=constructor&ties=toString",
    "#p=%E0%A4%A&%%%&year=&goal=%00&=&&&p",
    "#javascript:alert(1)",
    "#" + "p=1&" * 5000,
]


@pytest.mark.parametrize("view", HOSTILE)
def test_what_cannot_be_read_in_an_address_changes_nothing(visit, atlas_file, view):
    seen = visit(atlas_file, act=lambda tab: (tab.evaluate(SHOWN), opened(tab, view)[0]))
    assert seen.troubles == []
    plain, asked = seen.answer[0]
    assert asked == plain
