"""The lenses as a whole: worked out again slowly, and the laws that they keep."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quyu.index import Framework, score
from quyu.index.aggregate import AGGREGATE
from quyu.index.alternatives import STATED, Factors
from quyu.index.draws import draw
from quyu.regions.lens import lens, read_lenses

LEADING, ADVANTAGE, REVIVAL = read_lenses()
UNITS = list("abcdefg")
YEARS = [2019, 2020, 2021]
REGISTER = pd.DataFrame(
    {"region": ["東部", "東部", "東部", "中西部", "中西部", "中西部", "東北"]}, index=UNITS
)
GOALS = {
    "economy": ["rd_intensity", "inventions_per_head", "income_per_head"],
    "industry": ["new_product_sales", "industrial_rd"],
    "governance": ["grade"],
}
PROXIES = ("inventions_per_head", "industrial_rd")
BESIDE = [
    "hightech_mfg_revenue",
    "software_business_revenue",
    "industrial_new_product_sales",
    "gdp",
]
LEAVES = [leaf for leaves in GOALS.values() for leaf in leaves]
ROWS = pd.MultiIndex.from_product([UNITS, YEARS], names=["place", "when"])
FACTORS = Factors(weighting=("stated",))


def framework(**keys):
    def leaf(name):
        text = {"zh-hant": name, "en": name}
        evidence = "proxy" if name in PROXIES else "direct"
        made = {"id": name, "name": text, "unit": text, "formula": name, "direction": "+"}
        return {**made, "evidence": evidence, "phrase": name}

    def node(name, children):
        return {"id": name, "name": {"zh-hant": name, "en": name}, "children": children}

    goals = [node(goal, [leaf(name) for name in names]) for goal, names in GOALS.items()]
    raw = {"name": {"zh-hant": "小世界", "en": "small world"}, "version": "test", "years": YEARS}
    raw |= {"report_year": 2021, "base_year": 2019, "index": node("index", goals)}
    raw["index"]["aggregate"] = "geometric"
    return Framework.model_validate(raw | keys)


def matrix(seed=1):
    """Synthetic figures above 0, of seven units in three years."""
    values = np.random.default_rng(seed).uniform(1, 9, (len(ROWS), len(LEAVES) + len(BESIDE)))
    return pd.DataFrame(values, index=ROWS, columns=[*LEAVES, *BESIDE])


def look(
    choice, figures, *, year=2021, n=80, seed=1, state=None, register=REGISTER, factors=FACTORS
):
    card = score(figures, framework(), state=state)
    return lens(choice, draw(card, n=n, seed=seed, year=year, factors=factors), figures, register)


def test_parts_ranks_and_score_by_hand():
    """Four units apart in everything by the same order: a first, then b, c, d."""
    units = list("abcd")
    rows = pd.MultiIndex.from_product([units, YEARS])
    figures = pd.DataFrame(1.0, index=rows, columns=[*LEAVES, *BESIDE])
    figures[LEAVES] = np.repeat([[9.0] * 6, [6.0] * 6, [6.0] * 6, [1.0] * 6], 3, axis=0)
    register = pd.DataFrame({"region": ["東部", "東部", "東北", "東部"]}, index=units)
    found = look(LEADING, figures, register=register)
    assert found.parts["breadth"].tolist() == pytest.approx([100, 50, 50, 0])
    # the best fifth of four: rank 1 + 3/5
    assert found.values["leading_goals"].tolist() == [100, 0, 0, 0]
    assert found.parts["leading_goals"].tolist() == pytest.approx([100, 100 / 3, 100 / 3, 100 / 3])
    assert found.score.tolist() == pytest.approx([100, 550 / 12, 550 / 12, 100 / 12])
    assert found.ranks["nation"].tolist() == [1, 2, 2, 4]
    assert found.ranks["region"].tolist() == [1, 2, 1, 3]
    assert found.ranks[["low", "high"]].to_numpy().tolist() == [[1, 1], [2, 2], [2, 2], [4, 4]]
    assert found.ranks.loc["c", ["region", "region_low", "region_high"]].tolist() == [1, 1, 1]
    assert found.missing.empty
    assert found.year == 2021


def percentile(values):
    return 100 * (values.rank() - 1) / (values.count() - 1)


def test_every_draw_worked_out_slowly():
    """The East's lens in each draw, by pandas and by the functions that score one card."""
    figures = matrix()
    card = score(figures, framework())
    draws = draw(card, n=60, seed=4, factors=FACTORS)
    scores = np.full((60, 7), np.nan)
    inside = draws.choices["inside"].to_numpy()
    for normalised, positions in draws.worlds():
        panel = normalised.xs(2021, level=1)
        for place in positions:
            weights = pd.Series(draws.weights[place].astype(float), index=LEAVES)
            held = weights[weights > 0]
            goals = pd.DataFrame(
                {
                    goal: AGGREGATE[inside[place]](panel[own], held[own])
                    for goal, names in GOALS.items()
                    if (own := [name for name in names if name in held.index])
                }
            )
            share = (goals.rank(ascending=False, method="min") <= 1 + 6 / 5).mean(axis=1)
            two = [n for n in ("rd_intensity", "inventions_per_head") if n in held.index]
            parts = [share, (goals / goals.max()).mean(axis=1), goals.min(axis=1)]
            if two:
                parts.append(AGGREGATE["arithmetic"](panel[two], held[two]))
                scores[place] = sum(percentile(part.round(9)) for part in parts) / 4
    ranks = pd.DataFrame(scores).round(9).rank(axis=1, ascending=False, method="min")
    seen = ranks.dropna()
    assert len(seen) == 60
    found = lens(LEADING, draws, figures, REGISTER)
    low, high = (seen.min(), seen.max())
    assert (found.ranks["low"].to_numpy() >= low).all()
    assert (found.ranks["high"].to_numpy() <= high).all()
    for column, share in (("low", 0.05), ("high", 0.95)):
        place = int(np.ceil(share * len(seen) - 1e-9)) - 1
        assert found.ranks[column].tolist() == np.sort(seen, axis=0)[place].tolist()
    east = pd.DataFrame(scores).iloc[:, :3].round(9).rank(axis=1, ascending=False, method="min")
    place = int(np.ceil(0.95 * len(seen) - 1e-9)) - 1
    assert found.ranks["region_high"].tolist()[:3] == np.sort(east.dropna(), axis=0)[place].tolist()


def looks(figures, register=REGISTER, *, n=20, state=None, factors=FACTORS):
    """All three lenses from one card and its draws."""
    card = score(figures, framework(), state=state)
    draws = draw(card, n=n, seed=1, year=2021, factors=factors)
    return [lens(choice, draws, figures, register) for choice in (LEADING, ADVANTAGE, REVIVAL)]


@cache
def looked(seed):
    """The three lenses of one of the small worlds."""
    return looks(matrix(seed))


worlds = st.integers(0, 2)


@settings(max_examples=5)
@given(seed=worlds, order=st.permutations(UNITS))
def test_the_order_of_units_plays_no_part(seed, order):
    turned = looks(matrix(seed).loc[order], REGISTER.iloc[::-1])
    for one, other in zip(looked(seed), turned, strict=True):
        for table in ("ranks", "parts", "values"):
            pd.testing.assert_frame_equal(getattr(other, table).loc[UNITS], getattr(one, table))


@settings(max_examples=8)
@given(seed=worlds, column=st.sampled_from([*LEAVES, *BESIDE]))
def test_the_unit_of_a_figure_plays_no_part(seed, column):
    figures = matrix(seed)
    added_up = ["hightech_mfg_revenue", "software_business_revenue"]
    figures[added_up if column in added_up else [column]] *= 1000
    for one, other in zip(looked(seed), looks(figures), strict=True):
        pd.testing.assert_frame_equal(other.parts, one.parts)
        pd.testing.assert_frame_equal(other.ranks, one.ranks)


@cache
def known(seed):
    """The figures of one of the small worlds with their goalposts."""
    return matrix(seed), score(matrix(seed), framework()).state


@settings(max_examples=6)
@given(
    seed=worlds,
    unit=st.sampled_from(UNITS),
    column=st.sampled_from(LEAVES),
    more=st.floats(0.1, 5),
)
def test_a_better_figure_never_lowers_a_part_of_the_east(seed, unit, column, more):
    better, (figures, state) = matrix(seed), known(seed)
    better.loc[(unit, 2021), column] += more
    one, other = (looks(each, state=state, n=1, factors=STATED)[0] for each in (figures, better))
    assert (other.parts.loc[unit] >= one.parts.loc[unit] - 1e-9).all()
    assert other.ranks.at[unit, "nation"] <= one.ranks.at[unit, "nation"]


@settings(max_examples=6)
@given(seed=worlds, unit=st.sampled_from(UNITS), more=st.floats(0.1, 5))
def test_a_better_year_never_lowers_rise_and_momentum(seed, unit, more):
    better, (figures, state) = matrix(seed), known(seed)
    better.loc[(unit, 2021), "industrial_rd"] += more
    before, after = (looks(each, state=state, n=1, factors=STATED) for each in (figures, better))
    for place, part in ((1, "rise"), (2, "momentum"), (2, "renewal")):
        assert after[place].parts.at[unit, part] >= before[place].parts.at[unit, part] - 1e-9


@pytest.mark.parametrize("choice", [LEADING, ADVANTAGE, REVIVAL], ids=lambda c: c.id)
def test_the_same_seed_gives_the_same_bytes(choice):
    one, again, other = (look(choice, matrix(), n=200, seed=seed) for seed in (5, 5, 6))
    assert one.ranks.to_numpy().tobytes() == again.ranks.to_numpy().tobytes()
    assert one.values.equals(other.values)  # the stated method draws nothing


@pytest.mark.parametrize("choice", [LEADING, ADVANTAGE, REVIVAL], ids=lambda c: c.id)
def test_laws_of_ranks(choice):
    found = look(choice, matrix(3), n=200)
    ranks = found.ranks
    assert (ranks["low"] <= ranks["high"]).all()
    assert (ranks["region"] <= ranks["nation"]).all()
    assert ranks.loc["g", ["region", "region_low", "region_high"]].tolist() == [1, 1, 1]
    assert ranks["nation"].tolist() == found.score.round(9).rank(
        ascending=False, method="min"
    ).tolist()  # fmt: skip
    np.testing.assert_allclose(found.parts.mean(), 50)
    pd.testing.assert_series_equal(found.score, found.parts.mean(axis=1), check_names=False)
    assert list(found.values) == list(found.parts) == [part.id for part in choice.parts]
    assert set(found.detail.columns.get_level_values(0)) == set(found.parts)
    assert list(found.values.index) == UNITS


def test_a_lens_of_official_figures_alone_does_not_move():
    parts = [REVIVAL.parts[1], REVIVAL.parts[2], ADVANTAGE.parts[2]]
    found = look(REVIVAL.model_copy(update={"parts": parts}), matrix())
    assert found.ranks["low"].tolist() == found.ranks["high"].tolist()
    assert found.ranks["low"].tolist() == found.ranks["nation"].tolist()


@pytest.mark.parametrize(("choice", "told"), [(ADVANTAGE, "rise: "), (REVIVAL, "new_drivers: ")])
def test_the_base_year_has_no_change_and_so_no_lens(choice, told):
    found = look(choice, matrix(), year=2019)
    assert found.score.isna().all()
    assert found.ranks.isna().to_numpy().all()
    assert list(found.missing.index) == UNITS
    assert found.missing.str.contains(told + "a change since 2019 cannot be measured in 2019").all()
    assert found.parts.notna().any().any()  # what can be told is told
    assert look(LEADING, matrix(), year=2019).missing.empty


def test_a_unit_that_lacks_a_part_has_no_lens():
    figures = matrix()
    figures.loc[("e", 2021), "software_business_revenue"] = np.nan
    found = look(ADVANTAGE, figures)
    assert found.missing.index.tolist() == ["e"]
    assert found.missing["e"].startswith("distinctive: not all of hightech_mfg_revenue")
    assert np.isnan(found.score["e"])
    assert found.ranks.loc["e"].isna().all()
    others = found.ranks.drop("e")
    assert sorted(others["nation"]) == [1, 2, 3, 4, 5, 6]
    assert sorted(others["region"].loc[["d", "f"]]) == [1, 2]
    assert others["high"].max() == 6


def test_all_the_reasons_are_told():
    figures = matrix()
    figures.loc[("e", 2021), ["software_business_revenue", "industrial_rd"]] = np.nan
    assert set(look(REVIVAL, figures).missing["e"].split("; ")) == {
        "new_drivers: not published for both 2019 and 2021",
        "renewal: not published for both 2019 and 2021",
    }


def test_units_without_region_are_refused():
    with pytest.raises(ValueError, match=r"no region for \['g'\]"):
        look(LEADING, matrix(), register=REGISTER.drop("g"))
    with pytest.raises(ValueError, match=r"no region for \['a', 'b', 'c'\]"):
        look(LEADING, matrix(), register=REGISTER.replace("東部", ""))


def test_a_framework_without_the_goal_is_refused_by_name():
    figures = matrix()
    for choice, lost, told in (
        (ADVANTAGE, "industry", "lens 'advantage', part 'rise': the framework scores no goal 'ind"),
        (REVIVAL, "governance", "lens 'revival', part 'environment': .* no goal 'governance'; its"),
        (LEADING, "rd_intensity", "'leading', part 'innovation': .* no indicator 'rd_intensity'"),
    ):
        card = score(figures, framework().without(lost))
        with pytest.raises(ValueError, match=told):
            lens(choice, draw(card, n=1), figures, REGISTER)


def test_a_framework_without_any_goal_is_refused_by_name():
    """Indicators directly below the index are its goals; none of them is called industry."""
    tree = framework()
    leaves = tuple(leaf for goal in tree.goals for leaf in goal.children)
    flat = tree.revised("index", {"children": leaves})
    draws = draw(score(matrix(), flat), n=5, factors=FACTORS)
    with pytest.raises(ValueError, match="no goal 'industry'; its goals are rd_intensity, invent"):
        lens(ADVANTAGE, draws, matrix(), REGISTER)
    with pytest.raises(ValueError, match="no goal 'economy'; its goals are rd_intensity"):
        lens(REVIVAL, draws, matrix(), REGISTER)
    assert lens(LEADING, draws, matrix(), REGISTER).missing.empty  # it names none
