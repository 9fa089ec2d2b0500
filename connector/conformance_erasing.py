"""The conformance kit erases one client of a test account while it reads the list, and looks what came of it."""

from dataclasses import dataclass
from functools import partial
from uuid import uuid4

from connector.conformance_report import Broke, Result, Untried, Weak, instead, need, tried
from connector.conformance_wire import Wire
from webhooks.dialect import Page

#: those who speak it keep more promises than a system with a language of its own
_CONTRACT = "standard"


@dataclass(frozen=True)
class Erased:
    """What was answered: to the first erasure, the look after it, the same again with its key, and one with another.

    `skipped`: how many a list that was being read meanwhile passed over; None where that could not be seen.
    """

    first: int
    is_gone: bool | None
    looked: int
    repeated: int
    again: int
    skipped: int | None


def check(wire: Wire, client: str | None) -> tuple[Result, ...]:
    """The trials that need somebody erased: one is enough for all of them."""
    trials = (erasing, cursor, gone, same_answer) if _is_contract(wire) else (erasing,)
    try:
        done = _erase(wire, client)
    except (Broke, Untried) as why:
        aside = why if isinstance(why, Untried) else Untried("nobody was erased")
        outcomes = [why, *(aside for _ in trials[1:])]
        return tuple(instead(trial.__name__, trial, end) for trial, end in zip(trials, outcomes, strict=True))
    return tuple(tried(trial.__name__, trial, partial(trial, done)) for trial in trials)


def erasing(done: Erased) -> None:
    """The client who was named is erased, is gone at the next look, and can be asked for again without harm."""
    need(200 <= done.first < 300, f"an erasure was answered {done.first}")
    need(done.is_gone or done.first == 202, "who was erased can still be read")
    for status in (done.repeated, done.again):
        need(200 <= status < 300 or status in {404, 410}, f"a second erasure was answered {status}")


def cursor(done: Erased) -> None:
    """Nobody is passed over where somebody of an earlier page is erased while the list is read."""
    if done.skipped is None:
        raise Untried("who was named stands on the last page, or was not erased at once")
    need(not done.skipped, "somebody was passed over: the cursor counts rows")


def gone(done: Erased) -> None:
    """Who was erased is answered 410."""
    if not done.is_gone:
        raise Untried("nobody was erased at once")
    if done.looked != 410:
        raise Weak(
            f"it was {done.looked}, which is believed only where another client can be read right after it"
        )


def same_answer(done: Erased) -> None:
    """A write that comes again with its key is answered what it was answered first."""
    if done.repeated != done.first:
        raise Weak(f"it was {done.first}, and then {done.repeated}")


def _erase(wire: Wire, client: str | None) -> Erased:
    """Read up to the page with the client, erase, and read on."""
    dialect = wire.account.dialect
    if dialect.erase is None:
        raise Untried("no call of it erases")
    if client is None:
        raise Untried("nobody is named for it: --erase CLIENT")
    need(dialect.can_name(client), "no call is ever made about a client of such an id: that is done by hand")
    found = wire.look(client)
    need(not found.is_gone, "there is no such client")
    need(found.is_gone is False, f"the record cannot be read: {found.unread or 'status'}")
    before = set[str]().union(*map(_clients, wire.pages())) if _is_contract(wire) else set[str]()
    seen, following = _up_to(wire, client) if client in before else (set[str](), None)
    call, key = dialect.erase(client), f"{uuid4()}.1.0"
    first = wire.ask(call, key=key).status
    reply = wire.ask(dialect.look_up(client))
    is_gone = dialect.looked(reply, wire.now()).is_gone
    skipped = None
    if is_gone and following is not None:
        seen = seen.union(*map(_clients, wire.pages(following)))
        skipped = len(before - seen - {client})
    repeated, again = (wire.ask(call, key=one).status for one in (key, f"{uuid4()}.1.0"))
    return Erased(first, is_gone, reply.status, repeated, again, skipped)


def _up_to(wire: Wire, client: str) -> tuple[set[str], str | None]:
    """Everybody up to the page on which the client stands, and where the next one begins."""
    seen, following = set[str](), None
    for page in wire.pages():
        seen |= _clients(page)
        following = page.next_cursor
        if client in seen:
            break
    return seen, following


def _clients(page: Page) -> set[str]:
    return {told.client for told in page.clients}


def _is_contract(wire: Wire) -> bool:
    return wire.account.dialect.name == _CONTRACT
