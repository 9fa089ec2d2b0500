"""What many tests of the connector begin with."""

import pytest

from connector.program import Program
from connector.salons import Account
from tests.connector.booking import Story, beside_a_stranger, record


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """Two clients who are due; and a stranger's client of the same id."""
    return beside_a_stranger(program, salon, stranger, record("c-1"), record("c-2"))
