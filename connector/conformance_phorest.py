"""The pretend Phorest, as the conformance kit handles it: it sends nothing, and empties where others delete."""

from datetime import timedelta

from connector.conformance_habits import ByHabits
from connector.conformance_system import LONG_AGO, Now, Parcel, Pretending
from connector.pretend.phorest import Phorest
from connector.pretend.phorest_api import serve

_NAME = "Mallikas"


class PhorestSystem(ByHabits, Pretending):
    """The pretend Phorest, at a salon that wants records emptied."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self._system = Phorest(now=now)
        running = serve(self._system)
        ByHabits.__init__(self, self._system.habits)
        Pretending.__init__(self, running)
        self.base_url, self.token = f"{running.base_url}/api/business", self._system.token
        self.settings = {
            "business": self._system.business,
            "branches": ",".join(self._system.branches),
            "erase": "empty",
        }

    def old(self, name: str) -> str:
        """A client who was last there years ago."""
        client = self._client(name)
        at = self._now() - LONG_AGO
        self._system.clients[client]["createdAt"] = at.isoformat()
        self._system.book(client, at)
        return client

    def regular(self, name: str) -> str:
        """A client who has a booking ahead."""
        client = self._client(name)
        self._system.book(client, self._now() + timedelta(days=5), branch=self._system.branches[-1])
        return client

    def crowd(self, count: int) -> list[str]:
        """So many clients more."""
        return [self._client(f"muu{number:04}") for number in range(count)]

    def change(self, client: str) -> None:
        """The staff changes the client's details."""
        self._system.change_client(client, mobile="+358 40 555 0002")

    def waiting(self) -> list[Parcel]:
        """Nothing ever waits to be told."""
        return []

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """Nothing is ever sent."""
        return {}

    def holds(self, client: str) -> bool:
        """Whether it still has the client: a record that was emptied has nobody."""
        row = self._system.clients.get(client)
        return row is not None and not row["deleted"] and row["firstName"] != "Erased"

    def vanish(self, *clients: str) -> None:
        """Clients are marked as deleted."""
        for client in clients:
            self._system.change_client(client, deleted=True)

    def come_back(self, *clients: str) -> None:
        """And are there again."""
        for client in clients:
            self._system.change_client(client, deleted=False)

    def _client(self, name: str) -> str:
        return self._system.add_client(
            firstName=name,
            lastName=_NAME,
            email=f"{name}@posti.example.fi",
            mobile="+358 40 555 0001",
        )
