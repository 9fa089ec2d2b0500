"""A salon on a pretend Phorest, over real HTTP; only the seconds are made up. It sends nothing, so nobody listens."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import select

from connector import database, salons
from connector.pretend.phorest import Phorest
from connector.pretend.phorest_api import serve
from connector.pretend.seconds import Seconds
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.sender_pace import Pace
from connector.tables import Client
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY

SETTINGS = {"business": "biz-1", "branches": "keskusta,satama"}
YEARS_AGO = datetime(2023, 3, 1, 9, tzinfo=NOON.tzinfo)


@dataclass
class Place:
    """The salon, its system, and the program beside it."""

    program: Program
    account: Account
    system: Phorest
    clock: Clock
    ticks: Seconds
    names: list[str] = field(default_factory=list)

    def client(self, name: str = "Aino", **values: Any) -> str:
        """Somebody whom the reception made."""
        self.names.append(name)
        return self.system.add_client(
            **{"firstName": name, "lastName": "Kivelä", "email": f"{name.lower()}@posti.example.fi"}
            | {"mobile": f"35840 55 {len(self.names):05}"}
            | values
        )

    def long_ago(self, *names: str, **values: Any) -> list[str]:
        """Clients who were last there years ago."""
        now, self.clock.at = self.clock.at, YEARS_AGO
        made = [self.client(name, **values) for name in names]
        self.clock.at = now
        for client in made:
            self.system.book(client, YEARS_AGO + timedelta(days=1))
        return made

    def settle(self, **settings: str) -> None:
        """Change the dialect's settings."""
        with database.write(self.program.engine) as db:
            salons.set_settings(db, self.account, SETTINGS | settings)
            account = salons.account(db, self.program.vault, "aava")
        assert account is not None
        self.account = account

    @property
    def writes(self) -> list[int]:
        """How each write was answered."""
        return [status for method, _, status in self.system.calls if method != "GET"]

    @property
    def mirrored(self) -> set[str]:
        """The clients that the mirror has."""
        with database.read(self.program.engine) as db:
            return set(db.exec(select(Client.client).where(Client.salon == self.account.slug)))


@contextmanager
def phorest(program: Program, clock: Clock, **settings: str) -> Iterator[Place]:
    """A connected salon."""
    ticks = Seconds(1000.0)
    system = Phorest(now=clock)
    asked = serve(system)
    send = HttpSender(
        program.settings.allow_hosts, pace=Pace(monotonic=ticks.now, sleep=ticks.sleep), pause=0
    )
    program = replace(program, send=send, pause=ticks.sleep)
    with database.write(program.engine) as db:
        salons.add(
            db,
            program.vault,
            "aava",
            dialect="phorest",
            policy=(LIBRARY / "yearly_purge.toml").read_bytes(),
            base_url=f"{asked.base_url}/api/business",
            token=system.token,
            now=program.now(),
        )
        account = salons.account(db, program.vault, "aava")
        assert account is not None
    place = Place(program, account, system, clock, ticks)
    place.settle(**settings)
    try:
        yield place
    finally:
        asked.stop()
