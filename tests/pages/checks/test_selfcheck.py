"""The self-check passes as published, and names what fails as soon as one printed number moves."""

import re
from math import isnan

import numpy as np
import pandas as pd
import pytest

from quyu.facts import published
from quyu.pages.selfcheck import Check, SelfCheck, compare, insist, verdict, verdicts
from quyu.pages.selfcheck_handbook import ranks, scaling, structure, weights
from quyu.pages.selfcheck_textbooks import practice, textbooks

SECTIONS = (structure, scaling, weights, ranks, textbooks, practice)

# table, row, column, what is added to the one number, a check that must then fail by name
DOCTORED = [
    (structure, "tai_figures", "Japan", "PATENTS", -900, "表 6 相關係數"),
    (structure, "tai_correlations", "PATENTS", "EXPORTS", 0.05, "表 6 相關係數"),
    (structure, "tai_eigenvalues", 2, "eigenvalue", 0.2, "表 7 特徵值"),
    (structure, "tai_eigenvalues", 3, "percent", -0.3, "表 7 方差百分比"),
    (structure, "tai_loadings", "SCHOOLING", "F3", 0.03, "表 9 旋轉後的因子載荷"),
    (structure, "tai_cronbach", "none", "alpha", 0.01, "表 11 Cronbach α"),
    (scaling, "tai_schooling_normalised", "Korea, Rep. of", "z", 0.02, "表 15 標準分"),
    (scaling, "tai_schooling_normalised", "Italy", "minmax", 0.02, "表 15 最小—最大"),
    (scaling, "tai_schooling_normalised", "France", "dist_best", 0.02, "表 15 與領先者之比"),
    (scaling, "tai_schooling_normalised", "Israel", "rank", 1, "表 15 名次"),
    (scaling, "tai_schooling_normalised", "Norway", "percentile", 0.2, "表 15 百分位"),
    (
        weights,
        "tai_factor_weights",
        "principal components",
        "INTERNET",
        0.01,
        "表 18 因子權重（主成分）",
    ),
    (weights, "tai_doubt", "Austria", "score", 0.02, "表 19 最有利權重（BoD）得分"),
    (weights, "tai_priorities", "SCHOOLING", "weight", 2e-4, "表 20 層次分析的權重"),
    (weights, "judgement_consistency", "tai", "ci", 1e-3, "表 20 判斷的一致性（λ、CI、CR）"),
    (weights, "tai_weights", "EW", "PATENTS", 0.01, "表 22 等權"),
    (weights, "tai_weights", "FA", "EXPORTS", 0.05, "表 22 因子權重"),
    (ranks, "tai_goalposts", "EXPORTS", "high", 30, "表 23 名次（等權）"),
    (ranks, "tai_ranks_by_weighting", "Norway", "EW", 1, "表 23 名次（等權）"),
    (ranks, "tai_ranks_by_weighting", "Norway", "BAP", 1, "表 23 名次（預算分配）"),
    (ranks, "tai_ranks_by_weighting", "Norway", "BOD", 1, "表 23 名次（最有利權重）"),
    (ranks, "tai_ranks_by_weighting", "Finland", "FA", 2, "表 23 名次（因子）"),
    (ranks, "tai_ranks_by_weighting", "Finland", "FA", 1, "表 23 名次不同的國家數（因子）"),
    (ranks, "tai_ranks_by_weighting", "Finland", "AHP", 1, "表 23 名次不同的國家數（層次分析）"),
    (ranks, "tai_ranks_by_aggregation", "Spain", "LIN", 1, "表 38 名次（線性）"),
    (ranks, "tai_ranks_by_aggregation", "Spain", "GME", 1, "表 38 名次（幾何）"),
    (textbooks, "drinks_weights", "tea", "weight", 0.001, "層次分析的權重（飲料）"),
    (textbooks, "judgement_consistency", "drinks", "cr", 0.001, "一致性比率 CR（飲料）"),
    (textbooks, "critic_weights", "market", "weight", 2e-4, "CRITIC 權重"),
    (textbooks, "topsis", "A2", "closeness", 2e-4, "TOPSIS 貼近度"),
    (practice, "invented_entropy", "y3", "weight", 1e-6, "熵權"),
    (practice, "invented_results", 4, "closeness", 1e-6, "TOPSIS 貼近度（熵權）"),
    (practice, "invented_results", 7, "coordination", 1e-6, "耦合協調度（C、T、D）"),
    (practice, "invented_results", 10, "obstacle_4", 1e-6, "障礙度"),
    (practice, "invented_employment", "B", "lq_second", 1e-6, "區位商"),
]


def doctored(name: str, row: object, column: str, by: float):
    """Reads the published tables with one number of one of them moved."""

    def read(asked: str) -> pd.DataFrame:
        table = published(asked)
        if asked == name:
            table = table.astype({column: float})
            table.loc[row, column] += by
        return table

    return read


@pytest.fixture(scope="module")
def everything() -> pd.DataFrame:
    return verdicts([check for section in SECTIONS for check in section(published)])


def test_everything_published_is_reproduced(everything):
    assert everything.loc[~everything["passed"], "what"].tolist() == []
    insist(everything)
    assert everything["what"].is_unique
    assert (everything["n"] > 0).all()
    assert everything["n"].sum() == 552


@pytest.mark.parametrize(("section", "table", "row", "column", "by", "name"), DOCTORED)
def test_one_number_changed_is_reported_by_name(section, table, row, column, by, name):
    checks = verdicts(section(doctored(table, row, column, by)))
    assert name in checks.loc[~checks["passed"], "what"].tolist()
    with pytest.raises(AssertionError) as failure:
        insist(checks)
    assert name in str(failure.value)
    assert "項不符：" in verdict(checks, title="").data


def test_every_check_is_doctored_once(everything):
    rough = {"表 23 名次（層次分析）"}  # its ranks may move by two; the count of moved ones may not
    assert set(everything["what"]) - rough == {name for *_, name in DOCTORED}


def test_a_failing_row_is_red_and_says_so():
    checks = verdicts(
        [Check("<book>", "right", 2, 0.0, 0.1, ""), Check("<book>", "wrong", 3, 0.3, 0.1, "")]
    )
    html = verdict(checks, title="自檢").data
    assert html.count('class="fail"') == 1
    row = html.split('<tr class="fail"')[1].split("</tr>")[0]
    assert "#B00020" in row
    assert ">wrong<" in row
    assert ">不符<" in row
    assert html.count(">相符<") == 1
    assert "自檢：2 項、5 個數值，1 項不符：wrong" in html
    assert "<book>" not in html
    assert verdict(checks[checks["passed"]], title="自檢").data.count("fail") == 0


def test_differences_read_without_exponents():
    checks = verdicts(
        [Check("book", "near", 1, 4.867e-5, 5e-5, ""), Check("book", "noise", 1, 3e-15, 0, "")]
    )
    html = verdict(checks, title="").data
    for number in ("0.0000487", "0.00005", "0"):
        assert re.search(f'<td class="n"[^>]*>{re.escape(number)}</td>', html)
    assert checks["passed"].all()


def test_a_missing_value_or_an_empty_table_never_passes():
    printed = pd.Series({"a": 1.0, "b": 2.0})
    for found in (pd.Series({"a": 1.0}), pd.Series({"a": 1.0, "b": np.nan})):
        check = compare("book", "x", found, printed, tolerance=9, reason="")
        assert isnan(check.worst)
        assert not verdicts([check])["passed"].item()
    nothing = compare("book", "x", printed, printed.iloc[:0], tolerance=9, reason="")
    assert (nothing.n, verdicts([nothing])["passed"].item()) == (0, False)
    assert "無從比較" in verdict(verdicts([nothing]), title="").data


def test_the_tolerance_can_be_drawn_tighter_for_all():
    tight = verdicts(structure(published), scale=0.1)
    assert not tight["passed"].any()
    assert tight["tolerance"].tolist() == pytest.approx(
        (verdicts(structure(published))["tolerance"] / 10).tolist()
    )


@pytest.mark.parametrize("scale", [0, -1, float("nan"), float("inf")])
def test_a_scale_that_is_no_scale_is_refused(scale):
    with pytest.raises(ValueError, match=r"tolerance_scale is .* above 0"):
        verdicts([Check("book", "x", 1, 0.0, 0.1, "")], scale=scale)


def test_the_parameters_are_checked_by_name():
    assert SelfCheck.from_cell({"tolerance_scale": 2}).tolerance_scale == 2
    with pytest.raises(ValueError, match="did you mean 'tolerance_scale'"):
        SelfCheck.from_cell({"tolerance_scale": 1.0, "tolerance_scal": 2.0})
    with pytest.raises(ValueError, match="tolerance_scale is '1'"):
        SelfCheck.from_cell({"tolerance_scale": "1"})
