"""`python -m quyu` is `quyu`."""

from quyu.cli import app

app()
