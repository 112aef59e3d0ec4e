"""axe-core finds no fault of accessibility in the atlas, however it is set."""

import pytest

pytestmark = pytest.mark.browser


def everything_on(tab):
    tab.select_option("#outlines", "zone")
    tab.select_option("#ties", "official")
    tab.click("summary")
    tab.fill("#find", "四川")
    tab.press("#find", "Enter")


SETTINGS = {
    "as it opens": lambda tab: None,
    "everything on": everything_on,
    "English": lambda tab: tab.click("#languages [value=en]"),
    "another dimension": lambda tab: tab.select_option("#dimension", "goal"),
}


@pytest.mark.parametrize("width", [1280, 390])
def test_no_violation(visit, faults, atlas_file, width):
    def check(tab):
        found = {}
        for setting, act in SETTINGS.items():
            act(tab)
            tab.wait_for_timeout(300)
            found[setting] = faults(tab)
        return found

    found = visit(atlas_file, width=width, act=check).answer[0]
    assert {setting: faults for setting, faults in found.items() if faults} == {}
    assert len(found) == len(SETTINGS)


def test_a_fault_would_be_found(visit, faults, atlas_file):
    def check(tab):
        tab.evaluate(
            "document.getElementById('dimension').closest('label').replaceWith(document.getElementById('dimension'))"
        )
        return faults(tab)

    assert [fault[0] for fault in visit(atlas_file, act=check).answer[0]] == ["select-name"]


def test_a_reader_without_keys_is_told_of_fingers(visit, atlas_file):
    told = {
        width: visit(atlas_file, width=width, act=lambda tab: tab.inner_text("#picked")).answer[0]
        for width in (1280, 390)
    }
    assert "Tab" in told[1280]
    assert "Tab" not in told[390] and "兩指" in told[390]
