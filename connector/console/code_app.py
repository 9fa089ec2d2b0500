"""Another code app: a secret that nobody else sees, shown to whoever proved who they are, on by its first code.

Who has lost the phone comes here straight from a recovery code. The old app goes on until the new one's first code.
"""

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session

from connector import database, owners, owners_codes, owners_recovery, owners_told, sessions
from connector.console import browsers, codes, guard, here
from connector.owners_codes import CodeResult
from connector.owners_told import Told
from connector.sessions import Errand


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/settings/me/app")(ask_for_app)
    bp.post("/settings/me/app")(begin_app)
    bp.get("/login/app")(show_new_app)
    bp.post("/login/app")(check_new_app)


def ask_for_app() -> ResponseReturnValue:
    """Prove by a code, or a recovery code, that it is you who wants another app."""
    return render_template("app.html", problem=None, recovery_problem=None)


def begin_app() -> ResponseReturnValue:
    """Give this browser the errand of setting up another app, and another cookie: a copied one has no part in it."""
    program, now, me = here.program(), here.now(), here.logged_in()
    recovery, token = request.form.get("recovery", "").strip(), None
    with database.write(program.engine) as db:
        if recovery:
            result = use_recovery_code(db, recovery)
        else:
            result = owners.confirm_code(db, program.vault, me.owner, request.form.get("code", ""), now)
        if result.ok:
            owners_codes.offer_next(db, program.vault, me.owner)
            if recovery:
                sessions.end_others(db, me)
            token = sessions.make_whole(db, me, now=now, agent=_agent(), errand=Errand.APP)
    if token is not None:
        return guard.give_cookie(redirect(url_for("console.show_new_app"), 303), token)
    return render_template(
        "app.html",
        problem=None if recovery else codes.problem(result),
        recovery_problem=codes.recovery_problem(result) if recovery else None,
    ), 403


def show_new_app() -> ResponseReturnValue:
    """The new secret; for the browser alone that has this errand."""
    return _new_app_page(None) or _elsewhere()


def check_new_app() -> ResponseReturnValue:
    """The first code of the new app: from now on it is the one. New recovery codes come next."""
    program, now, me = here.program(), here.now(), here.logged_in()
    if me.errand is not Errand.APP:
        return _elsewhere()
    token = None
    with database.write(program.engine) as db:
        result = owners_codes.switch_to_next(db, program.vault, me.owner, request.form.get("code", ""), now)
        if result.ok:
            owners_recovery.forget(db, me.owner)
            owners_told.everywhere(db, program.vault, me.owner, Told.NEW_APP, by=me.owner, now=now)
            sessions.end_others(db, me)
            token = sessions.make_whole(db, me, now=now, agent=_agent(), errand=Errand.CODES)
    if token is None:
        page = _new_app_page(codes.problem(result))
        return (page, 403) if page is not None else _elsewhere()
    return guard.give_cookie(redirect(url_for("console.show_codes"), 303), token)


def use_recovery_code(db: Session, code: str) -> CodeResult:
    """Check a recovery code and use it up, with a line of evidence in each of the owner's salons."""
    vault, now, owner = here.program().vault, here.now(), here.logged_in().owner
    result = owners_recovery.use(db, vault, owner, code, now)
    if result.ok:
        owners_told.everywhere(db, vault, owner, Told.RECOVERED, by=owner, now=now)
    return result


def secret_page(secret: str, email: str, *, action: str, problem: str | None, is_first: bool) -> str:
    """A code secret as a link for this phone, in letters to copy, and as a picture for another one."""
    uri = owners_codes.uri(secret, email)
    picture = segno.make(uri, micro=False).svg_data_uri(scale=6, border=4, dark="#10201f", light="#ffffff")
    fours = [secret[at : at + 4] for at in range(0, len(secret), 4)]
    return render_template(
        "app_new.html",
        uri=uri,
        picture=picture,
        fours=fours,
        action=action,
        problem=problem,
        is_first=is_first,
    )


def _new_app_page(problem: str | None) -> str | None:
    """None where this browser has no such errand, or it is done."""
    program, me = here.program(), here.logged_in()
    if me.errand is not Errand.APP:
        return None
    with database.read(program.engine) as db:
        secret = owners_codes.next_secret(db, program.vault, me.owner)
        email = owners.email_of(db, program.vault, me.owner)
    if secret is None:
        return None
    action = url_for("console.check_new_app")
    return secret_page(secret, email, action=action, problem=problem, is_first=False)


def _agent() -> str | None:
    return browsers.of(request.user_agent.string)


def _elsewhere() -> ResponseReturnValue:
    """Whoever has no such errand begins it, or logs in first."""
    is_whole = here.logged_in().is_whole
    return redirect(url_for("console.ask_for_app" if is_whole else "console.show_code"), 303)
