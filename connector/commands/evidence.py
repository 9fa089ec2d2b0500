"""The chain of evidence: is it whole, how far does it reach, and the file for the auditor."""

import hashlib
from datetime import date
from pathlib import Path

import click
from sqlmodel import Session

from connector import (
    database,
    evidence,
    evidence_export,
    evidence_files,
    evidence_verifier,
    facts_group,
    journal,
    salons,
    salons_policies,
)
from connector.commands.door import (
    Commands,
    Day,
    Door,
    WrongUse,
    json_option,
    pass_door,
    pass_reading_door,
    progress,
    say,
)
from connector.evidence import Checked, Head
from connector.evidence_export import Asked
from connector.salons import Account


@click.group("evidence", cls=Commands)
def proof() -> None:
    """The chain of what was done, and whether it is whole."""


@proof.command()
@click.argument("slug", required=False)
@click.option("--head", "kept", metavar="DIGEST@LINE", multiple=True, help="A head that was kept elsewhere.")
@json_option
@pass_reading_door
def check(door: Door, slug: str | None, kept: tuple[str, ...], as_json: bool) -> None:
    """Find a changed, removed, inserted, reordered or cut-off line, and say which."""
    if slug is None and kept:
        raise WrongUse("A head belongs to one salon. Name the salon: ovikello evidence check SLUG --head …")
    if slug is not None:
        door.account(slug)
    known = [_read_head(slug or "", text) for text in kept]
    found = []
    with database.snapshot(door.program.engine) as db:
        for name in [slug] if slug else salons.slugs(db):
            account = salons.account(db, door.program.vault, name)
            assert account is not None  # noqa: S101 - it was listed in this transaction
            anchors = journal.heads(door.program.settings.journal_dir, account)
            checked, restores = evidence.check_and_find(db, account, anchors=[*anchors, *known])
            found.append((name, checked, restores.seqs))
    unproven = [one for one in known if one.seq in found[0][1].unproven]
    documents = [
        _document(name, one) | {"restored_at": restored, "unproven": list(map(str, unproven))}
        for name, one, restored in found
    ]
    lines = [_words(name, one) + _restored(restored) for name, one, restored in found]
    lines += [f"The line of {one} was pruned: nothing can be compared with that head." for one in unproven]
    text = "\n".join(lines) or "There is no salon yet, so there is no evidence."
    say(as_json, documents[0] if slug else documents, text)
    if unproven or not all(one.whole for _, one, _ in found):
        raise SystemExit(1)


@proof.command("head")
@click.argument("slug")
@json_option
@pass_reading_door
def show_head(door: Door, slug: str, as_json: bool) -> None:
    """How far the chain reaches: to be printed, and kept where nobody here can change it."""
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        signed = evidence.signed_head(db, account)
    key = evidence.public_key(account).hex()
    if signed is None:
        say(as_json, {"salon": slug, "head": None, "public_key": key}, f"Nothing was written for {slug} yet.")
        return
    head = Head(slug, signed.seq, signed.digest)
    document = {
        "salon": slug,
        "head": str(head),
        "seq": head.seq,
        "digest": head.digest.hex(),
        "at": signed.at.isoformat(),
        "public_key": key,
    }
    text = (
        f"Evidence of {slug}: {head.seq} lines were written, the last one on {signed.at:%Y-%m-%d at %H:%M} UTC.\n\n"
        f"Head        {head}\nPublic key  {key}\n\n"
        "Print this or mail it to somebody who does not run this installation, such as your accountant, and keep it.\n"
        "It holds nothing personal. Whoever rewrites an earlier line, with all the keys too, gets another head:\n\n"
        f"  ovikello evidence check {slug} --head {head}"
    )
    say(as_json, document, text)


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
    """Write the file for the auditor, and beside it the program that checks it."""
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
    say(as_json, document, text if done.checked.whole else f"{text}\n{_words(slug, done.checked)}")
    if not done.checked.whole:
        raise SystemExit(1)


@proof.command("verifier")
@click.option("-o", "--output", "file", metavar="FILE", required=True, help="Where the program goes.")
@click.option("--force", is_flag=True, help="Replace a file of that name.")
@json_option
def write_verifier(file: str, force: bool, as_json: bool) -> None:
    """Write the program that checks evidence files, and its SHA-256 to compare."""
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


def _read_head(slug: str, text: str) -> Head:
    try:
        kept = evidence_verifier.read_kept(text)
    except ValueError as error:
        raise WrongUse(f"{error} Write it as 'ovikello evidence head' printed it.") from None
    if kept.seq is None:
        raise WrongUse(
            "The head's line is missing: write DIGEST@LINE, as 'ovikello evidence head' printed it."
        )
    return Head(slug, kept.seq, kept.digest)


def _document(slug: str, found: Checked) -> dict[str, object]:
    return {
        "salon": slug,
        "lines": found.lines,
        "whole": found.whole,
        "broken_at": found.broken_at,
        "why": found.why,
        "pruned": found.pruned,
    }


def _words(slug: str, found: Checked) -> str:
    if not found.whole:
        return f"{slug}: BROKEN at line {found.broken_at}: {evidence_verifier.WORDS[found.why or 'forged']}"
    pruned = f"; {found.pruned} more were pruned after their period" if found.pruned else ""
    return f"{slug}: whole, {found.lines} lines{pruned}"


def _restored(lines: list[int]) -> str:
    """A restore is no tampering, and not to be hidden."""
    return "".join(
        f"\n  line {line}: restored from a backup here; the chain says so itself" for line in lines
    )


COMMANDS = (proof,)
