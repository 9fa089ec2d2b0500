"""Does the wiring to a salon's booking system hold? Both halves, each said in words."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func, select

from connector import capabilities, clock, database
from connector.hooks_refusals import ONCE_A
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.tables import Salon, Seen
from connector.wiring_words import CALLBACKS, EVENTS, LIST, UNTRIED, WORDS
from webhooks.calls import Call, Reply
from webhooks.errors import NotUnderstood
from webhooks.signatures import TOLERANCE

_WAIT = 15.0  # seconds for the booking system's test event to arrive


@dataclass(frozen=True)
class Step:
    """One thing that was tried: whether it held, and a word for it, which WORDS has the sentence of."""

    step: str
    held: bool
    word: str
    #: what the sentence has a place for: a status, minutes
    number: int | None = None
    where: str = ""

    @property
    def tried(self) -> bool:
        """Whether it could be tried at all."""
        return self.word not in UNTRIED

    @property
    def text(self) -> str:
        """For a terminal."""
        return WORDS[self.word].format(number=self.number, where=self.where)

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self) | {"tried": self.tried, "text": self.text}


@dataclass(frozen=True)
class Wire:
    """A salon's wiring under trial."""

    program: Program
    account: Account
    public_url: str | None
    pause: Callable[[float], None]
    wait: float


def prove(
    program: Program,
    account: Account,
    *,
    public_url: str | None = None,
    pause: Callable[[float], None] = time.sleep,
    wait: float = _WAIT,
) -> list[Step]:
    """Try the callbacks first, then a signed event; stop at the first thing that does not hold."""
    if account.base_url is None:
        return [Step(CALLBACKS, False, "no_address")]
    wire = Wire(program, account, public_url, pause, wait)
    beginning = account.dialect.list_clients(None, 1, None)
    reply = _ask(wire, beginning)
    if isinstance(reply, Step):
        return [reply]
    try:
        page = account.dialect.read_page(beginning, reply, program.now())
    except NotUnderstood as why:
        word = "record_unread" if why.where else "not_understood"
        return [Step(LIST, False, word, where=why.where)]
    answers = Step(CALLBACKS, True, "answers")
    if not account.dialect.sends:
        return [answers, Step(EVENTS, True, "sends_nothing")]
    if not _has_test_call(program, account):
        came, _ = _came_in(program, account)
        return [answers, Step(EVENTS, True, "came_before" if came else "no_test_call")]
    if account.dialect.ask_test is None or not page.clients:
        return [answers, Step(EVENTS, False, "cannot_be_tried")]
    return [answers, _try_event(wire, page.clients[0].client, _apart(program, reply))]


def _ask(wire: Wire, call: Call) -> Reply | Step:
    """The reply, or the step that does not hold."""
    try:
        reply = wire.program.send(wire.account, call)
    except CallFailed as failure:
        return Step(CALLBACKS, False, failure.reason if failure.reason in WORDS else "no_answer")
    if reply.status in {401, 403}:
        return Step(CALLBACKS, False, "token_refused")
    if 200 <= reply.status < 300:
        return reply
    known = {404: "no_such_path", 429: "busy", 503: "busy"}
    return Step(CALLBACKS, False, known.get(reply.status, "odd_status"), reply.status)


def _try_event(wire: Wire, client: str, apart: timedelta) -> Step:
    """Ask the booking system for one signed event, and see whether it comes in."""
    program, account = wire.program, wire.account
    before, refused_before = _came_in(program, account)
    assert account.dialect.ask_test is not None  # noqa: S101 - who calls has looked
    if isinstance(_ask(wire, account.dialect.ask_test(client)), Step):
        return Step(EVENTS, False, "not_sent")
    waited, refused = 0.0, refused_before
    while waited <= wire.wait:
        came, refused = _came_in(program, account)
        if came > before:
            return Step(EVENTS, True, "came_in")
        if refused is not None and refused != refused_before:
            return _refused(apart)
        wire.pause(0.25)
        waited += 0.25
    if refused is not None and refused > program.now() - ONCE_A:
        return _refused(apart)  # noted already just before, and once a minute only
    where = f"{wire.public_url or 'https://YOUR-OVIKELLO'}/webhooks/{account.slug}"
    return Step(EVENTS, False, "none_came", where=where)


def _has_test_call(program: Program, account: Account) -> bool:
    """Whether this system says that it has one; where it does not answer, it is tried."""
    try:
        return "test" in capabilities.of(program, account)
    except CallFailed:
        return True


def _refused(apart: timedelta) -> Step:
    """A wrong secret; or a right one, under a moment that is too far from ours: a signature covers the time."""
    if abs(apart).total_seconds() > TOLERANCE:
        return Step(EVENTS, False, "clocks_apart", round(abs(apart).total_seconds() / 60))
    return Step(EVENTS, False, "wrong_secret")


def _apart(program: Program, reply: Reply) -> timedelta:
    """How far the booking system's clock is from ours, as its answer tells; nothing where it does not."""
    told = clock.told(reply.headers.get("date", ""))
    return timedelta(0) if told is None else told - program.now()


def _came_in(program: Program, account: Account) -> tuple[int, datetime | None]:
    with database.read(program.engine) as db:
        count = db.exec(select(func.count()).select_from(Seen).where(col(Seen.salon) == account.slug)).one()
        refused = db.exec(select(Salon.refused_at).where(Salon.slug == account.slug)).one()
    return count, refused
