"""Customers' names, fetched from the booking system while a page is made; never kept.

Where it cannot be asked, or is slow, the page shows the booking system's own id instead.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait

from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed

#: on one page of a list
MOST = 25
LONGEST = 120
_AT_ONCE = 4
_SECONDS = 4.0


def of(
    program: Program, account: Account, clients: Iterable[str | None], *, most: int = MOST
) -> dict[str, str]:
    """The names of the first few of these customers, by id; those that could not be told are missing."""
    wanted = list(dict.fromkeys(client for client in clients if client is not None))[:most]
    if account.base_url is None or not wanted:
        return {}
    first = _ask(program, account, wanted[0])
    if first is _SILENT:  # no use in waiting for two dozen more
        return {}
    pool = ThreadPoolExecutor(_AT_ONCE)
    asked = {pool.submit(_ask, program, account, client): client for client in wanted[1:]}
    done, _ = wait(asked, timeout=_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    told = {wanted[0]: first} | {asked[future]: future.result() for future in done}
    return {client: name for client, name in told.items() if name}


_SILENT = ""


def _ask(program: Program, account: Account, client: str) -> str | None:
    """A name, None where the record has none, or `_SILENT` where no answer came."""
    try:
        reply = program.send(account, account.dialect.look_up(client))
    except CallFailed:
        return _SILENT
    return _shown(account.dialect.looked(reply, program.now()).name)


def _shown(name: str | None) -> str | None:
    """A name as a page can bear it, whatever the booking system calls a name."""
    if name is None:
        return None
    told = name[: 2 * LONGEST].encode(errors="ignore").decode()  # half a surrogate cannot be written at all
    return "".join(sign if sign.isprintable() else " " for sign in told).strip()[:LONGEST] or None
