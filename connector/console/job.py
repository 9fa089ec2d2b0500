"""One job: what goes, what stays and until when, why; and the owner's word on it."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import NotFound

from connector import approvals, database, facts, jobs, salons
from connector.console import cards, here, names, refusals
from connector.console.cards import Card
from connector.console.here import Salon
from connector.console.queue import WAITING
from connector.jobs import Listed
from connector.states import State
from policies.decide import decide
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
    program, salon = here.program(), here.salon()
    with database.read(program.engine) as db:
        found = jobs.listed(db, salon.account, job_ids=[job_id])
        if not found:
            raise NotFound
        lines = _lines(db, salon, found[0])
    job = found[0]
    return render_template(
        "job.html",
        card=Card(cards.key_of(job), (job,)),
        job=job,
        lines=lines,
        waits=job.state in WAITING,
        is_by_hand=job.state is State.BY_HAND,
        reason=refusals.in_words(here.words(), job.reason),
        seen=approvals.group_digest([job]),
        names=names.of(program, salon.account, [job.client]),
    )


def tick(job_id: UUID) -> ResponseReturnValue:
    """A task by hand is done: the owner says so, and the next looks are to prove it."""
    account = here.salon().account
    with database.write(here.program().engine) as db:
        is_done = approvals.tick(db, account, job_id, owner=here.logged_in().owner, now=here.now())
    if not is_done:
        raise NotFound(here.words().gettext("Nothing of this waits any more."))
    return redirect(url_for("console.show_queue", ticked=1), 303)


def _lines(db: Session, salon: Salon, job: Listed) -> list[Line]:
    """Every category as the law sees it today; none where the customer is not known any more."""
    today = salon.today(here.now())
    policy = salons.policy_in_force(db, salon.account.slug, today)
    if policy is None or job.client is None:
        return []
    known = facts.facts_of(db, salon.account, job.client, policy, today)
    words = here.words()
    alike: dict[tuple[str, str, bool], list[Category]] = {}
    for one in decide(known, policy, today).verdicts:
        said = (words.word(one.outcome), words.sentence(explain(one)), cards.is_kept(one))
        alike.setdefault(said, []).append(one.category)
    return [Line(tuple(categories), *said) for said, categories in alike.items()]
