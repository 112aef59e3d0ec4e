"""JSON Schemas of the files of parameters, by which an editor completes and checks them."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from quyu.files import publish
from quyu.index.alternatives import LEVELS, NOISE
from quyu.index.framework import Framework
from quyu.index.state import State
from quyu.pages.parameters import ProvinceReport, RegionReport
from quyu.regions.disparity import Disparity
from quyu.regions.lens import Strategy
from quyu.regions.structure import Assistance
from quyu.regions.targets import Measures
from quyu.study.certainty import Robustness

# The models of params/*.yaml by what the files are called; those of notebooks by the notebook.
KINDS: dict[str, type[BaseModel]] = {
    "framework": Framework,
    "framework.state": State,
    "robustness": Robustness,
    "targets": Measures,
    "disparity": Disparity,
    "assistance": Assistance,
    "regions": Strategy,
    "report-province": ProvinceReport,
    "report-region": RegionReport,
}
DRAFT = "https://json-schema.org/draft/2020-12/schema"


def write(folder: Path) -> int:
    """Write a schema for each kind of file of parameters, and say how an editor finds it."""
    for kind, model in KINDS.items():
        text = json.dumps(schema_of(model), ensure_ascii=False, indent=1) + "\n"
        publish(folder / f"{kind}.schema.json", text.encode())
    print(
        f"{folder}: {len(KINDS)} schemas, {', '.join(KINDS)}. An editor that knows YAML Schema completes and "
        "checks a file\nwhose first line is  # yaml-language-server: $schema=framework.schema.json  (a path from "
        "the file to its schema)."
    )
    return 0


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """What a file of parameters may hold, as a JSON Schema: what `read_params` reads passes it.

    It says less than the model where one key hangs on another.

    >>> schema_of(Measures)["properties"]["about"]["anyOf"][0]
    {'maximum': 1, 'minimum': 0, 'type': 'number'}
    """
    told = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    made = model.model_json_schema(mode="validation")
    parts = {**made.get("$defs", {}), model.__name__: made}
    for name, part in parts.items():
        _describe(part, told.get(name, {}))
    defs = made.get("$defs", {})
    if "Text" in defs:  # a plain text stands for every language
        defs["Text"] = {"anyOf": [{"type": "string"}, defs["Text"]]}
    for name in {"Node", "Indicator"} & {*defs}:
        defs[name]["required"].remove("name")
    if model is Framework:
        defs["Indicator"]["required"].append("direction")  # whose default is refused
        defs["Indicator"]["properties"]["direction"].pop("default")
        made["required"].remove("report_year")
        defs["Top"] = {**defs["Node"], "required": ["children"]}
        made["properties"]["index"] |= {"$ref": "#/$defs/Top"}
        node, leaf = ({"$ref": f"#/$defs/{name}"} for name in ("Node", "Indicator"))
        for part in (defs["Node"], defs["Top"]):  # said so that a fault is told of the right one
            choice = {"if": {"required": ["children"]}, "then": node, "else": leaf}
            part["properties"]["children"]["items"] = choice
    if model is Robustness:
        made["properties"]["factors"] |= _factors()
    return {"$schema": DRAFT, **_standard(made)}


def _standard(part: Any) -> Any:
    """Without the bounds that are said in no word of the standard; they stand inside it as well."""
    if isinstance(part, list):
        return [_standard(each) for each in part]
    if not isinstance(part, dict):
        return part
    return {key: _standard(own) for key, own in part.items() if key not in ("gt", "ge", "lt", "le")}


def _describe(part: dict[str, Any], told: dict[str, str]) -> None:
    """The sentences of a part and of its keys, in place of what the code calls them."""
    part["description"] = " ".join(part.get("description", "").split("\n\n")[0].split())
    for key, own in part.get("properties", {}).items():
        own.pop("title", None)
        if key in told:
            own["description"] = told[key]


def _factors() -> dict[str, Any]:
    """The factors that are drawn, each with the levels that there are."""
    pair = {
        "type": "array",
        "items": {"type": "number", "minimum": 0, "maximum": 1},
        "minItems": 2,
        "maxItems": 2,
    }
    levels: dict[str, Any] = {name: {"enum": list(names)} for name, names in LEVELS.items()}
    levels |= {"goalposts": {"anyOf": [{"const": "stated"}, pair]}, "left_out": {"type": "string"}}
    lists = {name: {"type": "array", "items": level} for name, level in levels.items()}
    for name in (*LEVELS, "goalposts"):
        lists[name]["minItems"] = 1
    lists["noise"] = {"enum": list(NOISE)}
    return {"type": "object", "properties": lists, "additionalProperties": False}
