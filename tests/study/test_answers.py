"""Every question's answer is a frame that a researcher goes on with, and that shows as on the pages."""

import inspect
import re
from dataclasses import replace
from functools import cache

import pandas as pd
import pytest

import quyu
from quyu.facts import matrix
from quyu.index import score
from quyu.study import Study
from quyu.study.codes import SECTIONS
from quyu.words import LANGUAGES, simplified

UNITS = {
    "scores": lambda s, year: s.scores(year),
    "ranks": lambda s, year: s.ranks(year),
    "lens": lambda s, year: s.lens("Northeast", year),
    "neighbours": lambda s, year: s.neighbours(year),
    "partners": lambda s, year: s.partners(year),
    "peers": lambda s, year: s.peers("广西", year),
    "change_since": lambda s, year: s.change_since(2019, year),
    "compare": lambda s, year: s.compare(s.what_if(without="brands"), year),
    "lift": lambda s, year: s.lift("Liaoning", "rd_intensity", to="rank", year=year),
}
OTHERS = {
    "indicators": lambda s, year: s.indicators("廣東", year),
    "obstacles": lambda s, year: s.obstacles("Guangdong", year),
    "change": lambda s, year: s.change("440000"),
    "catalogue": lambda s, year: s.catalogue(),
    "sensitivity": lambda s, year: s.sensitivity(year),
    "inequality": lambda s, year: s.inequality(),
    "spread": lambda s, year: s.spread(),
    "density": lambda s, year: s.density("R&D intensity", by="zone"),
    "transitions": lambda s, year: s.transitions(),
    "convergence": lambda s, year: s.convergence(),
    "moran": lambda s, year: s.moran(year),
    "targets": lambda s, year: s.targets(),
    "compare_units": lambda s, year: s.compare_units(["遼寧", "Jilin"], year),
    "distances": lambda s, year: s.distances("廣東", year),
    "doubtful": lambda s, year: s.doubtful(),
}
PARTS = re.findall(r"^ {8}(\w+) {2,}\S", Study.audit.__doc__, re.M)
ROBUST = re.findall(r"^ {8}(\w+) {2,}\S", Study.robustness.__doc__, re.M)
HELD = re.findall(r"^ {8}(\w+) {2,}\S", Study.holdings.__doc__, re.M)
PLAIN = {
    "answers": lambda s, year: s.answers("廣東", year),
    "goalposts": lambda s, year: s.goalposts(year),
    "origin": lambda s, year: s.origin("廣東", "rd_intensity"),
    "behind": lambda s, year: s.behind(year),
    **{
        f"robustness {part}": lambda s, year, part=part: s.robustness(part, year) for part in ROBUST
    },
    **{f"holdings {part}": lambda s, year, part=part: s.holdings(part) for part in HELD},
    **{f"audit {part}": lambda s, year, part=part: s.audit(part, year) for part in PARTS},
    "series": lambda s, year: s.series("R&D intensity"),
    "panel": lambda s, year: s.panel(),
    "trace": lambda s, year: s.trace("廣東", year),
    "units": lambda s, year: s.units.drop(columns="geometry"),
}
ALL = {**UNITS, **OTHERS, **PLAIN}


@pytest.fixture(scope="module")
def ask(study):
    """`ask(name, lang)`: the frame of a question, worked out once for all tests, a copy for each."""

    @cache
    def worked_out(name, lang):
        return ALL[name](study(lang), study(lang).card.framework.report_year)

    return lambda name, lang="en": worked_out(name, lang).copy()


def text(shown):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", shown.data))


@pytest.mark.parametrize("name", UNITS)
def test_a_frame_about_units_is_indexed_by_their_ids_and_begins_with_their_names(name, ask):
    frame = ask(name)
    assert frame.index.name == "adcode"
    assert frame.columns[0] == "name"
    assert set(frame.index) <= set(ask("units").index)
    assert ask("units").loc[frame.index[0], "full_name"].startswith(frame["name"].iloc[0])
    assert not frame.index.has_duplicates


@pytest.mark.parametrize("name", OTHERS)
def test_any_other_frame_begins_with_names_too(name, ask):
    assert ask(name).columns[0] == "name"


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("lang", ["en", "zh-hant"])
def test_every_frame_shows_itself_whole_and_in_part(name, lang, ask):
    frame = ask(name, lang)
    shown = quyu.show(frame)
    assert shown.data.count("<tr") >= len(frame)
    assert "nan" not in text(shown).split()
    part = frame.head(2)
    assert quyu.show(part).data.count("<tr") < shown.data.count("<tr") or len(frame) <= 2


# Languages

HAN = re.compile(r"[\u3400-\u9fff]")
CHINESE = {"name_zh_hant", "name_zh_hans"}  # of `panel`: named in their language
CITED = re.compile(r", [^,]*$")  # the title of a table in a publication, which has no other
# What looks alike in every language: signs, years and ranks as text, formulas, keys and hashes.
NOTATION = {"direction", "relation", "formula", "years", "place", "since", "until", "grade", "hash"}
NOTATION |= {"sources", "name_en"}
# Ids, for code: what they stand for is the frame's `name`, or has a column of its own.
IDS = {
    "adcode",
    "id",
    "row",
    "index",
    "indicator",
    "figure",
    "node",
    "goal",
    "other_goal",
    "choice",
}
IDS |= {"first", "second", "weights", "output", "factor", "group", "reading", *SECTIONS}
IDS |= {"cluster_unadjusted", "nearest", "inverse_distance"}  # written as `cluster` is
IDS |= {"kind"}  # `kind_name` stands beside it


def texts(frame):
    """The columns of texts, index included, each with its different texts."""
    whole = frame.reset_index(names=[name or "row" for name in frame.index.names])
    for column, values in whole.items():
        if not pd.api.types.is_numeric_dtype(values):
            yield column, {str(each) for each in values.dropna()} - {"", "[]"}


def test_every_question_that_gives_a_frame_is_asked_here():
    asked = {
        name
        for name, method in inspect.getmembers(Study, inspect.isfunction)
        if method.__annotations__.get("return") == "pd.DataFrame" and name[0] != "_"
    }
    assert len(PARTS) == 13
    assert asked - {"at"} <= {name.split()[0] for name in ALL}


@pytest.mark.parametrize("name", ALL)
def test_an_english_answer_holds_no_chinese(name, ask):
    frame = ask(name, "en")
    assert [head for head in frame.columns if HAN.search(str(head))] == []
    odd = {
        column: held
        for column, told in texts(frame)
        if column not in CHINESE
        and (held := [t for t in told if HAN.search(CITED.sub("", t) if column == "source" else t)])
    }
    assert odd == {}


@pytest.mark.parametrize("name", ALL)
def test_a_chinese_answer_has_chinese_for_every_text_that_is_no_code(name, ask):
    frame, odd = ask(name, "zh-hant"), {}
    for column, told in texts(frame):
        held = {t for t in told if not HAN.search(t) and re.search("[A-Za-z]{2}", t)}
        if column == "method":  # of what is worked out from figures: a formula
            held -= set(frame.query("level == 'derived'")["method"])
        held -= {"CRITIC"}  # a method that is called so in every language
        if held and column not in NOTATION | IDS:
            odd[column] = held
    assert odd == {}


@pytest.mark.parametrize("name", ALL)
def test_a_simplified_answer_has_no_traditional_character(name, ask):
    told = [
        t for column, held in texts(ask(name, "zh-hans")) for t in held if column not in CHINESE
    ]
    assert [text for text in told if simplified(text) != text] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_codes_have_words_beside_them(lang, ask):
    seen = set()
    for name in ALL:
        frame = ask(name, lang)
        for column in SECTIONS.keys() & {*frame}:
            seen.add(column)
            known = frame[column].notna() & (frame[column] != "")
            assert (frame[f"{column}_name"] != "")[known].all(), (name, column)
            assert list(frame).index(f"{column}_name") == list(frame).index(column) + 1
    assert seen == {*SECTIONS}


def test_tiers_are_called_as_in_the_language(ask):
    called = {"en": "tier 1", "zh-hant": "一級", "zh-hans": "一级"}
    for lang, best in called.items():
        ranks, panel = ask("ranks", lang), ask("panel", lang)
        assert set(ranks.query("nominal == 1")["tier"]) == {best}
        assert set(panel.query("rank == 1")["tier_nominal"]) == {best}
        assert set(panel["zone"]) == set(ask("units", lang)["zone"]) - {""}
    assert quyu.show(ask("ranks", "en"), lang="zh-hant").data.count("一級（")


def test_a_step_that_transfers(ask):
    ranks = ask("ranks")
    wide = ranks.query("high - low > 6").assign(width=ranks["high"] - ranks["low"])
    shown = text(quyu.show(wide.sort_values("width")))
    assert "width" in shown
    assert wide["name"].iloc[0] in shown


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("ranks", ["nominal", "median", "low", "high", "shift", "probability"]),
        ("scores", ["index", "rank", "economy", "coverage", "direct_index"]),
        ("lens", ["score", "low", "high"]),
        ("obstacles", ["score", "degree", "named"]),
        ("indicators", ["value", "median", "rank"]),
    ],
)
def test_numbers_are_numbers(name, columns, ask):
    assert all(map(pd.api.types.is_numeric_dtype, ask(name)[columns].dtypes))


@pytest.mark.parametrize("lang", ["en", "zh-hans"])
def test_units_and_years_are_refused_by_name(lang, study):
    s = study(lang)
    with pytest.raises(ValueError, match="Did you mean Guangdong"):
        s.indicators("Guangdon", s.card.framework.report_year)
    with pytest.raises(ValueError, match="panel has"):
        s.ranks(1999)
    with pytest.raises(ValueError, match="rd_intensity"):
        s.series("rd_intensty")


def test_a_figure_carried_further_than_by_default_still_tells_its_year_and_source(study):
    s, rule = study("en"), study("en").card.framework.missing
    rows = s.facts.figures
    late = rows.eval("adcode == '440000' and indicator == 'rd_expenditure' and year > 2020")
    facts = replace(s.facts, figures=rows[~late])
    further = rule.model_copy(update={"edge": 3})
    choices = s.card.framework.model_copy(update={"missing": further})
    figures = matrix(facts)
    card = score(figures, choices, state=s.card.state)
    told = replace(s, facts=facts, figures=figures, card=card).indicators("廣東", 2023)
    assert told.loc["rd_intensity", ["flag", "years"]].tolist() == ["carried", "2020"]
    assert told.loc["rd_intensity", "sources"]


def test_a_density_is_of_whatever_has_a_series(study):
    s = study("en")
    values = s.series("經濟發展質量效益")
    assert values.shape[1] == 31 and values.loc[values.index[-1], "110000"] == pytest.approx(
        s.scores(values.index[-1]).loc["110000", "economy"]
    )
    found = s.density("economy", by="region")
    assert list(found.index.unique()) == ["nation", "East", "Central-West"]  # three are too few
    assert set(found["year"]) == set(values.index)
    alone = s.density("economy")
    pd.testing.assert_frame_equal(found.loc[["nation"]], alone)
    with pytest.raises(ValueError, match="by is 'province'; there are 'zone'"):
        s.density("index", by="province")
    with pytest.raises(ValueError, match=r"no year with every unit; .* lacks .*540000"):
        s.density("certificates")
    with pytest.raises(ValueError, match="no figure of 'food_pass_rate' is published"):
        s.series("food_pass_rate")


def test_moves_beside_neighbours_add_up_to_those_of_all(study):
    from quyu.study.disparities import transitions_of

    found, whole = study("en").transitions(), transitions_of(study("en"))
    counts = found.filter(like="to_").groupby(level="class").sum()
    assert counts.to_numpy().tolist() == whole.counts.to_numpy().tolist()
    given = found.filter(like="share_").dropna()
    assert (found.loc[given.index, "transitions"] >= 20).all()
    assert given.sum(axis=1).to_numpy() == pytest.approx(1)
