"""The present answers of a client: over all its ids the more restrictive one, over all its contact points the no."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from connector import contacts, mirror_consents
from connector.facts_group import Group
from connector.mirror_consents import Answers, Present, newest
from connector.tables import UtcDateTime
from policies.facts import Answer, Answered
from policies.vocabulary import Channel, Purpose
from webhooks.events import Answer as Said

_CAMPAIGNS = (
    sa.text("SELECT purpose, at FROM campaign_recipient WHERE salon = :salon AND client IN :clients")
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(purpose=sa.String, at=UtcDateTime())
)
_OWNER_SAID = (
    sa.text("SELECT question, answer FROM owner_answer WHERE salon = :salon AND client IN :clients")
    .bindparams(sa.bindparam("clients", expanding=True))
    .columns(question=sa.String, answer=sa.String)
)
Key = tuple[str, str]  # purpose and channel ("": all channels)


@dataclass(frozen=True)
class Told:
    """Answers, campaigns and what the owner said, as facts."""

    consents: dict[tuple[Purpose, Channel | None], Answered]
    campaigns: dict[Purpose, tuple[date, ...]]
    owner_keeps: frozenset[Channel]
    owner_switches_off: frozenset[Channel]


def read(db: Session, salon: str, group: Group, zone: ZoneInfo) -> Told:
    """The present answers of a group."""
    answers = mirror_consents.present(db, salon, group.ids)
    keys = {(purpose, channel) for _, purpose, channel in answers}
    refused = _refused(db, salon, group)
    keys |= set(refused)
    found = {key: _of_group(answers, group, key, refused.get(key)) for key in keys}
    channels = {f"marketing:{channel.value}": channel for channel in Channel}
    parameters = {"salon": salon, "clients": list(group.ids)}
    said = db.connection().execute(_OWNER_SAID, parameters).all()
    days: dict[Purpose, set[date]] = {}
    for row in db.connection().execute(_CAMPAIGNS, parameters):
        days.setdefault(Purpose(row.purpose), set()).add(_day(row.at, zone))
    return Told(
        consents={
            (Purpose(purpose), Channel(channel) if channel else None): _answered(present, zone)
            for (purpose, channel), present in sorted(found.items())
            if present is not None
        },
        campaigns={purpose: tuple(sorted(on)) for purpose, on in days.items()},
        owner_keeps=frozenset(
            channels[row.question] for row in said if row.answer == "keep" and row.question in channels
        ),
        owner_switches_off=frozenset(
            channels[row.question] for row in said if row.answer == "switch_off" and row.question in channels
        ),
    )


def _of_group(answers: Answers, group: Group, key: Key, refused: Present | None) -> Present | None:
    """The more restrictive of the ids' answers; only a yes that was given after the last merge speaks for all."""
    purpose, channel = key
    each = [
        newest(answers.get((client, purpose, "")), answers.get((client, purpose, channel)))
        for client in group.ids
    ]
    given = [newest(answer, refused) for answer in each if answer is not None] or [refused]
    found = [answer for answer in given if answer is not None]
    last = newest(*found)
    if last is None or (group.merged_at is not None and last.at > group.merged_at):
        return last
    return newest(*(answer for answer in found if answer.answer.is_no)) or last


def _refused(db: Session, salon: str, group: Group) -> dict[Key, Present]:
    refused: dict[Key, Present] = {}
    for purpose, channel, at in contacts.refused(db, salon, group.ids):
        answer = newest(refused.get((purpose, channel)), Present(Said.REFUSED, at))
        if answer is not None:
            refused[(purpose, channel)] = answer
    return refused


def _answered(present: Present, zone: ZoneInfo) -> Answered:
    return Answered(Answer(present.answer.value), _day(present.at, zone))


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
