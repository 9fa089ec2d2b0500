"""The console's world: the application, its owner, a stranger's owner, jobs that wait."""

import pytest
from flask import Flask

from connector.app import create_app
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.console.visitor import Person, Visitor, person


@pytest.fixture
def app(program: Program) -> Flask:
    """The whole application."""
    return create_app(program)


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
