"""7. Prove: one append-only, signed chain per salon, without a name, a contact point or any content in it.

Takes: each move of a job. Gives: a line in the transaction of that move. Next: the auditor.

A line's digest is SHA-256(seq ‖ digest of the line before ‖ SHA-256(body)); `seq` is eight bytes, big-endian, and
the line before the first has 32 zero bytes. The body is kept as the canonical bytes that were hashed and has a
random salt, so that another's line can be shown as its hash alone. The head (last seq and digest) is
signed with the salon's Ed25519 key; earlier heads are anchored in the journal, outside the database.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from sqlmodel import Session, col, select

from connector.salons import Account
from connector.tables import Evidence, EvidenceHead, UtcDateTime

FIRST = bytes(32)

_MAKE_HEAD = sa.text(
    "INSERT INTO evidence_head (salon, seq, digest, signature, at) VALUES (:salon, 0, :digest, :signature, :at)"
    " ON CONFLICT (salon) DO NOTHING"
).bindparams(sa.bindparam("at", type_=UtcDateTime))


@dataclass(frozen=True)
class Head:
    """How far a salon's chain reached at some moment, and the digest that it had there."""

    salon: str
    seq: int
    digest: bytes


@dataclass(frozen=True)
class Checked:
    """What a check found: `broken_at` is the first line that does not hold, `why` a word for it.

    `changed` (this body or digest), `missing` (no line of this number), `does_not_follow` (inserted, reordered or
    rewritten from here on), `cut_off` (lines after the last one are gone), `forged` (every line follows, but the
    signed head or an anchor says otherwise).
    """

    lines: int
    whole: bool
    broken_at: int | None = None
    why: str | None = None


def canonical(value: object) -> bytes:
    """The one way in which a value becomes the bytes that are hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def line_digest(seq: int, previous: bytes, body: bytes) -> bytes:
    """The digest of one line."""
    return hashlib.sha256(seq.to_bytes(8, "big") + previous + hashlib.sha256(body).digest()).digest()


def take_turn(db: Session, account: Account) -> None:
    """Wait until no other transaction appends to this salon's chain.

    Whoever changes many rows and appends in between takes the turn first: on PostgreSQL two transactions that
    took rows and turn in different orders would wait for each other.
    """
    _head_row(db, account)


def append(db: Session, account: Account, body: Mapping[str, object], *, now: datetime) -> int:
    """Add one line and sign the new head; give the line's number. Never commits."""
    head = _head_row(db, account)
    kept = canonical({**body, "at": now.astimezone(UTC).isoformat(), "salt": secrets.token_hex(16)})
    seq = head.seq + 1
    digest = line_digest(seq, head.digest, kept)
    connection = db.connection()
    connection.execute(sa.insert(Evidence).values(salon=account.slug, seq=seq, body=kept, digest=digest))
    connection.execute(
        sa.update(EvidenceHead)
        .where(col(EvidenceHead.salon) == account.slug)
        .values(seq=seq, digest=digest, signature=_signature(account, seq, digest), at=now)
    )
    return seq


def head(db: Session, account: Account) -> Head | None:
    """The last line's number and digest, to be anchored outside; None where nothing was written yet."""
    row = db.connection().execute(_heads(account)).one_or_none()
    return None if row is None or row.seq == 0 else Head(account.slug, row.seq, bytes(row.digest))


def check(db: Session, account: Account, *, anchors: Iterable[Head] = ()) -> Checked:
    """Walk the whole chain; say whether it is whole, and if not which line is the first that does not hold.

    1. Lines are numbered from one without a gap, and each follows from the one before.
    2. The last one is the head, and the head is signed.
    3. Every anchor (a head that was kept elsewhere) is a line with that digest.
    """
    known = {anchor.seq: anchor.digest for anchor in anchors if anchor.salon == account.slug}
    rows = db.connection().execute(
        select(Evidence.seq, Evidence.body, Evidence.digest)
        .where(Evidence.salon == account.slug)
        .order_by(col(Evidence.seq))
    )
    lines, previous, trusted, suspect = 0, FIRST, 0, None
    for seq, kept_body, kept_digest in rows:
        lines, body, digest = lines + 1, _raw(kept_body), _raw(kept_digest)
        if suspect is not None:  # the line before did not follow: does this one follow from it?
            follows = seq == lines and digest == line_digest(lines, previous, body)
            return _broken(db, account, suspect, "changed" if follows else "does_not_follow")
        if seq != lines:
            return _broken(db, account, lines, "missing")
        if digest != line_digest(seq, previous, body):
            suspect = seq
        elif seq in known:
            if known[seq] != digest:
                return _broken(db, account, trusted + 1, "forged")
            trusted = seq
        previous = digest
    if suspect is not None:
        return _broken(db, account, suspect, "changed")
    return _check_head(db, account, Head(account.slug, lines, previous), max(known, default=0), trusted)


def _check_head(db: Session, account: Account, last: Head, anchored: int, trusted: int) -> Checked:
    """Whether the last line is the one that was signed, and nothing that was known to come after it is gone."""
    row = db.connection().execute(_heads(account)).one_or_none()
    if max(anchored, row.seq if row else 0) > last.seq:
        return Checked(last.seq, False, last.seq + 1, "cut_off")
    if row is None or row.seq == 0:
        return Checked(last.seq, last.seq == 0, *(() if last.seq == 0 else (trusted + 1, "forged")))
    if row.seq != last.seq:
        return Checked(last.seq, False, row.seq + 1, "forged")
    if _raw(row.digest) != last.digest or not _is_signed(account, row.seq, last.digest, _raw(row.signature)):
        return Checked(last.seq, False, trusted + 1, "forged")
    return Checked(last.seq, True)


def _broken(db: Session, account: Account, at: int, why: str) -> Checked:
    count = select(sa.func.count()).select_from(Evidence).where(Evidence.salon == account.slug)
    return Checked(db.connection().execute(count).scalar_one(), False, at, why)


def _heads(account: Account) -> sa.Select[int, bytes, bytes]:
    return sa.select(col(EvidenceHead.seq), col(EvidenceHead.digest), col(EvidenceHead.signature)).where(
        col(EvidenceHead.salon) == account.slug
    )


def _head_row(db: Session, account: Account) -> Head:
    """The head, locked until the end of the transaction (SQLite has one writer anyhow); made where there is none."""
    statement = _heads(account).with_for_update()
    row = db.connection().execute(statement).one_or_none()
    if row is None:
        db.connection().execute(
            _MAKE_HEAD,
            {"salon": account.slug, "digest": FIRST, "signature": b"", "at": account.connected_at},
        )
        row = db.connection().execute(statement).one()
    return Head(account.slug, row.seq, bytes(row.digest))


def _raw(value: object) -> bytes:
    """The bytes of a column, whatever somebody may have put there (SQLite keeps text in a column of bytes)."""
    return value if isinstance(value, bytes) else str(value).encode()


def _statement(salon: str, seq: int, digest: bytes) -> bytes:
    return f"ovikello evidence head 1\n{salon}\n{seq}\n{digest.hex()}\n".encode()


def _signature(account: Account, seq: int, digest: bytes) -> bytes:
    return account.keys.signer.sign(_statement(account.slug, seq, digest))


def _is_signed(account: Account, seq: int, digest: bytes, signature: bytes) -> bool:
    try:
        account.keys.signer.public_key().verify(signature, _statement(account.slug, seq, digest))
    except InvalidSignature:
        return False
    return True
