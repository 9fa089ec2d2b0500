"""A salon with a register of all ages, for the picture of the coming years; with nights of all sorts, and some who came
back.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta

from connector import database, salons_policies
from connector.program import Program
from connector.tables import Night
from tests.connector.booking import Story
from tests.connector.console.place import Place
from webhooks.events import (
    Answer,
    ClientDeleted,
    Consent,
    ConsentAnswered,
    DeletedBy,
    InvoiceChanged,
    InvoiceState,
    LoggedIn,
    RaffleEntered,
)
from webhooks.vocabulary import Channel, Purpose

Named = Callable[..., dict[str, object]]
STALE = {
    "code": "stale",
    "severity": "error",
    "message": "stale",
    "clients": 0,
    "params": {"at": "2026-11-16 02:11"},
}


def fill(story: Story, named: Named, now: datetime) -> None:
    """Clients who were last seen long ago and lately, with permissions and receipts; three who are told of again."""
    for number in range(60):
        _customer(story, named, number, now)
    for number in range(60, 90):
        _with_receipt(story, named, number, now - timedelta(days=(number * 71) % 1500))
    for number in range(3):
        gone = f"v-{number}"
        at = now - timedelta(hours=5)
        story.told(ClientDeleted(at=at, digest=f"d-{gone}", client=gone, by=DeletedBy.STAFF))
        story.told(LoggedIn(at=now - timedelta(hours=1), digest=f"l-{gone}", client=gone))


def nights_before(program: Program, slug: str, now: datetime) -> None:
    """One that broke off, one in which all was well, three that were missed, one that could not look."""
    with database.write(program.engine) as db:
        for days, report in ((1, None), (2, _kept()), (6, _kept(STALE))):
            at = now - timedelta(days=days, hours=9)
            db.add(Night(salon=slug, on=(now - timedelta(days=days)).date(), claimed_at=at, report=report))


def places(salon: str, now: datetime, version: str) -> list[Place]:
    """Where to look."""
    day = {days: (now - timedelta(days=days)).date().isoformat() for days in (1, 6)}
    return [
        Place("night-came-back", "/night", salon),
        Place("night-broken-off", f"/night/{day[1]}", salon),
        Place("night-stale", f"/night/{day[6]}", salon),
        Place("nights", "/nights", salon),
        Place("customers-returned", "/customers", salon),
        Place("returned", "/returned", salon),
        Place("returned-nobody", "/returned"),
        Place("returned-not-chosen", "/returned", salon, form={"salon": salon, "answer": "gone"}),
        Place("keeping", "/keeping", salon),
        Place("keeping-en", "/keeping", salon, language="en"),
        Place("keeping-sv", "/keeping", salon, language="sv"),
        Place("keeping-never", "/keeping", "uusi"),
        Place("keeping-aava", "/keeping"),
        Place("keeping-version", f"/keeping/{version}", salon),
    ]


def version(program: Program, slug: str) -> str:
    """The digest of a salon's policy file."""
    with database.read(program.engine) as db:
        return salons_policies.versions(db, slug)[0].digest


def _customer(story: Story, named: Named, number: int, now: datetime) -> None:
    client, seen = f"v-{number}", now - timedelta(days=20 + (number * number) % 620)
    held = ["identity", "contact", "visits", *(["raffles"] * (number % 5 == 0))]
    last = {"last_activity_at": seen.isoformat(), "last_visit_at": seen.isoformat()}
    story.there_is(named(client, number, *held, marketing={"email": True}, **last))
    agreed_at = now - timedelta(days=(number * 37) % 720)
    agreed = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.GIVEN, agreed_at)
    story.told(ConsentAnswered(at=agreed_at, digest=f"c-{client}", client=client, consent=agreed))
    if "raffles" in held:
        drawn = now - timedelta(days=number)
        story.told(
            RaffleEntered(
                at=drawn, digest=f"r-{client}", raffle="syksy", client=client, may_publish_name=None
            )
        )


def _with_receipt(story: Story, named: Named, number: int, issued: datetime) -> None:
    client, last = (
        f"v-{number}",
        {"last_activity_at": issued.isoformat(), "last_visit_at": issued.isoformat()},
    )
    story.there_is(named(client, number, "identity", "contact", "billing", **last))
    said = {"invoice": f"i-{client}", "client": client, "state": InvoiceState.PAID}
    story.told(InvoiceChanged(at=issued, digest=f"i-{client}", issued_on=issued.date(), **said))  # type: ignore[arg-type]


def _kept(*findings: dict[str, object]) -> str:
    """What a night kept that found this."""
    nothing: dict[str, list[object]] = {
        name: [] for name in ("proposed", "asked", "held", "overdue", "forecast")
    }
    return json.dumps({**nothing, "fresh": not findings, "looked": 4, "findings": list(findings)})
