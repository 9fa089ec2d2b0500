"""The link to a package, as the client opens it, who needs nothing but the link.

Opening the page changes nothing, since mail programs and messengers open links by themselves: what counts is a press of
a button. A link that was never given, that is over or that is used up is answered alike.
"""

import json

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from connector import database, exports, exports_page, salons
from connector.console import here, links
from connector.hooks_rate import Buckets
from connector.sealed_links import Linked
from connector.tables import Package
from connector.texts_words import N_

_FILE = N_("my-details")


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    buckets = Buckets(links.RATE)
    bp.get("/package/<token>")(links.limited(buckets, Package, show_link))
    bp.post("/package/<token>")(links.limited(buckets, Package, open_package))


def show_link(token: str, found: Linked | None) -> ResponseReturnValue:
    """What the link is, and how often and until when it opens."""
    if found is None:
        return links.nothing()
    return render_template("package_link.html", linked=found, salon_name=links.salon_of(found), token=token)


def open_package(token: str, found: Linked | None) -> ResponseReturnValue:
    """Count one opening, and give the copy: to be read here, or as a file."""
    wanted = request.form.get("as", "")
    if wanted not in {"page", "html", "json"}:
        raise BadRequest
    if found is None:
        return links.nothing()
    program = here.program()
    with database.write(program.engine) as db:
        account = salons.account(db, program.vault, found.salon)
        body = None if account is None else exports.open_once(db, account, token, now=here.now())
    return links.nothing() if body is None else _given(json.loads(body), wanted)


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
