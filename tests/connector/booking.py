"""A booking system for tests of approvals, dispatch and verify: the contract's records in a dictionary, no network.

It is asked through the real dialect and can fail, stall and lie. The sender's tests and the journey use real HTTP;
here every failure is to be had at will.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlmodel import Session

from connector import approvals, database, facts, jobs, mirror, salons_policies
from connector.approvals import Approved
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Census, Job, Owner
from policies.decide import decide
from policies.decisions import Decision, JobKind
from policies.policy import Policy
from tests.builders import NOON
from webhooks.calls import Call, Reply
from webhooks.events import Event, InvoiceChanged, InvoiceState

#: of a record: who was seen lately, so that nothing is due
LATELY = {"last_activity_at": "2026-11-02T10:00:00Z", "last_visit_at": "2026-11-02T10:00:00Z"}
#: free text that this system keeps when it anonymises
KEPT = ("wishes", "history")
LONG_AGO = "2024-03-01T10:00:00Z"


@dataclass
class Odd:
    """How one writing call goes wrong: by a status or a failure, and whether it is done all the same."""

    status: int | None = None
    failure: CallFailed | None = None
    is_done: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    json: object = None
    first: Callable[[], object] = lambda: None


def times_out(*, is_done: bool) -> Odd:
    """No answer in time, after it was done or without."""
    return Odd(failure=CallFailed("no_answer_in_time", is_unknown=True), is_done=is_done)


def lies() -> Odd:
    """Says that it is done, and does nothing."""
    return Odd(status=200)


class Booking:
    """What a salon's booking system holds, and every writing call that it was sent."""

    def __init__(self) -> None:
        self.clients: dict[str, dict[str, dict[str, Any]]] = {}
        self.writes: list[tuple[str, str, str | None]] = []
        self.odd: deque[Odd] = deque()
        self.odd_exports: deque[Odd] = deque()
        self.can = ["list", "read", "export", "marketing", "anonymise", "erase_category", "erase"]
        self.is_silent = False
        self.silent: set[str] = set()  # salons whose system does not answer, while others' do
        self.reads = 0
        self.calls = 0

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Answer one call."""
        self.calls += 1
        if self.is_silent or account.slug in self.silent:
            raise CallFailed("no_connection")
        if call.path == "capabilities":
            return Reply(200, {"contract": 1, "calls": self.can, "events": []})
        clients = self.clients.setdefault(account.slug, {})
        if call.path == "clients":
            return Reply(200, {"clients": [dict(one) for one in clients.values()], "next_cursor": None})
        _, client, *rest = call.path.split("/")
        if call.method == "GET" and rest == ["export"]:
            return self._exported(clients, client)
        if call.method == "GET":
            self.reads += 1
            return Reply(200, dict(clients[client])) if client in clients else Reply(410)
        self.writes.append((call.method, call.path, idempotency_key))
        odd = self.odd.popleft() if self.odd else Odd(is_done=True)
        odd.first()
        if odd.is_done:
            write(clients, client, rest, call)
        if odd.failure is not None:
            raise odd.failure
        return Reply(odd.status or 204, None, odd.headers)

    def _exported(self, clients: dict[str, dict[str, Any]], client: str) -> Reply:
        """All that is held of a client: of each category what the record says of it."""
        odd = self.odd_exports.popleft() if self.odd_exports else Odd()
        odd.first()
        if odd.failure is not None:
            raise odd.failure
        if odd.status is not None:
            return Reply(odd.status, odd.json, odd.headers)
        if client not in clients:
            return Reply(410)
        record = clients[client]
        held: dict[str, Any] = {word: record.get(word, [{"id": word}]) for word in record["categories"]}
        of_fields = {"identity": ("name",), "contact": ("email", "phone"), "language": ("language",)}
        held |= {
            word: {name: record[name] for name in names if name in record}
            for word, names in of_fields.items()
            if word in held
        }
        return Reply(200, {"categories": held})


def write(clients: dict[str, dict[str, Any]], client: str, rest: list[str], call: Call) -> None:
    """Do what a call asks for."""
    record = clients.get(client)
    if record is None:
        return
    match rest:
        case []:
            del clients[client]
        case ["anonymise"]:
            kept = {name: record[name] for name in KEPT if name in record}
            clients[client] = {"id": client, "name": "Anonymisoitu", "categories": call.json["keep"], **kept}
        case ["categories", category] if "before" in call.query:
            record["oldest_entry"][category] = call.query["before"]
        case ["categories", category]:
            record["categories"] = [word for word in record["categories"] if word != category]
        case ["marketing"]:
            record["marketing"] |= call.json


def record(client: str, *categories: str, **more: object) -> dict[str, object]:
    """A client who was last there in March 2024, and was in the register before Ovikello."""
    return {
        "id": client,
        "name": "Testi Asiakas",
        "email": f"{client}@posti.example.fi",
        "created_at": "2019-05-01T09:00:00Z",
        "created_via": "self_service",
        "categories": list(categories or ("identity", "contact", "visits")),
        "marketing": {"email": False},
        "last_activity_at": LONG_AGO,
        "last_visit_at": LONG_AGO,
    } | more


@dataclass(frozen=True)
class Story:
    """One salon's side of a test: the program, the salon, the booking system."""

    program: Program
    account: Account
    booking: Booking

    def at(self, moment: datetime) -> "Story":
        """The same later on, after another walk through the list."""
        later = replace(self, program=replace(self.program, now=lambda: moment))
        later.compared()
        return later

    def compared(self) -> None:
        """Say that the whole list was walked through."""
        with database.write(self.program.engine) as db:
            now = self.program.now()
            db.add(Census(salon=self.account.slug, started_at=now, finished_at=now))

    @property
    def records(self) -> dict[str, dict[str, Any]]:
        """The clients whom this salon's booking system holds."""
        return self.booking.clients.setdefault(self.account.slug, {})

    def there_is(self, *records: dict[str, Any]) -> None:
        """Put records into the booking system and let the mirror know them, as a census would."""
        for one in records:
            self.records[one["id"]] = one
            looked = self.account.dialect.looked(Reply(200, dict(one)), self.program.now())
            assert looked.told is not None
            self.told(looked.told)
        self.compared()

    def told(self, event: Event) -> None:
        """Let the mirror know something."""
        with database.write(self.program.engine) as db:
            mirror.apply(db, self.account, event, today=self.program.now().date())

    def told_paid_invoice(self, client: str, **more: object) -> None:
        """A receipt that the books must keep: the client is to be detached from it, not erased."""
        now = self.program.now()
        self.there_is(record(client, "identity", "contact", "billing", **more))
        self.told(
            InvoiceChanged(
                at=now,
                digest=f"i-{client}",
                invoice=f"i-{client}",
                client=client,
                state=InvoiceState.PAID,
                issued_on=now.date(),
            )
        )

    def decision(self, db: Session, client: str) -> tuple[Policy, Decision]:
        """What the law says of a client now."""
        today = salons_policies.today(db, self.account.slug, self.program.now())
        assert today is not None
        policy = salons_policies.in_force(db, self.account.slug, today)
        assert policy is not None
        return policy, decide(facts.facts_of(db, self.account, client, policy, today), policy, today)

    def judged(self, client: str, *, over_limit: bool = False) -> list[UUID]:
        """Propose what follows from a client's facts, as a night would."""
        now = self.program.now()
        with database.write(self.program.engine) as db:
            policy, decision = self.decision(db, client)
            jobs.withdraw_stale(db, self.account, client, decision, now=now)
            made = [
                jobs.propose(db, self.account, client, one, policy, now=now, over_limit=over_limit)
                for one in decision.proposals
            ]
        return [job for job in made if job is not None]

    def job_for(self, client: str, kind: JobKind = JobKind.ERASE) -> UUID:
        """The one job that follows from a client's facts."""
        (job_id,) = self.judged(client)
        assert self.row(job_id).kind is kind
        return job_id

    def row(self, job_id: UUID) -> Job:
        """A job as it stands."""
        with database.read(self.program.engine) as db:
            found = db.get(Job, job_id)
        assert found is not None
        return found

    def state(self, job_id: UUID) -> State:
        """Where a job stands."""
        return self.row(job_id).state

    def listed(self) -> list[jobs.Listed]:
        """All of this salon's jobs."""
        with database.read(self.program.engine) as db:
            return jobs.listed(db, self.account)

    def approved(self, *job_ids: UUID, second: bool = False) -> Approved:
        """Approve jobs as they are."""
        seen = {one.job: one.digest for one in self.listed()}
        with database.write(self.program.engine) as db:
            return approvals.approve(
                db,
                self.account,
                job_ids,
                seen=seen,
                owner=owner(db),
                now=self.program.now(),
                second=second,
            )

    def approved_job_for(self, client: str, kind: JobKind = JobKind.ERASE) -> UUID:
        """A job that follows from a client's facts, approved."""
        job_id = self.job_for(client, kind)
        assert self.approved(job_id).approved == (job_id,)
        return job_id


def owner(db: Session) -> UUID:
    """Somebody who may give the word."""
    made = Owner(id=uuid4(), email_key=uuid4().hex, email=b"sealed", made_at=NOON)
    db.add(made)
    db.flush()
    return made.id


def beside_a_stranger(program: Program, salon: Account, stranger: Account, *records: dict[str, Any]) -> Story:
    """A salon with these clients, on one booking system with another salon that has a client c-1 of its own."""
    booking = Booking()
    Story(replace(program, send=booking), stranger, booking).there_is(record("c-1"))
    told = Story(replace(program, send=booking), salon, booking)
    told.there_is(*records)
    return told
