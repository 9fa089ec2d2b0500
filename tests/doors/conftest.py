"""What is opened from outside: the application, its owner, another salon's owner, a browser."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from connector.app import create_app
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.booking import Booking
from tests.connector.console.visitor import Person, Visitor, person


@pytest.fixture
def booking() -> Booking:
    """What the salons' booking systems hold."""
    return Booking()


@pytest.fixture
def app(program: Program, booking: Booking) -> Iterator[Flask]:
    """The whole application, its errors answered rather than raised."""
    made = create_app(replace(program, send=booking))
    made.testing = False
    yield made
    made.extensions["ovikello-refusals"].settle()


@pytest.fixture
def owner(program: Program, clock: Clock, salon: Account) -> Person:
    """Who speaks for the salon."""
    return person(program, clock, "omistaja@aava.example", salon.slug)


@pytest.fixture
def other_owner(program: Program, clock: Clock, stranger: Account) -> Person:
    """Who speaks for another salon."""
    return person(program, clock, "omistaja@toinen.example", stranger.slug)


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    """A browser that has not logged in."""
    return Visitor(app)
