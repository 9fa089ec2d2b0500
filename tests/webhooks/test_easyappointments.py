"""Easy!Appointments as it was observed: what its hooks and answers mean, and what is never sent to it."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.webhooks.payloads import AT, SECRET, recorded, sent
from webhooks.calls import Reply
from webhooks.dialect import Dialect, WrongSetting, fit
from webhooks.dialects.easyappointments import EASYAPPOINTMENTS, PACING
from webhooks.dialects.easyappointments_reading import ABOUT_NOBODY
from webhooks.errors import BadSignature, NotAnEvent, NotUnderstood
from webhooks.events import Answer, BookingChanged, BookingState, ClientHinted, ClientTold, Event
from webhooks.vocabulary import Category, Channel, Purpose

NAMED = {
    "consent.customField1": "newsletter:email,sms",
    "cancelled": "Cancelled, Draft",
    "no_show": "No-show",
}
SALONS = fit(EASYAPPOINTMENTS, NAMED)
NO_LEFTOVERS = frozenset[str]()


def hook(action: str, **changes: object) -> bytes:
    """A recorded hook with some of its columns changed."""
    told = json.loads(recorded("easyappointments")[action])
    return json.dumps({"action": action, "payload": told["payload"] | changes}).encode()


def read(body: bytes, dialect: Dialect = SALONS) -> tuple[Event, ...]:
    """What a hook tells."""
    return dialect.read(sent(body))


def one(kind: type[Any], body: bytes, dialect: Dialect = SALONS) -> Any:
    """The one event of a kind in it."""
    (found,) = (event for event in read(body, dialect) if isinstance(event, kind))
    return found


def record(**changes: object) -> dict[str, Any]:
    """A client as REST has it."""
    return {
        "id": 5,
        "firstName": "Aino",
        "lastName": "Kivelä",
        "email": "aino@posti.example.fi",
        "phone": "+358 50 123 4567",
        "address": "Liitekuja 2",
        "city": "Turku",
        "zip": "20100",
        "notes": "",
        "timezone": "Europe/Helsinki",
        "language": "finnish",
        **{f"customField{number}": None for number in range(1, 6)},
        "ldapDn": None,
    } | changes


def looked(**changes: object) -> ClientTold:
    """What a look at a client tells."""
    found = SALONS.looked(Reply(200, record(**changes)), AT)
    assert found.told is not None
    return found.told


def held(**changes: object) -> frozenset[Category]:
    """What a look at a client says is held."""
    categories = looked(**changes).categories
    assert categories is not None
    return categories


# ---- who wrote it


def test_a_hook_is_let_in_by_its_token_alone_in_whatever_header_the_salon_has_named() -> None:
    renamed = fit(EASYAPPOINTMENTS, {"token_header": "X-Salonki"})
    body = hook("customer_save")
    assert renamed.check(sent(body, **{"x-salonki": SECRET}), [SECRET])
    for headers in (
        {"x-ea-token": SECRET},
        {"x-salonki": ""},
        {"x-salonki": SECRET[:-1]},
        {"x-salonki": "ä"},
    ):
        with pytest.raises(BadSignature):
            renamed.check(sent(body, **headers), [SECRET])


# ---- what it tells


def test_a_client_is_learned_of_from_a_booking() -> None:
    events = read(hook("appointment_save", id_users_customer=77))
    assert [type(event).__name__ for event in events] == ["BookingChanged", "ClientHinted"]
    assert {event.client for event in events if isinstance(event, BookingChanged | ClientHinted)} == {"77"}


def test_a_deletion_is_a_hint_to_look_and_never_taken_at_its_word() -> None:
    (event,) = read(hook("customer_delete"))
    assert isinstance(event, ClientHinted)
    assert (event.client, event.at) == ("5", AT)


@pytest.mark.parametrize("action", sorted(ABOUT_NOBODY))
def test_what_is_about_no_client_gives_nothing(action: str) -> None:
    assert (
        read(json.dumps({"action": action, "payload": {"id": 4, "settings": {"username": "x"}}}).encode())
        == ()
    )


def test_an_absence_that_comes_as_an_appointment_is_nobodys() -> None:
    assert read(hook("appointment_save", is_unavailability=True, id_users_customer=None)) == ()


def test_a_row_without_a_client_is_nobodys_booking() -> None:
    (event,) = read(hook("appointment_save", id_users_customer=None))
    assert isinstance(event, BookingChanged)
    assert event.client is None


@pytest.mark.parametrize("wrong", [0, -1, "", "14abc", 1.5, True, [], "٥"])
def test_a_clients_id_that_is_no_number_is_not_guessed_at(wrong: object) -> None:
    for action, column in (
        ("customer_save", "id"),
        ("customer_delete", "id"),
        ("appointment_save", "id_users_customer"),
    ):
        with pytest.raises(NotUnderstood):
            read(hook(action, **{column: wrong}))


@pytest.mark.parametrize(("body", "error"), [(b"[]", NotAnEvent), (b'{"action": "x"}', NotAnEvent)])
def test_what_is_no_envelope_is_no_event(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read(body)


def test_an_action_that_nobody_knows_is_kept_until_somebody_does() -> None:
    with pytest.raises(NotUnderstood) as why:
        read(json.dumps({"action": "customer_merge", "payload": {"id": 5}}).encode())
    assert not why.value.is_known_type


# ---- naive times in the system's zone


@pytest.mark.parametrize(
    ("zone", "at"),
    [
        ("Europe/Helsinki", datetime(2026, 3, 1, 9, 29, 50, tzinfo=UTC)),
        ("UTC", datetime(2026, 3, 1, 11, 29, 50, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 1, 16, 29, 50, tzinfo=UTC)),
    ],
)
def test_a_naive_time_is_meant_in_the_systems_own_zone(zone: str, at: datetime) -> None:
    told = one(ClientTold, hook("customer_save"), fit(EASYAPPOINTMENTS, {"time_zone": zone}))
    assert told.at == at


def test_of_an_hour_that_comes_twice_the_first_is_meant_and_never_one_in_the_future() -> None:
    told = one(ClientTold, hook("customer_save", update_datetime="2026-10-25 03:30:00"))
    assert told.at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "nothing", [None, "", "0000-00-00 00:00:00", "2026-13-01 00:00:00", "2026-03-01T09:00:00Z", 7]
)
def test_a_change_without_a_moment_is_not_dated_by_guess(nothing: object) -> None:
    with pytest.raises(NotUnderstood):
        read(hook("customer_save", update_datetime=nothing))


# ---- two changes in one second


def test_two_changes_in_one_second_are_both_told_and_the_record_is_fetched_for_the_truth() -> None:
    pair = [read(hook("customer_save", custom_field_1=word)) for word in ("kyllä", "ei")]
    first, second = (one(ClientTold, hook("customer_save", custom_field_1=word)) for word in ("kyllä", "ei"))
    assert first.at == second.at
    assert first.digest != second.digest
    assert all(isinstance(events[-1], ClientHinted) and events[-1].at > first.at for events in pair)


# ---- bookings


def test_a_booking_that_was_just_made_is_activity_and_a_changed_one_is_not() -> None:
    made = one(BookingChanged, hook("appointment_save"))
    changed = one(BookingChanged, hook("appointment_save", update_datetime="2026-03-01 11:29:51"))
    assert (made.is_activity, changed.is_activity) == (True, False)


@pytest.mark.parametrize(
    ("status", "update", "state"),
    [
        ("Booked", "2026-03-12 10:59:59", BookingState.AHEAD),
        ("Booked", "2026-03-12 11:00:00", BookingState.COMPLETED),
        ("cancelled", "2026-03-01 11:29:50", BookingState.CANCELLED),
        ("No-show", "2026-03-12 11:00:00", BookingState.NO_SHOW),
        ("Peruttu", "2026-03-01 11:29:50", BookingState.AHEAD),
    ],
)
def test_only_what_the_salon_has_named_tells_a_cancelled_booking(
    status: str, update: str, state: BookingState
) -> None:
    told = one(BookingChanged, hook("appointment_save", status=status, update_datetime=update))
    assert told.state is state


def test_a_deleted_row_is_a_cancellation_only_while_the_booking_is_ahead() -> None:
    ahead = one(BookingChanged, hook("appointment_delete"))
    assert (ahead.state, ahead.at) == (BookingState.CANCELLED, AT)
    over = read(hook("appointment_delete", start_datetime="2026-03-01 11:30:00"))
    assert [type(event) for event in over] == [ClientHinted]


def test_a_cancellation_outranks_the_booking_whatever_clock_is_ahead() -> None:
    late = "2026-03-01 11:33:00"
    made = one(BookingChanged, hook("appointment_save", update_datetime=late))
    gone = one(BookingChanged, hook("appointment_delete", update_datetime=late))
    assert gone.at >= made.at > AT


# ---- consents in a named field


@pytest.mark.parametrize(
    ("said", "answer", "switch"),
    [
        ("kyllä", Answer.GIVEN, True),
        ("Kyllä, 12.3.2026", Answer.GIVEN, True),
        ("1", Answer.GIVEN, True),
        ("Ei kiitos", Answer.WITHDRAWN, False),
        ("nej", Answer.WITHDRAWN, False),
        ("", None, False),
        (None, None, False),
        ("0", None, False),
        ("off", None, False),
    ],
)
def test_a_named_field_says_yes_no_or_nothing(said: object, answer: Answer | None, switch: bool) -> None:
    told = looked(customField1=said)
    assert told.answers == dict.fromkeys(
        [(Purpose.NEWSLETTER, Channel.EMAIL), (Purpose.NEWSLETTER, Channel.SMS)], answer
    )
    assert told.marketing == {Channel.EMAIL: switch, Channel.SMS: switch}


def test_a_word_that_is_neither_yes_nor_no_says_nothing_at_all() -> None:
    told = looked(customField1="kysyttävä uudelleen")
    assert (told.answers, told.marketing) == (None, None)


def test_without_a_named_field_nothing_is_known_of_marketing() -> None:
    found = EASYAPPOINTMENTS.looked(Reply(200, record(customField1="kyllä")), AT)
    assert found.told is not None
    assert (found.told.answers, found.told.marketing) == (None, None)
    assert "marketing" not in EASYAPPOINTMENTS.read_capabilities(Reply(200, [])).calls
    assert "marketing" in SALONS.read_capabilities(Reply(200, [])).calls


# ---- what is held, and what is left


def test_what_is_held_follows_from_the_filled_fields_and_appointments_always_may_be() -> None:
    always = {Category.BOOKINGS, Category.VISITS}
    assert held() == always | {Category.IDENTITY, Category.CONTACT, Category.ADDRESS}
    more = held(notes="hius ohut", customField1="ei", customField2="42", ldapDn="cn=aino")
    assert more == held() | {*(Category.NOTES, Category.MARKETING_PREFERENCES, Category.LOGIN)}


def test_what_an_anonymisation_writes_is_valid_unique_and_leaves_nothing() -> None:
    assert SALONS.anonymise is not None
    calls = [SALONS.anonymise(client, frozenset()) for client in ("5", "6")]
    assert len({call.json["email"] for call in calls}) == 2
    written = record(customField1="kyllä", customField2="x", notes="Aino", ldapDn="cn") | calls[0].json
    assert all(written[name] for name in ("firstName", "lastName", "email", "phone"))
    found = SALONS.looked(Reply(200, written), AT)
    assert found.leftovers == NO_LEFTOVERS
    assert found.told is not None
    assert (found.told.email, found.told.phone) == (None, None)
    assert found.told.categories == frozenset({Category.BOOKINGS, Category.VISITS})


def test_what_is_to_stay_is_not_written_over_and_is_found_as_left() -> None:
    assert SALONS.anonymise is not None
    call = SALONS.anonymise("5", frozenset({Category.NOTES, Category.BOOKINGS}))
    assert not {"notes", "customField2"} & call.json.keys()
    found = SALONS.looked(Reply(200, record(notes="Aino soitti", customField2="Kivelä") | call.json), AT)
    assert found.leftovers == {"notes", "customField2"}


def test_a_body_never_has_an_id_in_it() -> None:
    assert SALONS.anonymise and SALONS.erase_category  # noqa: PT018
    assert SALONS.set_marketing and SALONS.ask_test  # noqa: PT018
    calls = [SALONS.anonymise("5", frozenset()), SALONS.ask_test("5")]
    calls += [call for one in Category if (call := SALONS.erase_category("5", one, None))]
    calls.append(SALONS.set_marketing("5", {Channel.EMAIL: False}))
    assert {call.path for call in calls} == {"customers/5"}
    assert not any("id" in call.json for call in calls)


def test_marketing_is_switched_off_in_the_field_that_holds_it_and_that_is_nobodys_answer() -> None:
    assert SALONS.set_marketing is not None
    call = SALONS.set_marketing("5", {Channel.SMS: False})
    assert call.json == {"customField1": "off"}
    assert set((looked(**call.json).answers or {}).values()) == {None}


@pytest.mark.parametrize("category", [Category.BOOKINGS, Category.VISITS, Category.PURCHASES])
def test_entries_are_nothing_that_it_can_erase_by_category(category: Category) -> None:
    assert SALONS.erase_category is not None
    assert SALONS.erase_category("5", category, None) is None
    assert SALONS.erase_category("5", Category.ADDRESS, date(2025, 1, 1)) is None


# ---- lists


def test_a_page_is_the_last_one_where_fewer_come_than_were_asked_for() -> None:
    asked = SALONS.list_clients(None, 2, None)
    assert (asked.path, dict(asked.query)) == ("customers", {"page": "1", "length": "2", "sort": "id"})
    full = SALONS.read_page(asked, Reply(200, [record(id=1), record(id=2)]), AT)
    assert full.next_cursor == "customers:2"
    second = SALONS.list_clients(full.next_cursor, 2, None)
    assert second.query["page"] == "2"
    assert SALONS.read_page(second, Reply(200, []), AT).next_cursor == "appointments:1"
    assert SALONS.read_page(second, Reply(200, [record(id=3)]), AT).next_cursor == "appointments:1"
    assert SALONS.read_page(asked, Reply(200, []), AT).next_cursor is None


@pytest.mark.parametrize("answer", [Reply(200, {}), Reply(200, None), Reply(401, []), Reply(404, [])])
def test_what_answers_no_list_is_no_easyappointments(answer: Reply) -> None:
    with pytest.raises(NotUnderstood):
        SALONS.read_capabilities(answer)


@pytest.mark.parametrize("body", [None, [], {}, {"id": 0}, {"id": "x"}, "gone"])
def test_a_record_that_cannot_be_read_is_neither_there_nor_gone(body: object) -> None:
    found = SALONS.looked(Reply(200, body), AT)
    assert (found.is_gone, found.told, found.leftovers) == (None, None, NO_LEFTOVERS)


@pytest.mark.parametrize("body", [None, {}, {"clients": []}, [[]], [{"id": 0}], [None], "[]"])
def test_a_list_with_one_row_that_cannot_be_read_is_no_list(body: object) -> None:
    for cursor in (None, "appointments:1"):
        with pytest.raises(NotUnderstood):
            SALONS.read_page(SALONS.list_clients(cursor, 9, None), Reply(200, body), AT)


def test_appointments_tell_the_last_visit_and_what_is_ahead() -> None:
    rows = [
        {
            "id": 1,
            "book": "2025-01-01 09:00:00",
            "start": "2025-02-01 10:00:00",
            "end": "2025-02-01 11:00:00",
        },
        {
            "id": 2,
            "book": "2025-05-01 09:00:00",
            "start": "2025-06-01 10:00:00",
            "end": "2025-06-01 11:00:00",
        },
        {
            "id": 3,
            "book": "2026-02-01 09:00:00",
            "start": "2026-09-01 10:00:00",
            "end": "2026-09-01 11:00:00",
        },
        {"id": 4, "start": "2025-09-01 10:00:00", "end": "2025-09-01 11:00:00", "status": "Cancelled"},
    ]
    asked = SALONS.list_clients("appointments:1", 9, None)
    page = SALONS.read_page(asked, Reply(200, [row | {"customerId": 5} for row in rows]), AT)
    dated, ahead = page.others
    assert isinstance(dated, ClientTold)
    assert isinstance(ahead, BookingChanged)
    assert dated.last_visit_at == datetime(2025, 6, 1, 8, tzinfo=UTC)
    assert dated.last_activity_at == datetime(2026, 2, 1, 7, tzinfo=UTC)
    assert (ahead.booking, ahead.state, ahead.client) == ("3", BookingState.AHEAD, "5")
    assert page.clients == ()


# ---- answers that mean another thing


def test_a_500_that_is_a_refusal_is_heard_as_one_and_what_it_quotes_goes_no_further() -> None:
    quoted = {"success": False, "message": "Not all required fields are provided: Array ( [notes] => allergy"}
    reply = SALONS.heard(Reply(500, quoted))
    assert (reply.status, reply.json) == (422, None)
    assert SALONS.heard(Reply(500, None)).status == 500
    assert SALONS.heard(Reply(401, {"quoted": "Aino"})).json is None
    assert SALONS.heard(Reply(200, [record()])).json == [record()]


def test_a_429_that_does_not_say_how_long_is_waited_out() -> None:
    assert SALONS.heard(Reply(429)).headers["retry-after"] == "120"
    assert SALONS.heard(Reply(429, headers={"retry-after": "7"})).headers["retry-after"] == "7"


def test_its_pace_stays_below_what_everybody_together_is_let_in_a_window() -> None:
    assert PACING.burst + PACING.per_second * timedelta(seconds=120).total_seconds() < 100


# ---- settings


@pytest.mark.parametrize(
    "settings",
    [
        {"zone": "Europe/Helsinki"},
        {"time_zone": "Helsinki"},
        {"time_zone": "../etc/passwd"},
        {"time_zone": ""},
        {"token_header": "X Ea"},
        {"consent.customField6": "newsletter:email"},
        {"consent.customField1": "uutiskirje:email"},
        {"consent.customField1": "newsletter:sähköposti"},
        {"appointment_notes": "yes"},
        {"appointment_notes": ""},
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_would_be_right(settings: dict[str, str]) -> None:
    with pytest.raises(
        WrongSetting, match=r"There are|written like|webhook's page|It is never, or with_mails"
    ):
        fit(EASYAPPOINTMENTS, settings)


@pytest.mark.parametrize(
    ("action", "changes"),
    [
        ("appointment_save", {"id": None}),
        ("appointment_save", {"update_datetime": None}),
        ("appointment_delete", {"id": None}),
    ],
)
def test_an_appointment_without_its_number_or_its_moment_is_not_understood(
    action: str, changes: dict[str, object]
) -> None:
    with pytest.raises(NotUnderstood):
        read(hook(action, **changes))


def test_an_absence_that_was_deleted_is_nobodys() -> None:
    assert read(hook("appointment_delete", is_unavailability=True)) == ()


def test_a_field_that_holds_for_every_channel_switches_none_by_name() -> None:
    plain = fit(EASYAPPOINTMENTS, {"consent.customField1": "newsletter"})
    found = plain.looked(Reply(200, record(customField1="Kyllä")), AT)
    assert found.told is not None
    assert not found.told.marketing


def test_a_named_field_that_is_not_in_the_answer_says_nothing() -> None:
    card = record()
    del card["customField1"]
    found = SALONS.looked(Reply(200, card), AT)
    assert found.told is not None
    assert not found.told.marketing


def test_an_appointment_of_nobody_tells_of_nobody() -> None:
    asked = SALONS.list_clients("appointments:1", 9, None)
    rows = [{"id": 9, "customerId": None, "start": "2026-09-01 10:00:00", "end": "2026-09-01 11:00:00"}]
    page = SALONS.read_page(asked, Reply(200, rows), AT)
    assert (page.clients, page.others) == ((), ())
