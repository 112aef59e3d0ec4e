"""The opened studies under the name that the face gives them."""

import pytest


@pytest.fixture(scope="session")
def study(opened):
    return opened
