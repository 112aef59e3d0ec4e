"""The strategy's lenses on the page: the question, the score with its parts, what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
from IPython.display import HTML

from quyu.facts.faults import Refusal
from quyu.index.uncertainty import SURE
from quyu.maps import charts
from quyu.maps.palette import Classes
from quyu.maps.picture import picture
from quyu.pages.lens_reasons import reason, value
from quyu.pages.pictures import figure
from quyu.pages.refusals import or_refusal
from quyu.pages.region import nobody
from quyu.pages.tables import page_table
from quyu.regions.lens import Lens
from quyu.regions.strategy import Region, regions
from quyu.study import certainty
from quyu.study.certainty import held, interval
from quyu.study.regional import lens_choice, lens_of, members_of
from quyu.study.shown import source
from quyu.study.spatial import refuse_own_units
from quyu.study.study import Study
from quyu.words import Words

FIFTHS = (20.0, 40.0, 60.0, 80.0)  # of percentile ranks


def lacking(say: Words, choice: Lens, row: Mapping[str, Any]) -> str:
    """Which parts of the lens a province without a score has no value of."""
    return say.join(say.of(part.name) for part in choice.parts if pd.isna(row[part.id]))


def note(say: Words, choice: Lens, frame: pd.DataFrame) -> str:
    """How to read percentiles and ranks of a lens, its limits, and who has no score for want of what."""
    told = [say("lens.note", share=held(), cannot=say.of(choice.cannot))]
    for row in frame[frame["score"].isna()].to_dict("records"):
        told.append(say("lens.missing", name=row["name"], parts=lacking(say, choice, row)))
    return "".join(told)


def place(say: Words, row: Mapping[str, Any], *, inside: bool) -> dict[str, str]:
    """A rank in the nation, or inside the province's own region, and its interval, as text."""
    rank, low, high = (
        ("inside", "inside_low", "inside_high") if inside else ("nation", "low", "high")
    )
    ends = pd.Series({"low": row[low], "high": row[high]})
    return {"rank": say.place(row[rank]), "interval": interval(ends, say)}


def _placed(say: Words, row: Mapping[str, Any], *, inside: bool) -> str:
    told = place(say, row, inside=inside)
    return say("missing") if pd.isna(row["score"]) else say("lens.placed", **told)


@or_refusal
def lens_question(subject: Study, region: Region) -> HTML:
    """What the lens of a region asks, part by part, with what it tells and what it cannot."""
    refuse_own_units(subject, "lens")
    say, choice = subject.say, lens_choice(region.name)
    rows = [
        {"part": say.of(part.name), "tells": say.of(part.tells), "cannot": say.of(part.cannot)}
        for part in choice.parts
    ]
    shown = page_table(
        say,
        pd.DataFrame(rows),
        "lens",
        "part tells cannot",
        title=say("lens.parts_title", lens=say.of(choice.name), count=len(rows)),
        note=say("lens.parts_note", cannot=say.of(choice.cannot)),
    )
    return HTML(f"<p><strong>{escape(say.of(choice.question))}</strong></p>{shown.data}")


@or_refusal
def lens_table(subject: Study, region: Region, year: int) -> HTML:
    """The lens score of a region's own provinces with parts, ranks and intervals."""
    say, whole, choice = subject.say, subject.lens(region.name, year), lens_choice(region.name)
    frame = whole[whole["region"] == subject.area(region.name)]
    if frame.empty:
        return nobody(subject, region, year)
    line = "province=name:unit inside:inside> nation:nation> score:number "
    return page_table(
        say,
        frame,
        "lens",
        line + " ".join(f"{part.id}:whole" for part in choice.parts),
        title=say("lens.table_title", lens=say.of(choice.name), year=year),
        heads={part.id: say.of(part.name) for part in choice.parts},
        formats={
            "inside>": lambda row: _placed(say, row, inside=True),
            "nation>": lambda row: _placed(say, row, inside=False),
        },
        values={"region": subject.area(region.name)},
        kind="long",
        note=note(say, choice, whole),
    )


@or_refusal
def lenses_table(subject: Study, year: int) -> HTML:
    """Every province under all three lenses: score and national rank, its own region's lens first read."""
    say, register, frames, refusals = subject.say, subject.provinces, {}, []
    for region in regions():
        try:
            frames[region.name] = subject.lens(region.name, year)
        except Refusal as refusal:
            refusals.append(refusal)
    if not frames:
        raise refusals[0]
    ordered = [
        code
        for region in regions()
        for code in frames.get(region.name, register).index
        if register.at[code, "region"] == region.name
    ]
    shown = {
        name: [
            say("lens.scored", score=say.number(score), rank=say.place(rank))
            for score, rank in frame.loc[ordered, ["score", "nation"]].to_numpy()
        ]
        for name, frame in frames.items()
    }
    group = register.loc[ordered, "region"].map(subject.area)
    frame = pd.DataFrame(shown, index=ordered).assign(name=subject.short, group=group)
    return page_table(
        say,
        frame,
        "lens",
        " ".join(["group", "province=name:unit", *(f"{name}:right" for name in frames)]),
        title=say("lens.all_title", year=year),
        heads={name: say.of(lens_choice(name).name) for name in frames} | {"group": "group"},
        group="group",
        kind="long",
        note=say("lens.all_note"),
    )


@or_refusal
def lens_chart(subject: Study, region: Region, year: int) -> HTML:
    """The parts of a region's lens for its provinces, best first, as tiles."""
    say, frame, choice = subject.say, subject.lens(region.name, year), lens_choice(region.name)
    frame = frame[frame["region"] == subject.area(region.name)].dropna(subset=["score"])
    if frame.empty:
        return nobody(subject, region, year)
    leader, rivals = frame["name"].iloc[0], frame["name"][1:][~(frame["behind"][1:] >= SURE)]
    named = {"name": leader, "lens": say.of(choice.name)}
    key = "finding_shared" if len(rivals) else "finding" if len(frame) > 1 else "finding_alone"
    finding = say(f"lens.{key}", others=certainty.others(list(rivals), say), **named)
    told = say("figure.clauses").join(
        say(
            "lens.told",
            name=row["name"],
            score=say.number(row["score"]),
            **place(say, row, inside=True),
        )
        for row in frame.to_dict("records")
    )
    names = {part.id: say.of(part.name) for part in choice.parts}
    drawn = charts.heat(
        frame.set_index("name")[[*names]].rename(columns=names),
        classes=dict.fromkeys(names.values(), Classes(FIFTHS)),
    )
    alt = say("lens.alt", lens=named["lens"], year=year, share=held(), told=told)
    return figure(picture(drawn, alt), finding=finding, source=source(subject), say=say)


@or_refusal
def lens_map(subject: Study, region: Region, year: int, *, interactive: bool = False) -> Any:
    """The nation through a region's lens, as a still map or an interactive one."""
    draw = subject.explore if interactive else subject.map
    return draw(region.name, year)


@or_refusal
def lenses_chart(subject: Study, year: int) -> Any:
    """The score of every province through all three lenses."""
    found = {each.name: subject.lens(each.name, year)["score"] for each in regions()}
    frame = pd.DataFrame(found).loc[subject.provinces.index]
    return subject.chart(frame.rename(columns=subject.area))


@or_refusal
def province_lens(subject: Study, adcode: str, year: int) -> HTML:
    """A province under the lens of its own region: ranks with intervals, each part and its reason."""
    refuse_own_units(subject, "lens")
    say, region = subject.say, subject.provinces.loc[adcode, "region"]
    choice, frame = lens_choice(region), subject.lens(region, year)
    found, row = lens_of(subject, region, year), frame.loc[adcode]
    named = {"name": row["name"], "lens": say.of(choice.name)}
    if pd.isna(row["score"]):
        told = say.html("lens.cannot", parts=lacking(say, choice, row), **named)
        return HTML(f"<p>{told}</p>")
    inside, nation = place(say, row, inside=True), place(say, row, inside=False)
    members = frame["score"][frame["region"] == subject.area(region)].count()
    lead = say.html(
        "lens.lead" if members > 1 else "lens.lead_alone",
        region=subject.area(region),
        question=say.of(choice.question),
        score=say.number(row["score"]),
        inside=inside["rank"],
        members=members,
        inside_interval=inside["interval"],
        nation=nation["rank"],
        provinces=frame["score"].count(),
        nation_interval=nation["interval"],
        **named,
    )
    parts = pd.DataFrame(
        {
            "part": say.of(part.name),
            "percentile": row[part.id],
            "value": value(subject, found, part, adcode),
            "why": reason(subject, found, part, adcode),
            "cannot": say.of(part.cannot),
        }
        for part in choice.parts
    )
    shown = page_table(
        say,
        parts,
        "lens",
        "part percentile:whole value why cannot",
        title=say("lens.province_title", year=year, **named),
        note=note(say, choice, frame),
    )
    return HTML(f"<p>{lead}</p>{shown.data}")


def first_of(subject: Study, region: Region, year: int) -> str:
    """The province that comes first under a region's lens; the first of the register without one."""
    members = members_of(subject, region.name) or list(subject.provinces.index)
    try:
        frame = subject.lens(region.name, year)
    except Refusal:
        return members[0]
    return frame.index[frame.index.isin(members)][0]
