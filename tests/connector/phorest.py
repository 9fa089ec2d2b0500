"""A salon on a pretend Phorest, over real HTTP; only the seconds are made up. It sends nothing, so nobody listens."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from connector.pretend.phorest import Phorest
from connector.pretend.phorest_api import serve
from connector.pretend.seconds import Seconds
from connector.program import Program
from tests.builders import Clock
from tests.connector.at_a_system import YEARS_AGO, AtASystem, connect

SETTINGS = {"business": "biz-1", "branches": "keskusta,satama"}


class Place(AtASystem[Phorest]):
    """The salon at its Phorest."""

    needed = SETTINGS

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

    @property
    def writes(self) -> list[int]:
        """How each write was answered."""
        return [status for method, _, status in self.system.calls if method != "GET"]

    @property
    def mirrored(self) -> set[str]:
        """The clients that the mirror has."""
        return self.in_the_mirror()


@contextmanager
def phorest(program: Program, clock: Clock, **settings: str) -> Iterator[Place]:
    """A connected salon."""
    ticks, system = Seconds(1000.0), Phorest(now=clock)
    asked = serve(system)
    address = f"{asked.base_url}/api/business"
    program, account = connect(program, ticks, "phorest", base_url=address, token=system.token)
    place = Place(program, account, system, clock, ticks)
    place.settle(**settings)
    try:
        yield place
    finally:
        asked.stop()
