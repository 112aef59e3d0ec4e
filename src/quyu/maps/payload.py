"""What the atlas carries: figures and texts as JSON, markup useful before any script has run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import escape

import numpy as np
import pandas as pd

from quyu.maps.offline import MAP_PLACE
from quyu.maps.palette import INK, Classes, hues, ink
from quyu.maps.svg import PATTERNS
from quyu.words import LANGUAGES, Words, words
from quyu.words.catalogue import HTML_LANG

Said = Mapping[str, str]  # a text by language


@dataclass(frozen=True)
class Dimension:
    """A dimension's name and classes, the same in every year, with the method of their breaks.

    `unit` follows every value, with the space it needs. `ranked` says whether the greatest value is
    the first in rank; else values have an order only. Where classes are not those of the values,
    `places` is the class of each row, from 0, and `names` what the classes are called. All texts are
    by language.
    """

    title: Said
    method: Said
    classes: Classes
    unit: Said = field(default_factory=lambda: dict.fromkeys(LANGUAGES, ""))
    ranked: bool = True
    places: pd.Series | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def place(self, values: pd.Series) -> pd.Series:
        """The number of the class of each row of `values`, missing where it has none."""
        return (
            self.classes.place(values) if self.places is None else self.places.reindex(values.index)
        )

    def labels(self, lang: str) -> tuple[str, ...]:
        """What the legend says of each class."""
        return self.names.get(lang, self.classes.labels)


_SECTIONS = ("atlas.", "map.")


def payload(
    values: pd.DataFrame,
    dimensions: Mapping[str, Dimension],
    land: pd.DataFrame,
    names: pd.DataFrame,
    *,
    certainty: pd.DataFrame,
    arcs: pd.DataFrame,
    links: Mapping[str, pd.Series],
    texts: Mapping[str, Said],
    groups: Mapping[str, Mapping[str, Said]],
    says: Mapping[str, Words],
) -> dict[str, object]:
    """Everything the script says; tables of figures are units × years in the order of `codes`.

    `groups` are the columns of the land that a reader may draw borders of: how each is `called`, and
    its `border`.
    """
    codes, years = list(land.index), sorted(int(year) for year in values.index.unique(level=1))
    cells = pd.MultiIndex.from_product([codes, years])

    def rows(column: pd.Series, decimals: int) -> list[list[float | int | None]]:
        table = column.reindex(cells).to_numpy(dtype=float, na_value=np.nan)
        return [[_number(x, decimals) for x in row] for row in table.reshape(len(codes), -1)]

    return {
        "languages": HTML_LANG,
        "words": {lang: _sentences(says[lang]) for lang in LANGUAGES},
        "texts": {what: dict(text) for what, text in texts.items()},
        "codes": codes,
        "names": {lang: [str(names.loc[code, lang]) for code in codes] for lang in LANGUAGES},
        "links": {lang: links[lang].dropna().astype(str).to_dict() for lang in links},
        "years": years,
        "groups": {
            column: _groups(land[column], says) | {what: dict(text) for what, text in told.items()}
            for column, told in groups.items()
        },
        "dimensions": [_dimension(values[key], each, rows) for key, each in dimensions.items()],
        "certainty": {
            "low": rows(certainty["low"], 0),
            "high": rows(certainty["high"], 0),
            "sure": rows(certainty["probability"], 4),
            "second": rows(certainty["second"], 0),
        },
        # Stability is null if none was measured; the last says whether it is an official tie.
        "arcs": [
            [str(row.giver), str(row.receiver), _number(row.stability, 3), bool(row.official)]
            for row in arcs.itertuples()
        ],
    }


def _dimension(values: pd.Series, dimension: Dimension, rows) -> dict[str, object]:
    ranks = values.round(9).groupby(level=1).rank(method="min", ascending=False)
    classes = dimension.classes
    places = dimension.place(values)  # of the values before they are rounded for the page
    return {
        "key": str(values.name),
        "label": dict(dimension.title),
        "method": dict(dimension.method),
        "unit": dict(dimension.unit),
        "decimals": classes.decimals,
        "ranked": dimension.ranked,
        "colours": list(classes.colours),
        "classes": {lang: list(dimension.labels(lang)) for lang in LANGUAGES},
        "dark": [ink(colour) != INK for colour in classes.colours],
        "values": rows(values, 3),
        "places": rows(places, 0),
        "ranks": rows(ranks, 0),
    }


def _number(value: float, decimals: int) -> float | int | None:
    if np.isnan(value):
        return None
    shown = round(float(value), decimals)
    return int(shown) if shown == int(shown) else shown


def _groups(column: pd.Series, says: Mapping[str, Words]) -> dict[str, object]:
    """The group of each unit by position; a unit without one has none (null)."""
    known = [group for group in column.dropna().unique() if group]
    place = {group: number for number, group in enumerate(known)}
    names = {}
    for lang in LANGUAGES:
        names[lang] = [says[lang].texts.get(f"area.{group}", str(group)) for group in known]
    colours = hues(known)
    return {
        "names": names,
        "colours": [colours[group] for group in known],
        "of": [place.get(group) for group in column],
    }


def _sentences(say: Words) -> dict[str, str]:
    texts = say.texts
    return {"join": texts["join"]} | {
        key: text for key, text in texts.items() if key.startswith(_SECTIONS)
    }


def body(
    sheet: str,
    now: pd.DataFrame,
    dimensions: Mapping[str, Dimension],
    names: pd.Series,
    certainty: pd.DataFrame,
    *,
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
    back = f'<a id="home" href="{escape(texts["home"][lang])}">{_said(say, "atlas.home")}</a>'
    if "beside" in texts:
        href = escape(texts["beside"][lang])
        back += f' <a id="beside" href="{href}">{_said(say, "atlas.beside")}</a>'
    choice = "".join(
        f'<button type="button" lang="{words(each).html_lang}" value="{each}">'
        f"{escape(words(each)('atlas.own_name'))}</button>"
        for each in LANGUAGES
    )
    heading = escape(say("atlas.now", label=first.title[lang], year=year))
    told = first.method[lang] + _unit(first, say)
    key = legend(told, first.classes.colours, first.labels(lang), say, texts["uncertain"][lang])
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
<div id="legend">{key}</div>
{PATTERNS}<figure id="still">{sheet}</figure>
<div id="frame" role="group" aria-label="{escape(say("atlas.map"))}" hidden>{MAP_PLACE}
<button type="button" id="whole">{_said(say, "atlas.whole")}</button></div>
<div id="sea"></div>
</section>
<div id="side" hidden>
<p id="picked" role="status"></p>
<ol id="ranking"></ol>
<p id="without" class="quiet"></p>
</div>
</div>
<details id="table" open><summary>{escape(say("atlas.table", year=year))}</summary><div \
class="wide" tabindex="0" role="region" aria-label="{escape(say("atlas.table", year=year))}">
{_table(now, dimensions, names, certainty, texts["interval"][lang], say)}
</div></details>
</main>
<footer><p id="source">{escape(say("map.source", source=texts["source"][lang]))}</p>
<p>{_said(say, "map.boundary")}{_said(say, "map.notice")}</p><p>{_said(say, "atlas.credit")}</p>
<p id="about">{escape(texts["about"][lang])}</p></footer>"""


def _said(say: Words, key: str) -> str:
    return f'<span data-say="{key}">{escape(say(key))}</span>'


def legend(
    heading: str,
    colours: Iterable[str],
    labels: Iterable[str],
    say: Words,
    ring: str,
    pale: tuple[str, str] | None = None,
) -> str:
    """The classes as markup under their heading, in the order of a still map: the highest first.

    `ring` is what a ring beside a name says, if there is one, `pale` a faded colour with what it says.
    """
    entries = [
        f'<span><i style="background:{colour}"></i>{escape(label)}</span>'
        for colour, label in [*zip(colours, labels, strict=True)][::-1]
    ]
    if ring:
        entries.append(f'<span><i class="ring"></i>{escape(ring)}</span>')
    if pale:
        entries.append(f'<span><i style="background:{pale[0]}"></i>{escape(pale[1])}</span>')
    entries.append(f'<span><i class="blank"></i>{escape(say("map.no_data"))}</span>')
    return f"<b>{escape(heading)}</b>{''.join(entries)}"


def _table(
    now: pd.DataFrame,
    dimensions: Mapping[str, Dimension],
    names: pd.Series,
    certainty: pd.DataFrame,
    interval: str,
    say: Words,
) -> str:
    first = now.columns[0]
    ranks = now[first].round(9).rank(method="min", ascending=False)
    heads = [say("atlas.province"), say("atlas.rank"), interval]
    heads += [each.title[say.lang] + _unit(each, say) for each in dimensions.values()]
    rows = []
    for code in ranks.sort_values(kind="stable").index:
        cells = [say.place(ranks[code])] if pd.notna(ranks[code]) else [say("atlas.missing")]
        cells.append(_interval(certainty, code, say))
        cells += [
            say.number(now.at[code, key], decimals=each.classes.decimals)
            if pd.notna(now.at[code, key])
            else say("atlas.missing")
            for key, each in dimensions.items()
        ]
        texts = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{escape(str(names[code]))}</th>{texts}</tr>')
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in heads)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _unit(dimension: Dimension, say: Words) -> str:
    unit = dimension.unit[say.lang].strip()
    return say("atlas.in_unit", unit=unit) if unit else ""


def _interval(certainty: pd.DataFrame, code: str, say: Words) -> str:
    low, high = certainty["low"].get(code), certainty["high"].get(code)
    if pd.isna(low) or pd.isna(high):
        return say("atlas.missing")
    return f"{low:.0f}" if low == high else f"{low:.0f}–{high:.0f}"
