"""The stored state of a framework: goalposts and tier breaks that only a rebase may move.

With a stored state a new year, or a user's own figures, cannot change a score already given:
values beyond the goalposts are capped and listed instead.
"""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import Annotated, Self

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from quyu.facts.params import read_params
from quyu.index.framework import FROM_DATA, Framework

Stored = Annotated[float, Field(allow_inf_nan=False)]
TIERS = (0.2, 0.4, 0.6, 0.8)


class Goalposts(BaseModel):
    """What is stored for one indicator: how it was made, and where its scale begins and ends.

    `formula` is written out in full, without definitions. low, high, mean and sd are those of the
    *treated* values. An indicator that was dropped keeps its reason and has no goalposts.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    formula: str
    transform: str
    direction: str
    low: Stored | None = None
    high: Stored | None = None
    mean: Stored | None = None
    sd: Stored | None = None
    dropped: str | None = None

    @model_validator(mode="after")
    def _complete_unless_dropped(self) -> Self:
        if self.dropped is None and None in (self.low, self.high, self.mean, self.sd):
            raise ValueError("low, high, mean and sd must all be stored, or the reason `dropped`")
        return self


class State(BaseModel):
    """Everything a score needs from the panel that it was first worked out on.

    `tiers` holds, for the index and each node, the quintiles of its scores over the pooled panel:
    the breaks of quality tiers and map classes. `weights` holds data-driven weights by rule and node.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    framework: str
    version: str
    base_year: int | None = None
    years: tuple[int, ...]
    quantiles: tuple[float, float]
    indicators: dict[str, Goalposts]
    weigh: str
    weights: dict[str, dict[str, dict[str, float]]] = {}
    tiers: dict[str, tuple[float, ...]] = {}

    def __repr__(self) -> str:
        return (
            f"State({self.framework!r}, version {self.version}, {len(self.indicators)} indicators, "
            f"{self.years[0]}–{self.years[-1]})"
        )

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return f"<code>{escape(repr(self))}</code>"

    def goalposts(self) -> pd.DataFrame:
        """The goalposts of the indicators that were kept, one row each."""
        rows = {
            name: (posts.low, posts.high, posts.mean, posts.sd)
            for name, posts in self.indicators.items()
            if posts.dropped is None
        }
        columns = ["low", "high", "mean", "sd"]
        return pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float)

    def dropped(self) -> dict[str, str]:
        """The reason for each indicator that was dropped."""
        return {name: p.dropped for name, p in self.indicators.items() if p.dropped is not None}


def state_of(framework: Framework, goalposts: pd.DataFrame, dropped: dict[str, str]) -> State:
    """The state to store for `framework`: its `goalposts`, and why others were `dropped`."""
    indicators = {}
    posts = goalposts.astype(float).to_dict("index")
    for indicator in framework.indicators:
        made = {
            "formula": framework.expanded(indicator),
            "transform": indicator.transform,
            "direction": indicator.direction,
        }
        if indicator.id in dropped:
            made["dropped"] = dropped[indicator.id]
        else:
            made |= posts[indicator.id]
        indicators[indicator.id] = Goalposts(**made)
    return State(
        framework=framework.name.en,
        version=framework.version,
        base_year=framework.base_year,
        years=framework.years,
        quantiles=framework.goalpost_quantiles,
        weigh=framework.weigh,
        indicators=indicators,
    )


def tiers_of(scores: pd.DataFrame) -> dict[str, tuple[float, ...]]:
    """The quintiles of each node's scores over all units and years.

    >>> tiers_of(pd.DataFrame({"index": [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]}))
    {'index': (10.0, 20.0, 30.0, 40.0)}
    """
    seen = scores.dropna(axis="columns", how="all")
    return {
        node: tuple(float(cut) for cut in cuts) for node, cuts in seen.quantile(list(TIERS)).items()
    }


def refuse_other_framework(state: State, framework: Framework) -> None:
    """Raise ValueError if `state` was stored for indicators made differently."""

    def insist(holds: bool, told: str) -> None:
        if not holds:
            raise ValueError(f"{told}; run `quyu score --rebase` to store new goalposts.")

    base, quantiles, rule = framework.base_year, framework.goalpost_quantiles, framework.weigh
    insist(
        state.base_year == base,
        f"the stored state has base year {state.base_year}, the framework {base}",
    )
    insist(
        rule not in FROM_DATA or rule in state.weights,
        f"the stored state has weights by {state.weigh!r}, the framework asks for {rule!r}",
    )
    insist(
        state.quantiles == quantiles,
        f"the stored goalposts are the quantiles {state.quantiles}, the framework asks for "
        f"{quantiles}",
    )
    for indicator in framework.indicators:
        stored = state.indicators.get(indicator.id)
        insist(stored is not None, f"no goalposts are stored for indicator {indicator.id!r}")
        made = {"transform": indicator.transform, "direction": indicator.direction}
        for key, now in ({"formula": framework.expanded(indicator)} | made).items():
            then = getattr(stored, key)
            insist(
                then == now,
                f"indicator {indicator.id!r} was stored with the {key} {then!r}, the framework now "
                f"has {now!r}",
            )


def read_state(path: str | Path) -> State:
    """Read the state stored in the YAML file `path`.

    Raises ValueError if the file holds something else, or is incomplete.
    """
    return read_params(path, State, "This is no stored state; run `quyu score --rebase`.")


def state_text(state: State) -> str:
    """The YAML file that stores `state`, every number in full."""
    heading = (
        "# Stored goalposts and tier breaks of the framework beside this file.\n"
        "# Written by `quyu score --rebase`, the only act that moves them.\n"
    )
    body = yaml.safe_dump(
        state.model_dump(mode="json", exclude_none=True), allow_unicode=True, sort_keys=False
    )
    return heading + body
