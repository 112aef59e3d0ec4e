"""The tables of the Technology Achievement Index in the OECD/JRC Handbook, computed again.

Not covered, as quyu has no such method: distances to the mean and to the worst and the three-step
score of Table 15, maximum likelihood in Table 18, the non-compensatory ranks of Table 38. The
experts' budgets behind Table 22 are not printed; its weights are taken as given.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from quyu.index.adequacy import principal_components
from quyu.index.aggregate import arithmetic, geometric
from quyu.index.ahp import ahp, priorities
from quyu.index.doubt import most_favourable
from quyu.index.factor import loading_weights, rotated_loadings
from quyu.index.goalposts import goalposts
from quyu.index.multivariate import alpha_if_deleted, correlation_matrix, cronbach_alpha
from quyu.index.normalise import minmax, percentile, rank, target, zscore
from quyu.index.weigh import equal, stated
from quyu.reports.selfcheck import Check, Read, compare

HANDBOOK = "OECD/JRC（2008）《綜合指標編製手冊》"
LOGS = "電話、電力兩項只印兩位小數的對數，誤差帶進每一步"


def structure(read: Read) -> list[Check]:
    """Tables 6, 7, 9, 11: correlations, principal components, rotated loadings, Cronbach's α."""
    figures, eigen = read("tai_figures"), read("tai_eigenvalues")
    correlated, components = correlation_matrix(figures), principal_components(figures)
    printed = read("tai_loadings")
    loadings = rotated_loadings(correlated, factors=printed.shape[1])
    alphas = alpha_if_deleted(figures)
    alphas["none"] = cronbach_alpha(figures)
    return [
        compare(
            HANDBOOK, "表 6 相關係數", correlated, read("tai_correlations"), tolerance=0.0185, reason=LOGS
        ),
        compare(
            HANDBOOK, "表 7 特徵值", components["eigenvalue"], eigen["eigenvalue"],
            tolerance=0.06, reason=f"印一位小數，半個末位 0.05；{LOGS}",
        ),
        compare(
            HANDBOOK, "表 7 方差百分比", 100 * components["share"], eigen["percent"],
            tolerance=0.12, reason=f"印一位小數，半個末位 0.05；{LOGS}",
        ),
        compare(
            HANDBOOK, "表 9 旋轉後的因子載荷", _as_printed(loadings, printed), printed,
            tolerance=0.013, reason=f"因子的次序與正負號依印出的對齊；{LOGS}",
        ),
        compare(
            HANDBOOK, "表 11 Cronbach α", alphas, read("tai_cronbach")["alpha"],
            tolerance=0.005, reason="印兩位小數，半個末位",
        ),
    ]  # fmt: skip


def scaling(read: Read) -> list[Check]:
    """Table 15: mean years of schooling in the normalisations that quyu has."""
    printed = read("tai_schooling_normalised")
    x = printed[["schooling"]]
    up, posts = pd.Series(1, x.columns), goalposts(x)
    posts["target"] = posts["high"]  # the distance to the leader is that to a target
    panel = pd.concat({2001: x}, names=["year"]).swaplevel()
    places = rank(panel, up, posts)["schooling"].droplevel("year")
    shares = percentile(panel, up, posts)["schooling"].droplevel("year")
    alone = ~x["schooling"].duplicated(keep=False)
    half = "印兩位小數，半個末位"
    unit = (0.0, 1.0)
    return [
        compare(
            HANDBOOK, "表 15 標準分", (zscore(x, up, posts)["schooling"] - 100) / 10, printed["z"],
            tolerance=0.005, reason=half,
        ),
        compare(
            HANDBOOK, "表 15 最小—最大", minmax(x, up, posts, scale=unit)["schooling"],
            printed["minmax"], tolerance=0.005, reason=half,
        ),
        compare(
            HANDBOOK, "表 15 與領先者之比", target(x, up, posts, scale=unit)["schooling"],
            printed["dist_best"], tolerance=0.005, reason=half,
        ),
        compare(
            HANDBOOK, "表 15 名次", places.rank(method="min"), printed["rank"],
            tolerance=0, reason="並列：本系統取平均名次，手冊取較低的；換成手冊的規則再比",
        ),
        compare(
            HANDBOOK, "表 15 百分位", shares[alone], printed["percentile"][alone],
            tolerance=0.05, reason="印一位小數，半個末位；並列的規則不同，只比無並列的國家",
        ),
    ]  # fmt: skip


def weights(read: Read) -> list[Check]:
    """Tables 18, 19, 20, 22: weights from factors, from judgements, from the benefit of the doubt."""
    figures, given = read("tai_figures"), read("tai_weights")
    posts, up = goalposts(figures), pd.Series(1, figures.columns)
    scaled = minmax(figures, up, posts, scale=(0.0, 1.0))
    factors = loading_weights(rotated_loadings(correlation_matrix(figures), factors=4))
    judgements = read("tai_judgements")
    found = priorities(judgements)
    consistency = pd.Series({"eigenvalue": found.eigenvalue, "ci": found.ci, "cr": found.cr})
    return [
        compare(
            HANDBOOK, "表 18 因子權重（主成分）", factors,
            read("tai_factor_weights").loc["principal components"],
            tolerance=0.0055, reason=f"印兩位小數，半個末位 0.005；{LOGS}",
        ),
        compare(
            HANDBOOK, "表 19 最有利權重（BoD）得分", most_favourable(scaled, least=0.10, most=0.15).scores,
            read("tai_doubt")["score"],
            tolerance=0.0075, reason=f"印兩位小數，半個末位 0.005；{LOGS}",
        ),
        compare(
            HANDBOOK, "表 20 層次分析的權重", ahp(figures, judgements=judgements),
            read("tai_priorities")["weight"],
            tolerance=5e-5, reason="記四位小數，半個末位",
        ),
        compare(
            HANDBOOK, "表 20 判斷的一致性（λ、CI、CR）", consistency, read("judgement_consistency").loc["tai"],
            tolerance=5e-5, reason="記四位小數，半個末位",
        ),
        compare(HANDBOOK, "表 22 等權", equal(figures), given.loc["EW"], tolerance=0, reason="應完全相同"),
        compare(
            HANDBOOK, "表 22 因子權重", factors, given.loc["FA"],
            tolerance=0.015, reason="手冊自己的表 18 與表 22 就差 0.01；再加半個末位 0.005",
        ),
    ]  # fmt: skip


def ranks(read: Read) -> list[Check]:
    """Tables 23, 38: the ranks under each weighting and aggregation."""
    figures, given = read("tai_figures"), read("tai_weights")
    up, even = pd.Series(1, figures.columns), equal(figures)
    unit = minmax(figures, up, read("tai_goalposts"), scale=(0.0, 1.0))
    among = minmax(figures, up, goalposts(figures), scale=(0.0, 1.0))
    doubt = most_favourable(among, least=0.10, most=0.15).scores
    weighting, aggregation = read("tai_ranks_by_weighting"), read("tai_ranks_by_aggregation")
    under = {name: arithmetic(unit, stated(unit, weights=given.loc[name])) for name in given.index}
    exact = "名次應完全相同"
    rough = "權重只印兩位小數，得分接近的國家會互換名次"
    return [
        *(
            compare(
                HANDBOOK, f"表 23 名次（{told}）", _places(score), weighting[name], tolerance=0, reason=exact
            )
            for name, told, score in (
                ("EW", "等權", under["EW"]),
                ("BAP", "預算分配", under["BAP"]),
                ("BOD", "最有利權重", doubt),
            )
        ),
        *_nearly("因子", _places(under["FA"]), weighting["FA"], furthest=1, moved=4, reason=rough),
        *_nearly("層次分析", _places(under["AHP"]), weighting["AHP"], furthest=2, moved=3, reason=rough),
        compare(
            HANDBOOK, "表 38 名次（線性）", _places(arithmetic(unit, even)), aggregation["LIN"],
            tolerance=0, reason=exact,
        ),
        compare(
            HANDBOOK, "表 38 名次（幾何）", _places(geometric(figures, even)), aggregation["GME"],
            tolerance=0, reason=exact,
        ),
    ]  # fmt: skip


def _nearly(
    told: str, found: pd.Series, printed: pd.Series, *, furthest: int, moved: int, reason: str
) -> list[Check]:
    """How far ranks moved, and how many did: either alone would let a changed table through."""
    off = pd.Series({"moved": float((found.reindex(printed.index) != printed).sum())})
    return [
        compare(HANDBOOK, f"表 23 名次（{told}）", found, printed, tolerance=furthest, reason=reason),
        compare(
            HANDBOOK, f"表 23 名次不同的國家數（{told}）", off, pd.Series({"moved": 0.0}),
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
