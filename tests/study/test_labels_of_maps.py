"""No two names of a map stand on one another, and each is on its own province or points at it."""

from itertools import combinations

import pytest
import shapely

from quyu.maps.base import basemap
from quyu.maps.labels import names
from quyu.study.drawings import still
from quyu.words import LANGUAGES

KINDS = ("index", "supply", "rd_intensity", "east", "lisa", "partners")
ON_ITS_OWN = 0.6  # share of a name at least: Ningxia and Chongqing are no wider than theirs


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_names_keep_clear_and_stand_where_they_belong(opened, kind, lang):
    study = opened(lang)
    what = list(study.goals)[1] if kind == "supply" else kind
    figure, _ = still(study, what, 2023)
    figure.canvas.draw()
    axes, land = figure.axes[0], basemap(study.land, study.dashes).land
    texts = {
        text.get_gid(): text for text in axes.texts if (text.get_gid() or "").startswith("name-")
    }
    assert len(texts) == 34
    boxes = {gid[5:11]: text.get_window_extent() for gid, text in texts.items()}
    for (one, here), (other, there) in combinations(boxes.items(), 2):
        assert not here.overlaps(there), f"{one} and {other}"
    told = names(land, study.short, lang)
    for code, box in boxes.items():
        place = shapely.box(*box.transformed(axes.transData.inverted()).extents)
        share = shapely.area(shapely.intersection(place, land.geometry[code])) / shapely.area(place)
        assert share >= ON_ITS_OWN or told[code].leader, f"{code}: {share:.0%}"
