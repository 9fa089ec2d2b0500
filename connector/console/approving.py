"""The owner's word: what was shown is approved or turned down; what cannot be undone asks for a code."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import BadRequest

from connector import approvals, approvals_given, database, jobs, jobs_listing, owners
from connector.approvals import Approved
from connector.console import cards, codes, errors, falling, here, job, names, reasons, switching
from connector.console.cards import Card
from connector.jobs import Listed
from connector.states import WAITING
from connector.texts_words import N_

#: of whom a group's page says the name: the code is to be near, and the list of all is a page of its own
SHOWN = 5
_REASON_WANTED = N_("Write why. The customer has a right to be told.")
_SECOND_WANTED = N_("Tick here that you have looked through the list.")


@dataclass(frozen=True)
class Word:
    """A form as it was sent: which jobs, the digest of what was shown, and what the owner says."""

    jobs: tuple[UUID, ...]
    seen: str
    is_yes: bool
    code: str = field(repr=False)
    second: bool
    reason: str | None
    with_aside: bool


@dataclass(frozen=True)
class Said:
    """What came of a word: taken, given before, or not taken because something was missing from it."""

    listed: Sequence[Listed]
    given: Approved | None = None
    before: int = 0
    problems: Mapping[str, str] = field(default_factory=dict)  # by what is missing: code, reason, second


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/approve")(confirm_group)
    bp.post("/approve")(give_word)


def confirm_group() -> ResponseReturnValue:
    """What would happen to a whole group, with the code beside it."""
    key = request.args.get("group", "")
    with database.read(here.program().engine) as db:
        waiting = jobs.listed(db, here.salon().account, WAITING)
    card = cards.card_of(waiting, key)
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
        return _again(word, said)
    return _answer(word, said.given, said.listed)


def confirm_page(card: Card, *, fallen: int = 0, problems: Mapping[str, str] | None = None) -> str:
    """The page of a whole group: consequences, the first of those whom it is about, code.

    `fallen` are no longer in it since the form was shown that came back with `problems`.
    """
    program, account = here.program(), here.salon().account
    with database.read(program.engine) as db:
        waiting = Counter(map(cards.key_of, jobs_listing.alike(db, account, WAITING)))
    shown = card.jobs[:SHOWN]
    return render_template(
        "confirm.html",
        card=card,
        shown=shown,
        out=waiting[cards.aside_of(card.family)],
        fallen=fallen,
        seen=approvals.group_digest(card.jobs),
        names=names.of(program, account, [one.client for one in shown]),
        problems=problems or {},
    )


def _say(db: Session, word: Word) -> Said:
    """Take the word, unless it was given before, or something that it needs is missing."""
    account, now, owner = here.salon().account, here.now(), here.logged_in().owner
    listed = jobs.listed(db, account, job_ids=word.jobs)
    waiting = _waiting(word, listed)
    if not waiting:
        spoken = approvals_given.APPROVED if word.is_yes else approvals_given.REJECTED
        return Said(listed, before=approvals_given.count(db, account, word.jobs, owner=owner, word=spoken))
    if problems := _problems(db, word, Card("", waiting)):
        return Said(listed, problems=problems)
    say = partial(approvals.approve, second=word.second)
    if not word.is_yes:
        say = partial(approvals.reject, reason=word.reason)
    aside = word.with_aside
    given = say(db, account, word.jobs, seen=word.seen, owner=owner, now=now, with_aside=aside)
    return Said(listed, given)


def _waiting(word: Word, listed: Sequence[Listed]) -> tuple[Listed, ...]:
    """What still waits of what a form is about: who was taken out of a group meanwhile does not wait for its word."""
    return tuple(one for one in listed if one.state in WAITING and (word.with_aside or not one.is_aside))


def _problems(db: Session, word: Word, card: Card) -> dict[str, str]:
    """What the word lacks. The code is looked at last, since it is used up by that."""
    say = here.words().gettext
    if not word.is_yes:
        is_missing = word.reason is None and any(Card("", (one,)).is_asked_for for one in card.jobs)
        return {"reason": say(_REASON_WANTED)} if is_missing else {}
    if card.over_limit and not word.second:
        return {"second": say(_SECOND_WANTED)}
    if not card.needs_code:
        return {}
    result = owners.confirm_code(db, here.program().vault, here.logged_in().owner, word.code, here.now())
    return {} if result.ok else {"code": codes.problem(result)}


def _answer(word: Word, given: Approved, listed: Sequence[Listed]) -> ResponseReturnValue:
    """To the queue where all went as said; else item by item what fell out, and why."""
    done = len(given.approved)
    if not given.refused:
        return _to_queue(word, done)
    fell_out = falling.of(here.words(), given.refused, listed)
    clients = [one.client for reason in fell_out for one in reason.shown]
    page = render_template(
        "fell_out.html",
        done=done,
        is_yes=word.is_yes,
        count=len(given.refused),
        fell_out=fell_out,
        names=names.of(here.program(), here.salon().account, clients),
    )
    return page, 409


def _to_queue(word: Word, count: int) -> ResponseReturnValue:
    told = {"approved" if word.is_yes else "rejected": count}
    return redirect(url_for("console.show_queue", **told), 303)  # type: ignore[arg-type]


def _again(word: Word, said: Said) -> ResponseReturnValue:
    """The same page anew, with what the word lacked."""
    waiting = _waiting(word, said.listed)
    if not waiting:
        return errors.settled(409)
    status = 403 if "code" in said.problems else 422
    if len(waiting) == 1:
        return job.page(waiting[0], problems=said.problems), status
    fallen = len(word.jobs) - len(waiting)
    card = Card(cards.key_of(waiting[0]), waiting)
    return confirm_page(card, fallen=fallen, problems=said.problems), status


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
        with_aside=form.get("aside") == "yes",
        reason=reasons.read(form) or None,
    )
