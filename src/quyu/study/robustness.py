"""How far ranks hang on choices of method and on single parts, as frames: a function a part."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from quyu.index.guards import refuse_unknown
from quyu.index.multivariate import (
    alpha_if_deleted,
    correlations,
    cronbach_alpha,
    within_goal_flags,
)
from quyu.index.practice import (
    VERSION,
    coupling_coordination,
    effective_weights,
    location_quotient,
)
from quyu.index.sensitivity import one_out
from quyu.index.uncertainty import by_level, dominance, over, probability_top, tiers
from quyu.study.audit_frames import moved_without
from quyu.study.certainty import draws_of, level_name, read_robustness, tier_name
from quyu.study.spatial import refuse_own_units

if TYPE_CHECKING:
    from quyu.study.study import Study

TOPS = (1, 3, 5, 10, 15)
ACTIVITIES = ("hightech_mfg_revenue", "software_business_revenue", "industrial_new_product_sales")
GRADE, GRADED = "quality_work_assessment_grade", 2019


def _factors(study: Study, year: int) -> pd.DataFrame:
    """What was drawn: every factor that varies, with its levels as text."""
    say, options = study.say, draws_of(study, year).options
    varied = {name: each.unique() for name, each in options.methods.items() if each.nunique() > 1}
    told = {
        factor: say.join(level_name(study, factor, level) for level in levels)
        for factor, levels in varied.items()
    }
    less = {*options.cases["left_out"]} - {""}
    told["left_out"] = say("choices.left_out", count=len(less)) if less else say("choices.nothing")
    told["noise"] = say(f"choices.level.noise.{options.factors.noise}")
    names = {factor: say(f"choices.factor.{factor}") for factor in told}
    return pd.DataFrame({"name": names, "levels": told}).rename_axis("factor")


def _excluded(study: Study, year: int) -> pd.DataFrame:
    """The combinations that were refused by design, each with the reason."""
    say, found = study.say, draws_of(study, year).options.excluded
    factors = found.columns.drop(["reason", "code", "values"])
    told = [
        say("figure.clauses").join(
            say(
                "choices.at",
                factor=say(f"choices.factor.{factor}"),
                level=level_name(study, factor, row[factor]),
            )
            for factor in factors
            if row[factor] != ""
        )
        for _, row in found.iterrows()
    ]
    reasons = [reason_name(study, row) for _, row in found.iterrows()]
    return found[factors].assign(combination=told, reason=reasons)


def reason_name(study: Study, row: pd.Series) -> str:
    """Why a combination is excluded, in the study's language; a reason not foreseen as it stands."""
    if not row["code"]:
        return row["reason"]
    say, named = study.say, dict(row["values"])
    if "node" in named:
        parts = {part.id: say.of(part.name) for part in study.card.framework.index.nodes()}
        named["node"] = parts[named["node"]]
    if "rule" in named:
        named["rule"] = say(f"method.aggregate.{named['rule']}")
    return say(f"choices.reason.{row['code']}", **named)


def _levels(study: Study, year: int) -> pd.DataFrame:
    """The mean rank of every unit (columns) with each level of each factor that varies."""
    means = by_level(draws_of(study, year))
    means = means[means.groupby(level="factor").transform("size") > 1]
    # Nothing left out comes first of its factor, whose levels have no order; its id is "".
    others = means.drop("left_out", level="factor", errors="ignore")
    means = pd.concat([others, means.drop(others.index).sort_index()])
    named = [study.say(f"choices.factor.{factor}") for factor, _ in means.index]
    means.insert(0, "name", named)
    means.insert(1, "level_name", [level_name(study, *each) for each in means.index])
    return means


def _dominance(study: Study, year: int) -> pd.DataFrame:
    ahead = dominance(draws_of(study, year))
    order = study.ranks(year)["nominal"].dropna().sort_values(kind="stable").index
    ahead = ahead.loc[order, order]
    return _of_units(study, ahead.mask(np.eye(len(order), dtype=bool)))


def _top(study: Study, year: int) -> pd.DataFrame:
    found = pd.concat([probability_top(draws_of(study, year), k) for k in TOPS], axis=1)
    found = found.set_axis([f"top_{k}" for k in TOPS], axis=1)
    return _of_units(study, found.sort_values([*found][::-1], ascending=False, kind="stable"))


def _regions(study: Study, year: int) -> pd.DataFrame:
    found = over(draws_of(study, year), study.provinces["region"].map(study.area))
    found.insert(0, "name", found.index)
    return found.rename_axis("region")


def _tiers(study: Study, year: int) -> pd.DataFrame:
    bands = read_robustness().tiers
    breaks = None if bands.breaks == "stored" else bands.breaks
    asked = {"breaks": breaks, "names": bands.ids, "borderline": bands.borderline}
    found = tiers(draws_of(study, year), **asked)[list(bands.ids)]
    found = found.rename(columns={tier: tier_name(tier, study.say) for tier in bands.ids})
    order = study.ranks(year)["nominal"].dropna().sort_values(kind="stable").index
    return _of_units(study, found.loc[order])


def _goal_out(study: Study, year: int) -> pd.DataFrame:
    """How many places each unit falls without each goal."""
    found = one_out(study.card, year, parts=[*study.card.child_weights["index"].index])
    order = study.ranks(year)["nominal"].dropna().sort_values(kind="stable").index
    return _of_units(study, found.loc[order])


def _weights(study: Study, year: int) -> pd.DataFrame:
    """Stated and effective weight of each indicator in its goal, its correlation with the index.

    The goal of an indicator is the node right above it, be it the index.
    """
    card, say, parts = study.card, study.say, []
    here = card.parts.xs(year, level="year")
    for goal in card.framework.index.nodes():
        weights = card.child_weights.get(goal.id)
        if weights is None or not any(child in card.normalised for child in weights.index):
            continue
        found = effective_weights(here[weights.index], weights, here["index"])
        seen = here[weights.index].dropna()
        alpha = cronbach_alpha(seen) if len(weights) > 1 else None
        found["without"] = alpha_if_deleted(seen) if len(weights) > 2 else np.nan
        told = say("balance.goal", goal=say.of(goal.name), alpha=say.number(alpha, decimals=2))
        parts.append(found.assign(goal=goal.id, goal_name=told, alpha=alpha))
    frame = pd.concat(parts).rename_axis("id")
    frame.insert(0, "name", study.named(frame).index)
    return frame


def _pairs(study: Study, year: int) -> pd.DataFrame:
    """The pairs within a goal that pull against each other or repeat each other."""
    named = study.catalogue()
    found = within_goal_flags(
        correlations(study.card.normalised.xs(year, level="year")), named["goal"]
    )
    pairs = zip(*(named["name"].reindex(found[end]) for end in ("first", "second")), strict=True)
    told = [study.say("balance.pair", one=one, other=other) for one, other in pairs]
    kinds = [study.say(f"balance.{flag}") for flag in found["flag"]]
    return found.drop(columns="flag").assign(pair=told, kind=kinds)


def _coupling(study: Study, year: int) -> pd.DataFrame:
    """Whether the goals develop together: coupling, development, coordination and its grade."""
    low, high = study.card.framework.scale
    shares = (study.at(year)[list(study.goals)] - low) / (high - low)
    found = coupling_coordination(shares.round(9))  # 1 + 1e-16 is refused
    known = {grade: study.say(f"balance.grade.{grade}") for grade in found["grade"].dropna()}
    found["grade"] = found["grade"].map(known)
    return _of_units(study, found.sort_values("coordination", ascending=False, kind="stable"))


def _location(study: Study, year: int) -> pd.DataFrame:
    """Location quotients on official figures, of the last year up to `year` that has all of them."""
    _refuse_without(study, [*ACTIVITIES, "gdp"])
    held, activities = study.figures.loc[(study.provinces.index, slice(None)), :], [*ACTIVITIES]
    known = held[[*activities, "gdp"]].notna().groupby(level="year").any().all(axis=1)
    at = known.index[known & (known.index <= year)].max()
    figures = held.xs(at, level="year")
    found = location_quotient(figures[activities], figures["gdp"]).assign(year=at)
    return _of_units(study, found.sort_values(activities[0], ascending=False, kind="stable"))


def _agreement(study: Study, year: int) -> pd.DataFrame:
    """Spearman's ρ of goals 1–5 with the official grade of 2019, beside plain baselines.

    A goal that holds an official grade is left out: no circle. With four A and five C the comparison
    can catch a gross error; it proves nothing more.
    """
    _refuse_without(study, ["gdp", "population_resident", "fiscal_revenue", GRADE])
    figures = study.figures.xs(GRADED, level="year")
    others = [
        goal.id
        for goal in study.card.framework.goals
        if not any(leaf.official_grade for leaf in goal.leaves())
    ]
    measures = {
        "goals": study.at(GRADED)[others].prod(axis=1, skipna=False) ** (1 / len(others)),
        "gdp_per_head": figures["gdp"] / figures["population_resident"],
        "gdp": figures["gdp"],
        "revenue": figures["fiscal_revenue"],
    }
    rho = {
        name: values.corr(figures[GRADE], method="spearman") for name, values in measures.items()
    }
    names = {name: study.say(f"nation.measure.{name}") for name in measures}
    return pd.DataFrame({"name": names, "rho": rho}).rename_axis("id")


def _refuse_without(study: Study, series: list[str]) -> None:
    """Refuse what looks at official series where units of one's own have none of that name."""
    if not {*series} <= {*study.figures}:
        refuse_own_units(study, "series")


def _of_units(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.rename_axis("adcode")
    frame.insert(0, "name", study.short[frame.index])
    return frame


class Part(NamedTuple):
    """How a part is shown: section and title in the catalogue, its columns, what goes under them.

    `wide` is the format of every column that is a unit, a goal or a tier.
    """

    frame: Callable[[Study, int], pd.DataFrame]
    section: str
    title: str
    columns: str
    wide: str = ""
    group: str = ""
    note: str = ""


PARTS = {
    "factors": Part(
        _factors, "choices", "choices.factors_title", "factor=name levels", note="choices.note"
    ),
    "excluded": Part(_excluded, "choices", "choices.excluded_title", "combination reason"),
    "levels": Part(
        _levels,
        "choices",
        "choices.levels_title",
        "factor=name level=level_name",
        wide="number",
        group="factor",
    ),
    "dominance": Part(
        _dominance, "doubts", "doubts.dominance_title", "province=name", wide="percent?"
    ),
    "top": Part(
        _top,
        "doubts",
        "doubts.top_title",
        "province=name " + " ".join(f"top_{k}:share" for k in TOPS),
    ),
    "regions": Part(
        _regions,
        "doubts",
        "doubts.regions_title",
        "region=name units:place nominal:number median:number low:number high:number",
    ),
    "tiers": Part(_tiers, "doubts", "doubts.tiers_title", "province=name", wide="share"),
    "goal_out": Part(
        _goal_out,
        "doubts",
        "doubts.goal_out_title",
        "province=name",
        wide="moved",
        note="doubts.one_out_note",
    ),
    "one_out": Part(
        lambda study, year: moved_without(study, year).sort_values(
            "mean", ascending=False, kind="stable"
        ),
        "doubts",
        "doubts.one_out_title",
        "without=name mean:two most:place furthest=furthest_name moved=shift:moved",
        note="doubts.one_out_note",
    ),
    "weights": Part(
        _weights,
        "balance.weights",
        "balance.weights_title",
        "goal=goal_name indicator=name stated=weight:percent effective:percent correlation:two "
        "without:two?",
        group="goal",
        note="balance.weights_note",
    ),
    "pairs": Part(
        _pairs, "balance.pairs", "balance.pairs_title", "goal pair r:two p=p_holm:p flag=kind"
    ),
    "coupling": Part(
        _coupling,
        "balance.coupling",
        "balance.coupling_title",
        "province=name coupling:two development:two coordination:two grade",
        note="balance.coupling_note",
    ),
    "location": Part(
        _location,
        "balance.location",
        "balance.location_title",
        "province=name " + " ".join(f"{activity}:two" for activity in ACTIVITIES),
    ),
    "agreement": Part(_agreement, "nation.measure", "nation.measure.title", "measure=name rho:two"),
}


def robustness(study: Study, part: str, year: int) -> tuple[pd.DataFrame, dict[str, object]]:
    """The frame of one part, and how it is shown; what each holds is said in `Study.robustness`."""
    refuse_unknown("part of robustness", part, tuple(PARTS))
    shown, say = PARTS[part], study.say
    frame = shown.frame(study, year)
    heads = {**study.short, **study.goals, **{f"top_{k}": say("doubts.top", count=k) for k in TOPS}}
    heads |= {name: name for name in (tier_name(each, say) for each in read_robustness().tiers.ids)}
    values = {"year": frame["year"].max() if "year" in frame else year, "version": VERSION}
    if part in ("factors", "regions"):
        draws = draws_of(study, year)
        values |= {"n": draws.n, "seed": draws.seed, "failed": len(draws.failures)}
        values |= {"excluded": len(draws.options.excluded)}
        ends = (f"{100 * end:.3g}%" for end in draws.ends)
        heads |= dict(zip(("low", "high"), ends, strict=True))
    wide = [f"{column}:{shown.wide}" for column in frame if shown.wide and column in heads]
    return frame, {
        "section": shown.section,
        "columns": " ".join([shown.columns, *wide]),
        "title": say(shown.title, **values),
        "heads": heads,
        "group": shown.group,
        "note": say(shown.note, **values) if shown.note else "",
    }
