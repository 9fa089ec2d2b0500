"""Consent records: one row for each answer, never overwritten; the present answer is read from all of them."""

import base64
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlmodel import Session

from connector.database_many import Among, Rows
from connector.database_statement import Question, Statement, ask
from connector.mirror_registers import keyed, moment, staff_key
from connector.mirror_told import MARKETING
from connector.salons import Account
from connector.tables import UtcDateTime
from webhooks.events import Answer, Consent

_NO_SAYERS = sa.text("SELECT DISTINCT client FROM consent_record WHERE salon = :salon AND answer <> 'given'")
#: by which a client is written to or called
CHANNELS = ("email", "sms", "phone")
#: of one client, as intake asks; of many, as a list does
_KNOWN = Statement("SELECT digest FROM consent_record WHERE salon = :salon AND client = :client", digest=str)
_ALL_KNOWN = Among(
    "SELECT client, digest FROM consent_record WHERE salon = :salon AND client {among}",
    client=str,
    digest=str,
)
_COLUMNS = {"salon": str, "client": str, "purpose": str, "channel": str, "at": datetime, "digest": str}
_COLUMNS |= {"answer": str, "method": str, "notice_version": str, "staff": str}
_ADD = Statement(
    f"INSERT INTO consent_record ({', '.join(_COLUMNS)}) VALUES ({', '.join(f':{name}' for name in _COLUMNS)})"  # noqa: S608 -- ours
)
_ROWS = Rows("consent_record", keys=6, **_COLUMNS)
_OF = (
    sa.text(
        "SELECT client, purpose, channel, answer, at FROM consent_record WHERE salon = :salon AND client IN :clients"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, purpose=sa.String, channel=sa.String, answer=sa.String, at=UtcDateTime())
)


@dataclass(frozen=True)
class Present:
    """The present answer of one client id, and when it was given."""

    answer: Answer
    at: datetime


class Given(NamedTuple):
    """One answer over one channel, as it is kept; `digest` tells whether it is known already."""

    client: str
    digest: str
    channel: str
    at: datetime
    consent: Consent

    @property
    def is_no(self) -> bool:
        """Whether it is a no to marketing."""
        return self.consent.answer.is_no and self.consent.purpose in MARKETING


#: by client, purpose and channel ("": all channels that have no newer answer of their own)
Answers = Mapping[tuple[str, str, str], Present]


def question(account: Account, client: str) -> Question:
    """Which answers of a client are known, by their digests."""
    return Question(_KNOWN, {"salon": account.slug, "client": client})


def record(
    db: Session, account: Account, told: Sequence[Given], *, known: frozenset[str] | None = None
) -> bool:
    """Keep each of a client's answers once; True where a no to marketing is among those that were not known.

    `known` is what came of `question`, where that was asked already.
    """
    if not told:
        return False
    client = told[0].client
    if known is None:
        known = frozenset(row.digest for row in ask(db, question(account, client))[0].rows)
    fresh = _unknown(told, {(client, digest) for digest in known})
    if fresh:
        _ADD.later(db, [dict(zip(_COLUMNS, _row(account, one), strict=True)) for one in fresh])
    return any(one.is_no for one in fresh)


def record_all(db: Session, account: Account, told: Sequence[Given]) -> frozenset[str]:
    """Keep the answers of many clients; give those of whom a no to marketing is among what was not known."""
    if not told:
        return frozenset()
    known = _ALL_KNOWN.rows(db, account.slug, {one.client: None for one in told})
    fresh = _unknown(told, {(row.client, row.digest) for row in known})
    _ROWS.add(db, [_row(account, one) for one in fresh])
    return frozenset(one.client for one in fresh if one.is_no)


def given(
    account: Account,
    client: str,
    consents: Iterable[Consent],
    *,
    latest: datetime,
    until: datetime | None = None,
    since: datetime | None = None,
) -> list[Given]:
    """What one event tells of a client's answers: none counts as later than the event (`latest`).

    With `until`, later ones are left; with `since`, those that are not later.
    """
    found = [one for consent in consents for one in _given(account, client, consent, min(consent.at, latest))]
    return [one for one in found if (until is None or one.at <= until) and (since is None or one.at > since)]


def present(db: Session, salon: str, clients: Iterable[str]) -> Answers:
    """The newest answer by client, purpose and channel; at the same moment the no wins."""
    found: dict[tuple[str, str, str], Present] = {}
    for row in db.connection().execute(_OF, {"salon": salon, "clients": list(clients)}):
        key = (row.client, row.purpose, row.channel)
        answer = newest(found.get(key), Present(Answer(row.answer), row.at))
        if answer is not None:
            found[key] = answer
    return found


def standing_noes(db: Session, salon: str, client: str) -> list[tuple[str, str, datetime]]:
    """The noes to marketing that hold now, by channel: the newer of a channel's own answer and the one for all."""
    answers = present(db, salon, [client])
    noes = []
    for purpose in MARKETING:
        for channel in CHANNELS:
            said = (answers.get((client, purpose, "")), answers.get((client, purpose, channel)))
            answer = newest(*said)
            if answer is not None and answer.answer.is_no:
                noes.append((purpose.value, channel, answer.at))
    return noes


def sayers_of_no(db: Session, salon: str) -> frozenset[str]:
    """Everybody who ever said a no, whatever they said later."""
    return frozenset(db.connection().execute(_NO_SAYERS, {"salon": salon}).scalars())


def newest(*answers: Present | None) -> Present | None:
    """The newest of some answers; at the same moment the no."""
    given = [answer for answer in answers if answer is not None]
    return max(given, key=lambda answer: (answer.at, answer.answer.is_no, answer.answer), default=None)


def _unknown(told: Iterable[Given], known: Collection[tuple[str, str]]) -> list[Given]:
    """Those of which nothing is kept yet, each once; `known` are clients with the digests of their answers."""
    return list({one[:2]: one for one in told if one[:2] not in known}.values())


def _given(account: Account, client: str, consent: Consent, at: datetime) -> list[Given]:
    said = [consent.purpose, consent.answer, consent.method, consent.notice_version, consent.staff]
    found = []
    for channel in sorted({channel.value for channel in consent.channels}) or [""]:
        # the same answer told twice (in its own event, and in a list) is one record
        digest = keyed(account.keys, json.dumps([*said, channel, moment(at)]))[:32]
        found.append(Given(client, digest, channel, at, consent))
    return found


def _row(account: Account, one: Given) -> tuple[object, ...]:
    consent, staff = one.consent, one.consent.staff
    return (
        *(account.slug, one.client, consent.purpose.value, one.channel, one.at, one.digest),
        *(consent.answer.value, consent.method.value, _sealed(account, consent.notice_version)),
        None if staff is None else staff_key(account.keys, staff),
    )


def notice_version_of(account: Account, sealed: str) -> str:
    """The version of the notice that was shown when the answer was given."""
    return account.keys.unseal(base64.b64decode(sealed), "notice-version").decode()


def _sealed(account: Account, notice_version: str | None) -> str | None:
    """It names a document, but nothing holds a booking system to that: free text is never kept in clear."""
    if notice_version is None:
        return None
    return base64.b64encode(account.keys.seal(notice_version.encode(), "notice-version")).decode()
