"""Logarithms end in other digits on another processor; nothing that a reader sees may hang on them."""

import numpy as np
import pandas as pd
import pytest

from quyu.batch.store import foundations
from quyu.facts import published
from quyu.index import climb, normalise, score
from quyu.pages import indicators, nation, partners, province, shortfall, summary
from quyu.pages.selfcheck import verdicts
from quyu.pages.selfcheck_handbook import ranks, scaling, structure, weights
from quyu.pages.selfcheck_textbooks import practice, textbooks
from quyu.pages.tables import show
from quyu.study import open_study, report_year
from quyu.study.certainty import certainty
from quyu.words import words

SECTIONS = (structure, scaling, weights, ranks, textbooks, practice)
TABLES = (
    summary.headline,
    summary.goals,
    summary.gaps,
    summary.learn,
    summary.known,
    province.goals_table,
    indicators.strengths,
    indicators.indicators_table,
    indicators.profile_table,
    shortfall.obstacles,
    partners.peers_table,
    partners.partners,
)
ADCODE, YEAR = "450000", report_year()  # 廣西: it also has partners


def other(function, rng):
    """The same function on a processor that ends each result up to two digits (ulp) away."""

    def elsewhere(values, *args, **kwargs):
        found = function(values, *args, **kwargs)
        places = rng.integers(-2, 3, size=np.shape(found))
        with np.errstate(invalid="ignore"):
            moved = found + places * np.spacing(np.abs(found))
        sure = np.isfinite(found) & (found != 0)  # 0 and ±∞ are exact everywhere
        if isinstance(found, pd.DataFrame | pd.Series):
            return moved.where(sure, found)
        return np.where(sure, moved, found) if np.ndim(found) else type(found)(moved)

    return elsewhere


@pytest.fixture(scope="module")
def here():
    return seen(open_study())


@pytest.fixture(params=[1, 2])
def elsewhere(request, monkeypatch):
    rng = np.random.default_rng(request.param)
    moved = {name: other(getattr(np, name), rng) for name in ("log", "exp", "log1p")}
    for name, function in moved.items():
        monkeypatch.setattr(np, name, function)
    monkeypatch.setitem(climb.MEAN, "geometric", (moved["log"], moved["exp"]))
    monkeypatch.setitem(normalise.INVERSE, "log", moved["exp"])
    return open_study()


def seen(subject):
    """What can be seen of a study, by name; numbers as they are shown."""
    card, sure = subject.card, certainty(subject, YEAR)
    fresh = score(subject.figures, card.framework)  # as `quyu score --rebase` would store it
    checks = [verdicts(section(published, words("zh-hant"))) for section in SECTIONS]
    return {
        "all digits": card.scores.to_csv(),
        "ranks": card.ranks.to_csv(),
        "ranks by direct evidence": subject.direct.ranks.to_csv(),
        "ranks after a rebase": fresh.ranks.to_csv(),
        "capped": card.capped.to_csv(),
        "capped after a rebase": fresh.capped.to_csv(),
        "intervals and tiers": sure.to_csv(float_format="%.9g"),
        "verdicts": pd.concat(checks).drop(columns="worst").to_csv(),
        "foundations": foundations(),
        "framework": subject.framework_sha256,
        "trail": subject.trace(ADCODE, YEAR)["hash"].unique().tolist(),
        "ranking": nation.ranking_table(subject, YEAR).data,
        "change": province.change_table(subject, ADCODE).data,
        "drivers": province.drivers_table(subject, ADCODE).data,
        **{made.__name__: made(subject, ADCODE, YEAR).data for made in TABLES},
        **{
            part: show(subject.audit(part, YEAR)).data for part in ("influence", "errors", "points")
        },
    }


def test_other_last_digits_change_nothing_that_is_seen(here, elsewhere):
    found = seen(elsewhere)
    assert found.pop("all digits") != here["all digits"]  # it was another processor
    assert {name: found[name] for name in found if found[name] != here[name]} == {}
