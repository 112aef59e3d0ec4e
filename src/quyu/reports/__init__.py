"""The reports room: notebooks run in batches, and the pages made of them."""

from importlib import import_module
from typing import Any

_HOMES = {
    "Parameters": "quyu.reports.parameters",
    "ProvinceReport": "quyu.reports.parameters",
    "RegionReport": "quyu.reports.parameters",
    "Study": "quyu.reports.study",
    "describe_method": "quyu.reports.method",
    "open_study": "quyu.reports.study",
    "province_of": "quyu.reports.study",
    "region_of": "quyu.regions.strategy",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    # Imported when first asked for: a batch with nothing left to do is told so without pandas.
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
