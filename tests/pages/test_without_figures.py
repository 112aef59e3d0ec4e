"""A province without figures in the last years: every cell of both reports still says something."""

import ast
import re
import shutil

import nbformat
import pytest

from quyu.facts import embedded
from quyu.study import open_study, report_year
from quyu.study.certainty import certainty

YEAR = report_year()

TIBET = "540000"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The embedded figures without those of 西藏 after 2020."""
    made = tmp_path_factory.mktemp("figures") / "holed"
    shutil.copytree(embedded() / "geodata", made)
    path = made / "figures.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not re.match(rf"{TIBET},202[1-5],", line)]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), encoding="utf-8")
    return made


def shown(name: str, **parameters) -> list[str]:
    """What the last line of each cell of a notebook gives, with other parameters."""
    told, names = [], {"display": lambda _: None}  # as a kernel has it
    for cell in nbformat.read(embedded() / "notebooks" / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type == "code":
            *body, last = ast.parse(cell.source).body
            if not isinstance(last, ast.Expr):
                body.append(last)
            exec(compile(ast.Module(body, []), name, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= parameters
            if isinstance(last, ast.Expr):
                made = eval(compile(ast.Expression(last.value), name, "eval"), names)
                told.append(made.data if hasattr(made, "data") else f"{made.alt} {made.svg}")
    return told


def without_nan(told: list[str]) -> bool:
    return not any(re.search(r"\bnan\b", re.sub("<[^>]+>", " ", part)) for part in told)


def test_a_province_without_a_score_has_no_tier(folder):
    sure = certainty(open_study(folder), YEAR)
    assert sure.loc[TIBET, ["nominal", "tier", "nominal_tier"]].isna().all()
    assert sure["tier"].drop(TIBET).notna().all()


@pytest.mark.parametrize("lang", ["zh-hant", "en"])
@pytest.mark.parametrize("province", ["西藏", "廣東"])
def test_the_report_of_a_province(folder, province, lang):
    told = shown("report-province", province=province, data=str(folder), lang=lang)
    assert without_nan(told)


@pytest.mark.parametrize("lang", ["zh-hant", "en"])
@pytest.mark.parametrize("name", ["中西部", "東部"])
def test_the_brief_of_a_region(folder, name, lang):
    told = shown("report-region", region=name, data=str(folder), lang=lang)
    assert without_nan(told)
    lead = told[0]
    assert {"zh-hant": "中位數", "en": "median"}[lang] in lead
