"""Eleven cities through everything that is asked of a study: answers, maps, pages, refusals."""

import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

import quyu
from quyu.facts.faults import Refusal
from quyu.pages import region_answers, summary
from quyu.pages.front import index_page
from quyu.study.audit import PARTS as AUDITED
from quyu.study.charting import OF_A_YEAR, OF_ALL_YEARS
from quyu.study.robustness import PARTS as ROBUST
from quyu.words import LANGUAGES

CITIES = Path(__file__).parent / "cities"
YEAR, CITY, LEAF, FIGURE = 2023, "330100", "made_1_scored", "made_1"
ANSWERS = {
    "scores": lambda s: s.scores(YEAR),
    "ranks": lambda s: s.ranks(YEAR),
    "indicators": lambda s: s.indicators("杭州", YEAR),
    "trace": lambda s: s.trace(CITY, YEAR),
    "obstacles": lambda s: s.obstacles("Hangzhou", YEAR),
    "distances": lambda s: s.distances(CITY, YEAR),
    "change": lambda s: s.change(CITY),
    "change since": lambda s: s.change_since(2019),
    "compare": lambda s: s.compare(s.what_if(aggregate="arithmetic"), YEAR),
    "compare units": lambda s: s.compare_units(["杭州市", "Ningbo"], YEAR),
    "compare a group": lambda s: s.compare_units(["浙西南"], YEAR),
    "lift": lambda s: s.lift("金華", LEAF, to="zone"),
    "series": lambda s: s.series("虚构指标1"),
    "catalogue": lambda s: s.catalogue(),
    "origin": lambda s: s.origin(CITY, FIGURE),
    "goalposts": lambda s: s.goalposts(YEAR),
    "panel": lambda s: s.panel(),
    "spread": lambda s: s.spread(),
    "density": lambda s: s.density("index", by="片區"),
    "moran": lambda s: s.moran(YEAR),
    "neighbours": lambda s: s.neighbours(YEAR),
    **{f"holdings {part}": lambda s, part=part: s.holdings(part) for part in ("grades", "gaps")},
}
PICTURES = {
    **{
        f"map {what}": lambda s, what=what: s.map(what, YEAR)
        for what in ("index", "goal_1", "lisa")
    },
    **{f"tiles {w}": lambda s, w=w: s.map(w, YEAR, tiles=True) for w in ("index", LEAF, FIGURE)},
    "own values": lambda s: s.map(s.change_since(2019)),
    **{f"chart {c}": lambda s, c=c: s.chart(c, YEAR) for c in OF_A_YEAR if c != "sobol"},
    **{f"chart {c}": lambda s, c=c: s.chart(c) for c in (*OF_ALL_YEARS, LEAF)},
}
REFUSED = {
    "lens": lambda s: s.lens("東北", YEAR),
    "lens ": lambda s: s.explore("東北", YEAR),
    "partners": lambda s: s.partners(YEAR),
    "partners ": lambda s: s.map("partners", YEAR),
    "partners  ": lambda s: s.peers(CITY, YEAR),
    "targets": lambda s: s.targets(),
    "east": lambda s: s.behind(YEAR),
    "figures": lambda s: s.inequality(),
    "figures ": lambda s: s.convergence(),
    "series": lambda s: s.robustness("location", YEAR),
}
PROVINCIAL = re.compile(r"province|nation|Outline|綱要|綱|省|全國|地帶", re.I)


@pytest.mark.parametrize("asked", ANSWERS)
def test_every_question_is_answered_with_a_frame_that_shows_itself(cities, asked):
    found = ANSWERS[asked](cities)
    assert isinstance(found, pd.DataFrame)
    assert not PROVINCIAL.search(re.sub(r"<[^>]*>", "", quyu.show(found).data))


@pytest.mark.parametrize("part", [*ROBUST, *AUDITED])
def test_every_part_of_robustness_and_audit_is_there_or_refused_by_a_code(cities, part):
    ask = cities.robustness if part in ROBUST else cities.audit
    try:
        assert isinstance(ask(part, YEAR), pd.DataFrame)
    except Refusal as refusal:
        assert refusal.code == "left_out.series" and part in ("location", "agreement")


@pytest.mark.parametrize("asked", PICTURES)
def test_every_picture_is_drawn(cities, asked):
    assert PICTURES[asked](cities).svg.startswith("<svg")


@pytest.mark.parametrize("asked", REFUSED)
def test_what_needs_provinces_is_refused_by_a_code_that_three_languages_have(cities, asked):
    with pytest.raises(Refusal) as told:
        REFUSED[asked](cities)
    assert told.value.code == f"left_out.{asked.strip()}"
    assert all(told.value.code in cities.says(lang).texts for lang in ("zh-hant", "zh-hans", "en"))


def test_groups_are_columns_by_the_names_that_their_owner_gave(cities):
    assert [*cities.units] == ["full_name", "片區", "都市圈", "geometry"]
    assert cities.panel().loc[(CITY, YEAR), ["片區", "都市圈"]].tolist() == ["浙東北", "杭州都市圈"]
    assert [each.name for each in cities.regions] == ["浙東北", "浙西南"]
    assert cities.region("浙西南").id == "group-2"
    with pytest.raises(ValueError, match="No group is called '浙南'"):
        cities.region("浙南")


def test_cities_are_drawn_on_their_own_shapes_with_the_notice_and_without_what_china_needs(cities):
    drawn = cities.map("index", YEAR)
    assert "For statistical display only" in drawn.svg
    assert "supplied by the user (units.geojson)" in drawn.svg
    assert not re.search("Nanhai|Tianditu|GS\\(|審圖號", drawn.svg)
    for gone in ("main-dashes", "inset-units", "Diaoyu"):
        assert gone not in drawn.svg
    assert "50 km" in drawn.svg


def test_who_drew_the_shapes_is_told_by_a_source_of_their_name(tmp_path):
    import shutil

    shutil.copytree(CITIES, tmp_path / "own")
    with (tmp_path / "own" / "sources.csv").open("a", encoding="utf-8") as file:
        file.write("units.geojson,Made for a test\n")
    s = quyu.open_study(tmp_path / "own", lang="en")
    assert "Boundaries: Made for a test." in s.map("goal_1", YEAR).svg


def test_without_shapes_a_map_is_a_diagram_and_nobody_has_neighbours(tmp_path):
    import shutil

    shutil.copytree(CITIES, tmp_path / "own", ignore=shutil.ignore_patterns("*.geojson"))
    s = quyu.open_study(tmp_path / "own", lang="en")
    drawn = s.map("goal_1", YEAR).svg
    assert "this is not a map" in drawn.replace("\n", " ") and "km<" not in drawn
    with pytest.raises(Refusal, match="add units\\.geojson"):
        s.contiguity()


def test_an_explored_map_is_one_offline_file_of_the_cities_alone(cities, tmp_path, visit):
    m = cities.explore("index", YEAR)
    m.save(tmp_path / "map.html")
    seen = visit(
        tmp_path / "map.html",
        act=lambda page: (
            page.locator("path[data-code]").count(),
            page.locator("svg.sea, .dashes").count(),
            page.locator("path[data-code='330900']").get_attribute("aria-label"),
        ),
    )
    assert seen.troubles == [] and seen.answer[0][:2] == (11, 0)
    assert seen.answer[0][2].startswith("Zhoushan")


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A whole run of the command line in English: its folder and what it said."""
    out = tmp_path_factory.mktemp("run")
    asked = ["--data", CITIES, "--out", out]
    asked += ["--lang", "en", "杭州", "Ningbo", "331100"]
    command = [sys.executable, "-m", "quyu", "report", *map(str, asked)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    brief = [*command[:-3], "--region", "浙西南"]
    again = subprocess.run(brief, capture_output=True, text=True, encoding="utf-8", check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    return out / "2023" / "en", done.stdout


def plain(page):
    """The words of a page, without what only machines read."""
    text = re.sub(r"<(script|style|svg)\b.*?</\1>", "", page.read_text("utf-8"), flags=re.S)
    return re.sub(r"<[^>]+>", " ", text)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_first_page_has_no_refusal_and_no_two_columns_of_one_head(lang):
    s = quyu.open_study(CITIES, lang=lang)
    parts = (summary.goals, summary.gaps, summary.learn, summary.known)
    shown = [part(s, CITY, YEAR).data for part in parts]
    assert not re.search("left-out|refused", "".join(shown)) and shown[2] == ""
    for part in shown[:2]:
        heads = re.findall(r'<th[^>]*scope="col"[^>]*>(.*?)</th>', part)
        assert len(heads) == len({*heads}) > 5
    # Every figure of the cities is published.
    assert not re.search(r"\b[01]0?0?%", shown[3]) and str(YEAR) in shown[3]


def test_members_without_a_score_are_not_counted_and_one_alone_is_said_to_be(cities):
    own = ["331100", "330800", "331000", "330700", "330300"]

    def scored(count):
        table = cities.card.scores.copy()
        table.loc[[(code, YEAR) for code in own[count:]], "index"] = float("nan")
        some = replace(cities, card=replace(cities.card, scores=table))
        shown = summary.headline(some, own[0], YEAR).data
        return region_answers.headline(some, some.region("浙西南"), YEAR).data, shown

    alone, shown = scored(1)
    assert re.search("Of the 浙西南 .*Lishui.* alone is scored", alone) and "<small>of 1<" in shown
    two, shown = scored(2)
    assert "The 2 units of the" in two and "<dd>2 <small>of 2<" in shown


def test_what_is_left_out_is_said_in_one_line_at_the_door(run):
    _, said = run
    assert "regional lenses, partners and official targets are made for provinces" in " ".join(
        said.split()
    )


@pytest.mark.parametrize(
    "page",
    [
        *("index.html", "atlas.html", "compare.html"),
        *("reports/330200-ningbo.html", "regions/group-2.html"),
    ],
)
def test_pages_speak_of_units_and_have_no_part_that_needs_provinces(run, page, visit):
    file = run[0] / page
    assert file.is_file()
    text = plain(file).replace("浙東北", "").replace("片區", "")
    assert not PROVINCIAL.search(text), PROVINCIAL.search(text)
    assert not re.search(r"left-out|[Ll]ens|[Pp]artner|official [tfs]", text)
    assert visit(file).troubles == []


def test_a_report_links_to_its_brief_and_has_no_empty_heading(run):
    report = (run[0] / "reports" / "331100-lishui.html").read_text("utf-8")
    assert "regions/group-2.html" in report
    for section in re.split(r"(?=<h2)", report)[1:]:
        assert re.search(r"<(table|figure|p)\b", section), section[:80]


def test_the_atlas_of_cities_draws_borders_of_their_groups(run, visit):
    def act(page):
        page.select_option("#outlines", index=2)
        return (
            page.locator("#outlines option").all_text_contents(),
            page.locator("path.seam").count(),
            page.locator(".leaflet-interactive[role=button]").count(),
            page.locator(".sea").count(),
        )

    seen = visit(run[0] / "atlas.html", act=act)
    assert seen.troubles == []
    assert seen.answer[0][0] == ["Units", "Units and groups: 片區", "Units and groups: 都市圈"]
    assert seen.answer[0][1] > 0 and seen.answer[0][2:] == (11, 0)


def test_two_folders_of_cities_are_compared_by_the_framework_that_each_brings(tmp_path):
    other = shutil.copytree(CITIES, tmp_path / "other")
    figures = pd.read_csv(other / "figures.csv")
    cell = (figures["id"] == int(CITY)) & (figures["indicator"] == FIGURE)
    figures.loc[cell, "value"] *= 1.05
    figures.to_csv(other / "figures.csv", index=False)
    asked = [sys.executable, "-m", "quyu", "compare", CITIES, other, "--lang", "en"]
    done = subprocess.run(asked, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    assert f"({FIGURE}): {cell.sum()} cells differ" in done.stdout
    assert "Hangzhou" in done.stdout


@pytest.mark.parametrize("there", [(), ("regions/group-1.html", "regions/group-2.html")])
def test_a_group_that_is_called_by_markup_is_written_as_text(tmp_path, there):
    shutil.copytree(CITIES, tmp_path / "own")
    register = tmp_path / "own/units.csv"
    text = register.read_text("utf-8").replace("浙西南", "<img src=x onerror=1>")
    register.write_text(text, "utf-8")
    page = index_page(quyu.open_study(tmp_path / "own", lang="en"), YEAR, there)
    assert "<img" not in page and "&lt;img src=x onerror=1&gt;" in page
