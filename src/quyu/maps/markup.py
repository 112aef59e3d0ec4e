"""The markup of the atlas, useful before any script has run: map, legend, table, sources."""

from collections.abc import Mapping
from html import escape

import pandas as pd

from quyu.maps.dimension import Dimension, Said
from quyu.maps.offline import MAP_PLACE
from quyu.maps.svg_map import PATTERNS
from quyu.words import LANGUAGES, Words, words


def body(
    sheet: str,
    now: pd.DataFrame,
    dimensions: Mapping[str, Dimension],
    names: pd.Series,
    *,
    certainty: pd.DataFrame | None,
    texts: Mapping[str, Said],
    year: int,
    say: Words,
) -> str:
    """The page's body with one place for the map; every text from outside is escaped.

    `now` and `certainty` are indexed by adcode, of the year shown. Elements with `data-say` hold
    the sentence of that key: a script says them again in another language.
    """
    first, lang = next(iter(dimensions.values())), say.lang
    title, subtitle = escape(texts["title"][lang]), escape(texts["subtitle"][lang])
    home = texts.get("home", {}).get(lang, "")
    back = f'<a id="home" href="{escape(home)}">{_said(say, "atlas.home")}</a>' if home else ""
    choice = "".join(
        f'<button type="button" lang="{words(each).html_lang}" value="{each}">'
        f"{escape(words(each)('atlas.own_name'))}</button>"
        for each in LANGUAGES
    )
    heading = escape(say("atlas.now", label=first.title[lang], year=year))
    return f"""<a class="skip" href="#table">{_said(say, "atlas.skip")}</a>
<header><nav>{back}<span id="languages" role="group" aria-label="{escape(say("atlas.language"))}" \
hidden>{choice}</span></nav>
<h1 id="title">{title}</h1><p id="subtitle" class="quiet">{subtitle}</p></header>
<main>
<div id="controls" hidden>
<label>{_said(say, "atlas.dimension")} <select id="dimension"></select></label>
<span class="pair"><label>{_said(say, "atlas.year")} <input type="range" id="year" step="1"></label>
<output id="year-now" for="year"></output><button type="button" id="play"></button></span>
<label>{_said(say, "atlas.find")} <input type="search" id="find" list="known" autocomplete="off"></label>
<datalist id="known"></datalist>
<label>{_said(say, "atlas.outlines")} <select id="outlines"></select></label>
<label id="ties-choice" hidden>{_said(say, "atlas.ties")} <select id="ties"></select></label>
<span class="pair"><button type="button" id="csv">{_said(say, "atlas.csv")}</button>
<button type="button" id="png">{_said(say, "atlas.png")}</button></span>
</div>
<div class="sides">
<section aria-labelledby="now">
<h2 id="now">{heading}</h2>
<div id="legend">{_legend(first, say, dotted=certainty is not None)}</div>
{PATTERNS}<figure id="still">{sheet}</figure>
<div id="frame" role="group" aria-label="{escape(say("atlas.map"))}" hidden>{MAP_PLACE}
<button type="button" id="whole">{_said(say, "atlas.whole")}</button></div>
</section>
<section id="side" aria-labelledby="now" hidden>
<p id="picked" role="status"></p>
<ol id="ranking"></ol>
<p id="without" class="quiet"></p>
</section>
</div>
<details id="table" open><summary>{escape(say("atlas.table", year=year))}</summary><div \
class="wide" tabindex="0" role="region" aria-label="{escape(say("atlas.table", year=year))}">
{_table(now, dimensions, names, certainty, say)}
</div></details>
</main>
<footer><p id="source">{escape(say("map.source", source=texts["source"][lang]))}</p>
<p>{_said(say, "map.boundary")}{_said(say, "map.notice")}</p><p>{_said(say, "atlas.credit")}</p>
<p id="about">{escape(texts["about"][lang])}</p></footer>"""


def _said(say: Words, key: str) -> str:
    return f'<span data-say="{key}">{escape(say(key))}</span>'


def _legend(dimension: Dimension, say: Words, *, dotted: bool) -> str:
    labels = dimension.classes.labels(decimals=dimension.decimals)
    entries = [
        f'<span><i style="background:{escape(colour)}"></i>{label}</span>'
        for colour, label in zip(dimension.colours, map(escape, labels), strict=True)
    ]
    entries.append(f'<span><i class="blank"></i>{escape(say("map.no_data"))}</span>')
    if dotted:
        entries.append(f'<span><i class="dotted"></i>{escape(say("map.uncertain"))}</span>')
    return f"<b>{escape(dimension.method[say.lang] + _unit(dimension, say))}</b>{''.join(entries)}"


def _table(
    now: pd.DataFrame,
    dimensions: Mapping[str, Dimension],
    names: pd.Series,
    certainty: pd.DataFrame | None,
    say: Words,
) -> str:
    first = now.columns[0]
    ranks = now[first].round(9).rank(method="min", ascending=False)
    heads = [say("atlas.province"), say("atlas.rank")]
    heads += [] if certainty is None else [say("atlas.interval")]
    heads += [each.title[say.lang] + _unit(each, say) for each in dimensions.values()]
    rows = []
    for code in ranks.sort_values(kind="stable").index:
        cells = [say.place(ranks[code])] if pd.notna(ranks[code]) else [say("atlas.missing")]
        if certainty is not None:
            cells.append(_interval(certainty, code, say))
        cells += [
            say.number(now.at[code, key], decimals=each.decimals)
            if pd.notna(now.at[code, key])
            else say("atlas.missing")
            for key, each in dimensions.items()
        ]
        texts = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{escape(str(names[code]))}</th>{texts}</tr>')
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _unit(dimension: Dimension, say: Words) -> str:
    unit = (dimension.unit or {}).get(say.lang, "").strip()
    return say("atlas.in_unit", unit=unit) if unit else ""


def _interval(certainty: pd.DataFrame, code: str, say: Words) -> str:
    low, high = certainty["low"].get(code), certainty["high"].get(code)
    if pd.isna(low) or pd.isna(high):
        return say("atlas.missing")
    return f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}"
