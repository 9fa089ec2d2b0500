"""7. Prove: one append-only, signed chain per salon, without a name, a contact point or any content in it.

Takes: each move of a job. Gives: a line in the transaction of that move. Next: the auditor.

A line's digest is SHA-256(seq ‖ digest of the line before ‖ SHA-256(body)); `seq` is eight bytes, big-endian, and
the line before the first has 32 zero bytes. The body is kept as the canonical bytes that were hashed and has a
random salt, so that another's line can be shown as its hash alone. The head (last seq and digest) is
signed with the salon's Ed25519 key; earlier heads are anchored in the journal, outside the database. What
was pruned after its period (`evidence_pruning`) left a signed checkpoint, which bridges the gap.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from connector import evidence_verifier as verifier
from connector import evidence_writing as writing
from connector.evidence_rows import as_they_stand, moment, moment_in, number, raw
from connector.evidence_verifier import FIRST, Checkpoint, Line, line_digest
from connector.evidence_verifier import Found as Checked
from connector.evidence_writing import Signed, append, canonical, sign, take_turn, together
from connector.salons import Account

__all__ = [
    "FIRST",
    "Checked",
    "Checkpoint",
    "Head",
    "Line",
    "Signed",
    "append",
    "canonical",
    "line_digest",
    "raw",
    "sign",
    "take_turn",
    "together",
]

#: lines that are fetched at once
_SOME = 1000
#: in the shape of a Line, and without the work of turning columns into types: a chain is long
_CHAIN = sa.text(
    "SELECT seq, digest, body, NULL AS body_hash FROM evidence WHERE salon = :salon ORDER BY seq"
).execution_options(yield_per=_SOME)
_CHECKPOINTS = {
    dialect: sa.text(
        f"SELECT first, seq, previous, digest, told, {moment_in('from_at', dialect)},"  # noqa: S608 -- ours
        f" {moment_in('until_at', dialect)}, signature FROM evidence_checkpoint WHERE salon = :salon ORDER BY seq"
    )
    for dialect in ("sqlite", "postgresql")
}
#: how such a line ends: its fields stand in the order of the alphabet
_RESTORED = b'"what":"restored"}'


@dataclass(frozen=True)
class Head:
    """How far a salon's chain reached at some moment, and the digest that it had there."""

    salon: str
    seq: int
    digest: bytes

    def __str__(self) -> str:
        return f"{self.digest.hex()}@{self.seq}"


@dataclass
class Restores:
    """The lines at which the chain itself says that the database was restored: no tampering, and not to be hidden."""

    seqs: list[int] = field(default_factory=list)

    def passing(self, some: Sequence[Any]) -> Sequence[Line]:
        """The same lines, looked at as they pass by."""
        self.seqs += [seq for seq, _, body, _ in some if type(body) is bytes and body.endswith(_RESTORED)]
        return some


def head(db: Session, account: Account) -> Head | None:
    """The last line's number and digest, to be anchored outside; None where nothing was written yet, or not by us."""
    row = signed_head(db, account)
    return None if row is None or row.seq < 0 else Head(account.slug, row.seq, row.digest)


def signed_head(db: Session, account: Account) -> Signed | None:
    """The head with its signature; None where nothing was written yet."""
    found = writing.head_of(db, account)
    return None if found is None or found.seq == 0 else found


def lines(db: Session, account: Account) -> Iterator[Line]:
    """The whole chain, line by line; it is never in memory as a whole."""
    with _chain(db, account) as some:
        for seq, digest, body, _ in chain.from_iterable(some):
            yield Line(seq, raw(digest), raw(body))


def checkpoints(db: Session, account: Account) -> list[Checkpoint]:
    """What stands for pruned lines, in the chain's order."""
    connection = db.connection()
    with as_they_stand(db):
        rows = connection.execute(_CHECKPOINTS[connection.dialect.name], {"salon": account.slug}).all()
    return [
        Checkpoint(
            number(row.first),
            number(row.seq),
            raw(row.previous),
            raw(row.digest),
            _written(row.from_at),
            _written(row.until_at),
            number(row.told),
            raw(row.signature),
        )
        for row in rows
    ]


def check(db: Session, account: Account, *, anchors: Iterable[Head] = ()) -> Checked:
    """Walk the whole chain; say whether it is whole, and if not which line is the first that does not hold.

    The auditor's own program does the walking. Every anchor is a head that was kept elsewhere.
    """
    return check_and_find(db, account, anchors=anchors)[0]


def check_and_find(
    db: Session, account: Account, *, anchors: Iterable[Head] = ()
) -> tuple[Checked, Restores]:
    """The same, and where the database was restored: the chain is read once for both."""
    signed, known, restores = signed_head(db, account), checkpoints(db, account), Restores()
    with _chain(db, account) as some:
        passing = chain.from_iterable(map(restores.passing, some))
        return walk(account, passing, known, signed, anchors), restores


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
        None if signed is None else _head(signed),
        salon=account.slug,
        known=_known(anchors, account),
        is_signed=lambda statement, signature: verifier.is_signature(key, statement, signature),
    )


def public_key(account: Account) -> bytes:
    """The key that whoever checks this salon's evidence should know."""
    return account.keys.signer.public_key().public_bytes_raw()


def _head(signed: Signed) -> verifier.Head:
    """The head as the walk takes it."""
    return verifier.Head(
        signed.seq if signed.is_readable else verifier.UNREADABLE, signed.digest, signed.signature
    )


def _written(value: object) -> str:
    """A moment as it was signed; nothing where there is none: no signature is good for that."""
    at = moment(value)
    return "" if at is None else at.isoformat()


@contextmanager
def _chain(db: Session, account: Account) -> Iterator[Iterator[Sequence[Any]]]:
    """The chain's rows, some at a time: a chain may be longer than the memory.

    By one statement: PostgreSQL may sort what is left of a chain anew for each page of it.
    """
    with as_they_stand(db), db.connection().execute(_CHAIN, {"salon": account.slug}) as found:
        # SQLAlchemy's rows cost as much as one of a line's two hashes; from PostgreSQL it has some in hand already
        rows: Any = found.cursor if db.connection().dialect.name == "sqlite" else found
        yield iter(lambda: rows.fetchmany(_SOME), [])


def _known(anchors: Iterable[Head], account: Account) -> dict[int, bytes]:
    """The digest that each anchored line must have; where two anchors contradict each other, none will do."""
    known: dict[int, bytes] = {}
    for anchor in anchors:
        if anchor.salon == account.slug and known.setdefault(anchor.seq, anchor.digest) != anchor.digest:
            known[anchor.seq] = b""
    return known
