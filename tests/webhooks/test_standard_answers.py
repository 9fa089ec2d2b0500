"""What a booking system of the contract answers: pages, capabilities, records, and what is left in them."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.webhooks.payloads import AT, LIST, full
from webhooks.calls import Call, Reply
from webhooks.dialect import Capabilities, Looked
from webhooks.dialects import standard_calls as calls
from webhooks.dialects.standard import STANDARD
from webhooks.errors import NotUnderstood
from webhooks.vocabulary import Category, Channel


def client(**changed: Any) -> dict[str, Any]:
    told: dict[str, Any] = full("client.created")["client"]
    return told | changed


def looked(**changed: Any) -> Looked:
    return STANDARD.looked(Reply(200, client(**changed)), AT)


# ---- requests ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (calls.CAPABILITIES, Call("GET", "capabilities")),
        (calls.list_clients(None, 500, None), Call("GET", "clients", {"limit": "500"})),
        (
            calls.list_clients("n=&", 1, datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
            Call("GET", "clients", {"limit": "1", "cursor": "n=&", "updated_since": "2026-03-01T09:30:00Z"}),
        ),
        (calls.look_up("c 1"), Call("GET", "clients/c%201")),
        (calls.export("c/1"), Call("GET", "clients/c%2F1/export", largest=calls.LARGEST_EXPORT)),
        (
            calls.rectify("c", {"email": "a@b.example"}, 7),
            Call("PATCH", "clients/c", json={"email": "a@b.example"}, headers={"If-Match": "7"}),
        ),
        (
            calls.set_marketing("c", {Channel.EMAIL: False, Channel.SMS: True}),
            Call("PUT", "clients/c/marketing", json={"email": False, "sms": True}),
        ),
        (calls.set_restriction("c", True), Call("PUT", "clients/c/restriction", json={"restricted": True})),
        (
            calls.anonymise("c", frozenset({Category.VISITS, Category.BILLING})),
            Call("POST", "clients/c/anonymise", json={"keep": ["billing", "visits"]}),
        ),
        (calls.erase_category("c", Category.HEALTH, None), Call("DELETE", "clients/c/categories/health")),
        (
            calls.erase_category("c", Category.NOTES, date(2024, 1, 31)),
            Call("DELETE", "clients/c/categories/notes", {"before": "2024-01-31"}),
        ),
        (calls.erase("v1.2"), Call("DELETE", "clients/v1.2")),
        (calls.erase(".."), Call("DELETE", "clients/%2E%2E")),
        (calls.ask_test("c/1"), Call("POST", "webhooks/test", json={"client_id": "c/1"})),
    ],
)
def test_a_call_is_the_contracts(call: Call, expected: Call) -> None:
    assert call == expected


# ---- pages ---------------------------------------------------------------------------------------------


def test_a_page_gives_its_clients_dated_when_it_was_fetched() -> None:
    page = STANDARD.read_page(
        LIST, Reply(200, {"clients": [client(), {"id": "c-2"}], "next_cursor": "2"}), AT
    )
    assert [told.client for told in page.clients] == ["c-1042", "c-2"]
    assert [told.at for told in page.clients] == [AT, AT]
    assert (page.clients[0].revision, page.next_cursor) == (7, "2")


@pytest.mark.parametrize("cursor", [None, ""])
def test_the_last_page_has_no_cursor(cursor: str | None) -> None:
    page = STANDARD.read_page(LIST, Reply(200, {"clients": [], "next_cursor": cursor}), AT)
    assert (page.clients, page.next_cursor) == ((), None)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, {"clients": [], "next_cursor": None}),
        Reply(304, {"clients": [], "next_cursor": None}),
        Reply(200),
        Reply(200, []),
        Reply(200, {"clients": []}),
        Reply(200, {"clients": None, "next_cursor": None}),
        Reply(200, {"clients": [], "next_cursor": 2}),
        Reply(200, {"clients": [{"id": "c"}, {"id": ""}], "next_cursor": None}),
        Reply(200, {"clients": [{"id": "c", "categories": ["shoe_size"]}], "next_cursor": None}),
        Reply(200, {"clients": [{"id": "c", "last_visit_at": "0001-01-01T00:00:00Z"}], "next_cursor": None}),
    ],
    ids=repr,
)
def test_a_page_with_a_record_that_cannot_be_read_is_no_page(reply: Reply) -> None:
    with pytest.raises(NotUnderstood) as caught:
        STANDARD.read_page(LIST, reply, AT)
    assert caught.value.__cause__ is None


#: what is wrong with a record → the field by which it is found; "`" ends what is quoted in a message of the parser's
UNREAD: list[tuple[dict[str, Any], str]] = [
    ({"client_id": "c-9"}, ".id"),
    ({"id": 9}, ".id"),
    ({"id": "c-9", "revision": "seven"}, ".revision"),
    ({"id": "c-9", "marketing": {"pigeon": True}}, ".marketing"),
    ({"id": "c-9", "marketing": {"email": "Maija"}}, ".marketing[...]"),
    ({"id": "c-9", "categories": ["identity", "Maija` - at `$.x"]}, ".categories[1]"),
    ({"id": "c-9", "last_visit_at": "0001-01-01T00:00:00Z"}, ", a date before 1900"),
]


@pytest.mark.parametrize(("record", "field"), UNREAD)
def test_a_list_and_a_record_that_cannot_be_read_name_row_and_field_and_no_value(
    record: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotUnderstood) as caught:
        STANDARD.read_page(LIST, Reply(200, {"clients": [{"id": "c-1"}, record], "next_cursor": None}), AT)
    assert (caught.value.where, str(caught.value)) == (f"clients[1]{field}", "page")
    assert STANDARD.looked(Reply(200, record), AT).unread == field.lstrip("., ")


@pytest.mark.parametrize(
    ("body", "place"), [([], ""), ({"clients": []}, "next_cursor"), ({"next_cursor": None}, "clients")]
)
def test_a_list_of_another_shape_names_what_is_missing_where_anything_is(body: object, place: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        STANDARD.read_page(LIST, Reply(200, body), AT)
    assert caught.value.where == place


def test_a_record_that_is_read_names_nothing() -> None:
    assert looked().unread == ""


def test_the_same_record_has_the_same_digest_whatever_its_order() -> None:
    one, other = client(), dict(reversed(client().items()))
    other["marketing"] = dict(reversed(other["marketing"].items()))
    page = STANDARD.read_page(
        LIST, Reply(200, {"clients": [one, other, client(revision=8)], "next_cursor": None}), AT
    )
    digests = [told.digest for told in page.clients]
    assert digests[0] == digests[1] != digests[2]


# ---- all that is held -----------------------------------------------------------------------------------


def test_all_that_is_held_is_told_by_category_and_an_unknown_one_is_kept() -> None:
    assert STANDARD.read_export is not None
    held = {"identity": {"name": "A"}, "aura": ["gr\ud800y", {"\udc00": None}], "notes": []}
    assert STANDARD.read_export(Reply(200, {"categories": held, "beside": 1})) == {
        "identity": {"name": "A"},
        "aura": ["gr\ufffdy", {"\ufffd": None}],
        "notes": [],
    }


@pytest.mark.parametrize(
    "reply",
    [Reply(500, {"categories": {}}), Reply(200), Reply(200, []), Reply(200, {"categories": ["notes"]})],
)
def test_what_does_not_tell_what_is_held_is_not_understood(reply: Reply) -> None:
    assert STANDARD.read_export is not None
    with pytest.raises(NotUnderstood) as caught:
        STANDARD.read_export(reply)
    assert caught.value.__cause__ is None


# ---- capabilities --------------------------------------------------------------------------------------


def test_a_system_tells_what_it_can() -> None:
    told = {"contract": 1, "calls": ["erase", "list", "fly"], "events": ["client.created", "x.y"]}
    assert STANDARD.read_capabilities(Reply(200, told)) == Capabilities(
        frozenset({"erase", "list"}), frozenset({"client.created", "x.y"})
    )


def test_a_system_that_does_not_know_the_question_can_do_level_one() -> None:
    assert STANDARD.read_capabilities(Reply(404, {"title": "Not Found"})) == Capabilities(
        frozenset({"list", "read", "erase"}), frozenset()
    )


def test_events_may_be_left_untold() -> None:
    assert STANDARD.read_capabilities(Reply(200, {"contract": 1, "calls": []})).events == frozenset()


@pytest.mark.parametrize(
    "reply",
    [
        Reply(410),
        Reply(503),
        Reply(200),
        Reply(200, {"calls": []}),
        Reply(200, {"contract": 2, "calls": ["erase"]}),
        Reply(200, {"contract": 1, "calls": "erase"}),
        Reply(200, {"contract": 1, "calls": [1]}),
    ],
    ids=repr,
)
def test_other_answers_do_not_tell_what_a_system_can(reply: Reply) -> None:
    with pytest.raises(NotUnderstood):
        STANDARD.read_capabilities(reply)


# ---- looks ---------------------------------------------------------------------------------------------


def test_a_look_at_a_client_tells_the_record_the_name_and_what_identifies() -> None:
    found = looked()
    assert found.is_gone is False
    assert found.leftovers == {"name", "email", "phone", "birth_date"}
    assert found.name == "Oili Kivelä"
    assert found.told is not None
    assert (found.told.client, found.told.revision, found.told.at) == ("c-1042", 7, AT)


@pytest.mark.parametrize("json", [None, [], "c-1", {}, {"id": 7}, {"id": None}, {"deleted": True}])
def test_an_answer_that_is_no_record_does_not_tell(json: object) -> None:
    assert STANDARD.looked(Reply(200, json), AT) == Looked(is_gone=None, unread="id")


def test_a_record_that_cannot_be_read_is_there_all_the_same() -> None:
    found = looked(categories=["shoe_size"])
    assert (found.is_gone, found.told, found.name) == (False, None, "Oili Kivelä")
    assert "email" in found.leftovers


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("  Oili   Kivel\u00e4 ", "Oili Kivel\u00e4"),
        ("Oili\ud800 K", "Oili\ufffd K"),
        ("Oili\x00\x1b[31m\nK", "Oili [31m K"),
        ("\u202eilO", "ilO"),
        ("O" * 200, "O" * 200),
        ("O" * 201, "O" * 199 + "…"),
        ("O" * 1_000_000, "O" * 199 + "…"),
        ("\x00", None),
    ],
)
def test_a_name_is_one_line_of_a_sensible_length(name: str, shown: str | None) -> None:
    found = looked(name=name)
    assert found.name == shown
    (found.name or "").encode()


def test_half_a_surrogate_pair_is_nowhere_in_what_is_searched_for() -> None:
    found = looked(name="\ud800 Oili", notes=["\udfff hei", {"deep": "\ud800"}])
    str(found).encode()


@pytest.mark.parametrize(
    ("cursor", "is_read"),
    [("a" * 2000, True), ("a" * 2001, False), ("\ud800", False), ("a\x00", False), ("ä=/+", True)],
)
def test_a_cursor_can_be_kept_and_asked_for(cursor: str, is_read: bool) -> None:
    reply = Reply(200, {"clients": [], "next_cursor": cursor})
    if is_read:
        assert STANDARD.read_page(LIST, reply, AT).next_cursor == cursor
    else:
        with pytest.raises(NotUnderstood):
            STANDARD.read_page(LIST, reply, AT)


@pytest.mark.parametrize("name", [None, "", "  ", 7, ["Oili"]])
def test_what_is_no_name_is_not_shown_as_one(name: object) -> None:
    assert looked(name=name).name is None


def test_nothing_is_left_of_an_anonymised_record() -> None:
    gone = looked(
        name="Poistettu asiakas 1042", email="deleted-1042@example.invalid", phone="000", birth_date=None
    )
    assert (gone.is_gone, gone.leftovers) == (False, frozenset())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(
            (field, value)
            for field in ("name", "email", "phone", "birth_date")
            for value in (None, "", " - ", "***")
        ),
        ("name", "Anonymised"),
        ("name", "ANONYYMI"),
        ("name", "Raderad kund"),
        ("name", "[deleted user #123456]"),
        ("name", "xxx, removed"),
        ("email", "anonymous@example.com"),
        ("email", "deleted.77@mail.invalid"),
        ("email", "@invalid"),
        ("phone", "+358 000 0000"),
        ("birth_date", "1900-01-01"),
        ("address", {"street": "", "city": None, "lines": []}),
        ("photo", False),
    ],
)
def test_an_obvious_placeholder_is_nothing_left(field: str, value: object) -> None:
    assert field not in looked(**{field: value}).leftovers


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "Oili K."),
        ("name", "Deleted Kivelä"),
        ("name", "Asiakas 12"),
        ("name", "Null"),
        ("name", "Deleted 0501234567"),
        ("name", {"first": "Oili", "last": ""}),
        ("email", "oili@example.invalid"),
        ("email", "deleted@posti.fi"),
        ("email", "deleted@notexample.com"),
        ("email", "oili"),
        ("phone", "1"),
        ("phone", "+358 500 000 000"),
        ("phone", 501234567),
        ("birth_date", "1984-02-29"),
        ("address", {"street": None, "city": "Oulu"}),
        ("address", [["", {"line": "Kirkkokatu 1"}]]),
        ("personal_identity_code", "131052-308T"),
        ("photo", True),
        ("notes", "x"),
    ],
)
def test_whatever_may_say_something_of_a_person_is_left(field: str, value: object) -> None:
    assert field in looked(**{field: value}).leftovers
