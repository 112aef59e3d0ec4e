"""The study: one reading of figures and framework, and every question that can be asked of it."""

from quyu.study.study import Study, open_study, report_year

__all__ = ["Study", "open_study", "report_year"]
