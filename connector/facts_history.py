"""What a client answered, asked for and was decided about over time, as a page tells it: who, how, by which wording.

No rule reads this: what stands today is in the facts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from connector import mirror_consents, mirror_registers
from connector.mirror_registers import at_of
from connector.salons import Account
from connector.tables import UtcDateTime
from policies.marketing import MARKETING
from policies.vocabulary import Channel, Purpose
from webhooks.events import Answer, Method, Right


def _of_clients(question: str) -> sa.TextClause:
    return sa.text(question).bindparams(sa.bindparam("clients", expanding=True))


_ANSWERS = _of_clients(
    "SELECT purpose, channel, at, answer, method, notice_version, staff FROM consent_record"
    " WHERE salon = :salon AND client IN :clients ORDER BY at, purpose, channel"
).columns(at=UtcDateTime())
_REQUESTS = _of_clients(
    "SELECT facts FROM entry WHERE salon = :salon AND client IN :clients AND kind = 'request'"
)
_DECIDED = _of_clients(
    "SELECT question, answer, at FROM owner_answer WHERE salon = :salon AND client IN :clients"
    " ORDER BY at, question"
).columns(at=UtcDateTime())


@dataclass(frozen=True)
class Answered:
    """One answer, as it was given: to several purposes at once, over several channels (none: over all)."""

    at: datetime
    purposes: tuple[Purpose, ...]
    channels: tuple[Channel, ...]
    answer: Answer
    method: Method
    notice_version: str | None
    by_staff: bool

    @property
    def is_marketing(self) -> bool:
        """Whether it is about marketing, of which alone a channel says something."""
        return any(purpose in MARKETING for purpose in self.purposes)


@dataclass(frozen=True)
class Asked:
    """One request of the client's."""

    right: Right
    received_at: datetime


@dataclass(frozen=True)
class Decided:
    """What an owner answered to something asked about the client (`question` as in `Standing.category`)."""

    question: str
    answer: str
    at: datetime


@dataclass(frozen=True)
class History:
    """All of it, the oldest first."""

    answers: tuple[Answered, ...] = ()
    requests: tuple[Asked, ...] = ()
    decided: tuple[Decided, ...] = ()


def of(db: Session, account: Account, ids: Sequence[str]) -> History:
    """The history of one client, known by these ids: one statement for each table.

    An objection is told as a request, and not once more as the noes that follow from it.
    """
    parameters = {"salon": account.slug, "clients": list(ids)}
    asked = sorted(
        (_asked(row.facts) for row in db.connection().execute(_REQUESTS, parameters)),
        key=lambda one: (one.received_at, one.right),
    )
    objected = {one.received_at for one in asked if one.right is Right.OBJECTION}
    decided = [Decided(*row) for row in db.connection().execute(_DECIDED, parameters)]
    answers = [
        one
        for one in _joined(account, db.connection().execute(_ANSWERS, parameters).all())
        if not (one.at in objected and one.answer is Answer.WITHDRAWN and one.method is Method.NOT_TOLD)
    ]
    return History(tuple(answers), tuple(asked), tuple(decided))


def _asked(facts: str) -> Asked:
    fields = mirror_registers.load(facts)
    return Asked(Right(fields["right"][0]), at_of(fields["received_at"][0]))


class _Breath(NamedTuple):
    """What is the same of all that was said in one breath."""

    at: datetime
    answer: str
    method: str
    notice_version: str | None
    by_staff: bool


def _joined(account: Account, rows: Sequence[Any]) -> list[Answered]:
    """What was said in one breath, once: each channel and purpose has a row of its own."""
    channels: dict[tuple[_Breath, Purpose], set[str]] = {}
    for row in rows:
        version = row.notice_version and mirror_consents.notice_version_of(account, row.notice_version)
        breath = _Breath(row.at, row.answer, row.method, version, row.staff is not None)
        channels.setdefault((breath, Purpose(row.purpose)), set()).add(row.channel)
    purposes: dict[tuple[_Breath, tuple[str, ...]], list[Purpose]] = {}
    for (breath, purpose), over in channels.items():
        purposes.setdefault((breath, tuple(sorted(over))), []).append(purpose)
    return [
        Answered(
            at=breath.at,
            purposes=tuple(about),
            channels=() if "" in over else tuple(Channel(one) for one in over),
            answer=Answer(breath.answer),
            method=Method(breath.method),
            notice_version=breath.notice_version,
            by_staff=breath.by_staff,
        )
        for (breath, over), about in purposes.items()
    ]
