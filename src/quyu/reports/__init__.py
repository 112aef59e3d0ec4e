"""The reports room: notebooks run in batches, and the pages made of them."""

from quyu.reports.parameters import Parameters, ProvinceReport, RegionReport
from quyu.reports.strategy import region_of
from quyu.reports.study import Study, province_of, study

__all__ = ["Parameters", "ProvinceReport", "RegionReport", "Study", "province_of", "region_of", "study"]
