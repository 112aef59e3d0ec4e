import importlib.util
from pathlib import Path

import pytest

from quyu.study import open_study

CITIES = Path(__file__).parent / "cities"


@pytest.fixture(scope="session")
def cities():
    """The example of 11 cities, opened in English; names are real, figures and shapes synthetic."""
    return open_study(CITIES, lang="en")


@pytest.fixture(scope="session")
def made():
    """What makes studies: `made.py`, which is no test."""
    spec = importlib.util.spec_from_file_location("made", Path(__file__).parent / "made.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
