"""The door of links that need no log-in: whoever holds one comes in, and nobody may guess at them for long."""

from collections.abc import Callable

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from connector import database, salons_policies, sealed_links, texts
from connector.console import here
from connector.hooks_rate import Buckets, Rate
from connector.sealed_links import Linked, S

#: links that open nothing, and that one address may try: at once, and a second
RATE = Rate(burst=60, per_second=2)
#: so many addresses are told apart; no more is kept of them
_SLOTS = 1024


def limited(
    buckets: Buckets,
    kind: type[S],
    view: Callable[[str, Linked | None], ResponseReturnValue],
) -> Callable[[str], ResponseReturnValue]:
    """The view with what the link to one of this kind leads to, for whoever does not guess too often.

    A link that opens is not counted: behind a proxy all come from one address, and nobody's guessing is to close it.
    """

    def let_in(token: str) -> ResponseReturnValue:
        with database.read(here.program().engine) as db:
            found = sealed_links.find(db, kind, token, now=here.now())
        if found is not None:
            g.words = texts.of(found.language)
            return view(token, found)
        slot = str(hash(request.remote_addr) % _SLOTS)
        seconds = buckets.wait(slot, here.now())
        if seconds:
            page = render_template("package_gone.html", is_crowded=True)
            return page, 429, {"Retry-After": str(int(seconds) + 1)}
        return view(token, None)

    let_in.__name__ = view.__name__
    return let_in


def nothing() -> ResponseReturnValue:
    """The answer to a link that was never given, is over or is used up: alike."""
    return render_template("package_gone.html", is_crowded=False), 404


def salon_of(found: Linked) -> str:
    """What the salon calls itself."""
    with database.read(here.program().engine) as db:
        policy = salons_policies.newest(db, found.salon)
    return found.salon if policy is None else policy.controller.name
