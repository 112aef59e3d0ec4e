"""A province's own targets: how far they have come, when they would be met, or that none was read."""

from __future__ import annotations

from IPython.display import HTML

from quyu.reports.strategy.outlook import outlook_table
from quyu.reports.strategy.targets import targets_of, targets_table
from quyu.reports.study import Study


def province_targets(subject: Study, adcode: str) -> HTML:
    """Both tables of the targets of one province; one sentence where no target of it was read."""
    whole = targets_table(subject, adcode).data
    if adcode in set(targets_of(subject).table["adcode"]):
        whole += outlook_table(subject, adcode).data
    return HTML(whole)
