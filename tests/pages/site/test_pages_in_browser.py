"""Every page of a small run, opened as a reader opens it: from disk, without a network."""

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
