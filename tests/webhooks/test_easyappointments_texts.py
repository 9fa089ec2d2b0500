"""Texts on appointments at Easy!Appointments: whose are listed, which are cleared, and what is never sent for it."""

from datetime import timedelta
from typing import Any

import pytest

from tests.webhooks.payloads import AT
from webhooks.calls import Reply
from webhooks.dialect import fit
from webhooks.dialects.easyappointments import EASYAPPOINTMENTS
from webhooks.entry_texts import EntryPage
from webhooks.errors import NotUnderstood

ALLOWING = fit(EASYAPPOINTMENTS, {"appointment_notes": "with_mails", "time_zone": "UTC", "cancelled": "Off"})
TEXTS = ALLOWING.entry_texts


def row(**changes: object) -> dict[str, Any]:
    """An appointment of client 5, over by `AT` to the second."""
    return {
        "id": 11,
        "customerId": 5,
        "start": "2020-01-01 09:00:00",
        "end": f"{AT:%Y-%m-%d %H:%M:%S}",
        "status": "Booked",
        "notes": "ei tuoksuja",
    } | changes


def read(*rows: object) -> EntryPage:
    """What a page of client 5's appointments holds to be cleared."""
    assert TEXTS is not None
    return TEXTS.read("5", TEXTS.listed("5", None), Reply(200, list(rows)), AT)


@pytest.mark.parametrize("settings", [{}, {"appointment_notes": "never"}])
def test_without_the_salons_word_there_is_no_call_for_it(settings: dict[str, str]) -> None:
    assert fit(EASYAPPOINTMENTS, settings).entry_texts is None


def test_a_clients_appointments_are_asked_for_by_number_page_by_page() -> None:
    assert TEXTS is not None
    call = TEXTS.listed("5", None)
    assert (call.method, call.path) == ("GET", "appointments")
    assert dict(call.query) == {"customerId": "5", "page": "1", "length": "1000", "sort": "id"}
    full = TEXTS.read("5", call, Reply(200, [row(id=number) for number in range(1, 1001)]), AT)
    assert (len(full.ids), full.next_cursor) == (1000, "2")
    assert TEXTS.listed("5", full.next_cursor).query["page"] == "2"
    assert read(*[row(id=number) for number in range(1, 1000)]).next_cursor is None


@pytest.mark.parametrize("nobody", ["", "0", "-5", "5abc", " 5", "05", "c-1", "5&q=a"])
def test_a_list_without_a_clients_number_is_never_asked_for_since_everybodys_would_come(nobody: str) -> None:
    assert TEXTS is not None
    with pytest.raises(ValueError, match="id"):
        TEXTS.listed(nobody, None)
    with pytest.raises(ValueError, match="id"):
        TEXTS.clear(nobody)


def test_only_the_notes_are_emptied_and_no_id_is_in_the_body() -> None:
    assert TEXTS is not None
    call = TEXTS.clear("11")
    assert (call.method, call.path, call.json, dict(call.query)) == (
        "PUT",
        "appointments/11",
        {"notes": ""},
        {},
    )


@pytest.mark.parametrize(
    ("changes", "goes"),
    [
        ({}, True),
        ({"end": f"{AT + timedelta(seconds=1):%Y-%m-%d %H:%M:%S}"}, False),
        ({"end": None}, True),
        ({"end": None, "start": "2099-01-01 09:00:00"}, False),
        ({"end": "2099-01-01 09:00:00", "status": "off"}, True),
        ({"end": "2099-01-01 09:00:00", "status": "Cancelled"}, False),
        ({"notes": ""}, False),
        ({"notes": None}, False),
        ({"notes": None, "start": None, "end": None}, False),
        ({"notes": " "}, True),
    ],
)
def test_a_text_goes_when_its_appointment_is_over_or_called_off(
    changes: dict[str, object], goes: bool
) -> None:
    assert read(row(**changes), row(id=12)).ids == (("11", "12") if goes else ("12",))


@pytest.mark.parametrize(
    "wrong",
    [
        row(customerId=6),
        row(customerId=None),
        row(customerId=6, notes=""),
        row(id=None),
        row(id=0),
        row(start=None, end=None),
        row(start=None, end="eilen"),
        [],
        "11",
    ],
)
def test_one_row_of_somebody_else_or_that_cannot_be_dated_makes_the_whole_page_no_answer(
    wrong: object,
) -> None:
    with pytest.raises(NotUnderstood):
        read(row(), wrong)


@pytest.mark.parametrize("reply", [Reply(500), Reply(200, {"data": []}), Reply(200), Reply(404, [])])
def test_what_is_no_list_is_no_answer(reply: Reply) -> None:
    assert TEXTS is not None
    with pytest.raises(NotUnderstood):
        TEXTS.read("5", TEXTS.listed("5", None), reply, AT)
