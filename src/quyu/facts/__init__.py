"""Facts: what the official bodies published, checked at the door."""

from quyu.facts.boundaries import boundaries, dashline
from quyu.facts.check import check
from quyu.facts.faults import Fault
from quyu.facts.load import Facts, load
from quyu.facts.matrix import matrix, national
from quyu.facts.names import resolve
from quyu.facts.places import embedded
from quyu.facts.published import published

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
