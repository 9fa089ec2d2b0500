"""A salon on a pretend Easy!Appointments, over real HTTP in both directions; only the seconds are made up."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlmodel import select

from connector import census_hinted, database, hooks, salons
from connector.pretend.easyappointments import EasyAppointments
from connector.pretend.easyappointments_api import serve
from connector.pretend.easyappointments_outbox import Hook
from connector.pretend.listening import Listening
from connector.pretend.seconds import Seconds
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.sender_pace import Pace
from connector.tables import Client
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY, webhook_secrets

SETTINGS = {"consent.customField1": "newsletter:email", "cancelled": "Cancelled"}
POLICY = (LIBRARY / "yearly_purge.toml").read_bytes()
YEARS_AGO = datetime(2023, 3, 1, 9, tzinfo=NOON.tzinfo)


@dataclass
class Place:
    """The salon, its system, and the program beside it."""

    program: Program
    account: Account
    system: EasyAppointments
    clock: Clock
    ticks: Seconds
    names: list[str] = field(default_factory=list)

    def client(self, name: str = "Aino", **values: Any) -> int:
        """Somebody whom the back office made."""
        self.names.append(name)
        return self.system.save_customer(
            **{"first_name": name, "last_name": "Kivelä", "email": f"{name.lower()}@posti.example.fi"}
            | {"phone_number": f"+358 40 55 {len(self.names):05}"}
            | values
        )

    def long_ago(self, *names: str) -> list[int]:
        """Clients who were last there years ago, before anybody was told of anything."""
        outbox, now = self.system.outbox, self.clock.at
        hooks, outbox.hooks, self.clock.at = outbox.hooks, [], YEARS_AGO
        made = [self.client(name) for name in names]
        for client in made:
            self.system.book(YEARS_AGO + timedelta(days=1), client=client)
        outbox.hooks, self.clock.at = hooks, now
        return made

    def fetch(self, *, after: float = 10) -> dict[str, int]:
        """Some seconds later what was hinted at is fetched."""
        self.clock.at += timedelta(seconds=after)
        return dict(census_hinted.fetch_due(self.program, limit=100))

    @property
    def mirrored(self) -> set[int]:
        """The clients that the mirror has."""
        with database.read(self.program.engine) as db:
            return {
                int(one) for one in db.exec(select(Client.client).where(Client.salon == self.account.slug))
            }


@contextmanager
def easyappointments(
    program: Program, clock: Clock, *, policy: bytes = POLICY, **settings: str
) -> Iterator[Place]:
    """A connected salon, with settings beside the usual ones."""
    ticks = Seconds(1000.0)
    system = EasyAppointments(now=clock, ticks=ticks.now)
    asked = serve(system)
    send = HttpSender(
        program.settings.allow_hosts, pace=Pace(monotonic=ticks.now, sleep=ticks.sleep), pause=0
    )
    program = replace(program, send=send, pause=ticks.sleep)
    with database.write(program.engine) as db:
        address = f"{asked.base_url}/api/v1"
        salons.add(
            db,
            program.vault,
            "aava",
            dialect="easyappointments",
            policy=policy,
            base_url=address,
            token=system.token,
            now=program.now(),
        )
        account = salons.account(db, program.vault, "aava")
        assert account is not None
        salons.set_settings(db, account, SETTINGS | settings)
        account = salons.account(db, program.vault, "aava")
        assert account is not None
        (secret,) = webhook_secrets(db, account, program.now())
    app = Flask("ovikello")
    app.register_blueprint(hooks.make_hooks(program))
    told = Listening(app)
    system.outbox.hooks.append(Hook(f"{told.base_url}/webhooks/aava", secret))
    try:
        yield Place(program, account, system, clock, ticks)
    finally:
        asked.stop()
        told.stop()
