"""The present answers of a client: over all its ids the more restrictive one, over all its contact points the no."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from connector import contacts_carried, mirror_consents
from connector.contacts_carried import Carried
from connector.facts_group import Group
from connector.mirror_consents import Present, newest
from connector.mirror_told import MARKETING
from connector.tables import UtcDateTime
from policies.facts import Answer, Answered
from policies.vocabulary import Channel, Purpose
from webhooks.events import Answer as Word

_CAMPAIGNS = (
    sa.text("SELECT client, purpose, at FROM campaign_recipient WHERE salon = :salon AND client IN :clients")
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, purpose=sa.String, at=UtcDateTime())
)
_OWNER_SAID = (
    sa.text(
        "SELECT client, question, answer, at FROM owner_answer WHERE salon = :salon AND client IN :clients"
    )
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(client=sa.String, question=sa.String, answer=sa.String, at=UtcDateTime())
)
_QUESTIONS = {f"marketing:{channel.value}": channel for channel in Channel}
Key = tuple[str, str]  # purpose and channel ("": all channels)
#: the newest answers, by client
Answers = dict[str, dict[Key, Present]]


@dataclass(frozen=True)
class Told:
    """Answers, campaigns and what the owner said, as facts."""

    consents: dict[tuple[Purpose, Channel | None], Answered]
    campaigns: dict[Purpose, tuple[date, ...]]
    owner_keeps: frozenset[Channel]
    owner_switches_off: frozenset[Channel]


@dataclass(frozen=True)
class Said:
    """Everything that was answered by some clients, or about them, by client id."""

    answers: Answers
    carried: Carried
    campaigns: Mapping[str, list[tuple[str, datetime]]]
    owner: Mapping[str, list[tuple[str, str, datetime]]]


def read(db: Session, salon: str, clients: Iterable[str]) -> Said:
    """What was answered by these clients, or about them."""
    some = list(clients)
    parameters = {"salon": salon, "clients": some}
    campaigns: dict[str, list[tuple[str, datetime]]] = {}
    for row in db.connection().execute(_CAMPAIGNS, parameters):
        campaigns.setdefault(row.client, []).append((row.purpose, row.at))
    owner: dict[str, list[tuple[str, str, datetime]]] = {}
    for row in db.connection().execute(_OWNER_SAID, parameters):
        owner.setdefault(row.client, []).append((row.question, row.answer, row.at))
    answers: Answers = {}
    for (client, *key), present in mirror_consents.present(db, salon, some).items():
        answers.setdefault(client, {})[key[0], key[1]] = present
    return Said(answers, contacts_carried.read(db, salon, some), campaigns, owner)


def mean(said: Said, group: Group, zone: ZoneInfo) -> Told:
    """The present answers of a group."""
    refused = _refused(said, group)
    keys = set(refused) | {key for client in group.ids for key in said.answers.get(client, ())}
    found = {key: _of_group(said.answers, group, key, refused.get(key)) for key in keys}
    days: dict[Purpose, set[date]] = {}
    for purpose, at in (one for client in group.ids for one in said.campaigns.get(client, ())):
        days.setdefault(Purpose(purpose), set()).add(_day(at, zone))
    return Told(
        consents={
            (Purpose(purpose), Channel(channel) if channel else None): _answered(present, zone)
            for (purpose, channel), present in sorted(found.items())
            if present is not None
        },
        campaigns={purpose: tuple(sorted(on)) for purpose, on in days.items()},
        owner_keeps=_owner_said(said, group, "keep", found),
        owner_switches_off=_owner_said(said, group, "switch_off", found),
    )


def standing_noes(said: Said, group: Group) -> list[tuple[str, str, datetime]]:
    """The noes to marketing that hold of a group, by all its ids' own answers: purpose, channel, when."""
    found = []
    for purpose in MARKETING:
        for channel in mirror_consents.CHANNELS:
            present = _of_group(said.answers, group, (purpose.value, channel), None)
            if present is not None and present.answer.is_no:
                found.append((purpose.value, channel, present.at))
    return found


def _owner_said(
    said: Said, group: Group, word: str, told: Mapping[Key, Present | None]
) -> frozenset[Channel]:
    """The channels of which the owner said this, and the customer nothing since: a new yes makes it a new question."""
    return frozenset(
        _QUESTIONS[question]
        for client in group.ids
        for question, answer, at in said.owner.get(client, ())
        if answer == word and question in _QUESTIONS and not _has_agreed_since(at, _QUESTIONS[question], told)
    )


def _has_agreed_since(at: datetime, channel: Channel, told: Mapping[Key, Present | None]) -> bool:
    return any(
        present is not None and not present.answer.is_no and present.at > at
        for (_, of), present in told.items()
        if of in {"", channel.value}
    )


def _of_group(answers: Answers, group: Group, key: Key, refused: Present | None) -> Present | None:
    """The more restrictive of the ids' answers; only a yes that was given after the last merge speaks for all."""
    purpose, channel = key
    each = [
        newest(of_client.get((purpose, "")), of_client.get((purpose, channel)))
        for of_client in (answers.get(client, {}) for client in group.ids)
    ]
    given = [newest(answer, refused) for answer in each if answer is not None] or [refused]
    found = [answer for answer in given if answer is not None]
    last = newest(*found)
    if last is None or (group.merged_at is not None and last.at > group.merged_at):
        return last
    return newest(*(answer for answer in found if answer.answer.is_no)) or last


def _refused(said: Said, group: Group) -> dict[Key, Present]:
    refused: dict[Key, Present] = {}
    for purpose, channel, at in said.carried.refused(group.ids):
        answer = newest(refused.get((purpose, channel)), Present(Word.REFUSED, at))
        if answer is not None:
            refused[(purpose, channel)] = answer
    return refused


def _answered(present: Present, zone: ZoneInfo) -> Answered:
    return Answered(Answer(present.answer.value), _day(present.at, zone))


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
