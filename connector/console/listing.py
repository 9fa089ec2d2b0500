"""All jobs of one group, page by page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import database, jobs
from connector.console import here, names
from connector.console.queue import WAITING, card_of

PAGE = names.MOST


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/jobs")(show_group)


def show_group() -> ResponseReturnValue:
    """Whom a group is about; 25 on a page, for the booking system is asked for each name."""
    program, account = here.program(), here.salon().account
    with database.read(program.engine) as db:
        card = card_of(jobs.listed(db, account, WAITING), request.args.get("group", ""))
    if card is None:
        raise NotFound(here.words().gettext("Nothing of this waits any more."))
    last = (card.count - 1) // PAGE + 1
    page = min(max(_number(request.args.get("page", "1")), 1), last)
    shown = card.jobs[(page - 1) * PAGE : page * PAGE]
    return render_template(
        "group.html",
        card=card,
        shown=shown,
        page=page,
        last=last,
        names=names.of(program, account, [job.client for job in shown]),
    )


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1
