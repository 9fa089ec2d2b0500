"""The queue: what waits for the owner, what is under way, and what happened lately."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from connector import database, jobs, jobs_listing
from connector.answers import asked
from connector.console import cards, here, names, night, questions
from connector.console.cards import Card
from connector.console.questions import Question
from connector.states import WAITING, State

UNDER_WAY = (
    State.APPROVED, State.SENDING, State.UNKNOWN, State.SENT, State.PENDING, State.REOPENED,
)  # fmt: skip
CARDS = 12
BY_HAND = 12
RECENT = 5
SHOWN_OF_A_GROUP = 3
#: as many names as the page can show
_NAMES = CARDS * SHOWN_OF_A_GROUP + BY_HAND + RECENT


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
        found = cards.of(jobs.listed(db, account, WAITING))
        by_hand = jobs.listed(db, account, [State.BY_HAND])
        counts = jobs_listing.counts(db, account)
        recent = jobs_listing.recent(db, account, RECENT)
        last_night = night.last(db, account.slug, here.now())
        open_questions = questions.of(asked(db, account))
    g.decisions = _decisions(found, open_questions)
    shown = found[:CARDS]
    of_cards = [job.client for card in shown for job in card.jobs[:SHOWN_OF_A_GROUP]]
    rest = [job.client for job in (*by_hand[:BY_HAND], *recent)]
    return render_template(
        "queue.html",
        cards=shown,
        more=len(found) - len(shown),
        by_hand=by_hand[:BY_HAND],
        by_hand_count=len(by_hand),
        answerable=[one for one in open_questions if one.is_answerable],
        unknown=[one for one in open_questions if not one.is_answerable],
        under_way=sum(counts[state] for state in UNDER_WAY),
        done=counts[State.VERIFIED],
        recent=recent,
        night=last_night,
        today=here.salon().today(here.now()),
        names=names.of(program, account, of_cards + rest, most=_NAMES),
        told=_told(),
    )


def count_decisions() -> int:
    """How many decisions wait, for the number in the menu: a group is one, however many it is about."""
    if "decisions" not in g:
        account = here.salon().account
        with database.read(here.program().engine) as db:
            found = cards.of(jobs.listed(db, account, WAITING))
            g.decisions = _decisions(found, questions.of(asked(db, account)))
    count: int = g.decisions
    return count


def card_of(listed: list[jobs.Listed], key: str) -> Card | None:
    """All jobs of one group, however few they are by now."""
    found = tuple(job for job in listed if cards.key_of(job) == key)
    return Card(key, found) if found else None


def _decisions(found: list[Card], asked: list[Question]) -> int:
    return len(found) + sum(question.is_answerable for question in asked)


def _told() -> Done | None:
    """The last word, as the redirect after it says: a word that we know, and a number."""
    for word in ("approved", "rejected", "ticked", "answered"):
        count = request.args.get(word, "")
        if count.isascii() and count.isdigit() and len(count) < 8:
            return Done(word, int(count))
    return None
