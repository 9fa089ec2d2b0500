"""Asking a booking system for one client's record, and whether its "not there" can be believed.

A 410 says that there was such a client. A 404 only says that nothing stands at that address, and a path that was moved,
or a page of maintenance, says the same of everybody. So it is believed only where the system is shown, in the same
pass, to answer for somebody else: then it is as good as what shows it (booking contract, section 2).
"""

from collections.abc import Collection, Iterable

from sqlmodel import col, select

from connector import capabilities, database, jobs_seen
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.tables import Client
from webhooks.dialect import Looked, Page
from webhooks.errors import NotUnderstood

#: how good a proof a look is; a word for the evidence
READ_BACK, ABSENT, CONFIRMED = "read_back", "absent_from_list", "processor_confirmed"
#: so many others are asked for before it is given up to find one who is there
_OTHERS = 3


def look(program: Program, account: Account, client: str) -> Looked:
    """Read a client's record. Raises CallFailed where the answer does not tell whether it is there."""
    return graded(program, account, client)[0]


def graded(program: Program, account: Account, client: str) -> tuple[Looked, str]:
    """The same, with how good a proof it is."""
    looked = ask(program, account, client)
    if looked.is_gone and not looked.is_certain:
        return looked, prove(program, account, {client})
    return looked, READ_BACK


def ask(program: Program, account: Account, client: str) -> Looked:
    """One answer as it is: whether a 404 in it can be believed is for `prove` to say. Raises CallFailed."""
    if not jobs_seen.can_be_named(account, client):
        raise CallFailed("unsafe_path", permanent=True)
    reply = program.send(account, account.dialect.look_up(client))
    looked = account.dialect.looked(reply, program.now())
    if looked.is_gone is None:
        raise CallFailed(f"look_answered_{reply.status}")
    named = looked.client if looked.told is None else looked.told.client
    if named is not None and named != client:
        raise CallFailed("look_answered_for_another")  # nothing is done to one for what is known of another
    return looked


def prove(program: Program, account: Account, missing: Collection[str]) -> str:
    """How good a proof it is that these clients were answered with 404. Raises CallFailed where it is none.

    1. Somebody else who is listed (or, without a list, mirrored) can be read: the address is the right one.
    2. The list is there and empty: nobody is left in it.
    3. Nobody else is known, but the system tells sensibly what it can do.
    """
    can = capabilities.of(program, account)
    page = page_of(program, account) if "list" in can else None
    if page is not None:
        listed = {told.client for told in page.clients}
        if listed & set(missing):
            raise CallFailed("listed_but_not_found")
        if not listed and page.next_cursor is None:
            return ABSENT
        others = sorted(listed)
    else:
        others = _mirrored(program, account, missing)
    if can_read_one_of(program, account, others):
        return READ_BACK
    if others or not _says_what_it_can(program, account):
        raise CallFailed("look_answered_404")
    return CONFIRMED


def can_read_one_of(program: Program, account: Account, clients: Iterable[str]) -> bool:
    """Whether one of these can be read; after a few it is given up. Raises CallFailed where there is no answer."""
    some = [client for client in clients if jobs_seen.can_be_named(account, client)][:_OTHERS]
    return any(ask(program, account, client).is_gone is False for client in some)


def page_of(program: Program, account: Account) -> Page:
    """The beginning of the list, as a sign of life; raises CallFailed."""
    call = account.dialect.list_clients(None, _OTHERS, None)
    reply = program.send(account, call)
    try:
        return account.dialect.read_page(call, reply, program.now())
    except NotUnderstood:
        raise CallFailed(f"list_answered_{reply.status}") from None


def _mirrored(program: Program, account: Account, missing: Collection[str]) -> list[str]:
    known = (
        select(Client.client)
        .where(Client.salon == account.slug)
        .order_by(col(Client.client))
        .limit(_OTHERS + len(missing))
    )
    with database.read(program.engine) as db:
        return [client for client in db.exec(known) if client not in missing]


def _says_what_it_can(program: Program, account: Account) -> bool:
    reply = program.send(account, account.dialect.capabilities)
    try:
        return reply.status != 404 and bool(account.dialect.read_capabilities(reply).calls)
    except NotUnderstood:
        return False
