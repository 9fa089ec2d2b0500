"""Phorest as its documentation has it: what its answers mean, what is written to it, and what is never sent."""

import json
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from tests.webhooks.payloads import AT, FOLDER, sent
from webhooks.calls import Call, Reply
from webhooks.dialect import Dialect, Looked, Page, WrongSetting, WrongToken, fit
from webhooks.dialects.phorest import PHOREST
from webhooks.dialects.phorest_calls import WINDOW
from webhooks.errors import BadSignature, NotAnEvent, NotUnderstood
from webhooks.events import (
    Answer,
    BookingChanged,
    BookingState,
    ClientDeleted,
    ClientMerged,
    ClientTold,
    DeletedBy,
)
from webhooks.vocabulary import Category, Channel, Purpose

NEEDED = {"business": "biz-1", "branches": "keskusta, satama"}
SALONS = fit(PHOREST, NEEDED)
EMPTYING = fit(PHOREST, NEEDED | {"erase": "empty"})
AINO = "tP5Q7ZLl3DdXvJqW-2Vx4A"
ALWAYS = frozenset({Category.BOOKINGS, Category.VISITS})
BOXES = {
    (Purpose.DIRECT_MARKETING, Channel.EMAIL): Answer.GIVEN,
    (Purpose.DIRECT_MARKETING, Channel.SMS): None,
    (Purpose.SERVICE, Channel.EMAIL): Answer.GIVEN,
    (Purpose.SERVICE, Channel.SMS): Answer.GIVEN,
}


def answer(name: str) -> dict[str, Any]:
    """A page as it is written from the documentation."""
    told: dict[str, Any] = json.loads((FOLDER / "phorest" / "answers" / f"{name}.json").read_bytes())
    return told


def record(**changes: object) -> dict[str, Any]:
    """A client's record."""
    first: dict[str, Any] = answer("clients")["_embedded"]["clients"][0]
    return first | changes


def look(dialect: Dialect = SALONS, /, **changes: object) -> Looked:
    """What a look at a client finds."""
    return dialect.looked(Reply(200, record(**changes)), AT)


def told(**changes: object) -> ClientTold:
    """What the record tells."""
    found = look(**changes).told
    assert found is not None
    return found


def page(reply: dict[str, Any], cursor: str | None = None, dialect: Dialect = SALONS) -> Page:
    """What a page tells."""
    return dialect.read_page(dialect.list_clients(cursor, 100, None), Reply(200, reply), AT)


def window(branch: str = "keskusta", begins: str = "2026-02-01", number: int = 0) -> str:
    """Where a page of appointments begins."""
    return f"appointments:{number}:{begins}:{branch}"


def appointments(*rows: dict[str, Any]) -> list[Any]:
    """What a page with these appointments tells."""
    return list(page(answer("appointments") | {"_embedded": {"appointments": list(rows)}}, window()).others)


def appointment(**changes: object) -> dict[str, Any]:
    """One that is ahead."""
    ahead: dict[str, Any] = answer("appointments")["_embedded"]["appointments"][1]
    return ahead | changes


def written(call: Call | None, **changes: object) -> dict[str, Any]:
    """What a call writes, of a record as it is just then."""
    assert call is not None
    assert (call.method, call.json) == ("PUT", None)
    body: dict[str, Any] = call.after(Reply(200, record(**changes))).json
    return body


# ---- connect


def test_nothing_is_let_in_since_nothing_is_ever_sent() -> None:
    assert not SALONS.sends
    with pytest.raises(BadSignature):
        SALONS.check(sent(b"{}"), ["whsec_x"])
    with pytest.raises(NotAnEvent):
        SALONS.read(sent(b"{}"))


def test_a_token_is_a_user_and_a_password_and_is_sent_as_http_basic() -> None:
    token = "global/api@salonki.example:sala:sana"
    assert SALONS.authorization(token) == f"Basic {b64encode(token.encode()).decode()}"


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "avain",
        "global/api@salonki.example",
        "global/api@salonki.example:",
        "api@salonki.example:salasana",
        "local/api@salonki.example:salasana",
        "global/api:salasana",
        "global/@salonki.example:salasana",
        "global/api@:salasana",
        "globalapi@salonki.example:salasana",
    ],
)
def test_a_token_of_another_form_is_refused_with_a_word_for_the_right_one_and_without_the_token(
    wrong: str,
) -> None:
    with pytest.raises(WrongToken, match="global/EMAIL:PASSWORD") as refused:
        SALONS.authorization(wrong)
    assert "salasana" not in str(refused.value)


def test_before_business_and_branches_are_set_nothing_is_ready() -> None:
    assert not PHOREST.is_ready
    assert SALONS.is_ready


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"business": "biz-1"}, "business and branches"),
        ({"branches": "keskusta"}, "business and branches"),
        ({"erase": "empty"}, "business and branches"),
        ({"business": " ", "branches": "keskusta"}, "business and branches"),
        (NEEDED | {"business": "biz/1"}, "'biz/1' is no id for business"),
        (NEEDED | {"business": ".."}, "is no id for business"),
        (NEEDED | {"branches": "keskusta,,satama"}, "'' is no id for branches"),
        (NEEDED | {"branches": "kes kusta"}, "'kes kusta' is no id for branches"),
        (NEEDED | {"erase": "delete"}, "'delete' is no way to erase"),
        (NEEDED | {"marketing": "service"}, "'service' is no purpose of marketing"),
        (NEEDED | {"time_zone": "Turku"}, "'Turku' is no time zone"),
        (NEEDED | {"colour": "blue"}, "no setting 'colour'"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_what_would_be_right(
    settings: dict[str, str], word: str
) -> None:
    with pytest.raises(WrongSetting, match=word):
        fit(PHOREST, settings)


def test_a_list_says_that_it_is_phorest_and_an_erasure_is_only_there_where_the_salon_said_what_it_is() -> (
    None
):
    call, reply = SALONS.capabilities, Reply(200, answer("clients"))
    assert call == Call(
        "GET",
        "biz-1/client",
        {"includeArchived": "true", "includeDeleted": "true", "size": "1", "page": "0"},
        largest=call.largest,
    )
    can = {"list", "read", "anonymise", "erase_category", "marketing"}
    assert SALONS.read_capabilities(reply).calls == can
    assert (SALONS.erase, "erased_mark" in SALONS.out_of_reach) == (None, True)
    assert EMPTYING.read_capabilities(reply).calls == can | {"erase"}
    assert "erased_shell" in EMPTYING.out_of_reach
    with pytest.raises(NotUnderstood):
        SALONS.read_capabilities(Reply(200, {"clients": []}))


def test_a_refusal_says_its_status_and_nothing_of_the_record_that_was_sent() -> None:
    assert SALONS.heard(Reply(409, record())) == Reply(409)
    assert SALONS.heard(Reply(200, {"a": 1})) == Reply(200, {"a": 1})
    assert SALONS.heard(Reply(429)).headers == {"retry-after": "2"}
    assert SALONS.heard(Reply(429, None, {"retry-after": "9"})).headers == {"retry-after": "9"}


# ---- the list


def test_of_a_page_who_is_archived_is_there_who_is_deleted_is_not_and_a_merge_is_no_erasure() -> None:
    found = page(answer("clients"))
    assert [one.client for one in found.clients] == [AINO, "aRk1s-01toituPois_xxxxx"]
    merged, away = found.others
    assert isinstance(merged, ClientMerged)
    assert (merged.client, merged.into) == ("yhd1st3tty", AINO)
    assert isinstance(away, ClientDeleted)
    assert (away.client, away.by) == ("yhd1st3tty", DeletedBy.MERGE)
    # the same every night, whenever it was fetched
    assert merged.at == away.at == datetime(2025, 7, 1, 10, tzinfo=UTC)


@pytest.mark.parametrize("updated", [None, "eilen", "2099-01-01T00:00:00Z"])
def test_a_merge_without_a_date_that_can_be_one_is_of_when_it_was_fetched(updated: object) -> None:
    row = record(mergedToClientId="c-2", updatedAt=updated)
    found = page(answer("clients") | {"_embedded": {"clients": [row]}})
    assert {event.at for event in found.others} == {AT}
    assert found.clients == ()


def test_a_record_that_is_merged_into_itself_or_into_nobody_is_not_merged() -> None:
    for into in (None, "", AINO, 7):
        assert look(mergedToClientId=into).is_gone is False


def test_pages_follow_each_other_to_the_last_one_and_then_come_the_appointments_of_each_branch() -> None:
    first = answer("clients")
    rest: dict[str, Any] = {"_embedded": {"clients": []}}
    numbers = {"size": 100, "totalElements": 201, "totalPages": 3}
    assert page(first | {"page": numbers | {"number": 0}}).next_cursor == "clients:1"
    assert page(rest | {"page": numbers | {"number": 1}}, "clients:1").next_cursor == "clients:2"
    following = page(rest | {"page": numbers | {"number": 2}}, "clients:2").next_cursor
    assert following == window(begins=(AT.date() - timedelta(days=28)).isoformat())
    assert page(first, dialect=PHOREST).next_cursor is None


def test_the_windows_of_appointments_are_a_month_at_most_without_a_gap_over_all_branches() -> None:
    seen: dict[str, list[tuple[date, date]]] = {}
    cursor = page(answer("clients")).next_cursor
    nobody = {"page": {"size": 100, "totalElements": 0, "totalPages": 0, "number": 0}}
    while cursor is not None:
        call = SALONS.list_clients(cursor, 500, None)
        assert (call.query["size"], call.query["fetch_canceled"], call.query["fetch_deleted"]) == (
            "100",
            "true",
            "true",
        )
        days = tuple(date.fromisoformat(call.query[name]) for name in ("from_date", "to_date"))
        seen.setdefault(call.path, []).append((days[0], days[1]))
        cursor = SALONS.read_page(call, Reply(200, nobody), AT).next_cursor
    assert list(seen) == [f"biz-1/branch/{branch}/appointment" for branch in ("keskusta", "satama")]
    for windows in seen.values():
        assert windows[0][0] <= AT.date() - timedelta(days=28)
        assert windows[-1][1] >= AT.date() + timedelta(days=400)
        assert all(ends - begins == WINDOW for begins, ends in windows)
        assert all(one[1] == other[0] for one, other in pairwise(windows))


def test_a_window_of_several_pages_is_read_to_its_end() -> None:
    told = answer("appointments")["page"] | {"totalPages": 2}
    first = answer("appointments") | {"page": told}
    assert page(first, window()).next_cursor == window(number=1)
    second = first | {"page": told | {"number": 1}}
    assert page(second, window(number=1)).next_cursor == window(begins="2026-02-28")


def test_a_branch_that_is_not_the_salons_any_more_ends_the_walk() -> None:
    last = window("suljettu", begins="2027-05-01")
    assert page(answer("appointments"), last).next_cursor is None


@pytest.mark.parametrize(
    "odd",
    [
        [],
        {"_embedded": {"clients": []}},
        {"page": {"number": 0, "totalPages": 1, "totalElements": 5}},
        {"page": {"number": 0, "totalPages": 1, "totalElements": 5}, "_embedded": {"clients": {}}},
        {"page": {"number": 1, "totalPages": 2}, "_embedded": {"clients": []}},
        {"page": {"number": 0, "totalPages": 1}, "_embedded": {"clients": [{"clientId": ""}]}},
        {"page": {"number": 0, "totalPages": 1}, "_embedded": {"clients": [{"clientId": "a\0"}]}},
        {"page": {"number": 0, "totalPages": 1}, "_embedded": {"clients": [{"clientId": "\ud800"}]}},
        {"page": {"number": 0, "totalPages": 1}, "_embedded": {"clients": ["c-1"]}},
    ],
)
def test_a_page_that_is_none_or_another_than_was_asked_for_is_not_understood(odd: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        page(odd)


def test_a_page_under_another_status_is_not_understood() -> None:
    for status in (201, 404, 500):
        with pytest.raises(NotUnderstood):
            SALONS.read_page(SALONS.list_clients(None, 100, None), Reply(status, answer("clients")), AT)


def test_an_empty_page_needs_no_list() -> None:
    nobody = {"page": {"size": 100, "totalElements": 0, "totalPages": 0, "number": 0}}
    assert page(nobody).clients == ()


# ---- a record


def test_a_record_tells_when_somebody_was_there_what_is_held_and_what_is_ticked() -> None:
    found = told()
    assert (found.at, found.client) == (AT, AINO)
    assert found.created_at == datetime(2019, 5, 2, 7, 12, 33, 120_000, tzinfo=UTC)
    assert found.last_visit_at == datetime(2026, 2, 10, 8, tzinfo=UTC)
    assert (found.email, found.phone) == ("aino@posti.example.fi", "358501234567")
    assert found.marketing == {Channel.EMAIL: True, Channel.SMS: False}
    assert (found.answers, found.are_boxes) == (BOXES, True)
    assert found.categories == ALWAYS | {
        Category.IDENTITY,
        Category.CONTACT,
        Category.ADDRESS,
        Category.BIRTH,
        Category.GENDER,
        Category.NOTES,
        Category.MARKETING_PREFERENCES,
    }
    for word in ("Aino", "Kivelä", "posti.example", "501234567", "tiskillä", "Liitekuja"):
        assert word not in repr(look().told)


def test_a_reminder_is_a_service_and_the_salon_says_what_its_marketing_is() -> None:
    newsletters = fit(PHOREST, NEEDED | {"marketing": "newsletter"})
    found = look(newsletters).told
    assert found is not None
    assert set(found.answers or {}) == {
        (purpose, channel)
        for purpose in (Purpose.NEWSLETTER, Purpose.SERVICE)
        for channel in (Channel.EMAIL, Channel.SMS)
    }


def test_a_box_that_is_not_told_is_no_box() -> None:
    boxes = ("smsMarketingConsent", "emailMarketingConsent", "smsReminderConsent", "emailReminderConsent")
    found = told(**dict.fromkeys(boxes))
    assert (found.answers, found.marketing) == (None, None)


@pytest.mark.parametrize(
    ("changes", "created", "visited"),
    [
        ({"createdAt": None}, datetime(2019, 5, 2, 7, 30, tzinfo=UTC), datetime(2026, 2, 10, 8, tzinfo=UTC)),
        (
            {"lastVisit": None},
            datetime(2019, 5, 2, 7, 12, 33, 120_000, tzinfo=UTC),
            datetime(2019, 5, 2, 7, 30, tzinfo=UTC),
        ),
        (
            {"createdAt": "2099-01-01T00:00:00Z", "lastVisit": "2026-02-10"},
            AT,
            datetime(2026, 2, 9, 22, tzinfo=UTC),
        ),
        ({"createdAt": 5, "firstVisit": "?", "lastVisit": "0001-01-01"}, None, None),
    ],
)
def test_a_date_that_is_missing_or_none_is_not_made_up(
    changes: dict[str, object], created: datetime | None, visited: datetime | None
) -> None:
    found = told(**changes)
    assert (found.created_at, found.last_visit_at) == (created, visited)


def test_who_has_no_mobile_is_known_by_the_other_number_and_a_text_that_cannot_be_kept_is_none() -> None:
    assert told(mobile=None, landLine="02 1234567").phone == "02 1234567"
    assert told(email="a\0@b.fi", mobile="\ud800").email is None
    assert told(mobile=7, landLine="-").phone is None


def test_an_empty_record_holds_nothing_but_perhaps_appointments() -> None:
    assert told(**dict.fromkeys(name for name in record() if name != "clientId")).categories == ALWAYS


def test_a_look_names_the_client_and_what_still_identifies() -> None:
    found = look()
    assert (found.is_gone, found.name) == (False, "Aino Kivelä")
    assert found.leftovers == {"name", "email", "mobile", "address", "birth_date", "notes", "externalId"}
    assert found.person.names
    assert look(
        landLine="02 1234567", linkedClientMobile="358401234567", photoUrl="https://x/1.jpg"
    ).leftovers > {
        "phone",
        "landLine",
        "linkedClientMobile",
        "photo",
    }


@pytest.mark.parametrize("changes", [{"deleted": True}, {"deleted": True, "archived": True}])
def test_a_deleted_client_is_gone_though_the_record_is_still_shown(changes: dict[str, object]) -> None:
    found = look(**changes)
    assert (found.is_gone, found.is_certain, found.told, found.name) == (True, True, None, None)


def test_an_archived_client_is_there() -> None:
    assert look(archived=True).is_gone is False


def test_a_merged_client_is_not_said_to_be_gone() -> None:
    assert look(mergedToClientId="c-2", deleted=True).is_gone is None


def test_a_missing_record_is_gone_but_only_for_certain_where_that_is_said() -> None:
    assert [SALONS.looked(Reply(status), AT).is_certain for status in (404, 410)] == [False, True]
    assert SALONS.looked(Reply(200, ["x"]), AT).is_gone is None


# ---- appointments


def test_an_appointment_is_over_ahead_or_called_off_and_dated_so_that_every_night_says_the_same() -> None:
    over, ahead, off = page(answer("appointments"), window()).others
    assert isinstance(over, BookingChanged)
    assert (over.state, over.at) == (BookingState.COMPLETED, datetime(2026, 2, 10, 9, tzinfo=UTC))
    assert over.starts_at == datetime(2026, 2, 10, 8, tzinfo=UTC)
    assert isinstance(ahead, BookingChanged)
    assert (ahead.state, ahead.at, ahead.client) == (BookingState.AHEAD, AT, AINO)
    assert isinstance(off, BookingChanged)
    assert (off.state, off.at) == (BookingState.CANCELLED, datetime(2026, 2, 27, 12, tzinfo=UTC))
    assert not any(one.is_activity for one in (over, ahead, off))


@pytest.mark.parametrize(
    "changes",
    [
        {"deleted": True},
        {"activationState": "CANCELED"},
        {"state": "CANCELLED"},
        {"deleted": True, "startTime": None},
    ],
)
def test_what_is_deleted_or_cancelled_is_called_off(changes: dict[str, object]) -> None:
    (event,) = appointments(appointment(**changes))
    assert (event.state, event.at) == (BookingState.CANCELLED, datetime(2026, 2, 10, 9, 5, tzinfo=UTC))
    (event,) = appointments(appointment(**changes, updatedAt=None))
    assert event.at == AT


@pytest.mark.parametrize("state", ["RESERVED", "ARCHIVED", "SOMETHING", ["ACTIVE"], None])
def test_a_state_that_is_not_known_to_call_off_holds_the_client_back(state: object) -> None:
    (event,) = appointments(appointment(activationState=state))
    assert event.state is BookingState.AHEAD


@pytest.mark.parametrize(
    ("changes", "starts"),
    [
        ({"startTime": "10:00"}, datetime(2026, 3, 20, 8, tzinfo=UTC)),
        ({"appointmentDate": "2026-03-20T00:00:00"}, datetime(2026, 3, 20, 8, tzinfo=UTC)),
        ({"startTime": "2026-03-20T10:00:00+02:00"}, datetime(2026, 3, 20, 8, tzinfo=UTC)),
        ({"startTime": "2026-03-20T10:00:00"}, datetime(2026, 3, 20, 8, tzinfo=UTC)),
    ],
)
def test_a_start_is_a_moment_or_a_time_of_the_salons_own_day(
    changes: dict[str, object], starts: datetime
) -> None:
    (event,) = appointments(appointment(**changes))
    assert event.starts_at == starts


def test_an_appointment_that_is_still_going_on_is_not_over_and_one_without_an_end_is_over_once_it_began() -> (
    None
):
    clock = {
        "appointmentDate": "2026-03-01",
        "startTime": "11:00:00",
        "endTime": "11:31:00",
    }  # now it is 11:30
    assert [one.state for one in appointments(appointment(**clock))] == [BookingState.AHEAD]
    assert [one.state for one in appointments(appointment(**clock | {"endTime": "11:30:00"}))] == [
        "completed"
    ]
    assert [one.state for one in appointments(appointment(**clock | {"endTime": None}))] == ["completed"]


@pytest.mark.parametrize("came", ["PAID", "CHECKED_IN", "COMPLETED", "BOOKED", None])
def test_nobody_came_where_it_says_so_once_it_is_over_and_somebody_else_did(came: str | None) -> None:
    over, ahead = {"appointmentDate": "2026-02-20"}, {"appointmentDate": "2026-03-20"}
    (missed,) = appointments(appointment(**over, state="NO_SHOW"))
    (visited,) = appointments(appointment(**over, state=came))
    assert (missed.state, missed.at) == (BookingState.NO_SHOW, visited.at)
    assert visited.state is BookingState.COMPLETED
    (early,) = appointments(appointment(**ahead, state="NO_SHOW"))
    assert early.state is BookingState.AHEAD


def test_an_appointment_whose_time_cannot_be_read_is_not_passed_over() -> None:
    for odd in ({"startTime": "aamulla"}, {"startTime": None}, {"appointmentDate": None}, {"startTime": 10}):
        with pytest.raises(NotUnderstood):
            appointments(appointment(**odd))
    for row in ("aP-1", {"appointmentId": ""}, {}):
        with pytest.raises(NotUnderstood):
            page(answer("appointments") | {"_embedded": {"appointments": [row]}}, window())


def test_an_appointment_of_nobody_is_nobodys() -> None:
    assert appointments(appointment(clientId=None), appointment(clientId=""), appointment(clientId=7)) == []


# ---- what is written


def test_a_whole_record_goes_back_with_the_version_that_was_read_and_what_is_not_known_here_untouched() -> (
    None
):
    assert SALONS.set_marketing is not None
    call = SALONS.set_marketing(AINO, {Channel.EMAIL: False, Channel.SMS: True, Channel.POST: False})
    assert call.path == SALONS.look_up(AINO).path == f"biz-1/client/{AINO}"
    before = record(version=12, loyaltyCard={"serial": "9"})
    after = call.after(Reply(200, before))
    assert after.json == before | {"emailMarketingConsent": False}
    assert after.basis is None
    assert after.after(Reply(500)) == after  # made once
    assert "Kivelä" not in repr(call)


def test_nothing_is_ever_switched_on() -> None:
    assert SALONS.set_marketing is not None
    assert written(SALONS.set_marketing(AINO, dict.fromkeys(Channel, True))) == record()


@pytest.mark.parametrize(
    "changes",
    [
        {"version": None},
        {"version": True},
        {"version": "7"},
        {"clientId": "c-2"},
        {"deleted": True},
        {"mergedToClientId": "c-2"},
    ],
)
def test_a_record_without_a_version_of_somebody_else_or_of_nobody_is_not_written(
    changes: dict[str, object],
) -> None:
    assert SALONS.anonymise is not None
    call = SALONS.anonymise(AINO, frozenset())
    with pytest.raises(NotUnderstood):
        call.after(Reply(200, record(**changes)))


def test_an_anonymised_record_identifies_nobody_and_nothing_is_sent_to_it() -> None:
    assert SALONS.anonymise is not None
    body = written(SALONS.anonymise(AINO, frozenset()), photoUrl="https://x/1.jpg", landLine="02 1234567")
    found = SALONS.looked(Reply(200, body), AT)
    assert (found.is_gone, found.leftovers) == (False, frozenset())
    assert found.told is not None
    assert (found.told.categories, found.told.email, found.told.phone) == (ALWAYS, None, None)
    assert not any(body[name] for name in body if name.endswith("Consent"))
    assert (body["firstName"], body["lastName"], body["version"]) == ("Anonymised", "Customer", 7)
    assert {name: body[name] for name in ("lastVisit", "createdAt", "banned")} == {
        name: record()[name] for name in ("lastVisit", "createdAt", "banned")
    }


def test_what_is_to_be_kept_stays_but_never_a_name_or_a_way_to_reach_somebody() -> None:
    assert SALONS.anonymise is not None
    kept = written(SALONS.anonymise(AINO, frozenset(Category)))
    assert {name: kept[name] for name in ("notes", "address", "birthDate", "gender")} == {
        name: record()[name] for name in ("notes", "address", "birthDate", "gender")
    }
    assert (kept["mobile"], kept["externalId"], kept["emailMarketingConsent"]) == (None, None, False)


def test_placeholders_are_valid_and_of_one_client_each_whatever_the_id_is() -> None:
    assert EMPTYING.anonymise is not None
    assert EMPTYING.erase is not None
    made = set()
    for client in (AINO, "a b", "ä/ö", "x" * 300):
        reply = Reply(200, record(clientId=client))
        for call in (EMPTYING.anonymise(client, frozenset()), EMPTYING.erase(client)):
            made.add(call.after(reply).json["email"])
    assert len(made) == 8
    assert all(len(one) < 64 and one.isascii() and one.endswith("@erased.invalid") for one in made)


def test_an_emptied_record_is_gone_and_is_on_no_list() -> None:
    assert EMPTYING.erase is not None
    body = written(EMPTYING.erase(AINO), photoUrl="https://x/1.jpg")
    found = EMPTYING.looked(Reply(200, body), AT)
    assert (found.is_gone, found.is_certain, found.told) == (True, True, None)
    listed = page(answer("clients") | {"_embedded": {"clients": [body]}}, dialect=EMPTYING)
    assert (listed.clients, listed.others) == ((), ())


@pytest.mark.parametrize(
    "changes",
    [
        {"firstName": "Aino"},
        {"email": "uusi@posti.example.fi"},
        {"email": None},
        {"mobile": "358501234567"},
        {"notes": "tuli takaisin"},
        {"gender": "FEMALE"},
        {"emailMarketingConsent": True},
        {"smsReminderConsent": True},
        {"clientCategoryIds": ["kAnta-1"]},
    ],
)
def test_an_emptied_record_into_which_somebody_wrote_again_is_a_client(changes: dict[str, object]) -> None:
    assert EMPTYING.erase is not None
    body = written(EMPTYING.erase(AINO)) | changes
    assert EMPTYING.looked(Reply(200, body), AT).is_gone is False


@pytest.mark.parametrize("category", sorted(Category))
def test_a_category_is_emptied_whole_and_no_other_and_what_cannot_be_is_left_to_hands(
    category: Category,
) -> None:
    assert SALONS.erase_category is not None
    call = SALONS.erase_category(AINO, category, None)
    assert SALONS.erase_category(AINO, category, AT.date()) is None
    held = told().categories
    assert held is not None
    if call is None:
        assert category not in held - ALWAYS
        return
    found = SALONS.looked(Reply(200, written(call)), AT).told
    assert found is not None
    assert found.categories == held - {category}


def test_a_field_that_is_not_there_is_not_made() -> None:
    assert SALONS.erase_category is not None
    call = SALONS.erase_category(AINO, Category.ADDRESS, None)
    assert call is not None
    bare = {"clientId": AINO, "version": 1, "firstName": "Aino"}
    assert call.after(Reply(200, bare)).json == bare


def test_without_a_business_the_paths_are_still_inside_the_address() -> None:
    assert PHOREST.look_up("c-1").path == "client/c-1"
    assert replace(SALONS).look_up("..").path == "biz-1/client/%2E%2E"
