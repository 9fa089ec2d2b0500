"""The queue: what waits for the owner, what is under way, and what happened lately."""

from dataclasses import dataclass

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from connector import (
    answers,
    approvals_by_hand,
    database,
    exports_kept,
    freshness,
    instructions_kept,
    jobs,
    jobs_listing,
)
from connector.console import cards, here, left, names, night, pressing, questions, since
from connector.console.questions import Question
from connector.states import WAITING, State

UNDER_WAY = (
    State.APPROVED, State.SENDING, State.UNKNOWN, State.SENT, State.PENDING, State.REOPENED,
)  # fmt: skip
#: together no more than the names that one page may ask for: whoever stands on the page is named
CARDS, READY, BY_HAND, MOVING, RECENT = 12, 3, 5, 3, 4
SHOWN_OF_A_GROUP = 3


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
        counts = jobs_listing.counts(db, account)
        to_do = jobs.listed(db, account, [State.BY_HAND]) if counts[State.BY_HAND] else []
        # what waits for the booking system's maker does not wait for the owner
        asked = instructions_kept.tasks_in_open(db, account, only_sent=True) if to_do else set()
        own = pressing.first(job for job in to_do if job.job not in asked)
        by_hand = own[:BY_HAND]
        ready = jobs.listed(
            db,
            account,
            [State.VERIFIED],
            job_ids=exports_kept.waiting(db, account, now=here.now()),
            limit=READY,
        )
        moving = jobs.listed(db, account, UNDER_WAY, limit=MOVING)
        recent = jobs_listing.recent(db, account, RECENT, but=(State.PROPOSED, *UNDER_WAY))
        said = jobs_listing.count_said(db, account) if counts[State.VERIFIED] else 0
        left_for = approvals_by_hand.left(db, account, recent)
        lacks_list = freshness.lacks_a_list(db, account)
        last_night = night.last(db, account.slug, here.now())
        open_questions = questions.counted(answers.counts(db, account))
    recent = left.named(recent, left_for)
    g.decisions = len(found) + _answerable(open_questions)
    shown = found[:CARDS]
    rest = [job.client for job in (*ready, *by_hand, *moving, *recent)]
    samples = cards.samples(shown, names.MOST - len(rest), most=SHOWN_OF_A_GROUP)
    of_cards = [job.client for card, few in zip(shown, samples, strict=True) for job in card.jobs[:few]]
    return render_template(
        "queue.html",
        cards=list(zip(shown, samples, strict=True)),
        more=len(found) - len(shown),
        ready=ready,
        by_hand=[(job, since.answer_by(job)) for job in by_hand],
        by_hand_count=len(own),
        asked=len(asked),
        answerable=[one for one in open_questions if one.is_answerable],
        unknown=[one for one in open_questions if not one.is_answerable],
        under_way=sum(counts[state] for state in UNDER_WAY),
        done=counts[State.VERIFIED] - said,
        only_said=said,
        moving=moving,
        recent=recent,
        left={job: left.why(hold) for job, hold in left_for.items()},
        night=last_night,
        lacks_list=lacks_list,
        today=here.salon().today(here.now()),
        names=names.of(program, account, of_cards + rest),
        told=_told(),
    )


def count_decisions() -> int:
    """How many decisions wait, for the number in the menu: a group is one, however many it is about."""
    if "decisions" not in g:
        account = here.salon().account
        with database.read(here.program().engine) as db:
            open_questions = questions.counted(answers.counts(db, account))
            g.decisions = cards.count_of(jobs_listing.alike(db, account, WAITING)) + _answerable(
                open_questions
            )
    count: int = g.decisions
    return count


def _answerable(open_questions: list[Question]) -> int:
    return sum(question.is_answerable for question in open_questions)


def _told() -> Done | None:
    """The last word, as the redirect after it says: a word that we know, and a number."""
    for word in ("approved", "rejected", "ticked", "answered"):
        count = request.args.get(word, "")
        if count.isascii() and count.isdigit() and len(count) < 8:
            return Done(word, int(count))
    return None
