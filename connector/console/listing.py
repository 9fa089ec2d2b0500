"""All jobs of one group, page by page, and taking some of them out of it before the rest is approved."""

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from connector import database, jobs, jobs_aside
from connector.console import cards, errors, here, names, pages, switching
from connector.jobs import Listed
from connector.states import WAITING

#: what a button of the list says, and by how many pages it leads on; the others lead away from the list
_TURNS = {"back": -1, "stay": 0, "on": 1}
_APPROVAL, _ASIDE, _PUT_BACK = "approval", "aside", "put_back"


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/jobs")(show_group)
    bp.post("/jobs")(sort_group)


def show_group() -> ResponseReturnValue:
    """Whom a group is about; a page at a time, for the booking system is asked for each name.

    Who was taken out stands on in its place, ticked: nobody slips from one page to another that was read already.
    """
    found = _family(request.args.get("group", ""))
    if not found:
        return errors.settled(404)
    page = pages.of(found, request.args.get("page", "1"))
    out = [job for job in found if job.is_aside]
    rest = [job for job in found if not job.is_aside]
    return render_template(
        "group.html",
        card=cards.Card(cards.family_of(found[0]), tuple(rest or out)),
        page=page,
        out=len(out),
        left=len(rest),
        names=names.of(here.program(), here.salon().account, [job.client for job in page.shown]),
    )


def sort_group() -> ResponseReturnValue:
    """Take out of the group who is ticked, put back who is not any more, and go where the button says."""
    switching.refuse_another_salon()
    account, key, to = here.salon().account, request.form.get("group", ""), request.form.get("to", "")
    shown, ticked, was = _ids("shown"), set(_ids("out")), set(_ids("was"))
    if to not in {*_TURNS, _APPROVAL, _ASIDE, _PUT_BACK}:
        raise BadRequest
    if to == _PUT_BACK:
        shown = [job.job for job in _family(key)]
        ticked, was = set(), set(shown)
    with database.write(
        here.program().engine
    ) as db:  # only what was changed here: another browser may sort as well
        jobs_aside.take_out(db, account, [one for one in shown if one in ticked - was], now=here.now())
        jobs_aside.put_back(db, account, [one for one in shown if one in was - ticked])
    return redirect(_next(key, to), 303)


def _next(key: str, to: str) -> str:
    if to in {_APPROVAL, _PUT_BACK}:
        return url_for("console.confirm_group", group=key)
    if to == _ASIDE:
        return url_for("console.confirm_group", group=cards.aside_of(key))
    page = request.form.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1
    return url_for("console.show_group", group=key, page=max(number + _TURNS[to], 1))


def _family(key: str) -> Sequence[Listed]:
    """A group with those who were taken out of it, in one order that lasts."""
    with database.read(here.program().engine) as db:
        waiting = jobs.listed(db, here.salon().account, WAITING)
    return [job for job in waiting if cards.family_of(job) == cards.family_in(key)]


def _ids(name: str) -> list[UUID]:
    try:
        return [UUID(text) for value in request.form.getlist(name) for text in value.split()]
    except ValueError:
        raise BadRequest from None
