"""The queue from a terminal: what is to be done, what is being done, what was done."""

import click

from connector import database, jobs, salons
from connector.commands.door import Door, json_option, pass_reading_door, say
from connector.jobs import Listed
from connector.reports import job_document
from connector.states import State


def as_line(job: Listed) -> str:
    """One job for a terminal."""
    why = ", ".join(job.because)
    limit = "  OVER LIMIT" if job.over_limit else ""
    aside = "  SET ASIDE" if job.is_aside else ""
    known = f"  ({job.proof.grade}{'' if job.proof.is_seen else ': not looked at'})" if job.proof else ""
    return f"{job.job}  {job.state.value:<9} {job.kind.value:<16} {job.client or '—':<14} {why}{known}{limit}{aside}"


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
    Of what is 'verified' the line says how that is known: 'read_back' and 'absent_from_list' were looked at,
    'processor_confirmed' and 'owner_says' were only said.
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


COMMANDS = (list_jobs,)
