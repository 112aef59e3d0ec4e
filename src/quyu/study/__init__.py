"""The study: one reading of figures and framework, and every question that can be asked of it."""

from quyu.study.opening import open_study, report_year
from quyu.study.study import Study

__all__ = ["Study", "open_study", "report_year"]
