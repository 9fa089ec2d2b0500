"""A list of the booking system's that is far too short: the owner looks there, and says that it is whole."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from connector import census_short, database
from connector.console import errors, here, switching


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.post("/settings/connection/whole")(say_whole)


def say_whole() -> ResponseReturnValue:
    """Keep that the list is whole, for the coming night; as import does it, without a code: nothing is erased by it."""
    switching.refuse_another_salon()
    try:
        walk = UUID(request.form.get("walk", ""))
    except ValueError:
        raise BadRequest from None
    account, owner = here.salon().account, here.logged_in().owner
    with database.write(here.program().engine) as db:
        is_said = census_short.say_whole(db, account, walk, owner=owner, now=here.now())
    if not is_said:
        return errors.settled(409)
    return redirect(url_for("console.show_connection"), 303)
