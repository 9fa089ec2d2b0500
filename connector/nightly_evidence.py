"""Whether a chain of evidence is whole: looked at every night and when its owner asks, and what was found is kept.

The walk holds no writer up: it reads one snapshot, and only what it found is written.
"""

from connector import database, evidence, evidence_checks, journal, salons
from connector.evidence import Checked
from connector.journal_file import JournalAway
from connector.program import Program
from connector.reports import Finding
from connector.salons import Account


def look(program: Program, account: Account) -> list[Finding]:
    """The night's check of a salon's whole chain; a finding where it does not hold."""
    found = check(program, account, by="night")
    return [] if found.whole else [Finding("evidence_broken", {"line": found.broken_at})]


def check(program: Program, account: Account, *, by: str) -> Checked:
    """Walk a salon's chain, heads that were anchored in the journal too, and keep what was found."""
    found = walk(program, account)
    with database.write(program.engine) as db:
        evidence_checks.keep(db, account, found, by=by, at=program.now())
    return found


def walk(program: Program, account: Account) -> Checked:
    """Walk a salon's chain; nothing is kept of it."""
    try:
        anchors = journal.heads(program.settings.journal_dir, account)
    except JournalAway:  # the night tells of that itself; the chain can be walked all the same
        anchors = []
    with database.snapshot(program.engine) as db:
        return evidence.check(db, account, anchors=anchors)


def check_asked(program: Program) -> int:
    """Make the checks that owners wait for and nobody has begun; give how many."""
    done = 0
    with database.read(program.engine) as db:
        asked = evidence_checks.asked(db, now=program.now())
    for slug in asked:
        with database.write(program.engine) as db:
            is_ours = evidence_checks.take(db, slug, now=program.now())
            account = salons.account(db, program.vault, slug) if is_ours else None
        if account is not None:
            check(program, account, by="owner")
            done += 1
    return done
