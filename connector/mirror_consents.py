"""Consent records: one row for each answer, never overwritten; the present answer is read from all of them."""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from connector.database_statement import Statement
from connector.mirror_registers import keyed, moment, staff_key
from connector.mirror_told import MARKETING
from connector.salons import Account
from connector.tables import UtcDateTime
from webhooks.events import Answer, Consent

#: of one, as intake asks; of many, as a list does
_KNOWN = Statement(
    "SELECT client, digest FROM consent_record WHERE salon = :salon AND client = :client",
    client=str,
    digest=str,
)
_ALL_KNOWN = (
    sa.text("SELECT client, digest FROM consent_record WHERE salon = :salon AND client IN :clients")
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, digest=sa.String)
)
_ADD = Statement(
    "INSERT INTO consent_record"
    " (salon, client, purpose, channel, at, digest, answer, method, notice_version, staff) VALUES"
    " (:salon, :client, :purpose, :channel, :at, :digest, :answer, :method, :notice_version, :staff)"
)
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


@dataclass(frozen=True)
class Said:
    """What one event tells of a client's answers: none counts as later than `latest`.

    With `until`, later ones are left; with `since`, those that are not later.
    """

    client: str
    consents: tuple[Consent, ...]
    latest: datetime
    until: datetime | None = None
    since: datetime | None = None


#: by client, purpose and channel ("": all channels that have no newer answer of their own)
Answers = Mapping[tuple[str, str, str], Present]


def record(
    db: Session,
    account: Account,
    client: str,
    consents: Iterable[Consent],
    *,
    latest: datetime,
    until: datetime | None = None,
    since: datetime | None = None,
) -> bool:
    """Keep each answer once; True where a no to marketing is among those that were not known.

    An answer never counts as later than the event (`latest`) that told of it; with `until`, later ones are left.
    """
    told = Said(client, tuple(consents), latest, until, since)
    return client in record_all(db, account, [told])


def record_all(db: Session, account: Account, said: Iterable[Said]) -> frozenset[str]:
    """The same of many clients; those of whom a no to marketing is among what was not known."""
    rows = {(row["client"], row["digest"]): row for one in said for row in _rows_of(account, one)}
    if not rows:
        return frozenset()
    clients = sorted({client for client, _ in rows})
    known = _known(db, account, clients)
    fresh = [row for key, row in rows.items() if key not in known]
    if fresh:
        _ADD.run(db, fresh)
    return frozenset(
        row["client"] for row in fresh if Answer(row["answer"]).is_no and row["purpose"] in MARKETING
    )


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
        for channel in ("email", "sms", "phone"):
            said = (answers.get((client, purpose, "")), answers.get((client, purpose, channel)))
            answer = newest(*said)
            if answer is not None and answer.answer.is_no:
                noes.append((purpose.value, channel, answer.at))
    return noes


def newest(*answers: Present | None) -> Present | None:
    """The newest of some answers; at the same moment the no."""
    given = [answer for answer in answers if answer is not None]
    return max(given, key=lambda answer: (answer.at, answer.answer.is_no, answer.answer), default=None)


def _known(db: Session, account: Account, clients: list[str]) -> set[tuple[str, str]]:
    """The digests of these clients' answers."""
    found: Iterable[Any]
    if len(clients) == 1:
        found = _KNOWN.rows(db, {"salon": account.slug, "client": clients[0]})
    else:
        found = db.connection().execute(_ALL_KNOWN, {"salon": account.slug, "clients": clients})
    return {(row.client, row.digest) for row in found}


def _rows_of(account: Account, said: Said) -> list[dict[str, Any]]:
    rows = [row for consent in said.consents for row in _rows(account, said.client, consent, said.latest)]
    rows = [row for row in rows if said.until is None or row["at"] <= said.until]
    return [row for row in rows if said.since is None or row["at"] > said.since]


def _rows(account: Account, client: str, consent: Consent, latest: datetime) -> list[dict[str, Any]]:
    values: dict[str, Any] = {
        "purpose": consent.purpose.value,
        "answer": consent.answer.value,
        "method": consent.method.value,
        "notice_version": consent.notice_version,
        "staff": consent.staff,
    }
    staff = None if consent.staff is None else staff_key(account.keys, consent.staff)
    kept = values | {"notice_version": _sealed(account, consent.notice_version), "staff": staff}
    at = min(consent.at, latest)
    rows: list[dict[str, Any]] = []
    for channel in sorted({channel.value for channel in consent.channels}) or [""]:
        # the same answer told twice (in its own event, and in a list) is one record
        said = json.dumps([*values.values(), channel, moment(at)])
        digest = keyed(account.keys, said)[:32]
        key = {"salon": account.slug, "client": client, "channel": channel, "at": at, "digest": digest}
        rows.append(key | kept)
    return rows


def notice_version_of(account: Account, sealed: str) -> str:
    """The version of the notice that was shown when the answer was given."""
    return account.keys.unseal(base64.b64decode(sealed), "notice-version").decode()


def _sealed(account: Account, notice_version: str | None) -> str | None:
    """It names a document, but nothing holds a booking system to that: free text is never kept in clear."""
    if notice_version is None:
        return None
    return base64.b64encode(account.keys.seal(notice_version.encode(), "notice-version")).decode()
