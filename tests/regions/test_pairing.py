"""Mutual assistance: gaps and pairs of small worlds by hand, stability over the draws, official ties."""

from dataclasses import replace
from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from quyu.facts import load
from quyu.index import Framework, score
from quyu.index.alternatives import STATED, Factors
from quyu.index.draws import draw
from quyu.regions.pairing import assign, by_choice, concordance, drivers, leads, pairing
from quyu.regions.structure import block_distances, read_assistance

# ---- who is ahead in what

TABLE = pd.DataFrame(
    {"x": [90.0, 50.0, 10.0, 30.0], "y": [20.0, np.nan, 40.0, 10.0], "z": [60.0] * 4},
    index=["g", "h", "r", "s"],
)
MARKS = pd.DataFrame("", index=TABLE.index, columns=TABLE.columns)
MARKS.loc["g", "x"], MARKS.loc["s", "x"] = "structural", "carried"
EACH = pd.Series({"x": 0.5, "y": 0.25, "z": 0.25})


def test_gaps_by_hand():
    # medians: x 40, y 20, z 60; r is weak in x, s in x and y; nobody is weak in z
    found = leads(TABLE, ["r", "s"], ["g", "h"], below=0.5)
    assert found.weak.to_numpy().tolist() == [[True, False, False], [True, True, False]]
    assert found.lead.tolist() == [[[80, 0, 0], [40, 0, 0]], [[60, 10, 0], [20, 0, 0]]]
    assert found.unseen.sum(axis=2).tolist() == [[0, 1], [0, 1]]  # h has no y


def test_a_stricter_rule_leaves_less_weak():
    assert not leads(TABLE, ["s"], ["g"], below=0.25).weak["x"].any()  # quartile 25


def test_who_lacks_a_score_is_not_weak_in_it():
    holed = TABLE.copy()
    holed.loc["r", "x"] = np.nan
    found = leads(holed, ["r"], ["g"], below=0.5)
    assert found.lead.sum() == 0
    assert found.unseen.tolist() == [[[True, False, False]]]


def test_drivers_are_named_with_what_does_not_rest_on_the_year():
    found = leads(TABLE, ["r", "s"], ["g", "h"], below=0.5)
    table = drivers(found, TABLE, EACH, MARKS.iloc[::-1], ["g", "h"])
    assert table.to_numpy().tolist() == [
        ["r", "g", "x", 40.0, 10.0, 90.0, "", "structural"],
        ["r", "h", "x", 20.0, 10.0, 50.0, "", ""],
        ["s", "g", "x", 30.0, 30.0, 90.0, "carried", "structural"],
        ["s", "g", "y", 2.5, 10.0, 20.0, "", ""],
        ["s", "h", "x", 10.0, 30.0, 50.0, "carried", ""],
    ]


@given(
    values=arrays(float, (5, 3), elements=st.integers(1, 100)),
    holes=st.sets(st.integers(0, 14), max_size=5),
    raised=st.integers(0, 2),
)
def test_laws_of_drivers(values, holes, raised):
    values.flat[list(holes)] = np.nan
    scores = pd.DataFrame(values, index=list("abcde"), columns=list("xyz"))
    flags = pd.DataFrame("", index=scores.index, columns=scores.columns)
    found = leads(scores, ["d", "e"], ["a", "b"], below=0.5)
    whole = pd.DataFrame(found.lead @ EACH.to_numpy(), index=["d", "e"], columns=["a", "b"])
    told = drivers(found, scores, EACH, flags, ["a", "b"])
    summed = told.groupby(["receiver", "giver"])["contribution"].sum()
    for receiver in "de":
        for giver in "ab":
            assert summed.get((receiver, giver), 0.0) == pytest.approx(
                whole.at[receiver, giver], abs=1e-12
            )
    # a giver that improves is never less of a complement (the median can only rise)
    better = scores.copy()
    better.iloc[0, raised] += 10
    again = leads(better, ["d", "e"], ["a", "b"], below=0.5).lead @ EACH.to_numpy()
    assert (again[:, 0] >= whole["a"].to_numpy() - 1e-12).all()


def test_nobody_is_weak_by_noise_only():
    scores = pd.DataFrame({"x": [0.1, 0.3, 0.1 + 0.2, 0.1 + 0.2, 0.9]}, index=list("gabcr"))
    assert not leads(scores, ["a", "b", "c"], ["g"], below=0.5).weak["x"].any()


# ---- pairs

NAME = {"zh-hant": "名", "en": "name"}
UNITS = ["g", "h", "m", "r", "s", "t"]
ZONES = {"g": "rich", "h": "rich", "m": "", "r": "poor", "s": "poor", "t": "far"}
REGISTER = pd.DataFrame({"zone": ZONES})
CHOICES = read_assistance().model_copy(
    update={"givers": ["rich"], "receivers": ["poor", "far"], "capacity": 2, "damping": 0}
)
STRUCTURE = block_distances(
    pd.DataFrame({"i": [0.0, 4.0, 9.0, 1.0, 2.0, 3.0]}, index=UNITS), {"income": ["i"]}
)


def card_of(units=UNITS, **figures):
    """A card of synthetic units in one year, each figure an indicator from 0 to 100."""
    leaves = [
        {
            "id": name,
            "name": NAME,
            "formula": name,
            "direction": "+",
            "evidence": "direct",
            "phrase": name,
            "unit": NAME,
        }
        for name in figures
    ]
    framework = Framework.model_validate(
        {
            "name": NAME,
            "version": "test",
            "years": [2023],
            "report_year": 2023,
            "base_year": 2023,
            "index": {"id": "index", "name": NAME, "children": leaves},
            "missing": {"node_coverage": 0.1},
        }
    )
    rows = pd.MultiIndex.from_product([UNITS, [2023]], names=["adcode", "year"])
    return score(pd.DataFrame(figures, index=rows, dtype=float).loc[list(units)], framework)


def complementarity(found):
    """Receivers × givers: what the drivers of each pair sum to."""
    sums = found.drivers.groupby(["receiver", "giver"])["contribution"].sum().unstack()
    return sums.fillna(0.0)


#                 g    h   m   r   s   t
FIGURES = {
    "x": [100, 60, 70, 0, 10, 20],
    "y": [40, 100, 50, 0, 5, 30],
}


def proposed(choices=CHOICES, factors=STATED, n=40, structure=STRUCTURE, **figures):
    draws = draw(card_of(**(figures or FIGURES)), n=n, factors=factors)
    return pairing(draws, structure, choices, REGISTER)


def test_by_hand():
    # medians 40 and 35: r, s, t are weak in both. Leads, × .99 for the scale, × ½ for the weight:
    # r: g 100 + 40 = 140, h 60 + 100 = 160; s: g 90 + 35, h 50 + 95; t: g 80 + 10, h 40 + 70
    found = proposed()
    wanted = np.array([[140, 160], [125, 145], [90, 110]]) * 0.99 / 2
    assert complementarity(found).to_numpy() == pytest.approx(wanted)
    assert found.table["weak"].tolist() == [2, 2, 2]
    # h is better for each by the same 20, but has two places: any two, as long as g gets one
    assert sorted(found.table["giver"]) == ["g", "h", "h"]
    assert found.table["fit"].sum() == pytest.approx((140 + 145 + 110) * 0.99 / 2)
    assert found.table["stability"].tolist() == [1, 1, 1]
    assert found.table["runner_up"].tolist() == ["", "", ""]


def test_capacity_is_kept_and_worth_something():
    roomy = proposed(CHOICES.model_copy(update={"capacity": 3}))
    assert roomy.table["giver"].tolist() == ["h", "h", "h"]
    just = proposed(CHOICES.model_copy(update={"capacity": 1, "receivers": ["poor"]}))
    assert sorted(just.table["giver"]) == ["g", "h"]


def test_distance_damps():
    # r, s, t are 1, 2, 3 from g and 3, 2, 1 from h (mean 2): e⁻¹ᐟ², e⁻¹, e⁻³ᐟ²
    found = proposed(CHOICES.model_copy(update={"damping": 1}))
    assert found.table["giver"].tolist() == ["g", "h", "h"]
    share = found.table["fit"] / found.table["complementarity"]
    assert share.tolist() == pytest.approx(np.exp([-0.5, -1, -0.5]).tolist())
    assert found.table["distance"].to_numpy() == pytest.approx(
        [STRUCTURE.distance.at[r, g] for r, g in found.table["giver"].items()]
    )


def test_damping_is_measured_by_the_mean_distance():
    # 1 2 3 from g and 9 2 1 from h: mean 3, median 2
    line = STRUCTURE.distance.copy()
    line.loc[["r", "s", "t"], ["g", "h"]] = [[1.0, 9.0], [2.0, 2.0], [3.0, 1.0]]
    found = proposed(
        CHOICES.model_copy(update={"damping": 1}), structure=replace(STRUCTURE, distance=line)
    )
    wanted = {"g": [-1 / 3, -2 / 3, -1], "h": [-3, -2 / 3, -1 / 3]}
    share = np.log(found.table["fit"] / found.table["complementarity"]).tolist()
    assert share == pytest.approx([wanted[g][k] for k, g in enumerate(found.table["giver"])])


def test_what_is_missing_is_told_and_counts_nothing():
    figures = FIGURES | {"y": [np.nan, 100, 50, 0, 5, 30]}
    found = proposed(**figures)
    assert complementarity(found).at["r", "g"] == pytest.approx(100 * 0.99 / 2)
    assert found.table.loc[found.table["giver"] == "g", "missing"].tolist() == [0.5]
    assert found.table.loc[found.table["giver"] == "h", "missing"].tolist() == [0, 0]


def test_a_receiver_that_is_weak_in_nothing():
    """Nobody is ahead of it in anything: it is told, and no giver is named for it."""
    found = proposed(x=[100, 60, 0, 90, 10, 20], y=[40, 100, 0, 90, 5, 30])
    assert "r" not in set(found.drivers["receiver"])
    assert found.unpaired.to_dict() == {"r": 0}
    assert found.table.index.tolist() == ["s", "t"]
    assert found.table[["stability", "complementarity"]].notna().all(axis=None)
    assert found.shares.sum(axis=1).tolist() == [0, 1, 1]  # none for r in all draws
    one = draw(card_of(x=[100, 60, 0, 90, 10, 20], y=[40, 100, 0, 90, 5, 30]), n=2, factors=STATED)
    ways = CHOICES.model_copy(update={"varied": {"capacity": [3]}})
    assert by_choice(one, STRUCTURE, ways, REGISTER).loc["r"].tolist() == ["", ""]


def test_flags_are_carried_to_the_pair():
    card = card_of(**FIGURES)
    flags = card.flags.copy()
    flags.loc[("g", 2023), "y"] = flags.loc[("h", 2023), "x"] = "carried"
    found = pairing(
        draw(replace(card, flags=flags), n=5, factors=STATED), STRUCTURE, CHOICES, REGISTER
    )
    for receiver, row in found.table.iterrows():
        flagged = {"g": "y", "h": "x"}[row["giver"]]
        pair = (found.drivers["receiver"] == receiver) & (found.drivers["giver"] == row["giver"])
        behind = found.drivers[pair]
        part = behind.set_index("indicator")["contribution"][flagged]
        assert row["flagged"] == pytest.approx(part / row["complementarity"])
        assert set(behind.loc[behind["indicator"] == flagged, "giver_flag"]) == {"carried"}


# Noise so strong that the draws differ, in a world with a hole.
WILD = Factors(
    normalisation=("minmax", "percentile", "zscore"), weighting=("stated", "equal"),
    aggregation=("arithmetic",), noise="uniform",
)  # fmt: skip
HOLED = {
    "x": [100, 60, 70, 0, 10, 20],
    "y": [40, 100, 50, 0, 30, 5],
    "z": [np.nan, 80, 10, 20, 70, 0],
}


def test_stability_is_told_from_the_draws_of_the_index():
    choices = CHOICES.model_copy(update={"damping": 0.7, "replications": 150})
    draws = draw(card_of(**HOLED), n=200, factors=WILD)
    found = pairing(draws, STRUCTURE, choices, REGISTER)
    assert found.n == 150

    counted = pd.DataFrame(0, index=found.shares.index, columns=found.shares.columns)
    apart = STRUCTURE.distance.loc[list("rst"), list("gh")]
    damping = np.exp(-0.7 * apart / apart.to_numpy().mean())
    for panel, positions in draws.worlds():  # again, one draw and one pair at a time
        scores = panel.xs(2023, level=1)
        weak = scores < scores.quantile(0.5)
        for position in positions[positions < 150]:
            weights = pd.Series(draws.weights[position].astype(float), index=scores.columns)
            fit = {
                (r, g): (
                    weights * (scores.loc[g] - scores.loc[r]).clip(lower=0) * weak.loc[r]
                ).sum()
                * damping.at[r, g]
                for r in "rst"
                for g in "gh"
            }
            best = max(
                (way for way in product("gh", repeat=3) if max(map(way.count, "gh")) <= 2),
                key=lambda way: sum(fit[pair] for pair in zip("rst", way, strict=True)),
            )
            for pair in zip("rst", best, strict=True):
                counted.loc[pair] += 1
    assert (found.shares * 150).round(6).to_numpy().tolist() == counted.to_numpy().tolist()
    assert found.shares.sum(axis=1).tolist() == pytest.approx([1, 1, 1])
    row = found.table.loc["s"]  # the draws differ over s alone
    assert 0 < row["stability"] < 1
    assert row["stability"] == found.shares.at["s", row["giver"]]
    assert row["runner_up"] == {"g": "h", "h": "g"}[row["giver"]]
    assert row["runner_up_share"] == pytest.approx(1 - row["stability"])
    assert (found.shares.sum(axis=1) + found.table["no_giver"]).tolist() == pytest.approx([1, 1, 1])


def test_the_same_seed_gives_the_same_pairs_and_order_plays_no_part():
    factors = Factors(weighting=("equal",), noise="uniform")
    one, other = (
        pairing(
            draw(card_of(units, **FIGURES), n=80, factors=factors), STRUCTURE, CHOICES, REGISTER
        )
        for units in (UNITS, ["t", "h", "r", "m", "g", "s"])
    )
    pd.testing.assert_frame_equal(one.shares, other.shares)
    pd.testing.assert_frame_equal(one.table, other.table)


def test_fewer_draws_than_asked_for_are_told():
    assert proposed(n=7).n == 7


LESS = block_distances(pd.DataFrame({"i": [0.0, 1.0]}, index=["g", "h"]), {"income": ["i"]})


@pytest.mark.parametrize(
    ("update", "options", "told"),
    [
        (
            {"givers": ["south"]},
            {},
            "no unit lies in the zone 'south'; the zones are , far, poor, rich",
        ),
        ({}, {"structure": LESS}, "no structure is known of any of the receivers"),
        (
            {"capacity": 1},
            {},
            "3 receivers need 3 places, but 2 givers with a capacity of 1 have 2; raise the capacity to 2",
        ),
    ],
)
def test_what_cannot_be_paired_is_refused(update, options, told):
    with pytest.raises(ValueError, match=told):
        proposed(CHOICES.model_copy(update=update), **options)


def test_a_unit_without_structure_is_left_out_and_named():
    some = block_distances(
        pd.DataFrame({"i": [0.0, 4.0, 1.0, 3.0]}, index=["g", "h", "r", "t"]), {"income": ["i"]}
    )
    found = proposed(structure=some)
    assert found.left_out == ["s"]
    assert found.table.index.tolist() == ["r", "t"]


fits = st.integers(1, 5).flatmap(lambda rows: arrays(float, (rows, 3), elements=st.integers(0, 20)))


@given(fit=fits, capacity=st.integers(2, 3))
def test_no_assignment_within_capacity_is_worth_more(fit, capacity):
    found = assign(fit, capacity)
    assert np.bincount(found, minlength=3).max() <= capacity
    rows = np.arange(len(fit))
    ways = (w for w in product(range(3), repeat=len(fit)) if np.bincount(w).max() <= capacity)
    assert fit[rows, found].sum() == max(fit[rows, list(way)].sum() for way in ways)


def test_other_choices_beside_the_stated():
    choices = CHOICES.model_copy(update={"varied": {"capacity": [3], "damping": [1]}})
    draws = draw(card_of(**FIGURES), n=5, factors=STATED)
    found = by_choice(draws, STRUCTURE, choices, REGISTER)
    assert list(found.columns) == [("stated", ""), ("capacity", "3"), ("damping", "1")]
    assert found["capacity", "3"].tolist() == ["h", "h", "h"]
    assert found["damping", "1"].tolist() == ["g", "h", "h"]
    pd.testing.assert_series_equal(
        found["stated", ""],
        pairing(draws, STRUCTURE, choices, REGISTER).table["giver"],
        check_names=False,
    )


# ---- official ties

READ = pd.DataFrame(
    [
        ("g", "r", "cooperation", 2017, "not known", "2017"),
        ("g", "s", "relief", 2016, "no", "2021"),
        ("h", "t", "relief", 2016, "not known", "2016"),
        ("g", "r", "relief", 2016, "not known", "2016"),
        ("g", "nowhere", "relief", 2016, "not known", "2016"),
    ],
    columns=["giver", "receiver", "scheme", "valid_from", "superseded", "as_read"],
)
PROPOSED = pd.Series({"r": "g", "s": "h", "t": "h", "u": "g"})


def test_agreement_by_hand():
    found = concordance(PROPOSED, READ)
    assert found.compared == 3  # a tie counts once
    assert found.both == [("g", "r"), ("h", "t")]
    # each tie is met by half of the deals, as g and h have two places of four
    assert found.expected == pytest.approx(1.5)
    deals = set(permutations(PROPOSED))
    met = [(w[0] == "g") + (w[1] == "g") + (w[2] == "h") >= 2 for w in deals]
    assert found.chance == pytest.approx(sum(met) / len(deals), abs=0.02)


def test_a_giver_that_was_never_proposed_cannot_agree():
    read = pd.DataFrame({"giver": ["z"], "receiver": ["r"]})
    found = concordance(PROPOSED, read)
    assert found == (1, [], 0, 1)


def test_nothing_read():
    found = concordance(PROPOSED, READ.iloc[:0])
    assert found == (0, [], 0, 1)


def test_no_embedded_tie_is_said_to_be_current_unless_it_was_read_so():
    told = load().pairs
    assert set(told["superseded"]) == {"not known", "no"}
    assert (told.loc[told["superseded"] == "no", "as_read"] == "2021").all()
