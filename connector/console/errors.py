"""Pages for what did not work: what happened, what to do now, and what to tell whoever installed Ovikello."""

from collections.abc import Mapping

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from connector import database
from connector.console import guard, here
from connector.salons_system import Moved
from connector.texts_words import N_

#: status → what went wrong, for whoever sees the page
_WHAT: Mapping[int, str] = {
    400: N_("Ovikello did not understand what was sent."),
    403: N_("You cannot do this."),
    404: N_("There is nothing here."),
    405: N_("This page does not work like that."),
    413: N_("That was too much at once."),
    500: N_("Something broke in Ovikello."),
    503: N_("Ovikello cannot reach its own store just now."),
}
#: status → what to do now
_NEXT: Mapping[int, str] = {
    400: N_("Go back to the beginning, and try it from there."),
    404: N_("The address may have a mistake in it, or what was here has been settled. Everything that waits for you "
            "is at the beginning."),
    405: N_("Go back to the beginning, and try it from there."),
    413: N_("Write less, and try again."),
}  # fmt: skip
_SOMETHING = N_("That did not work.")


def add_to(bp: Blueprint) -> None:
    """Answer every error of the console's pages with a page."""
    bp.register_error_handler(HTTPException, show_error)
    bp.register_error_handler(Moved, show_moved)
    for away in database.AWAY:
        bp.register_error_handler(away, show_away)


def is_for_a_page(path: str) -> bool:
    """Whether a browser asked for a page, so that an error is to be one; programs say nothing of HTML."""
    is_page = not path.startswith(("/webhooks/", "/metrics", "/api/", "/static/"))
    return is_page and any(kind == "text/html" for kind, _ in request.accept_mimetypes)


def show_error(error: HTTPException) -> ResponseReturnValue:
    """The page for an answer of 400 and more, in the frame where somebody is logged in."""
    code = error.code or 500
    if "session" not in g:
        guard.look_who()
    own = error.description if type(error).description != error.description else None
    kept = {"allow", "retry-after"}
    headers = {name: value for name, value in error.get_headers() if name.lower() in kept}
    return _page(code, own), code, headers


def show_away(_error: Exception) -> ResponseReturnValue:
    """The database cannot be used now; this page asks nothing of it."""
    return _page(503, None), 503, {"Retry-After": "5"}


def show_moved(_error: Moved) -> ResponseReturnValue:
    """The salon moved to another booking system while the form was being read: what it was about is of the old one."""
    if "session" not in g:
        guard.look_who()
    return settled(409)


def settled(status: int) -> ResponseReturnValue:
    """What the page was about waits no more: no failure, somebody was quicker."""
    return render_template("settled.html"), status


def _page(code: int, own: str | None) -> str:
    words = here.words()
    what, _, more = (own or words.gettext(_WHAT.get(code, _SOMETHING))).partition(". ")
    if code >= 500:  # the frame would ask the store, which may be what is broken
        g.session = None
    return render_template(
        "error.html",
        code=code,
        text=what.removesuffix("."),
        then=more or (words.gettext(_NEXT[code]) if code in _NEXT and own is None else None),
        at=here.now(),
        is_ours=code >= 500,
    )
