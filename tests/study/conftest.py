"""One evidence file, computed once; others are moved copies of it."""

import pytest

from tests.factories.study import make_evidence


@pytest.fixture(scope="session")
def base_file() -> str:
    """Return the file of a company whose friction fell by about eight points."""
    return make_evidence(-9.0)
