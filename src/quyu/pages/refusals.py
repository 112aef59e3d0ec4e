"""A part that cannot be worked out says so in its place, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from html import escape
from typing import Any

from IPython.display import HTML, display

from quyu.facts.faults import Refusal
from quyu.study.study import Study


def told_refusal(subject: Study, refusal: ValueError) -> str:
    """The refusal in the language of the study; one without a code stays as it was raised.

    >>> from quyu.study import open_study
    >>> told = Refusal("no figure is named 'gdp'.", "no_figure", figure="gdp")
    >>> told_refusal(open_study(lang="en"), told)
    'the figures do not hold “Gross regional product”'
    """
    say, book = subject.say, subject.facts.codebook
    if getattr(refusal, "code", "") in say.texts:
        return say(refusal.code, **refusal.values)
    key = f"stated.reason.{getattr(refusal, 'code', '')}"
    if not isinstance(refusal, Refusal) or key not in say.texts:
        return str(refusal)
    values = {name: str(value) for name, value in refusal.values.items()}
    if values.get("figure") in book.index:
        values["figure"] = book.at[values["figure"], f"name_{say.suffix}"]
    if "unit" in values:
        values["unit"] = subject.short.get(values["unit"], values["unit"])
    if "leaf" in values:
        leaves = {leaf.id: say.of(leaf.name) for leaf in subject.card.framework.indicators}
        values["leaf"] = leaves.get(values["leaf"], values["leaf"])
    return say(key, **values)


def or_refusal(part: Callable[..., Any]) -> Callable[..., Any]:
    """`part(subject, …)`, or a paragraph with the reason where the figures at hand do not allow it.

    For what goes beyond the index: a user's own figures or framework need not hold all that the
    regional strategy looks at, and a report without peers is still a report. Only a refusal
    (ValueError) is told; any other error ends the run.

    >>> from quyu.study import open_study
    >>> @or_refusal
    ... def shares(subject):
    ...     raise Refusal("no figure is named 'gdp'.", "no_figure", figure="gdp")
    >>> shares(open_study(lang="en")).data  # doctest: +NORMALIZE_WHITESPACE
    '<p class="refused">This cannot be worked out from the figures at hand:
    the figures do not hold “Gross regional product”.</p>'
    """

    @wraps(part)
    def attempt(subject, *given, **options):
        try:
            return part(subject, *given, **options)
        except ValueError as refusal:
            if subject.facts.own_units and isinstance(refusal, Refusal):
                return _left_out(subject, refusal)
            if getattr(refusal, "code", "") in subject.say.texts:  # it has a sentence of its own
                return HTML(f"<p>{subject.say.html(refusal.code, **refusal.values)}</p>")
            told = told_refusal(subject, refusal)
            key = "stated.unforeseen" if told == str(refusal) else "stated.refused"
            return HTML(f'<p class="refused">{subject.say.html(key, reason=told)}</p>')

    return attempt


@contextmanager
def told(subject: Study) -> Iterator[None]:
    """What units of one's own are refused inside, shown as a sentence; a notebook goes on after it.

    Of provinces nothing is caught: what their study cannot answer is an error.
    """
    try:
        yield
    except Refusal as refusal:
        if not subject.facts.own_units:
            raise
        display(_left_out(subject, refusal))


def _left_out(subject: Study, refusal: Refusal) -> HTML:
    return HTML(f'<p class="left-out">{escape(told_refusal(subject, refusal))}</p>')
