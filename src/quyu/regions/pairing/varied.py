"""How far the proposed pairs depend on the choices that no figure settles."""

from __future__ import annotations

import pandas as pd

from quyu.index.draws import Draws
from quyu.regions.pairing.assistance import Assistance
from quyu.regions.pairing.pairing import pairing
from quyu.regions.pairing.structure import Structure


def varied(
    draws: Draws, structure: Structure, choices: Assistance, register: pd.DataFrame
) -> pd.DataFrame:
    """The giver of every receiver by the stated choices, and with each of `choices.varied`.

    Receivers × (choice, value), by the stated method of the card, "" where no giver is proposed; the
    first column, ("stated", ""), is what `pairing` proposes. Refused is what `pairing` refuses.
    """
    once = choices.model_copy(update={"replications": 1})  # stability is not asked for here
    ways = {("stated", ""): once} | {
        (choice, str(value)): once.model_copy(update={choice: value})
        for choice, values in choices.varied.items()
        for value in values
    }
    found = {way: pairing(draws, structure, made, register) for way, made in ways.items()}
    givers = {
        way: pairs.table["giver"].reindex(pairs.shares.index, fill_value="")
        for way, pairs in found.items()
    }
    return pd.concat(givers, axis="columns", names=["choice", "value"])
