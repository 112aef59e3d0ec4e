"""The index room: from a matrix of figures to scores that keep every number in between."""

from quyu.index.framework import Framework, read_framework
from quyu.index.score import Scorecard, score
from quyu.index.state import State, read_state, state_text
from quyu.index.tree import Indicator, Node

__all__ = [
    "Framework",
    "Indicator",
    "Node",
    "Scorecard",
    "State",
    "read_framework",
    "read_state",
    "score",
    "state_text",
]
