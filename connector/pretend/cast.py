"""The cast of the pretend salon's story: those about whom something is to be done, and what is special."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from connector.pretend.lives import Life, is_forgotten


@dataclass(frozen=True)
class Cast:
    """Who is who: ids of clients, by what is special about them."""

    forgotten: tuple[str, ...]  # unseen for more than a year at the last purge, and still there
    open_invoice: str
    in_collection: str
    gift_card: str
    receipts: tuple[str, ...]  # forgotten, with paid invoices that bookkeeping law keeps
    unrecorded: tuple[str, ...]  # a marketing switch is on, and nobody knows why
    no_but_on: tuple[str, ...]  # said no, and the switch is on
    recent_no: str  # said no yesterday
    not_asked: tuple[str, ...]  # never asked about the record
    door: tuple[str, ...]  # called some days ago, and gave no consent to a record
    fresh_door: str  # the same, the day before yesterday
    old_health_notes: tuple[str, ...]  # loyal, with notes older than two years
    health_withdrawn: str
    account_closed: str
    asked_erasure: str
    merged: str
    merged_into: str
    twins: tuple[str, str]  # two people, one phone number
    regulars: tuple[str, ...]  # nothing special


def choose(lives: list[Life], today: date) -> Cast:
    """Give out the parts; each client has one at most."""
    forgotten = [life.client for life in lives if is_forgotten(life, today)]
    seen_lately = [life for life in lives if life.is_active]
    loyal = (life for life in seen_lately if life.visits[0].date() < today - timedelta(days=1150))
    noted = [next(loyal).client for _ in range(3)]
    rest: Iterator[str] = (life.client for life in seen_lately if life.client not in noted)
    holders = (life.client for life in seen_lately if life.via == "self_service" and life.client not in noted)
    account_closed = next(holders)
    rest = (client for client in rest if client != account_closed)

    def some(number: int) -> tuple[str, ...]:
        return tuple(next(rest) for _ in range(number))

    return Cast(
        forgotten=tuple(forgotten),
        open_invoice=forgotten[0],
        in_collection=forgotten[1],
        gift_card=forgotten[2],
        receipts=tuple(forgotten[3:6]),
        unrecorded=some(6),
        no_but_on=some(3),
        recent_no=next(rest),
        not_asked=some(8),
        door=("D2001", "D2002", "D2003", "D2004"),
        fresh_door="D2005",
        old_health_notes=tuple(noted),
        health_withdrawn=next(rest),
        account_closed=account_closed,
        asked_erasure=next(rest),
        merged="M3001",
        merged_into=next(rest),
        twins=(next(rest), next(rest)),
        regulars=some(40),
    )


def shape(life: Life, cast: Cast) -> None:
    """Make a life fit its part."""
    if life.client in cast.unrecorded:
        life.newsletter, life.via = "unrecorded", "import"
    elif life.client in cast.no_but_on:
        life.newsletter = "no_but_on"
    elif life.client == cast.recent_no:
        life.newsletter = "yes"
    elif life.client in cast.not_asked:
        life.asked_about_record, life.via = False, "in_person"
    elif life.client in {*cast.old_health_notes, cast.health_withdrawn}:
        life.has_health_notes = True
    elif life.client == cast.twins[1]:
        life.fields["phone"] = "+358 50 000 9000"
    elif life.client == cast.twins[0]:
        life.fields["phone"] = "050 000 9000"
