"""The markup of the atlas, useful before any script has run: still map, table, sources."""

from collections.abc import Mapping
from html import escape

import geopandas as gpd
import pandas as pd
import shapely

from quyu.maps.basemap import Basemap
from quyu.maps.offline import MAP_PLACE
from quyu.maps.palette import BORDER, DIAGONAL, NATION, NO_DATA, QUIET
from quyu.maps.southsea import ISLANDS, TITLE, placed, window
from quyu.maps.still import BOUNDARY, NOTICE

_CREDIT = "互動地圖使用 Leaflet 1.9.3（BSD-2-Clause, © Volodymyr Agafonkin）。"


def body(
    base: Basemap,
    now: pd.DataFrame,
    still: str,
    names: pd.Series,
    titles: Mapping[str, str],
    title: str,
    subtitle: str,
    source: str,
    year: int,
    home: str,
) -> str:
    """The page's body with one place for the map; every text from outside is escaped."""
    back = f'<p class="quiet"><a href="{escape(home)}">總覽</a></p>' if home else ""
    return f"""<header>{back}<h1>{escape(title)}</h1><p class="quiet">{escape(subtitle)}</p></header>
<main>
<figure id="still">{still}</figure>
<section id="atlas" aria-label="互動地圖" hidden>
<div id="controls">
<label>指標 <select id="dimension"></select></label>
<label>年份 <input type="range" id="year" step="1">
<output id="year-now" for="year"></output></label>
</div>
<div class="sides">
<div>
<div id="legend"></div>
<div id="frame" role="group" aria-label="中國省級地圖">{MAP_PLACE}</div>
</div>
<div>
<h2 id="now"></h2>
<p id="picked" class="quiet" role="status"></p>
<ol id="ranking"></ol>
<p id="without" class="quiet"></p>
</div>
</div>
{_inset(base)}
</section>
<details id="table" open><summary>{year} 年數值表</summary><div class="wide">
{_table(now, names, titles)}
</div></details>
</main>
<footer><p>資料來源：{escape(source)}</p><p>{BOUNDARY}{NOTICE}{_CREDIT}</p></footer>"""


def _table(now: pd.DataFrame, names: pd.Series, titles: Mapping[str, str]) -> str:
    first = now.columns[0]
    ranks = now[first].rank(method="min", ascending=False).astype("Int64")
    order = now.sort_values(first, ascending=False).index
    head = "".join(f'<th scope="col">{escape(titles[key])}</th>' for key in now.columns)
    rows = [
        f'<tr><th scope="row">{escape(str(names[code]))}</th><td>{_cell(ranks[code], 0)}</td>'
        + "".join(f"<td>{_cell(value, 1)}</td>" for value in now.loc[code])
        + "</tr>"
        for code in order
    ]
    return (
        f'<table><thead><tr><th scope="col">省份</th><th scope="col">位次</th>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table>"
    )


def _cell(value: float, decimals: int) -> str:
    return "無數據" if pd.isna(value) else f"{value:.{decimals}f}".replace("-", "−")


def _inset(base: Basemap) -> str:
    """The South China Sea as an SVG that the script lays on the map, east of Taiwan."""
    west, south, east, north = box = window()
    scale = 200 / (east - west)

    def place(x: float, y: float) -> str:
        return f"{(x - west) * scale:.1f} {(north - y) * scale:.1f}"

    def path(shape: shapely.Geometry) -> str:
        steps = []
        for part in shapely.get_parts(shape):
            lines = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
            for line in lines:
                steps.append("M" + "L".join(place(*at) for at in shapely.get_coordinates(line)))
        return "".join(steps)

    def inside(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
        cut = shapes.clip_by_rect(*box)
        return cut[~cut.is_empty]

    land = "".join(
        f'<path data-code="{escape(code)}" d="{path(shape)}"/>'
        for code, shape in inside(base.land.geometry).items()
    )
    dashes = "".join(path(line) for line in inside(base.dashes))
    marks = "".join(
        f'<circle cx="{place(x, y).replace(" ", chr(34) + " cy=" + chr(34))}" r="1.6"/>'
        f'<text transform="translate({place(x, y)})" x="{dx * 1.9:.0f}" y="{4.5 - dy * 1.9:.0f}">'
        f"{name}</text>"
        for name, x, y, (dx, dy) in placed(ISLANDS)
    )
    height = round((north - south) * scale)
    return f"""<svg id="inset" viewBox="0 0 200 {height}" role="img" aria-label="{TITLE}" hidden>
<defs><pattern id="blank" width="4" height="4" patternUnits="userSpaceOnUse"
 patternTransform="rotate(45)"><path fill="{NO_DATA}" d="M0 0h4v4H0z"/>
<path fill="{DIAGONAL}" d="M0 0h.8v4H0z"/></pattern></defs>
<rect width="200" height="{height}" fill="#fff"/>
<g fill="{NO_DATA}" stroke="{BORDER}" stroke-width=".8">{land}</g>
<path d="{dashes}" fill="none" stroke="{NATION}" stroke-width="2" stroke-linecap="round"/>
<g font-size="13" text-anchor="middle" fill="#222" stroke="#fff" stroke-width="3"
 paint-order="stroke" stroke-linejoin="round">{marks}</g>
<text x="194" y="{height - 7}" font-size="14" text-anchor="end" fill="{QUIET}">{TITLE}</text>
<rect x=".5" y=".5" width="199" height="{height - 1}" fill="none" stroke="{QUIET}"/>
</svg>"""
