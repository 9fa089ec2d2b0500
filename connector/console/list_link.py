"""The link to an instruction's list, as the booking system's maker opens it, who needs nothing but the link.

As with a package: opening the page changes nothing, and a press of a button counts.
"""

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from connector import database, instructions, instructions_list, salons
from connector.console import here, links
from connector.hooks_rate import Buckets
from connector.sealed_links import Linked
from connector.tables import Instruction
from connector.texts_words import N_

_FILE = N_("list-of-customers")


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    buckets = Buckets(links.RATE)
    bp.get("/package/list/<token>")(links.limited(buckets, Instruction, show_list_link))
    bp.post("/package/list/<token>")(links.limited(buckets, Instruction, open_list))


def show_list_link(token: str, found: Linked | None) -> ResponseReturnValue:
    """What the link is, and how often and until when it opens."""
    if found is None:
        return _nothing()
    return render_template("list_link.html", linked=found, salon_name=links.salon_of(found), token=token)


def open_list(token: str, found: Linked | None) -> ResponseReturnValue:
    """Count one opening, and give the list: to be read here, or as a file for a program."""
    wanted = request.form.get("as", "")
    if wanted not in {"page", "json"}:
        raise BadRequest
    if found is None:
        return _nothing()
    program = here.program()
    with database.write(program.engine) as db:
        account = salons.account(db, program.vault, found.salon)
        body = None if account is None else instructions.open_once(db, account, token, now=here.now())
    if body is None:
        return _nothing()
    rows = instructions_list.read(body)
    if wanted == "page":
        return render_template("list_open.html", rows=rows, salon_name=links.salon_of(found))
    text = instructions_list.for_a_program(rows)
    answer: Response = current_app.response_class(text, content_type="application/json; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{here.words().gettext(_FILE)}.json"'
    return answer


def _nothing() -> ResponseReturnValue:
    return render_template("list_gone.html"), 404
