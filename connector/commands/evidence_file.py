"""The file of evidence for the auditor, and the program that checks it, from a terminal."""

import hashlib
from datetime import date
from pathlib import Path

import click
from sqlmodel import Session

from connector import database, evidence_export, evidence_files, facts_group, salons_policies
from connector.commands.door import Day, Door, WrongUse, json_option, pass_door, progress, say
from connector.commands.evidence import proof, words
from connector.evidence_export import Asked
from connector.salons import Account


@proof.command()
@click.argument("slug")
@click.option("-o", "--output", "file", metavar="FILE", required=True, help="Where the file goes.")
@click.option("--client", "clients", multiple=True, help="Show this client's lines only; others as hashes.")
@click.option("--from", "first", type=Day(), help="Show lines from this day on only.")
@click.option("--until", "last", type=Day(), help="Show lines up to and with this day only.")
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@json_option
@pass_door
def export(
    door: Door,
    slug: str,
    file: str,
    clients: tuple[str, ...],
    first: date | None,
    last: date | None,
    force: bool,
    as_json: bool,
) -> None:
    """Write the file for the auditor, and beside it the program that checks it.

    \b
    ovikello evidence export aava -o aava.jsonl
    ovikello evidence export aava -o one.jsonl --client c-17 --from 2026-01-01 --until 2026-12-31

    What is not shown stands in it as hashes, so that the chain can be checked all the same. The program needs Python
    and nothing else. No name is in the file.
    """
    account, path = door.account(slug), Path(file)
    if first and last and last < first:
        raise WrongUse("--until lies before --from, so no line could be shown.")
    try:
        with database.snapshot(door.program.engine) as db:
            asked = _asked(db, account, clients, first, last)
            done = evidence_export.to_file(
                db, account, path, asked=asked, now=door.now(), force=force, on_progress=progress
            )
        beside = path.with_name(evidence_files.VERIFIER)
        is_ours = evidence_files.put_verifier(beside)
    except evidence_files.CannotWrite as error:
        raise WrongUse(str(error)) from None
    document = {
        "salon": slug,
        "file": str(path),
        "lines": done.lines,
        "shown": done.shown,
        "head": done.head and done.head.digest.hex(),
        "seq": done.head and done.head.seq,
        "whole": done.checked.whole,
        "verifier": str(beside) if is_ours else None,
    }
    text = f"Wrote {path}: {done.lines} lines, {done.shown} of them shown.\n"
    text += (
        f"Check it with: python {beside} {path}"
        if is_ours
        else f"{beside} is another file and was left alone. See 'ovikello evidence verifier'."
    )
    say(as_json, document, text if done.checked.whole else f"{text}\n{words(slug, done.checked)}")
    if not done.checked.whole:
        raise SystemExit(1)


@proof.command("verifier")
@click.option("-o", "--output", "file", metavar="FILE", required=True, help="Where the program goes.")
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@json_option
def write_verifier(file: str, force: bool, as_json: bool) -> None:
    """Write the program that checks evidence files, and its SHA-256 to compare.

    \b
    ovikello evidence verifier -o verify_evidence.py

    For an auditor who would not take the program from the same hands as the file: the same release gives the same
    bytes, so two people compare the SHA-256. Needs no installation.
    """
    try:
        is_ours = evidence_files.put_verifier(Path(file), force=force)
    except evidence_files.CannotWrite as error:
        raise WrongUse(str(error)) from None
    if not is_ours:
        raise WrongUse(f"The file {file} is there already. Choose another name, or replace it with --force.")
    digest = hashlib.sha256(evidence_files.verifier()).hexdigest()
    say(as_json, {"file": file, "sha256": digest}, f"Wrote {file}\nSHA-256 {digest}")


def _asked(
    db: Session, account: Account, clients: tuple[str, ...], first: date | None, last: date | None
) -> Asked:
    """What is to be shown; a client's other ids, with which it was merged, belong to it."""
    ids = {one for client in clients for one in facts_group.read(db, account.slug, client).ids}
    policy = salons_policies.newest(db, account.slug)
    keys = frozenset(account.keys.client_key(one) for one in ids)
    return Asked(keys, first, last, policy.time_zone if policy else None)


COMMANDS = ()
