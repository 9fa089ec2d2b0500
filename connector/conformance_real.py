"""A real test account, as the conformance kit handles it: it cannot be told to misbehave, so the way to it does.

Nothing is made there and nothing changed, but that the one client who was named for a trial is erased.
"""

import json
import time
from uuid import uuid4

from connector.conformance_habits import ByHabits
from connector.conformance_hiding import Hiding
from connector.conformance_line import Astray
from connector.conformance_report import Untried
from connector.conformance_system import Now, Parcel
from connector.conformance_wire import Wire
from connector.sender import Sender
from webhooks.signatures import sign

#: so few at least: four are hidden at once, and others have to be seen all the while
FEWEST = 7
#: dialects whose webhooks tell a record as the system answers it: they can be made of its answers
TOLD_AS_ANSWERED = frozenset({"standard"})
#: so many of a list are taken at most, to be looked at over and over
_MOST = 1000


class Real(ByHabits):
    """An account under trial. `erase` is the client who may be erased in this trial, if anybody."""

    asks = True

    def __init__(self, wire: Wire, now: Now, erase: str | None) -> None:
        self.base_url, self.token = wire.account.base_url or "", wire.account.token or ""
        self.settings = dict(wire.settings)
        self._wire, self._now = wire, now
        may_write = None
        if erase is not None and wire.account.dialect.erase is not None:
            may_write = wire.account.dialect.erase(erase).path
        self._astray = Astray(wire.send, may_write)
        super().__init__(self._astray.habits)
        self._hiding = Hiding(self._astray, now)
        self._told: list[tuple[str, str]] = []
        self.send: Sender = self._hiding
        self._first, self._new = erase, ""
        self._people: list[str] = []

    def begin(self) -> list[str]:
        """Everybody on the list, who may be erased first; but for one, who comes later."""
        people = [client for client in self._wire.everybody(_MOST) if client != self._first]
        if self._first is not None:
            people.insert(0, self._first)
        if len(people) <= FEWEST:
            raise Untried(f"an account with at least {FEWEST + 1} clients is needed")
        self._new = people.pop()
        self._hiding.hidden.add(self._new)
        self._people = people
        return list(people)

    def regular(self, name: str) -> str:
        """Somebody who was not there before."""
        self._hiding.hidden.discard(self._new)
        self._told.append(("client.created", self._new))
        return self._new

    def crowd(self, count: int) -> list[str]:
        """Nobody more: nobody is made there."""
        return []

    def change(self, client: str) -> None:
        """It is told of the client as if something had changed."""
        self._told.append(("client.updated", client))

    def waiting(self) -> list[Parcel]:
        """Webhooks made of what the account answers about these clients."""
        told, self._told = self._told, []
        made = []
        for kind, client in told:
            record = self._wire.record(client)
            event = {"type": kind, "timestamp": self._now().isoformat(), "data": {"client": record}}
            made.append(Parcel(f"msg_{uuid4().hex}", json.dumps(event).encode()))
        return made

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """As the contract has it."""
        return sign(secret, parcel.id, self._now(), parcel.body)

    def holds(self, client: str) -> bool:
        """Whether the account still has the client, or seems to."""
        return client not in self._hiding.hidden and self._wire.look(client).is_gone is False

    def vanish(self, *clients: str) -> None:
        """Nothing is heard of them any more."""
        self._hiding.hidden |= set(clients)

    def come_back(self, *clients: str) -> None:
        """And again it is."""
        self._hiding.hidden -= set(clients)

    def misbehave(self, how: str, count: int = 1) -> None:
        """lie, slow, throttle, fail or shift."""
        if how == "shift":
            self._shift(count)
        else:
            super().misbehave(how, count)

    def pause(self, seconds: float) -> None:
        """Wait, where it was the account itself that asked for it."""
        if not self._astray.is_ours:
            time.sleep(seconds)

    def stop(self) -> None:
        """Nothing to be stopped: it goes on without us."""

    def _shift(self, count: int) -> None:
        """The next list skips somebody who is there; and once a page of it was read, somebody else is gone."""
        gone, skipped = self._people[-2:]
        self._hiding.skipped = {skipped} if count else set()
        self._hiding.after_page = (lambda: self.vanish(gone)) if count else lambda: None
