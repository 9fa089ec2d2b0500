"""The conformance kit against a real test account: what can be tried over the wire without an Ovikello of its own.

It reads; it erases nobody but the one client whom it is told to.
"""

from collections.abc import Callable, Mapping
from datetime import date

from connector.conformance_report import Broke, Result, need
from connector.conformance_wire import FEW, MOST_PAGES, Wire
from connector.program import Clock
from connector.salons import Account
from connector.sender import Sender
from connector.vault import Keys
from webhooks.dialect import Dialect, fit
from webhooks.errors import NotUnderstood

#: clients whom no system has; the second one where ids are numbers
_NOBODY = ("ovikello-nobody", "999999999")


def wire(
    dialect: Dialect,
    base_url: str,
    token: str | None,
    *,
    send: Sender,
    now: Clock,
    settings: Mapping[str, str] | None = None,
) -> Wire:
    """An account to be tried. Raises WrongSetting."""
    dialect = fit(dialect, settings or {})
    account = Account("trial", dialect, base_url, token, Keys.new(), None, None, now(), date.max)
    return Wire(account, send, now)


def check(wire: Wire, erase: str | None = None) -> tuple[Result, ...]:
    """Try an account; each trial stands for itself."""
    trials = {**_TRIALS, "erasing": lambda wire: _erasing(wire, erase)}
    return tuple(_tried(wire, name, trial) for name, trial in trials.items())


def _tried(wire: Wire, name: str, trial: Callable[[Wire], bool]) -> Result:
    what = (trial.__doc__ or _erasing.__doc__ or "").strip()
    try:
        held = trial(wire)
    except Broke as broke:
        return Result(name, what, False, str(broke))
    return Result(name, what, True if held else None, "" if held else "there was nothing to try it on")


def _capabilities(wire: Wire) -> bool:
    """It tells what it can do, or can do level 1."""
    reply = wire.ask(wire.account.dialect.capabilities)
    try:
        can = wire.account.dialect.read_capabilities(reply).calls
    except NotUnderstood as why:
        raise Broke(f"{why.reason}, status {reply.status}") from None
    need("list" in can and "read" in can, "it cannot list or read clients")
    return True


def _wrong_token(wire: Wire) -> bool:
    """A wrong token is refused with 401 or 403."""
    wrong = f"{wire.account.token or ''}-wrong"
    status = wire.ask(wire.account.dialect.list_clients(None, FEW, None), token=wrong).status
    need(status in {401, 403}, f"a wrong token was answered {status}")
    return True


def _pages(wire: Wire) -> bool:
    """The list comes to an end, page by page, and has nobody twice."""
    seen: list[str] = []
    cursor: str | None = None
    for _ in range(MOST_PAGES):
        page = wire.page(cursor)
        seen += [told.client for told in page.clients]
        if page.next_cursor is None:
            need(len(seen) == len(set(seen)), "somebody is listed twice")
            return bool(seen)
        need(page.next_cursor != cursor, "a page leads to itself")
        cursor = page.next_cursor
    raise Broke(f"no end after {MOST_PAGES} pages")


def _reading(wire: Wire) -> bool:
    """Who is listed can be read, and the answer is about nobody else."""
    page = wire.page(None)
    for told in page.clients:
        looked = wire.look(told.client)
        need(looked.is_gone is False, "who is listed cannot be read")
        need(looked.told is not None and looked.told.client == told.client, "the answer is about another one")
    return bool(page.clients)


def _nobody(wire: Wire) -> bool:
    """Who never was is answered 404 or 410."""
    dialect = wire.account.dialect
    client = next(filter(dialect.can_name, _NOBODY))
    reply = wire.ask(dialect.look_up(client))
    need(dialect.looked(reply, wire.now()).is_gone, f"nobody was answered {reply.status}")
    return True


def _erasing(wire: Wire, client: str | None) -> bool:
    """The client who was named is erased, is gone at the next look, and can be asked for again without harm."""
    dialect = wire.account.dialect
    if client is None or dialect.erase is None:
        return False
    need(dialect.can_name(client), "no client has such an id here")
    need(wire.look(client).is_gone is False, "there is no such client")
    status = wire.ask(dialect.erase(client)).status
    need(200 <= status < 300, f"an erasure was answered {status}")
    gone = wire.look(client).is_gone
    need(gone or status == 202, "who was erased can still be read")
    again = wire.ask(dialect.erase(client)).status
    need(200 <= again < 300 or again in {404, 410}, f"a second erasure was answered {again}")
    return True


_TRIALS: dict[str, Callable[[Wire], bool]] = {
    "capabilities": _capabilities,
    "wrong_token": _wrong_token,
    "pages": _pages,
    "reading": _reading,
    "nobody": _nobody,
}
