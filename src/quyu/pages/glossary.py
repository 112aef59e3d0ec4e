"""The page of the words that a reader meets, and the way there from where one is met first."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from quyu.pages.links import COMPARE, NOWHERE
from quyu.pages.method import colophon
from quyu.pages.page import languages, page
from quyu.pages.render import render
from quyu.study.certainty import held
from quyu.study.study import Study
from quyu.words import words

GLOSSARY = "glossary.html"
TERMS = (
    *("index", "goal", "indicator", "tier", "borderline", "draw", "interval", "median"),
    *("direct", "proxy", "structural", "coverage", "carried", "grade", "goalposts", "panel"),
    *("zone", "lens", "peers", "complementarity", "stability", "obstacle", "lmdi", "geometric"),
    *("sigma", "beta", "theil", "moran", "distance", "bod"),
)
OF_PROVINCES = {"goal", "zone", "lens", "complementarity", "stability", "distance"}
PAIRED = {"ahead", "firm", "second"}  # of provinces only
OTHER = {"en": "zh-hant"}  # in which other language a term's name is given beside it


def terms(subject: Study) -> list[str]:
    """The ids of the terms, in the order of the page; of one's own units none that only provinces have."""
    left_out = OF_PROVINCES if subject.facts.own_units else ()
    return [each for each in TERMS if each not in left_out]


def glossary_page(
    subject: Study,
    year: int,
    there: Collection[str],
    elsewhere: Mapping[str, Collection[str]] = NOWHERE,
) -> str:
    """Every term under its anchor, with what it means in plain words and where it appears."""
    say = subject.say
    other = words(OTHER.get(say.lang, "en"))
    told = [
        {
            "id": term,
            "name": say(f"glossary.{term}.name"),
            "other": other(f"glossary.{term}.name"),
            "text": say(f"glossary.{term}.text", share=held(), count=len(subject.provinces)),
            "at": say("glossary.seen", at=say(f"glossary.{term}.at")),
        }
        for term in terms(subject)
    ]
    return page(
        render(
            "glossary.j2",
            say=say,
            terms=told,
            other=other.html_lang,
            thresholds=_thresholds(subject),
        ),
        say=say,
        title=say("glossary.title"),
        description=say("glossary.description"),
        year=year,
        links=[
            (say("page.home"), "index.html"),
            (say("page.atlas"), "atlas.html"),
            (say("compare.nav"), COMPARE),
        ],
        languages=languages(GLOSSARY, elsewhere),
        colophon=colophon(subject, year, say("glossary.title"), maps=False),
    )


def _thresholds(subject: Study) -> dict[str, str]:
    """What a sentence of a first page or a brief turns on, each with its value."""
    # Here, since they stand with what draws, which whoever only links pages need not have.
    from quyu.index.uncertainty import SURE
    from quyu.pages.partners import SECOND
    from quyu.pages.region_answers import HALF
    from quyu.study.answers import AHEAD, BEFORE, COUNT, LEAST
    from quyu.study.regional import FIRM
    from quyu.study.regional_answers import COMMON, NEAR

    values = {
        "least": f"{LEAST:g}",
        "before": f"{BEFORE - 1:.0%}",
        "third": "1/3",
        "ahead": f"{AHEAD:g}",
        "firm": f"{FIRM:.0%}",
        "second": f"{SECOND:.0%}",
        "count": str(COUNT),
        "sure": f"{SURE:.0%}",
        "near": f"{NEAR:g}",
        "common": f"{COMMON:.0%}",
        "half": f"{HALF:.0%}",
        "filled": "1/3",
    }
    left_out = PAIRED if subject.facts.own_units else ()
    return {key: value for key, value in values.items() if key not in left_out}


SKIPPED = re.compile(
    r"<(a|h[1-6]|svg|script|style|code|summary)\b.*?</\1>|<span data-unit.*?</span>|<[^>]*>", re.S
)


def explained(body: str, subject: Study, up: str = "") -> str:
    """The body of a page with the first use of each hard word led to the glossary, which is `up` from it.

    >>> from quyu.study import open_study
    >>> explained("<h2>Lens</h2><p>A lens, a lens.</p>", open_study(lang="en"))
    '<h2>Lens</h2><p>A <a class="term" href="glossary.html#lens">lens</a>, a lens.</p>'
    """
    wanted = {
        term: re.compile(word)
        for term in terms(subject)
        if (word := subject.say.texts.get(f"glossary.{term}.word"))
    }
    made, end = [], 0
    for markup in [*SKIPPED.finditer(body), None]:
        start, after = (markup.start(), markup.end()) if markup else (len(body), len(body))
        if text := body[end:start]:  # between most marks nothing stands
            made.append(_led(text, wanted, f"{up}{GLOSSARY}"))
        made.append(body[start:after])
        end = after
    return "".join(made)


def _led(text: str, wanted: dict[str, re.Pattern[str]], address: str) -> str:
    """A text with links on those of the words that it is the first to use, which are wanted no more."""
    found = sorted(
        (hit.start(), hit.end(), term)
        for term, word in wanted.items()
        if (hit := word.search(text))
    )
    made, end = [], 0
    for start, after, term in found:
        if start >= end:
            del wanted[term]
            link = f'<a class="term" href="{address}#{term}">{text[start:after]}</a>'
            made += [text[end:start], link]
            end = after
    return "".join([*made, text[end:]])
