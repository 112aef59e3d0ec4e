"""axe-core finds no serious fault of accessibility in the atlas, however it is set."""

from importlib.resources import files

import pytest

pytestmark = pytest.mark.browser
AXE = "window.axe.run(document, {resultTypes: ['violations']})"


def serious(tab):
    tab.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found = tab.evaluate(AXE)
    assert len(found["passes"]) > 20  # it did look
    return [
        (each["id"], node["html"][:120], node["failureSummary"])
        for each in found["violations"]
        if each["impact"] in ("serious", "critical")
        for node in each["nodes"]
    ]


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
@pytest.mark.parametrize("setting", SETTINGS)
def test_no_serious_violation(visit, atlas_file, setting, width):
    pytest.importorskip("axe_playwright_python")

    def check(tab):
        SETTINGS[setting](tab)
        tab.wait_for_timeout(300)
        return serious(tab)

    assert visit(atlas_file, width=width, act=check).answer[0] == []


def test_a_fault_would_be_found(visit, atlas_file):
    pytest.importorskip("axe_playwright_python")

    def check(tab):
        tab.evaluate(
            "document.getElementById('dimension').closest('label').replaceWith(document.getElementById('dimension'))"
        )
        return serious(tab)

    assert [fault[0] for fault in visit(atlas_file, act=check).answer[0]] == ["select-name"]
