"""A part that cannot be worked out says so in its place, in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from IPython.display import HTML

from quyu.study.study import Study

# What the rooms below say when figures are lacking; the names are those of the catalogue.
REASONS = {
    "no_figure": r".*no figure (?:or definition )?is named '(?P<figure>[^']+)'",
    "no_value": r".*?'(?P<unit>\d{6})' has no value",
    "zero": r".*divides by zero at unit '(?P<unit>\d{6})', year (?P<year>\d{4})",
    "not_positive": r".*?'(?P<unit>\d{6})' is \S+; every figure must be",
    "no_year": r".*there are no figures of (?P<year>\d{4})",
    "no_goal": r".*the framework scores no goal '(?P<goal>[^']+)'",
    "no_indicator": r".*the framework has no indicator '(?P<goal>[^']+)'",
    "not_scored": r".*indicator '(?P<leaf>[^']+)' is not scored",
    "few": r".*?(?P<count>\d+) units have every variable",
    "nobody": r".*no structure is known of any of the (?:receivers|givers)",
    "scale": r".*(?:obstacle degrees need scores from 0 to 1|must not be negative; use the scale)",
}


def reason(subject: Study, refusal: str) -> str:
    """The refusal in the language of the study; one that was not foreseen stays as it was raised.

    >>> from quyu.study import open_study
    >>> reason(open_study(lang="en"), "no figure is named 'gdp'; closest: sales.")
    'the figures do not hold “Gross regional product”'
    """
    say, book = subject.say, subject.facts.codebook
    for key, pattern in REASONS.items():
        if (found := re.match(pattern, refusal)) is None:
            continue
        values = found.groupdict()
        if values.get("figure") in book.index:
            values["figure"] = book.at[values["figure"], f"name_{say.suffix}"]
        if "unit" in values:
            values["unit"] = subject.short.get(values["unit"], values["unit"])
        if "leaf" in values:
            leaves = {leaf.id: say.of(leaf.name) for leaf in subject.card.framework.indicators}
            values["leaf"] = leaves.get(values["leaf"], values["leaf"])
        return say(f"stated.reason.{key}", **values)
    return refusal


def stated(part: Callable[..., Any]) -> Callable[..., Any]:
    """`part(subject, …)`, or a paragraph with the reason where the figures at hand do not allow it.

    For what goes beyond the index: a user's own figures or framework need not hold all that the
    regional strategy looks at, and a report without peers is still a report. Only a refusal
    (ValueError) is told; any other error ends the run.

    >>> from quyu.study import open_study
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
