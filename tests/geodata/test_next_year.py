"""The README's recipe "Next year", followed once more on a copy with a made-up year."""

import re
import shutil

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from quyu.cli import app
from quyu.facts import embedded
from quyu.study import open_study, report_year

LAST = report_year()
NEXT = LAST + 1
SHAANXI = "610000"  # whose software revenue of the last year is doubtful, so carried


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The embedded data and framework, and all series of the last year once more for the next."""
    home, there = embedded(), tmp_path_factory.mktemp("next")
    shutil.copytree(home / "geodata", there / "geodata")
    for name in ("framework.yaml", "framework.state.yaml"):
        shutil.copy(home / "params" / name, there / name)
    figures = pd.read_csv(there / "geodata/figures.csv", dtype=str)
    keys = ["adcode", "indicator"]
    known = pd.MultiIndex.from_frame(figures[figures["year"] == str(NEXT)][keys])
    last = figures[figures["year"] == str(LAST)]
    added = last[~pd.MultiIndex.from_frame(last[keys]).isin(known)]
    added = added.assign(year=str(NEXT), source="made-up")
    pd.concat([figures, added]).to_csv(there / "geodata/figures.csv", index=False)
    sources = pd.read_csv(there / "geodata/sources.csv", dtype=str, keep_default_na=False)
    row = sources.iloc[[0]].assign(key="made-up", years=str(NEXT), note="MADE UP for a test.")
    pd.concat([sources, row]).to_csv(there / "geodata/sources.csv", index=False)
    return there


def run(folder, command, *words):
    given = ["--data", str(folder / "geodata"), "--framework", str(folder / "framework.yaml")]
    given = [str(folder / "geodata")] if command == "check" else given
    done = CliRunner().invoke(app, [command, *given, *words])
    assert done.exit_code == 0, done.output
    return done.output


def scores(folder, name):
    run(folder, "score", "--out", str(folder), "--run", name, *(["--rebase"] * (name == "rebased")))
    frame = pd.read_csv(folder / name / "scores.csv", dtype={"adcode": str})
    return frame.set_index(["adcode", "year"]).sort_index()


def test_append_check_score_compare_rebase(folder):
    run(folder, "check")
    framework = folder / "framework.yaml"
    text = framework.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(years: \[.*)\]$", rf"\1, {NEXT}]", text)
    framework.write_text(
        re.sub(r"(?m)^report_year: \d+", f"report_year: {NEXT}", text), encoding="utf-8"
    )

    before, after = open_study().card, scores(folder, "added")
    added = open_study(folder / "geodata", framework).card
    kept = added.scores.loc[before.scores.index]
    moved = (kept - before.scores).abs().max(axis=1) > 1e-9
    refilled = (added.flags.loc[kept.index] != before.flags).any(axis=1)
    assert list(kept.index[moved]) == list(kept.index[refilled]) == [(SHAANXI, LAST)], (
        "only where a cell that was carried now lies between two published years"
    )
    earlier = after["index"].loc[(slice(None), slice(None, LAST))]
    np.testing.assert_allclose(earlier, added.scores["index"].loc[earlier.index], atol=5e-4)
    assert after.loc[(slice(None), NEXT), "index"].notna().sum() == 31

    moved = scores(folder, "rebased")["index"].loc[earlier.index] - earlier
    assert (moved < 0).sum() > 150, "product per head of the new year is a new upper goalpost"
