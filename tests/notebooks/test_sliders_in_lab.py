"""The sliders of explore.ipynb in a real JupyterLab: a move of one is seen, in ranks, map and intervals."""

import pytest

import quyu

pytestmark = [pytest.mark.browser, pytest.mark.prove]
BENCH = ".quyu-bench"
LOOK = (
    f"[...document.querySelectorAll('{BENCH} svg, {BENCH} style')].map((e) => e.outerHTML).join()"
)
# By what the cells hold: what has been scrolled away has no inner text.
RANKS = (
    f"[...document.querySelectorAll('{BENCH} tbody tr')].map((row) => [...row.cells].slice(0, 2)"
    ".map((cell) => cell.textContent.trim()).join(' ')).join('; ')"
)
WAITING = f"document.querySelector('{BENCH} tbody').textContent.includes('…')"


def ranks(study, year):
    """What the table of ranks says, best first."""
    stated = study.ranks(year).sort_values("nominal", kind="stable")
    return "; ".join(f"{row['nominal']:.0f} {row['name']}" for _, row in stated.iterrows())


def test_a_slider_moves_ranks_and_map_and_intervals_follow(serve, visit, run_all, opened, tmp_path):
    quyu.notebooks(tmp_path / "study", lang="en")
    s = opened("en")
    year = s.card.framework.report_year
    first = next(iter(s.goals))
    before, after = ranks(s, year), ranks(s.what_if(weights={first: 2}), year)
    assert before != after

    def look(tab):
        tab.set_default_timeout(120_000)
        run_all(tab)
        tab.wait_for_selector(f"{BENCH} .noUi-handle")
        tab.wait_for_function(f"{RANKS} === {before!r} && !{WAITING}")
        look = tab.evaluate(LOOK)
        tab.focus(f"{BENCH} .noUi-handle >> nth=0")  # the first goal's
        for _ in range(4):
            tab.keyboard.press("ArrowRight")
        tab.wait_for_function(f"document.querySelector('{BENCH} code').textContent.includes('2.0')")
        tab.wait_for_function(f"{RANKS} === {after!r} && !{WAITING}")
        loud = '[data-mime-type="application/vnd.jupyter.stderr"]'
        lifted = tab.locator(f"{BENCH} p", has_text="is set at").count()
        return look != tab.evaluate(LOOK), tab.locator(loud).count() + lifted

    with serve(tmp_path / "study") as address:
        seen = visit(f"{address}doc/tree/explore.ipynb", act=look)
        assert [url for url in seen.requests if not url.startswith((address, "ws", "blob:"))] == []
    assert seen.answer[0] == (True, 0)
