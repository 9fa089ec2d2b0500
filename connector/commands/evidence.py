"""The chain of evidence: is it whole, how far does it reach, and the file for the auditor."""

import click

from connector import (
    database,
    evidence,
    evidence_verifier,
    journal,
    salons,
)
from connector.commands.door import (
    Commands,
    Door,
    Refused,
    WrongUse,
    json_option,
    pass_reading_door,
    say,
)
from connector.evidence import Checked, Head


@click.group("evidence", cls=Commands)
def proof() -> None:
    """The chain of what was done, and whether it is whole.

    \b
    ovikello evidence check
    ovikello evidence export aava -o aava.jsonl

    docs/evidence.md is for the auditor, who can check the file without this installation.
    """


@proof.command()
@click.argument("slug", required=False)
@click.option("--head", "kept", metavar="DIGEST@LINE", multiple=True, help="A head that was kept elsewhere.")
@json_option
@pass_reading_door
def check(door: Door, slug: str | None, kept: tuple[str, ...], as_json: bool) -> None:
    """Find a changed, removed, inserted, reordered or cut-off line, and say which.

    \b
    ovikello evidence check
    ovikello evidence check aava --head DIGEST@LINE

    Without SLUG every salon's. A --head that was kept elsewhere finds out also whoever rewrote the chain with all the
    keys. Ends with 1 where something is broken: then keep the database as it is, and ask who had access to it.
    """
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
    lines = [words(name, one) + _restored(restored) for name, one, restored in found]
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
    """How far the chain reaches: to be printed, and kept where nobody here can change it.

    \b
    ovikello evidence head aava

    Once a month to your accountant is enough: whoever rewrites what was before it gets another head.
    """
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        signed = evidence.signed_head(db, account)
    key = evidence.public_key(account).hex()
    if signed is None:
        say(as_json, {"salon": slug, "head": None, "public_key": key}, f"Nothing was written for {slug} yet.")
        return
    if signed.at is None or not signed.is_readable:
        raise Refused(
            f"The head of {slug} cannot be read: it was overwritten. See 'ovikello evidence check {slug}'."
        )
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


def words(slug: str, found: Checked) -> str:
    """How a chain stands, in one sentence."""
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
