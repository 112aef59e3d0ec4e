"""The workbench: sliders say what `what_if` says, and where nobody can answer a table and a map stand."""

import asyncio
import re
from types import SimpleNamespace

import pandas as pd
import pytest

import quyu
from quyu.pages import sliders
from quyu.pages import workbench as module
from quyu.pages.sliders import Sliders
from quyu.words import words

YEAR, LIAONING = 2023, "210000"
ASKED = {"weights": {"economy": 2, "brands": 0}, "aggregate": "arithmetic"}
text = re.compile(r"<[^>]*>").sub


@pytest.fixture
def s(opened):
    return opened("en")


@pytest.fixture
def answering(monkeypatch):
    """As in a front end: `answering(True)` is one with a reader, `answering(False)` Papermill."""

    def as_if(allowed):
        asked = {"content": {"allow_stdin": allowed}}
        shell = SimpleNamespace(kernel=SimpleNamespace(get_parent=lambda channel: asked))
        monkeypatch.setattr(module, "get_ipython", lambda: shell)

    return as_if


@pytest.mark.parametrize(
    "asked", [{}, ASKED, {"normalise": "percentile"}, {**ASKED, "normalise": "zscaled"}]
)
def test_ranks_are_those_of_what_if(s, asked):
    bench, other = quyu.workbench(s, YEAR, **asked), s.what_if(**asked)
    for table in ("ranks", "scores", "coverage"):
        pd.testing.assert_frame_equal(getattr(bench.study.card, table), getattr(other.card, table))
    found = bench.frame()
    assert found["other_rank"].is_monotonic_increasing
    pd.testing.assert_frame_equal(
        found[[*s.compare(other, YEAR)]].sort_index(), s.compare(other, YEAR).sort_index()
    )


def test_a_lift_is_that_of_lift(s):
    bench = quyu.workbench(s, YEAR, unit="Liaoning")
    bench.move(indicator="rd_intensity", to=3.0)
    row, own = (
        s.lift("Liaoning", "rd_intensity", to=3.0, year=YEAR).iloc[0],
        bench.frame().loc[LIAONING],
    )
    assert (
        own[["other_index", "other_rank"]].tolist() == row[["lifted_index", "lifted_rank"]].tolist()
    )
    bench.move(to=None)
    assert bench.frame()["change"].abs().max() == 0


def test_after_a_lift_the_study_is_of_one_piece(s):
    """Everything that holds the indicator has it where it was set, with evidence and without."""
    bench = quyu.workbench(s, YEAR, unit="Liaoning", weights={"economy": 2})
    before, greatest = s.what_if(weights={"economy": 2}), 99.0
    bench.move(indicator="rd_intensity", to=greatest)
    study, cell = bench.study, (LIAONING, YEAR)
    assert study.series("rd_intensity").at[YEAR, LIAONING] == pytest.approx(greatest)
    row = study.indicators("Liaoning", YEAR).loc["rd_intensity"]
    assert (row["value"], row["rank"], row["flag"]) == (pytest.approx(greatest), 1, "capped")
    for kind in ("card", "direct"):
        own, other = getattr(study, kind), getattr(before, kind)
        assert own.raw.at[cell, "rd_intensity"] == own.imputed.at[cell, "rd_intensity"]
        moved = own.scores["index"] != other.scores["index"]
        assert moved[moved].index.tolist() == [cell]
    assert (
        study.scores(YEAR).at[LIAONING, "direct_index"]
        > before.scores(YEAR).at[LIAONING, "direct_index"]
    )


def test_a_held_cell_that_is_set_is_held_no_more(s):
    flags = s.card.flags.loc[(LIAONING, YEAR)]
    name = flags.index[flags == "structural"][0]
    bench = quyu.workbench(s, YEAR, unit="Liaoning")
    bench.move(indicator=name, to=float(s.indicators(LIAONING, YEAR).at[name, "value"]))
    assert bench.study.card.flags.at[(LIAONING, YEAR), name] == ""
    found, was = (each.scores(YEAR).loc[LIAONING] for each in (bench.study, s))
    assert found["structural"] < was["structural"] and found["coverage"] > was["coverage"]
    assert found["index"] == pytest.approx(was["index"])


def test_the_draws_of_the_stated_method_are_those_of_the_pages(s):
    found, sure = quyu.workbench(s, YEAR).frame(10_000), s.ranks(YEAR)
    pd.testing.assert_frame_equal(
        found[["low", "high"]].sort_index(), sure[["low", "high"]].sort_index(), check_names=False
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"unit": "Lioning"}, "Liaoning"),
        ({"weights": {"econmy": 2}}, "economy"),
        ({"normalise": "nothing"}, "nothing"),
    ],
)
def test_refusals(s, asked, told):
    with pytest.raises(ValueError, match=told):
        quyu.workbench(s, YEAR, **asked)


def test_outside_the_panel_there_is_nothing_to_move(s):
    with pytest.raises(ValueError, match="2018"):
        quyu.workbench(s, 2018)


@pytest.mark.parametrize("allowed", [None, False])
def test_without_a_reader_it_is_a_table_and_a_map(s, answering, allowed):
    if allowed is not None:
        answering(allowed)
    made = quyu.workbench(s, YEAR, unit="Liaoning", **ASKED)._repr_mimebundle_()
    assert set(made) == {"text/html", "text/plain"}
    assert (
        made["text/html"].count("data:image/png;base64,") == 1 and "<svg" not in made["text/html"]
    )
    assert made["text/html"].count('scope="row"') == 31
    assert "1,000 draws" in made["text/html"] and "weights=" in made["text/html"]


def test_a_reader_gets_sliders(s, answering):
    answering(True)
    made = quyu.workbench(s, YEAR)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in made


@pytest.fixture
def moved(s):
    bench = quyu.workbench(s, YEAR, unit="Liaoning")
    return bench, Sliders(bench)


def test_a_slider_moves_ranks_map_and_what_is_told(s, moved):
    bench, shown = moved
    before = shown.look.value
    shown.weights["economy"].value = 3
    shown.switches["aggregate"].value = "arithmetic"
    other = s.what_if(weights={"economy": 3}, aggregate="arithmetic")
    assert (
        bench.frame()["other_rank"]
        .sort_index()
        .equals(other.card.ranks["index"].xs(YEAR, level="year"))
    )
    assert shown.look.value != before
    rank = other.scores(YEAR).at[LIAONING, "rank"]
    assert f"rank {rank:.0f}; " in text("", shown.told.value)
    assert "1,000 draws" in shown.table.value and "…" not in shown.table.value
    shown.reset.click()
    assert bench.study.card.scores.equals(s.card.scores) and shown.look.value == before


def test_a_lift_goes_from_the_least_to_the_greatest_value_of_the_panel(s, moved):
    bench, shown = moved
    shown.leaf.value = "rd_intensity"
    panel = s.series("rd_intensity").loc[2019:]
    assert (shown.lift.min, shown.lift.max) == pytest.approx((panel.min().min(), panel.max().max()))
    shown.lift.value = shown.now + shown.lift.step / 4  # as a front end rounds it
    assert bench.choices["to"] is None
    shown.lift.value = 3.0
    row = s.lift(LIAONING, "rd_intensity", to=3.0, year=YEAR).iloc[0]
    assert bench.frame().loc[LIAONING, "other_index"] == row["lifted_index"]
    assert "R&amp;D intensity is set at 3" in shown.told.value
    shown.unit.value = "220000"  # another province begins where it is
    assert bench.choices["to"] is None and "Jilin" in shown.told.value


def test_what_cannot_be_is_told_and_nothing_moves(moved):
    bench, shown = moved
    with shown.quietly():
        for each in shown.weights.values():
            each.value = 0
    kept = bench.choices
    shown.switches["aggregate"].value = "harmonic"
    assert "sum to zero" in shown.told.value and bench.choices == kept


@pytest.mark.parametrize(
    "asked",
    [
        {"Quality and returns of economic development": 2},
        {"R&D intensity": 3, "gdp_per_head": 0},
        {"economy": 10, "brands": 1.3},
    ],
)
def test_what_it_starts_from_stays_at_a_move_of_something_else(s, asked):
    subject = s.what_if(weights={"economy": 2, "rd_intensity": 0.5})
    bench = quyu.workbench(subject, YEAR, weights=asked)
    shown, other = Sliders(bench), subject.what_if(weights=asked)
    shown.unit.value = LIAONING
    pd.testing.assert_series_equal(bench.study.card.weights, other.card.weights)
    for each in shown.weights.values():  # as a front end sends them back, in whole steps
        each.value = round(each.value / each.step) * each.step
    pd.testing.assert_series_equal(bench.study.card.weights, other.card.weights)
    shown.reset.click()
    pd.testing.assert_series_equal(bench.study.card.weights, subject.card.weights)


@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("asked", [{"normalise": "rank"}, {"aggregate": "topsis"}])
def test_rules_that_place_units_among_each_other(s, asked, started):
    """Asked for at the start, or those of the study that it is opened on."""
    other = s.what_if(**asked)
    bench = quyu.workbench(other if started else s, YEAR, **({} if started else asked))
    shown = Sliders(bench)
    shown.unit.value = LIAONING
    assert bench.study.card.scores["index"].equals(other.card.scores["index"])
    drawn = "1,000 draws" in shown.table.value
    assert drawn == ("aggregate" not in asked)
    told = text("", shown.table.value)
    if not drawn:  # told why, and no interval is said to be missing from a publication
        assert "draws are worked out for means only" in told and "not published" not in told
        assert "draws are worked out for means only" in bench._repr_mimebundle_()["text/html"]
    shown.switches["aggregate"].value = "arithmetic"
    assert "1,000 draws" in shown.table.value


def test_moves_that_follow_each_other_draw_once(moved, monkeypatch):
    """Intervals are drawn when no move has come for a while: the waiting for a former one is off."""
    bench, shown = moved
    drawn, frame = [], bench.frame
    monkeypatch.setattr(sliders, "REST", 0.01)
    monkeypatch.setattr(bench, "frame", lambda draws=0: drawn.append(draws) or frame(draws))

    async def turn():
        for value in (2, 3, 4):
            shown.weights["economy"].value = value
        assert "…" in shown.table.value
        await asyncio.sleep(0.1)

    asyncio.run(turn())
    assert drawn == [0, 0, 0, module.DRAWS] and "…" not in shown.table.value


@pytest.mark.parametrize("lang", ["zh-hant", "zh-hans", "en"])
def test_it_speaks_one_language(opened, lang):
    subject = opened(lang)
    shown = Sliders(quyu.workbench(subject, YEAR))
    seen = [shown.told.value, shown.table.value, shown.sheet.value]
    seen += [
        each.description
        for each in (*shown.weights.values(), *shown.switches.values(), shown.reset)
    ]
    assert bool(re.search(r"[\u3400-\u9fff]", text("", " ".join(seen)))) == (lang != "en")
    if lang == "zh-hans":
        told = text("", " ".join(seen))
        assert words(lang)("map.notice") in told
