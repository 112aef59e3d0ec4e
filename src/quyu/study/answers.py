"""The questions that a report's first page answers, as frames: what moved, what holds back, whom to look at.

Thresholds, here and in the method's text on the page (when a pair is firm: quyu.study.regional):

LEAST  a gap or a strength moves the index by at least 0.05 points: less would be printed as 0.0
THIRD  a gap ranks outside the nation's best third, a strength within it
AHEAD  a peer is ahead where its score on the indicator is 5 points or more above the unit's, of 1–100
COUNT  three gaps, three strengths, three peers at most
BEFORE a direct indicator is named before a proxy that would add up to a tenth more
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

import pandas as pd

from quyu.index.change import gain, gain_of_all, scored_weights
from quyu.study.comparing import PRINTED, changed_since
from quyu.study.evidence import by_year, evidence
from quyu.study.regional import peers_frame
from quyu.study.shortfall import distances, in_best_third, obstacles

if TYPE_CHECKING:
    from quyu.study.study import Study

LEAST, AHEAD, COUNT, BEFORE = 0.05, 5.0, 3, 1.1


@lru_cache(maxsize=4)  # a first page asks four times
def answers(study: Study, adcode: str, year: int) -> pd.DataFrame:
    """The gaps of a unit that cost its index most, then its strengths that give it most, by id.

    Both against the nation's median, all else as it is: `adds` is what the index would gain were the
    indicator at that median, below 0 for a strength, which it would lose. A gap is behind the median,
    outside the best third, and no official grade; a strength is ahead of it and within the best third.
    Columns: kind ("gap", "strength"), those of `distances`, place, lifted_rank: the rank at that index.
    """
    far, told = distances(study, adcode, year), evidence(study, adcode, year)
    grades = {leaf.id for leaf in study.card.framework.indicators if leaf.official_grade}
    far = far.join(told[["rank", "of", "place"]])[~far.index.isin(grades)]
    ahead = in_best_third(far)
    lose = gain(study.card, adcode, year, to=_medians(study, year)).reindex(far.index)
    named = obstacles(study, adcode, year)["named"].reindex(far.index, fill_value=False)
    gaps = far[named & (far["nation_adds"] >= LEAST)].assign(kind="gap")
    order = gaps["nation_adds"].mul(BEFORE).where(gaps["evidence"] == "direct", gaps["nation_adds"])
    gaps = gaps.loc[order.sort_values(ascending=False, kind="stable").index].head(COUNT)
    strengths = far[ahead & (lose <= -LEAST)].assign(kind="strength")
    # A whole series would bring rows where there are none.
    strengths["nation_adds"] = lose[strengths.index]
    strengths = strengths.sort_values("nation_adds", kind="stable").head(COUNT)
    frame = pd.concat([gaps, strengths]).rename(columns={"nation_adds": "adds"})
    frame["lifted_rank"] = _ranks_with(study, adcode, year, frame["adds"])
    return frame[["kind", *frame.columns.drop("kind")]]


def _ranks_with(study: Study, adcode: str, year: int, adds: Iterable[float]) -> list[float]:
    """The rank of a unit with so many points more, all others as they are, for each of `adds`."""
    index = study.at(year)["index"]
    others = index.drop(adcode).round(9).to_numpy()
    lifted = (round(index[adcode] + each, 9) for each in adds)
    return [float((others > then).sum() + 1) for then in lifted]


@lru_cache(maxsize=4)
def _medians(study: Study, year: int) -> pd.Series:
    return study.card.normalised.xs(year, level="year").median()


def together(study: Study, adcode: str, year: int) -> pd.Series:
    """What the index and the rank would be, were all the gaps named at the nation's median: adds, index, rank."""
    gaps = answers(study, adcode, year).query("kind == 'gap'").index
    adds = gain_of_all(study.card, adcode, year, to=_medians(study, year)[gaps])
    index = study.at(year).at[adcode, "index"] + adds
    told = {"adds": adds, "index": index, "rank": _ranks_with(study, adcode, year, [adds])[0]}
    return pd.Series(told)


def movement(study: Study, adcode: str, year: int) -> pd.Series:
    """How index and rank changed since the panel's first year, and the nation's median meanwhile.

    first, change, nation (the median's, of units with both years), as a page prints them, was and
    now (ranks). Missing of a unit without an index in one of the two; in the first year itself.
    """
    first = study.card.framework.years[0]
    row = changed_since(study, first, year, digits=PRINTED).loc[adcode]
    nation = row["change"] - row["beyond"]
    told = {"first": first, "change": row["change"], "nation": nation}
    return pd.Series({**told, "was": row["first_rank"], "now": row["rank"]})


def ahead(study: Study, adcode: str, year: int) -> pd.DataFrame:
    """The peers in structure that are ahead on just the gaps that are named: a row a peer and gap.

    Those ahead on most gaps first, then the nearest. Indexed by adcode and indicator: name, alike (in
    what most), index, rank; value and lead (over the unit) in the indicator's unit; since: from which
    year on (as text), of those in which both are published, the peer was ahead; always, whether from the first of
    these. Refused where the unit has no structure.
    """
    gaps = answers(study, adcode, year).query("kind == 'gap'").index
    card, near = study.card, peers_frame(study, adcode, year).iloc[1:]
    factor = {leaf.id: leaf.factor for leaf in card.framework.indicators}
    rows = []
    for gap in gaps:
        scores, flags = (by_year(study, kind)[gap].loc[:year] for kind in ("normalised", "flags"))
        held = card.imputed[gap].xs(year, level="year") * factor[gap]
        for peer, told in near.iterrows():
            lead = scores[peer] - scores[adcode]
            if not lead[year] >= AHEAD:
                continue
            known = lead[(flags[[peer, adcode]] == "").all(axis=1)]
            behind = known.index[~(known > 0)]
            run = known[known.index > behind[-1]] if len(behind) else known
            since = {"since": str(run.index[0]) if len(run) else ""}
            since["always"] = len(run) == len(known) > 0
            amount = {"value": held[peer], "lead": held[peer] - held[adcode]}
            rows.append({"adcode": peer, "indicator": gap, **told, **amount, **since})
    of_peer = ["adcode", "indicator", "name", "alike", "index", "rank", "distance"]
    frame = pd.DataFrame(rows, columns=[*of_peer, "value", "lead", "since", "always"])
    frame["count"] = frame.groupby("adcode")["indicator"].transform("size")
    order = {"by": ["count", "distance"], "ascending": [False, True], "kind": "stable"}
    frame = frame.sort_values(**order)
    chosen = frame["adcode"].isin(frame["adcode"].unique()[:COUNT])
    return frame[chosen].drop(columns="count").set_index(of_peer[:2])


def grounds(study: Study, adcode: str, year: int) -> pd.DataFrame:
    """What each goal of a unit rests on: direct, the share of its score's weight that is direct evidence,
    and proxies, the names of the others, by goal."""
    weights, say = _weights(study).loc[(adcode, year)], study.say
    rows = {}
    for goal in study.card.framework.goals:
        scored = [leaf for leaf in goal.leaves() if weights.get(leaf.id, 0) > 0]
        direct = sum(weights[leaf.id] for leaf in scored if leaf.evidence == "direct")
        rows[goal.id] = {
            "direct": direct / sum(weights[leaf.id] for leaf in scored) if scored else None,
            "proxies": [say.of(leaf.name) for leaf in scored if leaf.evidence != "direct"],
        }
    return pd.DataFrame.from_dict(rows, orient="index")


@lru_cache(maxsize=1)
def _weights(study: Study) -> pd.DataFrame:
    return scored_weights(study.card)


def unknown(study: Study, adcode: str, year: int) -> pd.Series:
    """What is not known of a unit: of the index's weight coverage, structural, filled and missing.

    Also lacking, the scored indicators that it has no figure of, and unpublished, those that nobody
    publishes by unit: names.
    """
    row, goals = study.scores(year).loc[adcode], study.card.framework.goals
    leaves = [leaf for goal in goals for leaf in goal.leaves()]
    here = study.card.normalised.loc[(adcode, year)]
    shares = row[["coverage", "structural", "filled"]].fillna(0)
    lacking = [
        study.say.of(leaf.name) for leaf in leaves if leaf.id in here and pd.isna(here[leaf.id])
    ]
    never = [study.say.of(leaf.name) for leaf in leaves if not leaf.published]
    told = {**shares, "missing": 1 - shares.sum(), "lacking": lacking, "unpublished": never}
    return pd.Series(told, dtype=object)
