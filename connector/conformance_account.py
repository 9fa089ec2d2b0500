"""The conformance kit against a real test account: what can be tried over the wire without an Ovikello of its own.

It reads; it erases nobody but the one client whom it is told to.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from connector import conformance_erasing
from connector.conformance_report import Broke, Result, Untried, Weak, need, tried
from connector.conformance_wire import FEW, MOST_PAGES, Wire
from connector.program import Clock
from connector.salons import Account
from connector.sender import CallFailed, Sender
from connector.vault import Keys
from webhooks.dialect import Dialect, fit
from webhooks.errors import NotUnderstood

Some = TypeVar("Some")

#: clients whom no system has; the second one where ids are numbers
_NOBODY = ("ovikello-nobody", "999999999")
#: by what nothing ever leaves → what to do
_NO_WAY: Mapping[str, str] = {
    "not_https": "The address is plain http: use https, or name its host in OVIKELLO_ALLOW_HOSTS.",
    "address_refused": "The address is private: check it, or name its host in OVIKELLO_ALLOW_HOSTS.",
    "certificate_not_trusted": "The certificate of this address is not trusted: set it right, and try again.",
    "name_not_found": "There is no host of this name: check how the address is spelt.",
    "no_connection": "Nothing answers at this address: check it, and that the test account's system is up.",
    "bad_address": "This address is none that can be called: check it.",
    "no_settings": "The dialect has to know more of the account (docs/dialects/): say it with --setting NAME=VALUE.",
    "wrong_token": "The token is not written as this dialect needs it: see its page in docs/dialects/.",
}  # fmt: skip


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
    told = settings or {}
    account = Account("trial", fit(dialect, told), base_url, token, Keys.new(), None, None, now(), date.max)
    return Wire(account, send, now, told)


def no_way(wire: Wire) -> str | None:
    """Why nothing at all can be sent to an account, in one sentence; None where something can."""
    try:
        wire.send(wire.account, wire.account.dialect.capabilities)
    except CallFailed as failure:
        return _NO_WAY.get(failure.reason)
    return None


def check(wire: Wire, erase: str | None = None) -> tuple[Result, ...]:
    """Try an account; each trial stands for itself."""
    reading = (tried(name, trial, partial(trial, wire)) for name, trial in _TRIALS.items())
    return (*reading, *conformance_erasing.check(wire, erase))


def _capabilities(wire: Wire) -> None:
    """It tells what it can do, or can do level 1."""
    reply = wire.ask(wire.account.dialect.capabilities)
    try:
        can = wire.account.dialect.read_capabilities(reply).calls
    except NotUnderstood as why:
        raise Broke(f"{why.reason}, status {reply.status}") from None
    need("list" in can and "read" in can, "it cannot list or read clients")


def _wrong_token(wire: Wire) -> None:
    """A wrong token is refused with 401 or 403."""
    wrong = f"{wire.account.token or ''}-wrong"
    status = wire.ask(wire.account.dialect.list_clients(None, FEW, None), token=wrong).status
    need(status in {401, 403}, f"a wrong token was answered {status}")


def _pages(wire: Wire) -> None:
    """The list comes to an end, page by page, and has nobody twice."""
    seen: list[str] = []
    cursor: str | None = None
    for page in wire.pages():
        seen += [told.client for told in page.clients]
        if page.next_cursor is None:
            need(len(seen) == len(set(seen)), "somebody is listed twice")
            _need_some(seen)
            return
        need(page.next_cursor != cursor, "a page leads to itself")
        cursor = page.next_cursor
    raise Broke(f"no end after {MOST_PAGES} pages")


def _reading(wire: Wire) -> None:
    """Who is listed can be read, and the answer is about nobody else."""
    clients = [told.client for told in _need_some(wire.page(None).clients)]
    named = list(filter(wire.account.dialect.can_name, clients))
    for client in named:
        looked = wire.look(client)
        need(not looked.is_gone, "who is listed is answered as gone")
        need(looked.told is not None, f"a record cannot be read at {looked.unread or 'its status'}")
        need(looked.told and looked.told.client == client, "the answer is about another one")
    if len(named) < len(clients):
        raise Weak("of some clients the id leads elsewhere in an address: what concerns them is done by hand")


def _held(wire: Wire) -> None:
    """It is told what is held of a client (`categories`): of whom it is not, nothing is ever proposed."""
    told = [one.categories is not None for one in _need_some(wire.page(None).clients)]
    need(all(told), "a record does not tell its categories")


def _nobody(wire: Wire) -> None:
    """Who never was is answered 404 or 410."""
    dialect = wire.account.dialect
    client = next(filter(dialect.can_name, _NOBODY))
    reply = wire.ask(dialect.look_up(client))
    need(dialect.looked(reply, wire.now()).is_gone, f"nobody was answered {reply.status}")


def _need_some(listed: Sequence[Some]) -> Sequence[Some]:
    if not listed:
        raise Untried("nobody is listed")
    return listed


_TRIALS: dict[str, Callable[[Wire], None]] = {
    "capabilities": _capabilities,
    "wrong_token": _wrong_token,
    "pages": _pages,
    "reading": _reading,
    "held": _held,
    "nobody": _nobody,
}
