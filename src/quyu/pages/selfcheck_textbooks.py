"""Textbook examples, with invented rows whose results another program worked out, computed again."""

from __future__ import annotations

import pandas as pd

from quyu.index.aggregate import topsis
from quyu.index.ahp import priorities
from quyu.index.normalise import goalposts, minmax
from quyu.index.practice import coupling_coordination, location_quotient, obstacle_degrees
from quyu.index.weigh import critic, entropy
from quyu.pages.selfcheck import Check, Read, told
from quyu.words import Words, words

SAATY = "saaty"
CRITIC = "critic"
TOPSIS = "topsis"
INVENTED = "invented"
SHARE = {"C1": 0.3, "C2": 0.4, "C3": 0.3}  # the weights that Tzeng and Huang state


def textbooks(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Saaty's drinks, Diakoulaki's firms, Tzeng and Huang's alternatives."""
    drinks = priorities(read("drinks_judgements"))
    ratio = read("judgement_consistency").loc["drinks", ["cr"]]
    firms = read("critic_firms")
    scaled = minmax(firms, pd.Series(1, firms.columns), goalposts(firms), scale=(0.0, 1.0))
    choice = read("topsis")
    values = choice[list(SHARE)]
    vector = values / (values**2).sum() ** 0.5
    return [
        told(
            say, SAATY, "drinks_weights", drinks.weights, read("drinks_weights")["weight"],
            tolerance=5e-4, reason="three_decimals",
        ),
        told(
            say, SAATY, "drinks_ratio", pd.Series({"cr": drinks.cr}), ratio,
            tolerance=5e-4, reason="three_decimals",
        ),
        told(
            say, CRITIC, "critic", critic(scaled), read("critic_weights")["weight"],
            tolerance=5e-5, reason="four_decimals",
        ),
        told(
            say, TOPSIS, "closeness", topsis(vector, pd.Series(SHARE)) / 100, choice["closeness"],
            tolerance=5e-5, reason="four_decimals",
        ),
    ]  # fmt: skip


def practice(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Entropy weights, TOPSIS, coupling coordination, obstacle degrees, location quotients."""
    scores, weights = read("invented_scores"), read("invented_entropy")["weight"]
    results, work = read("invented_results"), read("invented_employment")
    systems = results[["U1", "U2", "U3"]]
    parts = ["coupling", "development", "coordination"]
    degrees = obstacle_degrees(scores, weights)
    degrees.columns = [f"obstacle_{place}" for place in range(1, len(weights) + 1)]
    industries = ["first", "second", "third"]
    quotients = location_quotient(work[industries], work[industries].sum(axis=1)).add_prefix("lq_")
    return [
        told(say, INVENTED, "entropy", entropy(scores), weights, tolerance=1e-9, reason="nine_decimals"),
        told(
            say, INVENTED, "closeness_entropy", topsis(scores, weights) / 100, results["closeness"],
            tolerance=1e-9, reason="nine_decimals",
        ),
        told(
            say, INVENTED, "coupling", coupling_coordination(systems)[parts], results[parts],
            tolerance=1e-9, reason="nine_decimals",
        ),
        told(
            say, INVENTED, "obstacles", degrees, results[list(degrees)], tolerance=1e-9, reason="nine_decimals"
        ),
        told(
            say, INVENTED, "location", quotients, work[list(quotients)], tolerance=1e-9, reason="nine_decimals"
        ),
    ]  # fmt: skip
