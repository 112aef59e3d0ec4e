"""Facts: what the official bodies published, checked at the door."""

from quyu.facts.boundaries import boundaries, dashline
from quyu.facts.check import check
from quyu.facts.faults import Fault
from quyu.facts.load import Facts, load, matrix, national, published
from quyu.facts.names import find, resolve
from quyu.facts.params import embedded
from quyu.facts.screen import stand_out

__all__ = [
    "Facts",
    "Fault",
    "boundaries",
    "check",
    "dashline",
    "embedded",
    "find",
    "load",
    "matrix",
    "national",
    "published",
    "resolve",
    "stand_out",
]
