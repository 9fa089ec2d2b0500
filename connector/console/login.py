"""Logging in: the password, then the code; and out."""

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.wrappers.response import Response

from connector import database, owners, owners_passwords, sessions, texts
from connector.console import browsers, codes, guard, here

#: for whoever has to come again
RETRY = {"Retry-After": "5"}


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/login")(show_login)
    bp.post("/login")(check_password)
    bp.get("/login/code")(show_code)
    bp.post("/login/code")(check_code)
    bp.post("/logout")(log_out)
    bp.post("/language")(choose_language)


def show_login() -> ResponseReturnValue:
    """The first page; who is logged in already goes to the queue."""
    if g.session is not None and g.session.is_whole:
        return redirect(url_for("console.show_queue"), 303)
    return render_template("login.html", problem=None, email="")


def check_password() -> ResponseReturnValue:
    """The password; nothing is counted against anybody while too many are being checked."""
    email = request.form.get("email", "")
    try:
        with owners_passwords.room():
            return _check_password(email)
    except owners_passwords.Crowded:
        return render_template("login.html", problem=too_many(), email=email), 429, RETRY


def _check_password(email: str) -> ResponseReturnValue:
    """The answer is the same whatever was wrong: address, password, or too many attempts."""
    program, now = here.program(), here.now()
    password = request.form.get("password", "")
    with database.write(program.engine) as db:
        attempt = owners_passwords.take_attempt(db, program.vault, email, now=now)
    if not owners_passwords.holds(attempt, password) or attempt.owner is None:
        problem = here.words().gettext(
            "The e-mail or the password is wrong. After five wrong ones you have to wait a while."
        )
        return render_template("login.html", problem=problem, email=email), 403
    with database.write(program.engine) as db:
        owners_passwords.attempt_held(db, attempt.owner)
        _end_the_one_before(db)
        token = sessions.start(db, attempt.owner, now=now, agent=browsers.of(request.user_agent.string))
    return guard.give_cookie(redirect(url_for("console.show_code"), 303), token)


def show_code() -> ResponseReturnValue:
    """The second page."""
    if here.logged_in().is_whole:
        return redirect(url_for("console.show_queue"), 303)
    return render_template("login_code.html", problem=None)


def check_code() -> ResponseReturnValue:
    """The code; right, it makes a whole session under a new token."""
    program, now, half = here.program(), here.now(), here.logged_in()
    if half.is_whole:
        return redirect(url_for("console.show_queue"), 303)
    with database.write(program.engine) as db:
        result = owners.confirm_code(db, program.vault, half.owner, request.form.get("code", ""), now)
        token = (
            sessions.make_whole(db, half, now=now, agent=browsers.of(request.user_agent.string))
            if result.ok
            else None
        )
    if token is None:
        return render_template("login_code.html", problem=codes.problem(result)), 403
    return guard.give_cookie(redirect(url_for("console.show_queue"), 303), token)


def log_out() -> Response:
    """End the session here and in the database: a copied cookie opens nothing."""
    with database.write(here.program().engine) as db:
        sessions.end(db, here.logged_in().token_hash)
    return guard.take_cookie(redirect(url_for("console.show_login"), 303))


def choose_language() -> Response:
    """Another language, at the foot of every page."""
    return speak(request.form.get("language", ""), url_for("console.show_queue"))


def speak(chosen: str, then: str) -> Response:
    """Another language: for this browser, and for the owner wherever they log in."""
    answer = redirect(then, 303)
    if chosen not in texts.LANGUAGES:
        return answer
    if g.session is not None:
        with database.write(here.program().engine) as db:
            owners.set_language(db, g.session.owner, chosen)
    year = 365 * 24 * 3600
    answer.set_cookie(
        "language", chosen, max_age=year, httponly=True, secure=guard.is_secure(), samesite="Lax"
    )
    return answer


def password_problem(password: str, again: str, email: str) -> str | None:
    """What is wrong with a password that somebody chose; None where nothing is."""
    words = here.words()
    if not owners_passwords.is_good(password, email):
        return words.gettext("Choose a password of at least 12 characters that is not your e-mail address.")
    if password != again:
        return words.gettext("The two passwords are not the same.")
    return None


def too_many() -> str:
    """What to say to somebody whose password has to wait."""
    return here.words().gettext("Too many people are logging in just now. Try again in a moment.")


def _end_the_one_before(db: Session) -> None:
    """Whoever logs in anew in the same browser leaves no session behind that a copied cookie still opens."""
    if g.session is not None:
        sessions.end(db, g.session.token_hash)
