"""The link to a package, as the client opens it, who needs nothing but the link.

Opening the page changes nothing, since mail programs and messengers open links by themselves: what counts is a press of
a button. A link that was never given, that is over or that is used up is answered alike.
"""

import json
from collections.abc import Callable

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from connector import database, exports, exports_page, salons, salons_policies, texts
from connector.console import here
from connector.exports import Linked
from connector.hooks_rate import Buckets, Rate
from connector.texts_words import N_

#: links that open nothing, and that one address may try: at once, and a second
RATE = Rate(burst=60, per_second=2)
#: so many addresses are told apart; no more is kept of them
_SLOTS = 1024
_FILE = N_("my-details")


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    buckets = Buckets(RATE)
    bp.get("/package/<token>")(_limited(buckets, show_link))
    bp.post("/package/<token>")(_limited(buckets, open_package))


def show_link(token: str, found: Linked | None) -> ResponseReturnValue:
    """What the link is, and how often and until when it opens."""
    if found is None:
        return _nothing()
    return render_template("package_link.html", linked=found, salon_name=_name_of(found), token=token)


def open_package(token: str, found: Linked | None) -> ResponseReturnValue:
    """Count one opening, and give the copy: to be read here, or as a file."""
    wanted = request.form.get("as", "")
    if wanted not in {"page", "html", "json"}:
        raise BadRequest
    if found is None:
        return _nothing()
    program = here.program()
    with database.write(program.engine) as db:
        account = salons.account(db, program.vault, found.salon)
        body = None if account is None else exports.open_once(db, account, token, now=here.now())
    return _nothing() if body is None else _given(json.loads(body), wanted)


def _limited(
    buckets: Buckets, view: Callable[[str, Linked | None], ResponseReturnValue]
) -> Callable[[str], ResponseReturnValue]:
    """The same with what the link leads to, for whoever does not guess too often.

    A link that opens is not counted: behind a proxy all come from one address, and nobody's guessing is to close it.
    """

    def let_in(token: str) -> ResponseReturnValue:
        found = _linked(token)
        if found is not None:
            return view(token, found)
        slot = str(hash(request.remote_addr) % _SLOTS)
        seconds = buckets.wait(slot, here.now())
        if seconds:
            return (
                render_template("package_gone.html", is_crowded=True),
                429,
                {"Retry-After": str(int(seconds) + 1)},
            )
        return view(token, None)

    let_in.__name__ = view.__name__
    return let_in


def _linked(token: str) -> Linked | None:
    with database.read(here.program().engine) as db:
        found = exports.find(db, token, now=here.now())
    if found is not None:
        g.words = texts.of(found.language)
    return found


def _nothing() -> ResponseReturnValue:
    return render_template("package_gone.html", is_crowded=False), 404


def _given(document: dict[str, object], wanted: str) -> Response:
    name = here.words().gettext(_FILE)
    if wanted == "json":
        text, kind = json.dumps(document, ensure_ascii=False, indent=2), "application/json"
    else:
        text, kind = exports_page.page(document), "text/html"
    answer = current_app.response_class(text, content_type=f"{kind}; charset=utf-8")
    how = "inline" if wanted == "page" else "attachment"
    ending = "json" if wanted == "json" else "html"
    answer.headers["Content-Disposition"] = f'{how}; filename="{name}.{ending}"'
    answer.headers["Content-Security-Policy"] = exports_page.POLICY
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _name_of(found: Linked) -> str:
    with database.read(here.program().engine) as db:
        policy = salons_policies.newest(db, found.salon)
    return found.salon if policy is None else policy.controller.name
