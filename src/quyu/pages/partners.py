"""Mutual assistance on the page: the proposed pairs, one province's partners and peers, official ties."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
from IPython.display import HTML
from markupsafe import Markup

from quyu.facts.faults import Refusal
from quyu.pages.links import unit
from quyu.pages.refusals import or_refusal
from quyu.pages.tables import page_table, told_table
from quyu.regions.pairing import Pairs, concordance
from quyu.regions.strategy import Region
from quyu.study.regional import (
    FIRM,
    assistance,
    drivers_frame,
    lacking_variables,
    pairs_by_choice,
    pairs_of,
    structure_of,
)
from quyu.study.spatial import refuse_own_units
from quyu.study.study import Study

SHOWN = 0.005  # a smaller share of the draws would be printed as 0 %
DRIVERS = 5  # indicators named for one pair
SECOND = 0.1  # share of draws from which a runner-up is named


def weak_limit(subject: Study) -> str:
    """What an indicator must lie below to be weak, in words: the median, or the stated quantile."""
    say, below = subject.say, float(assistance().weak_below)
    if below == 0.5:
        return say("partners.limit.median")
    return say("partners.limit.quantile", share=below)


def named(subject: Study, codes: Iterable[str]) -> str:
    """The provinces as one list."""
    return subject.say.join(subject.short[code] for code in codes)


def sentence(subject: Study, key: str, **values: object) -> HTML:
    """One sentence of the catalogue as a paragraph."""
    return HTML(f"<p>{subject.say.html(f'partners.{key}', **values)}</p>")


def proposed(subject: Study, year: int) -> pd.DataFrame:
    """The proposed pairs of a year; refused in the reader's words if there are none."""
    frame = subject.partners(year)
    if frame.empty:
        raise Refusal(f"no pair is proposed for {year}.", "partners.no_pairs", year=year)
    return frame


@or_refusal
def partners_table(subject: Study, year: int, *, receivers: list[str] | None = None) -> HTML:
    """The proposed giver of every receiver, or of some, with what drives it and how stable it is."""
    say, pairs, frame = subject.say, pairs_of(subject, year), proposed(subject, year)
    if receivers is not None:
        frame = frame[frame.index.isin(receivers)]
    if frame.empty:
        return sentence(subject, "no_pairs", year=year)
    second = frame["runner_up_name"] + frame["runner_up_share"].map(" {:.0%}".format)
    note = say(
        "partners.pairs_note", n=pairs.n, capacity=assistance().capacity, limit=weak_limit(subject)
    )
    if len(pairs.unpaired):
        note += say("partners.unpaired_note", names=named(subject, pairs.unpaired.index))
    return told_table(
        frame.assign(runner_up_name=second.where(frame["runner_up_share"] >= SHOWN, "—")),
        kind="long",
        note=note + _left_out(subject, pairs.left_out),
    )


def _left_out(subject: Study, codes: Iterable[str]) -> str:
    codes = list(codes)
    return subject.say("partners.left_out_note", names=named(subject, codes)) if codes else ""


@or_refusal
def choices_table(subject: Study, year: int) -> HTML:
    """How many pairs stay the same if a choice that no figure settles is made otherwise."""
    say, (same, count) = subject.say, pairs_by_choice(subject, year)
    return page_table(
        say,
        same.reset_index(),
        "partners",
        "choice:partners.choice instead:instead same:place",
        title=say("partners.choices_title", count=count),
        formats={
            "instead": lambda row: say(
                "partners.instead",
                value=row["value"],
                stated=f"{getattr(assistance(), row['choice']):g}",
            )
        },
        note=say("partners.choices_note"),
    )


@or_refusal
def region_partners(subject: Study, region: Region, year: int) -> HTML:
    """The proposed pairs that a region has a part in, as receiver or as giver."""
    givers, register = proposed(subject, year)["giver"], subject.provinces["region"]
    places = givers.map(register), givers.index.to_series().map(register)
    own = (places[0] == region.name) | (places[1] == region.name)
    return partners_table(subject, year, receivers=list(givers.index[own]))


@or_refusal
def partners(subject: Study, adcode: str, year: int) -> HTML:
    """Who could pass something on to this province, or to whom this one could."""
    pairs, name = pairs_of(subject, year), subject.short[adcode]
    if adcode in pairs.table.index:
        return _receives(subject, pairs, adcode)
    if adcode in pairs.shares.columns:
        return _gives(subject, pairs, adcode)
    if adcode in pairs.unpaired:
        weak = pairs.unpaired[adcode]
        key = "unpaired" if weak else "strong"
        return sentence(subject, key, name=name, weak=weak, limit=weak_limit(subject))
    if variables := lacking_variables(subject, adcode, year):
        return sentence(subject, "left_out", name=name, variables=variables)
    return sentence(subject, "outside", name=name)


def _receives(subject: Study, pairs: Pairs, adcode: str) -> HTML:
    say, row = subject.say, subject.partners(pairs.year).loc[adcode]
    second, foremost = row["runner_up_share"], row["foremost"]
    firmly = "receives" if row["firm"] else "receives_among"
    way = "receives_rarely" if second <= row["stability"] else "receives_loosely"
    other = {"other": row["runner_up_name"]}
    if other["other"]:
        other["other"] = Markup(unit(other["other"], row["runner_up"]))
    lead = say.html(
        f"partners.{firmly if foremost else way}",
        least=FIRM,
        name=row["name"],
        giver=Markup(unit(row["giver_name"], row["giver"])),
        n=pairs.n,
        share=row["stability"],
        weak=row["weak"],
        limit=weak_limit(subject),
        other_share=second,
        **other,
    )
    if foremost and second >= SECOND:
        lead += say.html("partners.next", share=second, **other)
    if row["no_giver"] >= SECOND:
        lead += say.html("partners.none", share=row["no_giver"])
    ends = {"receiver": row["name"], "giver": row["giver_name"]}
    drawn = page_table(
        say,
        drivers_frame(subject, pairs.year, adcode, row["giver"]).head(DRIVERS),
        "partners",
        "indicator=name receiver=receiver_score:whole giver=giver_score:whole "
        "contribution=share:percent remark:remark",
        title=say("partners.drivers_title", **ends),
        heads=ends,
        formats={
            "remark": lambda row: say.join(
                say(f"partners.flag.{flag}")
                for flag in dict.fromkeys((row["receiver_flag"], row["giver_flag"]))
                if flag
            )
        },
        note=say("partners.drivers_note", missing=row["missing"]),
    )
    return HTML(f"<p>{lead}</p>{drawn.data}")


def _gives(subject: Study, pairs: Pairs, adcode: str) -> HTML:
    say, name = subject.say, subject.short[adcode]
    mine = subject.partners(pairs.year).query("giver == @adcode")
    if mine.empty:
        often, share = pairs.shares[adcode].idxmax(), pairs.shares[adcode].max()
        told = {"name": name, "other": subject.short[often], "share": share}
        return sentence(subject, "gives_none" if share else "gives_never", **told)
    firm = mine["firm"]
    loosely = "gives_loosely" if firm.any() else "gives_only_loosely"
    groups = {"gives": mine.index[firm], loosely: mine.index[~firm]}
    lead = "".join(
        say.html(f"partners.{key}", name=name, receivers=named(subject, codes), least=FIRM)
        for key, codes in groups.items()
        if len(codes)
    )
    return HTML(f"<p>{lead}</p>{partners_table(subject, pairs.year, receivers=[*mine.index]).data}")


@or_refusal
def peers_table(subject: Study, adcode: str, year: int) -> HTML:
    """The provinces nearest in structure: how they do on the index, and in what they are alike."""
    say, frame, name = subject.say, subject.peers(adcode, year), subject.short[adcode]
    blocks = say.join(say.of(block.name) for block in assistance().structure)
    left_out = _left_out(subject, structure_of(subject, year).left_out)
    note = say("partners.peers_note", blocks=blocks) + left_out
    return told_table(frame, focus=[name], note=note)


@or_refusal
def ties_table(subject: Study, adcode: str | None = None) -> HTML:
    """The official ties that were read, with the year they hold for and what is not known of them."""
    say, found, short = subject.say, subject.facts.pairs, subject.short
    if found.empty:
        refuse_own_units(subject, "partners")
    if adcode is not None:
        found = found[(found["giver"] == adcode) | (found["receiver"] == adcode)]
    if found.empty:
        key = "no_ties_at_all" if adcode is None else "no_ties"
        return sentence(subject, key, name=short.get(adcode))
    known = {"not known": say("partners.tie.unread"), "no": say("partners.tie.unchanged")}
    return page_table(
        say,
        found.assign(
            giver_name=found["giver"].map(short),
            receiver_name=found["receiver"].map(short),
            scheme=found["scheme"].map(lambda name: say.texts.get(f"partners.scheme.{name}", name)),
            later=[known.get(str(value), str(value)) for value in found["superseded"]],
        ),
        "partners",
        "tie_giver=giver_name:giver tie_receiver=receiver_name:receiver scheme as_read:right later",
        title=say("partners.ties_title"),
        note=say("partners.ties_note"),
    )


@or_refusal
def agreement_text(subject: Study, year: int) -> HTML:
    """How many official ties are among the proposed pairs, beside how many chance would give."""
    say, short = subject.say, subject.short
    found = concordance(proposed(subject, year)["giver"], subject.facts.pairs)
    return sentence(
        subject,
        "agreement" if found.both else "no_agreement",
        compared=found.compared,
        agreed=len(found.both),
        both=say.join(
            say("partners.pair", giver=short[giver], receiver=short[receiver])
            for giver, receiver in found.both
        ),
        expected=found.expected,
        chance=found.chance,
    )
