"""The tree of a framework: nodes over nodes, whose leaves are indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from quyu.index.aggregate import AGGREGATE
from quyu.index.entry import Entry, Factor, Id, Text, known
from quyu.index.formula import names_in, parse
from quyu.index.judgements import Judgement, Points
from quyu.index.normalise import NORMALISE
from quyu.index.treat import TRANSFORM


def _sign(direction: object) -> object:
    """Accept the typographic minus, and say clearly what YAML made of an unquoted sign."""
    plain = {"−": "-", "＋": "+", "－": "-"}.get(str(direction), direction)
    if plain not in ("+", "-"):
        raise ValueError(
            f'direction is {direction!r}; write "+" (more is better) or "-" (less is better), '
            f"in quotes"
        )
    return plain


Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
AggregateName = Annotated[str, known(AGGREGATE, "aggregation")]
NormaliseName = Annotated[str, known(NORMALISE, "normalisation")]
TransformName = Annotated[str, known(TRANSFORM, "transform")]


class Indicator(Entry):
    """A leaf: one derived figure.

    `factor` turns the canonical value of `formula` into the displayed `unit`. `phrase` is the part
    of the goal that it measures, in the goal's own words. `structural` marks a cross-section held
    constant: True takes every published year, a list takes those. An indicator with
    `published: false` is a declared gap: nothing is published per unit, so it is never scored.
    `normalise` overrides the framework's rule; `target` and `best` serve the rules of those names.
    """

    id: Id
    name: Text
    direction: Annotated[Literal["+", "-"], BeforeValidator(_sign)]
    formula: str | None = None
    transform: TransformName = "none"
    normalise: NormaliseName | None = None
    target: Factor | None = None
    best: Finite | None = None
    evidence: Literal["direct", "proxy"]
    phrase: str
    structural: bool | tuple[int, ...] = False
    unit: Text
    factor: Factor = 1.0
    weight: Weight | None = None
    published: bool = True
    national_indicator: str | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _formula_if_published(self) -> Self:
        if self.published and self.formula is None:
            raise ValueError("a published indicator needs a formula; or declare published: false")
        if self.formula is not None:
            parse(self.formula)
            if not names_in(self.formula):
                raise ValueError(f"formula {self.formula!r} refers to no figure")
        return self

    def leaves(self) -> Iterator[Indicator]:
        """Itself, so that an indicator directly below the index is a goal like any other."""
        yield self


def _kind(part: object) -> str:
    children = (
        part.get("children") if isinstance(part, Mapping) else getattr(part, "children", None)
    )
    return "indicator" if children is None else "node"


class Node(Entry):
    """A goal, or any level above or below one: the scores of its children joined into one.

    `aggregate` names the rule; without it the framework's holds. `weight` is its own weight among
    its siblings. What experts say of its children, by id: `judgements`, for weigh: ahp, compares
    the name of each row with the names in their order, how many times it counts what they do,
    either in full or above the diagonal only; `points`, for weigh: budget_allocation, lists for
    each expert what they spend of 100 on each child. A child that is later left out, or was asked
    about too early, leaves the proportions of the others as they are.
    """

    id: Id
    name: Text
    weight: Weight | None = None
    aggregate: AggregateName | None = None
    judgements: dict[str, tuple[Judgement, ...]] | None = None
    points: dict[str, dict[str, Points]] | None = Field(None, min_length=1)
    note: Text | None = None
    children: tuple[
        Annotated[
            Annotated[Node, Tag("node")] | Annotated[Indicator, Tag("indicator")],
            Discriminator(_kind),
        ],
        ...,
    ] = Field(min_length=1)

    def leaves(self) -> Iterator[Indicator]:
        """Every indicator below, gaps included, in the order written."""
        for child in self.children:
            yield from child.leaves()

    def nodes(self) -> Iterator[Node]:
        """Every node below, then this one: children before their parents."""
        for child in self.children:
            if isinstance(child, Node):
                yield from child.nodes()
        yield self

    def without(self, ids: set[str]) -> Node | None:
        """This node less the named parts; None if nothing is left of it."""
        kept = []
        for child in self.children:
            rest = child.without(ids) if isinstance(child, Node) else child
            if child.id not in ids and rest is not None:
                kept.append(rest)
        return self.model_copy(update={"children": tuple(kept)}) if kept else None

    def revised(self, part: str, update: Mapping[str, Any]) -> Node:
        """This node with `update` applied to the part of that id, itself or any below."""
        if self.id == part:
            return self.model_copy(update=update)
        children = tuple(
            child.revised(part, update)
            if isinstance(child, Node)
            else child.model_copy(update=update if child.id == part else None)
            for child in self.children
        )
        return self.model_copy(update={"children": children})

    @model_validator(mode="after")
    def _weights_of_siblings(self) -> Self:
        scored = [c for c in self.children if not isinstance(c, Indicator) or c.published]
        stated = [child.weight for child in scored if child.weight is not None]
        if stated and len(stated) < len(scored):
            without = [child.id for child in scored if child.weight is None]
            raise ValueError(f"state a weight for every child or for none; without are {without}")
        if stated and sum(stated) == 0:
            raise ValueError("the weights of its children sum to zero")
        return self


class ProfileEntry(Entry):
    """A figure shown beside the score but never in it, with the reason."""

    id: Id
    name: Text
    formula: str
    unit: Text
    factor: Factor = 1.0
    reason: Text

    @model_validator(mode="after")
    def _formula(self) -> Self:
        parse(self.formula)
        return self
