"""Mutual assistance on the page: peers, proposed partners, official ties as they were read."""

from __future__ import annotations

from functools import cache, lru_cache

import pandas as pd
from IPython.display import HTML
from matplotlib.figure import Figure

from quyu.maps.arcs import arcs
from quyu.maps.palette import REGION
from quyu.maps.picture import Picture, picture
from quyu.regions import ties as official
from quyu.regions.assistance import Assistance, read_assistance
from quyu.regions.pairing import Pairs, pairing
from quyu.regions.pairing_choices import varied
from quyu.regions.peers import peers
from quyu.regions.strategy import Region, regions
from quyu.regions.structure import Structure, structure
from quyu.reports.certainty import draws_of
from quyu.reports.nation import source
from quyu.reports.stated import stated
from quyu.reports.study import Study
from quyu.reports.tables import table

DRIVERS = 5  # indicators named for a pair
SECOND = 0.1  # share of draws from which a runner-up is named
FIRM = 0.5  # share of draws from which a proposal is called the likeliest


@cache
def choices() -> Assistance:
    """The stated choices of mutual assistance."""
    return read_assistance()


@lru_cache(maxsize=2)
def structure_of(subject: Study, year: int) -> Structure:
    """How far the provinces of a study differ in structure."""
    return structure(subject.figures.loc[subject.provinces.index], choices(), year=year)


@lru_cache(maxsize=2)
def pairs_of(subject: Study, year: int) -> Pairs:
    """The proposed pairs of a year, from the draws behind the ranks."""
    return pairing(
        draws_of(subject, year), structure_of(subject, year), choices(), subject.provinces
    )


@stated
def peers_table(subject: Study, adcode: str, year: int) -> HTML:
    """The provinces nearest in structure: how they do on the index, and in what they are alike."""
    say, found = subject.say, peers(structure_of(subject, year), adcode, count=choices().peers)
    blocks = {block.id: say.of(block.name) for block in choices().structure}
    scores, ranks = subject.at(year)["index"], subject.card.ranks.xs(year, level="year")["index"]
    alike = found[[*blocks]].rename(columns=blocks).idxmin(axis=1)
    order = [adcode, *found.index]
    shown = pd.DataFrame(
        {
            say("partners.province"): [subject.short[code] for code in order],
            say("partners.index"): [say.number(scores[code]) for code in order],
            say("partners.rank"): [say.place(ranks[code]) for code in order],
            say("partners.distance"): [
                "—",
                *(say.number(value, decimals=2) for value in found["distance"]),
            ],
            say("partners.alike"): ["—", *alike],
        }
    )
    return table(
        shown,
        title=say("partners.peers_title", name=subject.short[adcode], year=year),
        numbers=list(shown.columns[1:4]),
        focus=[subject.short[adcode]],
        note=say("partners.peers_note", blocks=say.join(blocks.values())),
    )


@stated
def partners(subject: Study, adcode: str, year: int) -> HTML:
    """Who could pass something on to this province, or to whom this one could."""
    pairs = pairs_of(subject, year)
    if adcode in pairs.table.index:
        return _receives(subject, pairs, adcode)
    return _gives(subject, pairs, adcode)


@stated
def partners_table(subject: Study, year: int, *, receivers: list[str] | None = None) -> HTML:
    """The proposed giver of every receiver, or of some, with what drives it and how stable it is."""
    say, pairs = subject.say, pairs_of(subject, year)
    rows = [
        {
            "receiver": subject.short[code],
            "giver": subject.short[row["giver"]],
            "drivers": say.join(_drivers(subject, pairs, code, row["giver"])[:3]),
            "stability": f"{row['stability']:.0%}",
            "runner_up": _runner_up(subject, row),
            "missing": f"{row['missing']:.0%}",
            "flagged": f"{row['flagged']:.0%}",
        }
        for code, row in pairs.table.iterrows()
        if receivers is None or code in receivers
    ]
    names = {name: say(f"partners.column.{name}") for name in rows[0]}
    shown = pd.DataFrame(rows).rename(columns=names)
    return table(
        shown,
        title=say("partners.pairs_title", year=year),
        numbers=[names[name] for name in ("stability", "missing", "flagged")],
        kind="long",
        note=say("partners.pairs_note", n=pairs.n, capacity=choices().capacity),
    )


@stated
def choices_table(subject: Study, year: int) -> HTML:
    """How many pairs stay the same if a choice that no figure settles is made otherwise."""
    say = subject.say
    found = varied(
        draws_of(subject, year), structure_of(subject, year), choices(), subject.provinces
    )
    stated_pairs = found["stated", ""]
    rows = [
        {
            say("partners.column.choice"): say(f"partners.choice.{choice}"),
            say("partners.column.instead"): say(
                "partners.instead", value=value, stated=f"{getattr(choices(), choice):g}"
            ),
            say("partners.column.same"): str(int((found[choice, value] == stated_pairs).sum())),
        }
        for choice, value in found.columns
        if choice != "stated"
    ]
    return table(
        pd.DataFrame(rows),
        title=say("partners.choices_title", count=len(found)),
        numbers=[say("partners.column.same")],
        note=say("partners.choices_note"),
    )


@stated
def region_partners(subject: Study, region: Region, year: int) -> HTML:
    """The proposed pairs that a region has a part in, as receiver or as giver."""
    pairs, register = pairs_of(subject, year).table, subject.provinces["region"]
    receivers = [
        code
        for code, giver in pairs["giver"].items()
        if region.name in (register[code], register[giver])
    ]
    return partners_table(subject, year, receivers=receivers)


@stated
def partners_map(subject: Study, year: int) -> Picture:
    """The proposed pairs as arcs, wider where more of the draws agree."""
    return picture(*partners_drawing(subject, year))


def partners_drawing(subject: Study, year: int) -> tuple[Figure, str]:
    """The figure of `partners_map` with what it says."""
    say, pairs = subject.say, pairs_of(subject, year)
    drawn = pairs.table.rename_axis("receiver").reset_index()
    firm = int((drawn["stability"] >= FIRM).sum())
    title = say("partners.map_title", firm=firm, all=len(drawn))
    figure = arcs(
        drawn[["giver", "receiver", "stability"]],
        subject.land,
        subject.dashes,
        groups={each.name: (REGION[each.name], subject.area(each.name)) for each in regions()},
        group="region",
        legend=say("partners.map_legend"),
        title=title,
        subtitle=say("partners.map_subtitle", year=year, n=pairs.n),
        source=source(subject),
        lang=subject.lang,
    )
    told = say.join(
        say(
            "partners.told",
            giver=subject.short[row.giver],
            receiver=subject.short[row.receiver],
            share=f"{row.stability:.0%}",
        )
        for row in drawn.itertuples()
    )
    return figure, say("partners.map_alt", title=title, told=told)


def ties_table(subject: Study, adcode: str | None = None) -> HTML:
    """The official ties that were read, with the year they hold for and what is not known of them."""
    say, found = subject.say, subject.facts.pairs
    if adcode is not None:
        found = found[(found["giver"] == adcode) | (found["receiver"] == adcode)]
    if found.empty:
        return HTML(f"<p>{say.html('partners.no_ties', name=subject.short[adcode])}</p>")
    names = {
        key: say(f"partners.tie.{key}")
        for key in ("giver", "receiver", "scheme", "as_read", "later")
    }
    known = {"not known": say("partners.tie.unread"), "no": say("partners.tie.unchanged")}
    shown = pd.DataFrame(
        {
            names["giver"]: list(found["giver"].map(subject.short)),
            names["receiver"]: list(found["receiver"].map(subject.short)),
            names["scheme"]: [_scheme(subject, scheme) for scheme in found["scheme"]],
            names["as_read"]: [str(year) for year in found["as_read"]],
            names["later"]: [known.get(str(value), str(value)) for value in found["superseded"]],
        }
    )
    return table(
        shown, title=say("partners.ties_title"), numbers=[names["as_read"]],
        note=say("partners.ties_note"),
    )  # fmt: skip


@stated
def agreement_text(subject: Study, year: int) -> HTML:
    """How many official ties are among the proposed pairs, beside how many chance would give."""
    say = subject.say
    found = official.agreement(pairs_of(subject, year).table["giver"], subject.facts.pairs)
    both = say.join(
        say("partners.pair", giver=subject.short[giver], receiver=subject.short[receiver])
        for giver, receiver in found.both
    )
    text = say.html(
        "partners.agreement" if found.both else "partners.no_agreement",
        compared=found.compared,
        agreed=found.agreed,
        both=both,
        expected=say.number(found.expected),
        chance=f"{found.chance:.0%}",
    )
    return HTML(f"<p>{text}</p>")


def _receives(subject: Study, pairs: Pairs, adcode: str) -> HTML:
    say, row = subject.say, pairs.table.loc[adcode]
    giver = row["giver"]
    other, share = row["runner_up"], row["runner_up_share"]
    loosely = bool(other) and share > row["stability"]
    lead = say.html(
        "partners.receives_loosely" if loosely else "partners.receives",
        name=subject.short[adcode],
        giver=subject.short[giver],
        n=pairs.n,
        share=f"{row['stability']:.0%}",
        weak=row["weak"],
        other=subject.short.get(other, ""),
        other_share=f"{share:.0%}",
    )
    if not loosely and share >= SECOND:
        lead += say.html("partners.next", other=subject.short[other], share=f"{share:.0%}")
    behind = pairs.drivers.query("receiver == @adcode and giver == @giver").head(DRIVERS)
    leaves = {leaf.id: say.of(leaf.name) for leaf in subject.card.framework.indicators}
    shown = pd.DataFrame(
        {
            say("partners.indicator"): [leaves[name] for name in behind["indicator"]],
            subject.short[adcode]: [say.number(v, decimals=0) for v in behind["receiver_score"]],
            subject.short[giver]: [say.number(v, decimals=0) for v in behind["giver_score"]],
            say("partners.contribution"): [
                f"{value / row['complementarity']:.0%}" for value in behind["contribution"]
            ],
            say("partners.remark"): [
                say.join(dict.fromkeys(say(f"partners.flag.{flag}") for flag in flags if flag))
                for flags in zip(behind["receiver_flag"], behind["giver_flag"], strict=True)
            ],
        }
    )
    drawn = table(
        shown,
        title=say(
            "partners.drivers_title", giver=subject.short[giver], receiver=subject.short[adcode]
        ),
        numbers=list(shown.columns[1:4]),
        note=say("partners.drivers_note", missing=f"{row['missing']:.0%}"),
    )
    return HTML(f"<p>{lead}</p>{drawn.data}")


def _gives(subject: Study, pairs: Pairs, adcode: str) -> HTML:
    say, name = subject.say, subject.short[adcode]
    mine = pairs.table[pairs.table["giver"] == adcode]
    if adcode not in pairs.shares.columns:
        return HTML(f"<p>{say.html('partners.outside', name=name)}</p>")
    if mine.empty:
        often = pairs.shares[adcode].idxmax()
        text = say.html(
            "partners.gives_none",
            name=name,
            other=subject.short[often],
            share=f"{pairs.shares.at[often, adcode]:.0%}",
        )
        return HTML(f"<p>{text}</p>")
    lead = say.html(
        "partners.gives", name=name, receivers=say.join(subject.short[code] for code in mine.index)
    )
    return HTML(f"<p>{lead}</p>{partners_table(subject, pairs.year, receivers=[*mine.index]).data}")


def _drivers(subject: Study, pairs: Pairs, receiver: str, giver: str) -> list[str]:
    leaves = {leaf.id: subject.say.of(leaf.name) for leaf in subject.card.framework.indicators}
    behind = pairs.drivers.query("receiver == @receiver and giver == @giver")
    return [leaves[name] for name in behind["indicator"]]


def _runner_up(subject: Study, row: pd.Series) -> str:
    if not row["runner_up"]:
        return "—"
    return f"{subject.short[row['runner_up']]} {row['runner_up_share']:.0%}"


def _scheme(subject: Study, scheme: str) -> str:
    key = f"partners.scheme.{scheme}"
    return subject.say(key) if key in subject.say.texts else scheme
