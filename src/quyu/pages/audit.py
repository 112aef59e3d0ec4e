"""How many of the forty points of the audit are met."""

from __future__ import annotations

from IPython.display import HTML

from quyu.pages.tables import page_table
from quyu.study.audit import VERDICTS
from quyu.study.study import Study


def verdicts_table(subject: Study, year: int) -> HTML:
    """How many points of each step are met, partly met and not met, under their sums."""
    say, found = subject.say, subject.audit("points", year)
    counts = found.groupby(["step", "verdict"]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=VERDICTS, fill_value=0)
    title = say("audit.verdicts_title", count=len(found), **counts.sum())
    line = "step=index:audit.step " + " ".join(f"{name}:whole" for name in VERDICTS)
    heads = {name: say(f"audit.verdict.{name}") for name in VERDICTS}
    return page_table(say, counts, "audit", line, title=title, heads=heads)
