"""An editor's schema takes what is read, refuses what is refused, and says of every key what it is."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from typer.testing import CliRunner

from quyu.batch.schema import KINDS, schema_of
from quyu.cli import app
from quyu.facts import embedded
from quyu.facts.params import read_params
from quyu.index.aggregate import AGGREGATE
from quyu.index.framework import WEIGH
from quyu.index.normalise import NORMALISE
from quyu.regions.lens import MEASURES

FILES = {
    **{name: name for name in KINDS},
    **dict.fromkeys(("east", "central-west", "northeast"), "report-region"),
    "report": "report-province",
}
PARAMS = {path.stem: path for path in (embedded() / "params").glob("*.yaml")}
SCHEMAS = {kind: schema_of(model) for kind, model in KINDS.items()}


def faults(kind, given):
    """What the schema refuses: where, and the sentence."""
    found = Draft202012Validator(SCHEMAS[kind]).iter_errors(json.loads(json.dumps(given)))
    return [f"{'.'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in found]


def test_every_file_of_parameters_has_its_schema():
    assert {*PARAMS} <= {*FILES} and {FILES[name] for name in PARAMS} == {*KINDS}


@pytest.mark.parametrize("name", PARAMS)
def test_what_is_shipped_is_valid(name):
    Draft202012Validator.check_schema(SCHEMAS[FILES[name]])
    assert faults(FILES[name], read_params(PARAMS[name])) == []


SMALL = {"name": "Small", "years": 2020, "index": {"children": [{"id": "gdp", "direction": "+"}]}}
LEAF = {"id": "gdp", "direction": "+"}


def framework(leaf=None, **keys):
    return {**SMALL, "index": {"children": [LEAF | (leaf or {})]}, **keys}


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("framework", SMALL),
        ("framework", framework(version=2, years=[2020, 2021], report_year=2020)),
        ("framework", framework(missing={"indicator_coverage": "2/3", "node_coverage": 0.5})),
        ("framework", framework(leaf={"direction": 1, "structural": [2020]})),
        (
            "framework",
            framework(
                leaf={
                    "direction": "−",
                    "structural": True,
                    "name": {"zh-hant": "值", "en": "value"},
                }
            ),
        ),
        ("framework", {**SMALL, "index": {"children": [{"id": "goal", "children": [LEAF]}]}}),
        ("framework", framework(leaf={"goalposts": [0, 10], "normalise": "target", "target": 5})),
    ],
)
def test_what_is_read_is_valid(kind, given, tmp_path):
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    read_params(path, KINDS[kind])
    assert faults(kind, given) == []


def changed(name, *path, value=None):
    """A shipped file with one value changed; without a value, the key left out."""
    given = json.loads(json.dumps(read_params(PARAMS[name])))
    part = given
    for step in path[:-1]:
        part = part[step]
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return given


WRONG = [
    ("framework", {**SMALL, "years": "2020 to 2024"}, "years: "),
    ("framework", framework(aggregate="mean"), "aggregate: 'mean' is not one of ['arithmetic', 'geometric'"),
    ("framework", framework(weigh="fair"), "weigh: 'fair' is not one of ['equal', 'stated'"),
    ("framework", framework(nmae="x"), "'nmae' was unexpected"),
    ("framework", framework(leaf={"direction": "up"}), "index.children.0.direction: 'up' is not one of"),
    ("framework", framework(leaf={"formul": "x"}), "index.children.0: .*'formul' was unexpected"),
    ("framework", framework(leaf={"transform": "sqrt"}), "transform: 'sqrt' is not one of ['none', 'log']"),
    ("framework", framework(leaf={"evidence": "none"}), "evidence: 'none' is not one of"),
    ("framework", framework(missing={"node_coverage": "two thirds"}), "missing.node_coverage: "),
    ("framework", framework(missing={"node_coverage": 2}), "missing.node_coverage: "),
    ("framework", {**SMALL, "index": {"children": [{"id": "gdp"}]}}, "'direction' is a required property"),
    ("framework", {**SMALL, "index": {"children": []}}, "index.children: "),
    ("framework", {"years": 2020, "index": SMALL["index"]}, "'name' is a required property"),
    ("robustness", changed("robustness", "factors", "weighting", value=["stated", "fair"]), "'fair' is not one of"),
    ("robustness", changed("robustness", "factors", "weihgting", value=["stated"]), "'weihgting' was unexpected"),
    ("robustness", changed("robustness", "factors", "goalposts", value=[[0.1]]), "factors.goalposts.0: "),
    ("robustness", changed("robustness", "interval", value=90), "interval: 90 is greater than"),
    ("robustness", changed("robustness", "tiers"), "'tiers' is a required property"),
    ("targets", changed("targets", "forecast", "horizon", value="long"), "forecast.horizon: 'long' is not of type"),
    ("targets", changed("targets", "about", value="a little"), "about: "),
    ("disparity", changed("disparity", "figures", value=[]), "figures: "),
    ("disparity", changed("disparity", "figures", 0, "formula"), "'formula' is a required property"),
    ("assistance", changed("assistance", "capacity", value=0), "capacity: 0 is less than the minimum"),
    ("assistance", changed("assistance", "weak_below", value="half"), "weak_below: "),
    ("regions", changed("regions", "regions", 0, "lens", "parts", 0, "measure", value="luck"), "'luck' is not one of"),
    ("regions", changed("regions", "regions", 0, "lens"), "'lens' is a required property"),
    ("framework.state", changed("framework.state", "indicators"), "'indicators' is a required property"),
    ("report-region", changed("east", "lang", value="fr"), "lang: 'fr' is not one of ['zh-hant', 'zh-hans', 'en']"),
    ("report-region", changed("east", "year", value="2023"), "year: '2023' is not of type 'integer'"),
    ("report-province", changed("report", "province"), "'province' is a required property"),
    ("report-province", changed("report", "yaer", value=2023), "'yaer' was unexpected"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "given", "said"), WRONG, ids=[f"{k} {s}"[:60] for k, _, s in WRONG]
)
def test_what_is_wrong_is_told(kind, given, said, tmp_path):
    found = faults(kind, given)
    start, _, end = said.partition(".*")
    assert any(start in fault and end in fault for fault in found), found
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    if (
        "factors" not in said and kind != "robustness"
    ):  # whose levels are judged where they are drawn
        with pytest.raises(ValueError, match=r"mine.yaml"):
            read_params(path, KINDS[kind])


@pytest.mark.parametrize("kind", KINDS)
def test_every_key_is_described(kind):
    schema = SCHEMAS[kind]
    parts = {kind: schema, **schema.get("$defs", {})}
    parts |= {
        f"{name} written out": part["anyOf"][1] for name, part in parts.items() if "anyOf" in part
    }
    dumb = [
        f"{name}.{key}"
        for name, part in parts.items()
        for key, own in part.get("properties", {}).items()
        if not own.get("description", "").endswith((".", "”"))
    ]
    assert dumb == []
    assert all(part.get("description") for name, part in parts.items() if "properties" in part)


def test_methods_are_listed_by_name():
    framework, regions = SCHEMAS["framework"]["properties"], SCHEMAS["regions"]["$defs"]
    assert framework["aggregate"]["enum"] == list(AGGREGATE)
    assert framework["normalise"]["enum"] == list(NORMALISE)
    assert framework["weigh"]["enum"] == list(WEIGH)
    assert regions["Part"]["properties"]["measure"]["enum"] == list(MEASURES)


def test_the_command_writes_them(tmp_path):
    done = CliRunner().invoke(app, ["schema", str(tmp_path / "params")])
    assert done.exit_code == 0 and "yaml-language-server: $schema=" in done.output
    written = {
        path.name: json.loads(path.read_text("utf-8")) for path in (tmp_path / "params").iterdir()
    }
    assert {
        name.removesuffix(".schema.json"): schema for name, schema in written.items()
    } == SCHEMAS
    assert CliRunner().invoke(app, ["schema", str(Path(__file__))]).exit_code == 2
