"""What an explored map tells of each unit, as a frame, and the map that is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from quyu.maps.explore import InteractiveMap, explore
from quyu.study.certainty import held, interval, tier
from quyu.study.evidence import published_in, sources_of, years_of
from quyu.study.regional import lens_frame
from quyu.study.shown import Shown, leaves_of

if TYPE_CHECKING:
    from quyu.study.study import Study

COLUMNS = ("value", "rank", "order", "interval", "tier", "years", "source")


def explored(subject: Study, found: Shown, *, online: bool) -> InteractiveMap:
    """The map of what `shown` found."""
    frame = details(subject, found)
    heads = {column: subject.say(f"explore.{column}", share=held()) for column in COLUMNS}
    told = texts(subject, found, frame)
    told = told[[column for column in COLUMNS if (told[column] != "").any()]]
    return explore(
        found.classed,
        subject.land,
        subject.dashes,
        found.caption(subject),
        found.classes,
        names=subject.short,
        told=told.rename(columns=heads),
        uncertain=found.uncertain,
        online=online,
    )


def details(subject: Study, found: Shown) -> pd.DataFrame:
    """Every unit of the map: name, value, rank, low and high, tier, years and source, by id.

    rank is 1 for the best; where nothing is better or worse (published figures, own values), 1 for
    the greatest. low and high hold the method interval of a rank, where there are draws; `tier`,
    `years` and `source` are texts, "" where there is nothing to say.
    """
    year, key = found.year, found.key
    frame = pd.DataFrame({"name": subject.short, "value": found.values}, index=subject.land.index)
    frame["rank"] = frame["value"].round(9).rank(ascending=False, method="min")
    more = pd.DataFrame(index=frame.index, columns=["low", "high"], dtype=float)
    known, years, sources, tiers = (
        frame["value"].dropna().index,
        pd.Series(),
        pd.Series(),
        pd.Series(),
    )
    if found.kind in ("index", "goal", "lens", "figure"):
        years = pd.Series(str(year), known)
    if found.kind in ("index", "goal"):
        frame["rank"] = subject.card.ranks.xs(year, level="year")[key]
    if found.kind == "index":
        more = subject.ranks(year)
        tiers = more.apply(tier, axis=1, say=subject.say)
    elif found.kind == "lens":
        more = lens_frame(subject, key, year)
        frame["rank"] = more["nation"]
    elif found.kind == "indicator":
        leaf = leaves_of(subject)[key]
        years, sources = years_of(subject, leaf, year), sources_of(subject, leaf, year)
        if key in subject.card.normalised:
            scores = subject.card.normalised.xs(year, level="year")[key].round(9)
            frame["rank"] = scores.rank(ascending=False, method="min")
    elif found.kind == "figure":
        cells = subject.facts.figures.query("indicator == @key and year == @year")
        sources = published_in(subject, cells.set_index("adcode")["source"])
    elif year is not None:
        years = pd.Series(str(year), known)
    frame = frame.join(more[["low", "high"]])
    said = {"tier": tiers, "years": years, "source": sources}
    for column, text in said.items():
        frame[column] = text.reindex(known).reindex(frame.index).fillna("")
    return frame


def texts(subject: Study, found: Shown, frame: pd.DataFrame) -> pd.DataFrame:
    """The same as a reader sees it: a text a cell, "" where there is nothing to say."""
    say = subject.say
    scored = found.kind in ("index", "goal", "lens")
    signed = found.kind == "own" and frame["value"].min() < 0 < frame["value"].max()

    def written(value: float) -> str:
        if pd.isna(value):
            return say("missing") if found.kind != "own" else say("map.no_data")
        text = say.number(value) if scored else say.significant(value)
        text = f"+{text}" if signed and value > 0 else text
        return say("explore.of_unit", value=text, unit=found.unit) if found.unit else text

    count = int(frame["rank"].notna().sum())
    places = frame["rank"].map(
        lambda rank: "" if pd.isna(rank) else say("explore.of", rank=say.place(rank), count=count)
    )
    merit = found.kind not in ("figure", "own")
    told = pd.DataFrame(
        {
            "value": frame["value"].map(written),
            "rank": places if merit else "",
            "order": "" if merit else places,
            "interval": frame.apply(interval, axis=1, say=say).where(frame["low"].notna(), ""),
        },
        index=frame.index,
    ).join(frame[["tier", "years", "source"]])
    told.loc[frame["value"].isna(), [*COLUMNS[1:]]] = ""
    return told
