"""From a score back to the figures, worked out again."""

from dataclasses import replace

import numpy as np
import pytest

from quyu.index import score
from quyu.index.trace import COLUMNS, trace

YEARS = [2019, 2020, 2021, 2022]
TREE = {
    "g": {"x": {"formula": "chain(level, growth) / mean2(people)", "transform": "log"}, "y": {}},
    "h": {"s": {"structural": True}, "t": {"structural": [2019, 2021]}, "c": {"direction": "-"}},
    "gap": {"n": {"published": False}},
}


@pytest.fixture
def world(framework_of, matrix_of):
    matrix = matrix_of(
        ["a", "b"], YEARS,
        level=[5, 6, 7, 8, 3, 2, 4, 5], growth=[1, 1.1, 1.2, 1.1, 1, 0.9, 1.1, 1.3],
        people=[2, 2, 3, 4, 1, 1, 1, 2], y=[1, 2, None, 4, 1, 7, 5, 9],
        s=[None, 4, None, 6, 1, None, None, None], t=[1, 9, 3, None, 5, None, 7, 8],
        c=[3, 2, 1, None, 5, 5, 6, 7], n=[None] * 8,
    )  # fmt: skip
    framework = framework_of(
        TREE, years=[2020, 2021, 2022], report_year=2022, missing={"indicator_coverage": 0.5}
    )
    return matrix, score(matrix, framework)


@pytest.fixture
def lookup(world):
    matrix, _ = world

    def found(unit, year, figure):
        if (unit, year) not in matrix.index or np.isnan(matrix.at[(unit, year), figure]):
            return None
        return matrix.at[(unit, year), figure], f"Yearbook {year}", "A"

    return found


def part(table, node, level):
    return table[(table["node"] == node) & (table["level"] == level)]


def test_every_number_is_there_from_index_to_publication(world, lookup):
    _, card = world
    table = trace(card, "a", 2021, lookup=lookup)
    assert table.columns.tolist() == COLUMNS
    assert table["level"].iloc[0] == "index"
    assert table["value"].iloc[0] == card.scores.at[("a", 2021), "index"]
    assert table["method"].iloc[0] == "arithmetic mean: g × 0.5 and h × 0.5"
    assert table[table["level"] == "node"]["node"].tolist() == ["g", "h", "gap"]
    x = table[table["node"] == "x"]
    assert x["level"].tolist() == ["normalised", "treated", "derived"] + ["figure"] * 4
    figures = x[x["level"] == "figure"]
    assert figures["name"].tolist() == figures["figure"].tolist()  # nothing names them
    assert figures[["figure", "year", "value"]].to_numpy().tolist() == [
        ["level", 2020, 6], ["growth", 2021, 1.2], ["people", 2020, 2], ["people", 2021, 3],
    ]  # fmt: skip
    assert figures["source"].str.startswith("Yearbook 20").all()
    assert (figures["flag"] == "A").all()
    assert part(table, "x", "normalised")["method"].iloc[0].endswith("weight 0.5 in g")
    assert part(table, "x", "treated")["value"].iloc[0] == card.treated.at[("a", 2021), "x"]
    assert part(table, "x", "derived")["method"].iloc[0] == "chain(level, growth) / mean2(people)"


def test_how_a_cell_was_filled_is_followed(world, lookup):
    _, card = world
    table = trace(card, "a", 2021, lookup=lookup)
    imputed = table[table["level"] == "imputed"].set_index("node")
    assert imputed["value"].to_dict() == {"y": 3, "s": 5, "t": 2}
    assert imputed["flag"].to_dict() == {"y": "interpolated", "s": "structural", "t": "structural"}
    assert part(table, "y", "derived")[["year", "value"]].to_numpy().tolist() == [
        [2020, 2],
        [2022, 4],
    ]
    assert part(table, "s", "derived")["year"].tolist() == [2020, 2022]
    assert part(table, "t", "derived")["year"].tolist() == [2019, 2021], (
        "2020 is not among those asked"
    )
    carried = trace(card, "a", 2022, lookup=lookup)
    assert part(carried, "c", "derived")["year"].tolist() == [2021]
    assert part(carried, "c", "imputed")["flag"].tolist() == ["carried"]
    assert not (table["flag"] == "not reproduced").any()
    assert not (carried["flag"] == "not reproduced").any()


def test_a_declared_gap_is_shown_with_its_reason(world, lookup):
    _, card = world
    gap = trace(card, "a", 2021, lookup=lookup).query("node == 'n'")
    assert gap[["level", "flag"]].to_numpy().tolist() == [
        ["indicator", "declared as not published"]
    ]


def test_figures_that_do_not_give_the_score_are_flagged(world, lookup):
    _, card = world

    def altered(unit, year, figure):
        found = lookup(unit, year, figure)
        return (found[0] + 1, *found[1:]) if figure == "people" and found else found

    table = trace(card, "a", 2021, lookup=altered)
    assert set(table[table["flag"] == "not reproduced"]["node"]) == {"x"}


def test_the_hash_changes_with_figures_and_framework(world, lookup):
    matrix, card = world
    one = trace(card, "a", 2021, lookup=lookup)["hash"].unique()
    assert len(one) == 1
    assert len(one[0]) == 12
    assert trace(card, "a", 2021, lookup=lookup)["hash"].iloc[0] == one[0]
    other = score(matrix, card.framework.model_copy(update={"version": "other"}))
    assert trace(other, "a", 2021, lookup=lookup)["hash"].iloc[0] != one[0]

    def altered(unit, year, figure):
        found = lookup(unit, year, figure)
        return (found[0], "another book", "A") if found and figure == "y" else found

    assert trace(card, "a", 2021, lookup=altered)["hash"].iloc[0] != one[0]


def test_missing_and_capped_cells_are_told(framework_of, matrix_of):
    framework = framework_of({"x": {}, "y": {}, "z": {}}, years=[2021])
    state = score(
        matrix_of(["a", "b"], [2021], x=[1, 2], y=[1, 2], z=[1, 2]), framework
    ).state  # fmt: skip
    matrix = matrix_of(["a", "b"], [2021], x=[1, 9], y=[1, None], z=[2, 1])
    card = score(matrix, framework, state=state)
    table = trace(card, "b", 2021, lookup=lambda u, y, f: None)
    assert part(table, "x", "normalised")["flag"].tolist() == ["capped"]
    assert part(table, "y", "normalised")["flag"].tolist() == ["missing"]
    assert part(table, "y", "figure")["flag"].tolist() == ["not published"]
    assert part(table, "x", "derived")["flag"].tolist() == ["not reproduced"]
    assert part(table, "y", "derived")["flag"].tolist() == [""]


def test_unknown_units_and_years_are_refused(world, lookup):
    _, card = world
    with pytest.raises(ValueError, match=r"\('zz', 2021\) was not scored; years are \[2020, 2021"):
        trace(card, "zz", 2021, lookup=lookup)
    with pytest.raises(ValueError, match="was not scored"):
        trace(card, "a", 2019, lookup=lookup)


def test_the_hash_is_the_same_on_another_processor(world, lookup):
    _, card = world
    leaf, posts = next(iter(card.state.indicators.items()))
    moved = posts.model_copy(update={"mean": np.nextafter(posts.mean, np.inf)})
    state = card.state.model_copy(update={"indicators": {**card.state.indicators, leaf: moved}})
    one, other = (
        trace(replace(card, state=each), "a", 2021, lookup=lookup)["hash"].iloc[0]
        for each in (card.state, state)
    )
    assert one == other
