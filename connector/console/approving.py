"""The owner's word: what was shown is approved or turned down; what cannot be undone asks for a code."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import BadRequest

from connector import approvals, approvals_given, database, jobs, owners
from connector.approvals import Approved
from connector.console import cards, errors, here, job, names, refusals, switching
from connector.console.cards import Card
from connector.console.login import code_problem
from connector.console.queue import card_of
from connector.jobs import Listed
from connector.states import WAITING
from connector.texts_words import N_

LONGEST_REASON = 2000
_REASON_WANTED = N_("Write why. The customer has a right to be told.")


@dataclass(frozen=True)
class Word:
    """A form as it was sent: which jobs, the digest of what was shown, and what the owner says."""

    jobs: tuple[UUID, ...]
    seen: str
    is_yes: bool
    code: str = field(repr=False)
    second: bool
    reason: str | None


@dataclass(frozen=True)
class Said:
    """What came of a word: taken, given before, or not taken because the code or the reason was missing."""

    listed: Sequence[Listed]
    given: Approved | None = None
    before: int = 0
    problem: str | None = None
    reason_problem: str | None = None


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/approve")(confirm_group)
    bp.post("/approve")(give_word)


def confirm_group() -> ResponseReturnValue:
    """What would happen to a whole group, with the code beside it."""
    key = request.args.get("group", "")
    with database.read(here.program().engine) as db:
        card = card_of(jobs.listed(db, here.salon().account, WAITING), key)
    if card is None:
        return errors.settled(404)
    if not card.is_group:
        return redirect(url_for("console.show_job", job_id=card.first.job), 303)
    return confirm_page(card)


def give_word() -> ResponseReturnValue:
    """Approve or turn down exactly what was shown, in one transaction with the code."""
    switching.refuse_another_salon()
    word = _word()
    with database.write(here.program().engine) as db:
        said = _say(db, word)
    if said.before and said.given is None:  # the same form sent twice: it was done the first time
        return _to_queue(word, said.before)
    if said.given is None:
        return _again(said)
    return _answer(word, said.given, said.listed)


def confirm_page(card: Card, *, problem: str | None = None, reason_problem: str | None = None) -> str:
    """The page of a whole group: consequences, whom it is about, code."""
    shown = card.jobs[: names.MOST]
    clients = [one.client for one in shown]
    return render_template(
        "confirm.html",
        card=card,
        shown=shown,
        seen=approvals.group_digest(card.jobs),
        names=names.of(here.program(), here.salon().account, clients),
        problem=problem,
        reason_problem=reason_problem,
    )


def _say(db: Session, word: Word) -> Said:
    """Take the word, unless it was given before, or its code or reason does not hold."""
    program, account, now = here.program(), here.salon().account, here.now()
    owner = here.logged_in().owner
    listed = jobs.listed(db, account, job_ids=word.jobs)
    if not any(one.state in WAITING for one in listed):
        spoken = approvals_given.APPROVED if word.is_yes else approvals_given.REJECTED
        return Said(listed, before=approvals_given.count(db, account, word.jobs, owner=owner, word=spoken))
    if not word.is_yes:
        if word.reason is None and any(Card("", (one,)).is_asked_for for one in listed):
            return Said(listed, reason_problem=here.words().gettext(_REASON_WANTED))
        given = approvals.reject(
            db, account, word.jobs, seen=word.seen, owner=owner, now=now, reason=word.reason
        )
        return Said(listed, given)
    if any(one.kind.is_destructive for one in listed):
        result = owners.confirm_code(db, program.vault, owner, word.code, now)
        if not result.ok:
            return Said(listed, problem=code_problem(result.reason))
    given = approvals.approve(
        db, account, word.jobs, seen=word.seen, owner=owner, now=now, second=word.second
    )
    return Said(listed, given)


def _answer(word: Word, given: Approved, listed: Sequence[Listed]) -> ResponseReturnValue:
    """To the queue where all went as said; else item by item what fell out, and why."""
    done = len(given.approved)
    if not given.refused:
        return _to_queue(word, done)
    by_id = {one.job: one for one in listed}
    fell_out = [(by_id.get(one.job), refusals.in_words(here.words(), one.because)) for one in given.refused]
    clients = [one.client for one, _ in fell_out if one is not None]
    shown_names = names.of(here.program(), here.salon().account, clients, most=2 * names.MOST)
    page = render_template(
        "fell_out.html", done=done, is_yes=word.is_yes, fell_out=fell_out, names=shown_names
    )
    return page, 409


def _to_queue(word: Word, count: int) -> ResponseReturnValue:
    told = {"approved" if word.is_yes else "rejected": count}
    return redirect(url_for("console.show_queue", **told), 303)  # type: ignore[arg-type]


def _again(said: Said) -> ResponseReturnValue:
    """The same page anew, with what was wrong with the code or the reason."""
    waiting = tuple(one for one in said.listed if one.state in WAITING)
    if not waiting:
        return errors.settled(409)
    problems = {"problem": said.problem, "reason_problem": said.reason_problem}
    status = 403 if said.problem else 422
    if len(waiting) == 1:
        return job.page(waiting[0], **problems), status
    return confirm_page(Card(cards.key_of(waiting[0]), waiting), **problems), status


def _word() -> Word:
    form = request.form
    try:
        job_ids = tuple(UUID(text) for text in form.get("jobs", "").split())
    except ValueError:
        raise BadRequest from None
    if not job_ids or form.get("word") not in {"approve", "reject"}:
        raise BadRequest
    return Word(
        jobs=job_ids,
        seen=form.get("seen", ""),
        is_yes=form.get("word") == "approve",
        code=form.get("code", ""),
        second=form.get("second") == "yes",
        reason=form.get("reason", "").strip()[:LONGEST_REASON] or None,
    )
