"""One year of an index as a workbook: every step from figure to rank a formula that lives."""

from quyu.study.workbook.sheets import workbook

__all__ = ["workbook"]
