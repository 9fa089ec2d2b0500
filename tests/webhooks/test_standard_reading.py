"""The booking contract's events: what each says, what may be missing, and what is not understood."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.payloads import AT, body, full, recorded, sent
from webhooks import events
from webhooks.dialects.standard import STANDARD
from webhooks.errors import NotAnEvent, NotUnderstood
from webhooks.vocabulary import Category, Channel, Purpose

SAID: dict[str, Any] = {"at": AT, "digest": ""}
STARTS = datetime(2026, 3, 20, 10, 0, tzinfo=UTC)
BOOKING: dict[str, Any] = {
    "booking": "b-501",
    "client": "c-1042",
    "starts_at": STARTS,
    "booked_via": "online",
    "practitioner": "s-2",
}
INVOICE: dict[str, Any] = {
    "invoice": "i-31",
    "client": "c-1042",
    "issued_on": date(2026, 2, 20),
    "due_on": date(2026, 3, 6),
    "currency": "EUR",
}
TOUCH: dict[str, Any] = {"client": "c-1042", "staff": "s-2"}
CARD: dict[str, Any] = {"client": "c-1042", "prepaid": "card-3", "expires_on": date(2027, 3, 1)}


def answered(answer: events.Answer) -> events.Event:
    channels = (Channel.EMAIL, Channel.SMS)
    consent = events.Consent(Purpose.NEWSLETTER, channels, answer, AT, events.Method.CHECKBOX, "3", "s-2")
    return events.ConsentAnswered(**SAID, client="c-1042", consent=consent)


def record(**changed: Any) -> events.Event:
    told: dict[str, Any] = {
        "client": "c-1042",
        "revision": 7,
        "created_at": datetime(2021, 4, 12, 5, 15, tzinfo=UTC),
        "created_via": events.CreatedVia.SELF_SERVICE,
        "has_account": True,
        "email": "oili.kivela@posti.example",
        "phone": "050 123 4567",
        "language": "fi",
        "birth_year": 1984,
        "categories": frozenset(
            {Category.IDENTITY, Category.CONTACT, Category.BIRTH, Category.BOOKINGS, Category.VISITS}
            | {Category.MARKETING_PREFERENCES}
        ),
        "marketing": {Channel.EMAIL: True, Channel.SMS: False},
        "last_activity_at": datetime(2026, 2, 27, 8, 2, 11, tzinfo=UTC),
        "last_visit_at": datetime(2026, 2, 20, 11, 0, tzinfo=UTC),
        "next_booking_at": None,
        "tells_next_booking": True,
        "open_invoices": 0,
        "consents": (
            events.Consent(
                Purpose.NEWSLETTER,
                (Channel.EMAIL,),
                events.Answer.GIVEN,
                datetime(2021, 4, 12, 5, 16, tzinfo=UTC),
                events.Method.CHECKBOX,
                "3",
            ),
        ),
        "oldest_entry": {Category.BOOKINGS: date(2021, 4, 20), Category.VISITS: date(2021, 4, 20)},
    }
    return events.ClientTold(**SAID, **(told | changed))


MEANS: dict[str, events.Event] = {
    "client.created": record(),
    "client.updated": record(revision=8, next_booking_at=STARTS),
    "client.deleted": events.ClientDeleted(**SAID, client="c-1042", by=events.DeletedBy.STAFF),
    "client.merged": events.ClientMerged(**SAID, client="c-1042", into="c-77"),
    "client.login": events.LoggedIn(**SAID, client="c-1042"),
    "client.viewed": events.RecordTouched(**SAID, **TOUCH, what="record", touch=events.Touch.VIEWED),
    "client.edited": events.RecordTouched(**SAID, **TOUCH, what="notes", touch=events.Touch.EDITED),
    "account.created": events.AccountChanged(**SAID, client="c-1042", is_open=True, by="client"),
    "account.closed": events.AccountChanged(**SAID, client="c-1042", is_open=False, by="client"),
    "sale.completed": events.SaleCompleted(
        **SAID, client="c-1042", sale="sale-9", sold_at=datetime(2026, 3, 1, 9, 29, tzinfo=UTC)
    ),
    "prepaid.sold": events.PrepaidChanged(**SAID, **CARD, is_open=True),
    "prepaid.ended": events.PrepaidChanged(**SAID, **CARD, is_open=False),
    "consent.given": answered(events.Answer.GIVEN),
    "consent.refused": answered(events.Answer.REFUSED),
    "consent.withdrawn": answered(events.Answer.WITHDRAWN),
    "booking.created": events.BookingChanged(
        **SAID, **BOOKING, state=events.BookingState.AHEAD, is_activity=True
    ),
    "booking.rescheduled": events.BookingChanged(
        **SAID, **BOOKING, state=events.BookingState.AHEAD, is_activity=True
    ),
    "booking.cancelled": events.BookingChanged(**SAID, **BOOKING, state=events.BookingState.CANCELLED),
    "booking.completed": events.BookingChanged(**SAID, **BOOKING, state=events.BookingState.COMPLETED),
    "booking.no_show": events.BookingChanged(**SAID, **BOOKING, state=events.BookingState.NO_SHOW),
    "invoice.issued": events.InvoiceChanged(
        **SAID, **INVOICE, state=events.InvoiceState.OPEN, open_amount=Decimal("84.00")
    ),
    "invoice.paid": events.InvoiceChanged(
        **SAID, **INVOICE, state=events.InvoiceState.PAID, open_amount=Decimal("0.00")
    ),
    "invoice.credited": events.InvoiceChanged(
        **SAID, **INVOICE, state=events.InvoiceState.CREDITED, open_amount=Decimal("0.00")
    ),
    "invoice.overdue": events.InvoiceChanged(
        **SAID, **INVOICE, state=events.InvoiceState.OVERDUE, open_amount=Decimal("84.00")
    ),
    "invoice.in_collection": events.InvoiceChanged(
        **SAID, **INVOICE, state=events.InvoiceState.IN_COLLECTION, open_amount=Decimal("84.00")
    ),
    "feedback.received": events.FeedbackReceived(**SAID, feedback="f-8", client="c-1042"),
    "raffle.entered": events.RaffleEntered(
        **SAID, raffle="r-2026-5", client="c-1042", may_publish_name=False
    ),
    "campaign.sent": events.CampaignSent(
        **SAID,
        campaign="n-2026-03",
        part=1,
        purpose=Purpose.NEWSLETTER,
        channel=Channel.EMAIL,
        clients=("c-1042", "c-77"),
    ),
    "request.received": events.RequestReceived(
        **SAID,
        client="c-1042",
        right=events.Right.ERASURE,
        received_at=datetime(2026, 2, 28, 15, 45, tzinfo=UTC),
        details="Pyysi tiskillä.",
    ),
    "incident.reported": events.IncidentReported(
        **SAID,
        incident="inc-4",
        discovered_at=datetime(2026, 2, 28, 6, 0, tzinfo=UTC),
        description="Väärä liite.",
        clients=("c-1042",),
    ),
}


def read(kind: str, data: object, **more: Any) -> events.Event | None:
    """The one event that it gives, its digest taken out; None where it gives nothing."""
    found = STANDARD.read(sent(body(kind, data, **more)))
    assert len(found) <= 1
    return undigested(found[0]) if found else None


def undigested(event: events.Event) -> events.Event:
    return type(event)(**(vars(event) | {"digest": ""}))


def refused(kind: str, data: object, **more: Any) -> NotUnderstood:
    with pytest.raises(NotUnderstood) as caught:
        STANDARD.read(sent(body(kind, data, **more)))
    assert caught.value.__cause__ is None
    return caught.value


def test_every_type_of_the_contract_has_its_meaning_here() -> None:
    assert MEANS.keys() == STANDARD.types
    assert len(MEANS) == 30


@pytest.mark.parametrize("kind", MEANS)
def test_an_event_says_what_it_means(kind: str) -> None:
    payload = recorded("standard")[kind]
    (event,) = STANDARD.read(sent(payload))
    assert undigested(event) == MEANS[kind]
    assert event.digest == sha256(payload).hexdigest()


@pytest.mark.parametrize("kind", MEANS)
def test_what_is_not_known_beside_it_is_passed_over(kind: str) -> None:
    data = full(kind) | {"new_in_version_2": {"a": [1, "x"]}}
    for value in data.values():
        if isinstance(value, dict):
            value["new_in_version_2"] = "x"
    assert read(kind, data) == MEANS[kind]


THIN: dict[str, dict[str, Any]] = {
    "client.updated": {"client": {"id": "c"}},
    "client.viewed": {"client_id": "c", "staff_id": "s"},
    "client.edited": {"client_id": "c", "staff_id": "s"},
    "account.created": {"client_id": "c"},
    "account.closed": {"client_id": "c"},
    "sale.completed": {"sale": {"id": "x", "client_id": "c"}},
    "prepaid.sold": {"prepaid": {"id": "x", "client_id": "c"}},
    "consent.given": {"client_id": "c", "purpose": "service"},
    "booking.created": {"booking": {"id": "x"}},
    "invoice.issued": {"invoice": {"id": "x", "client_id": "c"}},
    "feedback.received": {"feedback": {"id": "x", "client_id": "c"}},
    "raffle.entered": {"raffle": {"id": "x", "client_id": "c"}},
    "campaign.sent": {"campaign": {"id": "x", "purpose": "newsletter", "channel": "sms", "client_ids": []}},
    "request.received": {"client_id": "c", "right": "access"},
    "incident.reported": {"incident": {"id": "x", "all_clients": True}},
}


@pytest.mark.parametrize("kind", THIN)
def test_a_thin_event_is_enough(kind: str) -> None:
    assert read(kind, THIN[kind]) is not None


def paths(data: dict[str, Any], *before: str) -> list[tuple[str, ...]]:
    """Where each field of a payload stands."""
    found: list[tuple[str, ...]] = []
    for name, value in data.items():
        found.append((*before, name))
        if isinstance(value, dict):
            found += paths(value, *before, name)
    return found


@pytest.mark.parametrize("kind", THIN)
def test_without_an_id_or_what_tells_its_meaning_it_is_not_understood(kind: str) -> None:
    for *outer, name in paths(THIN[kind]):
        if (kind, name) == ("booking.created", "id") or kind != "booking.created":
            data = deepcopy(THIN[kind])
            place = data
            for step in outer:
                place = place[step]
            del place[name]
            error = refused(kind, data)
            assert (error.is_known_type, error.reason) == (True, "shape")


@pytest.mark.parametrize("kind", MEANS)
@pytest.mark.parametrize("wrong", [["x"], {"x": 1}, 1.5, "\x00", "half \ud83d"], ids=repr)
def test_a_field_of_another_type_is_not_understood(kind: str, wrong: object) -> None:
    known = {"name", "address"}
    for *outer, name in paths(full(kind)):
        if name not in known:
            data = full(kind)
            place = data
            for step in outer:
                place = place[step]
            if isinstance(place, dict) and not (isinstance(wrong, list) and name == "client_ids"):
                place[name] = wrong
                assert refused(kind, data).is_known_type, name


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("client.updated", {"client": {"id": "c", "created_via": "walk_in"}}),
        ("client.updated", {"client": {"id": "c", "categories": ["identity", "shoe_size"]}}),
        ("client.updated", {"client": {"id": "c", "marketing": {"pigeon": True}}}),
        ("client.updated", {"client": {"id": "c", "oldest_entry": {"shoe_size": "2020-01-01"}}}),
        (
            "client.updated",
            {"client": {"id": "c", "consents": [{"purpose": "newsletter", "answer": "given"}]}},
        ),
        ("client.updated", {"client": {"id": "c", "revision": -1}}),
        ("client.updated", {"client": {"id": "c", "revision": True}}),
        ("client.updated", {"client": {"id": "c", "has_account": 1}}),
        ("client.updated", {"client": {"id": 7}}),
        ("client.deleted", {"client_id": "c", "by": "magic"}),
        ("client.merged", {"from_id": "c", "into_id": "c"}),
        ("consent.given", {"client_id": "c", "purpose": "everything"}),
        ("consent.given", {"client_id": "c", "purpose": "newsletter", "channels": ["pigeon"]}),
        ("consent.given", {"client_id": "c", "purpose": "newsletter", "method": "preticked"}),
        ("invoice.issued", {"invoice": {"id": "i", "client_id": "c", "open_amount": 84}}),
        ("invoice.issued", {"invoice": {"id": "i", "client_id": "c", "open_amount": "NaN"}}),
        ("invoice.issued", {"invoice": {"id": "i", "client_id": "c", "open_amount": "1e9"}}),
        ("invoice.issued", {"invoice": {"id": "i", "client_id": "c", "open_amount": "٨٤"}}),
        ("invoice.issued", {"invoice": {"id": "i", "client_id": "c", "currency": "euro"}}),
        ("request.received", {"client_id": "c", "right": "a pony"}),
        ("incident.reported", {"incident": {"id": "x"}}),
        ("incident.reported", {"incident": {"id": "x", "all_clients": False}}),
    ],
)
def test_a_word_that_is_not_known_is_kept_for_the_owner_never_guessed(kind: str, data: object) -> None:
    assert refused(kind, data).is_known_type


@pytest.mark.parametrize("kind", ["client.exploded", "", "CLIENT.LOGIN", "client.login ", "\ud800"])
def test_a_type_that_is_not_known_is_told_apart(kind: str) -> None:
    error = refused(kind, {"client_id": "c"})
    assert (error.is_known_type, error.reason) == (False, "type")


@pytest.mark.parametrize("missing", ["type", "timestamp", "data"])
def test_without_type_timestamp_and_data_it_is_no_event(missing: str) -> None:
    envelope = {"type": "client.login", "timestamp": "2026-03-01T09:30:00Z", "data": {"client_id": "c"}}
    del envelope[missing]
    with pytest.raises(NotAnEvent):
        STANDARD.read(sent(json.dumps(envelope).encode()))


@pytest.mark.parametrize("wrong", [None, 1, [], True])
@pytest.mark.parametrize("field", ["type", "timestamp", "data"])
def test_an_envelope_of_other_types_is_no_event(field: str, wrong: object) -> None:
    envelope = {"type": "client.login", "timestamp": "2026-03-01T09:30:00Z", "data": {"client_id": "c"}}
    with pytest.raises(NotAnEvent):
        STANDARD.read(sent(json.dumps(envelope | {field: wrong}).encode()))


@pytest.mark.parametrize("payload", [b"[]", b"null", b'"client.login"', b"1"])
def test_what_is_no_object_is_no_event(payload: bytes) -> None:
    with pytest.raises(NotAnEvent):
        STANDARD.read(sent(payload))


@pytest.mark.parametrize(
    "timestamp",
    [
        "2026-03-01T09:30:00Z",
        "2026-03-01T11:30:00+02:00",
        "2026-02-28T23:30:00.000-10:00",
        "2026-03-01t09:30:00z",
    ],
)
def test_a_timestamp_may_have_any_offset(timestamp: str) -> None:
    event = read("client.login", {"client_id": "c"}, timestamp=timestamp)
    assert event is not None
    assert (event.at, event.at.utcoffset()) == (AT, timedelta(0))


@pytest.mark.parametrize(
    "timestamp",
    [
        *("", "yesterday", "2026-03-01", "2026-03-01T09:30:00", "2026-13-01T09:30:00Z", "1772357400"),
        *(
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31T23:59:59-14:00",
            "1899-12-31T23:59:59Z",
        ),
    ],
)
def test_a_timestamp_that_is_no_moment_is_not_understood(timestamp: str) -> None:
    error = refused("client.login", {"client_id": "c"}, timestamp=timestamp)
    assert (error.is_known_type, error.reason) == (True, "timestamp")


@pytest.mark.parametrize("name", ["x" * 200, "a/b", "..", "💇" * 200, "å ä", "%00"])
def test_an_id_may_be_any_two_hundred_characters(name: str) -> None:
    assert read("client.login", {"client_id": name}) == events.LoggedIn(**SAID, client=name)


@pytest.mark.parametrize(
    "name", ["", "x" * 201, "💇" * 201, "a\x00b", "a\nb", "a\n", "\x7f", "\x85", "\ud83d", None, 7]
)
def test_other_ids_are_not_understood(name: object) -> None:
    assert refused("client.login", {"client_id": name}).is_known_type


def test_a_told_null_means_that_nothing_is_booked_and_silence_means_nothing() -> None:
    told = read("client.updated", {"client": {"id": "c", "next_booking_at": None}})
    silent = read("client.updated", {"client": {"id": "c"}})
    assert told == events.ClientTold(**SAID, client="c", tells_next_booking=True)
    assert silent == events.ClientTold(**SAID, client="c")


def test_nulls_and_empty_texts_tell_nothing() -> None:
    names = full("client.created")["client"].keys() - {"id", "next_booking_at"}
    nulls = dict.fromkeys(names)
    thin = events.ClientTold(**SAID, client="c")
    assert read("client.updated", {"client": {"id": "c", **nulls}}) == thin
    assert read("client.updated", {"client": {"id": "c", "email": "", "phone": " ", "language": ""}}) == thin


def test_a_switch_or_an_oldest_entry_that_is_null_is_not_told() -> None:
    client = {"id": "c", "marketing": {"sms": None, "email": False}, "oldest_entry": {"notes": None}}
    expected = events.ClientTold(**SAID, client="c", marketing={Channel.EMAIL: False}, oldest_entry={})
    assert read("client.updated", {"client": client}) == expected


def test_a_placeholder_is_no_way_to_reach_anybody() -> None:
    client = {"id": "c", "email": "deleted-12@anonymised.invalid", "phone": "+000 000"}
    assert read("client.updated", {"client": client}) == events.ClientTold(**SAID, client="c")


def test_a_year_of_birth_is_enough() -> None:
    assert read("client.updated", {"client": {"id": "c", "birth_year": 1984}}) == events.ClientTold(
        **SAID, client="c", birth_year=1984
    )


@pytest.mark.parametrize(
    "client",
    [
        {"oldest_entry": {"notes": "0001-01-01"}},
        {"last_visit_at": "0001-01-01T00:00:00Z"},
        {"last_visit_at": "2026-03-01T09:30:00"},
        {"consents": [{"purpose": "newsletter", "answer": "given", "at": "0001-01-01T00:00:00Z"}]},
    ],
)
def test_a_date_that_stands_for_not_known_counts_for_nothing(client: dict[str, Any]) -> None:
    assert refused("client.updated", {"client": {"id": "c", **client}}).is_known_type


@pytest.mark.parametrize(
    ("kind", "thing"),
    [("sale.completed", "sale"), ("invoice.issued", "invoice"), ("raffle.entered", "raffle")],
)
def test_what_concerns_nobody_in_the_register_gives_nothing(kind: str, thing: str) -> None:
    assert read(kind, {thing: {"id": "x", "client_id": None}}) is None


def test_a_booking_a_card_and_a_feedback_may_be_nobodys() -> None:
    for client in ({}, {"client_id": None}):
        booking = read("booking.completed", {"booking": {"id": "x", **client}})
        assert isinstance(booking, events.BookingChanged)
        assert booking.client is None
    card = read("prepaid.sold", {"prepaid": {"id": "x", "client_id": None}})
    feedback = read("feedback.received", {"feedback": {"id": "x", "client_id": None}})
    assert card == events.PrepaidChanged(**SAID, client=None, prepaid="x", is_open=True)
    assert feedback == events.FeedbackReceived(**SAID, client=None, feedback="x")


def test_what_does_not_say_when_happened_when_it_was_told() -> None:
    sale = read("sale.completed", THIN["sale.completed"])
    request = read("request.received", THIN["request.received"])
    incident = read("incident.reported", THIN["incident.reported"])
    assert isinstance(sale, events.SaleCompleted)
    assert isinstance(request, events.RequestReceived)
    assert isinstance(incident, events.IncidentReported)
    assert (sale.sold_at, request.received_at, incident.discovered_at) == (AT, AT, AT)
    assert incident.clients is None


@pytest.mark.parametrize("clients", [None, [], ["c"]])
def test_an_incident_of_all_clients_is_one_whatever_else_is_named(clients: object) -> None:
    incident = read(
        "incident.reported", {"incident": {"id": "x", "all_clients": True, "client_ids": clients}}
    )
    assert isinstance(incident, events.IncidentReported)
    assert incident.clients is None


def test_an_incident_may_concern_nobody() -> None:
    incident = read("incident.reported", {"incident": {"id": "x", "client_ids": []}})
    assert isinstance(incident, events.IncidentReported)
    assert incident.clients == ()


@pytest.mark.parametrize(("size", "is_read"), [(2_000, True), (2_001, False)])
def test_a_part_of_a_campaign_names_at_most_two_thousand(size: int, is_read: bool) -> None:
    data = deepcopy(THIN["campaign.sent"])
    data["campaign"]["client_ids"] = [f"c-{number}" for number in range(size)]
    if not is_read:
        assert refused("campaign.sent", data).is_known_type
        return
    sent = read("campaign.sent", data)
    assert isinstance(sent, events.CampaignSent)
    assert (len(sent.clients), sent.part) == (size, 1)


def why_not(payload: bytes) -> str | None:
    """The reason for which it is not read; None where it is."""
    try:
        STANDARD.read(sent(payload))
    except (NotUnderstood, NotAnEvent) as error:
        return error.reason
    return None


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text()
    | st.sampled_from(["c", "2026-03-01T09:30:00Z", "email"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(kind=st.sampled_from(sorted(MEANS)), chosen=st.data())
def test_any_value_in_any_field_is_read_or_not_understood(kind: str, chosen: st.DataObject) -> None:
    data = full(kind)
    *outer, name = chosen.draw(st.sampled_from(paths(data)))
    place = data
    for step in outer:
        place = place[step]
    place[name] = chosen.draw(VALUES)
    assert why_not(body(kind, data)) in {None, "shape", "number"}
