"""Textbook examples, with invented rows whose results another program worked out, computed again."""

from __future__ import annotations

import pandas as pd

from quyu.index.aggregate import topsis
from quyu.index.ahp import priorities
from quyu.index.normalise import goalposts, minmax
from quyu.index.practice import coupling_coordination, location_quotient, obstacle_degrees
from quyu.index.weigh import critic, entropy
from quyu.pages.selfcheck import Check, Read, beside_printed
from quyu.words import Words, words

SHARE = {"C1": 0.3, "C2": 0.4, "C3": 0.3}  # the weights that Tzeng and Huang state


def textbooks(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Saaty's drinks, Diakoulaki's firms, Tzeng and Huang's alternatives."""
    drinks, printed = priorities(read("drinks_judgements")), read("drinks_weights")["weight"]
    ratio, found = read("judgement_consistency").loc["drinks", ["cr"]], pd.Series({"cr": drinks.cr})
    firms = read("critic_firms")
    scaled = minmax(firms, pd.Series(1, firms.columns), goalposts(firms), scale=(0.0, 1.0))
    choice, told = read("topsis"), read("critic_weights")["weight"]
    values = choice[list(SHARE)]
    closeness = topsis(values / (values**2).sum() ** 0.5, pd.Series(SHARE)) / 100
    three, four = "three_decimals", "four_decimals"
    saaty = ("drinks_weights", drinks.weights, printed, 5e-4, three)
    return [
        *beside_printed(say, "saaty", saaty, ("drinks_ratio", found, ratio, 5e-4, three)),
        *beside_printed(say, "critic", ("critic", critic(scaled), told, 5e-5, four)),
        *beside_printed(say, "topsis", ("closeness", closeness, choice["closeness"], 5e-5, four)),
    ]


def practice(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Entropy weights, TOPSIS, coupling coordination, obstacle degrees, location quotients."""
    scores, weights = read("invented_scores"), read("invented_entropy")["weight"]
    results, work = read("invented_results"), read("invented_employment")
    parts = ["coupling", "development", "coordination"]
    degrees = obstacle_degrees(scores, weights)
    degrees.columns = [f"obstacle_{place}" for place in range(1, len(weights) + 1)]
    industries = ["first", "second", "third"]
    quotients = location_quotient(work[industries], work[industries].sum(axis=1)).add_prefix("lq_")
    found = {
        "entropy": (entropy(scores), weights),
        "closeness_entropy": (topsis(scores, weights) / 100, results["closeness"]),
        "coupling": (coupling_coordination(results[["U1", "U2", "U3"]])[parts], results[parts]),
        "obstacles": (degrees, results[list(degrees)]),
        "location": (quotients, work[list(quotients)]),
    }
    rows = [(what, *values, 1e-9, "nine_decimals") for what, values in found.items()]
    return beside_printed(say, "invented", *rows)
