"""Still maps as files: what can be drawn, in which form, in which language."""

import re

import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from quyu.batch.request import Request
from quyu.batch.single import still_map
from quyu.maps.palette import YLGNBU
from quyu.maps.tiles import PLACES
from quyu.pages.nation import index_map
from quyu.study import report_year
from quyu.study.certainty import read_robustness, tier_name
from quyu.study.drawings import still
from quyu.words import LANGUAGES, simplified

HAN = re.compile(r"[\u3400-\u9fff]")
YEAR = report_year()


@pytest.fixture(scope="module", params=LANGUAGES)
def subject(opened, request):
    return opened(request.param)


@pytest.mark.parametrize("what", ["index", "governance", "software", "lisa", "partners"])
def test_every_map_is_written_in_the_study_s_language(subject, what, tmp_path):
    path = tmp_path / "map.svg"
    still_map(Request(lang=subject.lang, year=YEAR), what, path)
    said = path.read_text(encoding="utf-8")
    assert said.startswith("<svg")
    if subject.lang == "en":
        assert not HAN.search(said)
    elif subject.lang == "zh-hans":
        assert simplified(said) == said
    else:
        assert "僅用於統計展示" in said


def test_tiles_name_every_unit_and_doubt_only_the_index(opened):
    subject = opened()
    drawn, alt = still(subject, "index", YEAR, grid=True)
    rings = drawn.findobj(lambda artist: artist.get_gid() == "uncertain")
    assert len(rings) == subject.ranks(YEAR)["borderline"].sum() > 0 and "北京" in alt
    drawn, _ = still(subject, "governance", YEAR, grid=True)
    assert not drawn.findobj(lambda artist: artist.get_gid() == "uncertain")


def said_on(drawn):
    return [text.get_text() for text in drawn.findobj(Text)]


@pytest.mark.parametrize("grid", [False, True])
def test_a_map_of_tiers_says_that_it_shows_tiers(subject, grid):
    tiers = subject.say("stills.tiers", best=tier_name(read_robustness().tiers.ids[0], subject.say))
    index, goal = (
        re.sub(r"\W", "", "".join(said_on(still(subject, what, YEAR, grid=grid)[0])))
        for what in ("index", "governance")
    )
    told, scale = (re.sub(r"\W", "", text) for text in (tiers, subject.say("stills.subtitle")))
    assert told in index and told not in goal and scale in goal and scale in told


def test_the_map_of_a_page_says_that_it_shows_tiers(subject):
    best = tier_name(read_robustness().tiers.ids[0], subject.say)
    said = re.sub("<.*?>|[^\\w<>]", "", index_map(subject, YEAR, title="Made up").data)
    assert re.sub(r"\W", "", subject.say("nation.subtitle", year=YEAR, best=best)) in said


def test_no_text_of_the_key_runs_into_a_tile(subject):
    drawn, _ = still(subject, "index", YEAR, grid=True)
    drawn.canvas.draw()
    axes = drawn.axes[0]
    boxes = [tile.get_window_extent() for tile in axes.patches if "tile" in (tile.get_gid() or "")]
    assert len(boxes) == 34
    for text in axes.texts:
        if text.get_ha() == "left":
            assert not text.get_window_extent().count_overlaps(boxes), text.get_text()


def test_the_colour_of_the_index_is_the_tier_shown(opened):
    """Tiles keep their order, so that each can be asked; some have another nominal tier."""
    subject = opened()
    drawn, _ = still(subject, "index", YEAR, grid=True)
    tiles_ = drawn.findobj(lambda artist: artist.get_gid() == "tile")
    codes = [code for code in PLACES if code in subject.provinces.index]
    ranks, names = subject.ranks(YEAR), read_robustness().tiers.ids
    for code, tile in zip(codes, tiles_, strict=True):
        wanted = YLGNBU[::-1][names.index(ranks.at[code, "tier"])]
        assert to_hex(tile.get_facecolor()) == wanted, code
    assert (ranks["tier"] != ranks["nominal_tier"]).any()
    said = [text.get_text() for text in drawn.findobj(Text)]
    assert "一級" in said and "≥" not in "".join(said)


def test_an_indicator_is_drawn_in_its_unit_with_the_method_of_its_classes(opened, tmp_path):
    drawn, alt = still(opened(), "gdp_per_head", YEAR)
    said = "".join(text.get_text() for text in drawn.findobj(Text))
    assert "元（2019 年價）" in said and "五分位" in said
    assert "mapclassify" not in said  # which nobody reads who is not a programmer
    share, _ = still(opened(), "rd_intensity", YEAR)
    labels = [t.get_text() for t in share.findobj(Text) if "–" in t.get_text()]
    assert any(re.fullmatch(r"\d\.\d\d–\d\.\d\d", label) for label in labels)
    assert "北京" in alt


def test_a_png_is_for_print_and_the_same_every_time(tmp_path):
    path = tmp_path / "map.PNG"
    assert still_map(Request(year=YEAR), "index", path, tiles=True) == 0
    first = path.read_bytes()
    assert int.from_bytes(path.read_bytes()[16:20], "big") == 2160  # 7.2 inches at 300 dpi
    assert still_map(Request(year=YEAR), "index", path, tiles=True) == 0
    assert first == path.read_bytes()


@pytest.mark.parametrize(
    ("what", "name", "grid", "told"),
    [
        ("indx", "a.svg", False, r"called 'indx'. Did you mean .*\(index\)"),
        ("index", "a.jpg", False, r"a\.jpg: a picture is written as \.png, \.svg or \.pdf"),
        ("lisa", "a.svg", True, r"tiles show scores; 'lisa'"),
    ],
)
def test_what_cannot_be_drawn_is_refused_and_nothing_is_written(tmp_path, what, name, grid, told):
    with pytest.raises(ValueError, match=told):
        still_map(Request(year=YEAR), what, tmp_path / name, tiles=grid)
    assert not list(tmp_path.iterdir())


def test_an_indicator_of_three_grades_has_three_classes_from_light_to_dark(opened):
    subject = opened()
    values = subject.card.imputed["quality_work_grade"]
    assert values.nunique() == 3
    drawn, _ = still(subject, "quality_work_grade", YEAR)
    said = [text.get_text() for text in drawn.findobj(Text)]
    assert "分級：每個出現的數值一級" in said
    (units,) = drawn.axes[0].findobj(lambda artist: artist.get_gid() == "main-units")
    shown = {to_hex(colour) for colour in units.get_facecolor()}
    assert shown <= {YLGNBU[0], YLGNBU[2], YLGNBU[4]} and len(shown) > 1
