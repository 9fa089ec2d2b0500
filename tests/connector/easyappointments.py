"""A salon on a pretend Easy!Appointments, over real HTTP in both directions; only the seconds are made up."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from flask import Flask

from connector import census_hinted, database, hooks
from connector.pretend.easyappointments import EasyAppointments
from connector.pretend.easyappointments_api import serve
from connector.pretend.easyappointments_outbox import Hook
from connector.pretend.listening import Listening
from connector.pretend.seconds import Seconds
from connector.program import Program
from tests.builders import Clock
from tests.conftest import webhook_secrets
from tests.connector.at_a_system import POLICY, YEARS_AGO, AtASystem, connect

SETTINGS = {"consent.customField1": "newsletter:email", "cancelled": "Cancelled"}


class Place(AtASystem[EasyAppointments]):
    """The salon at its Easy!Appointments."""

    needed = SETTINGS

    def client(self, name: str = "Aino", **values: Any) -> int:
        """Somebody whom the back office made."""
        self.names.append(name)
        return self.system.save_customer(
            **{"first_name": name, "last_name": "Kivelä", "email": f"{name.lower()}@posti.example.fi"}
            | {"phone_number": f"+358 40 55 {len(self.names):05}"}
            | values
        )

    def long_ago(self, *names: str) -> list[int]:
        """Clients who were last there years ago."""
        with self.in_those_days():
            made = [self.client(name) for name in names]
            for client in made:
                self.system.book(YEARS_AGO + timedelta(days=1), client=client)
        return made

    @contextmanager
    def in_those_days(self) -> Iterator[None]:
        """Years ago, before anybody was told of anything."""
        outbox, now = self.system.outbox, self.clock.at
        hooks, outbox.hooks, self.clock.at = outbox.hooks, [], YEARS_AGO
        yield
        outbox.hooks, self.clock.at = hooks, now

    def fetch(self, *, after: float = 10) -> dict[str, int]:
        """Some seconds later what was hinted at is fetched."""
        self.clock.at += timedelta(seconds=after)
        return dict(census_hinted.fetch_due(self.program, limit=100))

    @property
    def mirrored(self) -> set[int]:
        """The clients that the mirror has."""
        return {int(one) for one in self.in_the_mirror()}


@contextmanager
def easyappointments(
    program: Program, clock: Clock, *, policy: bytes = POLICY, **settings: str
) -> Iterator[Place]:
    """A connected salon, with settings beside the usual ones."""
    ticks = Seconds(1000.0)
    system = EasyAppointments(now=clock, ticks=ticks.now)
    asked = serve(system)
    address = f"{asked.base_url}/api/v1"
    program, account = connect(
        program, ticks, "easyappointments", base_url=address, token=system.token, policy=policy
    )
    place = Place(program, account, system, clock, ticks)
    place.settle(**settings)
    with database.read(program.engine) as db:
        (secret,) = webhook_secrets(db, place.account, program.now())
    app = Flask("ovikello")
    app.register_blueprint(hooks.make_hooks(program))
    told = Listening(app)
    system.outbox.hooks.append(Hook(f"{told.base_url}/webhooks/aava", secret))
    try:
        yield place
    finally:
        asked.stop()
        told.stop()
