"""One instruction to the booking system's maker: whether it went out, was read, was answered; and what came of it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import (
    approvals_instructed,
    database,
    instructions,
    instructions_kept,
    instructions_list,
    jobs,
    jobs_places,
)
from connector.console import days, errors, here, names, pages, places, reasons, switching
from connector.instructions_kept import Kept, Row
from connector.jobs import Listed
from connector.states import State
from connector.texts_words import N_

_NO_DAY = N_("Write the day like this: 24.11.2026.")
_NOT_SO = N_("That day cannot be right: it is before the instruction, or still to come.")
_NO_ROWS = N_("Write the numbers of rows of the list, such as 3, 17-19.")
_WHY = N_("Write what they gave as the reason.")


@dataclass(frozen=True)
class Listing:
    """A row of the list, with its task as it stands now."""

    row: Row
    job: Listed

    @property
    def waits(self) -> bool:
        """Whether it is still to be done."""
        return self.job.state is State.BY_HAND and self.job.round == self.row.round

    @property
    def is_done(self) -> bool:
        """Whether it was done, by somebody's word at least."""
        return self.job.state is State.VERIFIED and self.job.round == self.row.round

    @property
    def is_seen(self) -> bool:
        """Whether that was looked at, too."""
        return self.is_done and self.job.is_seen


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/tasks/instruction/<uuid:instruction_id>")(show_instruction)
    bp.post("/tasks/instruction/<uuid:instruction_id>/sent")(say_sent)
    bp.post("/tasks/instruction/<uuid:instruction_id>/withdraw")(withdraw)
    bp.post("/tasks/instruction/<uuid:instruction_id>/confirmed")(file_confirmation)
    bp.post("/tasks/instruction/<uuid:instruction_id>/refused")(file_refusal)


def show_instruction(instruction_id: UUID) -> ResponseReturnValue:
    """Where it stands, and what comes next."""
    return _page(_ours(instruction_id))


def say_sent(instruction_id: UUID) -> ResponseReturnValue:
    """It went out, on a day."""
    switching.refuse_another_salon()
    kept, account = _ours(instruction_id), here.salon().account
    on, problem = _day(since=here.salon().today(kept.made_at))
    if on is None:
        return _page(kept, problems={"sent": problem}), 422
    with database.write(here.program().engine) as db:
        is_done = instructions.sent(
            db, account, instruction_id, on=on, owner=here.logged_in().owner, now=here.now()
        )
    return _back(instruction_id) if is_done else errors.settled(409)


def withdraw(instruction_id: UUID) -> ResponseReturnValue:
    """It does not go out: the list is destroyed, and its tasks are there to be done by hand."""
    switching.refuse_another_salon()
    _ours(instruction_id)
    with database.write(here.program().engine) as db:
        is_done = instructions.withdraw(
            db, here.salon().account, instruction_id, owner=here.logged_in().owner, now=here.now()
        )
    return redirect(url_for("console.show_instruct"), 303) if is_done else errors.settled(409)


def file_confirmation(instruction_id: UUID) -> ResponseReturnValue:
    """They confirmed, on a day, all but some rows: the tasks are ticked together."""
    switching.refuse_another_salon()
    kept = _ours(instruction_id)
    if not kept.waits:
        return errors.settled(409)
    on, problem = _day(since=kept.sent_on)
    if on is None:
        return _page(kept, problems={"confirmed": problem}), 422
    try:
        but = instructions_list.numbers(request.form.get("but", ""), kept.tasks)
    except ValueError:
        return _page(kept, problems={"but": here.words().gettext(_NO_ROWS)}), 422
    ticked = places.chosen(places.named_of_erasures())
    account, owner, now = here.salon().account, here.logged_in().owner, here.now()
    with database.write(here.program().engine) as db:
        done = approvals_instructed.confirm(db, account, instruction_id, on=on, but=but, owner=owner, now=now)
        if done is not None and ticked:
            rows = instructions_kept.rows(db, account, instruction_id)
            erased = [row.job for row in rows if row.nth in done.ticked]
            jobs_places.tick(db, account, erased, ticked, owner=owner, now=now)
    return _back(instruction_id) if done is not None else errors.settled(409)


def file_refusal(instruction_id: UUID) -> ResponseReturnValue:
    """They said no, and why: the tasks are done by hand after all."""
    switching.refuse_another_salon()
    kept, reason = _ours(instruction_id), reasons.read(request.form)
    if not kept.waits:
        return errors.settled(409)
    on, problem = _day(since=kept.sent_on)
    if on is None:
        return _page(kept, problems={"refused": problem}), 422
    if not reason:
        return _page(kept, problems={"reason": here.words().gettext(_WHY)}), 422
    with database.write(here.program().engine) as db:
        is_done = approvals_instructed.refuse(
            db,
            here.salon().account,
            instruction_id,
            on=on,
            reason=reason,
            owner=here.logged_in().owner,
            now=here.now(),
        )
    return _back(instruction_id) if is_done else errors.settled(409)


def _page(kept: Kept, *, problems: dict[str, str] | None = None) -> str:
    program, account = here.program(), here.salon().account
    with database.read(program.engine) as db:
        rows = instructions_kept.rows(db, account, kept.instruction)
        found = {one.job: one for one in jobs.listed(db, account, job_ids=[row.job for row in rows])}
        checklist = places.of_all(db, kept.instruction) if kept.closed_at is not None else []
    listing = [Listing(row, found[row.job]) for row in rows]
    waiting = [one for one in listing if one.waits]
    page = pages.of(waiting, request.args.get("page", "1"))
    erases = any(jobs_places.named_by(here.salon().policy, one.job.kind) for one in waiting)
    return render_template(
        "instruction.html",
        kept=kept,
        seen=sum(one.is_seen for one in listing),
        only_said=sum(one.is_done and not one.is_seen for one in listing),
        to_do=waiting,
        over=[one for one in listing if not one.waits and not one.is_done],
        page=page,
        names=names.of(program, account, [one.job.client for one in page.shown]),
        places=[place.name for place in places.named_of_erasures()] if erases else [],
        checklist=checklist,
        problems=problems or {},
        values=request.form,
    )


def _ours(instruction_id: UUID) -> Kept:
    with database.read(here.program().engine) as db:
        kept = instructions_kept.of(db, here.salon().account, instruction_id)
    if kept is None:
        raise NotFound
    return kept


def _day(*, since: date | None) -> tuple[date | None, str]:
    """The form's day, or what is wrong with it."""
    on, say = days.read(request.form.get("on", "")), here.words().gettext
    if on is None:
        return None, say(_NO_DAY)
    if on > here.salon().today(here.now()) or (since is not None and on < since):
        return None, say(_NOT_SO)
    return on, ""


def _back(instruction_id: UUID) -> ResponseReturnValue:
    return redirect(url_for("console.show_instruction", instruction_id=instruction_id), 303)
