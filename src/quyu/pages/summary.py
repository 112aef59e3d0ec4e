"""The first page of a province's report: two sentences, six goals, gaps and strengths, whom to learn from.

Each part is a cell of the notebook that is tagged `summary`; thresholds are those of quyu.study.answers.
"""

from __future__ import annotations

from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.facts.faults import Refusal
from quyu.pages.lens import lacking, place
from quyu.pages.lens_reasons import reason
from quyu.pages.method import citation
from quyu.pages.nation import carried_told
from quyu.pages.partners import SHOWN
from quyu.pages.refusals import or_refusal
from quyu.pages.render import render
from quyu.pages.strips import spark, strip
from quyu.pages.tables import page_table
from quyu.study import answers as found
from quyu.study.certainty import (
    alike,
    held,
    interval,
    read_robustness,
    share,
    sure_of,
    tier_name,
)
from quyu.study.evidence import by_year
from quyu.study.regional import FIRM, assistance, firm, lens_choice, lens_of, peers_frame
from quyu.study.study import Study
from quyu.words import Words

NAMED = 12  # units at most that a sentence names
MISSING = 4  # indicators at most
TINY = 1e-9  # a share that is none


def headline(subject: Study, adcode: str, year: int) -> HTML:
    """Where it stands, how sure, who it cannot be told from; how it moved against the nation; its boxes."""
    say, sure = subject.say, subject.ranks(year).loc[adcode]
    scores, own = subject.scores(year), subject.scores(year).loc[adcode]
    name = own["name"]
    if pd.isna(own["index"]):
        return HTML(f"<p class='lead'>{say.html('province.unscored', name=name, year=year)}</p>")
    same = alike(subject, year, adcode)
    lead = [
        carried_told(subject, year, [adcode]),
        say(
            "answers.stands" if same else "answers.stands_apart",
            name=name,
            year=year,
            rank=say.place(own["rank"]),
            count=int(scores["index"].notna().sum()),
            method=within(sure, say),
            names=few(same, NAMED, say),
        ),
        moved(subject, adcode, year),
    ]
    areas, register = subject.provinces.loc[adcode], subject.provinces
    places = {"sure": sure_of(sure["probability"], say), "second": tier_name(sure["second"], say)}
    bands = read_robustness().tiers.names
    places |= {"tiers": len(bands), "best": tier_name(bands[0].zh_hant, say)}
    facts = {"index": say.number(own["index"])}
    facts["tier_borderline" if sure["borderline"] else "tier"] = tier_name(sure["tier"], say)
    for kind in ("zone", "region"):
        members = register.index[register[kind] == areas[kind]]
        ranks = scores.loc[members, "index"].round(9).rank(ascending=False, method="min")
        places |= {kind: subject.area(areas[kind]), f"{kind}_count": ranks.count()}
        facts[kind] = say.place(ranks[adcode])
    facts["region"] = facts["region"] if areas["region"] != areas["zone"] else ""
    facts["direct"] = say.place(own["direct_rank"])
    direct = sure[["direct_low", "direct_high"]].set_axis(["low", "high"])
    places |= {"count": scores["direct_rank"].count(), "direct_interval": interval(direct, say)}
    options = {"section": "province", "lead": lead, "facts": facts, "places": places}
    return HTML(render("headline.j2", say=say, **options))


def within(row: pd.Series, say: Words) -> str:
    """The method interval of a rank, with what it is an interval of: where a page tells its first."""
    return say("answers.method", interval=interval(row, say), share=held())


def few(names: list[str], most: int, say: Words, key: str = "answers.units") -> str:
    """Names as a list; of more than `most` the first and how many there are."""
    if len(names) <= most:
        return say.join(names)
    return say(key, names=say.texts["join"].join(names[: most - 1]), count=len(names))


def moved(subject: Study, adcode: str, year: int) -> str:
    """How index and rank moved since the panel's first year, beside the nation's median."""
    say, row = subject.say, found.movement(subject, adcode, year)
    if len(subject.card.framework.years) == 1:
        return say("answers.one_year", year=year)
    if year == row["first"]:
        return say("answers.first_year", year=year)
    if pd.isna(row["change"]):
        return say("answers.not_scored_then", first=int(row["first"]))
    told = against(say, row["change"], row["nation"])
    key = "answers.moved" if row["was"] != row["now"] else "answers.kept"
    sure = subject.ranks(year).loc[adcode]
    key += "_within" if key == "answers.moved" and sure["low"] <= row["was"] <= sure["high"] else ""
    was, now = say.place(row["was"]), say.place(row["now"])
    return say(key, first=int(row["first"]), year=year, told=told, was=was, now=now)


def against(say: Words, change: float, nation: float) -> str:
    """A change in points beside the nation's, both as printed: which is more is never left to a verb.

    >>> from quyu.words import words
    >>> against(words("en"), 3.9, 6.7)
    'rose by 3.9 points, 2.8 less than the national median (6.7)'
    >>> against(words("en"), -0.4, 6.7)
    'fell by 0.4 points while the national median rose by 6.7 points'
    """
    own, other = round(change, 1), round(nation, 1)
    ways = ["still" if not each else "rose" if each > 0 else "fell" for each in (own, other)]
    points = {"own": say.number(abs(own)), "nation": say.number(abs(other))}
    points["gap"] = say.number(abs(abs(own) - abs(other)))
    if ways[0] == ways[1] != "still":
        how = "alike" if own == other else "more" if abs(own) > abs(other) else "less"
        return say(f"answers.{ways[0]}_{how}", **points)
    return say(
        "answers.apart",
        own=say(f"answers.{ways[0]}", points=points["own"]),
        nation=say(f"answers.{ways[1]}", points=points["nation"]),
    )


def goals(subject: Study, adcode: str, year: int) -> HTML:
    """Each goal beside zone, nation and peers, with how much of it is direct evidence and which are proxies."""
    say, scores, register = subject.say, subject.at(year), subject.provinces
    zone = register.at[adcode, "zone"]
    frame = pd.DataFrame(
        {
            "unit": scores.loc[adcode],
            "group": scores.loc[register.index[register["zone"] == zone]].median(),
            "nation": scores.median(),
            "low": scores.min(),
            "high": scores.max(),
        }
    ).loc[[*subject.goals]]
    line = "goal place=strip:strip score=unit:whole zone=group:whole nation:whole "
    if like := _peers(subject, adcode, year):
        frame["peers"] = scores.loc[like].median()
        line += "peers:whole "
    frame = frame.join(found.grounds(subject, adcode, year))
    frame["goal"] = pd.Series(subject.goals)
    hue, scale = subject.hues[zone], subject.card.framework.scale
    lead = frame["unit"] - frame["nation"]
    title = say("answers.goals_title", year=year)
    if lead.count() > 1:  # one goal is not set against itself
        kind = "above" if lead.min() >= 0 else "below" if lead.max() <= 0 else "mixed"
        told = {}
        for end, goal in (("best", lead.idxmax()), ("worst", lead.idxmin())):
            score, nation = frame.loc[goal, ["unit", "nation"]]
            told |= {end: subject.goals[goal], f"{end}_score": score, f"{end}_nation": nation}
        title = say(f"province.goals_{kind}", **told)
    area = subject.area(zone)
    return page_table(
        say,
        frame,
        "answers",
        line + "direct:percent proxies:proxies",
        title=title,
        formats={
            "strip": lambda row: strip(row, scale=scale, hue=hue),
            "proxies": lambda row: say.join(row["proxies"]) or "—",
        },
        values={"zone": area},
        kind="summary",
        fold=say("answers.how"),
        note=say("answers.goals_note" if like else "answers.goals_note_alone", zone=area),
    )


def _peers(subject: Study, adcode: str, year: int) -> list[str]:
    """The peers in structure; none where the figures do not tell."""
    try:
        return [*peers_frame(subject, adcode, year).index[1:]]
    except ValueError:
        return []


def gaps(subject: Study, adcode: str, year: int) -> HTML:
    """Three gaps and three strengths in their own units, and what all gaps together would take and bring."""
    say, frame, name = subject.say, subject.answers(adcode, year), subject.short[adcode]
    if pd.isna(subject.at(year).at[adcode, "index"]):
        return HTML(f"<p>{say.html('answers.no_index', name=name)}</p>")
    if frame.empty:
        return HTML(f"<p>{say.html('answers.neither', name=name)}</p>")
    lead = _would_take(subject, adcode, year, frame[frame["kind"] == "gap"])
    factor = {leaf.id: leaf.factor for leaf in subject.card.framework.indicators}
    panel = by_year(subject, "imputed")

    def course(row):
        whole = panel[row["id"]].loc[:year] * factor[row["id"]]
        own = whole[adcode].dropna()
        ends = {"first": own.index[0], "last": own.index[-1]}
        values = {"was": say.significant(own.iloc[0]), "now": say.significant(own.iloc[-1])}
        return spark(
            whole[adcode], whole.median(axis=1), alt=say("answers.course", **ends, **values)
        )

    def kinds(row):
        return say("figure.and").join(
            say(f"evidence.{kind}") for kind in (row["evidence"], row["flag"]) if kind
        )

    def named(row):
        lower = row["direction"] == "-"
        return say("indicators.lower_is_better", indicator=row["name"]) if lower else row["name"]

    def adds(row):
        then = say.place(row["lifted_rank"])
        return say("answers.adds", adds=say.number(row["adds"], sign=True), rank=then)

    drawn = page_table(
        say,
        frame.assign(kind=[say(f"answers.kind.{kind}") for kind in frame["kind"]]),
        "answers",
        "kind indicator=name:named unit course:course value:significant zone:significant- "
        "nation:significant- above:significant- adds:adds> rank=place:right years evidence:kinds",
        title=say("answers.title", name=name, year=year),
        formats={"named": named, "adds>": adds, "course": course, "kinds": kinds},
        values={"zone": subject.area(subject.provinces.at[adcode, "zone"])},
        group="kind",
        kind="summary",
        fold=say("answers.how"),
        note=say("answers.note"),
    )
    none = "" if (frame["kind"] == "strength").any() else "answers.no_strength"
    below = f"<p class='wide'>{say.html(none, name=name, least=found.LEAST)}</p>" if none else ""
    return HTML(f"<p class='wide'>{lead}</p>{drawn.data}{below}")


def _would_take(subject: Study, adcode: str, year: int, frame: pd.DataFrame) -> str:
    """The gaps in a sentence: what the index and the rank would be without them; which are proxies."""
    say, name = subject.say, subject.short[adcode]
    if frame.empty:
        return say.html("answers.no_gap", name=name, least=found.LEAST)
    then, now = found.together(subject, adcode, year), subject.scores(year).loc[adcode]
    adds = round(then["index"], 1) - round(now["index"], 1)  # so that what is printed adds up
    told = {"names": say.join(frame["name"]), "adds": say.number(adds)}
    told |= {"index": say.number(then["index"]), "rank": say.place(then["rank"])}
    key = "answers.would_take" if len(frame) > 1 else "answers.would_take_one"
    key += "" if then["rank"] != now["rank"] else "_kept"
    proxies = frame.loc[frame["evidence"] != "direct", "name"]
    if proxies.empty:
        return say.html(key, **told)
    which = "proxies" if len(proxies) < len(frame) else "proxies_all" if len(frame) > 1 else "proxy"
    return say.html(key, **told) + say.html(f"answers.{which}", names=say.join(proxies))


@or_refusal
def learn(subject: Study, adcode: str, year: int) -> HTML:
    """The peers alike in structure that are ahead on just those gaps, by how much and since when; a partner."""
    if subject.facts.own_units:  # what is left out is said at the door
        return HTML("")
    say, name = subject.say, subject.short[adcode]
    mine = subject.answers(adcode, year).query("kind == 'gap'")
    partner = _partner(subject, adcode, year)
    rows = found.ahead(subject, adcode, year)
    if rows.empty:
        key = "answers.no_peer" if len(mine) else "answers.no_gap_no_peer"
        return HTML(
            f"<p>{say.html(key, name=name, ahead=found.AHEAD, count=assistance().peers)}{partner}</p>"
        )

    def lead(gap):
        def told(row):
            if (row["id"], gap) not in rows.index:
                return "—"
            of = rows.loc[(row["id"], gap)]
            since = "" if not of["since"] else "_always" if of["always"] else "_since"
            values = {"value": say.significant(of["value"]), "since": of["since"]}
            values["lead"] = say.significant(of["lead"])
            values["lead"] = ("+" if of["lead"] > 0 else "") + values["lead"]
            return say(f"answers.ahead{since}", **values)

        return told

    peers = rows.droplevel("indicator").groupby(level=0, sort=False).first()
    drawn = page_table(
        say,
        peers,
        "answers",
        "peer=name alike standing:standing> " + " ".join(f"{gap}:{gap}>" for gap in mine.index),
        title=say("answers.peers_title", name=name, count=len(peers)),
        heads={gap: row["name"] for gap, row in mine.iterrows()},
        formats={f"{gap}>": lead(gap) for gap in mine.index}
        | {"standing>": lambda row: say("lens.scored", score=say.number(row["index"]),
                                        rank=say.place(row["rank"]))},
        kind="summary",
        fold=say("answers.how"),
        note=say("answers.peers_note", name=name, ahead=found.AHEAD),
    )  # fmt: skip
    return HTML(drawn.data + (f"<p class='wide'>{partner}</p>" if partner else ""))


def _partner(subject: Study, adcode: str, year: int) -> str:
    """The partner that most draws propose to a receiver: alone if it is firm, else as one of several."""
    try:
        pairs = subject.partners(year)
    except Refusal:
        return ""
    if adcode not in pairs.index:
        return ""
    say, row = subject.say, pairs.loc[adcode]
    both = [(row["stability"], row["giver_name"]), (row["runner_up_share"], row["runner_up_name"])]
    both = sorted((each for each in both if each[0] >= SHOWN), reverse=True)
    if not both:
        return ""
    told = say.join(say("answers.share", name=name, share=share) for share, name in both)
    if not firm(both[0][0]):
        return say.html("answers.partner_among", told=told, firm=FIRM)
    first = say("answers.share", name=both[0][1], share=both[0][0])
    return say.html("answers.partner", told=first, firm=FIRM)


def known(subject: Study, adcode: str, year: int) -> HTML:
    """The lens of its region with its reason in a line, what is not known in another; how to cite."""
    say, row = subject.say, found.unknown(subject, adcode, year)
    parts = [part for part in ("coverage", "structural", "filled") if row[part] > TINY]
    rests = say.join(
        say(f"answers.rests.{part}", year=year, share=share(row[part])) for part in parts
    )
    told = say("answers.known_all", year=year) if row["coverage"] > 1 - TINY else ""
    told = told or (say("answers.known", parts=rests) if parts else "")
    if row["missing"] > TINY:
        told += say("answers.missing", share=share(row["missing"]))
    for part in ("lacking", "unpublished"):
        if row[part]:
            told += say(f"answers.{part}", names=few(row[part], MISSING, say, "answers.figures"))
    lens = "" if subject.facts.own_units else _lens(subject, adcode, year).data
    title = say("page.report_title", name=subject.names[adcode], year=year)
    return HTML(f"{lens}<p class='wide'>{escape(told)}</p>{citation(subject, title)}")


@or_refusal
def _lens(subject: Study, adcode: str, year: int) -> HTML:
    say, region = subject.say, subject.provinces.at[adcode, "region"]
    choice, frame = lens_choice(region), subject.lens(region, year)
    scores, row = lens_of(subject, region, year), frame.loc[adcode]
    named = {"name": row["name"], "lens": say.of(choice.name)}
    if pd.isna(row["score"]):
        told = say.html("lens.cannot", parts=lacking(say, choice, row), **named)
        return HTML(f"<p>{told}</p>")
    members = frame["score"][frame["region"] == subject.area(region)].count()
    lowest = min(choice.parts, key=lambda part: row[part.id])
    inside = place(say, row, inside=True)
    told = say.html(
        "answers.lens" if members > 1 else "answers.lens_alone",
        region=subject.area(region),
        score=say.number(row["score"]),
        members=members,
        inside=inside["rank"],
        interval=inside["interval"],
        nation=say.place(row["nation"]),
        count=int(frame["score"].notna().sum()),
        part=say.of(lowest.name),
        percentile=say.number(row[lowest.id], decimals=0),
        reason=reason(subject, scores, lowest, adcode),
        **named,
    )
    return HTML(f"<p class='wide'>{told}</p>")
