"""The framework: the tree of what is measured, with the rules by which it is calculated.

Longer than most, since all that a framework refuses is told in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from quyu.facts.faults import Refusal
from quyu.facts.params import checked, read_params
from quyu.index.aggregate import POSITIVE
from quyu.index.formula import expand, refuse_circles
from quyu.index.guards import refuse_unknown
from quyu.index.impute import FILL
from quyu.index.normalise import OUTLIERS
from quyu.index.tree import (
    STATED_IN,
    AggregateName,
    Entry,
    Indicator,
    Node,
    NormaliseName,
    ProfileEntry,
    Share,
    Text,
    known,
    refuse_bad_judgements,
    refuse_repeated,
)

FROM_DATA = ("entropy", "critic", "factor", "benefit_of_the_doubt")  # see quyu.index.weigh
WEIGH = ("equal", "stated", *FROM_DATA, *STATED_IN)
PAIRED = {"mpi": "zscore", "ampi": "reference"}  # rules made for one normalisation


def _text_of(version: object) -> object:
    return str(version) if isinstance(version, int | float) else version


def _listed(years: object) -> object:
    return (years,) if isinstance(years, int) else years


class MissingRule(Entry):
    """How far missing figures may be bridged, and how much must be observed for a score.

    `interior` years between publications are interpolated, `edge` years beyond them carried; what is
    still missing is filled by `method` (see `fill`), by default not at all. An indicator below
    `indicator_coverage`, a node below `node_coverage` of its weight, has no score.
    """

    method: Annotated[str, known(FILL, "imputation")] = "none"
    interior: int = Field(2, ge=0)
    edge: int = Field(1, ge=0)
    indicator_coverage: Share = 0.65
    node_coverage: Share = 2 / 3


class Framework(Entry):
    """What is measured and how it is joined; nothing of the calculation is chosen elsewhere.

    Needed are `name`, `years` and `index`. `years` is the panel, `report_year` the year shown
    first, the last if left out, `base_year` the year of constant prices, needed where a formula has
    a chain. `aggregate` holds for nodes that state no rule. `goalpost_quantiles` other than [0, 1]
    winsorise the goalposts. `weigh` is equal, stated (every child states a weight), ahp or
    budget_allocation (every node states what experts judged of its children), or a rule that draws
    the weights of indicators inside their node from the rows in which all are observed, nodes
    among each other being equal. `definitions` names sub-formulas. `index` is the top of the tree,
    kept under the id "index" whatever it was given, with the framework's name if it has none.

    A what-if is a copy: `framework.model_copy(update={"normalise": "zscore"})` for the whole,
    `framework.revised("software", {"transform": "none"})` for a part, `framework.without(…)`,
    `framework.only("direct")`. Every copy is checked like a framework read from file.
    """

    name: Text
    version: Annotated[str, BeforeValidator(_text_of, json_schema_input_type=str | float)] = "1"
    years: Annotated[
        tuple[int, ...], BeforeValidator(_listed, json_schema_input_type=int | tuple[int, ...])
    ] = Field(min_length=1)
    report_year: int
    base_year: int | None = None
    scale: tuple[float, float] = (1.0, 100.0)
    normalise: NormaliseName = "minmax"
    goalpost_quantiles: tuple[Share, Share] = (0.0, 1.0)
    outliers: Annotated[str, known(OUTLIERS, "outlier treatment")] = "none"
    weigh: Annotated[str, known(WEIGH, "weighting")] = "equal"
    aggregate: AggregateName = "arithmetic"
    missing: MissingRule = MissingRule()
    definitions: dict[str, str] = Field(default_factory=dict)
    index: Node
    profile: tuple[ProfileEntry, ...] = ()
    latest: tuple[ProfileEntry, ...] = ()

    def __repr__(self) -> str:
        return (
            f"Framework({self.name.en!r}, version {self.version}, {len(self.goals)} goals, "
            f"{len(self.indicators)} indicators, {self.years[0]}–{self.years[-1]})"
        )

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return f"<code>{escape(repr(self))}</code>"

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

    def part(self, name: str) -> Node | Indicator:
        """The node or indicator of that id."""
        parts = [*self.index.nodes(), *self.index.leaves()]
        return next(part for part in parts if part.id == name)

    def aggregation(self, node: Node) -> str:
        """The name of the rule that joins the children of `node`."""
        return node.aggregate or self.aggregate

    def normalisation(self, indicator: Indicator) -> str:
        """The name of the rule that normalises `indicator`."""
        return indicator.normalise or self.normalise

    def outlier_rule(self, indicator: Indicator) -> str:
        """The name of the rule that treats outliers of `indicator`."""
        return indicator.outliers or self.outliers

    def expanded(self, indicator: Indicator) -> str:
        """The formula of `indicator` with every definition written out."""
        return expand(indicator.formula or "", self.definitions)

    def only(self, evidence: str) -> Self:
        """The framework without the indicators of the other kind of evidence.

        `evidence` is "direct" or "proxy". A node that keeps no indicator is left out; one that
        keeps only declared gaps stays, without a score.
        """
        refuse_unknown("evidence", evidence, ("direct", "proxy"))
        return self.without(*(leaf.id for leaf in self.index.leaves() if leaf.evidence != evidence))

    def without(self, *ids: str) -> Self:
        """The framework without the named indicators or nodes."""
        self._refuse_unknown(ids)
        kept = self.index.without(set(ids))
        if kept is None:
            raise ValueError(f"nothing is left of the framework without {', '.join(ids)}")
        return self.model_copy(update={"index": kept})

    def revised(self, part: str, update: Mapping[str, Any]) -> Self:
        """The framework with some keys of one indicator or node changed."""
        self._refuse_unknown((part,))
        return self.model_copy(update={"index": self.index.revised(part, update)})

    def _refuse_unknown(self, ids: tuple[str, ...]) -> None:
        have = [*(n.id for n in self.index.nodes()), *(leaf.id for leaf in self.index.leaves())]
        for part in ids:
            if part not in have:
                raise ValueError(f"the framework has no {part!r}; it has {', '.join(have)}")

    @model_validator(mode="before")
    @classmethod
    def _filled_in(cls, given: object) -> object:
        if not isinstance(given, Mapping):
            return given
        filled, years, top = dict(given), given.get("years"), given.get("index")
        last = years[-1] if isinstance(years, list | tuple) and years else years
        if "report_year" not in given:  # nor is it told where no year is to be had
            filled["report_year"] = last if isinstance(last, int) else 0
        if isinstance(top, Node):
            filled["index"] = top.model_copy(update={"id": "index"}) if top.id != "index" else top
        elif isinstance(top, Mapping):
            name = {"name": given["name"]} if "name" in given else {}
            filled["index"] = name | dict(top) | {"id": "index"}
        return filled

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refuse_circles(self.definitions)
        self._refuse_bad_tree()
        self._refuse_bad_numbers()
        self._refuse_bad_methods()
        self._refuse_bad_weights()
        return self

    def _refuse_bad_tree(self) -> None:
        ids = [n.id for n in self.index.nodes()] + [leaf.id for leaf in self.index.leaves()]
        ids += [entry.id for entry in (*self.profile, *self.latest)]
        refuse_repeated(ids)
        if not self.indicators:
            raise ValueError("the framework has no published indicator: there is nothing to score")

    def _refuse_bad_numbers(self) -> None:
        if list(self.years) != list(range(self.years[0], self.years[-1] + 1)):
            raise ValueError(
                f"years must follow one another without gaps; they are {list(self.years)}"
            )
        if self.report_year not in self.years:
            raise ValueError(f"report_year {self.report_year} is not among {list(self.years)}")
        for leaf in self.indicators if self.base_year is None else ():
            if "chain(" in self.expanded(leaf):
                raise ValueError(
                    f"indicator {leaf.id!r} has a chain(…), but no base_year is stated: the year "
                    f"whose prices it is at"
                )
        if not self.scale[0] < self.scale[1]:
            raise ValueError(f"scale must rise from low to high; it is {list(self.scale)}")
        if not self.goalpost_quantiles[0] < self.goalpost_quantiles[1]:
            raise ValueError(
                f"goalpost_quantiles must rise; they are {list(self.goalpost_quantiles)}"
            )

    def _refuse_winsorised_panel(self) -> None:
        rules = {self.outlier_rule(leaf) for leaf in self.indicators}
        if "winsorise" in rules and len(self.years) > 1:
            raise ValueError(
                "winsorise is for one cross-section; over several years it would set a leading "
                "unit's years to one value. Use goalpost_quantiles: [0.025, 0.975]"
            )

    def _refuse_bad_methods(self) -> None:
        aggregations = {self.aggregation(node) for node in self.index.nodes()}
        normalisations = {self.normalisation(leaf) for leaf in self.indicators}
        for rule in sorted(aggregations & set(POSITIVE)):
            if "zscore" in normalisations:
                raise Refusal(
                    f"{rule} aggregation cannot join z-scores, whose zero means nothing; use "
                    f"normalise: minmax, or aggregate: arithmetic",
                    "no_zero",
                    rule=rule,
                )
            if self.scale[0] <= 0:
                raise ValueError(
                    f"{rule} aggregation needs scores above 0, but the scale is "
                    f"{list(self.scale)}; use [1, 100]"
                )
        for rule in sorted(aggregations & set(PAIRED)):
            if normalisations != {PAIRED[rule]}:
                raise ValueError(
                    f"{rule} aggregation goes with normalise: {PAIRED[rule]}, not with "
                    f"{', '.join(sorted(normalisations))}"
                )
        for leaf in self.indicators:
            rule = self.normalisation(leaf)
            if rule in ("target", "best") and getattr(leaf, rule) is None:
                raise ValueError(f"indicator {leaf.id!r}: normalise: {rule} needs its key {rule!r}")
            if rule == "target" and leaf.transform != "none":
                raise ValueError(
                    f"indicator {leaf.id!r}: the distance to a target is a ratio of untransformed "
                    f"values; use transform: none"
                )

    def _refuse_bad_weights(self) -> None:
        parts = [*self.index.nodes(), *self.index.leaves()]
        stating = [part.id for part in parts if part.weight is not None]
        if stating and self.weigh != "stated":
            raise ValueError(
                f"{stating[0]!r} states a weight, but weigh is {self.weigh!r}; use weigh: stated"
            )
        self._refuse_winsorised_panel()
        if not stating and self.weigh == "stated":
            raise ValueError("weigh is 'stated', but nothing states a weight; use weigh: equal")
        for node in self.index.nodes():
            refuse_bad_judgements(node, self.weigh)


def read_framework(path: str | Path | Mapping) -> Framework:
    """Read and check the framework in the YAML file `path`, or what such a file would hold.

    Raises ValueError that lists every fault with the file and the node: unknown keys and methods
    with the known ones, repeated ids or keys, an undeclared direction, weights that are negative,
    missing or sum to zero, formulas that are none.
    """
    if isinstance(path, Mapping):
        return checked(path, Framework, "The framework given")
    return read_params(path, Framework)
