"""An account under trial, as the conformance kit asks it: one call, one answer, and in words what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from connector.conformance_report import Broke
from connector.program import Clock
from connector.salons import Account
from connector.sender import CallFailed, Sender
from webhooks.calls import Call, Reply
from webhooks.dialect import Looked, Page
from webhooks.errors import NotUnderstood

#: clients on a page: few, so that a small test account has several
FEW = 2
MOST_PAGES = 500


@dataclass(frozen=True)
class Wire:
    """An account under trial. Whatever is asked raises Broke where there is no answer that can be used."""

    account: Account
    send: Sender
    now: Clock
    #: what its dialect was told of it
    settings: Mapping[str, str]

    def ask(self, call: Call, *, token: str | None = None, key: str | None = None) -> Reply:
        """One answer; what has to be read before it can be written is read."""
        if call.basis is not None:
            try:
                call = call.after(self.ask(call.basis.read))
            except NotUnderstood as why:
                raise Broke(f"the record cannot be read before it is written ({why.reason})") from None
        account = self.account if token is None else replace(self.account, token=token)
        try:
            return self.send(account, call, idempotency_key=key)
        except CallFailed as failure:
            raise Broke(f"no answer: {failure.reason}") from None

    def page(self, cursor: str | None, limit: int = FEW) -> Page:
        """One page of the list."""
        call = self.account.dialect.list_clients(cursor, limit, None)
        reply = self.ask(call)
        try:
            return self.account.dialect.read_page(call, reply, self.now())
        except NotUnderstood as why:
            place = f" at {why.where}" if why.where else ""
            raise Broke(f"the list cannot be read{place} ({why.reason}), status {reply.status}") from None

    def pages(self, begins: str | None = None, limit: int = FEW) -> Iterator[Page]:
        """The pages from one on, up to the last, or one that leads to itself; never more than MOST_PAGES."""
        for _ in range(MOST_PAGES):
            page = self.page(begins, limit)
            yield page
            if page.next_cursor in {None, begins}:
                return
            begins = page.next_cursor

    def look(self, client: str) -> Looked:
        """A look at one client."""
        return self.account.dialect.looked(self.ask(self.account.dialect.look_up(client)), self.now())

    def record(self, client: str) -> object:
        """The record of one client, as it is answered."""
        return self.ask(self.account.dialect.look_up(client)).json

    def everybody(self, most: int) -> list[str]:
        """The clients on the list about whom calls can be made, up to so many."""
        seen: dict[str, None] = {}
        for page in self.pages(limit=self.account.dialect.page_size):
            seen |= dict.fromkeys(told.client for told in page.clients)
            if len(seen) >= most:
                break
        return [client for client in seen if self.account.dialect.can_name(client)]
