"""Peers: the nearest first, ties by code."""

from dataclasses import replace

import pandas as pd
import pytest

from quyu.regions.structure import distances, peers

CROSS = distances(
    pd.DataFrame(
        {"i": [0.0, -1.0, 1.0, 0.0, 3.0], "k": [0.0, 0.0, 0.0, 2.0, 1.0]},
        index=["o", "w", "e", "n", "z"],
    ),
    {"income": ["i"], "size": ["k"]},
)


def test_nearest_first_ties_by_code():
    assert list(peers(CROSS, "o", count=4).index) == ["e", "w", "n", "z"]


def test_the_noise_of_floating_point_breaks_no_tie():
    noisy = CROSS.distance.copy()
    noisy.loc["o", "e"] = noisy.loc["e", "o"] = noisy.at["o", "w"] + 1e-15
    assert list(peers(replace(CROSS, distance=noisy), "o", count=2).index) == ["e", "w"]


def test_parts_sum_to_the_squared_distance_and_say_what_is_alike():
    found = peers(CROSS, "o", count=3)
    assert (found["income"] + found["size"]).tolist() == pytest.approx(found["distance"] ** 2)
    assert found.loc["n", "income"] == 0
    assert found.loc["e", "size"] == 0


def test_refusals():
    with pytest.raises(ValueError, match="'q' has no structure; there are o, w, e, n, z"):
        peers(CROSS, "q")
    with pytest.raises(ValueError, match="1 to 4 exist"):
        peers(CROSS, "o", count=5)
    with pytest.raises(ValueError, match="1 to 4 exist"):
        peers(CROSS, "o", count=0)
