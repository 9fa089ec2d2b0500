"""The owner's word from a terminal: jobs are approved or turned down, exactly as they stand listed.

It asks no password: who can run it holds the database. The code is the owner's own.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

import click
from sqlmodel import Session

from connector import approvals, database, jobs, owners
from connector.approvals import Approved
from connector.commands.door import Door, Refused, WrongUse, json_option, pass_door, say
from connector.commands.ids import Id
from connector.commands.queue import as_line
from connector.jobs import Listed
from connector.states import WAITING

T = TypeVar("T")
JOB = Id("a job", "ovikello jobs")


@click.command("approve")
@click.argument("slug")
@click.argument("job_ids", metavar="[JOB …]", nargs=-1, type=JOB)
@click.option("--owner", "email", required=True, help="Whose word it is.")
@click.option("--code", help="The six digits that the authenticator shows now; asked for, if not given.")
@click.option(
    "--all",
    "take_all",
    is_flag=True,
    help="All that wait now, but for those set aside; they are listed first.",
)
@click.option("--second", is_flag=True, help="Confirm what is over the policy's mass limit.")
@json_option
@pass_door
def approve(
    door: Door,
    slug: str,
    job_ids: tuple[UUID, ...],
    email: str,
    code: str | None,
    take_all: bool,
    second: bool,
    as_json: bool,
) -> None:
    """Give the owner's word on jobs, exactly as they stand listed.

    \b
    ovikello approve aava --owner owner@example.com
    ovikello approve aava --all --owner owner@example.com
    ovikello approve aava JOB --owner owner@example.com

    What is approved is carried out within moments, and an erasure cannot be taken back. Without JOB all that wait are
    listed, and it is asked whether you mean them; then the code is asked for. Those that somebody took out of their
    group on a page are left out, and taken by their JOB alone. Whatever changed since falls out by itself, with its
    reason, and the rest is approved: then it ends with 1.
    """
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        waiting = jobs.listed(db, account, WAITING)
    aside = [] if job_ids else [job for job in waiting if job.is_aside]
    chosen = _chosen(slug, waiting, aside, job_ids, take_all, as_json)
    ids = job_ids or tuple(job.job for job in chosen)
    seen = {job.job: job.digest for job in chosen} if job_ids else approvals.group_digest(chosen)

    def give(db: Session, owner: UUID) -> Approved:
        return approvals.approve(
            db,
            account,
            ids,
            seen=seen,
            owner=owner,
            now=door.now(),
            second=second,
            with_aside=bool(job_ids),
        )

    _tell(with_word(door, email, slug, code, give), "approved", as_json, slug, aside)


@click.command("reject")
@click.argument("slug")
@click.argument("job_ids", metavar="JOB …", nargs=-1, required=True, type=JOB)
@click.option("--owner", "email", required=True, help="Whose word it is.")
@click.option("--code", help="The six digits that the authenticator shows now; asked for, if not given.")
@click.option("--reason", required=True, help="Why not; it is kept sealed.")
@json_option
@pass_door
def reject(
    door: Door, slug: str, job_ids: tuple[UUID, ...], email: str, code: str | None, reason: str, as_json: bool
) -> None:
    """Say no to jobs. They come back when their facts change, or after 90 days.

    \b
    ovikello reject aava JOB --owner owner@example.com --reason "comes back in spring"

    Nothing is changed in the booking system. The policy goes on promising what it promises: who is to be kept for
    longer needs a hold ('ovikello hold open') or another policy.
    """
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        seen = {job.job: job.digest for job in jobs.listed(db, account, WAITING)}

    def give(db: Session, owner: UUID) -> Approved:
        return approvals.reject(db, account, job_ids, seen=seen, owner=owner, reason=reason, now=door.now())

    _tell(with_word(door, email, slug, code, give), "rejected", as_json, slug)


def _chosen(
    slug: str,
    waiting: Sequence[Listed],
    aside: Sequence[Listed],
    job_ids: tuple[UUID, ...],
    take_all: bool,
    as_json: bool,
) -> list[Listed]:
    """Those that were named, or all that wait in their groups after the owner has seen the list and said so."""
    if job_ids:
        return [job for job in waiting if job.job in job_ids]
    if as_json and not take_all:
        raise WrongUse("Name the jobs, or say --all.")
    grouped = [job for job in waiting if not job.is_aside]
    if not grouped:
        say(as_json, {"approved": [], "refused": [], "left_out": [str(job.job) for job in aside]}, "")
        raise Refused(" ".join(["Nothing waits for a word.", *_left_out(slug, aside)]))
    click.echo("\n".join([*map(as_line, grouped), *_left_out(slug, aside)]), err=True)
    if not take_all and not click.confirm(f"Approve all {len(grouped)}?", err=True):
        raise Refused("Nothing was approved.")
    return grouped


def _left_out(slug: str, aside: Sequence[Listed]) -> list[str]:
    """How many were left out, and how to take them."""
    if not aside:
        return []
    return [
        f"Left out, since they were set aside: {len(aside)}. Each is taken by its id: 'ovikello approve {slug} JOB'; "
        f"'ovikello jobs --salon {slug}' marks them."
    ]


def with_word(door: Door, email: str, slug: str, code: str | None, give: Callable[[Session, UUID], T]) -> T:
    """Check the owner's code, then do what it was given for, in one transaction; a failed code is counted."""
    code = code or click.prompt("Code from the authenticator", err=True)
    with database.write(door.program.engine) as db:
        owner = door.speaker(db, email, slug)
        result = owners.confirm_code(db, door.program.vault, owner, code, door.now())
        if result.ok:
            return give(db, owner)
    raise Refused(f"The code does not hold ({result.reason}). Wait for the next one, and try again.")


def _tell(given: Approved, word: str, as_json: bool, slug: str, aside: Sequence[Listed] = ()) -> None:
    document = {
        word: [str(job) for job in given.approved],
        "refused": [{"job": str(one.job), "because": one.because} for one in given.refused],
        "left_out": [str(job.job) for job in aside],
    }
    lines = [f"{word.capitalize()}: {len(given.approved)} jobs."]
    lines += [f"Refused: {one.job} ({one.because})" for one in given.refused]
    say(as_json, document, "\n".join([*lines, *_left_out(slug, aside)]))
    if given.refused:
        raise SystemExit(1)


COMMANDS = (approve, reject)
