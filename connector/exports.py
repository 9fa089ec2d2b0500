"""Packages: copies of what is held of one client, each sealed under a key that is nowhere but in its link.

The link's token is 256 random bits. Its SHA-256 finds the package, and a key that is derived from it opens the package:
neither leads to the other, so whoever has the database alone, or with the secret key, has nothing. Only from the making
until the owner has been shown the link does the token wait in the row, sealed with the salon's key. Each opening is
counted before anything is given; after the last one, or when its time is over, the sealed bytes are destroyed.
"""

import secrets
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlmodel import Session, col, select

from connector import evidence, vault
from connector.config import Numbers
from connector.salons import Account
from connector.states import State
from connector.tables import Job, Package
from policies.decisions import JobKind

_SHUT = {"body": None, "waiting": None}
_TOKEN = 43  # signs: 256 bits
#: so long the job still knows whose export it was, so that another one can be asked for from its page
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Kept:
    """A package as its owner sees it."""

    package: UUID
    job: UUID
    language: str
    made_at: datetime
    ends_at: datetime
    shown_at: datetime | None
    opened: int
    openings_left: int
    opened_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None

    @property
    def is_over(self) -> bool:
        """Whether it was destroyed."""
        return self.ended_at is not None


@dataclass(frozen=True)
class Linked:
    """A package that a link leads to, and that can still be opened."""

    salon: str
    language: str
    ends_at: datetime
    openings_left: int


def keep(
    db: Session, account: Account, job: Job, body: bytes, language: str, *, now: datetime, numbers: Numbers
) -> None:
    """Seal a package away; its link waits for the owner. One that an earlier round made is destroyed."""
    for before in _of_job(db, account, job.id):
        _end(db, account, before, "again", now=now)
    token, package = secrets.token_urlsafe(32), uuid4()
    row = Package(
        id=package,
        salon=account.slug,
        job=job.id,
        token_hash=vault.token_hash(token),
        waiting=account.keys.seal(token.encode(), f"package-link:{package}"),
        body=vault.seal(_key(token), zlib.compress(body), f"package:{package}"),
        language=language,
        made_at=now,
        ends_at=now + numbers.package_for,
        openings_left=numbers.package_openings,
    )
    db.add(row)
    db.flush()
    told = {"ends_at": row.ends_at.isoformat(), "openings": row.openings_left}
    _tell(db, account, job, row.id, "made", told, now=now)


def is_whole(db: Session, account: Account, job: UUID) -> bool:
    """Whether the package that waits for its owner is there, and opens with the link that it will have."""
    for row in _of_job(db, account, job):
        if row.body is None:
            continue
        if row.waiting is None:
            return True  # it was shown, so it was looked at before
        token = account.keys.unseal(row.waiting, f"package-link:{row.id}").decode()
        try:
            _open(row, token)
        except vault.CannotOpen:
            return False
        return True
    return False


def of_job(db: Session, account: Account, job: UUID) -> Kept | None:
    """A job's newest package, whatever became of it."""
    rows = _of_job(db, account, job)
    return None if not rows else _kept(rows[-1])


def waiting(db: Session, account: Account, *, now: datetime) -> list[UUID]:
    """The jobs whose package is made and whose link nobody was shown yet, the oldest package first."""
    unshown = (
        select(Package.job)
        .where(Package.salon == account.slug, col(Package.waiting).is_not(None), col(Package.ends_at) > now)
        .order_by(col(Package.made_at))
    )
    return list(db.exec(unshown))


def given(db: Session, account: Account, jobs: Iterable[UUID]) -> frozenset[UUID]:
    """Those of these jobs whose package's link the owner was shown."""
    shown = select(Package.job).where(
        Package.salon == account.slug, col(Package.job).in_(list(jobs)), col(Package.shown_at).is_not(None)
    )
    return frozenset(db.exec(shown))


def given_since(db: Session, account: Account, client_key: str, since: datetime) -> int:
    """How many copies of a client's details were given since then."""
    counted = (
        select(sa.func.count())
        .select_from(Package)
        .join(Job, col(Job.id) == col(Package.job))
        .where(Package.salon == account.slug, Job.client_key == client_key, col(Package.shown_at) >= since)
    )
    return db.exec(counted).one()


def show(db: Session, account: Account, job: Job, *, owner: UUID, now: datetime) -> tuple[Kept, str] | None:
    """Give the link's token, this once: from here on it is nowhere but in the owner's hands. None: not (any more)."""
    evidence.take_turn(db, account)
    row = next((one for one in _of_job(db, account, job.id) if one.waiting is not None), None)
    if row is None or row.waiting is None or row.ends_at <= now:
        return None
    shown = (
        sa.update(Package)
        .where(col(Package.id) == row.id, col(Package.waiting).is_not(None))
        .values(waiting=None, shown_at=now)
    )
    if not db.connection().execute(shown).rowcount:
        return None
    token = account.keys.unseal(row.waiting, f"package-link:{row.id}").decode()
    told = {"owner": str(owner), "identity": "owner_says"}
    _tell(db, account, job, row.id, "link_shown", told, now=now)
    db.refresh(row)
    return _kept(row), token


def find(db: Session, token: str, *, now: datetime) -> Linked | None:
    """What a link leads to; None where it leads nowhere, or nowhere any more."""
    if len(token) != _TOKEN:
        return None
    row = db.exec(
        select(Package).where(
            Package.token_hash == vault.token_hash(token), *_OPENABLE, Package.ends_at > now
        )
    ).first()
    return None if row is None else Linked(row.salon, row.language, row.ends_at, row.openings_left)


def open_once(db: Session, account: Account, token: str, *, now: datetime) -> bytes | None:
    """Count one opening, and give what is in the package; the last one destroys it. None where it does not open.

    The count is one conditional update, so that of two clicks at once on the last opening one gets nothing.
    """
    evidence.take_turn(db, account)
    hashed = vault.token_hash(token)
    counted = (
        sa.update(Package)
        .where(col(Package.token_hash) == hashed, col(Package.salon) == account.slug)
        .where(*_OPENABLE, col(Package.ends_at) > now)
        .values(opened=col(Package.opened) + 1, openings_left=col(Package.openings_left) - 1, opened_at=now)
    )
    if not db.connection().execute(counted).rowcount:
        return None
    found = select(Package).where(Package.token_hash == hashed)
    row = db.exec(found.execution_options(populate_existing=True)).one()
    body = _open(row, token)
    job = db.get(Job, row.job)
    assert job is not None  # noqa: S101 - a foreign key
    told = {"opened": row.opened, "openings_left": row.openings_left}
    _tell(db, account, job, row.id, "opened", told, now=now)
    if row.openings_left == 0:
        _end(db, account, row, "count", now=now)
    return body


def destroy(db: Session, account: Account, job: UUID, *, now: datetime) -> bool:
    """The owner ends a job's package early; False where there is none to end."""
    evidence.take_turn(db, account)
    return any([_end(db, account, row, "owner", now=now) for row in _of_job(db, account, job)])


def give_up(db: Session, account: Account, client_key: str, *, now: datetime) -> None:
    """Destroy the copies of a client whose job was given up for another one."""
    left = (
        select(Package)
        .join(Job, col(Job.id) == col(Package.job))
        .where(Package.salon == account.slug, Job.client_key == client_key, Job.state == State.EXPIRED)
    )
    for row in db.exec(left).all():
        _end(db, account, row, "again", now=now)


def end_all(db: Session, account: Account, by: str, *, now: datetime) -> None:
    """Destroy every package of a salon that can still be opened."""
    statement = select(Package).where(Package.salon == account.slug, col(Package.body).is_not(None))
    for row in db.exec(statement).all():
        _end(db, account, row, by, now=now)


def over(db: Session, now: datetime, *, salon: str | None = None) -> dict[str, list[UUID]]:
    """The packages whose time is over, by salon."""
    statement = select(Package.salon, Package.id).where(
        col(Package.body).is_not(None), col(Package.ends_at) <= now
    )
    if salon is not None:
        statement = statement.where(Package.salon == salon)
    found: dict[str, list[UUID]] = {}
    for slug, package in db.exec(statement.order_by(col(Package.ends_at))):
        found.setdefault(slug, []).append(package)
    return found


def end_over(db: Session, account: Account, packages: list[UUID], *, now: datetime) -> int:
    """Destroy these packages of a salon, whose time is over; give how many."""
    evidence.take_turn(db, account)
    rows = db.exec(
        select(Package).where(
            Package.salon == account.slug, col(Package.id).in_(packages), Package.ends_at <= now
        )
    )
    return sum(_end(db, account, row, "time", now=now) for row in rows.all())


def forget_clients(db: Session, account: Account, *, now: datetime) -> None:
    """Destroy the sealed ids of clients whose export was made thirty days ago, and whose package is gone."""
    open_ = sa.exists().where(col(Package.job) == col(Job.id), col(Package.body).is_not(None))
    # the kind stands in the statement itself, for the index of exports alone
    is_export = col(Job.kind) == sa.literal_column(f"'{JobKind.EXPORT.value}'")
    done = (is_export, col(Job.state) == State.VERIFIED, col(Job.client).is_not(None))
    forgotten = (
        sa.update(Job)
        .where(col(Job.salon) == account.slug, *done, col(Job.moved_at) <= now - KEPT_FOR, ~open_)
        .values(client=None)
    )
    db.connection().execute(forgotten)


_OPENABLE = (col(Package.body).is_not(None), col(Package.openings_left) > 0)


def _of_job(db: Session, account: Account, job: UUID) -> list[Package]:
    statement = select(Package).where(Package.salon == account.slug, Package.job == job)
    statement = statement.order_by(col(Package.made_at), col(Package.id))
    return list(db.exec(statement.execution_options(populate_existing=True)))


def _end(db: Session, account: Account, row: Package, by: str, *, now: datetime) -> bool:
    ended = (
        sa.update(Package)
        .where(col(Package.id) == row.id, col(Package.body).is_not(None))
        .values(ended_at=now, ended_by=by, **_SHUT)
    )
    if not db.connection().execute(ended).rowcount:
        return False
    job = db.get(Job, row.job)
    assert job is not None  # noqa: S101 - a foreign key
    _tell(db, account, job, row.id, "destroyed", {"by": by, "opened": row.opened}, now=now)
    return True


def _open(row: Package, token: str) -> bytes:
    body = row.body or b""
    return zlib.decompress(vault.unseal(_key(token), body, f"package:{row.id}"))


def _key(token: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ovikello/package").derive(token.encode())


def _kept(row: Package) -> Kept:
    return Kept(
        package=row.id,
        job=row.job,
        language=row.language,
        made_at=row.made_at,
        ends_at=row.ends_at,
        shown_at=row.shown_at,
        opened=row.opened,
        openings_left=row.openings_left,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )


def _tell(
    db: Session,
    account: Account,
    job: Job,
    package: UUID,
    word: str,
    told: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    """The line of evidence: that it was made, shown, opened or destroyed; nothing of what is in it."""
    line = {
        "what": "package",
        "package": str(package),
        "job": str(job.id),
        "client": job.client_key,
        "to": word,
    }
    evidence.append(db, account, {**line, **told}, now=now)
