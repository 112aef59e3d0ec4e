"""How the scores were made, in words that follow the framework that was used."""

from __future__ import annotations

from fractions import Fraction
from html import escape

from IPython.display import HTML

from quyu.index import Framework, Node
from quyu.reports.study import Study
from quyu.words import Words


def method_line(choices: Framework, say: Words) -> str:
    """The method in one line, for the foot of a page."""
    return say("method.line", name=say.of(choices.name), **_values(choices, say))


def describe_method(subject: Study) -> HTML:
    """The method in two paragraphs, for a report: figures, gaps, scale, joining, and what is left out."""
    choices, rule, say = subject.card.framework, subject.card.framework.missing, subject.say
    values = _values(choices, say) | {
        "base_year": choices.base_year,
        "interior": rule.interior,
        "edge": rule.edge,
        "beyond": beyond(choices, say),
        "goalposts": say("method.stored" if subject.stored else "method.not_stored"),
        "coverage": Fraction(rule.node_coverage).limit_denominator(12),
    }
    told = [say(f"method.{part}", **values) for part in ("figures", "joined")]
    return HTML("".join(f"<p>{escape(text)}</p>" for text in told))


def beyond(choices: Framework, say: Words) -> str:
    """What becomes of gaps too long to be bridged by the published years beside them."""
    return say(f"method.beyond.{choices.missing.method}")


def _values(choices: Framework, say: Words) -> dict[str, object]:
    low, high = choices.scale
    return {
        "version": choices.version,
        "first": choices.years[0],
        "last": choices.years[-1],
        "low": low,
        "high": high,
        "normalise": say(f"method.normalise.{choices.normalise}"),
        "joining": _joining(choices, say),
        "weighing": _weighing(choices, say),
    }


def _weighing(choices: Framework, say: Words) -> str:
    told = [say(f"method.weigh.{rule}") for rule in choices.weightings]
    if choices.combination is None:
        return told[0]
    alpha = choices.combination.alpha
    return say("method.combination", first=told[0], second=told[1], alpha=alpha, rest=1 - alpha)


def _joining(choices: Framework, say: Words) -> str:
    across = say(f"method.aggregate.{choices.aggregation(choices.index)}")
    inside = dict.fromkeys(
        choices.aggregation(goal) for goal in choices.goals if isinstance(goal, Node)
    )
    if not inside:
        return say("method.joined_at_once", across=across)
    told = say.join(say(f"method.aggregate.{rule}") for rule in inside)
    return say("method.joined_twice", inside=told, across=across)
