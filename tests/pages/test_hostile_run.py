"""A hostile workbook through a whole run: text on every page, in every language, file and terminal.

Longer than most, since one run is long and serves every question.
"""

import csv
import io
import json
import re
import shutil
from dataclasses import replace

import pandas as pd
import pytest
import yaml
from rich.console import Console

from quyu.batch.jobs import Job
from quyu.batch.plan import plan, write
from quyu.batch.progress import following
from quyu.batch.request import Request
from quyu.batch.single import score
from quyu.facts import embedded
from quyu.study import report_year
from quyu.words import LANGUAGES, unmarked

YEAR = report_year()

pytestmark = pytest.mark.prove

IMAGE = '<img src=x onerror="window.hacked=1">'
SCRIPT = "</script><script>window.hacked=1</script>"
TEMPLATE = "${window.hacked=1}`{{7*7}}{% raw %}{name}"
QUOTES = "\"'><b onclick=window.hacked=1>*_[x](javascript:hacked)_*"
TURNED = "\u202eabc\u200f שלום \u2066de\u2069\u2069\u202e"
TYPED = "abc שלום de 黑龍江"  # as one types it, or copies it from elsewhere
SHELL = "[/][bold]$(hacked)"
HOSTILE = [IMAGE, SCRIPT, TEMPLATE, QUOTES, TURNED, SHELL]
LONG = "long name " * 1000
FORMULA = "\u202e=cmd|' /C calc'!A0"
OWNED = {"110000": FORMULA, "210000": IMAGE, "220000": LONG, "230000": TURNED, "440000": SHELL}
TEXTS = {
    "codebook": ["name_zh_hans", "name_zh_hant", "name_en", "definition", "caveat", "caveat_zh_hant"],
    "sources": [
        "publication", "publication_zh_hans", "publication_en", "publisher", "publisher_en",
        "table", "edition", "note",
    ],
    "targets": ["document"],
    "assistance_pairs": ["document", "note", "scheme"],
}  # fmt: skip
PAGES = [
    *("index.html", "atlas.html", "compare.html"),
    *("regions/northeast.html", "reports/230000-*.html"),
]


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The embedded figures, with something hostile in every text that their owner may write."""
    folder = tmp_path_factory.mktemp("hostile") / "data"
    shutil.copytree(embedded() / "geodata", folder)

    def spoil(name, columns, evil):
        table = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        for column in columns:
            table[column] = [f"{evil(n, row)} {row[column]}" for n, row in table.iterrows()]
        table.to_csv(folder / f"{name}.csv", index=False)
        return table

    def cycle(n, row):
        return HOSTILE[n % len(HOSTILE)]

    names = ["name_zh_hans", "name_zh_hant", "name_en", "short_zh_hans", "short_zh_hant"]
    spoil("provinces", names, lambda n, row: OWNED.get(row["adcode"], cycle(n, row)))
    for name, columns in TEXTS.items():
        spoil(name, columns, cycle)
    aims = set(pd.read_csv(folder / "targets.csv")["indicator"])  # their units must agree
    units = ["unit", "unit_zh_hans", "unit_en"]
    spoil("codebook", units, lambda n, row: "" if row["indicator"] in aims else cycle(n, row))
    return folder


@pytest.fixture(scope="module")
def framework(tmp_path_factory):
    raw = yaml.safe_load((embedded() / "params" / "framework.yaml").read_text(encoding="utf-8"))
    told = iter(range(10_000))

    def spoil(part):
        if isinstance(part, dict) and "zh-hant" in part:
            evil = HOSTILE[next(told) % len(HOSTILE)]
            return {key: f"{evil} {text}" for key, text in part.items()}
        if isinstance(part, dict):
            return {key: spoil(below) for key, below in part.items()}
        return [spoil(below) for below in part] if isinstance(part, list) else part

    path = tmp_path_factory.mktemp("framework") / "hostile.yaml"
    path.write_text(yaml.safe_dump(spoil(raw), allow_unicode=True), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def run(data, framework, tmp_path_factory):
    """A run in three languages: a report, a brief, the front page and the atlas."""
    out = tmp_path_factory.mktemp("run")
    for lang in LANGUAGES:
        asked = Request(
            provinces=(TYPED,), region="東北", data=data, framework=framework,
            lang="all", out=out, workers=2, quiet=True,
        )  # fmt: skip
        planned = plan(asked, lang)
        wanted = [job for job in planned.jobs if "230000" in job.key or "regions" in job.key]
        assert write(replace(planned, jobs=tuple(wanted))) == 0
    return out / str(YEAR)


def test_files_have_names_that_any_system_takes(run):
    names = [path.name for path in run.rglob("*")]
    assert len(names) > 12
    assert [name for name in names if not re.fullmatch(r"[\w.-]{1,100}", name, re.ASCII)] == []


def test_scores_csv_holds_the_names_and_no_formula(run):
    text = (run / "scores.csv").read_text(encoding="utf-8-sig")
    rows = {row["adcode"]: row for row in csv.DictReader(io.StringIO(text))}
    for row in rows.values():
        assert not any(cell.startswith(("=", "+", "@", "\t")) for cell in row.values())
        assert 1 <= float(row["index"]) <= 100
    assert unmarked(text) == text
    assert rows["210000"]["name_zh_hant"] == f"{IMAGE} 遼寧省"
    assert rows["230000"]["name_en"] == f"{unmarked(TURNED)} Heilongjiang"
    assert rows["110000"]["name_en"] == f"'{unmarked(FORMULA)} Beijing"


def test_the_manifest_turns_no_line_that_it_stands_in(run):
    text = (run / "manifest.json").read_text(encoding="utf-8")
    assert unmarked(text) == text
    labels = {row["label"] for row in json.loads(text)["reports"]}
    assert f"{unmarked(TURNED)} Heilongjiang" in labels


@pytest.mark.browser
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_it_as_text_and_runs_nothing(run, visit, name, lang):
    (path,) = (run / lang).glob(name)
    seen = visit(path, act=lambda tab: tab.evaluate(LOOK))
    assert seen.troubles == []
    hacked, strange, wider, turning = seen.answer[0]
    assert (hacked, strange, wider) == (False, 0, 0)
    assert turning == []
    assert IMAGE in seen.text[0] and "window.hacked=1}`{{7*7}}{% raw %}{name}" in seen.text[0]


@pytest.mark.browser
def test_figures_beside_a_turning_name_run_from_left_to_right(run, visit):
    (path,) = (run / "zh-hant").glob("reports/230000-*.html")
    title, places = visit(path, act=lambda tab: tab.evaluate(PLACES)).answer[0]
    assert title.startswith("\u2068") and title.endswith(f"{YEAR} 年")
    assert places == sorted(places) and len(set(places)) == 6  # of 2023 and its 年


@pytest.mark.browser
@pytest.mark.parametrize("asked", [TYPED, f"{TURNED} 黑龍江", "שלום", "230000"])
def test_the_search_finds_a_turning_name(run, visit, asked):
    hit, href = visit(run / "zh-hant" / "index.html", act=_search(asked)).answer[0]
    assert hit.startswith(f"\u2068\u2068{TURNED} 黑龍江")
    assert re.search(r"\u2069[^\u2066-\u2069\u202e]*第 \d+ 位", hit)
    assert href.startswith("reports/230000-")


@pytest.mark.browser
@pytest.mark.parametrize("asked", [IMAGE, LONG, SHELL, "cmd|"])
def test_the_search_shows_markup_as_text(run, visit, asked):
    seen = visit(run / "zh-hant" / "index.html", act=_search(asked))
    assert seen.troubles == []
    assert asked.strip() in seen.answer[0][0]


def _search(asked):
    def act(tab):
        tab.fill("#find-text", asked)
        links = tab.locator("#find-hits a").all()
        assert tab.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
        chosen = [link for link in links if "黑龍江" in link.text_content()] or links
        return chosen[0].text_content(), chosen[0].get_attribute("href")

    return act


# Whether a script ran; what markup came of texts; how much wider than the screen; and the texts,
# of blocks, attributes and the title, in which something that turns stands outside an isolate.
LOOK = r"""() => {
  const turns = (text) => {
    let depth = 0;
    for (const sign of text) {
      if (/[\u2066-\u2068]/.test(sign)) depth += 1;
      else if (sign === '\u2069') depth -= 1;
      else if (depth === 0 && /[\u061c\u200e\u200f\u202a-\u202e]/.test(sign)) return true;
      if (depth < 0) return true;
    }
    return depth !== 0;
  };
  const blocks = [...document.querySelectorAll('h1, h2, h3, p, li, td, th, figcaption, text, b')];
  const shown = blocks.filter((one) => one.id !== 'picked').map((one) => one.textContent);
  for (const one of document.querySelectorAll('[aria-label], [title], [content], [data-hit]'))
    shown.push(...['aria-label', 'title', 'content', 'data-hit'].map((name) => one.getAttribute(name) ?? ''));
  const strange = "img:not([src^='data:']), [onerror], [onclick], a[href^='javascript'], table b > b";
  return [
    'hacked' in window,
    document.querySelectorAll(strange).length,
    document.documentElement.scrollWidth - innerWidth,
    [...shown, document.title].filter(turns).slice(0, 5),
  ];
}"""

# Where the last six signs of the heading stand, from left to right.
PLACES = r"""() => {
  const node = document.querySelector('h1').firstChild, text = node.data;
  const places = [...text].slice(-6).map((_, at) => {
    const range = document.createRange(), from = text.length - 6 + at;
    range.setStart(node, from);
    range.setEnd(node, from + 1);
    return range.getBoundingClientRect().left;
  });
  return [text, places];
}"""


def test_a_name_like_the_terminals_own_markup_is_shown(data, framework, tmp_path, capsys):
    out = io.StringIO()
    job = Job("reports/x", SHELL, tmp_path / "x.ipynb", {})
    with following(Console(file=out, force_terminal=True, width=120), [job]) as showing:
        showing.cell(job, 1, 2)
    assert SHELL in out.getvalue()
    score(Request(year=YEAR, out=tmp_path, data=data, framework=framework))
    told = capsys.readouterr().out
    assert "[/][bold]" in told and unmarked(told) == told
    assert "86.0" in told  # the figures keep their room beside names of any length
