"""The console's world: the application, its owner, a stranger's owner, a booking system that answers."""

from dataclasses import replace

import pytest
from flask import Flask

from connector.app import create_app
from connector.program import Program
from connector.salons import Account
from tests.connector.booking import Booking, Story
from tests.connector.console.visitor import Person, Visitor
from tests.connector.lists import to_be_done


@pytest.fixture
def booking() -> Booking:
    """What the salons' booking systems hold."""
    return Booking()


@pytest.fixture
def story(program: Program, salon: Account, booking: Booking) -> Story:
    """The salon's side of a test."""
    return Story(replace(program, send=booking), salon, booking)


@pytest.fixture
def theirs(program: Program, stranger: Account, booking: Booking) -> Story:
    """The stranger's side of it."""
    return Story(replace(program, send=booking), stranger, booking)


@pytest.fixture
def app(program: Program, booking: Booking) -> Flask:
    """The whole application."""
    return create_app(replace(program, send=booking))


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser that has not logged in."""
    return Visitor(app)


@pytest.fixture
def logged_in(visitor: Visitor, owner: Person) -> Visitor:
    """The owner's browser."""
    return visitor.log_in(owner)


# ---- a salon without an interface, once it has tasks by hand ---------------------------------------------


@pytest.fixture
def phone(visitor: Visitor, program: Program, kasin: Account, them: Person) -> Visitor:
    """The owner's phone, once three erasures have become tasks by hand."""
    assert to_be_done(program, kasin, them.id) == 3
    return visitor.log_in(them)
