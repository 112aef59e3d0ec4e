"""The map of a province's own page: drawn once for all, its outline exchanged."""

import pytest

from quyu.maps.picture import picture
from quyu.pages.nation import _index_figure, locator_map


@pytest.mark.parametrize("adcode", ["330000", "310000", "460000"])  # the last is in the inset too
def test_an_exchanged_outline_is_where_it_would_be_drawn(adcode, opened):
    study = opened("en")
    shown = locator_map(study, 2024, adcode, title="x").data
    drawn = picture(_index_figure(study, 2024, highlight=[adcode]), "x").svg
    assert _outlines(shown) == _outlines(drawn)


def _outlines(svg):
    groups = svg.split("-highlight")[1:]
    return [group[: group.index("</g>")] for group in groups]
