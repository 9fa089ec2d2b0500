"""You and your devices: language, password, code app, recovery codes, and every browser in which you are logged in."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers.response import Response

from connector import database, owners, owners_passwords, owners_recovery, sessions
from connector.console import codes, guard, here, login
from connector.texts_words import N_

#: so few recovery codes that others should be made
FEW = 2
#: what was done just now → how it is said
_TOLD = {
    "password": N_("Your password is changed. Every other browser was logged out."),
    "ended": N_("That browser is logged out."),
    "others": N_("Every other browser is logged out."),
    "gone": N_("That browser was logged out already."),
}
_OLD_IS_WRONG = N_("That is not your present password. After five wrong ones you have to wait a while.")


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/settings/me")(show_me)
    bp.post("/settings/me/language")(choose_my_language)
    bp.post("/settings/me/devices/end")(end_device)
    bp.post("/settings/me/devices/end-others")(end_other_devices)
    bp.get("/settings/me/password")(ask_for_password)
    bp.post("/settings/me/password")(change_password)


def show_me() -> ResponseReturnValue:
    """Everything that is the owner's own, at whichever salon."""
    program, me = here.program(), here.logged_in()
    with database.read(program.engine) as db:
        email = owners.email_of(db, program.vault, me.owner)
        left = owners_recovery.left(db, me.owner)
        devices = sessions.devices(db, me, now=here.now())
    told = _TOLD.get(request.args.get("told", ""))
    return render_template("me.html", email=email, left=left, few=left <= FEW, devices=devices, told=told)


def choose_my_language() -> Response:
    """Another language, and back to this page."""
    return login.speak(request.form.get("language", ""), url_for("console.show_me"))


def end_device() -> ResponseReturnValue:
    """Log one of the owner's own browsers out, be it this one."""
    me, ref = here.logged_in(), request.form.get("device", "")
    with database.write(here.program().engine) as db:
        this = next(one.ref for one in sessions.devices(db, me, now=here.now()) if one.is_this)
        was_there = sessions.end_device(db, me.owner, ref)
    if was_there and ref == this:
        return guard.take_cookie(redirect(url_for("console.show_login"), 303))
    return redirect(url_for("console.show_me", told="ended" if was_there else "gone"), 303)


def end_other_devices() -> ResponseReturnValue:
    """Log every other browser of the owner out."""
    with database.write(here.program().engine) as db:
        sessions.end_others(db, here.logged_in())
    return redirect(url_for("console.show_me", told="others"), 303)


def ask_for_password() -> ResponseReturnValue:
    """Another password: the old one, the new one twice, and a code."""
    return _password_page()


def change_password() -> ResponseReturnValue:
    """Wrong ones are counted as at the log-in: a copied session gives no more guesses."""
    new, again = request.form.get("password", ""), request.form.get("again", "")
    with database.read(here.program().engine) as db:
        email = owners.email_of(db, here.program().vault, here.logged_in().owner)
    problem = login.password_problem(new, again, email)
    if problem is not None:
        return _password_page(new=problem), 422
    try:
        with owners_passwords.room():
            return _change_password(request.form.get("old", ""), new)
    except owners_passwords.Crowded:
        return _password_page(old=login.too_many()), 429, login.RETRY


def _change_password(old: str, new: str) -> ResponseReturnValue:
    program, now, me = here.program(), here.now(), here.logged_in()
    with database.write(program.engine) as db:
        attempt = owners_passwords.take_attempt_of(db, me.owner, now=now)
    if not owners_passwords.holds(attempt, old):
        return _password_page(old=here.words().gettext(_OLD_IS_WRONG)), 403
    with database.write(program.engine) as db:
        owners_passwords.attempt_held(db, me.owner)
        result = owners.confirm_code(db, program.vault, me.owner, request.form.get("code", ""), now)
    if not result.ok:
        return _password_page(code=codes.problem(result)), 403
    password_hash = owners_passwords.hash_of(new)
    with database.write(program.engine) as db:
        owners_passwords.change(db, me.owner, password_hash)
        sessions.end_others(db, me)
    return redirect(url_for("console.show_me", told="password"), 303)


def _password_page(*, old: str | None = None, new: str | None = None, code: str | None = None) -> str:
    return render_template("password.html", old_problem=old, new_problem=new, code_problem=code)
