"""The pretend booking system as a whole."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from connector.pretend import history
from connector.pretend.happening import happen
from connector.pretend.misbehaviour import Misbehaviour
from connector.pretend.reads import Reads
from connector.pretend.records import as_json, exported
from connector.pretend.register import Register
from connector.pretend.salon import Salon
from connector.pretend.sending import Outbox
from connector.pretend.writes import Answer, Refused, Writes

LEVEL_ONE = frozenset({"list", "read", "erase"})
EVERYTHING = LEVEL_ONE | {
    "export",
    "rectify",
    "marketing",
    "restriction",
    "anonymise",
    "erase_category",
    "test",
}


@dataclass(frozen=True)
class Told:
    """One event as it was told."""

    type: str
    at: datetime
    data: dict[str, Any]


class Pretend:
    """One salon's booking system. The same seed, day and size always give the same six years.

    `can` are the calls that it knows (None: level 1 of the contract, and no capabilities). Events of its
    history go out only when `replay` is asked for; what happens later is told as it happens.
    """

    def __init__(
        self,
        *,
        today: date,
        now: Callable[[], datetime],
        seed: int = 7,
        size: int = 600,
        token: str = "pretend-token",  # noqa: S107 - of a system that holds nobody
        can: frozenset[str] | None = EVERYTHING,
    ) -> None:
        self.now = now
        self.token = token
        self.can = can
        self.misbehaviour = Misbehaviour()
        self.register = Register()
        self.outbox = Outbox(self.misbehaviour, now=now, seed=seed)
        self.salon = Salon(self.register, self._tell)
        self.reads = Reads(self.register, self.salon, self.misbehaviour)
        self.writes = Writes(self.register, self.salon, self.misbehaviour, now=now)
        #: what stands in for a telephone with an authenticator, where there is none
        self.authenticator: Callable[[], str] | None = None
        self.calls: list[tuple[str, str, int]] = []
        self.events: list[Told] = []
        self._is_live = False
        self.cast = history.write(self.salon, self.register, seed=seed, today=today, size=size)
        self._is_live = True

    def _tell(self, kind: str, at: datetime, data: dict[str, Any]) -> None:
        self.events.append(Told(kind, at, data))
        if self._is_live:
            self.outbox.put(kind, at, data)

    def replay(self, is_wanted: Callable[[Told], bool]) -> int:
        """Put those events of the past into the outbox that are wanted; tell how many."""
        told = [event for event in self.events if is_wanted(event)]
        for event in told:
            self.outbox.put(event.type, event.at, event.data)
        return len(told)

    def told(self, client: str) -> dict[str, Any]:
        """The client as in events; refuses with 404 and 410."""
        return as_json(self.writes.found(client), self.now())

    def exported(self, client: str) -> dict[str, Any]:
        """All that is held of a client, by category."""
        return {"categories": exported(self.writes.found(client))}

    def test(self, body: Any) -> Answer:
        """Send a signed client.updated, so that the wiring can be proved."""
        client = body.get("client_id") if isinstance(body, dict) else None
        if not isinstance(client, str):
            raise Refused(400, "'client_id' with a client's id")
        self.outbox.put("client.updated", self.now(), {"client": self.told(client)})
        return 202, {}

    def misbehave(self, body: Any) -> Answer:
        """Set misbehaviours by name, or bring erased clients back (`bring_back`: a list of ids)."""
        if not isinstance(body, dict):
            raise Refused(400, "An object of misbehaviours")
        words = dict(body)
        back = words.pop("bring_back", [])
        if not isinstance(back, list) or not all(client in self.register.gone for client in back):
            raise Refused(400, "'bring_back' with a list of erased clients' ids")
        try:
            self.misbehaviour.set(words)
        except ValueError as error:
            raise Refused(400, str(error)) from None
        for client in back:
            self.bring_back(client)
        return 200, asdict(self.misbehaviour)

    def bring_back(self, client: str) -> None:
        """An erased client is there again, as after a restored backup: nothing tells of it."""
        with self.register.lock:
            self.register.bring_back(client)

    def happen(self, body: Any) -> Answer:
        """Let something happen to a client now, by its word."""
        words = body if isinstance(body, dict) else {}
        with self.register.lock:
            self.writes.found(str(words.get("client")))
            happen(self.salon, str(words.get("what")), str(words.get("client")), at=self.now())
        return 202, {}

    def status(self) -> dict[str, Any]:
        """What it holds, and what it still has to tell."""
        return {
            "clients": len(self.register.records),
            "deleted": len(self.register.gone),
            "webhooks_waiting": len(self.outbox.waiting),
            "calls": len(self.calls),
            "misbehaviour": asdict(self.misbehaviour),
        }
