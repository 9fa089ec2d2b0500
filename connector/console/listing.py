"""All jobs of one group, page by page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from connector import database, jobs
from connector.console import errors, here, names, pages
from connector.console.queue import card_of
from connector.states import WAITING


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/jobs")(show_group)


def show_group() -> ResponseReturnValue:
    """Whom a group is about; a page at a time, for the booking system is asked for each name."""
    program, account = here.program(), here.salon().account
    with database.read(program.engine) as db:
        card = card_of(jobs.listed(db, account, WAITING), request.args.get("group", ""))
    if card is None:
        return errors.settled(404)
    page = pages.of(card.jobs, request.args.get("page", "1"))
    clients = [job.client for job in page.shown]
    return render_template("group.html", card=card, page=page, names=names.of(program, account, clients))
