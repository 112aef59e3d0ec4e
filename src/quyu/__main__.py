"""`python -m quyu` is `quyu`."""

from __future__ import annotations

from quyu.cli import app

app()
