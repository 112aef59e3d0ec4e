"""A part of a page that cannot be worked out says so in its place, and the page goes on."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from IPython.display import HTML

from quyu.reports.refusals import reason


def stated(part: Callable[..., Any]) -> Callable[..., Any]:
    """`part(subject, …)`, or a paragraph with the reason where the figures at hand do not allow it.

    For what goes beyond the index: a user's own figures or framework need not hold all that the
    regional strategy looks at, and a report without peers is still a report. Only a refusal
    (ValueError) is told; any other error ends the run.

    >>> from quyu.reports.study import open_study
    >>> @stated
    ... def shares(subject):
    ...     raise ValueError("no figure is named 'gdp'; closest: sales.")
    >>> shares(open_study(lang="en")).data  # doctest: +NORMALIZE_WHITESPACE
    '<p class="refused">This cannot be worked out from the figures at hand:
    the figures do not hold “Gross regional product”.</p>'
    """

    @wraps(part)
    def attempt(subject, *given, **options):
        try:
            return part(subject, *given, **options)
        except ValueError as refusal:
            told = reason(subject, str(refusal))
            key = "stated.unforeseen" if told == str(refusal) else "stated.refused"
            return HTML(f'<p class="refused">{subject.say.html(key, reason=told)}</p>')

    return attempt
