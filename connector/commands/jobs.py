"""The queue, and the owner's word from a terminal.

It asks no password: who can run it holds the database. The code is the owner's own.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

import click
from sqlmodel import Session

from connector import approvals, database, jobs, owners, salons
from connector.approvals import Approved
from connector.commands.door import Door, Told, WrongUse, json_option, pass_door, pass_reading_door, say
from connector.commands.ids import Id
from connector.jobs import Listed
from connector.reports import job_document
from connector.states import WAITING, State

T = TypeVar("T")
JOB = Id("a job", "ovikello jobs")


def as_line(job: Listed) -> str:
    """One job for a terminal."""
    why = ", ".join(job.because)
    limit = "  OVER LIMIT" if job.over_limit else ""
    return f"{job.job}  {job.state.value:<9} {job.kind.value:<16} {job.client or '—':<14} {why}{limit}"


@click.command("jobs")
@click.option("--salon", "slug", help="One salon only.")
@click.option("--state", type=click.Choice([state.value for state in State]), help="One state only.")
@json_option
@pass_reading_door
def list_jobs(door: Door, slug: str | None, state: str | None, as_json: bool) -> None:
    """What is to be done, what is being done, what was done.

    \b
    ovikello jobs --salon aava --state proposed
    ovikello jobs --salon aava --state stuck

    Each line begins with the JOB that 'approve' and 'reject' ask for; then where it stands, what it does, to which
    client, and why. 'proposed' waits for the owner's word, 'by_hand' for somebody's hands, 'stuck' for a decision.
    """
    if slug is not None:
        door.account(slug)
    states = [State(state)] if state else None
    found: list[Listed] = []
    with database.read(door.program.engine) as db:
        for name in [slug] if slug else salons.slugs(db):
            account = salons.account(db, door.program.vault, name)
            assert account is not None  # noqa: S101 - it was listed in this transaction
            found += jobs.listed(db, account, states)
    text = "\n".join(map(as_line, found)) or "No jobs."
    say(as_json, [job_document(job) for job in found], text)


@click.command("approve")
@click.argument("slug")
@click.argument("job_ids", metavar="[JOB …]", nargs=-1, type=JOB)
@click.option("--owner", "email", required=True, help="Whose word it is.")
@click.option("--code", help="The six digits that the authenticator shows now; asked for, if not given.")
@click.option("--all", "take_all", is_flag=True, help="Everything that waits now; it is listed first.")
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
    ovikello approve aava JOB --owner owner@example.com

    What is approved is carried out within moments, and an erasure cannot be taken back. Without JOB all that wait are
    listed, and it is asked whether you mean them; then the code is asked for. Whatever changed since falls out by
    itself, with its reason, and the rest is approved: then it ends with 1.
    """
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        waiting = jobs.listed(db, account, WAITING)
    chosen = _chosen(waiting, job_ids, take_all, as_json)
    ids = job_ids or tuple(job.job for job in chosen)
    seen = {job.job: job.digest for job in chosen} if job_ids else approvals.group_digest(chosen)

    def give(db: Session, owner: UUID) -> Approved:
        return approvals.approve(db, account, ids, seen=seen, owner=owner, now=door.now(), second=second)

    _tell(with_word(door, email, slug, code, give), "approved", as_json)


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

    _tell(with_word(door, email, slug, code, give), "rejected", as_json)


class Refused(Told):
    """Not done, though it was asked for rightly."""

    exit_code = 1


def _chosen(
    waiting: Sequence[Listed], job_ids: tuple[UUID, ...], take_all: bool, as_json: bool
) -> list[Listed]:
    """Those that were named, or all that wait after the owner has seen the list and said so."""
    if job_ids:
        return [job for job in waiting if job.job in job_ids]
    if as_json and not take_all:
        raise WrongUse("Name the jobs, or say --all.")
    if not waiting:
        say(as_json, {"approved": [], "refused": []}, "")
        raise Refused("Nothing waits for a word.")
    click.echo("\n".join(map(as_line, waiting)), err=True)
    if not take_all and not click.confirm(f"Approve all {len(waiting)}?", err=True):
        raise Refused("Nothing was approved.")
    return list(waiting)


def with_word(door: Door, email: str, slug: str, code: str | None, give: Callable[[Session, UUID], T]) -> T:
    """Check the owner's code, then do what it was given for, in one transaction; a failed code is counted."""
    code = code or click.prompt("Code from the authenticator", err=True)
    with database.write(door.program.engine) as db:
        owner = door.speaker(db, email, slug)
        result = owners.confirm_code(db, door.program.vault, owner, code, door.now())
        if result.ok:
            return give(db, owner)
    raise Refused(f"The code does not hold ({result.reason}). Wait for the next one, and try again.")


def _tell(given: Approved, word: str, as_json: bool) -> None:
    document = {
        word: [str(job) for job in given.approved],
        "refused": [{"job": str(one.job), "because": one.because} for one in given.refused],
    }
    lines = [f"{word.capitalize()}: {len(given.approved)} jobs."]
    lines += [f"Refused: {one.job} ({one.because})" for one in given.refused]
    say(as_json, document, "\n".join(lines))
    if given.refused:
        raise SystemExit(1)


COMMANDS = (list_jobs, approve, reject)
