"""The tables of the OECD/JRC Handbook, computed again.

Not covered, as quyu has no such method: distances to the mean and to the worst and the three-step
score of Table 15, maximum likelihood in Table 18, voting and outranking (Tables 25 to 36), the
non-compensatory ranks of Table 38. The experts' budgets behind Table 22 are not printed; its weights
are taken as given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.aggregate import arithmetic, geometric
from quyu.index.ahp import ahp, priorities
from quyu.index.multivariate import (
    alpha_if_deleted,
    correlation_matrix,
    cronbach_alpha,
    loading_weights,
    principal_components,
    rotated_loadings,
)
from quyu.index.normalise import goalposts, minmax, percentile, rank_in_year, target, zscore
from quyu.index.weigh import equal, most_favourable, stated
from quyu.pages.selfcheck import Check, Read, beside_printed
from quyu.words import Words, words

UNIT = (0.0, 1.0)


def structure(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Tables 6, 7, 9, 11: correlations, principal components, rotated loadings, Cronbach's α."""
    figures, eigen, alpha = read("tai_figures"), read("tai_eigenvalues"), read("tai_cronbach")
    correlated, components = correlation_matrix(figures), principal_components(figures)
    printed, shares = read("tai_loadings"), 100 * components["share"]
    loadings = _as_printed(rotated_loadings(correlated, factors=printed.shape[1]), printed)
    alphas, logs = alpha_if_deleted(figures), "one_decimal_logs"
    alphas["none"] = cronbach_alpha(figures)
    return beside_printed(
        say,
        "handbook",
        ("table_6", correlated, read("tai_correlations"), 0.0185, "logs"),
        ("table_7_eigenvalues", components["eigenvalue"], eigen["eigenvalue"], 0.06, logs),
        ("table_7_shares", shares, eigen["percent"], 0.12, logs),
        ("table_9", loadings, printed, 0.013, "aligned_logs"),
        ("table_11", alphas, alpha["alpha"], 0.005, "two_decimals"),
    )


def scaling(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Table 15: mean years of schooling in the normalisations that quyu has."""
    printed = read("tai_schooling_normalised")
    x = printed[["schooling"]]
    up, posts = pd.Series(1, x.columns), goalposts(x)
    posts["target"] = posts["high"]  # the distance to the leader is that to a target
    panel = pd.concat({2001: x}, names=["year"]).swaplevel()
    places = rank_in_year(panel, up, posts)["schooling"].droplevel("year").rank(method="min")
    shares = percentile(panel, up, posts)["schooling"].droplevel("year")
    standard = (zscore(x, up, posts)["schooling"] - 100) / 10
    between = minmax(x, up, posts, scale=UNIT)["schooling"]
    leader = target(x, up, posts, scale=UNIT)["schooling"]
    alone, half = ~x["schooling"].duplicated(keep=False), "two_decimals"
    return beside_printed(
        say,
        "handbook",
        ("table_15_zscore", standard, printed["z"], 0.005, half),
        ("table_15_minmax", between, printed["minmax"], 0.005, half),
        ("table_15_leader", leader, printed["dist_best"], 0.005, half),
        ("table_15_rank", places, printed["rank"], 0, "ties_as_printed"),
        ("table_15_percentile", shares[alone], printed["percentile"][alone], 0.05, "ties_left_out"),
    )


def weights(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Tables 18, 19, 20, 22: weights from factors, from judgements, from the benefit of the doubt."""
    figures, given = read("tai_figures"), read("tai_weights")
    factors = loading_weights(rotated_loadings(correlation_matrix(figures), factors=4))
    printed, logs = read("tai_factor_weights").loc["principal components"], "two_decimals_logs"
    judgements, priority = read("tai_judgements"), read("tai_priorities")["weight"]
    judged, found = ahp(figures, judgements=judgements), priorities(judgements)
    consistency = pd.Series({"eigenvalue": found.eigenvalue, "ci": found.ci, "cr": found.cr})
    stated_ratio, exact = read("judgement_consistency").loc["tai"], "four_decimals"
    return beside_printed(
        say,
        "handbook",
        ("table_18", factors, printed, 0.0055, logs),
        ("table_19", _doubt(figures), read("tai_doubt")["score"], 0.0075, logs),
        ("table_20_weights", judged, priority, 5e-5, exact),
        ("table_20_consistency", consistency, stated_ratio, 5e-5, exact),
        ("table_22_equal", equal(figures), given.loc["EW"], 0, "same"),
        ("table_22_factor", factors, given.loc["FA"], 0.015, "tables_differ"),
    )


def ranks(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Tables 23, 38: the ranks under each weighting and aggregation."""
    figures, given = read("tai_figures"), read("tai_weights")
    up, even = pd.Series(1, figures.columns), equal(figures)
    unit = minmax(figures, up, read("tai_goalposts"), scale=UNIT)
    weighting, aggregation = read("tai_ranks_by_weighting"), read("tai_ranks_by_aggregation")
    scores = {name: arithmetic(unit, stated(unit, weights=given.loc[name])) for name in given.index}
    found = {name: _places(score) for name, score in (scores | {"BOD": _doubt(figures)}).items()}
    linear, product = _places(arithmetic(unit, even)), _places(geometric(figures, even))
    exact, rough, none = "same_ranks", "rough_weights", pd.Series({"moved": 0.0})
    moved = {
        name: pd.Series(
            {"moved": float((found[name].reindex(weighting.index) != weighting[name]).sum())}
        )
        for name in ("FA", "AHP")
    }
    # How far ranks moved, and how many did: either alone would let a changed table through.
    return beside_printed(
        say,
        "handbook",
        ("table_23_equal", found["EW"], weighting["EW"], 0, exact),
        ("table_23_budget", found["BAP"], weighting["BAP"], 0, exact),
        ("table_23_doubt", found["BOD"], weighting["BOD"], 0, exact),
        ("table_23_factor", found["FA"], weighting["FA"], 1, rough),
        ("table_23_factor_moved", moved["FA"], none, 4, rough),
        ("table_23_ahp", found["AHP"], weighting["AHP"], 2, rough),
        ("table_23_ahp_moved", moved["AHP"], none, 3, rough),
        ("table_38_linear", linear, aggregation["LIN"], 0, exact),
        ("table_38_geometric", product, aggregation["GME"], 0, exact),
    )


def _doubt(figures: pd.DataFrame) -> pd.Series:
    among = minmax(figures, pd.Series(1, figures.columns), goalposts(figures), scale=UNIT)
    return most_favourable(among, least=0.10, most=0.15).scores


def _places(scores: pd.Series) -> pd.Series:
    return scores.rank(ascending=False, method="min")


def _as_printed(loadings: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """The same factors in the printed order with the printed signs: neither is determined."""
    agreement = loadings.T @ printed.loc[loadings.index]
    match = agreement.abs().idxmax()
    sign = np.sign([agreement.at[match[name], name] for name in printed])
    return (loadings[match] * sign).set_axis(printed.columns, axis="columns")
