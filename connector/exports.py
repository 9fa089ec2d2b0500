"""Packages: copies of what is held of one client; made, their link shown to the owner once, opened by whoever has it.

Whoever has the database alone, or with the secret key, has nothing (`exports_seal.py`), but from the making until the
owner has been shown the link. Each opening is counted before anything is given; after the last one, or when its time is
over, the sealed bytes are destroyed (`exports_endings.py`).
"""

from datetime import datetime
from uuid import UUID, uuid4

import sqlalchemy as sa
from sqlmodel import Session, col

from connector import (
    evidence,
    exports_endings,
    exports_evidence,
    exports_kept,
    exports_seal,
    sealed_links,
    vault,
)
from connector.config import Numbers
from connector.exports_evidence import Befell
from connector.exports_kept import Kept
from connector.salons import Account
from connector.tables import Package


def keep(
    db: Session, account: Account, job: UUID, body: bytes, language: str, *, now: datetime, numbers: Numbers
) -> None:
    """Seal a package away; its link waits for the owner. One that an earlier round made is destroyed."""
    for before in exports_kept.rows_of(db, account, job):
        exports_endings.end(db, account, before, "again", now=now)
    token, package = exports_seal.new_token(), uuid4()
    row = Package(
        id=package,
        salon=account.slug,
        job=job,
        token_hash=vault.token_hash(token),
        waiting=exports_seal.put_by(account.keys, package, token),
        body=exports_seal.shut(body, package, token),
        language=language,
        made_at=now,
        ends_at=now + numbers.package_for,
        openings_left=numbers.package_openings,
    )
    db.add(row)
    db.flush()
    told = {"ends_at": row.ends_at.isoformat(), "openings": row.openings_left}
    exports_evidence.tell(db, account, row, Befell.MADE, told, now=now)


def is_whole(db: Session, account: Account, job: UUID) -> bool:
    """Whether the package that waits for its owner is there, and opens with the link that it will have."""
    for row in exports_kept.rows_of(db, account, job):
        if row.body is None:
            continue
        if row.waiting is None:
            return True  # it was shown, so it was looked at before
        token = exports_seal.taken_out(account.keys, row.id, row.waiting)
        try:
            exports_seal.opened(row.body, row.id, token)
        except vault.CannotOpen:
            return False
        return True
    return False


def show(db: Session, account: Account, job: UUID, *, owner: UUID, now: datetime) -> tuple[Kept, str] | None:
    """Give the link's token, this once: from here on it is nowhere but in the owner's hands. None: not (any more)."""
    evidence.take_turn(db, account)
    row = next((one for one in exports_kept.rows_of(db, account, job) if one.waiting is not None), None)
    if row is None or row.waiting is None or row.ends_at <= now:
        return None
    shown = (
        sa.update(Package)
        .where(col(Package.id) == row.id, col(Package.waiting).is_not(None))
        .values(waiting=None, shown_at=now)
    )
    if not db.connection().execute(shown).rowcount:
        return None
    token = exports_seal.taken_out(account.keys, row.id, row.waiting)
    told = {"owner": str(owner), "identity": "owner_says"}
    exports_evidence.tell(db, account, row, Befell.LINK_SHOWN, told, now=now)
    db.refresh(row)
    return exports_kept.seen(row), token


def open_once(db: Session, account: Account, token: str, *, now: datetime) -> bytes | None:
    """Count one opening, and give what is in the package; the last one destroys it. None where it does not open."""
    found = sealed_links.open_once(db, Package, account, token, now=now)
    if found is None:
        return None
    row, body = found
    told = {"opened": row.opened, "openings_left": row.openings_left}
    exports_evidence.tell(db, account, row, Befell.OPENED, told, now=now)
    if row.openings_left == 0:
        exports_endings.end(db, account, row, "count", now=now)
    return body
