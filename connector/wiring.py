"""Does the wiring to a salon's booking system hold? Both halves, each said in words."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select

from connector import database
from connector.hooks_refusals import ONCE_A
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.tables import Salon, Seen
from webhooks.calls import Call, Reply
from webhooks.errors import NotUnderstood

_SILENT = "no answer came. Check the address, and that the booking system is up."
#: why a call failed → what to do about it
_WHY = {
    "not_https": "the address is plain http. Use https, or allow this host with OVIKELLO_ALLOW_HOSTS.",
    "address_refused": "the address is private. If it is right, allow this host with OVIKELLO_ALLOW_HOSTS.",
    "certificate_not_trusted": "its certificate is not trusted. Check the address, and the system's certificate.",
    "no_connection": "nothing answers there. Check the address, and that the booking system is up.",
    "no_answer_in_time": "it took the call and did not answer in time. Try again; then ask who runs it.",
    "breaker_open": "it failed several times just now. Try again in a minute.",
}
_WRONG_SIGNATURE = "Events: it came in, but with a wrong secret. Give the system the right one."
_WAIT = 15.0  # seconds for the booking system's test event to arrive


@dataclass(frozen=True)
class Step:
    """One thing that was tried."""

    step: str
    held: bool
    text: str

    def as_json(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def prove(
    program: Program,
    account: Account,
    *,
    public_url: str | None = None,
    pause: Callable[[float], None] = time.sleep,
    wait: float = _WAIT,
) -> list[Step]:
    """Try the callbacks first, then a signed event; stop at the first thing that does not hold."""
    steps: list[Step] = []
    if account.base_url is None:
        return [
            Step(
                "callbacks",
                False,
                "Callbacks: no address is known. Give one with 'ovikello salon set-address'.",
            )
        ]
    reply = _ask(program, account, account.dialect.list_clients(None, 1, None), steps, "callbacks")
    if reply is None:
        return steps
    try:
        page = account.dialect.read_page(reply, program.now())
    except NotUnderstood:
        steps.append(
            Step("list", False, "Callbacks: it answers, but not in this dialect. Check the address' path.")
        )
        return steps
    steps.append(Step("callbacks", True, "Callbacks: the booking system answers, and knows the token."))
    if account.dialect.ask_test is None or not page.clients:
        steps.append(
            Step("events", False, "Events: cannot be tried: no client, or the system has no test call.")
        )
        return steps
    steps.append(_try_event(program, account, page.clients[0].client, public_url, pause, wait))
    return steps


def _ask(program: Program, account: Account, call: Call, steps: list[Step], step: str) -> Reply | None:
    """The reply, or None and a broken step."""
    try:
        reply = program.send(account, call)
    except CallFailed as failure:
        steps.append(Step(step, False, f"Callbacks: {_WHY.get(failure.reason, _SILENT)}"))
        return None
    if reply.status in {401, 403}:
        steps.append(
            Step(step, False, "Callbacks: it answers, but refuses the token. See 'ovikello salon set-token'.")
        )
        return None
    if not 200 <= reply.status < 300:
        steps.append(Step(step, False, f"Callbacks: it answers {reply.status}. Check the address' path."))
        return None
    return reply


def _try_event(
    program: Program,
    account: Account,
    client: str,
    public_url: str | None,
    pause: Callable[[float], None],
    wait: float,
) -> Step:
    """Ask the booking system for one signed event, and see whether it comes in."""
    before, refused_before = _came_in(program, account)
    where = f"{public_url or 'https://YOUR-OVIKELLO'}/webhooks/{account.slug}"
    asked: list[Step] = []
    if (
        account.dialect.ask_test is None
        or _ask(program, account, account.dialect.ask_test(client), asked, "x") is None
    ):
        return Step("events", False, "Events: the booking system would not send a test event.")
    waited, refused = 0.0, refused_before
    while waited <= wait:
        came, refused = _came_in(program, account)
        if came > before:
            return Step("events", True, "Events: a signed event came in, and its signature holds.")
        if refused is not None and refused != refused_before:
            return Step("events", False, _WRONG_SIGNATURE)
        pause(0.25)
        waited += 0.25
    if refused is not None and refused > program.now() - ONCE_A:
        return Step("events", False, _WRONG_SIGNATURE)  # noted already just before, and once a minute only
    return Step(
        "events", False, f"Events: none came in. Is {where} set there, and is 'ovikello serve' running?"
    )


def _came_in(program: Program, account: Account) -> tuple[int, datetime | None]:
    with database.read(program.engine) as db:
        count = db.exec(select(func.count()).select_from(Seen).where(col(Seen.salon) == account.slug)).one()
        refused = db.exec(select(Salon.refused_at).where(Salon.slug == account.slug)).one()
    return count, refused
