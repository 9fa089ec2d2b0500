"""Tasks by hand: worked through on a phone beside the booking system, one at a time, each with what to press there."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import BadRequest

from connector import (
    approvals,
    approvals_by_hand,
    database,
    freshness,
    imports_systems,
    instructions_kept,
    jobs,
    jobs_listing,
    jobs_looked,
    jobs_places,
    jobs_press,
    jobs_steps,
    sealed_cards,
)
from connector.approvals_by_hand import Against
from connector.console import cards, errors, here, names, places, pressing, reasons, switching
from connector.console.cards import Card
from connector.console.left import AGAINST, BOOKED
from connector.jobs import Listed
from connector.sealed_cards import Seen
from connector.states import State
from policies.decisions import JobKind
from policies.holds import HandKind

NEXT, DONE = 5, 5
#: so long what was done counts in the progress
_A_ROUND = timedelta(days=30)
#: when what speaks against it is looked at again
_REVIEWED_AFTER = timedelta(days=30)
_ELSE = "other"


@dataclass(frozen=True)
class Progress:
    """How far a round of tasks has come, and what the last of it was."""

    done: int
    total: int
    lately: list[Listed]


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/tasks")(show_tasks)
    bp.post("/tasks/<uuid:job_id>")(answer_task)
    bp.get("/tasks/steps")(show_steps)
    bp.post("/tasks/steps")(write_steps)


def show_tasks() -> ResponseReturnValue:
    """The task that is most pressing, or the one after another that was passed over."""
    program, salon = here.program(), here.salon()
    with database.read(program.engine) as db:
        asked = instructions_kept.tasks_in_open(db, salon.account, only_sent=True)
        made = instructions_kept.listed(db, salon.account)
        everything = _waiting(db)
        own = [one for one in everything if one.job not in asked]
        progress = _progress(db, len(own))
        is_old = freshness.objection(db, salon.account, now=here.now()) is not None
        rests = [one for one in own if is_old and one.kind.is_destructive]
        waiting = [one for one in own if not (is_old and one.kind.is_destructive)]
        place = _place(waiting, request.args.get("after", ""))
        task = waiting[place] if waiting else None
        seen = _seen(db, task)
        steps = jobs_steps.of(db, salon.account)
    following = [*waiting[place + 1 :], *waiting[:place], *rests][:NEXT]
    shown = [job.client for job in ([task] if task else [])] + [job.client for job in following]
    return render_template(
        "tasks.html",
        task=task,
        card=Card(cards.key_of(task), (task,)) if task else None,
        seen=seen,
        system=imports_systems.named_by(salon.policy),
        press=jobs_press.said(here.words(), task) if task else "",
        steps=steps if task and task.kind is JobKind.ERASE else None,
        places=[place.name for place in places.named(task)] if task else [],
        against=AGAINST,
        is_final=task is not None and task.kind.is_destructive,
        following=following,
        left=len(own) - (1 if task else 0),
        rests=len(rests),
        progress=progress,
        names=names.of(program, salon.account, shown),
        said=request.args.get("said", ""),
        unsaid=[one for one in made if one.is_unsaid][:1],  # the earlier ones stand where one is made
        instructed=[one for one in made if one.waits],
        asked=len(everything) - len(own),
    )


def answer_task(job_id: UUID) -> ResponseReturnValue:
    """Done, or not and why; then the next one."""
    switching.refuse_another_salon()
    account, owner, now = here.salon().account, here.logged_in().owner, here.now()
    word = request.form.get("done", "")
    today = here.salon().today(now)
    with database.write(here.program().engine) as db:
        found = jobs.listed(db, account, [State.BY_HAND], job_ids=[job_id])
        if not found:
            return errors.settled(409)
        ticked = places.chosen(places.named(found[0]))
        closed = freshness.objection(db, account, now=now)
        if closed is not None and found[0].kind.is_destructive:
            is_done = False
        elif word in {"yes", "not_found"}:
            is_done = approvals.tick(db, account, job_id, owner=owner, now=now)
            jobs_places.tick(db, account, [job_id], ticked, owner=owner, now=now)
        else:
            against = _against(found[0].kind, word, today)
            is_done = approvals_by_hand.leave(db, account, job_id, against, owner=owner, now=now, today=today)
    said = word if found[0].kind.is_destructive else "no"
    return redirect(url_for("console.show_tasks", said=said), 303) if is_done else errors.settled(409)


def show_steps() -> ResponseReturnValue:
    """What to press in the booking system, in the owner's own words."""
    with database.read(here.program().engine) as db:
        steps = jobs_steps.of(db, here.salon().account)
    return render_template("tasks_steps.html", steps=steps, most=jobs_steps.MOST)


def write_steps() -> ResponseReturnValue:
    """Keep the owner's own steps; none brings the usual ones back."""
    switching.refuse_another_salon()
    text = request.form.get("steps", "")
    with database.write(here.program().engine) as db:
        jobs_steps.write(db, here.salon().account, text, now=here.now())
    return redirect(url_for("console.show_tasks"), 303)


def _against(kind: JobKind, word: str, today: date) -> Against:
    """What the owner says against it. Against a no, and what else takes nobody out, there is nothing to say."""
    own, review_on = reasons.read(request.form), today + _REVIEWED_AFTER
    if not kind.is_destructive or (word == _ELSE and not own):
        raise BadRequest
    if word in {BOOKED, _ELSE}:
        reason = own if word == _ELSE else here.words().gettext(AGAINST[BOOKED])
        return Against(HandKind.OTHER, reason, review_on)
    if word not in AGAINST:
        raise BadRequest
    return Against(HandKind(word), None, review_on)


def _waiting(db: Session) -> list[Listed]:
    """What waits to be done by hand, the most pressing first."""
    found = jobs.listed(db, here.salon().account, [State.BY_HAND])
    return pressing.first(job for job in found if job.kind is not JobKind.EXPORT)


def _place(waiting: list[Listed], after: str) -> int:
    """Where to begin: behind the one that was passed over; from the front again after the last."""
    place = next((place + 1 for place, job in enumerate(waiting) if str(job.job) == after), 0)
    return place if place < len(waiting) else 0


def _progress(db: Session, left: int) -> Progress:
    account = here.salon().account
    done = jobs_looked.done_by_hand(db, account.slug, since=here.now() - _A_ROUND)
    lately = jobs_listing.listed(db, account, [State.VERIFIED], job_ids=done[:DONE])
    lately.sort(key=lambda job: job.moved_at, reverse=True)
    return Progress(len(done), len(done) + left, lately)


def _seen(db: Session, task: Listed | None) -> Seen:
    if task is None or task.client is None:
        return Seen()
    return sealed_cards.of(db, here.salon().account, [task.client]).get(task.client, Seen())
