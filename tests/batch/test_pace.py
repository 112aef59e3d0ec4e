"""A pace is told from runs that ran, never from those that were lost."""

import io
from pathlib import Path
from unittest.mock import patch

from rich.console import Console

from quyu.batch.jobs import Job, Outcome
from quyu.batch.progress import following

JOB = Job("a", "a", Path("a.ipynb"), {})


def told(outcomes, *, total):
    """The lines of a batch of which one job ends in each second."""
    out = io.StringIO()
    with (
        patch("time.monotonic", side_effect=range(100, 200)),
        following(Console(file=out), [JOB] * total) as showing,
    ):
        for outcome in outcomes:
            showing.done(outcome)
    return out.getvalue().splitlines()


def test_the_pace_of_runs_that_ran():
    ran = Outcome(JOB, 1.0, "")
    assert told([ran] * 4, total=6)[-1] == "[4/6] a done, 1.0 s; 60 a minute, 2 s left"


def test_lost_jobs_end_but_tell_no_pace():
    lost, ran = Outcome(JOB, 0.0, "lost"), Outcome(JOB, 1.0, "1 / 0")
    lines = told([*[lost] * 5, *[ran] * 4, lost], total=20)
    assert lines[:5] == [f"[{n}/20] a FAILED lost, 0.0 s" for n in range(1, 6)]
    assert lines[8:] == [
        "[9/20] a FAILED 1 / 0, 1.0 s; 60 a minute, 11 s left",
        "[10/20] a FAILED lost, 0.0 s",
    ]
