"""The audit of an index: its parts, and forty points that are met, partly met or not met.

Four points to each of the OECD/JRC Handbook's ten steps, each judged by a number that the study
itself gives against two limits; what no number can tell is stated. The limits are those of the
Handbook and of the JRC's audits where they have any (KMO 0.6, α 0.7, skewness 2 with kurtosis 3.5,
r 0.92, a tenth of the units whose rank differs), else ours; the reasons print them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.index.alternatives import STATED, alternatives
from quyu.index.draws import join
from quyu.index.formula import names_in
from quyu.index.guards import refuse_unknown
from quyu.index.multivariate import REDUNDANT, correlations, within_goal_flags
from quyu.index.tree import STATED_IN
from quyu.index.uncertainty import uncertainty
from quyu.study.audit_frames import BEYOND, FRAMES, moved_without
from quyu.study.certainty import alternatives_of, draws_of, read_robustness

if TYPE_CHECKING:
    from quyu.study.study import Study

# The parts, each with the line of columns by which it is shown.
VERDICTS = ("met", "partly", "not", "open")
PARTS = {
    "shape": "indicator=name transform:audit.transform skewness_before:two- kurtosis_before:two- "
    "skewness:two- kurtosis:two- out_of_range:audit.beyond",
    "structure": "node=name parts:place n:place kmo:two- chi2:number- p:p- alpha:two- first:percent-",
    "components": "component=index:place eigenvalue:two share:percent cumulative:percent",
    "own": "indicator=name goal=goal_name own:two- rest:two- other:two- other_goal=other_name",
    "goals": "goal=name",
    "influence": "node=node_name part=name weight:percent influence:percent r2:two eta2:two "
    "equalising:percent equalised:percent n:place",
    "goal_out": "without=name mean:two most:place moved=furthest_name shift:moved",
    "errors": "province=name rank:place rank_low:place- rank_high:place- index:number "
    "index_low:number- index_high:number- mean=moved:two-",
    "bounds": "province=name lacking:place index:number index_low:number- index_high:number- "
    "rank:place rank_low:place- rank_high:place-",
    "added": "goal=name beyond:percent mean:number spearman:two",
    "outside": "measure=name year:place units:place without rho:two",
    "choices": "choice=name value tried who",
    "points": "step:audit.step point verdict:audit.verdict reason",
}


@lru_cache(maxsize=64)
def audited(study: Study, part: str, year: int) -> pd.DataFrame:
    """The frame of one part; what each holds is said in `Study.audit`."""
    refuse_unknown("part of the audit", part, tuple(PARTS))
    return points(study, year) if part == "points" else FRAMES[part](study, year)


def line_of(part: str, frame: pd.DataFrame) -> str:
    """The line of columns of one part; goals are columns by their ids."""
    goals = " ".join(f"{goal}:two-" for goal in frame.columns.drop("name", errors="ignore"))
    return f"{PARTS[part]} {goals}" if part == "goals" else PARTS[part]


GROUPED = {"points": "step", "influence": "node"}  # the head that parts a table


def noted(study: Study, part: str) -> str:
    """What to know of one part, below its table."""
    say, errors, key = study.say, read_robustness().errors, f"audit.note.{part}"
    told = (say("audit.grade", grade=g, share=share) for g, share in errors.relative.items())
    values = {"draws": errors.draws, "errors": say.join(told), "beyond": BEYOND}
    return say(key, **values) if key in say.texts else ""


Told = dict[str, object]  # what the reason of a point says; "value" is what it is judged by


@dataclass(frozen=True)
class Point:
    """One point: its step, and what is met from `met` and partly met from `partly`, up or down."""

    step: int
    measure: Callable[[Study, int], Told] | None = None
    met: float = np.nan
    partly: float = np.nan
    stated: str = ""

    def verdict(self, value: float) -> str:
        """`met`, `partly` or `not` by the limits; `open` for what could not be worked out."""
        if self.stated or np.isnan(value):
            return self.stated or "open"
        sign = 1 if self.met >= self.partly else -1
        near = [sign * (value - limit) >= -1e-9 for limit in (self.met, self.partly)]
        return "met" if near[0] else "partly" if near[1] else "not"


def points(study: Study, year: int) -> pd.DataFrame:
    """The forty points, by id: step, point, verdict (met, partly, not or open), value, reason."""
    say, rows = study.say, {}
    for name, point in POINTS.items():
        try:
            told = point.measure(study, year) if point.measure else {"value": np.nan}
            value = float(told["value"])
        except ValueError:  # the figures or the framework at hand do not allow it
            told, value = {}, np.nan
        verdict = point.verdict(value)
        key = "audit.open" if verdict == "open" else f"audit.reason.{name}"
        row = {"step": point.step, "point": say(f"audit.point.{name}"), "verdict": verdict}
        limits = {"met": point.met, "partly": point.partly}
        rows[name] = row | {"value": value, "reason": say(key, **{**told, **limits})}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("id")


# 1 the concept


def _phrases(study: Study, year: int) -> Told:
    return {"value": np.mean([bool(leaf.phrase) for leaf in study.card.framework.indicators])}


def _scored(study: Study) -> dict[str, str]:
    """The goal of each scored indicator."""
    card = study.card
    found = {leaf.id: goal.id for goal in card.framework.goals for leaf in goal.leaves()}
    return {leaf: goal for leaf, goal in found.items() if leaf in card.normalised}


def _nested(study: Study, year: int) -> Told:
    counts = pd.Series(_scored(study)).value_counts()
    goals = [goal.id for goal in study.card.framework.goals]
    return {"value": counts.reindex(goals, fill_value=0).min(), "goals": len(goals)}


def _direct(study: Study, year: int) -> Told:
    direct = {leaf.id for leaf in study.card.framework.indicators if leaf.evidence == "direct"}
    weights = study.card.weights
    return {"value": weights[weights.index.isin(direct)].sum()}


def _experts(study: Study, year: int) -> Told:
    rule = study.card.framework.weigh
    value = 1.0 if rule in STATED_IN else 0.5 if rule == "stated" else 0.0
    return {"value": value, "rule": study.say(f"method.weigh.{rule}")}


# 2 the figures


def _sources(study: Study, year: int) -> Told:
    figures, sources = study.facts.figures, study.facts.sources
    known = figures["source"].isin(sources.index)
    return {"value": known.mean(), "count": len(figures), "sources": figures["source"].nunique()}


def _grades(study: Study, year: int) -> Told:
    framework, figures = study.card.framework, study.facts.figures
    used = {name for leaf in framework.indicators for name in names_in(framework.expanded(leaf))}
    grades = figures.loc[figures["indicator"].isin(used), "grade"]
    return {"value": (grades == "A").mean(), "count": len(grades)}


def _kinds(study: Study, year: int) -> Told:
    """What the median unit's index rests on, by kind of evidence in time."""
    kinds = ("coverage", "structural", "filled")
    table = {kind: getattr(study.card, kind)["index"].xs(year, level="year") for kind in kinds}
    return pd.DataFrame(table).median().to_dict()


def _coverage(study: Study, year: int) -> Told:
    return (told := _kinds(study, year)) | {"value": told["coverage"]}


def _gaps(study: Study, year: int) -> Told:
    gaps, there = len(study.card.framework.gaps), len(study.card.framework.indicators)
    return {"value": gaps / (gaps + there), "count": gaps, "named": gaps + there}


# 3 what is missing


def _flags(study: Study, year: int) -> Told:
    card = study.card
    filled = card.imputed.notna() & card.raw.notna().reindex(columns=card.imputed.columns).eq(False)
    unflagged = filled & (card.flags.reindex(columns=filled.columns) == "")
    return {"value": int(unflagged.to_numpy().sum()), "count": int(filled.to_numpy().sum())}


def _filled(study: Study, year: int) -> Told:
    return (told := _kinds(study, year)) | {"value": told["filled"]}


def _bounded(study: Study, year: int) -> Told:
    found = audited(study, "bounds", year)
    width = (found["rank_high"] - found["rank_low"] + 1).max() if len(found) else 1
    return {"value": width, "count": len(found)}


def _published(study: Study, year: int) -> Told:
    """How far ranks move if nothing is interpolated or carried."""
    card = study.card
    options = alternatives(card, replace(STATED, imputation=("stated", "published")))
    row = np.flatnonzero(options.methods["imputation"] == "published")
    found = join(options, row, row * 0, np.ones((1, len(options.parts))), years=(year,))[year]
    ranks = np.where(found.ranks[0] == 0, np.nan, found.ranks[0])
    away = np.abs(ranks - card.ranks["index"].xs(year, level=1).to_numpy())
    return {"value": np.nanmean(away), "most": np.nanmax(away), "lost": int(np.isnan(away).sum())}


# 4 what the indicators have in common


def _kmo(study: Study, year: int) -> Told:
    row = audited(study, "structure", year).loc["index"]
    p = "< 0.001" if row["p"] < 0.001 else f"= {row['p']:.3f}"
    return {"value": row["kmo"] if row["p"] < 0.05 else 0.0, "kmo": row["kmo"], "p": p}


def _alpha(study: Study, year: int) -> Told:
    alphas = audited(study, "structure", year)["alpha"].drop("index", errors="ignore")
    return {"value": (alphas >= 0.7).mean(), "least": alphas.min(), "count": len(alphas)}


def _own(study: Study, year: int) -> Told:
    found = audited(study, "own", year)
    return {"value": (found["own"] >= found["other"]).mean(), "count": len(found)}


def _pairs(study: Study, year: int) -> Told:
    pairs = correlations(study.card.normalised.xs(year, level="year"))
    flags = within_goal_flags(pairs, pd.Series(_scored(study)))["flag"].value_counts()
    told = {kind: flags.get(kind, 0) for kind in ("opposed", "redundant")}
    return told | {"value": sum(told.values())}


# 5 the scale


def _outliers(study: Study, year: int) -> Told:
    found = audited(study, "shape", year)
    before = (found["skewness_before"].abs() > 2) & (found["kurtosis_before"] > 3.5)
    return {"value": found["out_of_range"].sum(), "before": before.sum()}


def _held(study: Study, year: int) -> Told:
    found = study.goalposts(year).dropna(subset=["most_shift"])
    row = found.loc[found["most_shift"].idxmax()]
    told = {"name": row["name"], "unit": row["unit_name"], "mean": row["mean_shift"]}
    return told | {"value": row["most_shift"]}


def _levels(study: Study, year: int) -> Told:
    return {"value": alternatives_of(study).methods["normalisation"].nunique()}


# 6 weights and joining


def _furthest(found: pd.DataFrame) -> Told:
    row = found.loc[(found["influence"] - found["weight"]).abs().idxmax()]
    told = {key: row[key] for key in ("name", "weight", "influence")}
    return told | {"value": abs(row["influence"] - row["weight"])}


def _goal_weights(study: Study, year: int) -> Told:
    found = audited(study, "influence", year)
    return _furthest(found[found["node"] == "index"])


def _inner_weights(study: Study, year: int) -> Told:
    found = audited(study, "influence", year).reset_index()
    return _furthest(found[found["node"] != "index"])


def _equalised(study: Study, year: int) -> Told:
    found = audited(study, "influence", year)
    off = (found["equalised"] - found["weight"]).abs().groupby(found["node"]).max()
    return {"value": (off < 1e-6).mean(), "count": int((off < 1e-6).sum()), "nodes": len(off)}


def _compensation(study: Study, year: int) -> Told:
    rule = study.card.framework.aggregation(study.card.framework.index)
    told = {"rule": study.say(f"method.aggregate.{rule}")}
    return told | {"value": 0.0 if rule == "arithmetic" else 1.0}


# 7 other choices


def _drawn(study: Study, year: int) -> Told:
    options = alternatives_of(study)
    varied = int((options.methods.nunique() > 1).sum()) + (options.factors.noise != "none")
    return {"value": varied + (len(options.cases) > 1), "draws": read_robustness().draws}


def _width(study: Study, year: int) -> Told:
    found = uncertainty(draws_of(study, year)).dropna(subset=["low"])
    width = found["high"] - found["low"] + 1
    return {"value": (width <= BEYOND).mean(), "beyond": BEYOND, "median": width.median()}


def _out(study: Study, year: int, goals: bool) -> Told:
    found = moved_without(study, year, goals=goals)
    row = found.loc[found["mean"].idxmax()]
    return {"value": row["mean"], "name": row["name"], "most": found["most"].max()}


# 8 back to the data


def _errors(study: Study, year: int) -> Told:
    found = audited(study, "errors", year).dropna(subset=["rank_low"])
    width = found["rank_high"] - found["rank_low"] + 1
    return {"value": (width <= NARROW).mean(), "narrow": NARROW, "widest": width.max()}


NARROW = 3  # places


def _added(study: Study, year: int) -> Told:
    found = audited(study, "added", year)
    row = found.loc[found["beyond"].idxmin()]
    return {"value": row["beyond"], "name": row["name"], "beyond": BEYOND}


def _goal_pairs(study: Study, year: int) -> Told:
    found = audited(study, "goals", year).drop(columns="name")
    r = np.array([found.at[one, other] for one, other in combinations(found, 2)])
    return {"value": ((r < 0) | (r > REDUNDANT)).sum(), "low": np.min(r), "high": np.max(r)}


# 9 other measures


def _outside(study: Study, year: int) -> Told:
    found = audited(study, "outside", year).drop(read_robustness().baseline, errors="ignore")
    row = found.loc[found["rho"].idxmax()]
    return {"value": row["rho"], "name": row["name"], "year": row["year"]}


def _others(study: Study, year: int) -> Told:
    found = audited(study, "outside", year).drop(read_robustness().baseline, errors="ignore")
    there = int(found["rho"].notna().sum())
    return {"value": there / max(len(found), 1), "there": there, "count": len(found)}


def _baseline(study: Study, year: int) -> Told:
    row = audited(study, "outside", year).reindex([read_robustness().baseline]).iloc[0]
    return {"value": row["rho"], "name": row["name"]}


POINTS = {
    "phrases": Point(1, _phrases, 1, 0.5),
    "nested": Point(1, _nested, 3, 2),
    "direct": Point(1, _direct, 0.8, 0.5),
    "experts": Point(1, _experts, 1, 0.5),
    "sources": Point(2, _sources, 1, 0.9),
    "grades": Point(2, _grades, 1, 0.5),
    "coverage": Point(2, _coverage, 0.9, 0.6),
    "gaps": Point(2, _gaps, 0, 0.33),
    "flags": Point(3, _flags, 0, 0),
    "filled": Point(3, _filled, 0.1, 0.33),
    "bounds": Point(3, _bounded, 3, 8),
    "published": Point(3, _published, 0.5, 1.5),
    "kmo": Point(4, _kmo, 0.6, 0.5),
    "alpha": Point(4, _alpha, 1, 0.5),
    "own": Point(4, _own, 1, 0.75),
    "pairs": Point(4, _pairs, 0, 3),
    "outliers": Point(5, _outliers, 0, 2),
    "stored": Point(5, lambda study, year: {"value": float(study.stored)}, 1, 0),
    "goalposts": Point(5, _held, 3, 8),
    "scaling": Point(5, _levels, 3, 2),
    "goal_weights": Point(6, _goal_weights, 0.05, 0.1),
    "inner_weights": Point(6, _inner_weights, 0.05, 0.1),
    "equalised": Point(6, _equalised, 1, 0.5),
    "compensation": Point(6, _compensation, 1, 0.5),
    "drawn": Point(7, _drawn, 6, 3),
    "width": Point(7, _width, 0.75, 0.5),
    "indicator_out": Point(7, lambda study, year: _out(study, year, False), 1, 2),
    "goal_out": Point(7, lambda study, year: _out(study, year, True), 1, 2),
    "trace": Point(8, stated="met"),
    "errors": Point(8, _errors, 0.9, 0.5),
    "added": Point(8, _added, 0.1, 0.05),
    "goal_pairs": Point(8, _goal_pairs, 0, 2),
    "outside": Point(9, _outside, 0.6, 0.3),
    "others": Point(9, _others, 0.5, 0.25),
    "baseline": Point(9, _baseline, 0.8, 0.9),
    "later": Point(9, stated="not"),
    "open": Point(10, stated="met"),
    "interval": Point(10, stated="met"),
    "access": Point(10, stated="met"),
    "review": Point(10, stated="not"),
}
