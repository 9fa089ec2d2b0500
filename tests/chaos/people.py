"""Who is in the two rehearsal salons: those to be erased or cleared, those who stay, those who only wait for a word."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from connector.pretend.records import Entry, Record

LONG_AGO = timedelta(days=3 * 365)
RECEIPTS_KEPT = timedelta(days=2 * 365)
RECEIPTS_OVER = timedelta(days=9 * 365)
#: proposed, and never approved
WAITING = 6


def of_main_salon(jobs: int, now: datetime) -> dict[str, Record]:
    """One job each: mostly whole erasures, some where receipts have to stay; half as many again who stay."""
    leaving = [_quiet(f"quiet-{number:05d}", now, number) for number in range(jobs)]
    waiting = [_quiet(f"waits-{number:05d}", now, 0) for number in range(WAITING)]
    return _by_id([*leaving, *waiting, *_lively(max(jobs // 2, 8), now)])


def of_stranger(now: datetime) -> dict[str, Record]:
    """Another salon on the same installation, whose clients have the same ids; nobody says anything about them."""
    return _by_id([*(_quiet(f"quiet-{number:05d}", now, number) for number in range(12)), *_lively(8, now)])


def _by_id(records: Iterable[Record]) -> dict[str, Record]:
    return {record.id: record for record in records}


def _quiet(client: str, now: datetime, number: int) -> Record:
    record = _record(client, now - LONG_AGO)
    record.add("visits", Entry(f"visit-{client}", now - LONG_AGO))
    if number % 7 == 3:  # bookkeeping law keeps these: the rest goes category by category
        record.add("billing", Entry(f"bill-{client}", now - RECEIPTS_KEPT, {"state": "paid"}))
    elif number % 7 == 5:  # and these no longer: they are detached from the person
        record.add("billing", Entry(f"bill-{client}", now - RECEIPTS_OVER, {"state": "paid"}))
    return record


def _lively(count: int, now: datetime) -> list[Record]:
    return [_record(f"lively-{number:05d}", now - timedelta(days=20)) for number in range(count)]


def _record(client: str, last: datetime) -> Record:
    return Record(
        id=client,
        created_at=last - timedelta(days=400),
        created_via="self_service",
        updated_at=last,
        has_account=True,
        fields={"name": "Maija Esimerkki", "email": f"{client}@posti.example.fi"},
        last_activity_at=last,
        last_visit_at=last,
    )
