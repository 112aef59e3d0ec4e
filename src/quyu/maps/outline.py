"""Shapes of the Albers plane as SVG paths in whole kilometres, each step relative to the last."""

from collections.abc import Iterable

import numpy as np
import shapely

from quyu.maps.layers import Box


def path(shapes: shapely.Geometry | Iterable[shapely.Geometry], box: Box) -> str:
    """The `d` of a path; `box` (metres) says where east and south are counted from.

    Every ring or line is `M` with its start, `l` with its steps, `z` if it is a ring.

    >>> square = shapely.box(1000, 1000, 3000, 3000)
    >>> path(square, (0, 0, 9000, 9000))
    'M3 8l0-2-2 0 0 2z'
    """
    out = []
    for part in shapely.get_parts(np.atleast_1d(shapes)):
        lines = shapely.get_rings(part) if part.geom_type == "Polygon" else [part]
        for line in lines:
            out.append(_steps(line, box, closed=part.geom_type == "Polygon"))
    return "".join(out)


def kilometres(metres: object, box: Box) -> np.ndarray:
    """Albers metres as whole kilometres east and south of the north-west corner of `box`."""
    east, north = np.asarray(metres, dtype=float).reshape(-1, 2).T
    return np.round(np.c_[east - box[0], box[3] - north] / 1e3).astype(int)


def _steps(line: shapely.Geometry, box: Box, *, closed: bool) -> str:
    points = kilometres(shapely.get_coordinates(line), box)
    steps = np.diff(points, axis=0)
    if closed:
        steps = steps[:-1]  # the ring closes itself
    steps = steps[steps.any(axis=1)]
    if not len(steps):
        return ""
    text = " ".join(map(str, steps.ravel())).replace(" -", "-")
    return f"M{points[0][0]} {points[0][1]}l{text}{'z' if closed else ''}"
