"""The framework: what is measured, by which figures, in which direction, joined by which rules.

Longer than most files because it is the one door where a framework is checked: every fault names
the file, the node, what was found, what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)

from quyu.index.aggregate import AGGREGATE
from quyu.index.formula import expand, names_in, parse, refuse_circles
from quyu.index.normalise import NORMALISE
from quyu.index.treat import TRANSFORM

WEIGH = ("equal", "stated")


def _known(methods: Mapping[str, Any] | tuple[str, ...], what: str) -> BeforeValidator:
    def check(name: object) -> object:
        if name is not None and name not in methods:
            raise ValueError(f"unknown {what} {name!r}; known are {', '.join(methods)}")
        return name

    return BeforeValidator(check)


def _sign(direction: object) -> object:
    """Accept the typographic minus, and say clearly what YAML made of an unquoted sign."""
    plain = {"−": "-", "＋": "+", "－": "-"}.get(direction, direction)
    if plain not in ("+", "-"):
        raise ValueError(
            f'direction is {direction!r}; write "+" (more is better) or "-" (less is better), '
            f"in quotes"
        )
    return plain


def _text_id(name: object) -> object:
    if isinstance(name, bool):
        raise ValueError(f"YAML reads this id as {name}; put it in quotes")
    return name


def _fraction(share: object) -> object:
    return float(Fraction(share)) if isinstance(share, str) else share


Id = Annotated[str, BeforeValidator(_text_id), Field(pattern=r"^[^\W\d]\w*$")]
Share = Annotated[float, BeforeValidator(_fraction), Field(ge=0, le=1)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]
AggregateName = Annotated[str, _known(AGGREGATE, "aggregation")]
NormaliseName = Annotated[str, _known(NORMALISE, "normalisation")]
WeighName = Annotated[str, _known(WEIGH, "weighting")]
TransformName = Annotated[str, _known(TRANSFORM, "transform")]


class Entry(BaseModel):
    """What all parts of a framework share: frozen, and no key beyond the known ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, given: object) -> object:
        known = {field.alias or name: name for name, field in cls.model_fields.items()}
        if isinstance(given, Mapping):
            unknown = [key for key in given if key not in known and key not in known.values()]
            if unknown:
                raise ValueError(f"unknown key {unknown[0]!r}; known keys are {', '.join(known)}")
        return given


class Text(Entry):
    """A text the reader sees, in Traditional Chinese with its English counterpart."""

    zh_hant: str = Field(alias="zh-hant")
    en: str


class Indicator(Entry):
    """A leaf: one derived figure.

    `factor` turns the canonical value of `formula` into the displayed `unit`. `phrase` is the part
    of the goal that it measures, in the goal's own words. `structural` marks a cross-section held
    constant: True takes every published year, a list takes those. An indicator with
    `published: false` is a declared gap: nothing is published per unit, so it is never scored.
    """

    id: Id
    name: Text
    direction: Annotated[Literal["+", "-"], BeforeValidator(_sign)]
    formula: str | None = None
    transform: TransformName = "none"
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
            raise ValueError("a published indicator needs a formula; or declare `published: false`")
        if self.formula is not None:
            parse(self.formula)
            if not names_in(self.formula):
                raise ValueError(f"formula {self.formula!r} refers to no figure")
        return self


def _kind(part: object) -> str:
    children = (
        part.get("children") if isinstance(part, Mapping) else getattr(part, "children", None)
    )
    return "indicator" if children is None else "node"


class Node(Entry):
    """A goal, or any level above or below one: the score of its children joined into one."""

    id: Id
    name: Text
    weight: Weight | None = None
    aggregate: AggregateName | None = None
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
            if isinstance(child, Indicator):
                yield child
            else:
                yield from child.leaves()

    def nodes(self) -> Iterator[Node]:
        """This node with every node below, children before their parents."""
        for child in self.children:
            if isinstance(child, Node):
                yield from child.nodes()
        yield self

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


class MissingRule(Entry):
    """How far missing figures may be bridged, and how much must be observed for a score.

    `interior` years between publications are interpolated, `edge` years beyond them carried. An
    indicator below `indicator_coverage`, a node below `node_coverage` of its weight, has no score.
    """

    interior: int = Field(2, ge=0)
    edge: int = Field(1, ge=0)
    indicator_coverage: Share = 0.65
    node_coverage: Share = 2 / 3


class Framework(Entry):
    """The whole: a tree of nodes over indicators, with the rules of the calculation.

    `years` is the panel, `report_year` the year that is shown first, `base_year` the year of
    constant prices. `aggregate` holds for nodes that state none. `goalpost_quantiles` other than
    [0, 1] winsorise. `definitions` names sub-formulas.
    """

    name: Text
    version: str
    years: tuple[int, ...] = Field(min_length=1)
    report_year: int
    base_year: int
    scale: tuple[float, float] = (1.0, 100.0)
    normalise: NormaliseName = "minmax"
    goalpost_quantiles: tuple[Share, Share] = (0.0, 1.0)
    weigh: WeighName = "equal"
    aggregate: AggregateName = "arithmetic"
    missing: MissingRule = MissingRule()
    definitions: dict[str, str] = {}
    index: Node
    profile: tuple[ProfileEntry, ...] = ()

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators that can be scored, in the order written."""
        return tuple(leaf for leaf in self.index.leaves() if leaf.published)

    @property
    def gaps(self) -> tuple[Indicator, ...]:
        """The indicators declared as not published."""
        return tuple(leaf for leaf in self.index.leaves() if not leaf.published)

    @property
    def goals(self) -> tuple[Node | Indicator, ...]:
        """The children of the index."""
        return self.index.children

    def rule(self, node: Node) -> str:
        """The name of the aggregation that joins the children of `node`."""
        return node.aggregate or self.aggregate

    def expanded(self, indicator: Indicator) -> str:
        """The formula of `indicator` with every definition written out."""
        return expand(indicator.formula or "", self.definitions)

    def only(self, evidence: str) -> Self:
        """The framework without the indicators of the other kind of evidence.

        `evidence` is "direct" or "proxy". A node that keeps no indicator is left out; one that
        keeps only declared gaps stays, without a score.
        """
        if evidence not in ("direct", "proxy"):
            raise ValueError(f"unknown evidence {evidence!r}; known are direct, proxy")
        return self.without(*(leaf.id for leaf in self.index.leaves() if leaf.evidence != evidence))

    def without(self, *ids: str) -> Self:
        """The framework without the named indicators or nodes."""
        self._refuse_unknown(ids)
        kept = _pruned(self.index, set(ids))
        if kept is None:
            raise ValueError(f"nothing is left of the framework without {', '.join(ids)}")
        return self.model_copy(update={"index": kept})

    def revised(self, part: str, update: Mapping[str, Any]) -> Self:
        """The framework with some keys of one indicator or node changed: a what-if in the tree."""
        self._refuse_unknown((part,))
        return self.model_copy(update={"index": _revised(self.index, part, update)})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with `update` applied, checked like a framework read from file: the what-if."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return type(self).model_validate({**fields, **(update or {})})

    def _refuse_unknown(self, ids: tuple[str, ...]) -> None:
        known = [*(n.id for n in self.index.nodes()), *(leaf.id for leaf in self.index.leaves())]
        for part in ids:
            if part not in known:
                raise ValueError(f"the framework has no {part!r}; it has {', '.join(known)}")

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        self._refuse_repeated_ids()
        self._refuse_bad_years()
        refuse_circles(self.definitions)
        if self.index.id != "index":
            raise ValueError(f"the top node must have the id 'index'; it has {self.index.id!r}")
        if not self.indicators:
            raise ValueError("the framework has no published indicator: there is nothing to score")
        if not self.scale[0] < self.scale[1]:
            raise ValueError(f"scale must rise from low to high; it is {list(self.scale)}")
        if not self.goalpost_quantiles[0] < self.goalpost_quantiles[1]:
            raise ValueError(f"goalpost_quantiles must rise; they are {self.goalpost_quantiles}")
        self._refuse_bad_methods()
        return self

    def _refuse_repeated_ids(self) -> None:
        ids = [n.id for n in self.index.nodes()] + [leaf.id for leaf in self.index.leaves()]
        ids += [entry.id for entry in self.profile]
        repeated = sorted({name for name in ids if ids.count(name) > 1})
        if repeated:
            raise ValueError(f"the id {repeated[0]!r} is used more than once; ids must be unique")

    def _refuse_bad_years(self) -> None:
        if list(self.years) != list(range(self.years[0], self.years[-1] + 1)):
            raise ValueError(f"years must follow one another without gaps; they are {self.years}")
        if self.report_year not in self.years:
            raise ValueError(f"report_year {self.report_year} is not among {list(self.years)}")

    def _refuse_bad_methods(self) -> None:
        rules = {self.rule(node) for node in self.index.nodes()}
        needing = sorted(rules & {"geometric", "harmonic", "generalised"})
        if needing and self.normalise == "zscore":
            raise ValueError(
                f"{needing[0]} aggregation cannot join z-scores, whose zero means nothing; "
                f"use normalise: minmax, or aggregate: arithmetic"
            )
        if needing and self.scale[0] <= 0:
            raise ValueError(
                f"{needing[0]} aggregation needs scores above 0, but the scale is "
                f"{list(self.scale)}; use [1, 100]"
            )
        stating = [part.id for part in _parts(self.index) if part.weight is not None]
        if stating and self.weigh != "stated":
            raise ValueError(
                f"{stating[0]!r} states a weight, but weigh is {self.weigh!r}; use weigh: stated"
            )


def read_framework(path: str | Path) -> Framework:
    """Read and check the framework in the YAML file `path`.

    Raises ValueError that lists every fault with the file and the node: unknown keys and methods
    with the known ones, repeated ids or keys, an undeclared direction, weights that are negative,
    missing or sum to zero, formulas that are none.
    """
    text = Path(path).read_text(encoding="utf-8")
    try:
        raw = yaml.load(text, Loader=_OneKeyLoader)
    except yaml.YAMLError as fault:
        raise ValueError(
            f"{path} is not valid YAML: {fault} Signs and other punctuation need quotes, "
            f'as in direction: "-".'
        ) from None
    if not isinstance(raw, Mapping):
        raise ValueError(f"{path} holds no framework: expected keys, found {type(raw).__name__}.")
    try:
        return Framework.model_validate(raw)
    except ValidationError as faults:
        lines = [f"{path}: {_told(fault, raw)}" for fault in faults.errors()]
        raise ValueError("\n".join(lines)) from None


def _told(fault: Mapping[str, Any], raw: Any) -> str:
    """One fault of the model in words, with the id of the node it is in."""
    part, node, path = raw, "", []
    for step in fault["loc"]:
        inside = isinstance(part, Mapping) and step in part
        if inside or (isinstance(part, list) and isinstance(step, int) and step < len(part)):
            part = part[step]
            path.append(str(step))
            if isinstance(part, Mapping) and isinstance(part.get("id"), str):
                node, path = part["id"], []
        elif isinstance(step, str) and step not in ("node", "indicator"):
            path.append(step)
    place = ", ".join(filter(None, [node and f"node {node!r}", ".".join(path)]))
    message = fault["msg"].removeprefix("Value error, ").rstrip(".")
    found = ""
    if fault["type"] not in ("value_error", "missing") and not isinstance(part, Mapping | list):
        found = f" (found {part!r})"
    return f"{place}: {message}{found}." if place else f"{message}{found}."


def _parts(node: Node) -> Iterator[Node | Indicator]:
    for child in node.children:
        yield child
        if isinstance(child, Node):
            yield from _parts(child)


def _pruned(node: Node, ids: set[str]) -> Node | None:
    children = []
    for child in node.children:
        if child.id in ids:
            continue
        kept = _pruned(child, ids) if isinstance(child, Node) else child
        if kept is not None:
            children.append(kept)
    return node.model_copy(update={"children": tuple(children)}) if children else None


def _revised(part: Node | Indicator, name: str, update: Mapping[str, Any]) -> Node | Indicator:
    fields = {field: getattr(part, field) for field in type(part).model_fields}
    if part.id == name:
        return type(part).model_validate({**fields, **update})
    if isinstance(part, Indicator):
        return part
    children = tuple(_revised(child, name, update) for child in part.children)
    return part.model_copy(update={"children": children})


class _OneKeyLoader(yaml.SafeLoader):
    """YAML keeps the last of two equal keys without a word; this loader refuses the second."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(
                    problem=f"the key {key.value!r} is written twice", problem_mark=key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)
