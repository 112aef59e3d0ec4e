"""Reports on a framework of three indicators directly below the index: no goal between them."""

import re

import pytest
import yaml

from quyu import show
from quyu.facts import embedded
from quyu.pages import method, partners, province, region_answers, summary
from quyu.pages.atlas_page import atlas_page
from quyu.pages.method import notes
from quyu.regions.strategy import region_of
from quyu.study import open_study, report_year
from quyu.study.regional import pairs_of
from quyu.study.scores import scores_table

GOALS = ["gdp_per_head", "tertiary_share", "rd_intensity"]
YEAR, GUANGDONG = report_year(), "440000"


def flat(path, names, **keys):
    """A framework file with the named indicators of the default one as its only goals."""
    raw = yaml.safe_load((embedded() / "params" / "framework.yaml").read_text(encoding="utf-8"))
    leaves = {leaf["id"]: leaf for goal in raw["index"]["children"] for leaf in goal["children"]}
    raw["index"]["children"] = [leaves[name] for name in names]
    path.write_text(yaml.safe_dump({**raw, **keys}, allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def subject(tmp_path_factory):
    return open_study("", flat(tmp_path_factory.mktemp("flat") / "flat.yaml", GOALS))


def test_an_indicator_is_a_goal_like_any_other(subject):
    card = subject.card
    assert [leaf.id for goal in card.framework.goals for leaf in goal.leaves()] == GOALS
    assert card.scores[GOALS].equals(card.normalised[GOALS])
    assert set(card.state.tiers) == {"index", *GOALS}
    assert list(scores_table(subject).filter(items=GOALS)) == GOALS
    assert set(subject.indicators(GUANGDONG, YEAR).index) == set(GOALS)
    assert card.variance_shares(YEAR).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "name",
    [
        "report-province",
        "report-region",
        "1-data",
        "2-score",
        "4-regions",
        "5-assistance",
        "7-audit",
    ],
)
def test_every_part_of_a_report_can_be_made(subject, shown, name):
    for part, said in shown(name, {"framework": str(subject.framework_path)}).items():
        assert said.strip(), part
        assert not re.search(r"\bnan\b", said), part


def test_nobody_is_proposed_to_a_receiver_that_nobody_is_ahead_of(subject):
    found = pairs_of(subject, YEAR)
    assert len(found.unpaired)
    for code, weak in found.unpaired.items():
        said = partners.partners(subject, code, YEAR).data
        assert "不列支援方" in said
        assert ("沒有低於全國中位數" in said) == (weak == 0)
    shown = partners.partners_table(subject, YEAR).data
    assert "nan" not in re.sub("<[^>]+>", " ", shown)
    for name in ("東部", "中西部", "東北"):
        assert partners.region_partners(subject, region_of(name), YEAR).data


def test_goals_and_weights_are_shown_by_name(subject):
    weights = show(subject.robustness("weights", YEAR)).data
    goals = province.goals_table(subject, GUANGDONG, YEAR).data
    for leaf in subject.card.framework.goals:
        assert leaf.name.zh_hant in weights
        assert leaf.name.zh_hant in goals


def test_the_method_speaks_of_no_goals(subject):
    line = method.method_line(subject.card.framework, subject.say)
    assert "各指標直接合成指數，用幾何平均；權重相等" in line
    assert "目標之內" not in line


def test_regions_and_the_atlas(subject):
    assert "廣東" in atlas_page(subject, YEAR, set())
    assert region_answers.headline(subject, region_of("東部"), YEAR) is not None


def test_what_is_left_out_is_told_in_chinese(tmp_path):
    """Employment is published from 2020: four of five years, for every province."""
    path = flat(
        tmp_path / "thin.yaml",
        ["labour_productivity", "tertiary_share"],
        missing={"indicator_coverage": 0.9},
    )
    told = [line for line in notes(open_study("", path), YEAR) if line.startswith("未計入")]
    assert told == ["未計入：全員勞動生產率（考察期中有 83% 的格有公布數據，計分須達 90%）"]


def test_one_goal_is_not_set_against_itself(tmp_path):
    alone = open_study("", flat(tmp_path / "one.yaml", GOALS[:1]), lang="en")
    shown = summary.goals(alone, GUANGDONG, YEAR).data
    assert f"Goals, {YEAR}" in shown and "Furthest above" not in shown and "losest" not in shown
