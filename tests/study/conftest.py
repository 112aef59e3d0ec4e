"""One opened study for each language."""

from functools import cache

import pytest

from quyu.study import open_study


@pytest.fixture(scope="session")
def study():
    return cache(lambda lang="zh-hant": open_study(lang=lang))
