"""What many tests of the connector begin with."""

import pytest

from connector.program import Program
from connector.salons import Account
from tests.builders import NOON, Clock
from tests.connector.booking import Story, beside_a_stranger, record
from tests.connector.console.visitor import Person, person
from tests.connector.lists import GONE, bring, by_hand, clients


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """Two clients who are due; and a stranger's client of the same id."""
    return beside_a_stranger(program, salon, stranger, record("c-1"), record("c-2"))


@pytest.fixture
def kasin(program: Program, clock: Clock) -> Account:
    """A salon without an interface, on its purge day: three have not been there for years."""
    clock.at = NOON.replace(year=2027, month=1, day=15)
    account = by_hand(program, "kasin")
    bring(program, account, *clients(range(1, 21)), *GONE)
    return account


@pytest.fixture
def them(program: Program, clock: Clock, kasin: Account) -> Person:
    """Who speaks for it."""
    return person(program, clock, "omistaja@kasin.example", "kasin")
