"""From the mirror's rows to the facts that a rule may look at: the whole merged group, in the salon's own days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlmodel import Session

from connector import (
    facts_answers,
    facts_entries,
    facts_group,
    holds,
    mirror_entries,
    mirror_perhaps,
    mirror_unnamed,
    vault_ids,
)
from connector.facts_answers import Told
from connector.facts_entries import Meant
from connector.facts_group import Group
from connector.mirror_registers import at_of
from connector.salons import Account
from connector.tables import Client
from policies.facts import Activity, ClientFacts, HandHold
from policies.policy import Policy
from policies.vocabulary import Category, Channel

_SIZE = sa.text("SELECT COUNT(*) FROM client WHERE salon = :salon AND substr(client, 1, 1) <> :mark")


@dataclass(frozen=True)
class Known:
    """One client as it is known on a day: all its ids, the one that it goes on as first; and its facts.

    `shared` are kinds of contact point that somebody erased had as well: it is asked who the client is.
    """

    ids: tuple[str, ...]
    facts: ClientFacts
    shared: frozenset[str]


def facts_of(db: Session, account: Account, client: str, policy: Policy, on: date) -> ClientFacts:
    """Everything that is known of a client on a day; merged ids are one client, under their root's id.

    Of a client that is not mirrored nothing is known, not even what is held: a rule then asks.
    """
    (known,) = known_of(db, account, [client], policy, on)
    return known.facts


def known_of(
    db: Session,
    account: Account,
    clients: Iterable[str],
    policy: Policy,
    on: date,
    *,
    switched_on: bool = False,
) -> list[Known]:
    """The same of many clients, each once, in the order of their ids: one statement for each table, however many.

    `switched_on`: only of those for whom any marketing is on; of the others no more is read than that.
    """
    slug, zone = account.slug, policy.time_zone
    found = {group.root: group for group in facts_group.read_all(db, slug, clients).values()}
    groups = [one for one in found.values() if not switched_on or any(_switches(one).values())]
    if not groups:
        return []
    people = [group.ids for group in groups]
    said = facts_answers.read(db, slug, [one for ids in people for one in ids])
    removed = mirror_unnamed.removed_at(db, account, {group.root: group.ids for group in groups})
    read = zip(groups, mirror_entries.of(db, slug, people), holds.of(db, slug, people), strict=True)
    return [
        Known(
            ids=(group.root, *(one for one in group.ids if one != group.root)),
            facts=_facts(
                group,
                facts_entries.mean(entries, group, zone, on),
                facts_answers.mean(said, group, zone),
                zone,
                hand_holds=held,
                removed_at=removed.get(group.root),
                connected_at=account.connected_at,
            ),
            shared=said.carried.asked(group.ids),
        )
        for group, entries, held in read
    ]


def _facts(
    group: Group,
    entries: Meant,
    answers: Told,
    zone: ZoneInfo,
    *,
    hand_holds: tuple[HandHold, ...],
    removed_at: datetime | None,
    connected_at: datetime,
) -> ClientFacts:
    created_at = group.oldest("created_at")
    has_account, closed_on = _account(group, zone)
    visits = (group.latest("visit"), group.latest("told_visit"))
    activity = _activity(group, zone, entries.passed_booking_on)
    return ClientFacts(
        client=group.root,
        held=_held(group),
        created_on=None if created_at is None else _day(created_at, zone),
        created_via=group.value("created_via"),
        has_account=has_account,
        account_closed_on=closed_on,
        # what was never told is unknown: only a record that says when it was made can be newer than Ovikello
        known_before=created_at is None or at_of(created_at) < connected_at,
        activity=activity,
        told_activity_on=_maybe_day(group.latest("told"), zone),
        last_visit_on=_maybe_day(max((at for at in visits if at), default=None), zone),
        perhaps_visited_on=_perhaps(group),
        next_booking_on=entries.next_booking_on,
        open_invoices=entries.open_invoices,
        in_collection=entries.in_collection,
        receipts=entries.receipts,
        prepaid=entries.prepaid,
        hand_holds=(*entries.holds, *hand_holds),
        oldest_entry=_oldest(group),
        feedback_on=entries.feedback_on,
        raffle_on=entries.raffle_on,
        consents=answers.consents,
        switches=_switches(group),
        campaigns=answers.campaigns,
        owner_keeps=answers.owner_keeps,
        owner_switches_off=answers.owner_switches_off,
        erasure_requested_on=entries.erasure_requested_on,
        identifiers_removed_on=None if removed_at is None else removed_at.astimezone(zone).date(),
        waits_for_merge=group.waits_for_merge,
    )


def root_of(db: Session, salon: str, client: str) -> str:
    """The id as which a client goes on after merges; its own where there were none."""
    return facts_group.root_of(db, salon, client)


def is_known(db: Session, salon: str, client: str) -> bool:
    """Whether the mirror has a client of this id."""
    return db.get(Client, (salon, client)) is not None


def register_size(db: Session, salon: str) -> int:
    """How many clients are mirrored: what a share of the register is counted against."""
    return int(db.connection().execute(_SIZE, {"salon": salon, "mark": vault_ids.MARK}).scalar_one())


def _held(group: Group) -> frozenset[Category] | None:
    told = group.values("categories")
    return frozenset(Category(word) for words in told for word in words) if told else None


def _account(group: Group, zone: ZoneInfo) -> tuple[bool | None, date | None]:
    """Whether any id has an account, and since when none has: an account's own events against what records say."""
    states: list[tuple[bool, str | None]] = []
    for member in group.members:
        said = [kept for name in ("account", "has_account") if (kept := member.fields.get(name))]
        if not said:
            continue
        newest = max(said, key=lambda kept: (kept[2], kept[0]))
        event = member.fields.get("account")
        closed = event[2] if event and not event[0] and not newest[0] else None
        states.append((bool(newest[0]), closed))
    if not states:
        return None, None
    if any(is_open for is_open, _ in states):
        return True, None
    return False, _maybe_day(max((at for _, at in states if at), default=None), zone)


def _activity(group: Group, zone: ZoneInfo, passed: date | None) -> dict[Activity, date]:
    days = {kind: _day(at, zone) for kind in Activity if (at := group.latest(kind.value))}
    if passed is not None:
        # ahead it was activity; that it has passed, and nobody said how, does not make the client less active
        days[Activity.BOOKING] = max(days.get(Activity.BOOKING, passed), passed)
    return days


def _perhaps(group: Group) -> date | None:
    found = (mirror_perhaps.latest(member.fields) for member in group.members)
    return max((day for day in found if day is not None), default=None)


def _oldest(group: Group) -> dict[Category, date]:
    oldest: dict[Category, date] = {}
    for told in group.values("oldest_entry"):
        for word, day in told.items():
            found = date.fromisoformat(day)
            oldest[Category(word)] = min(oldest.get(Category(word), found), found)
    return oldest


def _switches(group: Group) -> dict[Channel, bool]:
    told = {channel: group.values(f"marketing.{channel.value}") for channel in Channel}
    return {channel: any(values) for channel, values in told.items() if values}


def _day(at: str, zone: ZoneInfo) -> date:
    return at_of(at).astimezone(zone).date()


def _maybe_day(at: str | None, zone: ZoneInfo) -> date | None:
    return None if at is None else _day(at, zone)
