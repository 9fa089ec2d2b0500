"""Places beside the booking system, in forms: which of them a form ticks, and the checklists.

One is on a job's page, and one on the page of an instruction, for all that its maker confirmed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import BadRequest, NotFound

from connector import database, instructions_kept, jobs, jobs_places, owners
from connector.console import here, switching
from connector.jobs import Listed
from connector.states import CALLED_OFF
from policies.decisions import JobKind
from policies.people import Place


@dataclass(frozen=True)
class Shown:
    """A place as the page shows it: its number in the form, when it was ticked, and by whom where it was not you."""

    number: int
    name: str
    at: datetime | None
    by: str | None


@dataclass(frozen=True)
class ForAll:
    """A place of many erasures: its number in the form, and for how many of them it waits to be ticked."""

    number: int
    name: str
    left: int


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.post("/jobs/<uuid:job_id>/places")(tick_places)
    bp.post("/tasks/instruction/<uuid:instruction_id>/places")(tick_places_of_all)


def named(job: Listed) -> tuple[Place, ...]:
    """The places of which a job reminds."""
    return jobs_places.named_by(here.salon().policy, job.kind)


def chosen(places: Iterable[Place]) -> list[Place]:
    """Those of these places that the form ticks; raises BadRequest for a number that is none of theirs."""
    there = {str(number): place for number, place in enumerate(places, start=1)}
    try:
        return [there[number] for number in dict.fromkeys(request.form.getlist("place"))]
    except KeyError:
        raise BadRequest from None


def of(job: Listed) -> list[Shown]:
    """The checklist of a job; none where nothing is erased."""
    places = named(job)
    if not places or job.state in CALLED_OFF:
        return []
    with database.read(here.program().engine) as db:
        found = jobs_places.of(db, here.salon().account, job.job, places)
        others = {one.owner for one in found if one.owner not in {None, here.logged_in().owner}}
        emails = {who: owners.email_of(db, here.program().vault, who) for who in others if who is not None}
    return [
        Shown(number, one.place.name, one.at, emails.get(one.owner) if one.owner else None)
        for number, one in enumerate(found, start=1)
    ]


def of_all(db: Session, instruction: UUID) -> list[ForAll]:
    """The checklist of all that an instruction's maker has erased; none where that is nobody."""
    account, erased = here.salon().account, instructions_kept.done(db, here.salon().account, instruction)
    found = jobs_places.unticked(db, account, erased, named_of_erasures())
    return [ForAll(number, place.name, left) for number, (place, left) in enumerate(found, start=1)]


def named_of_erasures() -> tuple[Place, ...]:
    """The places of which an erasure reminds."""
    return jobs_places.named_by(here.salon().policy, JobKind.ERASE)


def tick_places_of_all(instruction_id: UUID) -> ResponseReturnValue:
    """The owner took all that the maker has erased out of these places."""
    switching.refuse_another_salon()
    account = here.salon().account
    with database.read(here.program().engine) as db:
        if instructions_kept.of(db, account, instruction_id) is None:
            raise NotFound
    ticked = chosen(named_of_erasures())
    with database.write(here.program().engine) as db:
        erased = instructions_kept.done(db, account, instruction_id)
        jobs_places.tick(db, account, erased, ticked, owner=here.logged_in().owner, now=here.now())
    where = url_for("console.show_instruction", instruction_id=instruction_id, _anchor="h-places")
    return redirect(where, 303)


def tick_places(job_id: UUID) -> ResponseReturnValue:
    """The owner took the customer out of these places."""
    switching.refuse_another_salon()
    account = here.salon().account
    with database.read(here.program().engine) as db:
        found = jobs.listed(db, account, job_ids=[job_id])
    if not found:
        raise NotFound
    ticked = chosen(named(found[0]))
    with database.write(here.program().engine) as db:
        jobs_places.tick(db, account, [job_id], ticked, owner=here.logged_in().owner, now=here.now())
    return redirect(url_for("console.show_job", job_id=job_id, _anchor="h-places"), 303)
