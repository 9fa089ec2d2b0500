"""The console's one blueprint, with the guard at its door."""

from collections.abc import Callable
from datetime import date, datetime

import sqlalchemy as sa
from flask import Blueprint, g, render_template
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from connector.console import (
    approving,
    guard,
    here,
    invitation,
    job,
    listing,
    login,
    night,
    questions,
    queue,
    since,
    switching,
)
from connector.jobs import Listed
from connector.program import Program
from connector.texts_words import N_

_PARTS = (login, invitation, queue, listing, job, approving, questions, night, switching)
#: status → what went wrong, for whoever sees the page
_ERRORS = {
    403: N_("You cannot do this."),
    404: N_("There is nothing here."),
    405: N_("This page does not work like that."),
    413: N_("That was too much at once."),
    503: N_("Ovikello cannot reach its own store just now."),
}


def make_console(_program: Program) -> Blueprint:
    """The console as a blueprint; the program itself is found through the application (`here.program`)."""
    bp = Blueprint(
        "console", __name__, static_folder="static", static_url_path="/static", template_folder="templates"
    )
    bp.before_request(guard.let_in)
    for part in _PARTS:
        part.add_to(bp)
    bp.record(_set_up_pages)
    bp.context_processor(_in_every_page)
    bp.register_error_handler(HTTPException, _show_error)
    bp.register_error_handler(sa.exc.OperationalError, _show_away)
    return bp


def _set_up_pages(state: BlueprintSetupState) -> None:
    env = state.app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = env.lstrip_blocks = True
    env.globals.update(_=_said, ngettext=_counted, since=_since)
    env.filters.update(
        word=lambda value: here.words().word(value),
        day=_day(lambda day: here.words().day(day)),
        weekday=_day(lambda day: here.words().weekday(day)),
        clock=lambda at: here.words().clock(at, here.salon().zone) if at else "–",
    )


def _said(message: str, **places: object) -> str:
    said = here.words().gettext(message)
    return said % {name: here.words().word(value) for name, value in places.items()} if places else said


def _counted(one: str, many: str, count: int, **places: object) -> str:
    words = here.words()
    said = words.ngettext(one, many, count)
    return said % {name: words.word(value) for name, value in {"count": count, **places}.items()}


def _since(job: Listed) -> str | None:
    """What a job's time was counted from."""
    found = since.of(job, here.salon().policy)
    return None if found is None else here.words().sentence(found)


def _day(write: Callable[[date], str]) -> Callable[[date | datetime | None], str]:
    """A filter that writes the salon's own day, and a dash where nothing is known."""

    def written(when: date | datetime | None) -> str:
        if when is None:
            return "–"
        return write(here.salon().today(when) if isinstance(when, datetime) else when)

    return written


def _in_every_page() -> dict[str, object]:
    """What the frame of each page needs."""
    session = g.get("session")
    is_whole = session is not None and session.is_whole and session.salon is not None
    return {
        "language": here.words().language,
        "salon": here.salon() if is_whole else None,
        "waiting": queue.count_waiting() if is_whole else 0,
        "others": switching.others() if is_whole else [],
    }


def _show_error(error: HTTPException) -> ResponseReturnValue:
    code = error.code or 500
    own = error.description if type(error).description != error.description else None
    text = own or here.words().gettext(_ERRORS.get(code, N_("That did not work.")))
    headers = [
        (name, value) for name, value in error.get_headers() if name.lower() in {"allow", "retry-after"}
    ]
    return render_template("error.html", text=text, is_ours=code >= 500), code, dict(headers)


def _show_away(_error: sa.exc.OperationalError) -> ResponseReturnValue:
    """The database cannot be used now; this page asks nothing of it."""
    g.session = None
    text = here.words().gettext(_ERRORS[503])
    return render_template("error.html", text=text, is_ours=True), 503, {"Retry-After": "5"}
