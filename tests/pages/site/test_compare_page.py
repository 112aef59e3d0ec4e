"""Units side by side in a browser: what is chosen stands in the address, and can be gone back to."""

import csv
import io

import pytest

from quyu.pages.compare import compare_page
from quyu.study import report_year
from quyu.words import words

pytestmark = pytest.mark.browser

YEAR = report_year()
LIAONING, JILIN, TIBET, SHANGHAI, HENAN = "210000", "220000", "540000", "310000", "410000"
SEEN = """() => ({
  hash: location.hash, title: document.title, told: document.getElementById('told').textContent,
  heads: [...document.querySelectorAll('#compared thead th')].map((each) => each.textContent.trim()),
  chosen: [...document.querySelectorAll('#chosen li span')].map((each) => each.textContent),
  marks: document.querySelectorAll('#compared .strip')[0]?.children.length,
  rows: Object.fromEntries([...document.querySelectorAll('#compared tbody tr')].filter((row) => row.cells.length > 1)
    .map((row) => [row.cells[0].firstChild.textContent, [...row.cells].slice(1).map((cell) =>
      [...cell.querySelectorAll('.who ~ span, small > span')].map((each) => each.textContent))])),
})"""


@pytest.fixture(scope="module")
def study(opened):
    return opened("en")


@pytest.fixture(scope="module")
def file(study, tmp_path_factory):
    path = tmp_path_factory.mktemp("compare") / "en" / "compare.html"
    path.parent.mkdir()
    there = {f"reports/{LIAONING}-liaoning.html"}
    path.write_text(compare_page(study, YEAR, there, {"zh-hant": {"compare.html"}}), "utf-8")
    return path


def at(tab, *codes):
    tab.goto(f"{tab.url.split('#')[0]}#p={','.join(codes)}")
    tab.reload()
    return tab.evaluate(SEEN)


def turned(tab, act):
    """What is there once the page has drawn the address that `act` leads to."""
    tab.evaluate("""() => { window.turned = new Promise((done) =>
      addEventListener('hashchange', () => setTimeout(done), { once: true })) }""")
    act()
    tab.evaluate("() => window.turned")
    return tab.evaluate(SEEN)


def test_two_provinces_are_read_from_the_address_with_their_figures(study, file, visit):
    seen = visit(file, act=lambda tab: at(tab, LIAONING, TIBET))
    assert seen.troubles == []
    (shown,) = seen.answer
    say, scores, ranks = study.say, study.scores(YEAR), study.ranks(YEAR)
    assert shown["heads"] == ["Liaoning", "Xizang", "National median"]
    assert shown["title"].startswith("Liaoning, Xizang")
    for column, code in enumerate((LIAONING, TIBET)):
        assert shown["rows"]["Index"][column][0] == say.number(scores.at[code, "index"])
        rank = [f"rank {ranks.at[code, 'nominal']:.0f}", "method interval"]
        told = shown["rows"]["Rank"][column]
        assert told[0] == rank[0] and told[1].startswith(rank[1])
        indicators = study.indicators(code, YEAR)
        value, place, change = shown["rows"]["R&D intensity"][column]
        assert value == say.significant(indicators.at["rd_intensity", "value"])
        assert place == f"rank {indicators.at['rd_intensity', 'place']}"
        before = study.indicators(code, study.card.framework.years[0]).at["rd_intensity", "value"]
        moved = indicators.at["rd_intensity", "value"] - before
        assert change == ("+" if moved > 0 else "") + say.significant(moved)
    assert shown["rows"]["Index"][2] == [say.number(scores["index"].median())]
    assert shown["rows"]["Government quality-work grade"][0][1].startswith("joint rank ")
    assert shown["marks"] == 3 + 2  # the scale, the range and the median; a mark for each


def test_the_choice_changes_the_address_and_back_and_forward_change_the_choice(file, visit):
    def act(tab):
        steps = [at(tab, LIAONING, JILIN)]
        tab.select_option("#unit", SHANGHAI)
        steps.append(turned(tab, lambda: tab.click("#pick button:not([type])")))
        steps.append(turned(tab, lambda: tab.click("#chosen li:first-child button")))
        focused = tab.evaluate("document.activeElement.id")
        language = tab.evaluate("document.querySelector('a[hreflang]').href")
        steps.append(turned(tab, tab.go_back))
        steps.append(turned(tab, tab.go_forward))
        return steps, focused, language

    seen = visit(file, act=act)
    steps, focused, language = seen.answer[0]
    names = [step["chosen"] for step in steps]
    assert names == [
        ["Liaoning", "Jilin"],
        ["Liaoning", "Jilin", "Shanghai"],
        ["Jilin", "Shanghai"],
        ["Liaoning", "Jilin", "Shanghai"],
        ["Jilin", "Shanghai"],
    ]
    assert [step["hash"] for step in steps[1:3]] == ["#p=210000,220000,310000", "#p=220000,310000"]
    assert steps[3]["hash"] == steps[1]["hash"] and steps[4]["hash"] == steps[2]["hash"]
    assert all(step["heads"][:-1] == step["chosen"] for step in steps)
    assert focused == "unit"
    assert language.endswith("zh-hant/compare.html#p=220000,310000")


def test_an_address_may_name_one_that_opens_with_those_near_to_it(study, file, visit):
    def act(tab):
        tab.goto(f"{tab.url.split('#')[0]}#near={LIAONING}")
        tab.reload()
        return tab.evaluate(SEEN), turned(tab, lambda: tab.click("#chosen li:last-child button"))

    opened, less = visit(file, act=act).answer[0]
    peers = study.peers(LIAONING, YEAR).index[1:4]
    assert opened["chosen"] == [study.short[code] for code in (LIAONING, *peers)]
    assert less["hash"] == f"#p={','.join([LIAONING, *peers[:2]])}"


def test_four_are_the_most_and_none_is_said(file, visit):
    def act(tab):
        at(tab, LIAONING, JILIN, TIBET, SHANGHAI, HENAN)
        tab.click("#pick button:not([type])")
        full = tab.evaluate(SEEN)
        for _ in range(4):
            none = turned(tab, lambda: tab.click("#chosen li:first-child button"))
        return full, none, tab.is_visible("#compared")

    full, none, table = visit(file, act=act).answer[0]
    say = words("en")
    assert full["chosen"] == ["Liaoning", "Jilin", "Xizang", "Shanghai"]
    assert full["told"] == say("compare.full", most=4)
    assert (none["told"], none["hash"], table) == (say("compare.none"), "#p=", False)


@pytest.mark.parametrize(
    "view",
    ["#p=<img src=x onerror=alert(1)>", "#p=__proto__,constructor", "#p=%E0%A4%A&%%%", "#q=" + "p" * 9000],
)  # fmt: skip
def test_what_cannot_be_read_in_an_address_changes_nothing(file, visit, view):
    def act(tab):
        plain = tab.evaluate(SEEN)
        tab.evaluate("view => { location.hash = view }", view)
        tab.wait_for_timeout(50)
        return plain, tab.evaluate(SEEN)

    seen = visit(file, act=act)
    assert seen.troubles == []
    plain, asked = seen.answer[0]
    assert asked["chosen"] == plain["chosen"] and len(plain["chosen"]) == 4


def test_the_figures_that_are_shown_are_handed_out(study, file, visit):
    def act(tab):
        at(tab, LIAONING, TIBET)
        with tab.expect_download() as saved:
            tab.click("#csv")
        return saved.value.suggested_filename, saved.value.path().read_text("utf-8-sig")

    name, text = visit(file, act=act).answer[0]
    assert name == f"quyu-compare-{YEAR}-en.csv"
    rows = [*csv.DictReader(io.StringIO(text))]
    assert {row["Adcode"] for row in rows} == {LIAONING, TIBET}
    for row in rows:
        told = study.indicators(row["Adcode"], YEAR)
        if row["Id"] in told.index and row["Value"]:
            assert float(row["Value"]) == pytest.approx(told.at[row["Id"], "value"])
            assert (row["Rank"], row["Unit"]) == tuple(told.loc[row["Id"], ["place", "unit"]])
    assert len(rows) == 2 * (1 + len(study.goals) + study.indicators(LIAONING, YEAR)["of"].count())


@pytest.mark.parametrize("width", [1280, 390])
def test_four_fit_the_screen_without_a_fault_of_accessibility(file, visit, faults, width):
    def act(tab):
        at(tab, LIAONING, "150000", TIBET, "610000")
        over = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
        clipped = """[...document.querySelectorAll('#compared td, #compared th')]
            .filter((each) => each.offsetWidth && each.scrollWidth > each.clientWidth + 1)
            .map((each) => each.textContent)"""
        return over, tab.evaluate(clipped), faults(tab)

    assert visit(file, width=width, act=act).answer[0] == (0, [], [])


def test_without_a_script_the_index_of_all_is_there(file, visit):
    seen = visit(file, scripts=False)
    assert words("en")("compare.no_script") in seen.text[0] and "Heilongjiang" in seen.text[0]
    assert words("en")("compare.pick") not in seen.text[0]
