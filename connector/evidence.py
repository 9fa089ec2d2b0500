"""7. Prove: one append-only, signed chain per salon, without a name, a contact point or any content in it.

Takes: each move of a job. Gives: a line in the transaction of that move. Next: the auditor.

A line's digest is SHA-256(seq ‖ digest of the line before ‖ SHA-256(body)); `seq` is eight bytes, big-endian, and
the line before the first has 32 zero bytes. The body is kept as the canonical bytes that were hashed and has a
random salt, so that another's line can be shown as its hash alone. The head (last seq and digest) is
signed with the salon's Ed25519 key; earlier heads are anchored in the journal, outside the database. What
was pruned after its period (`evidence_pruning`) left a signed checkpoint, which bridges the gap.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import evidence_verifier as verifier
from connector.evidence_verifier import FIRST, Checkpoint, Line, line_digest
from connector.evidence_verifier import Found as Checked
from connector.salons import Account
from connector.tables import Evidence, EvidenceCheckpoint, EvidenceHead, UtcDateTime

__all__ = ["FIRST", "Checked", "Checkpoint", "Head", "Line", "line_digest"]

_AT_ONCE = 1000  # rows fetched at a time: a chain may be longer than the memory

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

    def __str__(self) -> str:
        return f"{self.digest.hex()}@{self.seq}"


@dataclass(frozen=True)
class Signed:
    """The head as it stands, with its signature, and when the last line was written."""

    seq: int
    digest: bytes
    signature: bytes
    at: datetime


def canonical(value: object) -> bytes:
    """The one way in which a value becomes the bytes that are hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


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
    statement = verifier.head_statement(account.slug, seq, digest)
    connection = db.connection()
    connection.execute(sa.insert(Evidence).values(salon=account.slug, seq=seq, body=kept, digest=digest))
    connection.execute(
        sa.update(EvidenceHead)
        .where(col(EvidenceHead.salon) == account.slug)
        .values(seq=seq, digest=digest, signature=sign(account, statement), at=now)
    )
    return seq


def head(db: Session, account: Account) -> Head | None:
    """The last line's number and digest, to be anchored outside; None where nothing was written yet."""
    row = signed_head(db, account)
    return None if row is None else Head(account.slug, row.seq, row.digest)


def signed_head(db: Session, account: Account) -> Signed | None:
    """The head with its signature; None where nothing was written yet."""
    row = db.connection().execute(_heads(account)).one_or_none()
    if row is None or row.seq == 0:
        return None
    return Signed(row.seq, raw(row.digest), raw(row.signature), row.at)


def lines(db: Session, account: Account) -> Iterator[Line]:
    """The whole chain, line by line; it is never in memory as a whole."""
    statement = (
        select(Evidence.seq, Evidence.digest, Evidence.body)
        .where(Evidence.salon == account.slug)
        .order_by(col(Evidence.seq))
        .execution_options(yield_per=_AT_ONCE)
    )
    with db.connection().execute(statement) as rows:
        for seq, digest, body in rows:
            yield Line(seq, raw(digest), raw(body))


def checkpoints(db: Session, account: Account) -> list[Checkpoint]:
    """What stands for pruned lines, in the chain's order."""
    rows = db.connection().execute(
        sa.select(sa.inspect(EvidenceCheckpoint).local_table)
        .where(col(EvidenceCheckpoint.salon) == account.slug)
        .order_by(col(EvidenceCheckpoint.seq))
    )
    return [
        Checkpoint(
            row.first,
            row.seq,
            raw(row.previous),
            raw(row.digest),
            row.from_at.isoformat(),
            row.until_at.isoformat(),
            row.told,
            raw(row.signature),
        )
        for row in rows
    ]


def check(db: Session, account: Account, *, anchors: Iterable[Head] = ()) -> Checked:
    """Walk the whole chain; say whether it is whole, and if not which line is the first that does not hold.

    The auditor's own program does the walking. Every anchor is a head that was kept elsewhere.
    """
    signed = signed_head(db, account)
    return walk(account, lines(db, account), checkpoints(db, account), signed, anchors)


def walk(
    account: Account,
    passing: Iterable[Line],
    known: list[Checkpoint],
    signed: Signed | None,
    anchors: Iterable[Head] = (),
) -> Checked:
    """The same over lines that pass by on their way to somewhere else."""
    key = public_key(account)
    return verifier.walk(
        passing,
        known,
        None if signed is None else verifier.Head(signed.seq, signed.digest, signed.signature),
        salon=account.slug,
        known=_known(anchors, account),
        is_signed=lambda statement, signature: verifier.is_signature(key, statement, signature),
    )


def public_key(account: Account) -> bytes:
    """The key that whoever checks this salon's evidence should know."""
    return account.keys.signer.public_key().public_bytes_raw()


def sign(account: Account, statement: bytes) -> bytes:
    """Sign in this salon's name."""
    return account.keys.signer.sign(statement)


def _known(anchors: Iterable[Head], account: Account) -> dict[int, bytes]:
    """The digest that each anchored line must have; where two anchors contradict each other, none will do."""
    known: dict[int, bytes] = {}
    for anchor in anchors:
        if anchor.salon == account.slug and known.setdefault(anchor.seq, anchor.digest) != anchor.digest:
            known[anchor.seq] = b""
    return known


def _heads(account: Account) -> sa.Select[int, bytes, bytes, datetime]:
    return sa.select(
        col(EvidenceHead.seq), col(EvidenceHead.digest), col(EvidenceHead.signature), col(EvidenceHead.at)
    ).where(col(EvidenceHead.salon) == account.slug)


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


def raw(value: object) -> bytes:
    """The bytes of a column, whatever somebody may have put there (SQLite keeps text in a column of bytes)."""
    return value if isinstance(value, bytes) else str(value).encode()
