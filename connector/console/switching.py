"""An owner of several salons looks at one of them at a time, and a form acts only on the salon that it was shown of."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Conflict, NotFound

from connector import database, owners, salons_policies, sessions
from connector.console import here
from connector.texts_words import N_

_MOVED = N_("You have moved to another booking system meanwhile. Nothing was done. Open the page anew.")


class AnotherSalon(Conflict):
    """The form is of another salon than the one that is looked at by now; `shown` is None where it is not theirs."""

    def __init__(self, shown: str | None) -> None:
        super().__init__()
        self.shown = shown


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.post("/settings/salon")(look_at_salon)
    bp.register_error_handler(AnotherSalon, _show_another)


def look_at_salon() -> ResponseReturnValue:
    """Go to another of the owner's own salons."""
    salon = request.form.get("salon", "")
    with database.write(here.program().engine) as db:
        # never ask the database with what was sent: PostgreSQL refuses a NUL
        if salon not in owners.salons_of(db, here.logged_in().owner):
            raise NotFound
        sessions.look_at(db, here.logged_in(), salon)
    return redirect(url_for("console.show_queue"), 303)


def refuse_another_salon() -> None:
    """Raise AnotherSalon unless the form names the salon that is looked at: a second tab may have switched."""
    shown = request.form.get("salon", "")
    if shown != here.logged_in().salon:
        raise AnotherSalon(shown if shown in others() else None)


def refuse_another_system() -> None:
    """Raise Conflict where the form was shown before the salon moved: what it says is of the system that was left."""
    if request.form.get("system", "") != here.salon().system:
        raise Conflict(here.words().gettext(_MOVED))


def others() -> dict[str, str]:
    """The owner's other salons, and what they call themselves."""
    with database.read(here.program().engine) as db:
        mine = owners.salons_of(db, here.logged_in().owner)
        found = {slug: salons_policies.newest(db, slug) for slug in mine if slug != here.logged_in().salon}
    return {slug: policy.controller.name if policy else slug for slug, policy in found.items()}


def _show_another(error: AnotherSalon) -> ResponseReturnValue:
    name = None if error.shown is None else others().get(error.shown)
    return render_template("another_salon.html", shown=error.shown, name=name), 409
