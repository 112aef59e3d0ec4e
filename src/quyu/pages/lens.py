"""The strategy's lenses on the page: the question, the score with its parts, what they mean."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.index.draws import Draws
from quyu.maps import charts
from quyu.maps.palette import YLGNBU
from quyu.maps.picture import picture
from quyu.pages.lens_reasons import reason, value
from quyu.pages.nation import source
from quyu.pages.pictures import figure
from quyu.pages.region import members_of, nobody
from quyu.pages.tables import table
from quyu.regions.lens import Lens, LensScores, lens, read_lenses
from quyu.regions.strategy import Region, regions
from quyu.study import certainty
from quyu.study.certainty import draws_of, interval
from quyu.study.study import Study


@lru_cache(maxsize=2)
def lenses_of(subject: Study, year: int) -> dict[str, LensScores | str]:
    """The lens of each region by the region's name, for every province; or why it cannot be had."""
    draws = draws_of(subject, year)
    return {choice.region: _looked(choice, draws, subject) for choice in read_lenses()}


def _looked(choice: Lens, draws: Draws, subject: Study) -> LensScores | str:
    say, since = subject.say, max(part.since or 0 for part in choice.parts)
    if draws.year <= since:
        return say("lens.too_early", since=since, year=draws.year)
    try:
        found = lens(choice, draws, subject.figures, subject.provinces)
    except ValueError as refusal:  # a framework of one's own need not have the goals of a lens
        return say.html("lens.refused", reason=str(refusal))
    if found.score.isna().all():
        return say.html("lens.refused", reason=found.missing.iloc[0])
    return found


def choice_of(region: Region) -> Lens:
    """The lens that is made for a region."""
    return next(choice for choice in read_lenses() if choice.region == region.name)


def order(found: LensScores, members: list[str]) -> list[str]:
    """`members` from the best under the lens; those without a score last."""
    return list(found.ranks.loc[members, "nation"].sort_values(kind="stable").index)


def lacking(subject: Study, found: LensScores, adcode: str) -> str:
    """Which parts of the lens a province without a score has no value of."""
    say, parts = subject.say, found.parts.loc[adcode]
    return say.join(say.of(p.name) for p in found.choice.parts if pd.isna(parts[p.id]))


def note(subject: Study, found: LensScores) -> str:
    """How to read percentiles and ranks of a lens, its limits, and who has no score for want of what."""
    say = subject.say
    told = say("lens.note", cannot=say.of(found.choice.cannot))
    for code in found.missing.index:
        told += say("lens.missing", name=subject.short[code], parts=lacking(subject, found, code))
    return told


def placed(subject: Study, ranks: pd.Series, *, inside: bool) -> str:
    """A rank in the nation, or inside the province's own region, with its interval."""
    names = ("region", "region_low", "region_high") if inside else ("nation", "low", "high")
    rank, low, high = ranks[list(names)]
    if pd.isna(rank):
        return subject.say("missing")
    return subject.say("lens.placed", rank=f"{rank:.0f}", interval=interval_of(subject, low, high))


def interval_of(subject: Study, low: float, high: float) -> str:
    """The 90 % interval of a rank, as text."""
    return interval(pd.Series({"low": low, "high": high}), subject.say)


FIFTHS = (20.0, 40.0, 60.0, 80.0)  # of percentile ranks


def lens_question(subject: Study, region: Region) -> HTML:
    """What the lens of a region asks, part by part, with what it tells and what it cannot."""
    say, choice = subject.say, choice_of(region)
    rows = [
        {
            say("lens.column.part"): say.of(part.name),
            say("lens.column.tells"): say.of(part.tells),
            say("lens.column.cannot"): say.of(part.cannot),
        }
        for part in choice.parts
    ]
    lead = f"<p><strong>{escape(say.of(choice.question))}</strong></p>"
    shown = table(
        pd.DataFrame(rows),
        title=say("lens.parts_title", lens=say.of(choice.name), count=len(rows)),
        note=say("lens.parts_note", cannot=say.of(choice.cannot)),
    )
    return HTML(lead + shown.data)


def lens_table(subject: Study, region: Region, year: int, *, everyone: bool = False) -> HTML:
    """The lens score of a region's own provinces, or of all, with parts, ranks and intervals."""
    say, found = subject.say, lenses_of(subject, year)[region.name]
    if isinstance(found, str):
        return HTML(f"<p>{found}</p>")
    members = list(found.score.index) if everyone else members_of(subject, region)
    if not members:
        return nobody(subject, region, year)
    inside = say("lens.column.inside", region=subject.area(region.name))
    rows = []
    for code in order(found, members):
        ranks = found.ranks.loc[code]
        row = {say("lens.column.province"): subject.short[code]}
        if not everyone:
            row[inside] = placed(subject, ranks, inside=True)
        row[say("lens.column.nation")] = placed(subject, ranks, inside=False)
        row[say("lens.column.score")] = say.number(found.score[code])
        for part in found.choice.parts:
            row[say.of(part.name)] = say.number(found.parts.at[code, part.id], decimals=0)
        rows.append(row)
    shown = pd.DataFrame(rows)
    return table(
        shown,
        title=say("lens.table_title", lens=say.of(found.choice.name), year=year),
        numbers=list(shown.columns[1:]),
        kind="long",
        note=note(subject, found),
    )


def lenses_table(subject: Study, year: int) -> HTML:
    """Every province under all three lenses: score and national rank, its own region's lens first read."""
    say = subject.say
    looked = {
        name: found
        for name, found in lenses_of(subject, year).items()
        if not isinstance(found, str)
    }
    if not looked:
        return HTML(f"<p>{next(iter(lenses_of(subject, year).values()))}</p>")
    rows = []
    for region in regions():
        members = members_of(subject, region)
        for code in order(looked[region.name], members) if region.name in looked else members:
            row = {"group": subject.area(region.name), "province": subject.short[code]}
            for name, found in looked.items():
                row[name] = say(
                    "lens.scored",
                    score=say.number(found.score[code]),
                    rank=say.place(found.ranks.at[code, "nation"]),
                )
            rows.append(row)
    titles = {name: say.of(found.choice.name) for name, found in looked.items()}
    shown = pd.DataFrame(rows).rename(columns={**titles, "province": say("lens.column.province")})
    return table(
        shown,
        title=say("lens.all_title", year=year),
        group="group",
        numbers=list(titles.values()),
        kind="long",
        note=say("lens.all_note"),
    )


def lens_chart(subject: Study, region: Region, year: int) -> HTML:
    """The parts of a region's lens for its provinces, best first, as tiles."""
    say, found = subject.say, lenses_of(subject, year)[region.name]
    if isinstance(found, str):
        return HTML(f"<p>{found}</p>")
    best_first = order(found, [c for c in members_of(subject, region) if pd.notna(found.score[c])])
    if not best_first:
        return nobody(subject, region, year)
    names = {part.id: say.of(part.name) for part in found.choice.parts}
    frame = found.parts.loc[best_first].rename(index=subject.short, columns=names)
    title = say.of(found.choice.name)
    leader, *others = best_first
    rivals = [code for code in others if found.ranks.at[code, "region_low"] <= 1]
    finding = say("lens.finding", name=subject.short[leader], lens=title)
    if rivals:
        names = list(subject.short[rivals])
        finding = say(
            "lens.finding_shared",
            name=subject.short[leader],
            others=certainty.others(names, say),
            lens=title,
        )
    if not others:
        finding = say("lens.finding_alone", name=subject.short[leader], lens=title)
    told = say("figure.clauses").join(
        say("lens.told", name=subject.short[code], **_standing(subject, found, code))
        for code in best_first
    )
    drawn = charts.heat(
        frame, breaks={name: list(FIFTHS) for name in frame.columns}, palette=list(YLGNBU)
    )
    alt = say("lens.alt", lens=title, year=year, told=told)
    return figure(picture(drawn, alt), finding=finding, source=source(subject), say=say)


def _standing(subject: Study, found: LensScores, code: str) -> dict[str, str]:
    """The lens score, rank and interval of one province within its region, as text."""
    ranks = found.ranks.loc[code]
    return {
        "score": subject.say.number(found.score[code]),
        "rank": subject.say.place(ranks["region"]),
        "interval": interval_of(subject, ranks["region_low"], ranks["region_high"]),
    }


def province_lens(subject: Study, adcode: str, year: int) -> HTML:
    """A province under the lens of its own region: ranks with intervals, each part and its reason."""
    say, name = subject.say, subject.short[adcode]
    region = subject.provinces.loc[adcode, "region"]
    found = lenses_of(subject, year)[region]
    if isinstance(found, str):
        return HTML(f"<p>{found}</p>")
    choice, ranks = found.choice, found.ranks.loc[adcode]
    if adcode in found.missing.index:
        parts = lacking(subject, found, adcode)
        told = say.html("lens.cannot", name=name, lens=say.of(choice.name), parts=parts)
        return HTML(f"<p>{told}</p>")
    members = int((subject.provinces["region"] == region).sum())
    lead = say.html(
        "lens.lead" if members > 1 else "lens.lead_alone",
        name=name,
        region=subject.area(region),
        lens=say.of(choice.name),
        question=say.of(choice.question),
        score=say.number(found.score[adcode]),
        inside=say.place(ranks["region"]),
        members=members,
        inside_interval=interval_of(subject, ranks["region_low"], ranks["region_high"]),
        nation=say.place(ranks["nation"]),
        provinces=len(found.score),
        nation_interval=interval_of(subject, ranks["low"], ranks["high"]),
    )
    rows = [
        {
            say("lens.column.part"): say.of(part.name),
            say("lens.column.percentile"): say.number(found.parts.at[adcode, part.id], decimals=0),
            say("lens.column.value"): value(subject, found, part, adcode),
            say("lens.column.why"): reason(subject, found, part, adcode),
            say("lens.column.cannot"): say.of(part.cannot),
        }
        for part in choice.parts
    ]
    shown = table(
        pd.DataFrame(rows),
        title=say("lens.province_title", name=name, lens=say.of(choice.name), year=year),
        numbers=[say("lens.column.percentile")],
        note=note(subject, found),
    )
    return HTML(f"<p>{lead}</p>{shown.data}")


def first_of(subject: Study, region: Region, year: int) -> str:
    """The province that comes first under a region's lens; the first of the register without one."""
    members = members_of(subject, region) or list(subject.provinces.index)
    found = lenses_of(subject, year)[region.name]
    return members[0] if isinstance(found, str) else order(found, members)[0]
