"""Which letters are to be sent, were sent, or could not be: one row for each thing that an owner is told of once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from connector.tables import Letter, Owner, Ownership

#: whoever began to send a letter and is silent for so long was stopped on the way
SENDING_FOR = timedelta(minutes=10)
FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)
GIVE_UP_AFTER = timedelta(days=3)
#: a request that is still not answered by then is told of again
KEPT_FOR = timedelta(days=90)
#: the kind of a letter that an owner asked for to see whether letters arrive
TRIAL = "trial"

_MAKE = sa.text(
    "INSERT INTO letter (owner, salon, kind, about, made_at, due_at, failures)"
    " VALUES (:owner, :salon, :kind, :about, :now, :now, 0) ON CONFLICT (owner, salon, kind, about) DO NOTHING"
).bindparams(sa.bindparam("owner", type_=sa.Uuid), sa.bindparam("now", type_=Letter.__table__.c.made_at.type))  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Reader:
    """An owner of a salon who can be written to."""

    owner: UUID
    language: str
    takes_weekly: bool


@dataclass(frozen=True)
class Due:
    """A letter to be sent now; several of a kind to one owner go out as one."""

    owner: UUID
    salon: str
    kind: str
    about: tuple[str, ...]


def readers(db: Session, salon: str) -> list[Reader]:
    """Who speaks for a salon and has set up their log-in: an address that nobody has answered from gets no mail."""
    found = (
        select(Owner.id, Owner.language, Ownership.takes_weekly)
        .join(Ownership, col(Ownership.owner) == col(Owner.id))
        .where(Ownership.salon == salon, col(Owner.is_totp_active).is_(True))
        .order_by(col(Owner.made_at), col(Owner.id))
    )
    return [Reader(*row) for row in db.exec(found)]


def make(db: Session, salon: str, owner: UUID, kind: str, about: Iterable[str], *, now: datetime) -> None:
    """Have an owner told of these, each once however often it is asked for."""
    rows = [{"owner": owner, "salon": salon, "kind": kind, "about": one, "now": now} for one in about]
    if rows:
        db.connection().execute(_MAKE, rows)


def known(db: Session, salon: str) -> set[tuple[UUID, str, str]]:
    """What the owners of a salon were told of, or are about to be: owner, kind, about."""
    return set(db.exec(select(Letter.owner, Letter.kind, Letter.about).where(Letter.salon == salon)))


def claim(db: Session, *, now: datetime) -> Due | None:
    """Take one letter that is to be sent now, or give None; whoever asks next finds it taken.

    One at a time, as each is sent: a slow mail server would have somebody else take over what only waits for its turn.
    Whoever is silent for too long over theirs was stopped.
    """
    key = (col(Letter.owner), col(Letter.salon), col(Letter.kind))
    longest_due = sa.select(*key).where(col(Letter.due_at) <= now).order_by(col(Letter.due_at), *key).limit(1)
    while (first := db.connection().execute(longest_due).first()) is not None:
        these = (name == value for name, value in zip(key, first, strict=True))
        mine = (
            sa.update(Letter)
            .where(*these, col(Letter.due_at) <= now)
            .values(due_at=now + SENDING_FOR)
            .returning(col(Letter.about))
        )
        about = tuple(sorted(db.connection().execute(mine).scalars()))
        if about:  # else another worker took it meanwhile
            return Due(*first, about)
    return None


def take(db: Session, due: Due, *, now: datetime) -> bool:
    """Make one letter and claim it at once; False where there was one already."""
    (about,) = due.about
    row = {"owner": due.owner, "salon": due.salon, "kind": due.kind, "about": about, "now": now}
    if not db.connection().execute(_MAKE, row).rowcount:
        return False
    db.connection().execute(_these(due).values(due_at=now + SENDING_FOR))
    return True


def sent(db: Session, due: Due, *, now: datetime) -> None:
    """It was taken by the mail server."""
    db.connection().execute(_these(due).values(sent_at=now, due_at=None, why=None))


def dropped(db: Session, due: Due) -> None:
    """There is nothing to tell any more."""
    db.connection().execute(_these(due).values(due_at=None))


def failed(db: Session, due: Due, why: str, *, now: datetime) -> None:
    """It was not taken: tried again, later and later, for three days."""
    rows = select(Letter).where(
        Letter.owner == due.owner,
        Letter.salon == due.salon,
        Letter.kind == due.kind,
        col(Letter.about).in_(due.about),
    )
    for row in db.exec(rows):
        again = now + min(FIRST_RETRY * 2 ** min(row.failures, 10), LONGEST_RETRY)
        row.failures += 1
        row.why = why
        is_over = row.kind == TRIAL or again > row.made_at + GIVE_UP_AFTER
        row.due_at = None if is_over else again
        db.add(row)


def unsent(db: Session, salon: str, *, now: datetime) -> int:
    """How many letters of the last days could not be sent, or not yet."""
    rows = (
        select(func.count())
        .select_from(Letter)
        .where(
            Letter.salon == salon,
            Letter.kind != TRIAL,
            col(Letter.sent_at).is_(None),
            col(Letter.why).is_not(None),
            col(Letter.made_at) > now - 2 * GIVE_UP_AFTER,
        )
    )
    return db.exec(rows).one()


def last(db: Session, salon: str, owner: UUID) -> Letter | None:
    """The letter to an owner that was sent or tried last."""
    moment = func.coalesce(col(Letter.sent_at), col(Letter.made_at))
    rows = select(Letter).where(Letter.salon == salon, Letter.owner == owner).order_by(moment.desc()).limit(1)
    return db.exec(rows).first()


def takes_weekly(db: Session, salon: str, owner: UUID) -> bool:
    """Whether an owner gets the weekly letter about a salon."""
    rows = select(Ownership.takes_weekly).where(Ownership.owner == owner, Ownership.salon == salon)
    return bool(db.exec(rows).one_or_none())


def set_weekly(db: Session, salon: str, owner: UUID, *, takes: bool) -> None:
    """Whether an owner gets the weekly letter about a salon."""
    db.connection().execute(
        sa.update(Ownership)
        .where(col(Ownership.owner) == owner, col(Ownership.salon) == salon)
        .values(takes_weekly=takes)
    )


def tidy(db: Session, salon: str, *, now: datetime) -> None:
    """Forget letters that were made long ago."""
    db.connection().execute(
        sa.delete(Letter).where(col(Letter.salon) == salon, col(Letter.made_at) < now - KEPT_FOR)
    )


def _these(due: Due) -> sa.Update:
    return sa.update(Letter).where(
        col(Letter.owner) == due.owner,
        col(Letter.salon) == due.salon,
        col(Letter.kind) == due.kind,
        col(Letter.about).in_(due.about),
    )
