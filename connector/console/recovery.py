"""Recovery codes: ten are made and shown once; one of them lets in whoever has lost the phone."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from connector import database, owners, owners_codes, owners_recovery, sessions
from connector.console import browsers, code_app, codes, guard, here
from connector.owners_codes import CodeResult
from connector.sessions import Errand


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/login/recovery")(show_recovery)
    bp.post("/login/recovery")(check_recovery)
    bp.get("/settings/me/codes")(show_codes)
    bp.post("/settings/me/codes")(make_codes)
    bp.post("/settings/me/codes/saved")(codes_saved)


def show_recovery() -> ResponseReturnValue:
    """After the password: a recovery code in place of a code, or what else to do."""
    if here.logged_in().is_whole:
        return redirect(url_for("console.show_queue"), 303)
    return render_template("recovery.html", problem=None)


def check_recovery() -> ResponseReturnValue:
    """The code opens one thing alone: setting up another app. Every other session of the owner ends."""
    program, now, half = here.program(), here.now(), here.logged_in()
    if half.is_whole:
        return redirect(url_for("console.show_queue"), 303)
    with database.write(program.engine) as db:
        result = code_app.use_recovery_code(db, request.form.get("recovery", ""))
        token = None
        if result.ok:
            owners_codes.offer_next(db, program.vault, half.owner)
            token = sessions.recover(db, half, now=now, agent=browsers.of(request.user_agent.string))
    if token is None:
        return render_template("recovery.html", problem=codes.recovery_problem(result)), 403
    return guard.give_cookie(redirect(url_for("console.show_new_app"), 303), token)


def show_codes() -> ResponseReturnValue:
    """Before ten codes are shown: what they are for, and a code where none was given just now."""
    return _before(None)


def make_codes() -> ResponseReturnValue:
    """Ten fresh codes, in this answer and nowhere else. Each time needs a code, but right after another app."""
    program, now, me = here.program(), here.now(), here.logged_in()
    with database.write(program.engine) as db:
        result = CodeResult(True)
        if me.errand is not Errand.CODES:
            result = owners.confirm_code(db, program.vault, me.owner, request.form.get("code", ""), now)
        made = owners_recovery.make(db, program.vault, me.owner) if result.ok else ()
    if not result.ok:
        return _before(codes.problem(result)), 403
    return render_template("codes_shown.html", codes=made)


def codes_saved() -> ResponseReturnValue:
    """The owner has them; from now on others need a code."""
    with database.write(here.program().engine) as db:
        sessions.end_errand(db, here.logged_in())
    return redirect(url_for("console.show_queue"), 303)


def _before(problem: str | None) -> str:
    me = here.logged_in()
    with database.read(here.program().engine) as db:
        left = owners_recovery.left(db, me.owner)
    return render_template("codes.html", left=left, needs_code=me.errand is not Errand.CODES, problem=problem)
