"""Facts: what the official bodies published, checked at the door."""

from quyu.facts.boundaries import boundaries, dashline
from quyu.facts.check import check
from quyu.facts.faults import Fault
from quyu.facts.load import Facts, embedded, load, matrix, national, published
from quyu.facts.names import resolve

__all__ = [
    "Facts",
    "Fault",
    "boundaries",
    "check",
    "dashline",
    "embedded",
    "load",
    "matrix",
    "national",
    "published",
    "resolve",
]
