"""The pretend salon: six years, always the same, every kind of event, and somebody for every rule."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest

from connector.pretend import Pretend
from connector.pretend.records import CATEGORIES, HELSINKI
from connector.pretend.salon import EVENT_TYPES
from tests.builders import Clock

pytestmark = pytest.mark.story  # six years of a salon

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def salon() -> Pretend:
    """The salon of the demo; nothing may change it."""
    return Pretend(today=TODAY, now=Clock())


def test_the_same_seed_and_day_give_the_same_six_years(salon: Pretend) -> None:
    again = Pretend(today=TODAY, now=Clock())
    assert again.cast == salon.cast
    assert again.events == salon.events
    assert again.register.records == salon.register.records


def test_another_seed_gives_other_people(salon: Pretend) -> None:
    other = Pretend(today=TODAY, now=Clock(), seed=8)
    assert other.register.records.keys() != salon.register.records.keys()


def test_about_six_hundred_clients_over_six_years(salon: Pretend) -> None:
    assert 590 <= len(salon.register.records) <= 620
    moments = [event.at for event in salon.events]
    assert TODAY - timedelta(days=6 * 366) < min(moments).date() < TODAY - timedelta(days=6 * 350)


@pytest.mark.parametrize(
    "today", [TODAY, date(2027, 1, 15), date(2027, 1, 16), date(2028, 2, 29), date(2027, 3, 28)]
)
@pytest.mark.story
def test_nothing_happens_today_or_later_on_any_day(today: date) -> None:
    system = Pretend(today=today, now=Clock())
    assert max(event.at for event in system.events).astimezone(HELSINKI).date() < today
    assert len(system.cast.forgotten) == 32


def test_every_kind_of_event_happens_and_in_order(salon: Pretend) -> None:
    counts = Counter(event.type for event in salon.events)
    assert set(counts) == set(EVENT_TYPES)
    assert [event.at for event in salon.events] == sorted(event.at for event in salon.events)


def test_revisions_of_a_client_only_grow(salon: Pretend) -> None:
    seen: dict[str, int] = {}
    for event in salon.events:
        if "client" in event.data:
            told = event.data["client"]
            assert told["revision"] > seen.get(told["id"], 0)
            seen[told["id"]] = told["revision"]


def test_what_is_held_is_in_the_contracts_words(salon: Pretend) -> None:
    held = {category for record in salon.register.records.values() for category in record.categories()}
    assert held <= CATEGORIES
    assert {"health", "billing", "prepaid", "login", "raffles", "feedback"} <= held


def test_nobody_has_a_real_address_or_number(salon: Pretend) -> None:
    everybody = [*salon.register.records.values(), *(gone.record for gone in salon.register.gone.values())]
    for record in everybody:
        assert record.fields.get("email", "") == "" or record.fields["email"].endswith("@example.com")
        assert record.fields["phone"].replace(" ", "").startswith(("+35850000", "050000"))
    addresses = [record.fields["email"] for record in everybody if record.fields.get("email")]
    assert len(addresses) == len(set(addresses))


def test_the_forgotten_have_not_been_seen_for_a_year_before_the_last_purge(salon: Pretend) -> None:
    for client in salon.cast.forgotten:
        last = salon.register.records[client].last_activity_at
        assert last is not None
        assert last < datetime(2025, 1, 16, tzinfo=UTC)


def test_nobody_else_was_forgotten(salon: Pretend) -> None:
    unseen = {
        client
        for client, record in salon.register.records.items()
        if record.last_activity_at is not None and record.last_activity_at < datetime(2025, 1, 15, tzinfo=UTC)
    }
    assert unseen == set(salon.cast.forgotten)


def test_each_part_of_the_cast_is_played(salon: Pretend) -> None:
    cast = salon.cast
    told = {client: salon.told(client) for client in salon.register.records}
    assert told[cast.open_invoice]["open_invoices"] == told[cast.in_collection]["open_invoices"] == 1
    assert "prepaid" in told[cast.gift_card]["categories"]
    assert all(told[client]["open_invoices"] == 0 for client in cast.receipts)
    assert all("billing" in told[client]["categories"] for client in cast.receipts)
    for client in cast.unrecorded:
        assert told[client]["marketing"]["email"]
        assert "newsletter" not in {consent["purpose"] for consent in told[client]["consents"]}
    for client in (*cast.no_but_on, cast.recent_no):
        assert told[client]["marketing"]["email"]
        assert told[client]["consents"][-1]["answer"] in {"refused", "withdrawn", "given"}
    for client in (*cast.door, cast.fresh_door, *cast.not_asked):
        assert "service" not in {consent["purpose"] for consent in told[client]["consents"]}
    for client in cast.old_health_notes:
        assert told[client]["oldest_entry"]["health"] < "2024-11-24"
    assert "health" in told[cast.health_withdrawn]["categories"]
    assert not told[cast.account_closed]["has_account"]
    assert salon.register.gone[cast.merged].by == "merge"
    one, other = (salon.register.records[client].fields["phone"] for client in cast.twins)
    assert (one, other) == ("050 000 9000", "+358 50 000 9000")


def test_nobody_has_two_parts(salon: Pretend) -> None:
    cast = salon.cast
    single = [cast.recent_no, cast.fresh_door, cast.health_withdrawn, cast.account_closed, cast.asked_erasure]
    many = [*cast.forgotten, *cast.unrecorded, *cast.no_but_on, *cast.not_asked, *cast.door, *cast.twins]
    everybody = [*single, *many, *cast.old_health_notes, cast.merged, cast.merged_into, *cast.regulars]
    assert len(everybody) == len(set(everybody))
