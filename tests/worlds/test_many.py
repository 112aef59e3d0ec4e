"""Hundreds and thousands of units, all made: they are scored, drawn and written like eleven."""

import re
import subprocess
import sys
import time

import pytest

from quyu.facts import load, matrix
from quyu.index import read_framework, score
from quyu.index.draws import draw

pytestmark = pytest.mark.prove
BYTES = 6_000_000  # of an atlas
BESIDE = 1_500_000  # of the page that sets units side by side
FRAMES = """() => {
  window.times = [];
  const next = (time) => { window.times.push(time); window.going = requestAnimationFrame(next); };
  window.going = requestAnimationFrame(next);
}"""
MEAN = """() => {
  cancelAnimationFrame(window.going);
  return (window.times.at(-1) - window.times[0]) / (window.times.length - 1);
}"""


@pytest.fixture(scope="module", params=[340, 2900])
def many(request, made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("many") / str(request.param)
    return made.made_study(folder, request.param, years=range(2015, 2025), indicators=40)


def quyu(*asked, ok=(0,)):
    command = [sys.executable, "-m", "quyu", *map(str, asked)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode in ok, done.stdout + done.stderr
    return done.stdout


def test_they_are_checked_scored_and_drawn_from_in_seconds(many):
    assert "No fault" in quyu("check", many)
    facts = load(many)
    figures, framework = matrix(facts), read_framework(many / "framework.yaml")
    assert figures.shape == (10 * len(facts.provinces), 40)
    began = time.process_time()
    card = score(figures, framework, groups=facts.provinces["zone"])
    scored = time.process_time()
    draws = draw(card, n=1000)
    print(f"scored in {scored - began:.1f} CPU s, drawn from in {time.process_time() - scored:.1f}")
    assert card.scores["index"].notna().all() and len(draws.ranks) == 1000


def test_table_map_atlas_and_three_reports_are_written(many, tmp_path, visit):
    grounds = ["--data", many, "--lang", "en"]
    quyu("score", *grounds[:2], "--out", tmp_path)
    assert (tmp_path / "2024" / "scores.csv").stat().st_size > 100_000
    quyu("map", "index", tmp_path / "map.png", *grounds)
    quyu("report", "u0001", "u0002", "虛構縣3", *grounds, "--out", tmp_path)
    pages = tmp_path / "2024" / "en"
    assert len([*pages.glob("reports/*.html")]) == 3
    atlas = pages / "atlas.html"
    assert atlas.stat().st_size <= BYTES
    assert (pages / "compare.html").stat().st_size <= BESIDE

    def pan(page):
        page.wait_for_selector("body.live", timeout=120_000)
        for _ in range(2):
            page.locator(".leaflet-control-zoom-in").click()
            page.wait_for_timeout(1500)
        box = page.locator("#frame").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.evaluate(FRAMES)
        for step in range(60):
            page.mouse.move(x + 3 * step, y + 2 * step)
            page.wait_for_timeout(8)
        frame = page.evaluate(MEAN)
        page.mouse.up()
        return frame, page.locator("#map_atlas path[role=button]").count()

    seen = visit(atlas, act=pan)
    frame, shapes = seen.answer[0]
    print(f"{1000 / frame:.0f} frames a second while the atlas is dragged")
    assert seen.troubles == [] and str(shapes) == many.name
    front = re.sub(
        r"<(script|style|svg)\b.*?</\1>|<[^>]+>",
        "",
        (pages / "index.html").read_text("utf-8"),
        flags=re.S,
    )
    assert not re.search("[Ll]ens|[Pp]rovince", front)
