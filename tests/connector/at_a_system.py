"""A salon connected to a pretend booking system: its nights, the owner's word, and what a worker does in a round."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar
from uuid import UUID

from sqlmodel import select

from connector import approvals, census, database, dispatch, jobs, nightly, salons, salons_connection, verify
from connector.pretend.seconds import Seconds
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.sender_pace import Pace
from connector.tables import Client, Job
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY
from tests.connector.booking import owner
from tests.connector.intake import rows

SALON = "aava"
POLICY = (LIBRARY / "yearly_purge.toml").read_bytes()
YEARS_AGO = datetime(2023, 3, 1, 9, tzinfo=NOON.tzinfo)

System = TypeVar("System")


@dataclass
class AtASystem(Generic[System]):
    """The salon, its system, and the program beside it."""

    program: Program
    account: Account
    system: System
    clock: Clock
    ticks: Seconds
    names: list[str] = field(default_factory=list)

    #: what the dialect has to be told of every salon
    needed: ClassVar[Mapping[str, str]] = {}

    def settle(self, **settings: str) -> None:
        """The dialect's settings are these, beside what it has to be told."""
        with database.write(self.program.engine) as db:
            salons_connection.set_settings(
                db, self.account, {**self.needed, **settings}, now=self.program.now()
            )
            account = salons.account(db, self.program.vault, SALON)
        assert account is not None
        self.account = account

    def in_the_mirror(self) -> set[str]:
        """The clients that the mirror has."""
        with database.read(self.program.engine) as db:
            return set(db.exec(select(Client.client).where(Client.salon == self.account.slug)))


def connect(
    program: Program, ticks: Seconds, dialect: str, *, base_url: str, token: str, policy: bytes = POLICY
) -> tuple[Program, Account]:
    """Make the salon; give the program, whose sender waits by these ticks, and the account without any settings."""
    pace = Pace(monotonic=ticks.now, sleep=ticks.sleep)
    send = HttpSender(program.settings.allow_hosts, pace=pace, pause=0)
    program = replace(program, send=send, pause=ticks.sleep)
    now = program.now()
    with database.write(program.engine) as db:
        salons.add(
            db, program.vault, SALON, dialect=dialect, policy=policy, base_url=base_url, token=token, now=now
        )
        account = salons.account(db, program.vault, SALON)
    assert account is not None
    return program, account


def sync(place: AtASystem[Any]) -> census.Done:
    """Walk through its whole list."""
    return census.run(place.program, SALON)


def night(place: AtASystem[Any]) -> list[Job]:
    """A night; the jobs that stand after it."""
    sync(place)
    nightly.run(place.program, salon=SALON)
    return rows(place.program, place.account, Job)


def approve(place: AtASystem[Any], *kinds: JobKind) -> list[UUID]:
    """The owner's word for the jobs of these kinds."""
    with database.write(place.program.engine) as db:
        listed = [one for one in jobs.listed(db, place.account) if one.kind in kinds]
        seen = {one.job: one.digest for one in listed}
        by, now = owner(db), place.clock()
        approvals.approve(db, place.account, list(seen), seen=seen, owner=by, now=now, second=True)
    return list(seen)


def carry_out(place: AtASystem[Any]) -> Counter[str]:
    """What was approved is sent, and looked at: how often each word came of it."""
    sent = dispatch.send_due(place.program, limit=50, salon=SALON)
    return sent + verify.look_due(place.program, limit=50, salon=SALON)
