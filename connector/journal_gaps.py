"""What a database does not know that its journal does: then it was restored from a backup."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from sqlmodel import Session, col, select

from connector.evidence import Head
from connector.journal import Destroyed, Kept
from connector.salons import Account
from connector.tables import Client, Evidence, EvidenceHead, Intent, Job, Tombstone
from policies.decisions import JobKind

T = TypeVar("T")
_AT_ONCE = 500  # databases bound the number of parameters


@dataclass(frozen=True)
class Gap:
    """What is missing: `lost` is the head that the chain once had; `calls` may have destroyed something since."""

    lost: Head | None = None
    calls: tuple[Destroyed, ...] = ()

    def __bool__(self) -> bool:
        return self.lost is not None or bool(self.calls)


def of(db: Session, account: Account, kept: Kept) -> Gap:
    """What this salon's part of the database is behind with; read the journal first, and then the database.

    A head is put into the journal after its commit, and so is a call after its intent: whatever is there and not
    here was here once.
    """
    newest = max(kept.heads, key=lambda head: head.seq, default=None)
    lost = newest if newest is not None and not _agreeing(db, account, [newest]) else None
    return Gap(lost, _missing(db, account, kept.destroyed))


def last_agreed(db: Session, account: Account, heads: Sequence[Head]) -> int:
    """The last anchored line that the chain still has as it was; 0 where there is none."""
    return max((head.seq for head in _agreeing(db, account, heads)), default=0)


def client_ids(db: Session, account: Account, keys: Iterable[str]) -> dict[str, str]:
    """The clients of the mirror that go by these keyed names."""
    wanted, found = set(keys), dict[str, str]()
    if not wanted:
        return found
    statement = select(Client.client).where(Client.salon == account.slug)
    for client in db.exec(statement.execution_options(yield_per=1000)):
        key = account.keys.client_key(client)
        if key in wanted:
            found[key] = client
    return found


def _agreeing(db: Session, account: Account, heads: Sequence[Head]) -> list[Head]:
    """Those that the chain has with that digest, or had before its beginning was pruned."""
    reached = select(EvidenceHead.seq).where(EvidenceHead.salon == account.slug)
    last = db.exec(reached).first() or 0
    there: dict[int, bytes] = {}
    for some in _chunks([head.seq for head in heads]):
        rows = select(Evidence.seq, Evidence.digest).where(
            Evidence.salon == account.slug, col(Evidence.seq).in_(some)
        )
        there |= {seq: bytes(digest) for seq, digest in db.exec(rows)}
    return [head for head in heads if head.seq <= last and there.get(head.seq, head.digest) == head.digest]


def _missing(db: Session, account: Account, calls: Sequence[Destroyed]) -> tuple[Destroyed, ...]:
    """The calls of which the database knows nothing, as far as there is anything to do about them."""
    known = _attempts(db, {call.job for call in calls})
    unknown = [call for call in calls if known.get((call.job, call.round, call.call), 0) < call.attempt]
    if not unknown:
        return ()
    here = _jobs(db, account, {call.job for call in unknown})
    buried = _buried(db, account, {call.client_key for call in unknown if call.job not in here})
    return tuple(call for call in unknown if call.job in here or call.client_key not in buried)


def _attempts(db: Session, jobs: set[UUID]) -> dict[tuple[UUID, int, int], int]:
    found: dict[tuple[UUID, int, int], int] = {}
    for some in _chunks(sorted(jobs)):
        rows = select(Intent.job, Intent.round, Intent.call, Intent.attempt).where(col(Intent.job).in_(some))
        found |= {(job, round_, call): attempt for job, round_, call, attempt in db.exec(rows)}
    return found


def _jobs(db: Session, account: Account, jobs: set[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for some in _chunks(sorted(jobs)):
        found |= set(db.exec(select(Job.id).where(Job.salon == account.slug, col(Job.id).in_(some))))
    return found


def _buried(db: Session, account: Account, keys: set[str]) -> set[str]:
    found: set[str] = set()
    for some in _chunks(sorted(keys)):
        stones = select(Tombstone.client_key).where(
            Tombstone.salon == account.slug,
            col(Tombstone.client_key).in_(some),
            Tombstone.by != "missing",  # only concluded, and withdrawn where it was wrong
        )
        found |= set(db.exec(stones))
    return found


def _chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))


def tells_of_destruction(db: Session, account: Account) -> bool:
    """Whether a destructive call of this salon's ever went out, so that its journal should have a line."""
    kinds = [kind for kind in JobKind if kind.is_destructive]
    statement = (
        select(Intent.job)
        .join(Job, col(Job.id) == col(Intent.job))
        .where(Job.salon == account.slug, col(Job.kind).in_(kinds))
        .limit(1)
    )
    return db.exec(statement).first() is not None
