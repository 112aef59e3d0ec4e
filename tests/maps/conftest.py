"""The real boundaries with figures made up for drawing."""

from dataclasses import dataclass, fields

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from quyu.facts import boundaries, dashline, load
from quyu.facts.boundaries import DRAWN_ONLY
from quyu.maps.atlas import atlas
from quyu.maps.palette import Classes
from quyu.maps.payload import Dimension
from quyu.maps.still import Caption, choropleth
from quyu.words import LANGUAGES, words

SHADES = Classes((20, 40, 60, 80))


@dataclass(frozen=True)
class World:
    """Land, dashes, and synthetic values for the 31 scored provinces."""

    land: gpd.GeoDataFrame
    dashes: gpd.GeoDataFrame
    values: pd.Series


@pytest.fixture(scope="session")
def world() -> World:
    facts = load()
    land = boundaries(facts)
    scored = land.index.difference(DRAWN_ONLY)
    synthetic = pd.Series(np.linspace(5.0, 95.0, len(scored)), index=scored, name="synthetic")
    return World(land, dashline(facts), synthetic)


@pytest.fixture(scope="session")
def caption():
    """`caption(title=…)`: a caption made up for tests, but for what is given."""

    def caption(**changes):
        texts = {
            "title": "合成數據：數值由北向南遞增",
            "subtitle": "合成數值，1–100，2023 年",
            "source": "無，僅供測試",
            "legend": "合成指數\n面板五分位",
            "ring": "小圈：合成",
            "seam": "合成界線",
        }
        return Caption(**{**texts, **changes})

    return caption


@pytest.fixture(scope="session")
def draw(world, caption):
    """`draw(values, title=…, highlight=…)`: the still map of the made-up figures, but for what is given."""
    texts = {each.name for each in fields(Caption)}

    def draw(values=world.values, land=world.land, classes=SHADES, **changes):
        said = caption(**{key: text for key, text in changes.items() if key in texts})
        marks = {key: mark for key, mark in changes.items() if key not in texts}
        return choropleth(values, land, world.dashes, said, classes, **marks)

    return draw


@pytest.fixture(scope="session")
def plain(draw):
    """The map with nothing changed: to look at, not to write out, which would use it up."""
    return draw()


YEARS = [2021, 2022, 2023]


@pytest.fixture(scope="session")
def panel(world):
    """Synthetic: the index rises with the adcode and the year, the goal falls; Tibet has no goal."""
    codes = world.values.index
    keys = pd.MultiIndex.from_product([codes, YEARS], names=["adcode", "year"])
    base = np.repeat(world.values.to_numpy(), len(YEARS))
    index = base + np.tile([0, 1, 2], len(codes))
    values = pd.DataFrame({"index": index, "goal": 100 - base}, index=keys)
    values.loc[("540000", YEARS), "goal"] = np.nan
    values.loc[("650000", 2022), "index"] -= 0.5  # and so gains more than the nation in 2023
    return values


@pytest.fixture(scope="session")
def names(world):
    columns = {"zh-hant": "short_zh_hant", "zh-hans": "short_zh_hans", "en": "name_en"}
    return pd.DataFrame({lang: world.land[column] for lang, column in columns.items()})


@pytest.fixture(scope="session")
def dimensions():
    method = {"zh-hant": "合成分級", "zh-hans": "合成分级", "en": "made-up classes"}
    index = {"zh-hant": "合成指數", "zh-hans": "合成指数", "en": "Made-up index"}
    goal = {"zh-hant": "合成目標", "zh-hans": "合成目标", "en": "Made-up goal"}
    unit = dict.fromkeys(("zh-hant", "zh-hans", "en"), "%")
    breaks = (20.0, 40.0, 60.0, 80.0)
    return {
        "index": Dimension(index, method, Classes(breaks)),
        "goal": Dimension(goal, method, Classes(breaks, decimals=0), unit=unit, ranked=False),
    }


@pytest.fixture(scope="session")
def certainty(panel):
    """Synthetic: two ranks either way; three provinces unsure, one of them in 2021 alone."""
    ranks = panel["index"].groupby("year").rank(ascending=False)
    sure = pd.DataFrame({"low": (ranks - 2).clip(lower=1), "high": ranks + 2, "probability": 0.97})
    sure["second"] = 3.0
    unsure = [("440000", 2023), ("510000", 2023), ("110000", 2021)]
    sure.loc[unsure, "probability"] = 0.6
    return sure


@pytest.fixture(scope="session")
def arcs():
    """Synthetic: two proposals, one of them firm, and one official tie."""
    return pd.DataFrame(
        {
            "giver": ["440000", "310000", "110000"],
            "receiver": ["540000", "530000", "150000"],
            "stability": [0.9, 0.3, np.nan],
            "official": [False, False, True],
        }
    )


@pytest.fixture(scope="session")
def write(world, panel, names, dimensions, certainty, arcs):
    def write(*, lang="zh-hant", **changes):
        texts = {
            "title": {"zh-hant": "合成圖集", "zh-hans": "合成图集", "en": "Made-up atlas"},
            "subtitle": {"zh-hant": "合成數值", "zh-hans": "合成数值", "en": "Made-up values"},
            "source": {"zh-hant": "無，僅供測試", "zh-hans": "无，仅供测试", "en": "none, a test"},
            "interval": dict.fromkeys(LANGUAGES, "made-up interval"),
            "uncertain": dict.fromkeys(LANGUAGES, "made-up doubt"),
            "about": dict.fromkeys(LANGUAGES, "Made up.\nFor a test."),
        }
        parts = {
            "dimensions": dimensions,
            "names": names,
            "year": 2023,
            "texts": {what: changes.pop(what, text) for what, text in texts.items()},
            "certainty": certainty,
            "arcs": arcs,
            "links": {lang: pd.Series({"440000": "reports/440000-guangdong.html"})},
            "home": {lang: "index.html"},
            "groups": {
                kind: {
                    what: {each: words(each)(f"atlas.{key}") for each in LANGUAGES}
                    for what, key in (("called", kind), ("border", f"border_{kind}"))
                }
                for kind in ("zone", "region")
            },
            **changes,
        }
        return atlas(parts.pop("values", panel), world.land, world.dashes, lang=lang, **parts)

    return write


@pytest.fixture(scope="session")
def atlas_file(write, tmp_path_factory):
    path = tmp_path_factory.mktemp("atlas") / "atlas.html"
    path.write_text(write(), encoding="utf-8")
    return path
