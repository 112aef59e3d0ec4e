"""The first page of a brief: six questions about a region, each answered in sentences with figures.

The thresholds are those of quyu.study.regional_answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pandas as pd
from IPython.display import HTML
from markupsafe import Markup, escape

from quyu.facts.faults import Refusal
from quyu.index.uncertainty import SURE
from quyu.pages.lens import lacking
from quyu.pages.links import unit
from quyu.pages.method import citation
from quyu.pages.nation import carried_told
from quyu.pages.refusals import told_refusal
from quyu.pages.region import nobody
from quyu.pages.render import render
from quyu.pages.summary import within
from quyu.pages.tables import marked
from quyu.regions.strategy import Region
from quyu.study import regional_answers as found
from quyu.study.certainty import share
from quyu.study.disparities import figure_names
from quyu.study.regional import FIRM, lens_choice, members_of
from quyu.study.study import Study

HALF = 0.5  # share of draws, as printed, from which the first is called so in bold
LISTED = 4  # members up to which each is named
FOLLOWED = 2  # named behind the first


def headline(subject: Study, region: Region, year: int) -> HTML:
    """Where the region stands: its median, its best and last member."""
    index = subject.at(year)["index"]
    members = members_of(subject, region.name)
    here = index[members].dropna().sort_values(ascending=False, kind="stable")
    if here.empty:
        return nobody(subject, region, year)
    ranks = subject.scores(year)["rank"]
    values = {"count": len(here), "year": year, "median": here.median()}
    for end, code in (("best", here.index[0]), ("worst", here.index[-1])):
        values |= {
            end: _named(subject, code),
            f"{end}_score": here[code],
            f"{end}_rank": ranks[code],
        }
    one = "region.lead_one" if len(members) > 1 else "region.lead_alone"
    key = "region.lead" if len(here) > 1 else one
    told = _told(subject, key, region=subject.area(region.name), nation=index.median(), **values)
    return HTML(f"<p class='lead'>{escape(carried_told(subject, year, members))}{told}</p>")


def answers(subject: Study, region: Region, year: int) -> HTML:
    """Who leads, whether it moves, draws together, what pairs are firm, what most lack, what is not seen."""
    if subject.at(year).loc[members_of(subject, region.name), "index"].isna().all():
        return nobody(subject, region, year)
    parts = {
        "leads": _leads(subject, region, year),
        "moves": _moves(subject, region, year),
        "spread": _spread(subject, region, year),
        "pairs": _pairs(subject, region, year),
        "gaps": _gaps(subject, region, year),
        "unseen": _unseen(subject, region, year),
    }
    own = {"region": subject.area(region.name)}
    made = render("answers.j2", say=subject.say, answers=parts, places=own)
    title = subject.say("page.brief_title", name=subject.area(region.name), year=year)
    told = marked(made) if subject.say.lang == "en" else made
    return HTML(f"{told}{citation(subject, title)}")


def _told(subject: Study, key: str, **values: Any) -> Markup:
    """A sentence of the catalogue as markup: names of units among its values keep theirs."""
    safe = {k: escape(v) if isinstance(v, str) else v for k, v in values.items()}
    return Markup(subject.say(key, **safe))


def _named(subject: Study, code: str) -> Markup:
    return Markup(unit(subject.short[code], code))


def _join(subject: Study, parts: Iterable[str]) -> Markup:
    return Markup(subject.say.join(map(escape, parts)))


def _leads(subject: Study, region: Region, year: int) -> Markup:
    """The first by the lens, or by the index where there is none, how sure, and who follows."""
    say, told = subject.say, Markup("")
    area = subject.area(region.name)
    try:
        frame, key = found.leaders(subject, region.name, year), "lens"
        choice = lens_choice(region.name)
        lens = {"lens": say.of(choice.name), "parts": len(choice.parts)}
    except Refusal as refusal:
        frame, key, lens = found.leaders_by_index(subject, region.name, year), "index", {}
        if refusal.code == "lens.too_early":
            told = _told(subject, "brief.because", reason=told_refusal(subject, refusal))
        elif not subject.facts.own_units:  # which have no lens
            told = _told(subject, "brief.no_lens")
    scored = frame.dropna(subset=["score"])
    if scored.empty:
        return told + _told(subject, "brief.no_score", region=area, **lens)
    code, first = scored.index[0], scored.iloc[0]
    values = {"region": area, "name": _named(subject, code), "score": say.number(first["score"])}
    values |= {"members": len(scored), "nation": say.place(first["nation"])}
    values |= {"method": within(first, say), "sure": share(first["first"])}
    if len(scored) == 1:
        told += _told(subject, f"brief.alone_{key}", **values, **lens)
    else:
        often = round(first["first"], 2) >= HALF
        lead = _told(subject, f"brief.first_{key}", **values, **lens)
        told += lead if often else Markup(re.sub("</?b>", "", lead))
        rivals = scored.index[1:][~(scored["behind"].iloc[1:] >= SURE)]
        names = _join(subject, (_named(subject, each) for each in rivals))
        told += _told(subject, "brief.not_apart" if len(rivals) else "brief.apart", names=names,
                      least=SURE)  # fmt: skip
        if not often:
            most = scored["first"].idxmax()
            told += _told(subject, "brief.seldom" if most == code else "brief.oftener",
                          name=_named(subject, most), sure=share(scored.at[most, "first"]))  # fmt: skip
        rest = scored.iloc[1:]
        shown = rest.index
        if len(rest) >= LISTED:  # the next two, and who shares the place of the second of them
            shown = rest.index[rest["inside"] <= rest["inside"].iloc[FOLLOWED - 1]]
        told += _told(subject, "brief.then", told=_join(subject, (
            _told(subject, "brief.scored", name=_named(subject, each), score=say.number(score))
            for each, score in scored.loc[shown, "score"].items()
        )))  # fmt: skip
    if key == "index":
        return told
    told += _told(subject, "brief.scale")
    if part := _hundred(scored, [part.id for part in choice.parts]):
        code, part = part
        name = next(say.of(each.name) for each in choice.parts if each.id == part)
        row = scored.loc[code]
        told += _told(subject, "brief.hundred", name=_named(subject, code), part=name,
                      score=say.number(row["score"]), inside=say.place(row["inside"]),
                      members=len(scored))  # fmt: skip
    for each, row in frame[frame["score"].isna()].iterrows():
        told += _told(subject, "lens.missing", name=_named(subject, each),
                      parts=lacking(say, choice, row))  # fmt: skip
    return told


def _hundred(scored: pd.DataFrame, parts: list[str]) -> tuple[str, str] | None:
    """The member in the lower half of its region that is first in the nation on a part, and the part."""
    low = scored[scored["inside"] > (len(scored) + 1) / 2]
    return next(
        ((code, part) for code in low.index for part in parts if low.at[code, part] == 100), None
    )


def _moves(subject: Study, region: Region, year: int) -> Markup:
    """The middle of the members' changes against the nation's, and how their ranks moved."""
    say, years = subject.say, subject.card.framework.years
    if len(years) == 1:
        return _told(subject, "region.one_year", year=year)
    if year == years[0]:
        return _told(subject, "brief.first_year", year=year)
    middle, frame = found.movement_inside(subject, region.name, year)
    if frame.empty:
        return _told(subject, "brief.not_then", first=years[0], year=year)
    own, nation = round(middle["own"], 1), round(middle["nation"], 1)
    apart = round(own - nation, 1)
    side = "more" if apart > 0 else "less" if apart < 0 else "alike"
    way = f"brief.near_{side}" if 0 < abs(apart) < found.NEAR else f"brief.{side}"
    told = _told(
        subject,
        "brief.moved" if len(frame) > 1 else "brief.moved_alone",
        first=years[0],
        year=year,
        own=say.number(own, sign=True),
        nation=say.number(nation, sign=True),
        against=say(way, points=say.number(abs(apart))),
        name=_named(subject, frame.index[0]),
    )

    def step(code: str) -> Markup:
        ends = {end: say.place(frame.at[code, end]) for end in ("was", "now")}
        return _told(subject, "brief.step", name=_named(subject, code), **ends)

    def covered(codes: Iterable[str]) -> Markup:
        """Of these moves, those of which the year's method interval holds both ends."""
        sure = subject.ranks(year).loc[[*codes]].join(frame[["was", "now"]])
        inside = (
            sure[["was", "now"]].clip(sure["low"], sure["high"], axis=0) == sure[["was", "now"]]
        )
        some = sure.index[inside.all(axis=1) & (sure["was"] != sure["now"])]
        names = _join(subject, (_named(subject, code) for code in some))
        return _told(subject, "brief.within", year=year, names=names) if len(some) else Markup("")

    if len(frame) <= LISTED:
        steps = _join(subject, map(step, frame.index))
        told += _told(subject, "brief.ranks", first=years[0], year=year, steps=steps)
        return told + covered(frame.index)
    up, down = (frame["places"] > 0).sum(), (frame["places"] < 0).sum()
    kept = len(frame) - up - down
    told += _told(subject, "brief.ranked", up=up, down=down, kept=kept)
    shown: list[str] = []
    for key, count, end in (("risen", up, 0), ("fallen", down, -1)):
        if count:
            most = [*frame.index[frame["places"] == frame["places"].iloc[end]]]
            told += _told(subject, f"brief.{key}", steps=_join(subject, map(step, most)))
            shown += most
    return told + covered(shown)


def _spread(subject: Study, region: Region, year: int) -> Markup:
    """Closer, apart or neither; the standard deviation of the index inside and over all, then of figures."""
    say, frame = subject.say, found.spread(subject, region.name, year)
    if "index" not in frame.index:
        return _told(subject, "catching_up.alone", area=subject.area(region.name))
    own, nation = frame.loc["index"], frame.loc["nation"]
    ends = {
        f"{prefix}{end}": say.number(row[f"sigma_{end}"])
        for prefix, row in (("", own), ("nation_", nation))
        for end in ("first", "last")
    }
    if own["first"] == own["last"]:
        told = _told(subject, "brief.sd_one_year", year=own["last"], **ends)
    else:
        told = _told(subject, f"brief.sd_{own['course']}")
        told += _told(subject, "brief.sd", since=own["first"], year=own["last"], **ends)
        if own["course"] != "short":
            trend = {
                k: say.number(own[k], decimals=2, sign=True) for k in ("estimate", "low", "high")
            }
            clear = "unclear" if own["course"] == "unclear" else "clear"
            told += _told(subject, f"brief.trend_{clear}", **trend)
    names, figures = figure_names(subject), frame.drop(index=["index", "nation"])

    def moved(course: str, some: pd.DataFrame) -> str:
        two = {"decimals": 2}
        each = (
            say("brief.figure", name=names[name], since=row["first"], until=row["last"],
                first=say.number(row["sigma_first"], **two), last=say.number(row["sigma_last"], **two))
            for name, row in some.iterrows()
        )  # fmt: skip
        return say(f"brief.figures_{course}", figures=say.join(each))

    if len(clear := figures[figures["visible"]]):
        parts = (moved(*group) for group in clear.groupby("course", sort=False))
        told += _told(subject, "brief.figures", told=say("figure.clauses").join(parts))
    return told


def _pairs(subject: Study, region: Region, year: int) -> Markup:
    """The pairs that most draws propose, giver by giver, and for whom none is firm."""
    try:
        frame = found.firm_pairs(subject, region.name, year)
    except Refusal as refusal:
        return Markup("") if subject.facts.own_units else escape(told_refusal(subject, refusal))

    def pairs(rows: pd.DataFrame, giver: str, of: str) -> Markup:
        return Markup(subject.say("figure.clauses")).join(
            _told(subject, "brief.pair", giver=_named(subject, code), receivers=_join(subject, (
                _told(subject, "brief.receiver", name=_named(subject, each), share=share(row[of]))
                for each, row in mine.iterrows()
            )))
            for code, mine in rows.groupby(giver, sort=False)
        )  # fmt: skip

    firm, loose = frame[frame["firm"]], frame[~frame["firm"]]
    other = firm[firm["stated"] != ""]
    told = Markup("") if len(firm) else _told(subject, "brief.none_firm", least=FIRM)
    for key, rows, giver, of in (
        ("firm", firm, "giver", "share"),
        ("stated_other", other, "stated", "stated_share"),
        ("loose", loose, "giver", "share"),
    ):
        if len(rows):
            values = {"count": len(rows), "pairs": pairs(rows, giver, of)}
            told += _told(subject, f"brief.{key}", least=FIRM, **values)
    return told + _told(subject, "brief.not_official")


def _gaps(subject: Study, region: Region, year: int) -> Markup:
    """What most members are behind the nation's median in, in its own unit, with what it would give."""
    say, frame = subject.say, found.shared_gaps(subject, region.name, year)
    if not frame["behind"].any():
        return _told(subject, "brief.no_gap")
    common = frame[frame["common"]]
    if common.empty:
        most = frame.loc[frame["behind"].idxmax()]
        return _told(subject, "brief.no_shared_gap", **most[["name", "behind", "of"]])
    many = frame["of"].max() > 1
    key = "brief.shared" if many else "brief.own_gaps"
    shown = common.head(found.COUNT)
    told = _told(
        subject, key if len(common) > 1 else f"{key}_one", count=len(common), shown=len(shown)
    )

    def gap(row: pd.Series) -> Markup:
        name, kinds = row["name"], [row["evidence"], row["flag"]]
        if row["direction"] == "-":
            name = say("indicators.lower_is_better", indicator=name)
        kinds = say("figure.and").join(say(f"evidence.{kind}") for kind in kinds if kind)
        key = "lens.value_percent" if row["unit"].startswith("%") else "lens.value"
        values = {column: say.significant(row[column]) for column in ("value", "nation")}
        values["nation"] = say(key, value=values["nation"], unit=row["unit"])
        values["value"] += "%" * row["unit"].startswith("%")
        values |= {"adds": say.number(row["adds"], sign=True), "evidence": kinds, "name": name}
        return _told(
            subject,
            "brief.gap" if many else "brief.own_gap",
            **values,
            **row[["behind", "of"]],
        )

    rows = Markup("").join(
        Markup("<li>") + gap(row) + Markup("</li>") for _, row in shown.iterrows()
    )
    return told + Markup("<ul class='plain'>") + rows + Markup("</ul>")


def _unseen(subject: Study, region: Region, year: int) -> Markup:
    """What the lens cannot see, by its own declaration, and how much of the index is no figure of the year."""
    told = Markup("")
    with suppress(Refusal):
        subject.lens(region.name, year)
        cannot = subject.say.of(lens_choice(region.name).cannot)
        told += _told(subject, "brief.limits", cannot=cannot)
    rows = subject.scores(year).loc[members_of(subject, region.name)].dropna(subset=["index"])
    shares = {part: f"{rows[part].fillna(0).median():.0%}" for part in ("structural", "filled")}
    some = {part: share for part, share in shares.items() if share != "0%"}
    if some:
        key = "brief.known" if len(some) > 1 else f"brief.known_{next(iter(some))}"
        told += _told(subject, key, year=year, **some)
    return told.strip()
