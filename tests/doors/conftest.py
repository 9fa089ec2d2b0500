"""What is opened from outside: the application, its owner, another salon's owner, a browser."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask

from connector.app import create_app
from connector.program import Program
from tests.connector.booking import Booking
from tests.connector.console.visitor import Visitor


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
def visitor(app: Flask) -> Visitor:
    """A browser that has not logged in."""
    return Visitor(app)
