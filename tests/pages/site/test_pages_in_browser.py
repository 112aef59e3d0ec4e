"""Every page of a small run, opened as a reader opens it: from disk, without a network."""

import re
from functools import cache

import pytest

from quyu.batch.report import report
from quyu.batch.request import Request
from quyu.study import report_year

YEAR = report_year()

pytestmark = pytest.mark.browser

PAGES = [
    "index.html",
    "atlas.html",
    "compare.html",
    "glossary.html",
    "reports/540000-xizang.html",
    "reports/440000-guangdong.html",
    "regions/northeast.html",
    "summaries/440000-guangdong.html",
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("site")
    asked = Request(provinces=("西藏", "廣東"), region="東北", out=out, workers=2)
    assert report(asked) == 0
    return out / str(YEAR) / "zh-hant"


@pytest.fixture(scope="module")
def looked_at(site, browser_page, faults):
    """`looked_at(page, width)`: a page opened once, with all that is measured on it."""
    measures = {
        "wider": _overflow,
        "screens": _screens,
        "traps": _traps,
        "tofu": _tofu,
        "head": _head,
        "faults": faults,
    }

    def measured(tab):
        return {name: measure(tab) for name, measure in measures.items()}

    return cache(lambda page, width: browser_page(site / page, width, True, measured))


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_nothing_and_complains_of_nothing(looked_at, page, width):
    seen = looked_at(page, width)
    assert seen.troubles == []
    assert seen.answer[0]["wider"] == 0, "the page is wider than the screen"
    assert seen.answer[0]["faults"] == []  # of accessibility


@pytest.mark.parametrize("page", PAGES)
def test_nothing_on_a_phone_scrolls_within_the_page_but_maps(looked_at, page):
    assert looked_at(page, 390).answer[0]["traps"] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_character_has_a_glyph(looked_at, page):
    # A missing glyph is drawn as the replacement box, as wide as the one of a private-use character.
    assert looked_at(page, 1280).answer[0]["tofu"] == []


@pytest.mark.parametrize("page", PAGES)
def test_the_page_says_what_it_is(looked_at, page):
    title, lang, description = looked_at(page, 1280).answer[0]["head"]
    assert lang.lower().startswith("zh-hant")
    assert len(title) > 4
    assert description


WITHOUT_MAPS = ("compare.html", "glossary.html", "summaries")


@pytest.mark.parametrize("page", [page for page in PAGES if page.split("/")[0] not in WITHOUT_MAPS])
def test_a_page_speaks_without_scripts(site, visit, page):
    seen = visit(site / page, scripts=False)
    assert "僅用於統計展示" in seen.text[0]
    assert "廣東" in seen.text[0]


@pytest.mark.parametrize(("width", "open_"), [(1280, True), (390, False)])
def test_how_to_read_a_table_is_folded_on_a_phone_alone(looked_at, width, open_):
    seen = looked_at("summaries/440000-guangdong.html", width)
    told = seen.text[0]
    assert ("灰線是全國範圍" in told) == open_ == ("怎樣讀這張表" not in told)
    assert seen.answer[0]["screens"] < 4  # of a first page


def _screens(page):
    return page.evaluate("document.documentElement.scrollHeight / window.innerHeight")


def _overflow(page):
    return page.evaluate(
        "Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth)"
    )


def _traps(page):
    """What scrolls in itself: up and down at all, or sideways and is no map."""
    return page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter((each) => {
          const way = getComputedStyle(each), reaches = (over) => ['auto', 'scroll'].includes(over);
          const down = reaches(way.overflowY) && each.scrollHeight > each.clientHeight + 1;
          const aside = reaches(way.overflowX) && each.scrollWidth > each.clientWidth + 1;
          return down || (aside && !each.matches('.map, .wide')); // .wide: the atlas's table, which is shut
        }).map((each) => each.className + ': ' + each.textContent.trim().slice(0, 40))"""
    )


def _head(page):
    return page.evaluate(
        "[document.title, document.documentElement.lang,"
        " document.querySelector('meta[name=description]')?.content]"
    )


def _tofu(page):
    """The characters of the page that draw the same picture as a character no font has."""
    return page.evaluate(
        """() => {
          const canvas = document.createElement('canvas'); canvas.width = canvas.height = 40;
          const pen = canvas.getContext('2d', {willReadFrequently: true});
          pen.font = '28px ' + getComputedStyle(document.body).fontFamily;
          const draw = (c) => { pen.clearRect(0, 0, 40, 40); pen.fillText(c, 4, 30);
            return pen.getImageData(0, 0, 40, 40).data.join(); };
          const box = draw('\\u{10FFFD}');
          const seen = [...new Set(document.body.textContent)].filter(c => c.trim());
          return seen.filter(c => draw(c) === box);
        }"""
    )


LIAONING, XIZANG = "reports/210000-liaoning.html", "reports/540000-xizang.html"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", ["index.html", "regions/northeast.html", XIZANG])
def test_a_click_on_a_province_of_a_map_opens_its_report(site, visit, page, width):
    for name, wanted in (("遼寧", LIAONING), ("黑龍江", "reports/230000-heilongjiang.html")):
        reached = visit(site / page, width=width, scripts=False, act=_clicked(name)).answer[0]
        assert reached == (site / wanted).as_uri()


def test_a_click_on_a_small_map_opens_the_report_of_the_province(site, visit):
    seen = visit(site / "index.html", scripts=False, act=_clicked_small)
    assert seen.answer[0] == [(site / report).as_uri() for report in (LIAONING, XIZANG)]


@pytest.mark.parametrize(
    ("page", "name"), [("index.html", "新疆"), ("regions/northeast.html", "新疆"), (XIZANG, "西藏")]
)
def test_a_province_without_another_page_leads_nowhere(site, visit, page, name):
    stayed = visit(site / page, scripts=False, act=_clicked(name)).answer[0]
    assert stayed == (site / page).as_uri()


@pytest.mark.parametrize("page", ["index.html", "regions/northeast.html", XIZANG])
def test_every_name_on_a_map_is_that_of_what_lies_under_it(site, visit, page):
    names = visit(site / page, act=_under).answer[0]
    assert len(names) == 31
    assert [each for each in names if {*each[1]} != {each[0]}] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_of_maps_lead_to_pages_that_are_there_and_are_no_stop_of_the_keyboard(
    site, visit, page
):
    links = visit(site / page, act=_over).answer[0]
    maps = {"index.html": 7, "reports": 1, "regions": 1}.get(page.split("/")[0], 0)
    assert bool(links) == bool(maps)
    reports = {path.as_uri() for path in (site / "reports").glob("*.html")}
    assert {href for href, _ in links} == ((reports - {(site / page).as_uri()}) if maps else set())
    assert {stop for _, stop in links} <= {-1}


def _clicked(name):
    """Click on a name that is written on the page's large map; where that leads."""

    def act(page):
        text = page.locator(
            ".map svg[role=img] [id*='-name-'] text", has_text=re.compile(f"^{name}$")
        )
        text.scroll_into_view_if_needed()
        box = text.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(300)
        return page.url

    return act


def _clicked_small(page):
    """Click in the middle of a coastal and of an inland province of the second small map."""
    reached, home = [], page.url
    for code in ("210000", "540000"):
        shape = page.locator(".smalls figure:nth-child(2) .over a", has=page.locator("use"))
        shape = shape.and_(page.locator(f"[href*='{code}']"))
        shape.scroll_into_view_if_needed()
        box = shape.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(300)
        reached.append(page.url)
        page.goto(home)
    return reached


def _under(page):
    """Each province's name on the large map, and whose shapes a click on its ends and middle hits."""
    page.locator(".map").scroll_into_view_if_needed()
    return page.evaluate(
        """() => [...document.querySelectorAll(".map svg[role=img] [id*='-name-'] text")].map((each) => {
          const box = each.getBoundingClientRect();
          const hits = [0.1, 0.5, 0.9].map((share) =>
            document.elementFromPoint(box.x + share * box.width, box.y + box.height / 2));
          return [each.textContent, hits.map((hit) => hit?.closest("a")?.querySelector("title").textContent)];
        }).filter(([name]) => !["臺灣", "香港", "澳門"].includes(name))"""
    )


def _over(page):
    return page.evaluate(
        """[...document.querySelectorAll(".over a[href]")].map((each) => [each.href.baseVal, each.tabIndex])
          .map(([href, stop]) => [new URL(href, document.baseURI).href, stop])"""
    )
