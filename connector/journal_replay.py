"""A database that is behind its erasure journal has been restored: what was erased since is erased here again.

Takes: the journal, at every start and before anything else. Gives: tombstones, emptied mirror rows, jobs to be looked
at, a line of evidence.
Safe to repeat, to be killed in, and side by side; each erasure is a few statements, whatever the journal's size.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import (
    database,
    evidence,
    jobs,
    journal,
    journal_doors,
    journal_gaps,
    journal_jobs,
    mirror,
    salons,
)
from connector.journal import Destroyed, JournalAway, Kept
from connector.journal_gaps import Gap
from connector.program import NotReady, Program
from connector.salons import Account
from connector.tables import Census, Job, UtcDateTime
from policies.decisions import Decision, JobKind

#: erasures in one transaction: others wait for the writers' turn
BATCH = 20


@dataclass(frozen=True)
class Restored:
    """One salon that had been restored: where its evidence ended, how far it had come, what was done again."""

    salon: str
    after: int
    known: int
    erasures: int

    @property
    def text(self) -> str:
        """For a terminal and a log."""
        lost = f", and the journal knows of line {self.known}" if self.known > self.after else ""
        return (
            f"{self.salon}: this database was restored from a backup. Its evidence ends at line {self.after}{lost}. "
            f"Erasures since then that were done again here: {self.erasures}; each is looked at in the booking "
            "system. What webhooks told since the backup is not here: nothing is judged before the next complete "
            f"'ovikello sync {self.salon}'. Log-ins, invitations and copies for clients have ended; whose right ended "
            f"since has it again: look at 'ovikello owner list --salon {self.salon}'."
        )


@dataclass(frozen=True)
class Replayed:
    """What a start found.

    `unkept` are salons that have erased something, and the journal has nothing of them; `changed` are the journal's
    lines that are not as they were written (`journal.Read`).
    """

    restored: tuple[Restored, ...] = ()
    unkept: tuple[str, ...] = ()
    strangers: int = 0
    changed: tuple[int, ...] = ()

    @property
    def texts(self) -> Iterator[str]:
        """What somebody should read at this start."""
        yield from (one.text for one in self.restored)
        for salon in self.unkept:
            yield (
                f"{salon}: the erasure journal has nothing of it, although something was erased. Was the folder "
                "moved, or lost? Set OVIKELLO_JOURNAL_DIR; without it a restore cannot be noticed. It is kept anew "
                "from now on."
            )
        if self.changed:
            yield (
                f"The erasure journal has lines that are not as they were written, or not by this installation: "
                f"{len(self.changed)}, the first of them line {self.changed[0]}. What they told is not erased again "
                "after a restore. Was the disk damaged, or the file edited? Put its copy back, and start again."
            )


def replay(program: Program) -> Replayed:
    """Bring every salon up to its journal; raises NotReady where that cannot be read, or cannot be written and must be.

    A salon that is not behind costs one look at its chain and one query for every 500 calls in the journal.
    """
    try:
        return _replay(program)
    except JournalAway:
        raise NotReady(
            f"The erasure journal in {program.settings.journal_dir} cannot be used. Without it nobody knows what was "
            "erased since a backup. Check the folder's owner, its mode and its disk (OVIKELLO_JOURNAL_DIR)."
        ) from None


def _replay(program: Program) -> Replayed:
    with database.read(program.engine) as db:
        found = (salons.account(db, program.vault, slug) for slug in salons.slugs(db))
        accounts = [account for account in found if account is not None]
    read = journal.read(program.settings.journal_dir, accounts)
    restored, unkept = [], []
    for account in accounts:
        kept = read.salons[account.slug]
        with database.read(program.engine) as db:
            gap = journal_gaps.of(db, account, kept)
            is_unkept = kept == Kept() and journal_gaps.tells_of_destruction(db, account)
            head = evidence.head(db, account)
        if gap:
            restored.append(_bring_up(program, account))
        if is_unkept:
            unkept.append(account.slug)
            journal.keep_head(program.settings.journal_dir, account, head, at=program.now())
    return Replayed(
        tuple(one for one in restored if one is not None), tuple(unkept), read.strangers, read.changed
    )


def _bring_up(program: Program, account: Account) -> Restored | None:
    """Say so first, in the evidence and in the journal; then do it, in batches. None where another process did."""
    folder, now = program.settings.journal_dir, program.now()
    with database.write(program.engine) as db:
        evidence.take_turn(db, account)
        kept = journal.read(folder, [account]).salons[account.slug]
        gap = journal_gaps.of(db, account, kept)
        if not gap:
            return None
        clients = _clients(db, account, gap.calls)
        done = _say(db, account, gap, now=now)
        journal_doors.shut(db, account, now=now)
        head = evidence.head(db, account)
        agreed = journal_gaps.last_agreed(db, account, kept.heads)
        assert head is not None  # noqa: S101 - a line was just written
        # before the commit: should that fail, this head is lost too, and the next start says it anew
        journal.keep_restored(folder, account, agreed, head, at=now)
    for start in range(0, len(gap.calls), BATCH):
        with database.write(program.engine) as db:
            evidence.take_turn(db, account)
            still = journal_gaps.of(db, account, Kept(gap.calls[start : start + BATCH])).calls
            _do_again(db, account, still, clients, now=now)
    return done


def _say(db: Session, account: Account, gap: Gap, *, now: datetime) -> Restored:
    """The chain goes on honestly; and what was compared with the booking system before proves nothing any more."""
    head = evidence.head(db, account)
    after = 0 if head is None else head.seq
    line: dict[str, object] = {"what": "restored", "after": after, "erasures": len(gap.calls)}
    if gap.lost is not None:
        line |= {"known": gap.lost.seq, "lost": gap.lost.digest.hex()}
    evidence.append(db, account, line, now=now)
    db.connection().execute(
        sa.update(Census)
        .where(col(Census.salon) == account.slug, col(Census.finding).is_(None))
        .values(
            finding="restored",
            finished_at=sa.func.coalesce(col(Census.finished_at), sa.literal(now, UtcDateTime())),
        )
    )
    known = after if gap.lost is None else max(after, gap.lost.seq)
    return Restored(account.slug, after, known, len(gap.calls))


def _do_again(
    db: Session, account: Account, calls: Sequence[Destroyed], clients: Mapping[str, str], *, now: datetime
) -> None:
    for _, these in groupby(sorted(calls, key=lambda call: str(call.job)), key=lambda call: call.job):
        of_job = list(these)
        last = of_job[-1]
        client = clients.get(last.client_key)
        journal_jobs.catch_up(db, account, of_job, client, now=now)
        if last.kind is JobKind.ERASE:
            mirror.bury_again(db, account, last.client_key, client, at=min(one.at for one in of_job))
        if last.kind is JobKind.ERASE and client is not None:
            nothing = Decision(client, now.date(), "", ())
            jobs.withdraw_stale(db, account, client, nothing, now=now)


def _clients(db: Session, account: Account, calls: Sequence[Destroyed]) -> dict[str, str]:
    """The clients' ids: sealed in the jobs that are here, in the mirror for those that are not."""
    found: dict[str, str] = {}
    for call in calls:
        row = db.get(Job, call.job, populate_existing=True)
        client = None if row is None or row.salon != account.slug else jobs.client_of(account, row)
        if client is not None:
            found[call.client_key] = client
    rest = {call.client_key for call in calls} - found.keys()
    return found | journal_gaps.client_ids(db, account, rest)
