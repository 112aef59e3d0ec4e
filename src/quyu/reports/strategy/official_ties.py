"""Official ties of assistance on the page, as they were read, beside the proposed pairs."""

from __future__ import annotations

import pandas as pd
from IPython.display import HTML

from quyu.regions.pairing.ties import agreement
from quyu.reports.stated import stated
from quyu.reports.strategy.pairs import pairs_of
from quyu.reports.study import Study
from quyu.reports.tables import table


def ties_table(subject: Study, adcode: str | None = None) -> HTML:
    """The official ties that were read, with the year they hold for and what is not known of them."""
    say, found = subject.say, subject.facts.pairs
    if adcode is not None:
        found = found[(found["giver"] == adcode) | (found["receiver"] == adcode)]
    if found.empty and adcode is None:
        return HTML(f"<p>{say.html('partners.no_ties_at_all')}</p>")
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
    proposed = pairs_of(subject, year).table["giver"]
    if proposed.empty:
        return HTML(f"<p>{say.html('partners.no_pairs', year=year)}</p>")
    found = agreement(proposed, subject.facts.pairs)
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


def _scheme(subject: Study, scheme: str) -> str:
    key = f"partners.scheme.{scheme}"
    return subject.say(key) if key in subject.say.texts else scheme
