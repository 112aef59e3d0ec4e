"""Where a page leads to: links are written when it is known which pages are there."""

import re

from quyu.batch.site import relinked
from quyu.pages.links import linked, over, unit
from quyu.pages.page import page
from quyu.study import report_year

YEAR = report_year()
LIAONING, JILIN = "reports/210000-liaoning", "reports/220000-jilin"


def led(subject, key, there):
    """Where the page leads to, with what is written there."""
    body = f"<p>{unit('Liaoning', '210000')} {unit('Jilin', '220000')}</p>"
    about = {"title": "t", "description": "d", "year": 2024, "links": [], "languages": []}
    made = page(body, say=subject.say, colophon=[], **about)
    text = relinked(made, key, subject, there)
    return re.findall(r'<a [^>]*href="(\.\.[^"]*)"[^>]*>(.*?)</a>', text)


def hrefs(*asked):
    return [href for href, _ in led(*asked)]


def test_a_report_leads_to_others_that_are_there_and_not_to_itself(opened):
    there = {f"{LIAONING}.html", f"{JILIN}.html", "regions/northeast.html"}
    found = hrefs(opened("en"), LIAONING, there)
    fixed = [
        "../index.html",
        "../atlas.html#p=210000",
        "../compare.html#near=210000",
        "../glossary.html",
    ]
    jilin = f"../{JILIN}.html"  # in the header, as the next, and in the text
    assert found == [*fixed, "../regions/northeast.html", jilin, jilin]
    assert hrefs(opened("en"), LIAONING, {f"{LIAONING}.html"}) == fixed


def test_a_report_names_the_one_before_it_and_the_one_after_it(opened):
    there = {f"{LIAONING}.html", f"{JILIN}.html", "reports/230000-heilongjiang.html"}
    found = led(opened("en"), JILIN, there)
    assert (f"../{LIAONING}.html", "Previous: Liaoning") in found
    assert ("../reports/230000-heilongjiang.html", "Next: Heilongjiang") in found


def test_a_brief_leads_to_the_atlas_with_its_regions_border(opened):
    found = hrefs(opened("en"), "regions/northeast", {f"{JILIN}.html"})
    assert {"../atlas.html#border=region", "../compare.html", f"../{JILIN}.html"} <= {*found}


def test_a_map_is_linked_anew_as_its_names_are():
    two = {"210000": ["u0"], "220000": ["u1", "u2"]}
    drawn = over("<svg><path/></svg>", two, {"210000": "Liaoning", "220000": "Jilin"})
    once = linked(drawn, [f"{LIAONING}.html"], "../")
    assert re.findall('href="([^#"]+)"', once) == [f"../{LIAONING}.html"]
    assert once.count("<a ") == once.count('tabindex="-1"') == 2
    again = linked(once, [f"{JILIN}.html"])
    assert re.findall('href="([^#"]+)"', again) == [f"{JILIN}.html"]
    assert linked(again, []) == drawn
