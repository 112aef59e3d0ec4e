"""The reports room: notebooks run in batches, and the pages made of them."""

from quyu.regions.strategy import region_of
from quyu.reports.method import describe_method
from quyu.reports.parameters import Parameters, ProvinceReport, RegionReport
from quyu.reports.study import Study, open_study, province_of

__all__ = [
    "Parameters",
    "ProvinceReport",
    "RegionReport",
    "Study",
    "describe_method",
    "open_study",
    "province_of",
    "region_of",
]
