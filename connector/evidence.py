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
from typing import Any, cast

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from sqlmodel import Session, col

from connector import evidence_verifier as verifier
from connector.evidence_verifier import FIRST, Checkpoint, Line, line_digest
from connector.evidence_verifier import Found as Checked
from connector.salons import Account
from connector.tables import Evidence, EvidenceCheckpoint, EvidenceHead, UtcDateTime

__all__ = ["FIRST", "Checked", "Checkpoint", "Head", "Line", "line_digest"]

_SIGNED = "evidence: the head that was signed last"
#: in the shape of a Line, and without the work of turning columns into types: a chain is long
_CHAIN = sa.text(
    "SELECT seq, digest, body, NULL AS body_hash FROM evidence WHERE salon = :salon ORDER BY seq"
).execution_options(yield_per=1000)
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
    """Add one line and sign the new head; give the line's number. Never commits.

    A head that does not bear our signature is not signed over: what somebody rewrote would look whole from then on.
    """
    head = _head_row(db, account)
    kept = canonical({**body, "at": now.astimezone(UTC).isoformat(), "salt": secrets.token_hex(16)})
    seq = head.seq + 1
    digest = line_digest(seq, head.digest, kept)
    statement = verifier.head_statement(account.slug, seq, digest)
    signature = sign(account, statement) if _is_ours(db, account, head) else b""
    connection = db.connection()
    connection.execute(sa.insert(Evidence).values(salon=account.slug, seq=seq, body=kept, digest=digest))
    connection.execute(
        sa.update(EvidenceHead)
        .where(col(EvidenceHead.salon) == account.slug)
        .values(seq=seq, digest=digest, signature=signature, at=now)
    )
    if signature:
        db.info[_SIGNED, account.slug] = digest
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
    with _chain(db, account) as rows:
        for row in rows:
            yield Line(row.seq, raw(row.digest), raw(row.body))


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
    signed, known = signed_head(db, account), checkpoints(db, account)
    with _chain(db, account) as rows:
        return walk(account, cast(Iterable[Line], rows), known, signed, anchors)


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


def _chain(db: Session, account: Account) -> sa.CursorResult[Any]:
    """The chain's rows, fetched a few at a time: a chain may be longer than the memory."""
    return db.connection().execute(_CHAIN, {"salon": account.slug})


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


def _head_row(db: Session, account: Account) -> Signed:
    """The head, locked until the end of the transaction (SQLite has one writer anyhow); made where there is none."""
    statement = _heads(account).with_for_update()
    row = db.connection().execute(statement).one_or_none()
    if row is None:
        db.connection().execute(
            _MAKE_HEAD,
            {"salon": account.slug, "digest": FIRST, "signature": b"", "at": account.connected_at},
        )
        row = db.connection().execute(statement).one()
    return Signed(row.seq, raw(row.digest), raw(row.signature), row.at)


def _is_ours(db: Session, account: Account, head: Signed) -> bool:
    """Whether the head bears our signature; what this session signed itself it need not look at again."""
    if head.seq == 0 or db.info.get((_SIGNED, account.slug)) == head.digest:
        return True
    try:
        statement = verifier.head_statement(account.slug, head.seq, head.digest)
        account.keys.signer.public_key().verify(head.signature, statement)
    except InvalidSignature:
        return False
    return True


def raw(value: object) -> bytes:
    """The bytes of a column, whatever somebody may have put there (SQLite keeps text in a column of bytes)."""
    return value if isinstance(value, bytes) else str(value).encode()
