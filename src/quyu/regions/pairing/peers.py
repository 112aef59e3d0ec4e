"""Peers: the provinces whose structure is nearest to one province's."""

from __future__ import annotations

import pandas as pd

from quyu.regions.pairing.structure import Structure


def peers(structure: Structure, unit: str, *, count: int = 5) -> pd.DataFrame:
    """The `count` units nearest to `unit`, nearest first; equal distances go by code.

    Indexed by unit: `distance`, then for each block its part of the squared distance, the smallest
    saying in what the two are most alike. Raises ValueError for an unknown unit and for more peers
    than there are other units.

    >>> from quyu.regions.pairing.structure import distances
    >>> line = pd.DataFrame({"income": [0.0, 2.0, 3.0]}, index=["a", "b", "c"])
    >>> list(peers(distances(line, {"income": ["income"]}), "c", count=2).index)
    ['b', 'a']
    """
    units = structure.distance.index
    if unit not in units:
        raise ValueError(f"{unit!r} has no structure; there are {', '.join(map(str, units))}.")
    if not 1 <= count < len(units):
        raise ValueError(f"{count} peers of {unit!r} were asked for; 1 to {len(units) - 1} exist.")
    others = structure.distance[unit].drop(unit).sort_index()
    nearest = others.round(12).sort_values(kind="stable").index[:count]
    parts = structure.contributions.xs(unit, level="unit").loc[nearest]
    parts.insert(0, "distance", others[nearest])
    return parts.rename_axis("peer")
