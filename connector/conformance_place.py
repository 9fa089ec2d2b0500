"""One trial's place: an installation of its own, a salon that speaks the dialect, and the system beside it."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from flask import Flask
from sqlmodel import Session, select

from connector import (
    approvals,
    census,
    census_hinted,
    database,
    dispatch,
    facts,
    hooks,
    install,
    jobs,
    mirror_by_hand,
    nightly,
    program,
    salons,
    salons_connection,
    salons_policies,
    verify,
)
from connector.config import Settings
from connector.conformance_line import Between, Line
from connector.conformance_system import Now, Parcel, System, post
from connector.pretend.listening import Listening
from connector.pretend.seconds import Seconds
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.sender_pace import Pace
from connector.states import State
from connector.tables import Client, Job, Owner
from policies.decisions import JobKind
from policies.facts import ClientFacts
from webhooks.events import Right

SALON = "trial"
_POLICY = Path(__file__).parent.parent / "policies" / "library" / "yearly_purge.toml"
_BEGAN = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@dataclass
class Place:
    """Everything that a trial may look at and do."""

    program: Program
    account: Account
    system: System
    secret: str
    url: str
    line: Line
    at: datetime = _BEGAN
    clients: list[str] = field(default_factory=list)

    def pass_time(self, **by: float) -> None:
        """Some time later."""
        self.at += timedelta(**by)

    def deliver(self, *parcels: Parcel, secret: str | None = None) -> list[int]:
        """Send webhooks; give how each was answered."""
        return [post(self.url, self.system, secret or self.secret, parcel) for parcel in parcels]

    def fetch(self) -> None:
        """What was hinted at is fetched, a little later."""
        self.pass_time(seconds=10)
        census_hinted.fetch_due(self.program, limit=100)

    def sync(self) -> census.Done:
        """Walk through the whole list."""
        self.pass_time(minutes=1)
        return census.run(self.program, SALON)

    def night(self) -> None:
        """A night, on lists that were just compared."""
        self.sync()
        nightly.run(self.program, salon=SALON)

    def ask_for_erasure(self, client: str) -> None:
        """The client asks for it at the till."""
        with database.write(self.program.engine) as db:
            policy = salons_policies.newest(db, SALON)
            if policy is None:
                raise LookupError(SALON)
            today, by = self.at.astimezone(policy.time_zone).date(), uuid4()
            mirror_by_hand.receive(
                db, self.account, policy, client, Right.ERASURE, today, owner=by, now=self.at
            )

    def approve(self, client: str) -> None:
        """The owner's word for the erasure of one client."""
        with database.write(self.program.engine) as db:
            listed = [one for one in jobs.listed(db, self.account) if one.kind is JobKind.ERASE]
            rows = {one.job: jobs.row_of(db, self.account, one.job) for one in listed}
            wanted = [one for one in listed if jobs.client_of(self.account, rows[one.job]) == client]
            by = Owner(id=uuid4(), email_key=uuid4().hex, email=b"nobody", made_at=self.at)
            db.add(by)
            db.flush()
            seen = {one.job: one.digest for one in wanted}
            approvals.approve(db, self.account, list(seen), seen=seen, owner=by.id, now=self.at, second=True)

    def work(self) -> None:
        """What a worker does in one round: call back, and look."""
        dispatch.send_due(self.program, limit=50, salon=SALON)
        verify.look_due(self.program, limit=50, salon=SALON)

    def state(self, client: str) -> State | None:
        """Where the newest erasure of a client stands; None where there is none."""
        with database.read(self.program.engine) as db:
            rows = [
                row
                for row in db.exec(select(Job).where(Job.salon == SALON))
                if row.kind is JobKind.ERASE and jobs.client_of(self.account, row) == client
            ]
        return max(rows, key=lambda row: row.proposed_at).state if rows else None

    def mirrored(self) -> set[str]:
        """The clients that the mirror has."""
        with database.read(self.program.engine) as db:
            return set(db.exec(select(Client.client).where(Client.salon == SALON)))

    def known(self) -> list[ClientFacts]:
        """All that a rule may look at, of everybody: what the mirror means."""
        with database.read(self.program.engine) as db:
            policy = salons_policies.newest(db, SALON)
            if policy is None:
                return []
            found = facts.known_of(db, self.account, sorted(self.mirrored()), policy, self.at.date())
            return [one.facts for one in found]


@contextmanager
def template() -> Iterator[Path]:
    """A folder with an empty installation, to be copied for each trial."""
    with tempfile.TemporaryDirectory(prefix="ovikello-conformance-") as folder:
        install.init(_settings(Path(folder) / "made"), now=_BEGAN)
        yield Path(folder)


@contextmanager
def place(
    name: str,
    folder: Path,
    number: int,
    *,
    system: Callable[[Now], System],
    between: Between = lambda send: send,
    pause: Callable[[float], None] | None = None,
    began: datetime = _BEGAN,
) -> Iterator[Place]:
    """A salon whose clients a first census has seen. `pause`: None where nothing has to be waited for."""
    mine = folder / f"trial-{number}"
    shutil.copytree(folder / "made", mine)
    clock: list[Place] = []
    now = lambda: clock[0].at if clock else began  # noqa: E731 -- the place's own clock, which is not made yet
    seconds, opposite = Seconds(), system(now)
    settings = _settings(mine)
    pace = Pace(1000.0, failures=10_000, monotonic=seconds.now, sleep=seconds.sleep)
    line = Line(between(HttpSender(settings.allow_hosts, pace=pace, pause=0)))
    opened = program.open_program(settings, now=now, send=line)
    opened = replace(opened, pause=pause or seconds.sleep)
    app = Flask("conformance")
    app.register_blueprint(hooks.make_hooks(opened))
    listening = Listening(app)
    try:
        account, secret = _connect(opened, name, opposite, began)
        url = f"{listening.base_url}/webhooks/{SALON}"
        made = Place(opened, account, opposite, secret, url, line, began)
        clock.append(made)
        made.clients = opposite.begin()
        made.deliver(*opposite.waiting())
        made.sync()
        yield made
    finally:
        listening.stop()
        opposite.stop()
        opened.engine.dispose()


def _connect(opened: Program, name: str, system: System, now: datetime) -> tuple[Account, str]:
    with database.write(opened.engine) as db:
        secret = salons.add(
            db,
            opened.vault,
            SALON,
            dialect=name,
            policy=_POLICY.read_bytes(),
            base_url=system.base_url,
            token=system.token or None,
            now=now,
        )
        account = _account(db, opened)
        if system.settings:
            salons_connection.set_settings(db, account, system.settings, now=now)
            account = _account(db, opened)
    return account, secret


def _account(db: Session, opened: Program) -> Account:
    account = salons.account(db, opened.vault, SALON)
    if account is None:
        raise LookupError(SALON)
    return account


def _settings(folder: Path) -> Settings:
    return Settings.from_env({"OVIKELLO_DATA_DIR": str(folder), "OVIKELLO_ALLOW_HOSTS": "127.0.0.1"})
