"""An owner of several salons looks at one of them at a time."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import database, owners, sessions
from connector.console import here


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.post("/settings/salon")(look_at_salon)


def look_at_salon() -> ResponseReturnValue:
    """Go to another of the owner's own salons."""
    with database.write(here.program().engine) as db:
        if not sessions.look_at(db, here.logged_in(), request.form.get("salon", "")):
            raise NotFound
    return redirect(url_for("console.show_queue"), 303)


def others() -> list[str]:
    """The owner's other salons."""
    with database.read(here.program().engine) as db:
        mine = owners.salons_of(db, here.logged_in().owner)
    return [slug for slug in mine if slug != here.logged_in().salon]
