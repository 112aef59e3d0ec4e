"""The choices of method that are varied to see how far a rank depends on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from itertools import product

import numpy as np
import pandas as pd

from quyu.facts.faults import Refusal
from quyu.index.aggregate import MEAN
from quyu.index.framework import FROM_DATA, Framework
from quyu.index.guards import refuse_unknown
from quyu.index.impute import fill
from quyu.index.normalise import NORMALISE, goalposts
from quyu.index.score import Scorecard, child_weights, normalised_by_rule, own_goalposts
from quyu.index.tree import Indicator
from quyu.words.nouns import Noun

SPREAD = 0.25  # the uniform noise moves each weight by up to a quarter of itself
LEVELS = {  # what a factor of named methods may be varied over
    "imputation": ("stated", "published", "knn", "iterative"),
    "normalisation": ("stated", *NORMALISE),
    "weighting": ("stated", "equal", *FROM_DATA),
    "aggregation": ("stated", *MEAN),
    "inside": ("stated", *MEAN),
}


@dataclass(frozen=True)
class Factors:
    """For each factor its levels, equally likely; "stated" is what the framework itself says.

    imputation     "published" uses published cells only: nothing interpolated, nothing carried;
                   "knn", "iterative" fill what the framework leaves missing
    goalposts      quantiles of the panel: (0, 1) its extremes, (.025, .975) winsorised
    normalisation  for indicators that state no rule of their own
    weighting      data-driven weights are drawn once, from the stated normalised scores, as a
                   stored state holds them; among each other nodes are then equal
    noise          what every child weight of every node is multiplied by, anew in each draw:
                   "uniform" ±25 %, or "none"
    aggregation    how the children of the index are joined
    inside         how the children of every node below it are
    left_out       in half of the draws one of these indicators is left out, its siblings taking
                   its weight in proportion; None stands for every indicator, () for none

    >>> Factors(aggregation=("median",))
    Traceback (most recent call last):
    ValueError: unknown aggregation 'median'; known are stated, arithmetic, geometric, harmonic.
    """

    imputation: tuple[str, ...] = ("stated", "published")
    goalposts: tuple[str | tuple[float, float], ...] = ("stated", (0.0, 1.0), (0.025, 0.975))
    normalisation: tuple[str, ...] = ("stated", "minmax", "percentile", "zscaled")
    weighting: tuple[str, ...] = ("stated", "equal", "entropy", "critic")
    noise: str = "uniform"
    aggregation: tuple[str, ...] = ("stated", "geometric", "arithmetic", "harmonic")
    inside: tuple[str, ...] = ("stated", "geometric", "arithmetic")
    left_out: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        for factor, known in LEVELS.items():
            for level in getattr(self, factor):
                refuse_unknown(factor, level, known)
        refuse_unknown("noise", self.noise, tuple(NOISE))
        for pair in self.goalposts:
            if pair != "stated" and not (len(pair) == 2 and 0 <= pair[0] < pair[1] <= 1):
                raise ValueError(
                    f"goalposts {pair!r} are no quantiles; write 'stated' or a pair such as "
                    f"(0.025, 0.975)."
                )
        for factor in (*LEVELS, "goalposts"):
            if getattr(self, factor) == ():
                raise ValueError(f"factor {factor!r} has no level; keep at least 'stated'.")

    @property
    def varied(self) -> tuple[str, ...]:
        """The names of the choices that have more than one alternative here.

        >>> Factors(imputation=("stated",), left_out=(), noise="none").varied
        ('goalposts', 'normalisation', 'weighting', 'aggregation', 'inside')
        >>> STATED.varied
        ()
        """
        apart = {"noise": {"none", self.noise}, "left_out": {(), self.left_out}}
        return tuple(name for name, levels in (vars(self) | apart).items() if len({*levels}) > 1)

    def levels(self, framework: Framework) -> dict[str, tuple]:
        """The levels of the factors of method, "stated" spelt out and first, none twice.

        What is left out is no method but a case.
        """
        own = nominal(framework)
        found = {}
        for factor, stated in own.items():
            asked = [stated if level == "stated" else level for level in getattr(self, factor)]
            found[factor] = tuple(dict.fromkeys(asked))
        if all(isinstance(goal, Indicator) for goal in framework.goals):
            found["inside"] = (own["inside"],)  # nothing is inside anything
        return found


def nominal(framework: Framework) -> dict[str, object]:
    """The level of each factor of method that the framework states."""
    inside = {framework.aggregation(n) for n in framework.index.nodes() if n.id != "index"}
    return {
        "imputation": "stated",
        "goalposts": framework.goalpost_quantiles,
        "normalisation": framework.normalise,
        "weighting": framework.weigh,
        "aggregation": framework.aggregation(framework.index),
        "inside": inside.pop() if len(inside) == 1 else "stated",
    }


NOISE: dict[str, Callable[[np.ndarray], np.ndarray]] = {  # of numbers uniform on [0, 1)
    "uniform": lambda u: 1 + SPREAD * (2 * u - 1),
    "none": np.ones_like,
}

STATED = Factors(*[("stated",)] * 4, "none", ("stated",), ("stated",), ())  # nothing is varied
# What gives way first where two levels do not go together.
GIVEN_UP = ("normalisation", "weighting", "goalposts", "inside", "imputation", "aggregation")


BETWEEN = {"minmax", "best", "reference"}  # the normalisations that goalposts play a part in


@dataclass(frozen=True, repr=False)
class Alternatives(Noun):
    """What a draw can choose from.

    methods     one row per combination of the levels that are left: each level with every other,
                so that all levels of a factor are equally likely and factors independent
    cases       the indicator left out ("" for none)
    excluded    the levels and cases left out, with the reason, and the code and values by which
                a page says it (see `Refusal`)
    normalised  (imputation, goalposts, normalisation) → rows × indicators
    weights     weighting → weight of each part in its node; the parts are the indicators, then the
                nodes below the index
    kept        cases × parts: whether the part is there
    """

    card: Scorecard
    factors: Factors
    methods: pd.DataFrame
    cases: pd.DataFrame
    excluded: pd.DataFrame
    normalised: dict[tuple, pd.DataFrame]
    weights: dict[str, np.ndarray]
    kept: np.ndarray

    @cached_property
    def parts(self) -> list[str]:
        """The indicators, then the nodes below the index."""
        return _parts(self.card)

    def rules(self, aggregation: str, inside: str) -> dict[str, str]:
        """How each node is joined where it is not by the framework's own rule."""
        return _rules(self.card.framework, aggregation, inside)


def alternatives(card: Scorecard, factors: Factors) -> Alternatives:
    """Work out, for `card`, what each combination of `factors` needs, leaving out the impossible.

    A level that cannot be combined with every level of the other factors is left out as a whole,
    with the reason: of two that do not go together the one that the framework does not state, else
    that of normalisation, then weighting, goalposts, what is inside, imputation, aggregation.
    Goalposts, mean and deviation are those stored with the card, so that published-only draws are
    on the same scale. Raises ValueError for a node joined by a rule that is no mean, an unknown
    indicator, and if no case is left.
    """
    _refuse_other_rules(card)
    own = nominal(card.framework)
    levels = {name: list(found) for name, found in factors.levels(card.framework).items()}
    excluded: list[dict[str, object]] = []

    def try_all(names: tuple[str, ...], make: Callable[..., object]) -> dict[tuple, object]:
        """What `make` gives for each combination; a level that fails with another is left out."""
        found: dict[tuple, object] = {}
        combinations = sorted(  # what deviates least from the framework first: it names the culprit
            product(*(levels[name] for name in names)),
            key=lambda c: sum(a != own[n] for n, a in zip(names, c, strict=True)),
        )
        for combination in combinations:
            chosen = dict(zip(names, combination, strict=True))
            if any(level not in levels[name] for name, level in chosen.items()):
                continue
            try:
                found[combination] = make(*combination)
            except ValueError as fault:
                odd = [name for name in names if chosen[name] != own[name]] or [*names]
                gone = min(odd, key=GIVEN_UP.index)
                levels[gone].remove(chosen[gone])
                excluded.append({gone: chosen[gone]} | _told(fault))
                if not levels[gone]:
                    raise ValueError(f"no combination of methods is admissible: {fault}.") from None
        return {
            combination: made
            for combination, made in found.items()
            if all(level in levels[name] for name, level in zip(names, combination, strict=True))
        }

    cases, kept = _cases(card, factors, excluded)
    by_rules = cache(partial(_joined, card.framework))
    joined = try_all(
        ("normalisation", "aggregation", "inside"),
        lambda rule, *means: _normalised_by(by_rules(*means), rule),
    )
    named = {combination[0]: framework for combination, framework in joined.items()}
    panels, posts = _panels(card, levels["imputation"]), cache(partial(_posts, card))

    @cache  # goalposts play a part in some rules only: for the others there is one panel
    def by_posts(imputation: str, quantiles: tuple[float, float], rule: str) -> pd.DataFrame:
        return normalised_by_rule(panels[imputation], named[rule], posts(quantiles))

    def by_all(imputation: str, quantiles: tuple[float, float], rule: str) -> pd.DataFrame:
        rules = {named[rule].normalisation(leaf) for leaf in card.framework.indicators}
        return by_posts(imputation, quantiles if rules & BETWEEN else own["goalposts"], rule)

    normalised = try_all(("imputation", "goalposts", "normalisation"), by_all)
    weights = try_all(("weighting",), lambda rule: _weights(card, rule))
    columns = [*levels, "left_out", "reason", "code", "values"]
    table = pd.DataFrame(excluded, columns=columns, dtype=object).fillna("")
    if cases.empty:
        raise ValueError(f"no combination of methods is admissible: {list(table['reason'])}.")
    frame = pd.DataFrame(list(product(*levels.values())), columns=list(levels))
    given = {rule: found for (rule,), found in weights.items()}
    return Alternatives(card, factors, frame, cases, table, normalised, given, kept)


def _parts(card: Scorecard) -> list[str]:
    return [*card.normalised.columns, *(node for node in card.child_weights if node != "index")]


def _refuse_other_rules(card: Scorecard) -> None:
    for node in card.framework.index.nodes():
        rule = card.framework.aggregation(node)
        if rule not in MEAN:
            raise Refusal(
                f"node {node.id!r} is joined by {rule}; draws are calculated for means only: "
                f"{', '.join(MEAN)}.",
                "no_mean",
                node=node.id,
                rule=rule,
            )


def _told(fault: ValueError) -> dict[str, object]:
    code, values = getattr(fault, "code", ""), getattr(fault, "values", {})
    return {"reason": str(fault), "code": code, "values": values}


def _rules(framework: Framework, aggregation: str, inside: str) -> dict[str, str]:
    below = [node.id for node in framework.index.nodes() if node.id != "index"]
    own = nominal(framework)["inside"]
    return {"index": aggregation} | ({} if inside == own else dict.fromkeys(below, inside))


def _joined(framework: Framework, aggregation: str, inside: str) -> Framework:
    """The framework with these means, checked like any other."""
    if inside != nominal(framework)["inside"]:  # at once, for the nodes that state none themselves
        framework = framework.model_copy(update={"aggregate": inside})
    for node, rule in _rules(framework, aggregation, inside).items():
        if framework.aggregation(framework.part(node)) != rule:
            framework = framework.revised(node, {"aggregate": rule})
    return framework


def _normalised_by(framework: Framework, rule: str) -> Framework:
    if rule == framework.normalise:
        return framework
    return framework.model_copy(update={"normalise": rule})


def _panels(card: Scorecard, imputations: list[str]) -> dict[str, pd.DataFrame]:
    treated = card.treated.copy()  # in one piece: a frame of loose columns is slow
    flags = card.flags[treated.columns].to_numpy()
    published = (flags == "") | (flags == "structural")
    made = {"stated": treated, "published": treated.where(published)}
    for method in set(imputations) - set(made):
        made[method] = fill(treated, method)
    return made


def _posts(card: Scorecard, quantiles: tuple[float, float]) -> pd.DataFrame:
    posts = card.state.goalposts().loc[card.treated.columns]
    if quantiles != card.framework.goalpost_quantiles:
        ends = goalposts(card.treated, quantiles=quantiles)
        posts = posts.assign(low=ends["low"], high=ends["high"])
    return own_goalposts(card.framework, posts)


def _weights(card: Scorecard, rule: str) -> np.ndarray:
    stored = {node: given.to_dict() for node, given in card.child_weights.items()}
    known = stored if rule == card.framework.weigh else {}
    children = child_weights(card.framework, rule, card.normalised, known)
    return pd.concat(list(children.values()))[_parts(card)].to_numpy(dtype=float)


def _cases(card: Scorecard, factors: Factors, excluded: list) -> tuple[pd.DataFrame, np.ndarray]:
    """What is left out, and which parts are then there."""
    scored = list(card.normalised.columns)
    for name in factors.left_out or ():
        if name not in scored:
            raise ValueError(
                f"left_out: no scored indicator is {name!r}; there are {', '.join(scored)}."
            )
    cases, kept = [], []
    for name in ("", *(scored if factors.left_out is None else factors.left_out)):
        present = {part: part != name for part in scored}
        for node, weights in card.child_weights.items():
            present[node] = any(present[child] for child in weights.index)
        emptied = [node for node in card.child_weights if not present[node]]
        if emptied:
            told = f"node {emptied[0]!r} would have no indicator left"
            fault = Refusal(told, "emptied", node=emptied[0])
            excluded.append({"left_out": name} | _told(fault))
            continue
        cases.append(name)
        kept.append([present[part] for part in _parts(card)])
    return pd.DataFrame({"left_out": cases}, dtype=object), np.array(kept, dtype=float)
