"""What an event tells beside a record: which ids are one client, who of the staff saw it, whom marketing reached."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlmodel import Session

from connector import mirror_clients, mirror_graves
from connector.database_statement import Statement
from connector.mirror_marks import Marks
from connector.mirror_registers import staff_key
from connector.mirror_told import PARTS, Told
from connector.salons import Account
from connector.tables import UtcDateTime
from webhooks.events import CampaignSent, ClientMerged, Event, RecordTouched

_AT = sa.bindparam("at", type_=UtcDateTime)
_MERGE = sa.text(
    'INSERT INTO merge (salon, client, "into", at) VALUES (:salon, :client, :into, :at)'
    ' ON CONFLICT (salon, client, "into") DO UPDATE SET at = excluded.at WHERE excluded.at < merge.at'
).bindparams(_AT)
_TOUCH = Statement(
    "INSERT INTO record_touch (salon, client, staff, what, touch, at)"
    " VALUES (:salon, :client, :staff, :what, :touch, :at)"
    " ON CONFLICT (salon, client, staff, what, touch, at) DO NOTHING"
)
_SEND = sa.text(
    "INSERT INTO campaign_recipient (salon, client, campaign, purpose, channel, at)"
    " VALUES (:salon, :client, :campaign, :purpose, :channel, :at)"
    " ON CONFLICT (salon, client, campaign) DO UPDATE"
    " SET at = excluded.at, purpose = excluded.purpose, channel = excluded.channel"
    " WHERE (excluded.at, excluded.purpose, excluded.channel)"
    " > (campaign_recipient.at, campaign_recipient.purpose, campaign_recipient.channel)"
).bindparams(_AT)


def keep(db: Session, account: Account, event: Event, marks: Marks) -> None:
    """Keep that two ids are one client, or who of the staff saw or changed a record; of the erased, nothing."""
    graves = marks.graves
    if isinstance(event, ClientMerged):
        dead = [graves[client] for client in (event.client, event.into) if client in graves]
        is_told = all(not grave.is_settled and event.at <= grave.at for grave in dead)
        if is_told and account.walk_in not in {event.client, event.into} and event.client != event.into:
            merge(db, account, event.client, event.into, at=event.at)
    elif (
        isinstance(event, RecordTouched)
        and event.client not in {account.walk_in, *graves}
        and not marks.takes(event.client, event.at)
    ):
        _TOUCH.later(db, _touch(account, event))


def merge(db: Session, account: Account, client: str, into: str, *, at: datetime) -> None:
    """Keep that two ids are one client, and that `client` goes on as `into`; the earliest telling counts."""
    db.connection().execute(_MERGE, {"salon": account.slug, "client": client, "into": into, "at": at})


def _touch(account: Account, event: RecordTouched) -> dict[str, object]:
    return {
        "salon": account.slug,
        "client": event.client,
        "staff": staff_key(account.keys, event.staff),
        "what": event.what if event.what in PARTS else "other",
        "touch": event.touch.value,
        "at": event.at.replace(hour=0, minute=0, second=0, microsecond=0),  # by day: who, not how often
    }


def reach(
    db: Session,
    account: Account,
    event: CampaignSent,
    told: Sequence[Told],
    marks: Marks,
    today: date,
) -> None:
    """Keep that marketing went to these clients; of the erased only that something was told after them."""
    for client, grave in marks.graves.items():
        mirror_graves.note(db, account, client, grave, at=event.at)
    alive = [one.client for one in told if one.client not in marks.graves]
    if not alive:
        return
    mirror_clients.reach(db, account, alive, at=event.at, today=today)
    values = {
        "salon": account.slug,
        "campaign": event.campaign,
        "purpose": event.purpose.value,
        "channel": event.channel.value,
        "at": event.at,
    }
    reached = [one for one in alive if not marks.takes(one, event.at)]
    if reached:
        db.connection().execute(_SEND, [values | {"client": client} for client in reached])
