"""What a reviewer asks of an index, as frames: a function a part, each of a study and a year."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from quyu.index.alternatives import nominal
from quyu.index.audit import bounds, influence, own_correlations, propagate, rank_differences
from quyu.index.formula import names_in
from quyu.index.multivariate import bartlett, cronbach_alpha, kmo, principal_components
from quyu.index.normalise import shape
from quyu.index.sensitivity import one_out, scores_without
from quyu.study.certainty import alternatives_of, level_name, read_robustness
from quyu.study.evidence import judgements

if TYPE_CHECKING:
    from quyu.study.study import Study

BEYOND = 5  # places by which a rank differs notably
MOST = 0.5  # of the units must be published for an outside measure to be one


def _named(study: Study, frame: pd.DataFrame, **columns: str) -> pd.DataFrame:
    """The frame with the names of its parts first, and of the parts in other columns beside them."""
    tree = study.card.framework.index
    names = {part.id: study.say.of(part.name) for part in [*tree.nodes(), *tree.leaves()]}
    told = frame.assign(**{to: frame[column].map(names) for column, to in columns.items()})
    told.insert(0, "name", told.index.map(names))
    return told.rename_axis("id")


def _shape(study: Study, year: int) -> pd.DataFrame:
    """Skewness and kurtosis over the panel, before and after transforms and outlier treatment."""
    card = study.card
    before = shape(card.imputed[list(card.treated)]).add_suffix("_before")
    transform = {leaf.id: leaf.transform for leaf in card.framework.indicators}
    frame = before.join(shape(card.treated))
    return _named(study, frame.assign(transform=frame.index.map(transform)))


def _here(study: Study, year: int) -> pd.DataFrame:
    return study.card.parts.xs(year, level="year")


def _nodes(study: Study) -> list[tuple[str, pd.Series]]:
    """Every scored node with the weights of its children, the index first."""
    return sorted(study.card.child_weights.items(), key=lambda item: item[0] != "index")


def _structure(study: Study, year: int) -> pd.DataFrame:
    """What the children of each node have in common: KMO, Bartlett, α, the first component."""
    rows, here = {}, _here(study, year)
    for node, weights in _nodes(study):
        seen = here[weights.index].dropna()
        seen = seen.loc[:, seen.nunique() > 1]
        if seen.shape[1] < 2 or len(seen) <= seen.shape[1]:
            continue
        try:
            adequacy, test = kmo(seen), bartlett(seen)
        except ValueError:  # combinations of each other
            continue
        rows[node] = {"parts": seen.shape[1], "n": len(seen), "kmo": adequacy}
        rows[node] |= {"chi2": test.statistic, "degrees": test.degrees, "p": test.p}
        rows[node] |= {"alpha": cronbach_alpha(seen)}
        rows[node] |= {"first": principal_components(seen)["share"].iloc[0]}
    columns = ["parts", "n", "kmo", "chi2", "degrees", "p", "alpha", "first"]
    return _named(study, pd.DataFrame.from_dict(rows, orient="index", columns=columns))


def _goals_of(study: Study, year: int) -> pd.DataFrame:
    return _here(study, year)[list(study.card.child_weights["index"].index)]


def _components(study: Study, year: int) -> pd.DataFrame:
    return principal_components(_goals_of(study, year).dropna())


def _own(study: Study, year: int) -> pd.DataFrame:
    found = own_correlations(study.card, year)
    return _named(study, found, goal="goal_name", other_goal="other_name")


def _goals(study: Study, year: int) -> pd.DataFrame:
    """Goal × goal correlations, over the units that have both."""
    return _named(study, _goals_of(study, year).corr())


def _influence(study: Study, year: int) -> pd.DataFrame:
    """For each node what `influence` says of its children, the index first; by node and child."""
    card, here, tables = study.card, _here(study, year), {}
    for node, weights in _nodes(study):
        table = here[weights.index]
        if card.framework.aggregation(card.framework.part(node)) == "geometric":
            table = np.log(table)
        seen = table.dropna()
        varies = seen.columns[seen.nunique() > 1]
        if len(varies) > 1 and len(seen) > 2:
            tables[node] = influence(seen[varies], weights[varies])
    frame = pd.concat(tables, names=["node", "id"]).reset_index("node")
    return _named(study, frame, node="node_name")


def moved_without(study: Study, year: int, *, goals: bool = False) -> pd.DataFrame:
    """How far ranks move without each indicator, or goal, by id.

    Columns: name; mean and most, of the places moved; furthest, the unit that moves most, with
    furthest_name and shift, above 0 if it falls.
    """
    parts = list(study.card.child_weights["index"].index) if goals else None
    shifts = one_out(study.card, year, parts=parts)
    away = shifts.abs()
    furthest = away.idxmax()
    found = {"mean": away.mean(), "most": away.max(), "furthest": furthest}
    shift = [shifts.at[unit, part] for part, unit in furthest.items()]
    frame = pd.DataFrame(found).assign(shift=shift, furthest_name=furthest.map(study.short))
    return _named(study, frame)


def _errors(study: Study, year: int) -> pd.DataFrame:
    """Index and rank with errors drawn for every figure by its grade; without one, by the worst."""
    choices = read_robustness()
    relative = choices.errors.relative
    worst, cells = max(relative.values()), study.facts.figures
    cells = cells.assign(error=cells["grade"].map(relative).fillna(worst))
    error = cells.pivot(index=["adcode", "year"], columns="indicator", values="error")
    asked = {"n": choices.errors.draws, "seed": choices.seed, "interval": choices.interval}
    zones = study.facts.provinces["zone"]
    frame = propagate(study.figures, study.card, error, year=year, groups=zones, **asked)
    return _by_rank(study, frame)


def _by_rank(study: Study, frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame.sort_values("rank", kind="stable").rename_axis("adcode")
    frame.insert(0, "name", study.short[frame.index].to_numpy())
    return frame


def _bounds(study: Study, year: int) -> pd.DataFrame:
    found = bounds(study.card, year)
    return _by_rank(study, found[found["lacking"] > 0])


def _added(study: Study, year: int) -> pd.DataFrame:
    scores = _goals_of(study, year).assign(index=study.at(year)["index"])
    return _named(study, rank_differences(scores, beyond=BEYOND))


def _outside(study: Study, year: int) -> pd.DataFrame:
    """Spearman's ρ of the index with official measures, less the goals that hold them; by figure.

    Of each the year nearest to `year` in which at least half of the units are published: name,
    year, units (how many), without (the goals left out), rho. What has no such year has no ρ.
    """
    card, say, book, rows = study.card, study.say, study.facts.codebook, {}
    units, choices = study.provinces.index, read_robustness()
    for figure in [*choices.outside, choices.baseline]:
        if figure not in book.index:
            continue
        rows[figure] = row = {"name": book.at[figure, f"name_{say.suffix}"], "year": np.nan}
        row |= {"units": 0, "without": "", "rho": np.nan}
        if figure not in study.figures:
            continue
        values = study.figures[figure].unstack("year").reindex(units)
        counts = values.notna().sum().reindex(card.framework.years, fill_value=0)
        row["units"] = counts.max()
        years = counts.index[counts >= MOST * len(units)]
        if not len(years):
            continue
        at = min(years, key=lambda one: abs(one - year))
        held = [
            goal.id
            for goal in card.framework.goals
            if any(figure in names_in(card.framework.expanded(leaf)) for leaf in goal.leaves())
        ]
        scores = scores_without(card, [held], at)["index"][0]
        row |= {"year": at, "units": counts[at], "without": say.join(study.goals[g] for g in held)}
        row["rho"] = pd.Series(scores, units).corr(values[at], method="spearman")
    columns = ["name", "year", "units", "without", "rho"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("figure")


def _choices(study: Study, year: int) -> pd.DataFrame:
    """Every choice with our value, what the draws tried instead, and who could choose otherwise."""
    card, say, options = study.card, study.say, alternatives_of(study)
    framework, rows = card.framework, {}
    scored = [leaf for leaf in framework.indicators if leaf.id in card.normalised]
    for factor, own in nominal(framework).items():
        tried = [level for level in options.methods[factor].unique() if level != own]
        told = say.join(level_name(study, factor, level) for level in tried)
        rows[factor] = {"value": level_name(study, factor, own), "tried": told}
    less = {*options.cases["left_out"]} - {""}
    values = {
        "noise": {"tried": say(f"choices.level.noise.{options.factors.noise}")},
        "left_out": {"tried": say("choices.left_out", count=len(less)) if less else ""},
        "goals": {"tried": say("audit.tried.goals")},
        "evidence": {"tried": say("audit.tried.evidence")},
    }
    rule = framework.missing
    figures = {
        "goals": len(framework.goals),
        "left_out": len(scored),
        "direct": sum(leaf.evidence == "direct" for leaf in scored),
        "transform": sum(leaf.transform != "none" for leaf in scored),
        "doubtful": int((~judgements(study)["scored"]).sum()),
        "interior": rule.interior,
        "edge": rule.edge,
        "least": rule.indicator_coverage,
        "node": rule.node_coverage,
        "first": framework.years[0],
        "last": framework.years[-1],
        "units": len(study.provinces),
    }
    others = (
        "goals",
        "left_out",
        "evidence",
        "transform",
        "doubtful",
        "coverage",
        "panel",
        "units",
    )
    for choice in (*others, "noise", "tiers"):
        rows[choice] = {"value": say(f"audit.value.{choice}", **figures), "tried": ""}
        rows[choice] |= values.get(choice, {})
    for choice, row in rows.items():
        factor = choice in nominal(framework) or choice == "noise"
        row["name"] = say(f"choices.factor.{choice}" if factor else f"audit.choice.{choice}")
        row["tried"] = row["tried"] or say("audit.tried.nothing")
        row["who"] = say(f"audit.who.{choice}")
    order = [*others, *(choice for choice in rows if choice not in others)]
    frame = pd.DataFrame.from_dict(rows, orient="index").loc[order]
    return frame[["name", "value", "tried", "who"]].rename_axis("choice")


FRAMES: dict[str, Callable[[Study, int], pd.DataFrame]] = {
    "shape": _shape,
    "structure": _structure,
    "components": _components,
    "own": _own,
    "goals": _goals,
    "influence": _influence,
    "goal_out": lambda study, year: moved_without(study, year, goals=True),
    "errors": _errors,
    "bounds": _bounds,
    "added": _added,
    "outside": _outside,
    "choices": _choices,
}
