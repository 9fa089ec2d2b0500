"""An invitation: the owner chooses a password and reads a code secret that nobody else sees.

The link is good until the first code proves that the secret is on the owner's phone. Only the browser that chose
the password is shown the secret.
"""

from uuid import UUID

import segno
from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import database, owners, owners_codes, owners_passwords, sessions
from connector.console import guard, here
from connector.console.login import RETRY, code_problem, too_many


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/invitation/<token>")(show_invitation)
    bp.post("/invitation/<token>")(accept_invitation)
    bp.get("/invitation/<token>/code")(show_secret)
    bp.post("/invitation/<token>/code")(check_first_code)


def show_invitation(token: str) -> ResponseReturnValue:
    """Ask for a password. Opening the link changes nothing: mail programs open links by themselves."""
    _, email = _invited(token)
    return render_template("invitation.html", email=email, problem=None)


def accept_invitation(token: str) -> ResponseReturnValue:
    """Keep the password, and go on to the code."""
    owner, email = _invited(token)
    password, again = request.form.get("password", ""), request.form.get("again", "")
    problem = _password_problem(password, again, email)
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
        session = sessions.start(db, owner, now=now)
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
        whole = sessions.make_whole(db, here.logged_in(), now=now) if result.ok else None
    if whole is None:
        return _secret_page(token, code_problem(result.reason)), 403
    return guard.give_cookie(redirect(url_for("console.show_queue"), 303), whole)


def _secret_page(token: str, problem: str | None) -> str:
    owner, email = _invited(token)
    _refuse_others(owner)
    with database.read(here.program().engine) as db:
        secret = owners_codes.waiting_secret(db, here.program().vault, owner)
    if secret is None:
        raise NotFound
    uri = owners_codes.uri(secret, email)
    picture = segno.make(uri, micro=False).svg_data_uri(scale=6, border=4, dark="#10201f", light="#ffffff")
    letters = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    return render_template(
        "invitation_code.html", token=token, uri=uri, picture=picture, letters=letters, problem=problem
    )


def _invited(token: str) -> tuple[UUID, str]:
    with database.read(here.program().engine) as db:
        owner = owners.invited(db, token, now=here.now())
        if owner is None:
            raise NotFound(
                here.words().gettext(
                    "This invitation is over or has been used. Log in, or ask for a new one."
                )
            )
        return owner, owners.email_of(db, here.program().vault, owner)


def _refuse_others(owner: UUID) -> None:
    """Only the browser in which the password was chosen goes on."""
    if g.session is None or g.session.owner != owner:
        raise NotFound


def _password_problem(password: str, again: str, email: str) -> str | None:
    words = here.words()
    if not owners_passwords.is_good(password, email):
        return words.gettext("Choose a password of at least 12 characters that is not your e-mail address.")
    if password != again:
        return words.gettext("The two passwords are not the same.")
    return None
