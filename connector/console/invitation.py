"""An invitation: the owner chooses a password and reads a code secret that nobody else sees.

The link is good until the first code proves that the secret is on the owner's phone. Only the browser that chose
the password is shown the secret. Who has a log-in already takes up the right that the link offers.
"""

from uuid import UUID

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException, NotFound

from connector import (
    database,
    owners,
    owners_codes,
    owners_invitations,
    owners_passwords,
    owners_people,
    sessions,
)
from connector.console import browsers, code_app, codes, guard, here
from connector.console.login import RETRY, password_problem, too_many
from connector.owners_invitations import Link
from connector.sessions import Errand

#: how a link stands → the status of its page; one that was never made is not there
_STATUS = {Link.TAKE_UP: 200, Link.WAITS: 409, Link.USED: 410, Link.OVER: 410, Link.UNKNOWN: 404}


class NotOpen(HTTPException):
    """The link sets no log-in up (any more); its page says what to do next."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.code, self.link = _STATUS[link], link


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/invitation/<token>")(show_invitation)
    bp.post("/invitation/<token>")(accept_invitation)
    bp.get("/invitation/<token>/code")(show_secret)
    bp.post("/invitation/<token>/code")(check_first_code)
    bp.post("/invitation/<token>/take-up")(take_up_invitation)
    bp.register_error_handler(NotOpen, _show_not_open)


def show_invitation(token: str) -> ResponseReturnValue:
    """Ask for a password. Opening the link changes nothing: mail programs open links by themselves."""
    _, email = _invited(token)
    return render_template("invitation.html", email=email, problem=None)


def accept_invitation(token: str) -> ResponseReturnValue:
    """Keep the password, and go on to the code."""
    owner, email = _invited(token)
    password, again = request.form.get("password", ""), request.form.get("again", "")
    problem = password_problem(password, again, email)
    if problem is not None:
        return render_template("invitation.html", email=email, problem=problem), 422
    try:
        with owners_passwords.room():
            password_hash = owners_passwords.hash_of(password)
    except owners_passwords.Crowded:
        return render_template("invitation.html", email=email, problem=too_many()), 429, RETRY
    program, now = here.program(), here.now()
    with database.write(program.engine) as db:
        if owners.invited(db, token, now=now) != owner:
            raise NotFound
        owners.accept(db, program.vault, owner, password_hash)
        owners.set_language(db, owner, here.words().language)  # what they have read so far
        session = sessions.start(db, owner, now=now, agent=_agent())
    return guard.give_cookie(redirect(url_for("console.show_secret", token=token), 303), session)


def show_secret(token: str) -> ResponseReturnValue:
    """The code secret, as a picture, a link and in letters."""
    return _secret_page(token, None)


def check_first_code(token: str) -> ResponseReturnValue:
    """The first code switches the secret on, uses the invitation up, and logs in."""
    owner, _ = _invited(token)
    _refuse_others(owner)
    program, now = here.program(), here.now()
    with database.write(program.engine) as db:
        code = request.form.get("code", "")
        result = owners.finish(db, program.vault, token, owner, code, now=now)
        whole = None
        if result.ok:
            me = here.logged_in()
            whole = sessions.make_whole(db, me, now=now, agent=_agent(), errand=Errand.CODES)
    if whole is None:
        return _secret_page(token, codes.problem(result)), 403
    return guard.give_cookie(redirect(url_for("console.show_codes"), 303), whole)


def take_up_invitation(token: str) -> ResponseReturnValue:
    """Somebody who is logged in already may give the word for one more salon."""
    program, now, me = here.program(), here.now(), here.logged_in()
    if not me.is_whole:
        return redirect(url_for("console.show_code"), 303)
    with database.write(program.engine) as db:
        salon = owners_people.take_up(db, program.vault, token, me.owner, now=now)
        if salon is not None:
            sessions.look_at(db, me, salon)
    if salon is None:
        raise NotFound
    return redirect(url_for("console.show_queue"), 303)


def _secret_page(token: str, problem: str | None) -> str:
    owner, email = _invited(token)
    _refuse_others(owner)
    with database.read(here.program().engine) as db:
        secret = owners_codes.waiting_secret(db, here.program().vault, owner)
    if secret is None:
        raise NotFound
    action = url_for("console.check_first_code", token=token)
    return code_app.secret_page(secret, email, action=action, problem=problem, is_first=True)


def _invited(token: str) -> tuple[UUID, str]:
    """Who sets up a log-in by this link. Raises NotOpen, whose page says why not."""
    with database.read(here.program().engine) as db:
        owner = owners.invited(db, token, now=here.now())
        if owner is None:
            raise NotOpen(owners_invitations.link(db, token, now=here.now()))
        return owner, owners.email_of(db, here.program().vault, owner)


def _show_not_open(error: NotOpen) -> Response:
    """What to do with a link that does not open, or that offers one more salon to whoever has a log-in."""
    token = (request.view_args or {}).get("token", "")
    with database.read(here.program().engine) as db:
        whose = owners_invitations.whose(db, token)
    me = g.session if g.session is not None and g.session.is_whole else None
    page = render_template(
        "invitation_not_open.html",
        link=error.link.value,
        token=token,
        is_mine=me is not None and me.owner == whose,
        is_in=me is not None,
    )
    return make_response(page, error.code)


def _refuse_others(owner: UUID) -> None:
    """Only the browser in which the password was chosen goes on."""
    if g.session is None or g.session.owner != owner:
        raise NotFound


def _agent() -> str | None:
    return browsers.of(request.user_agent.string)
