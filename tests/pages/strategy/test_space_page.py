"""Space on the page: the words of the pull, one year, the alt text of the patterns, obstacles."""

import re
from dataclasses import replace

import pytest

from quyu.pages import neighbours, shortfall
from quyu.study import disparities, drawings, open_study, report_year, spatial
from quyu.study.drawings import lisa_drawing
from quyu.words import LANGUAGES

YEAR = report_year()


@pytest.fixture(scope="module")
def study(opened):
    return opened()


def text(part):
    """What a reader reads of a table or a paragraph."""
    return re.sub("<[^>]+>", " ", part.data)


@pytest.mark.parametrize(
    ("low", "high", "told"),
    [
        (0.01, 0.2, "多升 +0.100 分"),
        (-0.01, 0.2, "這些數看不出帶動"),  # though the coefficient is above 0
        (-0.2, -0.01, "上升較慢"),
    ],
)
def test_the_interval_decides_what_is_said_of_the_pull(study, monkeypatch, low, high, told):
    found = spatial.pull_of(study)
    terms = found.fit.coefficients.copy()
    terms.loc["leaders", ["estimate", "low", "high"]] = 0.1, low, high
    found = replace(found, fit=replace(found.fit, coefficients=terms))
    monkeypatch.setattr(neighbours, "pull_of", lambda subject: found)
    said = text(neighbours.pull_text(study))
    assert told in said
    verdicts = ["多升", "看不出帶動", "上升較慢"]
    assert sum(verdict in said for verdict in verdicts) == 1


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("zh-hant", "東部鄰省每把一省全部鄰省的平均起點拉高 1 分"),
        ("en", "each point by which its eastern neighbours raised the mean start of all"),
    ],
)
def test_the_pull_is_per_point_of_the_mean_of_all_neighbours(lang, told):
    assert told in text(neighbours.pull_text(open_study(lang=lang)))


def test_the_published_pull(study):
    said = text(neighbours.pull_text(study))
    found = spatial.pull_of(study)
    assert (found.fit.n, found.exposed) == (31, 18)
    assert f"{found.fit.coefficients.at['leaders', 'estimate']:+.3f} 分" in said
    assert "2019–2024 年" in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_panel_of_one_year_has_no_gains(lang):
    subject = open_study(lang=lang)
    framework = subject.card.framework.model_copy(update={"years": (YEAR,)})
    single = replace(subject, card=replace(subject.card, framework=framework))
    said = text(neighbours.pull_text(single))
    assert said.strip() == subject.say("neighbours.pull_one_year", year=YEAR)
    assert f"{YEAR}–{YEAR}" not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_alt_text_of_the_patterns_says_each_thing_once(lang):
    subject = open_study(lang=lang)
    found = spatial.lisa_of(subject, YEAR)["cluster"]
    _, alt = lisa_drawing(subject, YEAR)
    for code in found.index[~found.isin(["ns", "masked"])]:
        assert alt.count(subject.short[code]) == 1


def test_patterns_that_are_not_there_are_said_so_once(study, monkeypatch):
    none = spatial.lisa_of(study, YEAR).assign(cluster="ns")
    monkeypatch.setattr(drawings, "lisa_of", lambda *given: none)
    _, alt = drawings.lisa_drawing(study, YEAR)
    assert alt == study.say("neighbours.lisa_none")


def test_an_official_grade_is_part_of_the_gap_and_no_obstacle(study):
    said = shortfall.obstacles(study, "530000", YEAR)
    row = re.search(r"<tr[^>]*><th[^>]*>省級政府質量工作考核等級</th>(.*?)</tr>", said.data)[1]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    assert cells[-1] == "不視為障礙"
    assert "並列 27–31" in cells
    assert "可視為障礙的部分以省級政府質量工作考核等級" not in text(said)


def test_a_province_at_full_score_everywhere_has_no_obstacles(study):
    full = study.card.normalised.copy()
    full.loc[("110000", YEAR)] = 100.0
    perfect = replace(study, card=replace(study.card, normalised=full))
    assert "沒有可以計算的障礙度" in text(shortfall.obstacles(perfect, "110000", YEAR))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_of_transitions_stand_behind_their_counts_and_only_where_there_are_enough(
    opened, lang
):
    subject = opened(lang)
    cells = re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", neighbours.transitions_around(subject).data)
    found = subject.transitions()
    for _, row in found.iterrows():
        share = row["share_1"]
        if share > 0:
            assert subject.say("around.moved", count=row["to_1"], share=share) in cells
    shown = [cell for cell in cells if "%" in cell]
    enough = found[found["transitions"] >= 20]
    assert len(shown) == int((enough.filter(like="to_") > 0).sum().sum())
    moves = disparities.transitions_of(subject).moves
    assert str(moves) in text(neighbours.transitions_around(subject))


@pytest.mark.parametrize(
    ("df", "p", "said"),
    [(9, 0.04, "因鄰省的級別而異"), (9, 0.06, "沒有被推翻"), (0, float("nan"), "無從檢驗")],
)
def test_the_test_decides_what_is_said_of_neighbours(study, monkeypatch, df, p, said):
    found = disparities.spatial_transitions_of(study)
    found = replace(found, homogeneity=found.homogeneity._replace(df=df, p=p))
    monkeypatch.setattr(neighbours, "spatial_transitions_of", lambda subject: found)
    told = text(neighbours.transitions_around(study))
    verdicts = ["各級的轉移因鄰省的級別而異", "沒有被推翻", "無從檢驗"]
    assert [each for each in verdicts if each in told] == [v for v in verdicts if said in v]
