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
from quyu.index.normalise import goalposts, minmax, percentile, rank, target, zscore
from quyu.index.weigh import equal, most_favourable, stated
from quyu.pages.selfcheck import Check, Read, told
from quyu.words import Words, words

HANDBOOK = "handbook"


def structure(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Tables 6, 7, 9, 11: correlations, principal components, rotated loadings, Cronbach's α."""
    figures, eigen = read("tai_figures"), read("tai_eigenvalues")
    correlated, components = correlation_matrix(figures), principal_components(figures)
    printed = read("tai_loadings")
    loadings = rotated_loadings(correlated, factors=printed.shape[1])
    alphas = alpha_if_deleted(figures)
    alphas["none"] = cronbach_alpha(figures)
    return [
        told(
            say, HANDBOOK, "table_6", correlated, read("tai_correlations"), tolerance=0.0185, reason="logs"
        ),
        told(
            say, HANDBOOK, "table_7_eigenvalues", components["eigenvalue"], eigen["eigenvalue"],
            tolerance=0.06, reason="one_decimal_logs",
        ),
        told(
            say, HANDBOOK, "table_7_shares", 100 * components["share"], eigen["percent"],
            tolerance=0.12, reason="one_decimal_logs",
        ),
        told(
            say, HANDBOOK, "table_9", _as_printed(loadings, printed), printed,
            tolerance=0.013, reason="aligned_logs",
        ),
        told(
            say, HANDBOOK, "table_11", alphas, read("tai_cronbach")["alpha"],
            tolerance=0.005, reason="two_decimals",
        ),
    ]  # fmt: skip


def scaling(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Table 15: mean years of schooling in the normalisations that quyu has."""
    printed = read("tai_schooling_normalised")
    x = printed[["schooling"]]
    up, posts = pd.Series(1, x.columns), goalposts(x)
    posts["target"] = posts["high"]  # the distance to the leader is that to a target
    panel = pd.concat({2001: x}, names=["year"]).swaplevel()
    places = rank(panel, up, posts)["schooling"].droplevel("year")
    shares = percentile(panel, up, posts)["schooling"].droplevel("year")
    alone = ~x["schooling"].duplicated(keep=False)
    half = "two_decimals"
    unit = (0.0, 1.0)
    return [
        told(
            say, HANDBOOK, "table_15_zscore", (zscore(x, up, posts)["schooling"] - 100) / 10, printed["z"],
            tolerance=0.005, reason=half,
        ),
        told(
            say, HANDBOOK, "table_15_minmax", minmax(x, up, posts, scale=unit)["schooling"],
            printed["minmax"], tolerance=0.005, reason=half,
        ),
        told(
            say, HANDBOOK, "table_15_leader", target(x, up, posts, scale=unit)["schooling"],
            printed["dist_best"], tolerance=0.005, reason=half,
        ),
        told(
            say, HANDBOOK, "table_15_rank", places.rank(method="min"), printed["rank"],
            tolerance=0, reason="ties_as_printed",
        ),
        told(
            say, HANDBOOK, "table_15_percentile", shares[alone], printed["percentile"][alone],
            tolerance=0.05, reason="ties_left_out",
        ),
    ]  # fmt: skip


def weights(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Tables 18, 19, 20, 22: weights from factors, from judgements, from the benefit of the doubt."""
    figures, given = read("tai_figures"), read("tai_weights")
    posts, up = goalposts(figures), pd.Series(1, figures.columns)
    scaled = minmax(figures, up, posts, scale=(0.0, 1.0))
    factors = loading_weights(rotated_loadings(correlation_matrix(figures), factors=4))
    judgements = read("tai_judgements")
    found = priorities(judgements)
    consistency = pd.Series({"eigenvalue": found.eigenvalue, "ci": found.ci, "cr": found.cr})
    return [
        told(
            say, HANDBOOK, "table_18", factors,
            read("tai_factor_weights").loc["principal components"],
            tolerance=0.0055, reason="two_decimals_logs",
        ),
        told(
            say, HANDBOOK, "table_19", most_favourable(scaled, least=0.10, most=0.15).scores,
            read("tai_doubt")["score"],
            tolerance=0.0075, reason="two_decimals_logs",
        ),
        told(
            say, HANDBOOK, "table_20_weights", ahp(figures, judgements=judgements),
            read("tai_priorities")["weight"],
            tolerance=5e-5, reason="four_decimals",
        ),
        told(
            say, HANDBOOK, "table_20_consistency", consistency, read("judgement_consistency").loc["tai"],
            tolerance=5e-5, reason="four_decimals",
        ),
        told(say, HANDBOOK, "table_22_equal", equal(figures), given.loc["EW"], tolerance=0, reason="same"),
        told(
            say, HANDBOOK, "table_22_factor", factors, given.loc["FA"],
            tolerance=0.015, reason="tables_differ",
        ),
    ]  # fmt: skip


def ranks(read: Read, say: Words = words("zh-hant")) -> list[Check]:
    """Tables 23, 38: the ranks under each weighting and aggregation."""
    figures, given = read("tai_figures"), read("tai_weights")
    up, even = pd.Series(1, figures.columns), equal(figures)
    unit = minmax(figures, up, read("tai_goalposts"), scale=(0.0, 1.0))
    among = minmax(figures, up, goalposts(figures), scale=(0.0, 1.0))
    doubt = most_favourable(among, least=0.10, most=0.15).scores
    weighting, aggregation = read("tai_ranks_by_weighting"), read("tai_ranks_by_aggregation")
    scores = {name: arithmetic(unit, stated(unit, weights=given.loc[name])) for name in given.index}
    exact = "same_ranks"
    rough = "rough_weights"
    return [
        *(
            told(
                say, HANDBOOK, f"table_23_{under}", _places(score), weighting[name], tolerance=0, reason=exact
            )
            for name, under, score in (
                ("EW", "equal", scores["EW"]),
                ("BAP", "budget", scores["BAP"]),
                ("BOD", "doubt", doubt),
            )
        ),
        *_nearly(say, "factor", _places(scores["FA"]), weighting["FA"], furthest=1, moved=4, reason=rough),
        *_nearly(say, "ahp", _places(scores["AHP"]), weighting["AHP"], furthest=2, moved=3, reason=rough),
        told(
            say, HANDBOOK, "table_38_linear", _places(arithmetic(unit, even)), aggregation["LIN"],
            tolerance=0, reason=exact,
        ),
        told(
            say, HANDBOOK, "table_38_geometric", _places(geometric(figures, even)), aggregation["GME"],
            tolerance=0, reason=exact,
        ),
    ]  # fmt: skip


def _nearly(
    say: Words,
    under: str,
    found: pd.Series,
    printed: pd.Series,
    *,
    furthest: int,
    moved: int,
    reason: str,
) -> list[Check]:
    """How far ranks moved, and how many did: either alone would let a changed table through."""
    off = pd.Series({"moved": float((found.reindex(printed.index) != printed).sum())})
    return [
        told(say, HANDBOOK, f"table_23_{under}", found, printed, tolerance=furthest, reason=reason),
        told(
            say, HANDBOOK, f"table_23_{under}_moved", off, pd.Series({"moved": 0.0}),
            tolerance=moved, reason=reason,
        ),
    ]  # fmt: skip


def _places(scores: pd.Series) -> pd.Series:
    return scores.rank(ascending=False, method="min")


def _as_printed(loadings: pd.DataFrame, printed: pd.DataFrame) -> pd.DataFrame:
    """The same factors in the printed order with the printed signs: neither is determined."""
    agreement = loadings.T @ printed.loc[loadings.index]
    match = agreement.abs().idxmax()
    sign = np.sign([agreement.at[match[name], name] for name in printed])
    return (loadings[match] * sign).set_axis(printed.columns, axis="columns")
