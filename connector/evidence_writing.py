"""How lines come into a chain: each follows from the one before, and a transaction signs the head it ends with.

A night moves many jobs at once. Their lines are chained in memory, put down together, and the head is signed once:
what stands between two signatures of one transaction was never to be seen by anybody.
"""

import contextlib
import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from sqlmodel import Session

from connector import evidence_verifier as verifier
from connector.evidence_rows import as_they_stand, moment, moment_in, number, raw
from connector.evidence_verifier import FIRST, line_digest
from connector.salons import Account
from connector.salons_system import Moved
from connector.tables import UtcDateTime

_SIGNED = "evidence: the head that was signed last"
_OPEN = "evidence: lines that are not put down yet"
_AT = sa.bindparam("at", type_=UtcDateTime)
_HEAD = {
    dialect: sa.text(
        f"SELECT seq, digest, signature, {moment_in('at', dialect)}, generation"  # noqa: S608 -- names of ours
        " FROM evidence_head WHERE salon = :salon"
    )
    for dialect in ("sqlite", "postgresql")
}
#: until the end of the transaction; SQLite has one writer anyhow
_LOCKED_HEAD = {**_HEAD, "postgresql": sa.text(f"{_HEAD['postgresql']} FOR UPDATE")}
_MAKE_HEAD = sa.text(
    "INSERT INTO evidence_head (salon, seq, digest, signature, at) VALUES (:salon, 0, :digest, :signature, :at)"
    " ON CONFLICT (salon) DO NOTHING"
).bindparams(_AT)
_MOVE_HEAD = sa.text(
    "UPDATE evidence_head SET seq = :seq, digest = :digest, signature = :signature, at = :at WHERE salon = :salon"
).bindparams(_AT)
_ADD = sa.text("INSERT INTO evidence (salon, seq, body, digest) VALUES (:salon, :seq, :body, :digest)")


@dataclass(frozen=True)
class Signed:
    """The head as it stands, with its signature, and when the last line was written (None: that cannot be read)."""

    seq: int
    digest: bytes
    signature: bytes
    at: datetime | None
    generation: int

    @property
    def is_readable(self) -> bool:
        """Whether every column holds what belongs into it."""
        return self.seq >= 0 and self.at is not None and self.generation >= 0


@dataclass
class Chain:
    """The end of a salon's chain, in the hands of a transaction that adds to it."""

    slug: str
    seq: int
    digest: bytes
    at: datetime | None = None  # of the last line; None until there is one
    rows: list[dict[str, object]] = field(default_factory=list)

    def add(self, body: Mapping[str, object], now: datetime) -> int:
        """Have one more line follow; give its number."""
        kept = canonical({**body, "at": now.astimezone(UTC).isoformat(), "salt": secrets.token_hex(16)})
        self.seq, self.at = self.seq + 1, now
        self.digest = line_digest(self.seq, self.digest, kept)
        self.rows.append({"salon": self.slug, "seq": self.seq, "body": kept, "digest": self.digest})
        return self.seq


def canonical(value: object) -> bytes:
    """The one way in which a value becomes the bytes that are hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def take_turn(db: Session, account: Account) -> None:
    """Wait until no other transaction appends to this salon's chain.

    Whoever changes many rows and appends in between takes the turn first: on PostgreSQL two transactions that
    took rows and turn in different orders would wait for each other. Raises Moved.
    """
    if (_OPEN, account.slug) not in db.info:
        _locked_head(db, account)


def append(db: Session, account: Account, body: Mapping[str, object], *, now: datetime) -> int:
    """Add one line, and sign the new head unless more lines follow `together`; give its number. Never commits."""
    with together(db, account) as chain:
        return chain.add(body, now)


@contextlib.contextmanager
def together(db: Session, account: Account) -> Iterator[Chain]:
    """Put down at the end, under one signature, all lines that are appended meanwhile.

    Where the work breaks off, the transaction is taken back: no move may stand without its line.
    """
    key = (_OPEN, account.slug)
    if key in db.info:
        yield db.info[key]
        return
    head = _locked_head(db, account)
    chain = db.info[key] = Chain(account.slug, head.seq, head.digest)
    try:
        yield chain
    except BaseException:
        if chain.rows:
            db.rollback()
        raise
    finally:
        del db.info[key]
    if chain.rows:
        _put_down(db, account, head, chain)


def sign(account: Account, statement: bytes) -> bytes:
    """Sign in this salon's name."""
    return account.keys.signer.sign(statement)


def head_of(db: Session, account: Account) -> Signed | None:
    """The row of the head, whether a line was written yet or not."""
    return _read(db, account, _HEAD)


def _put_down(db: Session, account: Account, head: Signed, chain: Chain) -> None:
    """Write the lines and the head that they lead to.

    A head that does not bear our signature is not signed over: what somebody rewrote would look whole from then on.
    """
    statement = verifier.head_statement(account.slug, chain.seq, chain.digest)
    signature = sign(account, statement) if _is_ours(db, account, head) else b""
    db.connection().execute(_ADD, chain.rows)
    moved = {"seq": chain.seq, "digest": chain.digest, "signature": signature, "at": chain.at}
    db.connection().execute(_MOVE_HEAD, {"salon": account.slug, **moved})
    if signature:
        db.info[_SIGNED, account.slug] = chain.digest


def _locked_head(db: Session, account: Account) -> Signed:
    """The head, locked until the end of the transaction; made where there is none. Raises Moved."""
    found = _read(db, account, _LOCKED_HEAD)
    if found is None:
        first = {"digest": FIRST, "signature": b"", "at": account.connected_at}
        db.connection().execute(_MAKE_HEAD, {"salon": account.slug, **first})
        found = _read(db, account, _LOCKED_HEAD)
    assert found is not None  # noqa: S101 - made just now
    if found.generation != account.keys.generation:
        raise Moved
    return found


def _read(db: Session, account: Account, statements: Mapping[str, Any]) -> Signed | None:
    connection = db.connection()
    with as_they_stand(db):
        row = connection.execute(statements[connection.dialect.name], {"salon": account.slug}).one_or_none()
    if row is None:
        return None
    return Signed(
        number(row.seq), raw(row.digest), raw(row.signature), moment(row.at), number(row.generation)
    )


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
