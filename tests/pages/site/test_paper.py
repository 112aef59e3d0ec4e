"""What is printed can be read: the least type of every kind of page, a summary's one sheet, rows of one height.

English is the language that asks for most room.
"""

import io
import re
import shutil

import numpy as np
import pikepdf
import pytest

from quyu.batch.pdf import print_pdf
from quyu.batch.report import report
from quyu.batch.request import Request
from quyu.study import report_year

YEAR = report_year()
TEXT = 8  # points: of all type but the letters on a map
# Points of the names of provinces on a map, and of the Latin names in its inset of the South China Sea, which
# has no room for larger ones. In a report, which is to be 8 sheets, a table stands beside the map.
LARGE, REPORT = (6, 4), (4.5, 3.1)
INSET = 116  # letters and figures in the inset
PAGES = [
    "index.html",
    "glossary.html",
    "compare.html",
    "reports/210000-liaoning.html",
    "regions/northeast.html",
    "summaries/210000-liaoning.html",
    "summaries/northeast.html",
]
MAP = re.compile(r'<div class="cut".*?</svg>', re.S)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("paper")
    asked = Request(provinces=("遼寧",), region="東北", out=out, workers=2, lang="en")
    assert report(asked) == 0
    return out / str(YEAR) / "en"


def sizes(printed):
    """The size in points of each piece of text of a PDF, whatever it is scaled by."""
    found = []
    with pikepdf.open(io.BytesIO(printed)) as file:
        for sheet in file.pages:
            _walk(sheet.obj, sheet.obj.Resources, np.eye(3), found)
    return found


def _walk(content, resources, plane, found):
    stack, size, line, blank = [], 0.0, np.eye(3), True
    for given, order in pikepdf.parse_content_stream(content):
        match str(order):
            case "q":
                stack.append(plane)
            case "Q":
                plane = stack.pop()
            case "cm":
                plane = _matrix(given) @ plane
            case "BT":
                line = np.eye(3)
            case "Tm":
                line = _matrix(given)
            case "Tf":
                size, font = float(given[1]), resources.Font[str(given[0])]
                blank = font.Subtype == "/Type3"
            case "Tj" | "TJ" if not blank:
                whole = line @ plane
                found.append(size * float(np.hypot(*whole[1, :2])))
            case "Do":
                part = resources.XObject[str(given[0])]
                if part.Subtype == "/Form":
                    own = _matrix(part.Matrix) if "/Matrix" in part else np.eye(3)
                    _walk(part, part.get("/Resources", resources), own @ plane, found)


def _matrix(six):
    a, b, c, d, e, f = map(float, six)
    return np.array([[a, b, 0], [c, d, 0], [e, f, 1]])


@pytest.mark.parametrize("page", PAGES)
def test_no_type_on_paper_is_under_eight_points_but_on_maps(site, tmp_path, page):
    whole = site / page
    told = []
    drawn = sizes(print_pdf(whole, told.append))
    bare = tmp_path / "bare.html"
    bare.write_text(MAP.sub("<div>", whole.read_text(encoding="utf-8")), encoding="utf-8")
    rest = sizes(print_pdf(bare))
    assert len(rest) > 100
    assert min(rest) > TEXT - 0.05  # a point more or less of a pixel
    names, inset = REPORT if page.startswith("reports") else LARGE
    assert min(drawn) >= inset
    maps = MAP.findall(whole.read_text(encoding="utf-8"))
    small = [size for size in drawn if size < names - 0.05]
    assert len(small) <= INSET * len(maps)
    assert told == []


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("summaries")])
def test_a_summary_is_one_sheet(site, page):
    with pikepdf.open(io.BytesIO(print_pdf(site / page))) as file:
        assert len(file.pages) == 1


@pytest.mark.parametrize("media", ["screen", "print"])
def test_the_rows_of_the_ranking_are_of_one_height(site, visit, media):
    def heights(tab):
        tab.emulate_media(media=media)
        return tab.evaluate(
            "[...new Set([...document.querySelectorAll('.long tbody tr')].map((row) => Math.round(row.offsetHeight)))]"
        )

    (found,) = visit(site / "index.html", act=heights).answer
    assert max(found) - min(found) <= 1, found


def test_figures_beside_each_other_stand_on_one_line(site, visit):
    asked = """() => [...document.querySelectorAll('.facts dd')].map((each) => {
      const range = document.createRange(); range.selectNodeContents(each.firstChild);
      return Math.round(range.getBoundingClientRect().bottom); })"""
    (found,) = visit(
        site / "reports/210000-liaoning.html", act=lambda tab: tab.evaluate(asked)
    ).answer
    assert len(found) > 3 and max(found) - min(found) <= 1, found


@pytest.mark.prove
def test_a_report_is_eight_sheets_at_most(tmp_path):
    # English ones are the longest: Chinese ones have one or two sheets fewer.
    asked = Request(out=tmp_path, workers=2, lang="en", pdf=True, quiet=True)
    assert report(asked) == 0
    sheets = {}
    for path in (tmp_path / str(YEAR) / "en" / "reports").glob("*.pdf"):
        with pikepdf.open(path) as file:
            sheets[path.stem] = len(file.pages)
    assert len(sheets) == 31
    assert {name: count for name, count in sheets.items() if count > 8} == {}
