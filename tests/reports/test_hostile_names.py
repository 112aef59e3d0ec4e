"""Names from a user's workbook that would break a chart, a file name or a spreadsheet."""

import pytest
from matplotlib.figure import Figure

from quyu.maps.fonts import use_cjk
from quyu.maps.picture import picture
from quyu.reports.batch.plan import slug
from quyu.reports.charts.canvas import LONGEST, fold
from quyu.reports.scores import scores_text
from quyu.reports.study import open_study

LONG = "long name " * 1000


def test_dollar_signs_are_no_formula():
    use_cjk()
    figure = Figure()
    figure.text(0, 0, "由 $5$ 到 ${x}$")
    assert "由 $5$ 到 ${x}$" in picture(figure, "a text").svg


@pytest.mark.parametrize("width", [-3.0, 0.2, 11])
def test_a_label_of_any_length_is_folded_and_cut(width):
    folded = fold(LONG, width=width)
    assert folded.endswith("…") and len(folded) <= LONGEST
    assert fold("短", width=width) or width < 1


def test_a_file_name_stays_short_and_whole_names_stay_whole():
    assert len(slug(LONG)) <= 60 and not slug(LONG).endswith("-")
    assert slug("Inner Mongolia") == "inner-mongolia"


def test_a_name_that_looks_like_a_formula_is_text_in_scores_csv():
    study = open_study()
    study.facts.provinces.loc["440000", "name_en"] = "=cmd()"
    try:
        said = scores_text(study)
    finally:
        study.facts.provinces.loc["440000", "name_en"] = "Guangdong"
    assert ",'=cmd()," in said and ",=cmd()" not in said
    assert said.startswith("\ufeff")
