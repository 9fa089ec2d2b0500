"""The owner's word: what was shown is approved or turned down; what cannot be undone asks for a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from connector import approvals, database, jobs, owners
from connector.approvals import Approved
from connector.console import cards, here, names, refusals
from connector.console.cards import Card
from connector.console.login import code_problem
from connector.console.queue import WAITING, card_of
from connector.jobs import Listed

LONGEST_REASON = 2000


@dataclass(frozen=True)
class Word:
    """A form as it was sent: which jobs, the digest of what was shown, and what the owner says."""

    jobs: tuple[UUID, ...]
    seen: str
    is_yes: bool
    code: str
    second: bool
    reason: str | None


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
        raise NotFound(here.words().gettext("Nothing of this waits any more."))
    if not card.is_group:
        return redirect(url_for("console.show_job", job_id=card.first.job), 303)
    return confirm_page(card, None)


def give_word() -> ResponseReturnValue:
    """Approve or turn down exactly what was shown, in one transaction with the code."""
    word = _word()
    program, account, now = here.program(), here.salon().account, here.now()
    owner = here.logged_in().owner
    with database.write(program.engine) as db:
        listed = jobs.listed(db, account, job_ids=word.jobs)
        problem = None
        if word.is_yes and _asks_code(listed):
            result = owners.confirm_code(db, program.vault, owner, word.code, now)
            problem = None if result.ok else code_problem(result.reason)
        given = None
        if problem is None and word.is_yes:
            given = approvals.approve(
                db, account, word.jobs, seen=word.seen, owner=owner, now=now, second=word.second
            )
        elif problem is None:
            given = approvals.reject(
                db, account, word.jobs, seen=word.seen, owner=owner, now=now, reason=word.reason
            )
    if given is None:
        return _again(listed, problem)
    return _answer(word, given, listed)


def confirm_page(card: Card, problem: str | None) -> str:
    """One page for one job's group: consequences, whom, code."""
    shown = card.jobs[: names.MOST]
    account = here.salon().account
    return render_template(
        "confirm.html",
        card=card,
        shown=shown,
        seen=approvals.group_digest(card.jobs),
        names=names.of(here.program(), account, [job.client for job in shown]),
        problem=problem,
    )


def _answer(word: Word, given: Approved, listed: Sequence[Listed]) -> ResponseReturnValue:
    """To the queue where all went as said; else item by item what fell out, and why."""
    done = len(given.approved)
    if not given.refused:
        told = {"approved" if word.is_yes else "rejected": done}
        return redirect(url_for("console.show_queue", **told), 303)  # type: ignore[arg-type]
    by_id = {job.job: job for job in listed}
    fell_out = [(by_id.get(one.job), refusals.in_words(here.words(), one.because)) for one in given.refused]
    clients = [job.client for job, _ in fell_out if job is not None]
    shown_names = names.of(here.program(), here.salon().account, clients)
    page = render_template(
        "fell_out.html", done=done, is_yes=word.is_yes, fell_out=fell_out, names=shown_names
    )
    return page, 409


def _again(listed: Sequence[Listed], problem: str | None) -> ResponseReturnValue:
    """The same page anew, with what was wrong with the code."""
    waiting = tuple(job for job in listed if job.state in WAITING)
    if not waiting:
        raise NotFound(here.words().gettext("Nothing of this waits any more."))
    return confirm_page(Card(cards.key_of(waiting[0]), waiting), problem), 403


def _asks_code(listed: Sequence[Listed]) -> bool:
    return any(job.kind.is_destructive for job in listed)


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
