"""How sure a study says its ranks and tiers are: each index by draws of its own."""

import numpy as np
import pytest

from quyu.index.alternatives import Factors
from quyu.index.draws import draw
from quyu.index.uncertainty import tiers, uncertainty
from quyu.study import open_study
from quyu.study.certainty import draws_of, draws_of_years, forget_draws, read_robustness


@pytest.fixture(scope="module")
def study(opened):
    return opened("zh-hant")


def test_no_tier_shown_is_less_probable_than_another(study):
    """In all five years; where the likeliest is below the stated share both names are told."""
    bands = read_robustness().tiers
    for year in study.card.framework.years:
        table, shown = tiers(draws_of(study, year), names=bands.ids), study.ranks(year)
        among = table[list(bands.ids)]
        assert (among.max(axis=1) == shown["probability"]).all()
        assert shown["tier"].tolist() == among.idxmax(axis=1).tolist()
        assert (shown["borderline"] == (shown["probability"] < bands.borderline)).all()
        assert shown.loc[shown["borderline"], "second"].notna().all()
        panel = study.panel().xs(year, level="year")
        assert panel["tier"].to_dict() == shown["tier"].to_dict()
        assert panel["tier_nominal"].to_dict() == shown["nominal_tier"].to_dict()
        assert panel["rank_median"].astype(float).to_dict() == shown["median"].to_dict()


def test_direct_evidence_has_an_interval_of_its_own(study):
    choices, shown = read_robustness(), study.ranks(study.card.framework.report_year)
    own = draw(study.direct, n=choices.draws, seed=choices.seed, interval=choices.interval,
               factors=Factors(**choices.factors))  # fmt: skip
    found = uncertainty(own)
    assert shown["direct"].tolist() == found["nominal"].tolist()
    for end in ("low", "high"):
        assert shown[f"direct_{end}"].tolist() == found[end].tolist()
    assert (shown["low"] != shown["direct_low"]).any()


def test_the_interval_is_that_of_the_parameters(study):
    draws = draws_of(study, study.card.framework.report_year)
    assert draws.interval == read_robustness().interval
    assert draws.options.excluded["left_out"].eq("").all(), (
        "no level is left out of the stated ones"
    )


def test_the_shares_of_coverage_are_told_apart(study):
    told = study.scores(2023)
    whole = told[["coverage", "structural", "filled"]].sum(axis=1).round(9)
    assert whole.value_counts().to_dict() == {1.0: 23, round(17 / 18, 9): 8}
    panel = study.panel().xs(2019, level="year")
    assert (panel["filled"] > 0).all()


def test_what_was_drawn_is_kept_until_it_is_let_go_and_drawn_anew_the_same():
    study = open_study()
    year = study.card.framework.report_year
    alone, together = draws_of(study, year), draws_of_years(study)
    assert together[year] is alone and draws_of(study, 2020) is together[2020]
    forget_draws(study, but=year)
    assert draws_of(study, year) is alone
    anew = draws_of(study, 2020)
    assert anew is not together[2020]
    for what in ("ranks", "scores", "standing", "weights", "number"):
        assert np.array_equal(getattr(anew, what), getattr(together[2020], what))
    assert draws_of(study, year, direct=True) is not alone
