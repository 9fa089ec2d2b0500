"""The pretend salon's six years: everyday lives, and what makes the cast special."""

import random
from datetime import date, datetime, timedelta

from connector.pretend.cast import Cast, choose, shape
from connector.pretend.diary import Diary
from connector.pretend.lives import Life, lived, local, months
from connector.pretend.people import people
from connector.pretend.register import Register
from connector.pretend.salon import WALK_IN, Salon

WEEK = timedelta(days=7)


def write(salon: Salon, register: Register, *, seed: int, today: date, size: int) -> Cast:
    """Let the six years before `today` happen, and tell who is who."""
    lives = lived(seed, today=today, size=size)
    cast = choose(lives, today)
    diary = Diary(salon, random.Random(seed + 1))  # noqa: S311 - a story, no secret
    for life in lives:
        shape(life, cast)
        diary.write(life)
    _bills(diary, cast, {life.client: life for life in lives}, today)
    _said_lately(diary, cast, today)
    _callers(diary, cast, seed, today)
    _common(diary, register, today)
    _ahead(diary, cast, today)
    diary.live()
    return cast


def _bills(diary: Diary, cast: Cast, lives: dict[str, Life], today: date) -> None:
    """Invoices and cards: a few are open, more were paid."""
    till = diary.salon.till

    def bill(client: str, *ends: str) -> None:
        invoice, sent_at = f"i-{client}", lives[client].last + timedelta(hours=1)
        diary.put(sent_at, till.bills, client, invoice, due_on=(sent_at + 2 * WEEK).date(), amount="84.00")
        for number, end in enumerate(ends, start=1):
            diary.put(sent_at + number * 2 * WEEK, till.invoice, end, invoice)

    bill(cast.open_invoice, "overdue")
    bill(cast.in_collection, "overdue", "in_collection")
    for client in cast.receipts:
        bill(client, "paid")
    payers = [client for client in cast.regulars if lives[client].last.date() < today - 3 * WEEK]
    for client in payers[:9]:
        bill(client, "paid")
    bill(payers[9], "credited")
    diary.put(
        lives[cast.gift_card].last + timedelta(hours=2),
        till.sells_card,
        cast.gift_card,
        "g-1",
        expires_on=None,
    )
    user, sold_at = cast.regulars[0], lives[cast.regulars[0]].visits[0] + timedelta(hours=2)
    ends = (sold_at + 52 * WEEK).date()
    diary.put(sold_at, till.sells_card, user, "g-2", expires_on=ends)
    diary.put(sold_at + timedelta(hours=1), till.ends_card, user, "g-2")


def _said_lately(diary: Diary, cast: Cast, today: date) -> None:
    """What clients said in the last days."""
    salon = diary.salon
    day = timedelta(days=1)
    said = {"channels": ("email", "sms")}
    diary.put(local(today - day, 17, 40), salon.answers, cast.recent_no, "newsletter", "withdrawn", **said)
    diary.put(local(today - 3 * day, 10, 5), salon.answers, cast.health_withdrawn, "health_data", "withdrawn")
    diary.put(local(today - 2 * day, 12, 20), salon.closes_account, cast.account_closed)
    diary.put(local(today - 2 * day, 13), salon.asks, cast.asked_erasure, "erasure")


def _callers(diary: Diary, cast: Cast, seed: int, today: date) -> None:
    """People who called and came, and were never asked about a record; one more turns out to be a regular."""
    salon = diary.salon
    strangers = people(seed + 1)
    days_ago = {client: 10 + 2 * number for number, client in enumerate(cast.door)} | {cast.fresh_door: 2}
    for number, (client, days) in enumerate(days_ago.items()):
        fields = next(strangers) | {"email": "", "phone": f"+358 50 000 95{number:02d}"}
        called, booking = local(today - timedelta(days=days), 9, 10 + number), f"b-{client}"
        comes_at = called + timedelta(hours=6)
        diary.put(called, salon.arrives, client, via="phone", fields=fields)
        diary.put(
            called + timedelta(minutes=1), salon.books, client, booking, starts_at=comes_at, via="phone"
        )
        diary.put(comes_at + timedelta(hours=1), salon.comes, booking)
    came = local(today - timedelta(days=20), 11)
    diary.put(came, salon.arrives, cast.merged, via="phone", fields=next(strangers))
    diary.put(came + timedelta(days=1), salon.merges, cast.merged, cast.merged_into)


def _common(diary: Diary, register: Register, today: date) -> None:
    """What concerns many: walk-ins, a newsletter a month, a raffle each December, one breach."""
    salon, chance = diary.salon, diary.chance
    for number in range(60):
        at = local(today - timedelta(days=1 + 9 * number), 14)
        nobody = WALK_IN if number % 2 else None
        diary.put(at, salon.books, nobody, f"w-{number}", starts_at=at, via="in_person")

    def newsletter(name: str, *, at: datetime) -> None:
        wanted = [client for client, record in register.records.items() if record.marketing.get("email")]
        salon.campaign(name, wanted, at=at)

    def raffle(name: str, *, at: datetime) -> None:
        lately = [
            client
            for client, record in sorted(register.records.items())
            if record.last_activity_at and record.last_activity_at > at - 12 * WEEK
        ]
        for client in chance.sample(lately, min(12, len(lately))):
            salon.enters_raffle(client, f"{name}-{client}", at=at, may_publish=chance.random() < 0.5)

    def breach(*, at: datetime) -> None:
        salon.incident("inc-1", sorted(register.records)[:3], at=at)

    for day in months(today):
        diary.put(local(day, 12), newsletter, f"n-{day:%Y-%m}")
        if day.month == 12:
            diary.put(local(day, 16), raffle, f"r-{day.year}")
    diary.put(local(today - timedelta(days=1100), 9), breach)


def _ahead(diary: Diary, cast: Cast, today: date) -> None:
    """Bookings of the coming weeks."""
    for number, client in enumerate(cast.regulars[10:30]):
        starts_at = local(today + timedelta(days=2 + number), 12)
        booked_at = local(today - timedelta(days=1 + number % 20), 10, number)
        diary.put(booked_at, diary.salon.books, client, f"a-{client}", starts_at=starts_at, via="online")
