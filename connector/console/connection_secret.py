"""The secret of the booking system's messages: a new one is made and shown once, or its own is taken, with a code."""

from datetime import timedelta

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from connector import database, owners, salons_address, salons_connection
from connector.console import codes, here, switching
from connector.salons_system import KnownSecret
from connector.texts_words import N_
from webhooks.given_secrets import LONGEST, SHORTEST, WrongSecret

#: how long the old secret is good beside the new one; 0 where it has leaked
OVERLAPS = {"72": timedelta(hours=72), "0": timedelta(0)}
_FORM = N_("This booking system's secret is written like %(form)s. Copy it anew, whole.")
_TEXT = N_(
    "A secret has %(shortest)s to %(longest)s letters, digits and signs, and no spaces. Copy it anew, whole."
)
_KNOWN = N_(
    "This secret is in use already, or was before. Have the booking system make a new one, and copy that here."
)


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/settings/connection/secret")(show_new_secret)
    bp.post("/settings/connection/secret")(make_secret)


def show_new_secret() -> ResponseReturnValue:
    """What a new secret means, and the code for it. There is none where the booking system sends nothing."""
    _refuse_silent()
    return _page()


def make_secret() -> ResponseReturnValue:
    """Make a new secret and show it, this once: it is in no address and on no other page.

    One that the booking system gave is kept in its place, and is on no page at all.
    """
    switching.refuse_another_salon()
    switching.refuse_another_system()
    _refuse_silent()
    program, account, owner = here.program(), here.salon().account, here.logged_in().owner
    overlap = OVERLAPS.get(request.form.get("overlap", "72"), OVERLAPS["72"])
    given = request.form.get("given", "").strip() if account.dialect.arrivals.is_signed else ""
    if given and (wrong := _wrong(given)):
        return _page(given_problem=wrong), 422
    try:
        with database.write(program.engine) as db:
            result = owners.confirm_code(db, program.vault, owner, request.form.get("code", ""), here.now())
            secret = (
                salons_connection.rotate_secret(
                    db, account, now=here.now(), overlap=overlap, owner=owner, given=given or None
                )
                if result.ok
                else None
            )
    except KnownSecret:  # nothing was done, so the code is good still
        return _page(given_problem=here.words().gettext(_KNOWN)), 422
    if secret is None:
        return _page(codes.problem(result)), 403
    if given:
        return redirect(url_for("console.show_connection", saved=1), 303)
    return render_template(
        "connection_secret_made.html",
        secret=secret,
        old_ends_at=here.now() + overlap if overlap else None,
        webhook_url=here.address() + salons_address.webhook_path(account.slug, account.dialect, secret),
    )


def _wrong(given: str) -> str | None:
    """How a secret of this booking system is written, where this one is not; None where it is."""
    words = here.words()
    try:
        here.salon().account.dialect.takes_secret(given)
    except WrongSecret as wrong:
        if wrong.form is not None:
            return words.gettext(_FORM) % {"form": wrong.form}
        return words.gettext(_TEXT) % {"shortest": SHORTEST, "longest": LONGEST}
    return None


def _refuse_silent() -> None:
    if not here.salon().account.dialect.sends:
        abort(404)


def _page(problem: str | None = None, given_problem: str | None = None) -> str:
    """The form; a secret that was written into it is not shown again."""
    return render_template(
        "connection_secret.html",
        problem=problem,
        given_problem=given_problem,
        is_leaked=request.form.get("overlap", "72") == "0",
        takes_theirs=here.salon().account.dialect.arrivals.is_signed,
    )
