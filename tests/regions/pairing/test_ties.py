"""Official ties: as read, and how many of them the proposals meet by chance."""

from itertools import permutations

import pandas as pd
import pytest

from quyu.facts import load
from quyu.regions.pairing import agreement

READ = pd.DataFrame(
    [
        ("g", "r", "cooperation", 2017, "not known", "2017"),
        ("g", "s", "relief", 2016, "no", "2021"),
        ("h", "t", "relief", 2016, "not known", "2016"),
        ("g", "r", "relief", 2016, "not known", "2016"),
        ("g", "nowhere", "relief", 2016, "not known", "2016"),
    ],
    columns=["giver", "receiver", "scheme", "valid_from", "superseded", "as_read"],
)
PROPOSED = pd.Series({"r": "g", "s": "h", "t": "h", "u": "g"})


def test_agreement_by_hand():
    found = agreement(PROPOSED, READ)
    assert (found.compared, found.left_out, found.agreed) == (3, 1, 2)  # a tie counts once
    assert found.both == [("g", "r"), ("h", "t")]
    assert found.unread == ["u"]
    # each tie is met by half of the deals, as g and h have two places of four
    assert found.expected == pytest.approx(1.5)
    deals = set(permutations(PROPOSED))
    met = [(w[0] == "g") + (w[1] == "g") + (w[2] == "h") >= 2 for w in deals]
    assert found.chance == pytest.approx(sum(met) / len(deals), abs=0.02)


def test_a_giver_that_was_never_proposed_cannot_agree():
    read = pd.DataFrame({"giver": ["z"], "receiver": ["r"]})
    found = agreement(PROPOSED, read)
    assert (found.compared, found.agreed, found.expected, found.chance) == (1, 0, 0, 1)


def test_nothing_read():
    found = agreement(PROPOSED, READ.iloc[:0])
    assert (found.compared, found.agreed, found.expected) == (0, 0, 0)
    assert found.unread == ["r", "s", "t", "u"]


def test_no_embedded_tie_is_said_to_be_current_unless_it_was_read_so():
    told = load().pairs
    assert set(told["superseded"]) == {"not known", "no"}
    assert (told.loc[told["superseded"] == "no", "as_read"] == "2021").all()
