"""The connection page of a salon whose booking system has no interface: which lists came, how long they are good."""

from flask import render_template

from connector import (
    census_moved,
    database,
    freshness,
    imports_remembered,
    imports_systems,
    imports_words,
    instructions_kept,
    jobs_listing,
)
from connector.console import here
from connector.states import State


def page() -> str:
    """What is true there: nothing tells by itself, lists are brought in, and what is to be done is done by hand."""
    account, policy = here.salon().account, here.salon().policy
    with database.read(here.program().engine) as db:
        came = imports_remembered.kinds(db, account)
        good_until = freshness.good_until(db, account)
        asked = instructions_kept.tasks_in_open(db, account, only_sent=True)
        by_hand = jobs_listing.counts(db, account)[State.BY_HAND] - len(asked)
        move = census_moved.of(db, account, now=here.now())
    return render_template(
        "connection_lists.html",
        came=came,
        kinds=imports_words.KINDS,
        good_until=good_until,
        is_good=good_until is not None and here.now() < good_until,
        by_hand=by_hand,
        move=move,
        system=imports_systems.named_by(policy),
    )
