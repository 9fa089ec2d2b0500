"""The queue: what waits for the owner, what is under way, and what happened lately."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from connector import database, jobs, jobs_listing, reports
from connector.answers import asked
from connector.console import cards, here, names, questions
from connector.console.cards import Card
from connector.states import State

#: what the owner has to say something about
WAITING = (State.PROPOSED, State.STUCK)
UNDER_WAY = (
    State.APPROVED, State.SENDING, State.UNKNOWN, State.SENT, State.PENDING, State.REOPENED,
)  # fmt: skip
CARDS = 12
_SHOWN_OF_A_GROUP = 3


@dataclass(frozen=True)
class Done:
    """What the last word did, for the sentence on top."""

    word: str
    count: int


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/")(show_queue)


def show_queue() -> ResponseReturnValue:
    """First what waits, then why, then what will happen."""
    program, account = here.program(), here.salon().account
    with database.read(program.engine) as db:
        waiting = jobs.listed(db, account, WAITING)
        by_hand = jobs.listed(db, account, [State.BY_HAND])
        counts = jobs_listing.counts(db, account)
        recent = jobs_listing.recent(db, account, 5)
        last_night = reports.newest(db, account.slug)
        open_questions = questions.of(asked(db, account))
    g.waiting = len(waiting)
    found = cards.of(waiting)
    shown = found[:CARDS]
    seen = [job.client for card in shown for job in card.jobs[:_SHOWN_OF_A_GROUP]]
    return render_template(
        "queue.html",
        cards=shown,
        more=sum(card.count for card in found[CARDS:]),
        by_hand=by_hand[: names.MOST],
        by_hand_count=len(by_hand),
        questions=open_questions,
        under_way=sum(counts[state] for state in UNDER_WAY),
        done=counts[State.VERIFIED],
        recent=recent,
        last_night=last_night,
        names=names.of(program, account, seen + [job.client for job in by_hand] + [j.client for j in recent]),
        told=_told(),
    )


def count_waiting() -> int:
    """How many jobs wait, for the number in the menu."""
    if "waiting" not in g:
        with database.read(here.program().engine) as db:
            counts = jobs_listing.counts(db, here.salon().account)
        g.waiting = sum(counts[state] for state in WAITING)
    count: int = g.waiting
    return count


def _told() -> Done | None:
    """The last word, as the redirect after it says: a word that we know, and a number."""
    for word in ("approved", "rejected", "ticked", "answered"):
        count = request.args.get(word, "")
        if count.isascii() and count.isdigit() and len(count) < 8:
            return Done(word, int(count))
    return None


def card_of(listed: list[jobs.Listed], key: str) -> Card | None:
    """All jobs of one group, however few they are by now."""
    found = tuple(job for job in listed if cards.key_of(job) == key)
    return Card(key, found) if found else None
