"""The strategy's lenses on the page: the question, the score with its parts, why, and what they cannot tell."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from html import escape

import pandas as pd
from IPython.display import HTML

from quyu.index.draws import Draws
from quyu.maps.palette import YLGNBU
from quyu.maps.picture import picture
from quyu.regions.lenses import Lens, LensScores, Part, lens, read_lenses
from quyu.regions.strategy import Region, regions
from quyu.reports import mosaic
from quyu.reports.certainty import draws_of, interval
from quyu.reports.figure import figure
from quyu.reports.nation import source
from quyu.reports.study import Study
from quyu.reports.tables import table

FIFTHS = (20.0, 40.0, 60.0, 80.0)  # of percentile ranks


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


def lens_question(subject: Study, region: Region) -> HTML:
    """What the lens of a region asks, part by part, with what it tells and what it cannot."""
    say, choice = subject.say, _choice(region)
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
    order = _order(subject, found, region, everyone=everyone)
    inside, nation = (
        say("lens.column.inside", region=subject.area(region.name)),
        say("lens.column.nation"),
    )
    rows = []
    for code in order:
        ranks = found.ranks.loc[code]
        own = ranks[["region", "region_low", "region_high"]]
        row = {say("lens.column.province"): subject.short[code]}
        if not everyone:
            row[inside] = _placed(subject, own["region"], own["region_low"], own["region_high"])
        row[nation] = _placed(subject, ranks["nation"], ranks["low"], ranks["high"])
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
        note=_note(subject, found),
    )


def lenses_table(subject: Study, year: int) -> HTML:
    """Every province under all three lenses: score and national rank, its own region's lens first read."""
    say, register = subject.say, subject.provinces
    looked = {
        name: found
        for name, found in lenses_of(subject, year).items()
        if not isinstance(found, str)
    }
    if not looked:
        return HTML(f"<p>{next(iter(lenses_of(subject, year).values()))}</p>")
    rows = []
    for region in regions():
        members = register.index[register["region"] == region.name]
        ranks = looked[region.name].ranks["nation"] if region.name in looked else pd.Series()
        for code in sorted(members, key=lambda code: ranks.get(code, 0)):
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
    order = _order(subject, found, region, everyone=False)
    names = {part.id: say.of(part.name) for part in found.choice.parts}
    frame = found.parts.loc[order].rename(index=subject.short, columns=names)
    first = found.ranks.loc[order]
    leader = subject.short[order[0]]
    rivals = [subject.short[code] for code in order[1:] if first.at[code, "region_low"] <= 1]
    finding = (
        say(
            "lens.finding_shared", names=say.join([leader, *rivals]), lens=say.of(found.choice.name)
        )
        if rivals
        else say("lens.finding", name=leader, lens=say.of(found.choice.name))
    )
    told = say.join(
        say("lens.told", name=subject.short[code], score=say.number(found.score[code]))
        for code in order
    )
    drawn = mosaic.heat(
        frame, breaks={name: list(FIFTHS) for name in frame.columns}, palette=list(YLGNBU)
    )
    alt = say("lens.alt", lens=say.of(found.choice.name), year=year, told=told)
    return figure(picture(drawn, alt), finding=finding, source=source(subject), say=say)


def province_lens(subject: Study, adcode: str, year: int) -> HTML:
    """A province under the lens of its own region: ranks with intervals, each part and its reason."""
    say, name = subject.say, subject.short[adcode]
    region = subject.provinces.loc[adcode, "region"]
    found = lenses_of(subject, year)[region]
    if isinstance(found, str):
        return HTML(f"<p>{found}</p>")
    choice, ranks = found.choice, found.ranks.loc[adcode]
    if adcode in found.missing.index:
        told = say.html(
            "lens.cannot", name=name, lens=say.of(choice.name), reason=found.missing[adcode]
        )
        return HTML(f"<p>{told}</p>")
    lead = say.html(
        "lens.lead",
        name=name,
        region=subject.area(region),
        lens=say.of(choice.name),
        question=say.of(choice.question),
        score=say.number(found.score[adcode]),
        inside=say.place(ranks["region"]),
        members=int((subject.provinces["region"] == region).sum()),
        inside_interval=_interval(subject, ranks["region_low"], ranks["region_high"]),
        nation=say.place(ranks["nation"]),
        provinces=len(found.score),
        nation_interval=_interval(subject, ranks["low"], ranks["high"]),
    )
    rows = [
        {
            say("lens.column.part"): say.of(part.name),
            say("lens.column.percentile"): say.number(found.parts.at[adcode, part.id], decimals=0),
            say("lens.column.value"): say(
                "lens.value",
                value=say.number(found.values.at[adcode, part.id], decimals=_decimals(part)),
                unit=say.of(part.unit),
            ),
            say("lens.column.why"): EXPLAIN[part.measure](
                subject, part, found.detail.loc[adcode, part.id]
            ),
        }
        for part in choice.parts
    ]
    shown = table(
        pd.DataFrame(rows),
        title=say("lens.province_title", name=name, lens=say.of(choice.name), year=year),
        numbers=[say("lens.column.percentile")],
        note=_note(subject, found),
    )
    return HTML(f"<p>{lead}</p>{shown.data}")


def first_of(subject: Study, region: Region, year: int) -> str:
    """The province that comes first under a region's lens; the first of the register without one."""
    register, found = subject.provinces, lenses_of(subject, year)[region.name]
    if isinstance(found, str):
        return register.index[register["region"] == region.name][0]
    return _order(subject, found, region, everyone=False)[0]


def _choice(region: Region) -> Lens:
    return next(choice for choice in read_lenses() if choice.region == region.name)


def _order(subject: Study, found: LensScores, region: Region, *, everyone: bool) -> list[str]:
    ranks = found.ranks["nation"].sort_values(kind="stable")
    if everyone:
        return list(ranks.index)
    return [code for code in ranks.index if subject.provinces.loc[code, "region"] == region.name]


def _note(subject: Study, found: LensScores) -> str:
    say = subject.say
    note = say("lens.note", cannot=say.of(found.choice.cannot))
    for code, reason in found.missing.items():
        note += say("lens.missing", name=subject.short[code], reason=reason)
    return note


def _placed(subject: Study, rank: float, low: float, high: float) -> str:
    if pd.isna(rank):
        return subject.say("missing")
    return subject.say("lens.placed", rank=f"{rank:.0f}", interval=_interval(subject, low, high))


def _interval(subject: Study, low: float, high: float) -> str:
    return interval(pd.Series({"low": low, "high": high}), subject.say)


def _decimals(part: Part) -> int:
    return 2 if part.measure in ("comparative_advantage", "distinctive_industry") else 1


def _named(subject: Study, parts: tuple[str, ...] | list[str]) -> str:
    tree = subject.card.framework.index
    names = {each.id: subject.say.of(each.name) for each in [*tree.nodes(), *tree.leaves()]}
    return subject.say.join(names.get(part, part) for part in parts)


def _top_goals(subject: Study, part: Part, row: pd.Series) -> str:
    if not row["goals"]:
        return subject.say("lens.why.no_top_goal")
    return subject.say("lens.why.top_goals", goals=_named(subject, row["goals"]))


def _closeness(subject: Study, part: Part, row: pd.Series) -> str:
    return subject.say("lens.why.closeness", goal=_named(subject, [row["furthest"]]))


def _weakest(subject: Study, part: Part, row: pd.Series) -> str:
    return subject.say("lens.why.weakest", goal=_named(subject, [row["goal"]]))


def _each(subject: Study, part: Part, row: pd.Series) -> str:
    say = subject.say
    return say.join(
        say("lens.why.each", name=_named(subject, [name]), value=say.number(value))
        for name, value in row.items()
    )


def _advantage(subject: Study, part: Part, row: pd.Series) -> str:
    say = subject.say
    best = say.join(
        say("lens.why.each", name=_named(subject, [name]), value=say.number(gap, sign=True))
        for name, gap in zip(row["best"], row["gaps"], strict=True)
    )
    return say("lens.why.advantage", best=best, clear=row["clear"])


def _gain(subject: Study, part: Part, row: pd.Series) -> str:
    say = subject.say
    return say(
        "lens.why.gain",
        then=say.number(row["then"]),
        now=say.number(row["now"]),
        since=part.since,
        nation=say.number(row["nation"], sign=True),
    )


def _distinctive(subject: Study, part: Part, row: pd.Series) -> str:
    say, book = subject.say, subject.facts.codebook[f"name_{subject.say.suffix}"]
    each = say.join(
        say("lens.why.each", name=book[name], value=say.number(row[name], decimals=2))
        for name in part.figures
    )
    return say("lens.why.distinctive", industry=book[row["industry"]], each=each)


def _catch_up(subject: Study, part: Part, row: pd.Series) -> str:
    say, years = subject.say, row["years"]
    ahead, key = years < 0, "more" if row["censored"] else "about"
    return say(
        f"lens.why.{'ahead' if ahead else 'behind'}_{key}",
        years=say.significant(abs(years)),
        level=say.significant(row["level"]),
        benchmark=say.significant(row["benchmark"]),
    )


def _level(subject: Study, part: Part, row: pd.Series) -> str:
    say = subject.say
    return say(
        "lens.why.level",
        level=f"{row['level']:.1%}",
        change=say.number(100 * row["change"], sign=True),
        since=part.since,
    )


def _changes(subject: Study, part: Part, row: pd.Series) -> str:
    say = subject.say
    each = say.join(
        say("lens.why.each", name=_named(subject, [name]), value=say.number(value, sign=True))
        for name, value in row.items()
    )
    return say("lens.why.changes", since=part.since, each=each)


EXPLAIN: dict[str, Callable[[Study, Part, pd.Series], str]] = {
    "top_goals": _top_goals,
    "closeness": _closeness,
    "weakest_goal": _weakest,
    "mean_of_indicators": _each,
    "mean_of_goals": _each,
    "comparative_advantage": _advantage,
    "gain_on_nation": _gain,
    "distinctive_industry": _distinctive,
    "catch_up": _catch_up,
    "level_with_change": _level,
    "changes": _changes,
}
