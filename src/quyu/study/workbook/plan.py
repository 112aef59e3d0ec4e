"""What a workbook holds and where: parts, units, the figures behind every cell, the rows of every head."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd
from openpyxl.utils import get_column_letter

from quyu.facts.faults import Refusal
from quyu.facts.load import scored_figures
from quyu.index import Indicator, Node
from quyu.index.derive import derive, panel_of
from quyu.index.formula import figures_read
from quyu.index.trace import OWN, years_used
from quyu.study.workbook.rules import NORMALISED

if TYPE_CHECKING:
    from quyu.study.study import Study

ROWS = 1_048_576  # of a sheet
SIDE = 2  # columns of ids and names before the values
POSTS = ("low", "high", "mean", "sd", "target", "best")


@dataclass(frozen=True)
class Plan:
    """One year of a study, laid out.

    `nodes` are those with a score, children before parents, `below` their scored children; `leaves`
    the scored indicators, those of one node beside each other.
    """

    study: Study
    year: int

    @cached_property
    def units(self) -> list[str]:
        """The units in the order of every sheet."""
        return list(self.study.provinces.index)

    @cached_property
    def below(self) -> dict[str, list[str]]:
        """The scored children of every node with a score."""
        return {node: list(given.index) for node, given in self.study.card.child_weights.items()}

    @cached_property
    def nodes(self) -> dict[str, Node]:
        """The nodes with a score, children before parents."""
        return {n.id: n for n in self.study.card.framework.index.nodes() if n.id in self.below}

    @cached_property
    def leaves(self) -> dict[str, Indicator]:
        """The scored indicators, those of one node beside each other."""
        kept = {leaf.id: leaf for leaf in self.study.card.framework.indicators}
        return {
            part: kept[part] for node in self.nodes for part in self.below[node] if part in kept
        }

    @cached_property
    def upper(self) -> list[str]:
        """The nodes that stand over another, whose children have a block of their own."""
        return [node for node, parts in self.below.items() if set(parts) & set(self.nodes)]

    @cached_property
    def columns(self) -> dict[str, str]:
        """The column of each indicator in the sheets of indicators."""
        return {name: get_column_letter(SIDE + n) for n, name in enumerate(self.leaves, start=1)}

    @cached_property
    def blocks(self) -> dict[tuple[str, str], str]:
        """The column in the sheet of goals of each child of an upper node, by node and child."""
        pairs = [(node, child) for node in self.upper for child in self.below[node]]
        return {pair: get_column_letter(SIDE + n) for n, pair in enumerate(pairs, start=1)}

    @cached_property
    def posts(self) -> list[str]:
        """What the rules of this framework read beside the values, in the order of the sheets."""
        rules = {self.study.card.framework.normalisation(leaf) for leaf in self.leaves.values()}
        read = {key for rule in rules for key in NORMALISED[rule][1]}
        return [key for key in POSTS if key in read]

    @cached_property
    def winsorised(self) -> bool:
        """Whether any indicator has its outermost points drawn in."""
        rule = self.study.card.framework.outlier_rule
        return any(rule(leaf) == "winsorise" for leaf in self.leaves.values())

    @cached_property
    def spread(self) -> tuple[str, ...]:
        """The rows that an aggregation by distance needs: least and greatest of each child."""
        rule = self.study.card.framework.aggregation
        far = any(rule(node) == "topsis" for node in self.nodes.values())
        return ("least", "greatest") if far else ()

    @cached_property
    def heads(self) -> dict[str, dict[str, int]]:
        """The rows of each sheet's head, by what stands in them; "first" is the first row of units."""
        drawn = ("drawn_low", "drawn_high", "low", "high") if self.winsorised else ()
        rows = {
            "indicators": ("goal", "name", "id", "measure", "factor", "years"),
            "treated": ("goal", "name", "treatment", *drawn),
            "normalised": ("goal", "name", "rule", *self.posts, *self.spread, "weight"),
            "goals": ("goal", "name", *self.spread, "weight"),
            "figures": ("head",),
            "ranking": ("head",),
        }
        return {
            sheet: {name: n for n, name in enumerate((*names, "first"), start=3)}
            for sheet, names in rows.items()
        }

    def row(self, sheet: str, unit: str) -> int:
        """The row of a unit in a sheet that has one for each."""
        return self.heads[sheet]["first"] + self._place[unit]

    @cached_property
    def _place(self) -> dict[str, int]:
        return {unit: n for n, unit in enumerate(self.units)}

    def column(self, sheet: str, letter: str, pinned: bool = True) -> str:
        """All units of one column, as a range."""
        first, last = (self.row(sheet, self.units[end]) for end in (0, -1))
        pin = "$" if pinned else ""
        return f"{letter}{pin}{first}:{letter}{pin}{last}"

    # the figures

    @cached_property
    def behind(self) -> dict[tuple[str, str], list[int]]:
        """The years that each cell of the sheet of indicators rests on, by indicator and unit.

        A cell that is empty, or filled from other units, rests on none.
        """
        card, year, found = self.study.card, self.year, {}
        choices = card.framework
        derived = derive(
            panel_of(self.study.figures, also=choices.years),
            {name: leaf.formula for name, leaf in self.leaves.items()},
            definitions=choices.definitions,
            base_year=choices.base_year,
        )
        flags, values = (each.xs(year, level=1) for each in (card.flags, card.imputed))
        for name, leaf in self.leaves.items():
            by_unit = derived[name].unstack(level=0)
            for unit in self.units:
                flag = flags.at[unit, name]
                if pd.isna(values.at[unit, name]) or flag not in ("", *OWN):
                    years = []
                elif flag == "":
                    years = [year]
                else:
                    known = by_unit[unit].dropna()
                    if flag == "structural" and leaf.structural is not True:
                        known = known[known.index.isin(leaf.structural)]
                    years = years_used(known, year, flag)
                found[name, unit] = years
        return found

    @cached_property
    def figures(self) -> pd.DataFrame:
        """The published figures that the year rests on: figure, year, unit, value, source, grade, row."""
        choices, wanted = self.study.card.framework, set()
        for name, leaf in self.leaves.items():
            text, read = choices.expanded(leaf), {}
            for unit in self.units:
                for at in self.behind[name, unit]:
                    if at not in read:
                        read[at] = figures_read(text, at, base_year=choices.base_year)
                    wanted.update((figure, when, unit) for figure, when in read[at])
        if len(wanted) > ROWS - 100:
            raise Refusal(
                f"the year rests on {len(wanted):,} figures; a sheet has {ROWS:,} rows. Leave some "
                f"indicators out.",
                "too_many",
                count=len(wanted),
            )
        held = scored_figures(self.study.facts).set_index(["indicator", "year", "adcode"])
        order = {name: n for n, name in enumerate(self.study.facts.codebook.index)}
        rows = sorted(wanted, key=lambda row: (order[row[0]], row[1], self._place[row[2]]))
        index = pd.MultiIndex.from_tuples(rows, names=["indicator", "year", "adcode"])
        frame = held.loc[index, ["value", "source", "grade"]].reset_index()
        first = self.heads["figures"]["first"]
        return frame.assign(row=range(first, first + len(frame)))

    @cached_property
    def figure_rows(self) -> dict[tuple[str, int, str], int]:
        """The row of each of these figures in their sheet, by figure, year and unit."""
        frame = self.figures
        keys = zip(frame["indicator"], frame["year"], frame["adcode"], strict=True)
        return dict(zip(keys, frame["row"], strict=True))

    # the choices

    @cached_property
    def tree(self) -> list[tuple[Node | Indicator, int, str]]:
        """Every part of the framework with its depth and the node above it, as they are read."""
        found: list[tuple[Node | Indicator, int, str]] = []

        def down(part: Node | Indicator, depth: int, above: str) -> None:
            found.append((part, depth, above))
            for child in part.children if isinstance(part, Node) else ():
                down(child, depth + 1, part.id)

        down(self.study.card.framework.index, 0, "")
        return found

    @cached_property
    def choice(self) -> dict[str, int]:
        """The row of every part in the sheet of weights."""
        return {part.id: CHOICES["first"] + n for n, (part, _, _) in enumerate(self.tree)}

    def post(self, key: str) -> str:
        """The column of the sheet of weights that has the goalpost, mean or aim called `key`."""
        return get_column_letter(len(CHOSEN) + 1 + self.posts.index(key))


CHOICES = {"foot": 3, "top": 4, "enough": 5, "head": 7, "first": 8}  # rows of the sheet of weights
CHOSEN = ("part", "id", "weight", "share", "in_index", "direction", "treatment", "rule")
