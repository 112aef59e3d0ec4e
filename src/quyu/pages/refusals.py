"""A part that cannot be worked out says so in its place, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from IPython.display import HTML

from quyu.facts.faults import Refusal
from quyu.study.study import Study


def reason(subject: Study, refusal: ValueError) -> str:
    """The refusal in the language of the study; one without a code stays as it was raised.

    >>> from quyu.study import open_study
    >>> told = Refusal("no figure is named 'gdp'.", "no_figure", figure="gdp")
    >>> reason(open_study(lang="en"), told)
    'the figures do not hold “Gross regional product”'
    """
    say, book = subject.say, subject.facts.codebook
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


def stated(part: Callable[..., Any]) -> Callable[..., Any]:
    """`part(subject, …)`, or a paragraph with the reason where the figures at hand do not allow it.

    For what goes beyond the index: a user's own figures or framework need not hold all that the
    regional strategy looks at, and a report without peers is still a report. Only a refusal
    (ValueError) is told; any other error ends the run.

    >>> from quyu.study import open_study
    >>> @stated
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
            if getattr(refusal, "code", "") in subject.say.texts:  # it has a sentence of its own
                return HTML(f"<p>{subject.say.html(refusal.code, **refusal.values)}</p>")
            told = reason(subject, refusal)
            key = "stated.unforeseen" if told == str(refusal) else "stated.refused"
            return HTML(f'<p class="refused">{subject.say.html(key, reason=told)}</p>')

    return attempt
