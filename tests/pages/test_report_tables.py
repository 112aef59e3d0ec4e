"""Tables say what is missing and where it was read, and show hostile text as text."""

import io
import re
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pandas as pd
import pytest

from quyu.pages import indicators
from quyu.pages import sources as publications
from quyu.pages.figures_csv import HEADS, figures_file, indicators_csv
from quyu.pages.tables import table
from quyu.study import report_year
from quyu.study.unscored import latest, profile
from quyu.words import LANGUAGES, words

YEAR = report_year()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_missing_is_set_apart_in_every_language(lang):
    missing = words(lang)("missing")
    html = table(pd.DataFrame({"a": ["x"], "b": [missing]}), title="t").data
    assert f'<td class="missing">{missing}</td>' in html


def test_table_escapes_everything_and_groups():
    evil = "<img src=x onerror=alert(1)>"
    frame = pd.DataFrame(
        {evil: ["a", "未公布"], "n": ["1", "2"], "cell": [evil, ""], "g": [evil, "other"]}
    )
    html = table(frame, title=evil, note=evil, group="g", numbers=["n"], focus=["a"]).data
    assert "<img" not in html
    assert html.count("&lt;img") == 5  # title, note, column, group, cell
    assert html.count('class="group"') == 2
    assert 'class="focus"' in html
    assert 'class="missing"' in html
    assert '<td class="n">1</td>' in html


def test_only_a_table_with_room_to_spare_does_without_its_frame():
    def kind(cell, columns=3):
        frame = pd.DataFrame({f"c{n}": [cell] for n in range(columns)})
        return re.search('class="([^"]*)"', table(frame, title="t", kind="long").data)[1]

    assert kind("x") == "table long fits"
    assert kind("x", columns=40) == "table long cards"
    assert kind("名" * 5000) == "table long"


def test_no_line_breaks_within_a_date():
    html = table(pd.DataFrame({"a": ["x"], "b": ["Outline (2023-02), 2019-2024"]}), title="t").data
    assert '<td>Outline (<span class="d">2023-02</span>), 2019-2024</td>' in html


def test_what_a_phone_has_no_room_for_is_a_card_for_each_row_with_its_heads():
    evil = '<b>"head"</b>'
    frame = pd.DataFrame(
        {"name": ["x"], evil: ["a-word-that-fills-a-phone"], "n": ["1234567890123"]}
    )
    html = table(frame, title="t", numbers=["n"]).data
    assert 'class="table  fits cards"' in html
    assert '<td data-label="&lt;b&gt;&quot;head&quot;&lt;/b&gt;">' in html
    assert '<td class="n" data-label="n">' in html
    assert '<th scope="row">x</th>' in html
    kept = table(frame, title="t", numbers=["n"], aside=["n"]).data
    assert "data-label" not in kept
    assert '<td class="n aside">' in kept and '<th class="n aside" scope="col">' in kept


@pytest.mark.parametrize(("lang", "adcode"), [("zh-hant", "440000"), ("en", "540000")])
def test_the_numbers_of_sources_are_those_of_the_list(opened, plain, lang, adcode):
    study = opened(lang)
    listed = publications.sources_list(study, adcode, YEAR).data.partition("<ol")[2]
    items = re.findall(
        r'<li id="source-\d+">(.*?)(?: \(|（)(?:\d{4}[–\d年 ]*[;，].*?)[)）]</li>', listed
    )
    head, known = study.say("indicators.head.source"), {}
    for made, frame in (
        (indicators.indicators_table, study.indicators(adcode, YEAR)),
        (indicators.profile_table, profile(study, adcode, YEAR)),
        (indicators.latest_table, latest(study, adcode)),
    ):
        _, heads, *rows = (line.split("\t") for line in plain(made(study, adcode, YEAR).data))
        place = heads.index(head)
        cells = [row[place] for row in rows if len(row) == len(heads)]
        keys = [found if isinstance(found, list) else [] for found in frame["sources"]]
        assert len(cells) == len(keys) > 2
        for cell, wanted in zip(cells, keys, strict=True):
            numbers = [int(number) for number in cell.split(", ") if number]
            for number, key in zip(numbers, wanted, strict=True):
                assert known.setdefault(number, key) == key
    assert sorted(known) == [*range(1, len(items) + 1)], "each is cited, none stands twice"
    assert len({*known.values()}) == len(known)
    rows = [study.facts.sources.loc[known[number]] for number in sorted(known)]
    for item, row, before in zip(items, rows, [None, *rows], strict=False):
        assert item == publications.citation(row, study.say, before)
    # A work stands in one place of the list; only its first entry says who published it.
    works = [(row["publisher"], row["publication"]) for row in rows]
    assert len([*groupby(works)]) == len({*works})
    full = [item for item in items if not item.startswith(("同上", "Ibid."))]
    assert len({*works}) <= len(full) < len(items)


def test_each_number_of_a_source_leads_to_its_publication(opened):
    study = opened("en")
    told = indicators.indicators_table(study, "210000", YEAR).data
    listed = publications.sources_list(study, "210000", YEAR).data
    led = set(re.findall(r'href="#([^"]+)"', told))
    assert led and led <= set(re.findall(r'<li id="([^"]+)"', listed))
    assert re.search(r'id="source-1">.*?\(20\d\d–20\d\d; grade [ABC]', listed)


@pytest.mark.browser
def test_a_page_hands_out_its_figures(opened, visit, tmp_path):
    study = opened("zh-hans")
    frame = pd.read_csv(io.StringIO(indicators_csv(study, "210000", YEAR).removeprefix("\ufeff")))
    scored = study.indicators("210000", YEAR)
    ids, values = (study.say(f"indicators.head.{head}") for head in ("id", "value"))
    assert frame[ids][: len(scored)].to_list() == list(scored.index)
    assert frame[values][: len(scored)].to_list() == pytest.approx(scored["value"], nan_ok=True)
    page = tmp_path / "page.html"
    csp = "default-src 'none'; base-uri 'none'; form-action 'none'"
    head = f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{csp}">'
    page.write_text(head + figures_file(study, "210000", YEAR).data, encoding="utf-8")

    def save(tab):
        with tab.expect_download() as found:
            tab.click("a")
        saved = found.value
        return saved.suggested_filename, Path(saved.path()).read_bytes()

    name, content = visit(page, act=save).answer[0]
    assert name == f"liaoning-{YEAR}.csv"
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode() == indicators_csv(study, "210000", YEAR)


def test_each_row_that_is_handed_out_says_whose_it_is_and_of_which_report(opened):
    for adcode, name in (("210000", "Liaoning"), ("540000", "Xizang")):
        told = indicators_csv(opened("en"), adcode, YEAR).removeprefix("\ufeff")
        frame = pd.read_csv(io.StringIO(told), dtype=str)
        of = frame[["Report year", "Adcode", "Province"]].drop_duplicates()
        assert of.to_numpy().tolist() == [[str(YEAR), adcode, name]]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_columns_that_are_handed_out_have_the_same_head(lang):
    for own in (False, True):
        heads = [words(lang, own_units=own)(f"indicators.head.{name}") for name in HEADS]
        assert len({*heads}) == len(heads), heads


def test_no_figure_is_handed_out_as_a_formula(opened):
    study = opened("en")
    hostile = study.facts.sources.assign(publisher_en="=1+1")
    facts = replace(study.facts, sources=hostile)
    told = indicators_csv(replace(study, facts=facts), "210000", YEAR)
    assert "'=1+1" in told and ",=1+1" not in told and ',"=1+1' not in told


def test_a_figure_without_a_year_before_has_a_dash_for_its_change(opened, plain):
    study = opened("en")
    card = study.card
    alone = card.profile.copy()
    alone.loc[(slice(None), YEAR), ["gdp_latest", "population_latest", "gdp_per_head_latest"]] = (
        None
    )
    changed = replace(study, card=replace(card, profile=alone))
    rows = plain(indicators.latest_table(changed, "440000", YEAR).data)[2:5]
    assert [row.split("\t")[4:6] for row in rows] == [["not published", "—"]] * 3
