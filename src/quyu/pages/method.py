"""How the scores were made, in words that follow the framework that was used."""

from __future__ import annotations

from fractions import Fraction
from html import escape

from IPython.display import HTML
from markupsafe import Markup

from quyu import __version__
from quyu.index import Framework, Node
from quyu.index.alternatives import Factors
from quyu.study.answers import AHEAD, BEFORE, COUNT, LEAST
from quyu.study.certainty import draws_made, held, read_robustness
from quyu.study.regional import FIRM, assistance
from quyu.study.shown import source
from quyu.study.study import Study
from quyu.words import Words


def method_line(choices: Framework, say: Words) -> str:
    """The method in one line, for the foot of a page."""
    return say("method.line", name=say.of(choices.name), **_values(choices, say))


def describe_method(subject: Study) -> HTML:
    """The method in three paragraphs, for a report: figures, gaps, scale; joining; how a summary chooses."""
    choices, rule, say = subject.card.framework, subject.card.framework.missing, subject.say
    values = _values(choices, say) | {
        "prices": say("method.prices", base_year=choices.base_year) if choices.base_year else "",
        "interior": rule.interior,
        "edge": rule.edge,
        "beyond": told_caps(choices, say),
        "goalposts": say("method.stored" if subject.stored else "method.not_stored"),
        "coverage": Fraction(rule.node_coverage).limit_denominator(12),
    }
    values |= {"least": LEAST, "ahead": AHEAD, "firm": FIRM, "count": COUNT}
    values["before"] = f"{BEFORE - 1:.0%}"
    values["peers"] = assistance().peers
    told = [say(f"method.{part}", **values) for part in ("figures", "joined", "answers")]
    told = "".join(f"<p>{escape(text)}</p>" for text in told)
    return HTML(f"<div class='method'>{told}</div>")


def told_caps(choices: Framework, say: Words) -> str:
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
        "weighing": say(f"method.weigh.{choices.weigh}"),
    }


def _joining(choices: Framework, say: Words) -> str:
    across = say(f"method.aggregate.{choices.aggregation(choices.index)}")
    inside = dict.fromkeys(
        choices.aggregation(goal) for goal in choices.goals if isinstance(goal, Node)
    )
    if not inside:
        return say("method.joined_at_once", across=across)
    told = say.join(say(f"method.aggregate.{rule}") for rule in inside)
    return say("method.joined_twice", inside=told, across=across)


def notes(subject: Study, year: int) -> list[str]:
    """What a reader of the scores must be told: whose framework, indicators left out, cells capped."""
    card, say, lines = subject.card, subject.say, []
    apart = say("figure.clauses")
    if subject.framework_path.parent == subject.facts.path:
        lines.append(say("scores.brought"))
    if not subject.stored:
        lines.append(say("scores.unstored"))
    if len(card.dropped):
        told = apart.join(_left_out(subject, name) for name in card.dropped.index)
        lines.append(say("scores.dropped", told=told))
    capped = card.capped[card.capped["year"] == year]
    if len(capped):
        names = subject.catalogue()["name"]
        told = (
            say(
                "scores.cap",
                name=subject.short[row["adcode"]],
                **row | {"indicator": names[row["indicator"]]},
            )
            for row in capped.to_dict("records")
        )
        lines.append(say("scores.capped", told=apart.join(told)))
    return lines


def _left_out(subject: Study, name: str) -> str:
    """An indicator that was dropped, with the share of its cells that is published."""
    card, say = subject.card, subject.say
    leaf = next(leaf for leaf in card.framework.indicators if leaf.id == name)
    share = (card.imputed if leaf.structural else card.raw)[name].notna().mean()
    least = card.framework.missing.indicator_coverage
    key = "scores.left_out_stored" if share >= least else "scores.left_out"
    return say(key, indicator=say.of(leaf.name), share=share, least=least)


def colophon(subject: Study, year: int, title: str = "", *, maps: bool = True) -> list[str]:
    """The lines of the foot, as plain text in the study's language: data, method, edition.

    The last says how the page, by its `title`, is cited; a page without says so itself.

    A page that names the origin of its map itself does without `maps`.
    """
    say, choices, figures = subject.say, subject.card.framework, subject.facts.figures
    gaps = say(
        "colophon.gaps",
        interior=choices.missing.interior,
        edge=choices.missing.edge,
        beyond=told_caps(choices, say),
    )
    data = say(
        "colophon.data",
        source=source(subject),
        count=len(figures),
        sources=figures["source"].nunique(),
        first=figures["year"].min(),
        last=figures["year"].max(),
        gaps=gaps,
    )
    method, rule = method_line(choices, say), read_robustness()
    changed = (say(f"choices.factor.{name}") for name in Factors(**rule.factors).varied)
    varied = say.join(changed).lower()  # within a sentence
    drawn = say("colophon.map", boundary=say("map.boundary"), notice=say("map.notice"))
    edition = say(
        "colophon.version",
        version=__version__,
        data=subject.facts.sha256[:12],
        framework=subject.framework_sha256[:12],
        seed=rule.seed,
    )
    return [
        data,
        *notes(subject, year),
        say(
            "colophon.method", method=method, draws=draws_made(subject), share=held(), varied=varied
        ),
        *([drawn] if maps else []),
        edition,
        *([cite(subject, title)] if title else []),
    ]


def cite(subject: Study, title: str) -> str:
    """How a page is cited: by what it was made from, not by the day on which that was done."""
    choices = subject.card.framework
    return subject.say(
        "colophon.cite",
        title=title,
        version=__version__,
        framework=choices.version,
        first=choices.years[0],
        last=choices.years[-1],
        data=subject.facts.sha256[:12],
    )


def citation(subject: Study, title: str) -> Markup:
    """The same as markup, for a first page: it names the whole report or brief."""
    return Markup("<p class='note'>{}</p>").format(cite(subject, title))


def short_colophon(subject: Study, year: int) -> list[str]:
    """The foot of a page of one sheet, which says itself how it is cited: source and method in a line each."""
    say, rule = subject.say, read_robustness()
    return [
        say("colophon.short_data", source=source(subject), data=subject.facts.sha256[:12]),
        say(
            "colophon.short_method",
            method=method_line(subject.card.framework, say),
            draws=draws_made(subject),
            share=held(),
            framework=subject.framework_sha256[:12],
            seed=rule.seed,
        ),
    ]
