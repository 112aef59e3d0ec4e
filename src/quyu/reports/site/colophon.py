"""What stands at the foot of every page: data, method, map note, version, how to cite."""

from __future__ import annotations

from quyu import __version__
from quyu.reports.certainty import robustness
from quyu.reports.method import beyond, method_line
from quyu.reports.nation import source
from quyu.reports.scores import notes
from quyu.reports.study import Study


def colophon(subject: Study, year: int) -> list[str]:
    """The lines of the foot, as plain text in the study's language."""
    say = subject.say
    maps = say("colophon.map", boundary=say("map.boundary"), notice=say("map.notice"))
    return [*_figures(subject, year), maps, *_edition(subject, year)]


def apart_from_maps(subject: Study, year: int) -> list[str]:
    """The same lines for a page that names the origin of its map itself."""
    return [*_figures(subject, year), *_edition(subject, year)]


def _figures(subject: Study, year: int) -> list[str]:
    """Data and method."""
    say, choices, figures = subject.say, subject.card.framework, subject.facts.figures
    return [
        say(
            "colophon.data",
            source=source(subject),
            count=len(figures),
            sources=figures["source"].nunique(),
            first=figures["year"].min(),
            last=figures["year"].max(),
            gaps=say(
                "colophon.gaps",
                interior=choices.missing.interior,
                edge=choices.missing.edge,
                beyond=beyond(choices, say),
            ),
        ),
        *notes(subject, year),
        say("colophon.method", method=method_line(choices, say), draws=robustness().draws),
    ]


def _edition(subject: Study, year: int) -> list[str]:
    """What was run, and how to cite it."""
    return [
        subject.say(
            "colophon.version",
            version=__version__,
            data=subject.facts.sha256[:12],
            framework=subject.framework_sha256[:12],
            seed=robustness().seed,
        ),
        subject.say("colophon.cite", year=year, version=__version__),
    ]
