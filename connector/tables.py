"""Columns and constraints of all tables, no behaviour. A table's queries live in the module that owns it.

Every table but those of the installation has its salon. Times are aware and in UTC (`*_at`), days are
`*_on`. No column holds a name, a contact point, a note or a payload in clear.
"""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from connector.states import State
from policies.decisions import JobKind

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite drops zones, so that it is put back when reading."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive moments; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give an aware moment."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _at(*, index: bool = False) -> Any:
    return Field(sa_type=UtcDateTime, index=index)


def _maybe_at(*, index: bool = False) -> Any:
    return Field(default=None, sa_type=UtcDateTime, nullable=True, index=index)


def _words(kind: type[Any]) -> Any:
    return sa.Enum(
        kind, native_enum=False, length=32, values_callable=lambda words: [word.value for word in words]
    )


def _salon(*, key: bool = False, index: bool = True) -> Any:
    return Field(foreign_key="salon.slug", primary_key=key, index=index and not key, max_length=64)


def _where(condition: str) -> dict[str, Any]:
    """Of an index: only rows of which this is true."""
    return {f"{name}_where": sa.text(condition) for name in ("sqlite", "postgresql")}


class Installation(SQLModel, table=True):
    """One row: which secret key this database belongs to."""

    id: int = Field(default=1, primary_key=True)
    key_check: str
    made_at: datetime = _at()


# ---- the salon --------------------------------------------------------------------------------------


class Salon(SQLModel, table=True):
    """A controller: its booking system, its keys."""

    slug: str = Field(primary_key=True, max_length=64)
    dialect: str
    dialect_settings: str | None = None  # JSON: what of this salon's own system its dialect has to be told
    base_url: str | None = None
    token: bytes | None = None  # sealed
    keys: bytes  # wrapped by the installation's secret key
    can: str | None = None  # JSON list of calls that were named by hand; None: ask the booking system
    told_can: str | None = None  # JSON list of calls that the booking system named when it was last asked
    told_can_at: datetime | None = _maybe_at()
    walk_in: str | None = None  # the id that stands for "no client" in the booking system
    connected_at: datetime = _at()  # after a move: when the new system's first whole list was taken in
    first_night_on: date
    generation: int = 1  # how many booking systems it has had, with this one
    moved_at: datetime | None = _maybe_at()  # when it came to this one from another
    refused_at: datetime | None = (
        _maybe_at()
    )  # when a delivery last came with a wrong signature (once a minute)


class WebhookSecret(SQLModel, table=True):
    """A secret that signs deliveries; several are valid while one takes over from another."""

    __tablename__ = "webhook_secret"
    id: UUID = Field(default_factory=uuid4, primary_key=True)
    salon: str = _salon()
    secret: bytes  # sealed
    made_at: datetime = _at()
    ends_at: datetime | None = _maybe_at()


class PolicyVersion(SQLModel, table=True):
    """A policy file as it was activated; the latest whose day has come is in force."""

    __tablename__ = "policy_version"
    salon: str = _salon(key=True)
    digest: str = Field(primary_key=True, max_length=64)
    body: str
    effective_from: date
    activated_at: datetime = _at()


class Census(SQLModel, table=True):
    """One walk through the booking system's whole list; it can be stopped and go on."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    salon: str = _salon()
    started_at: datetime = _at()
    finished_at: datetime | None = _maybe_at()
    cursor: str | None = None
    seen: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    telling_ids: int = 0  # ids that are contact points themselves
    finding: str | None = None  # a word: why this walk does not prove the mirror whole


# ---- in ---------------------------------------------------------------------------------------------


class Seen(SQLModel, table=True):
    """A delivery that was let in: its id, never its payload. Forgotten after 30 days."""

    salon: str = _salon(key=True)
    delivery: str = Field(primary_key=True, max_length=256)
    digest: str = Field(max_length=64)  # of the body: the same id with other bytes is quarantined
    received_at: datetime = _at(index=True)


class Hint(SQLModel, table=True):
    """A client whose record is to be fetched: something happened that a delivery did not tell, or not surely."""

    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    hinted_at: datetime = _at()
    due_at: datetime = _at(index=True)


class Quarantined(SQLModel, table=True):
    """A signed delivery that was not understood, sealed under a key of its own."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    salon: str = _salon()
    delivery: str = Field(max_length=256)
    digest: str = Field(max_length=64)
    received_at: datetime = _at()
    reason: str
    is_known_type: bool
    key: bytes | None = None  # wrapped; destroying it destroys the payload
    body: bytes | None = None  # sealed
    state: str = "waiting"  # waiting, released, dropped, expired
    __table_args__ = (sa.UniqueConstraint("salon", "delivery", "digest"),)


# ---- the mirror -------------------------------------------------------------------------------------


class Client(SQLModel, table=True):
    """What is mirrored of one client id. Merged ids keep their own rows and are joined when reading."""

    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    registers: str = "{}"  # JSON: field → [value, revision, at, digest]
    maxima: str = "{}"  # JSON: kind of activity → the latest moment
    first_at: datetime = _at()  # of the earliest event
    latest_at: datetime = _at()  # of the latest event
    look_again_on: date
    listed_in: UUID | None = None  # the census that last saw it
    found_again_on: date | None = None  # when it was told of after it had been missing
    # what lies ahead as of the last judgement, of a merged group on the id that it goes on as (policies/ahead.py)
    goes_on: date | None = None
    some_on: date | None = None
    asked_on: date | None = None
    receipts_on: date | None = None
    __table_args__ = (
        sa.Index("ix_client_look", "salon", "look_again_on", "client"),
        *(
            sa.Index(f"ix_client_{day}", "salon", day, **_where(f"{day} IS NOT NULL"))
            for day in ("goes_on", "some_on", "asked_on", "receipts_on")
        ),
        sa.Index(
            "ix_client_found_again",
            *("salon", "found_again_on"),
            sqlite_where=sa.text("found_again_on IS NOT NULL"),
            postgresql_where=sa.text("found_again_on IS NOT NULL"),
        ),
    )


class Entry(SQLModel, table=True):
    """One booking, invoice, prepaid value, feedback, raffle entry, request or incident, as told of one client.

    What was told without a client is a row of its own, so that an erasure takes a client's rows and no others.
    """

    salon: str = _salon(key=True)
    kind: str = Field(primary_key=True, max_length=16)
    entry: str = Field(primary_key=True, max_length=256)
    client: str = Field(default="", primary_key=True, max_length=256)  # "": a door customer's, or not told
    facts: str = "{}"  # JSON: field → [value, revision, at, digest]
    sealed: bytes | None = None  # what was said in words, sealed
    first_at: datetime = _at()  # of the earliest event
    at: datetime = _at()  # of the latest event
    __table_args__ = (sa.Index("ix_entry_client", "salon", "client"),)


class ConsentRecord(SQLModel, table=True):
    """One answer, append-only. The present answer is read from all of them."""

    __tablename__ = "consent_record"
    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    purpose: str = Field(primary_key=True, max_length=32)
    channel: str = Field(primary_key=True, max_length=16)  # "" covers all channels
    at: datetime = Field(sa_type=UtcDateTime, primary_key=True)
    digest: str = Field(primary_key=True, max_length=64)
    answer: str = Field(primary_key=True, max_length=16)
    method: str
    notice_version: str | None = None
    staff: str | None = None


class Contact(SQLModel, table=True):
    """A blind index under which a client was ever known, and since when."""

    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    index: str = Field(primary_key=True, max_length=64)
    kind: str = Field(max_length=8)  # email, phone
    at: datetime = _at()
    __table_args__ = (sa.Index("ix_contact_index", "index", "salon"),)


class Refusal(SQLModel, table=True):
    """A no that outlived its client: it holds for whoever comes with that contact point."""

    salon: str = _salon(key=True)
    index: str = Field(primary_key=True, max_length=64)
    purpose: str = Field(primary_key=True, max_length=32)
    channel: str = Field(primary_key=True, max_length=16)
    at: datetime = _at()


class Card(SQLModel, table=True):
    """Who a client is, where the booking system cannot be asked: sealed under a key of its own, which goes with it.

    By the keyed hashes a row of the next list is found to be of the same person, where lists have no numbers.
    """

    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    key: bytes  # of this card alone, sealed with the salon's; destroying the row destroys it
    body: bytes  # name, phone, e-mail address, sealed with that key
    digest: str = Field(max_length=64)  # keyed: whether a list says something else than is kept
    by_name: str | None = Field(default=None, max_length=64)
    by_phone: str | None = Field(default=None, max_length=64)  # name and phone
    by_email: str | None = Field(default=None, max_length=64)  # name and e-mail address
    at: datetime = _at()


class BroughtList(SQLModel, table=True):
    """What is remembered of a kind of list that a salon brings in as files: what its columns are, when it last came."""

    __tablename__ = "brought_list"
    salon: str = _salon(key=True)
    kind: str = Field(primary_key=True, max_length=16)  # clients, visits, sales
    columns: bytes  # sealed: header to field
    taken_at: datetime = _at()


class OwnSteps(SQLModel, table=True):
    """What to press in a salon's booking system to erase a customer, as its owner wrote it down."""

    __tablename__ = "own_steps"
    salon: str = _salon(key=True)
    body: bytes  # sealed: a JSON list of lines
    written_at: datetime = _at()


class Merge(SQLModel, table=True):
    """`client` goes on as `into`."""

    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    into: str = Field(primary_key=True, max_length=256)
    at: datetime = _at()
    __table_args__ = (sa.Index("ix_merge_into", "salon", "into"),)


class Tombstone(SQLModel, table=True):
    """An erased client, by the keyed name of its id: no event brings it back."""

    salon: str = _salon(key=True)
    client_key: str = Field(primary_key=True, max_length=64)
    at: datetime = _at()
    by: str
    latest_at: datetime | None = _maybe_at()  # of the latest event that told of the client
    told_after: datetime | None = _maybe_at()  # an event dated after it: a finding
    client: str | None = Field(default=None, max_length=256)  # while late noes may still come; then None
    kept: bytes | None = (
        None  # sealed: what was known of who is only missing; by what was known who is said to be gone
    )


class Unnamed(SQLModel, table=True):
    """A client whose identifiers were removed at `at`, by the keyed name of its id; the client goes on without them."""

    salon: str = _salon(key=True)
    client_key: str = Field(primary_key=True, max_length=64)
    at: datetime = _at()
    client: str | None = Field(default=None, max_length=256)  # while late noes may still come; then None


class RecordTouch(SQLModel, table=True):
    """Who of the staff viewed or edited a client's record, by day."""

    __tablename__ = "record_touch"
    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    staff: str = Field(primary_key=True, max_length=256)
    what: str = Field(primary_key=True, max_length=64)
    touch: str = Field(primary_key=True, max_length=8)
    at: datetime = Field(sa_type=UtcDateTime, primary_key=True)


class CampaignRecipient(SQLModel, table=True):
    """Marketing that went to a client."""

    __tablename__ = "campaign_recipient"
    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    campaign: str = Field(primary_key=True, max_length=256)
    purpose: str
    channel: str
    at: datetime = _at()


# ---- law and night ----------------------------------------------------------------------------------


class Standing(SQLModel, table=True):
    """What stands held or asked about a client since it was last judged."""

    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    category: str = Field(primary_key=True, max_length=40)  # a category, or marketing:<channel>
    outcome: str  # hold, ask
    because: str
    since_on: date


class Hold(SQLModel, table=True):
    """A hold that an owner opened by hand on a client, or on some categories of it. Its reason's text is sealed."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    salon: str = _salon()
    client: str = Field(max_length=256)
    why: str = Field(max_length=32)  # a word
    reason: bytes | None = None  # sealed; destroyed when the hold ends
    categories: str  # JSON list
    review_on: date
    opened_by: UUID = Field(foreign_key="owner.id")
    opened_at: datetime = _at()
    ended_by: UUID | None = Field(default=None, foreign_key="owner.id")
    ended_at: datetime | None = _maybe_at()
    __table_args__ = (sa.Index("ix_hold_client", "salon", "client"),)


class OwnerAnswer(SQLModel, table=True):
    """What the owner answered to something asked: `keep` leaves an unrecorded switch on."""

    __tablename__ = "owner_answer"
    salon: str = _salon(key=True)
    client: str = Field(primary_key=True, max_length=256)
    question: str = Field(primary_key=True, max_length=40)  # as Standing.category
    answer: str
    owner: UUID | None = None
    at: datetime = _at()


class Night(SQLModel, table=True):
    """A scheduled night, claimed once, and every night's report."""

    salon: str = _salon(key=True)
    on: date = Field(primary_key=True)
    claimed_at: datetime | None = _maybe_at()
    ran_at: datetime | None = _maybe_at()
    report: str | None = None  # JSON


# ---- jobs -------------------------------------------------------------------------------------------


class Job(SQLModel, table=True):
    """One thing to do about one client, from the proposal on. Its content never changes; its state does."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    salon: str = _salon(index=False)
    kind: JobKind = Field(sa_type=_words(JobKind))
    state: State = Field(sa_type=_words(State))
    client_key: str = Field(max_length=64)
    client: bytes | None = None  # the id, sealed; destroyed after the last look
    content: str  # canonical JSON: what the approval's digest covers
    digest: str = Field(max_length=64)
    because: str  # JSON list of rule ids
    policy_digest: str = Field(max_length=64)
    live: str | None = Field(default=None, max_length=200)  # salon/client/kind while it lives: one of a kind
    by_no: bool = False
    automatic: bool = False
    over_limit: bool = False  # more than mass_limit that night: a second confirmation
    proposed_at: datetime = _at()
    moved_at: datetime = _at()
    approved_at: datetime | None = _maybe_at()
    expires_at: datetime | None = _maybe_at()
    due_at: datetime | None = _maybe_at()
    lease_until: datetime | None = _maybe_at()
    attempt: int = 0  # the fencing token
    failures: int = 0
    round: int = 1
    calls_done: int = 0
    approval: UUID | None = Field(default=None, foreign_key="approval.id")
    reason: str | None = None  # a word: why it stands where it stands
    left_in: str | None = None  # JSON list of fields in which something of the client was still found
    set_aside_at: datetime | None = _maybe_at()  # taken out of its group by an owner, to be decided by itself
    __table_args__ = (
        sa.UniqueConstraint("live"),
        sa.Index("ix_job_state_due", "state", "due_at"),
        sa.Index("ix_job_client", "salon", "client_key"),
        sa.Index("ix_job_export", "salon", "moved_at", **_where("kind = 'export' AND client IS NOT NULL")),
        sa.Index("ix_job_salon_state", "salon", "state", "proposed_at"),  # a salon's history grows for ever
        sa.Index("ix_job_salon_moved", "salon", "moved_at"),  # what moved last, of all those years
    )


class Intent(SQLModel, table=True):
    """Committed before a writing call goes out: it may have been done from here on."""

    job: UUID = Field(primary_key=True, foreign_key="job.id")
    round: int = Field(primary_key=True)
    call: int = Field(primary_key=True)
    attempt: int
    at: datetime = _at()
    outcome: str | None = None  # done, failed, unknown


class Look(SQLModel, table=True):
    """A look whether it happened: at once, after a day, after thirty."""

    job: UUID = Field(primary_key=True, foreign_key="job.id")
    round: int = Field(primary_key=True)
    nth: int = Field(primary_key=True)
    salon: str = _salon(index=False)
    due_at: datetime = _at()
    looked_at: datetime | None = _maybe_at()
    found: str | None = None  # gone, clean, leftovers, there, pending, cannot_tell
    grade: str | None = Field(default=None, max_length=32)  # how good a proof that is, as the evidence says
    __table_args__ = (sa.Index("ix_look_open", "due_at", **_where("looked_at IS NULL")),)


class Package(SQLModel, table=True):
    """A copy of what is held of one client, sealed under a key that is only in its link."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    salon: str = _salon()
    job: UUID = Field(foreign_key="job.id", index=True)
    token_hash: str = Field(unique=True, max_length=64)
    waiting: bytes | None = None  # the link's token, sealed, until the owner was shown it
    body: bytes | None = None  # sealed; None once it was destroyed
    language: str = Field(max_length=8)
    made_at: datetime = _at()
    shown_at: datetime | None = _maybe_at()
    ends_at: datetime = _at()
    opened: int = 0
    openings_left: int
    opened_at: datetime | None = _maybe_at()  # the last time
    ended_at: datetime | None = _maybe_at()
    ended_by: str | None = Field(default=None, max_length=16)  # count, time, owner, again, restored
    __table_args__ = (sa.Index("ix_package_open", "ends_at", **_where("body IS NOT NULL")),)


class Instruction(SQLModel, table=True):
    """Many tasks by hand, asked of the booking system's maker at once; the list is sealed under a key in its link."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    salon: str = _salon()
    owner: UUID = Field(foreign_key="owner.id")
    digest: str = Field(max_length=64)  # over every task that it lists
    tasks: int
    language: str = Field(max_length=8)
    token_hash: str = Field(unique=True, max_length=64)
    body: bytes | None = None  # the list, sealed; None once it was destroyed
    made_at: datetime = _at()
    ends_at: datetime = _at()  # of the list
    opened: int = 0
    openings_left: int
    opened_at: datetime | None = _maybe_at()  # the last time
    ended_at: datetime | None = _maybe_at()  # of the list
    ended_by: str | None = Field(default=None, max_length=16)  # count, time, owner, answered, restored
    sent_on: date | None = None
    answer: str | None = Field(default=None, max_length=16)  # confirmed, refused, withdrawn
    answered_on: date | None = None
    closed_at: datetime | None = _maybe_at()
    reason: bytes | None = None  # sealed: what the maker wrote
    __table_args__ = (sa.Index("ix_instruction_open", "ends_at", **_where("body IS NOT NULL")),)


class InstructedTask(SQLModel, table=True):
    """One row of an instruction's list: which task, in which of its rounds."""

    __tablename__ = "instructed_task"
    instruction: UUID = Field(primary_key=True, foreign_key="instruction.id")
    nth: int = Field(primary_key=True)
    salon: str = _salon(index=False)
    job: UUID = Field(foreign_key="job.id", index=True)
    round: int


class PlaceTick(SQLModel, table=True):
    """A place beside the booking system from which an owner took somebody erased: a notebook, a phone."""

    __tablename__ = "place_tick"
    job: UUID = Field(primary_key=True, foreign_key="job.id")
    place: str = Field(
        primary_key=True, max_length=64
    )  # keyed: the name of a place may say more than it should
    salon: str = _salon(index=False)
    owner: UUID = Field(foreign_key="owner.id")
    at: datetime = _at()


class Approval(SQLModel, table=True):
    """The owner's word: who, when, over which digest."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    salon: str = _salon()
    owner: UUID = Field(foreign_key="owner.id")
    digest: str = Field(max_length=64)
    jobs: int
    word: str  # approved, rejected
    reason: bytes | None = None  # sealed
    at: datetime = _at()


# ---- proof ------------------------------------------------------------------------------------------


class Evidence(SQLModel, table=True):
    """One line of a salon's chain: digest = SHA-256(seq, previous digest, SHA-256(body))."""

    salon: str = _salon(key=True)
    seq: int = Field(primary_key=True)
    body: bytes
    digest: bytes


class EvidenceCheckpoint(SQLModel, table=True):
    """Stands, signed, for the pruned lines `first` to `seq`; line `told` of the chain says that they were pruned."""

    __tablename__ = "evidence_checkpoint"
    salon: str = _salon(key=True)
    seq: int = Field(primary_key=True)
    first: int
    previous: bytes  # the digest before the first of them
    digest: bytes  # that of the last of them
    from_at: datetime = _at()  # when the earliest of them was written
    until_at: datetime = _at()  # when the latest was
    told: int
    signature: bytes


class EvidenceHead(SQLModel, table=True):
    """The last line's digest, signed with the salon's Ed25519 key."""

    __tablename__ = "evidence_head"
    salon: str = _salon(key=True)
    seq: int
    digest: bytes
    signature: bytes
    at: datetime = _at()
    generation: int = 1  # the salon's: whoever takes the turn sees in the same question whether it has moved


class EvidenceCheck(SQLModel, table=True):
    """What the last check of a salon's whole chain found; and whether the owner asked for another one."""

    __tablename__ = "evidence_check"
    salon: str = _salon(key=True)
    asked_at: datetime | None = _maybe_at()  # by the owner; None once it was answered
    begun_at: datetime | None = _maybe_at()  # by whoever checks; nobody else begins meanwhile
    checked_at: datetime | None = _maybe_at()
    by: str | None = None  # night, owner
    lines: int = 0
    pruned: int = 0
    broken_at: int | None = None
    why: str | None = None  # a word of the verifier's


class WiringTrial(SQLModel, table=True):
    """What the last trial of the wiring to a salon's booking system found, as the console shows it."""

    __tablename__ = "wiring_trial"
    salon: str = _salon(key=True)
    begun_at: datetime | None = _maybe_at()  # one at a time
    tried_at: datetime | None = _maybe_at()
    steps: str | None = None  # JSON list: which step, whether it held, a word why not, counts


# ---- owners -----------------------------------------------------------------------------------------


class Owner(SQLModel, table=True):
    """Somebody who may give the word. The e-mail address is sealed, and found by its keyed name."""

    id: UUID = Field(default_factory=uuid4, primary_key=True)
    email_key: str = Field(unique=True, max_length=64)
    email: bytes  # sealed
    language: str = "fi"
    password_hash: str | None = None
    totp_secret: bytes | None = None  # sealed
    is_totp_active: bool = False
    next_totp_secret: bytes | None = None  # sealed; of another code app, until its first code
    last_totp_step: int = 0
    recovery_key: bytes | None = None  # sealed; what the hashes of the recovery codes are keyed with
    failures: int = (
        0  # wrong passwords in a row; counted apart from codes, so that a stranger cannot lock those
    )
    locked_until: datetime | None = _maybe_at()
    code_failures: int = 0
    code_locked_until: datetime | None = _maybe_at()
    made_at: datetime = _at()


class Ownership(SQLModel, table=True):
    """Which salon an owner speaks for."""

    owner: UUID = Field(primary_key=True, foreign_key="owner.id")
    salon: str = _salon(key=True)
    takes_weekly: bool = True  # whether the weekly letter comes; what cannot wait always does


class Letter(SQLModel, table=True):
    """Something to be told to an owner by mail, once: a week, a request, a breach."""

    owner: UUID = Field(primary_key=True, foreign_key="owner.id")
    salon: str = _salon(key=True)
    kind: str = Field(primary_key=True, max_length=16)  # weekly, deadline, overdue, breach
    about: str = Field(primary_key=True, max_length=256)  # which week, request, breach
    made_at: datetime = _at()
    due_at: datetime | None = _maybe_at()  # when it is tried (again); None: it has ended
    sent_at: datetime | None = _maybe_at()
    failures: int = 0
    why: str | None = None  # a word: why it could not be sent
    __table_args__ = (sa.Index("ix_letter_open", "due_at", **_where("due_at IS NOT NULL")),)


class RecoveryCode(SQLModel, table=True):
    """A one-time code for whoever has lost the phone; its row goes when it is used."""

    __tablename__ = "recovery_code"
    owner: UUID = Field(primary_key=True, foreign_key="owner.id")
    code_hash: str = Field(primary_key=True, max_length=64)  # keyed with Owner.recovery_key


class Invitation(SQLModel, table=True):
    """A one-time link by which an owner sets a password and a TOTP secret that nobody else sees."""

    token_hash: str = Field(primary_key=True, max_length=64)
    owner: UUID = Field(foreign_key="owner.id")
    salon: str | None = Field(default=None, foreign_key="salon.slug", max_length=64)  # whose owner made it
    ends_at: datetime = _at()
    used_at: datetime | None = _maybe_at()


class LoginSession(SQLModel, table=True):
    """A browser that logged in; `is_whole` once the code was right too."""

    __tablename__ = "login_session"
    token_hash: str = Field(primary_key=True, max_length=64)
    owner: UUID = Field(foreign_key="owner.id", index=True)
    salon: str | None = Field(default=None, foreign_key="salon.slug", max_length=64)
    is_whole: bool = False
    errand: str | None = Field(default=None, max_length=8)  # app, codes: what this browser is setting up
    made_at: datetime = _at()
    seen_at: datetime = _at()
    ends_at: datetime = _at()
    agent: str | None = None  # the browser in words, for the list of devices


class ApiToken(SQLModel, table=True):
    """A token for programs (`/metrics`, `/api/v1`)."""

    __tablename__ = "api_token"
    token_hash: str = Field(primary_key=True, max_length=64)
    name: str
    salon: str | None = Field(default=None, foreign_key="salon.slug", max_length=64)
    made_at: datetime = _at()
