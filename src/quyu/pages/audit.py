"""The audit of the index: its parts as tables, and how many of the forty points are met."""

from __future__ import annotations

from IPython.display import HTML

from quyu.pages.refusals import stated
from quyu.pages.tables import page_table, told_table
from quyu.study.audit import VERDICTS
from quyu.study.audit_frames import BEYOND
from quyu.study.certainty import read_robustness
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


@stated
def table(subject: Study, part: str, year: int) -> HTML:
    """One part of `Study.audit`, with what to know of it below."""
    say, errors = subject.say, read_robustness().errors
    told = (say("audit.grade", grade=g, share=share) for g, share in errors.relative.items())
    values = {"draws": errors.draws, "errors": say.join(told), "beyond": BEYOND}
    key = f"audit.note.{part}"
    note = say(key, **values) if key in say.texts else ""
    group = {"points": "step", "influence": "node"}.get(part)
    return told_table(subject.audit(part, year), note=note, group=group, kind="long")
