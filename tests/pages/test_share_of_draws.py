"""The share of the draws that an interval holds is that of the parameters, wherever it is said."""

import re

import pytest

from quyu import show
from quyu.pages import lens, province, summary
from quyu.pages.atlas_page import atlas_page
from quyu.pages.front import index_page
from quyu.regions.strategy import regions
from quyu.study import certainty, charting, open_study, report_year
from quyu.words import LANGUAGES, words

YEAR = report_year()
NINETY = re.compile(r"\b90 ?%|九成|\b5th to the|\b5–95%")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_sentence_knows_it(lang):
    for key, text in words(lang).texts.items():
        # Forecasts and errors of the figures have intervals of their own.
        if not key.startswith(("targets.", "audit.note.errors")):
            assert not NINETY.search(text), key


def test_other_parameters_other_words(monkeypatch):
    stated = certainty.read_robustness()
    tiers = stated.tiers.model_copy(update={"borderline": 0.7})
    other = stated.model_copy(update={"interval": 0.8, "draws": 500, "tiers": tiers})
    monkeypatch.setattr(certainty, "read_robustness", lambda: other)
    for module in ("quyu.study.shown", "quyu.pages.method", "quyu.pages.atlas_page"):
        monkeypatch.setattr(f"{module}.read_robustness", lambda: other)
    s = open_study(lang="en")
    told = {
        "front": index_page(s, YEAR, ()),
        "atlas": atlas_page(s, YEAR, ()),
        "headline": summary.headline(s, "340000", YEAR).data,
        "locator": province.locator(s, "340000", YEAR).data,
        "ranks": show(s.ranks(YEAR)).data,
        "regions": show(s.robustness("regions", YEAR)).data,
        "interval chart": charting.intervals(s, YEAR)[1],
        "lens": lens.lens_table(s, regions()[0], YEAR).data,
        "lens chart": lens.lens_chart(s, regions()[0], YEAR).data,
    }
    for name, page in told.items():
        assert not re.search(r"\b90% of", page), name
        assert "80%" in page or name == "regions", name
    assert all(end in told["regions"] for end in (">10%<", ">90%<"))
    assert "fewer than 70% of draws" in told["atlas"] and "70% of draws" in told["locator"]
    low, high = (s.ranks(YEAR)[end] for end in ("low", "high"))
    wide = certainty.uncertainty(certainty.draws_of(s, YEAR))
    assert low.tolist() == wide["low"].tolist() and high.tolist() == wide["high"].tolist()
