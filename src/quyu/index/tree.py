"""The tree of a framework: nodes over nodes, whose leaves are indicators."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

import numpy as np
import pandas as pd
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    model_validator,
)

from quyu.facts.faults import Refusal, closest
from quyu.index.aggregate import AGGREGATE
from quyu.index.ahp import ahp
from quyu.index.formula import names_in, parse
from quyu.index.normalise import NORMALISE, OUTLIERS, TRANSFORM
from quyu.words.scripts import CONTROL


class Entry(BaseModel):
    """What all parts of a framework share: frozen, no key beyond the known, no control characters."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=True, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _only_known_keys(cls, given: object) -> object:
        keys = {field.alias or name: name for name, field in cls.model_fields.items()}
        if isinstance(given, Mapping):
            unknown = [key for key in given if key not in keys and key not in keys.values()]
            if unknown:
                near = closest(str(unknown[0]), list(keys))
                raise ValueError(
                    f"unknown key {unknown[0]!r}; known keys are {', '.join(keys)}{near}"
                )
            for key, value in given.items():
                if isinstance(value, str) and CONTROL.search(value):
                    raise ValueError(f"{key!r} holds a control character: {value!r}; take it out")
        return given

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with `update` applied, checked like one read from file: the what-if."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        try:
            return type(self).model_validate({**fields, **(update or {})})
        except ValidationError as faults:
            told = [fault["msg"].removeprefix("Value error, ") for fault in faults.errors()]
            first = faults.errors()[0].get("ctx", {}).get("error")
            code, values = getattr(first, "code", ""), getattr(first, "values", {})
            raise Refusal("; ".join(told), code, **values) from None


class Text(Entry):
    """A text the reader sees, in Traditional Chinese with its English counterpart.

    A plain text stands for every language.
    """

    zh_hant: str = Field(alias="zh-hant")
    en: str

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, given: object) -> object:
        return {"zh-hant": given, "en": given} if isinstance(given, str) else given


def known(methods: Mapping[str, Any] | tuple[str, ...], what: str) -> BeforeValidator:
    """A check that a name is one of `methods`; the message lists them."""

    def check(name: object) -> object:
        if name is not None and not (isinstance(name, str) and name in methods):
            near = closest(str(name), list(methods))
            raise ValueError(f"unknown {what} {name!r}; known are {', '.join(methods)}{near}")
        return name

    return BeforeValidator(check, json_schema_input_type=Literal[*methods])


def fraction(given: object) -> object:
    """A number written as one, or as a text such as 2/3; pydantic judges all else.

    >>> fraction("1/4"), fraction(3)
    (0.25, 3)
    """
    try:
        return float(Fraction(given)) if isinstance(given, str) else given
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{given!r} is no number; write 0.65 or 2/3") from None


def _text(name: object) -> object:
    if isinstance(name, bool):
        raise ValueError(f"YAML reads this as {name}; put it in quotes")
    return name


def _parsed(text: str) -> str:
    parse(text)
    return text


def refuse_repeated(ids: Iterable[str]) -> None:
    """Raise ValueError for an id that is there twice."""
    repeated = sorted(name for name, times in Counter(ids).items() if times > 1)
    if repeated:
        raise ValueError(f"the id {repeated[0]!r} is used more than once; ids must be unique")


Id = Annotated[str, BeforeValidator(_text), Field(pattern=r"^[^\W\d]\w*$")]
Formula = Annotated[str, AfterValidator(_parsed)]
Factor = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Fraction = Annotated[str, Field(pattern=r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(/\d+)?$")]


def _written(**bounds: float) -> BeforeValidator:
    """A number or a fraction; an editor is told of both."""
    return BeforeValidator(
        fraction, json_schema_input_type=Annotated[float, Field(**bounds)] | _Fraction
    )


Share = Annotated[float, _written(ge=0, le=1), Field(ge=0, le=1)]
Judgement = Annotated[float, _written(gt=0), Field(gt=0, allow_inf_nan=False)]
Points = Annotated[float, _written(ge=0), Field(ge=0, allow_inf_nan=False)]
BUDGET = 100
STATED_IN = {"ahp": "judgements", "budget_allocation": "points"}  # the key of a node by rule


def weights_judged(node: Node, rule: str) -> pd.Series:
    """The weights that the experts give the children of `node` by `rule`, summing to 1.

    Children they were not asked about have none. Raises ValueError naming the node for judgements
    or points that `ahp` or `budget_allocation` refuses.
    """
    try:
        if rule == "ahp":
            table = comparison(node.judgements)
            return ahp(table, judgements=table)
        from quyu.index.weigh import budget_allocation  # SciPy, which reading never needs

        points = pd.DataFrame.from_dict(node.points, orient="index")
        return budget_allocation(points, points=points)
    except ValueError as fault:
        raise ValueError(f"node {node.id!r}: {fault}") from None


def comparison(rows: dict[str, tuple[float, ...]]) -> pd.DataFrame:
    """The square table of judgements that `rows` state in full, or above the diagonal only.

    A row above the diagonal begins with the judgement of the next name; what is below is 1 divided
    by what is above. Raises ValueError for rows of any other length.

    >>> comparison({"a": (2.0, 4.0), "b": (2.0,), "c": ()}).to_numpy().tolist()
    [[1.0, 2.0, 4.0], [0.5, 1.0, 2.0], [0.25, 0.5, 1.0]]
    """
    names, lengths = list(rows), [len(row) for row in rows.values()]
    size = len(names)
    if lengths == [size] * size:
        return pd.DataFrame(list(rows.values()), names, names, dtype=float)
    if lengths != list(range(size - 1, -1, -1)):
        raise ValueError(
            f"the judgements of {names} have rows of {lengths} numbers; give each row all {size}, "
            f"or those above the diagonal only: {list(range(size - 1, -1, -1))}."
        )
    table = np.eye(size)
    for at, row in enumerate(rows.values()):
        table[at, at + 1 :] = row
        table[at + 1 :, at] = 1 / np.asarray(row)
    return pd.DataFrame(table, names, names)


def refuse_bad_judgements(node: Node, weigh: str) -> None:
    """Raise ValueError unless `node` bears the judgements that `weigh` asks for, and no others.

    A single child needs none. Judgements that contradict each other are refused by `ahp`, naming
    the worst.
    """
    children = [child.id for child in node.children if getattr(child, "published", True)]
    for rule, key in STATED_IN.items():
        given = getattr(node, key)
        if given is not None and rule != weigh:
            raise ValueError(
                f"node {node.id!r} states {key}, but weigh is {weigh}; use weigh: {rule}"
            )
        if rule != weigh or (given is None and len(children) == 1):
            continue
        if given is None:
            raise ValueError(
                f"node {node.id!r} states no {key}, which weigh: {rule} needs for {children}; if "
                f"all count the same, say so with equal {key}"
            )
        for expert, points in node.points.items() if rule == "budget_allocation" else ():
            _refuse_bad_points(node.id, expert, points, list(next(iter(node.points.values()))))
        without = [child for child in children if child not in weights_judged(node, rule)]
        if without:
            raise ValueError(f"node {node.id!r}: the {key} leave out {without}; judge every child")


def _refuse_bad_points(node: str, expert: str, points: dict[str, float], asked: list[str]) -> None:
    if sorted(points) != sorted(asked):
        raise ValueError(
            f"node {node!r}: {expert!r} gives points to {list(points)}, the first expert to "
            f"{asked}; all must be asked about the same"
        )
    if abs(sum(points.values()) - BUDGET) > 1e-6:
        raise ValueError(
            f"node {node!r}: the points of {expert!r} sum to {sum(points.values()):g}; they must "
            f"sum to {BUDGET}"
        )


SIGNS = {"−": "-", "＋": "+", "－": "-", "1": "+", "+1": "+", "-1": "-", "−1": "-"}


def _sign(direction: object) -> object:
    """Accept the typographic minus, and say clearly what YAML made of an unquoted sign."""
    plain = SIGNS.get(str(direction), direction)
    if plain not in ("+", "-"):
        told = "missing" if direction is None else repr(direction)
        raise ValueError(
            f'direction is {told}; write "+" (more is better) or "-" (less is better), in quotes'
        )
    return plain


def _turned(part: object) -> object:
    """A part of the tree, as given, whose indicators count the other way round."""
    if isinstance(part, Indicator):
        return part.model_copy(update={"direction": OTHER[part.direction]})
    if isinstance(part, Node):
        return part.model_copy(update={"children": tuple(map(_turned, part.children))})
    if not isinstance(part, Mapping):
        return part
    if "children" in part and isinstance(part["children"], list | tuple):
        return {**part, "children": [_turned(child) for child in part["children"]]}
    sign = SIGNS.get(str(part.get("direction")), part.get("direction"))
    return {**part, "direction": OTHER.get(sign, sign)}


OTHER = {"+": "-", "-": "+"}
Sign = Literal["+", "-", 1, -1, *SIGNS]  # as it may be written
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
AggregateName = Annotated[str, known(AGGREGATE, "aggregation")]
NormaliseName = Annotated[str, known(NORMALISE, "normalisation")]
TransformName = Annotated[str, known(TRANSFORM, "transform")]
OutlierName = Annotated[str, known(OUTLIERS, "outlier treatment")]


def _named(given: object) -> object:
    """A part without a name is called by its id."""
    if isinstance(given, Mapping) and "name" not in given and isinstance(given.get("id"), str):
        return {**given, "name": given["id"]}
    return given


class Indicator(Entry):
    """A leaf: one derived figure. Needed are `id` and `direction`; `name` is the id if left out.

    Without `formula` it is the figure of its own name. `factor` turns the canonical value of
    `formula` into the displayed `unit`. `phrase` is the part of the goal that it measures, in the
    goal's own words. `structural` marks a cross-section held constant: True takes every published
    year, a list takes those. An indicator with `published: false` is a declared gap: nothing is
    published per unit, so it is never scored. An `official_grade` is a judgement of the unit by
    others, never named as what it should improve. `normalise` and `outliers` override the
    framework's rules; `target` and `best` serve the rules of those names, `goalposts` are its own
    instead of the panel's, all three in canonical units.
    """

    id: Id
    name: Text
    direction: Annotated[Literal["+", "-"], BeforeValidator(_sign, json_schema_input_type=Sign)] = (
        Field(
            None,
            validate_default=True,  # so that what is missing is told as what is wrong
        )
    )
    formula: str | None = None
    transform: TransformName = "none"
    normalise: NormaliseName | None = None
    outliers: OutlierName | None = None
    goalposts: tuple[Finite, Finite] | None = None
    target: Factor | None = None
    best: Finite | None = None
    evidence: Literal["direct", "proxy"] = "direct"
    phrase: str = ""
    structural: bool | tuple[int, ...] = False
    unit: Text = Text(zh_hant="", en="")
    factor: Factor = 1.0
    weight: Weight | None = None
    published: bool = True
    official_grade: bool = False
    national_indicator: str | None = None
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _own_name(cls, given: object) -> object:
        given = _named(given)
        if not isinstance(given, Mapping) or given.get("formula") is not None:
            return given
        scored = given.get("published", True) and isinstance(given.get("id"), str)
        return {**given, "formula": given["id"]} if scored else given

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.goalposts is not None and not self.goalposts[0] < self.goalposts[1]:
            raise ValueError(f"goalposts must rise; they are {list(self.goalposts)}")
        if self.goalposts is not None and self.transform == "log" and self.goalposts[0] <= 0:
            raise ValueError(
                f"goalposts are {list(self.goalposts)}, but transform: log needs values above 0"
            )
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
    its siblings. `direction: "-"` turns everything below round: what was better counts as worse.
    What experts say of its children, by id: `judgements`, for weigh: ahp, compares
    the name of each row with the names in their order, how many times it counts what they do,
    either in full or above the diagonal only; `points`, for weigh: budget_allocation, lists for
    each expert what they spend of 100 on each child. A child that is later left out, or was asked
    about too early, leaves the proportions of the others as they are.
    """

    id: Id
    name: Text
    weight: Weight | None = None
    # "-" is passed on at the door
    direction: Annotated[Literal["+"], BeforeValidator(_sign, json_schema_input_type=Sign)] = "+"
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

    @model_validator(mode="before")
    @classmethod
    def _passed_on(cls, given: object) -> object:
        given = _named(given)
        if not isinstance(given, Mapping) or "direction" not in given:
            return given
        turned = _sign(given["direction"]) == "-" and isinstance(
            given.get("children"), list | tuple
        )
        return {**_turned(given), "direction": "+"} if turned else given

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
