"""One job: what goes, what stays and until when, why; and the owner's word on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import NotFound

from connector import (
    approvals,
    approvals_by_hand,
    approvals_given,
    database,
    exports_kept,
    facts,
    freshness,
    instructions_kept,
    jobs,
    jobs_looked,
    jobs_places,
    salons_policies,
)
from connector.console import cards, elsewhere, errors, here, left, names, places, refusals, switching
from connector.console.cards import Card
from connector.console.here import Salon
from connector.jobs import Listed
from connector.states import CALLED_OFF, LIVE, WAITING, State
from policies.decide import decide
from policies.decisions import JobKind
from policies.explain import explain
from policies.vocabulary import Category


@dataclass(frozen=True)
class Line:
    """Categories to which the same happens for the same reason."""

    categories: tuple[Category, ...]
    what: str
    why: str
    stays: bool


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/jobs/<uuid:job_id>")(show_job)
    bp.post("/jobs/<uuid:job_id>/tick")(tick)


def show_job(job_id: UUID) -> ResponseReturnValue:
    """Everything that the owner needs to say yes or no, or to see what became of it."""
    with database.read(here.program().engine) as db:
        found = jobs.listed(db, here.salon().account, job_ids=[job_id])
    if not found:
        raise NotFound
    return page(found[0])


def page(job: Listed, *, problems: Mapping[str, str] | None = None) -> str:
    """The page of one job; with what the last word on it lacked: a code, a reason, that the list was looked through."""
    program, salon = here.program(), here.salon()
    with database.read(program.engine) as db:
        lines = _lines(db, salon, job)
        own_reason = approvals_given.reason_of(db, salon.account, job.job)
        package = exports_kept.of_job(db, salon.account, job.job) if job.kind is JobKind.EXPORT else None
        copies = _copies(db, salon, job)
        instructed = instructions_kept.of_task(db, salon.account, job.job)
        closed = _is_too_old(db, salon, job)
        # an export's one look is at the package, which has a part of the page to itself
        left_for = approvals_by_hand.left(db, salon.account, [job]).get(job.job)
        looks = jobs_looked.of(db, job.job, job.round) if job.kind is not JobKind.EXPORT else []
    if left_for is not None:
        (job,) = left.named([job], {job.job: left_for})
    return render_template(
        "job.html",
        card=Card(cards.key_of(job), (job,)),
        job=job,
        lines=lines,
        waits=job.state in WAITING,
        is_by_hand=job.state is State.BY_HAND,
        is_done=job.state is State.VERIFIED,
        is_over=job.state in CALLED_OFF,
        reason=refusals.of_job(here.words(), job) if left_for is None else left.again(left_for),
        left=None if left_for is None else left.why(left_for),
        own_reason=own_reason,
        looks=[one for one in looks if one.looked_at is not None or job.state is State.VERIFIED],
        package=package,
        copies=copies,
        elsewhere=elsewhere.of(salon.account, job),
        places=places.of(job),
        instructed=instructed,
        closed=closed,
        seen=approvals.group_digest([job]),
        problems=problems or {},
        group=_group(job),
        names=names.of(program, salon.account, [job.client]),
    )


def _is_too_old(db: Session, salon: Salon, job: Listed) -> bool:
    """Whether what a task rests on is too old for a tick; a no, and that a copy was handed over, rest on no list."""
    if job.state is not State.BY_HAND or not job.kind.is_destructive:
        return False
    return freshness.objection(db, salon.account, now=here.now()) is not None


def _copies(db: Session, salon: Salon, job: Listed) -> int:
    """How many copies the customer has had this year, where the policy reckons with no more; a warning only."""
    if job.kind is not JobKind.EXPORT or job.state not in WAITING or salon.policy is None:
        return 0
    new_year = (
        here.now().astimezone(salon.zone).replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    )
    count = exports_kept.given_since(db, salon.account, job.content.client_key, new_year)
    return count if count >= salon.policy.requests.copies_per_year else 0


def _group(job: Listed) -> dict[str, str] | None:
    """The page of the group's list that led here, as its address says; None where it was come to by itself."""
    group, page = request.args.get("group", ""), request.args.get("page", "1")
    if job.state not in WAITING or group != cards.family_of(job):
        return None
    return {"group": group, "page": page}


def tick(job_id: UUID) -> ResponseReturnValue:
    """A task by hand is done: the owner says so, and the next looks are to prove it."""
    switching.refuse_another_salon()
    account, owner = here.salon().account, here.logged_in().owner
    with database.write(here.program().engine) as db:
        found = jobs.listed(db, account, job_ids=[job_id])
        if not found:
            raise NotFound
        ticked = places.chosen(places.named(found[0]))
        if _is_too_old(db, here.salon(), found[0]):
            return errors.settled(409)
        is_done = approvals.tick(db, account, job_id, owner=owner, now=here.now())
        if is_done:
            jobs_places.tick(db, account, [job_id], ticked, owner=owner, now=here.now())
    if not is_done and found[0].state is not State.VERIFIED:
        return errors.settled(409)
    return redirect(url_for("console.show_queue", ticked=1), 303)


def _lines(db: Session, salon: Salon, job: Listed) -> list[Line]:
    """Every category as the law sees it today; none where it is over, or the customer is not known any more."""
    today = salon.today(here.now())
    policy = salons_policies.in_force(db, salon.account.slug, today)
    if policy is None or job.client is None or job.state not in LIVE or job.kind is JobKind.EXPORT:
        return []
    # who was erased and is on a list again is known by nothing else
    if not facts.is_known(db, salon.account.slug, job.client):
        return []
    known = facts.facts_of(db, salon.account, job.client, policy, today)
    words = here.words()
    alike: dict[tuple[str, str, bool], list[Category]] = {}
    for one in decide(known, policy, today).verdicts:
        said = (words.word(one.outcome), words.sentence(explain(one)), cards.is_kept(one))
        alike.setdefault(said, []).append(one.category)
    return [Line(tuple(categories), *said) for said, categories in alike.items()]
