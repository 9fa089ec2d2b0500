"""What holds for every booking system that Ovikello speaks with."""

from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.payloads import AT, OTHER, SECRET, recorded, sent
from webhooks.calls import Call, Reply
from webhooks.delivery import Delivery
from webhooks.dialect import Dialect, WrongSetting, fit
from webhooks.errors import BadSignature, NotAnEvent, NotUnderstood
from webhooks.registry import DIALECTS
from webhooks.signatures import sign
from webhooks.vocabulary import Category, Channel

#: those that speak at all: a system whose lists come as files says nothing, and is asked nothing
SPEAKING = {name: dialect for name, dialect in DIALECTS.items() if dialect.has_interface}
#: those that also tell something by themselves
SENDING = pytest.mark.parametrize(
    "dialect", [one for one in SPEAKING.values() if one.sends], ids=lambda one: one.name
)
EVERY = pytest.mark.parametrize("dialect", SPEAKING.values(), ids=list(SPEAKING))
#: how each proves who wrote a body, and what of a delivery that covers
SIGNED = {"standard": lambda secret, body: sign(secret, "msg_1", AT, body)}
TOKEN = {"easyappointments": lambda secret, body: {"x-ea-token": secret}}
NUMBERED = {"easyappointments"}
IDS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


def test_a_dialect_is_registered_under_its_own_name() -> None:
    assert {name: dialect.name for name, dialect in DIALECTS.items()} == {name: name for name in DIALECTS}


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=list(DIALECTS))
def test_a_setting_that_a_dialect_does_not_have_is_refused_by_its_name(dialect: Dialect) -> None:
    assert fit(dialect, {}).name == dialect.name
    with pytest.raises(WrongSetting, match="colour"):
        fit(dialect, {"colour": "blue"})


@EVERY
@pytest.mark.parametrize("client", [".", "..", "...", "5/../6", "5\\..\\6", "../6", "/6", "6/", "6//", "\\6"])
def test_nobody_can_be_asked_for_by_what_may_lead_to_somebody_else(dialect: Dialect, client: str) -> None:
    assert not dialect.can_name(client)
    assert dialect.can_name("7")


@EVERY
def test_what_the_system_says_in_http_is_heard_as_it_was_said(dialect: Dialect) -> None:
    for status in (200, 204, 404, 410, 429, 503):
        assert dialect.heard(Reply(status, {})).status == status


@EVERY
def test_there_is_a_recorded_payload_of_every_type_that_it_reads(dialect: Dialect) -> None:
    assert recorded(dialect.name).keys() == dialect.types


@EVERY
def test_every_recorded_payload_is_read_into_dated_events(dialect: Dialect) -> None:
    for kind, body in recorded(dialect.name).items():
        events = dialect.read(sent(body))
        assert events, kind
        for event in events:
            assert event.at.utcoffset() == timedelta(0), kind
            assert len(bytes.fromhex(event.digest)) == 32, kind
            assert dialect.read(sent(body)) == events, kind


@EVERY
def test_no_name_and_no_free_text_shows_in_an_event(dialect: Dialect) -> None:
    shown = repr([dialect.read(sent(body)) for body in recorded(dialect.name).values()])
    for secret in ("Kivelä", "posti.example", "123 4567", "tiskillä", "liite"):
        assert secret not in shown


@pytest.mark.parametrize(
    "dialect", [one for one in DIALECTS.values() if not one.sends], ids=lambda one: one.name
)
def test_of_a_system_that_sends_nothing_nothing_is_let_in(dialect: Dialect) -> None:
    for headers in ({}, sign(SECRET, "msg_1", AT, b"{}"), {"x-ea-token": SECRET}):
        with pytest.raises(BadSignature):
            dialect.check(Delivery(headers, b"{}", AT), [SECRET])


@SENDING
def test_who_does_not_know_the_secret_is_refused_and_a_repeat_has_the_same_id(dialect: Dialect) -> None:
    prove = (SIGNED | TOKEN)[dialect.name]
    ids = set()
    for body in recorded(dialect.name).values():
        headers = prove(SECRET, body)
        ids.add(dialect.check(Delivery(headers, body, AT), [SECRET]))
        assert dialect.check(Delivery(headers, body, AT), [OTHER, SECRET]) in ids
        for wrong in (prove(OTHER, body), {}, dict.fromkeys(headers, "")):
            with pytest.raises(BadSignature):
                dialect.check(Delivery(wrong, body, AT), [SECRET])
    assert all(0 < len(one) <= 200 for one in ids)


@pytest.mark.parametrize("name", SIGNED)
def test_a_flipped_byte_is_a_bad_signature(name: str) -> None:
    dialect = DIALECTS[name]
    for body in recorded(name).values():
        headers = SIGNED[name](SECRET, body)
        assert dialect.check(Delivery(headers, body, AT), [SECRET]) == "msg_1"
        with pytest.raises(BadSignature):
            dialect.check(Delivery(headers, body[:-1] + b" ", AT), [SECRET])


@pytest.mark.parametrize("name", TOKEN)
def test_where_nothing_is_signed_another_body_is_another_delivery(name: str) -> None:
    dialect = DIALECTS[name]
    for body in recorded(name).values():
        headers = TOKEN[name](SECRET, body)
        ids = {dialect.check(Delivery(headers, one, AT), [SECRET]) for one in (body, body + b" ")}
        assert len(ids) == 2


@EVERY
@given(body=st.binary(max_size=300))
def test_any_bytes_give_events_or_one_of_two_errors(dialect: Dialect, body: bytes) -> None:
    try:
        events = dialect.read(sent(body))
    except (NotAnEvent, NotUnderstood):
        return
    assert isinstance(events, tuple)


def calls_about(dialect: Dialect, client: str) -> list[Call]:
    """Every call that the dialect can make about one client and that names it in its path."""
    made = [dialect.look_up(client)]
    made += [make(client) for make in (dialect.erase, dialect.export) if make]
    if dialect.anonymise:
        made.append(dialect.anonymise(client, frozenset(Category)))
    if erase := dialect.erase_category:
        asked = [erase(client, category, day) for category in Category for day in (None, AT.date())]
        made += [call for call in asked if call is not None]
    if dialect.set_marketing:
        made.append(dialect.set_marketing(client, dict.fromkeys(Channel, False)))
    if dialect.set_restriction:
        made += [dialect.set_restriction(client, True), dialect.set_restriction(client, False)]
    if dialect.rectify:
        made.append(dialect.rectify(client, {"email": "uusi@posti.example"}, 7))
    return made


@EVERY
@given(
    client=IDS | st.sampled_from([".", "..", "...", "a/../b", "?", "#", "%2F", "a b", "\\", "💇" * 200, "/"])
)
def test_a_call_stays_inside_its_clients_place(dialect: Dialect, client: str) -> None:
    if dialect.name in NUMBERED:
        client = str(1 + sum(map(ord, client)))
    place = dialect.look_up("7").path.removesuffix("7")
    for call in calls_about(dialect, client):
        part = call.path.removeprefix(place).split("/")[0]
        assert call.path.startswith(place)
        assert call.path.isascii()
        assert not set(call.path) & set("?#\\ ")
        assert unquote(part) == client
        assert part not in {"", ".", ".."}


@EVERY
def test_an_empty_id_is_refused_before_anything_is_sent(dialect: Dialect) -> None:
    for make in (dialect.look_up, dialect.erase, dialect.export):
        if make:
            with pytest.raises(ValueError, match="needs its id"):
                make("")


@pytest.mark.parametrize("name", sorted(NUMBERED))
@pytest.mark.parametrize("client", ["0", "-5", "14abc", "5/../6", "05", " 5", "c-1", "5?id=6", ".", "٥"])
def test_an_id_that_is_no_number_is_refused_where_all_are_numbers(name: str, client: str) -> None:
    assert not DIALECTS[name].can_name(client)
    with pytest.raises(ValueError, match="needs its id"):
        calls_about(DIALECTS[name], client)


@EVERY
@pytest.mark.parametrize("status", [201, 204, 301, 400, 401, 403, 418, 429, 500, 503])
def test_only_a_plain_answer_tells_whether_a_client_is_there(dialect: Dialect, status: int) -> None:
    assert dialect.looked(Reply(status, {"id": "c-1"}), AT).is_gone is None


@EVERY
def test_a_record_that_is_not_found_is_gone(dialect: Dialect) -> None:
    assert [dialect.looked(Reply(status), AT).is_gone for status in (404, 410)] == [True, True]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "clients", "next_cursor", "calls", "contract", "name"]), inner
        )
    ),
    max_leaves=12,
)


@EVERY
@given(status=st.sampled_from([200, 201, 202, 204, 404, 410, 500]), json=JSON)
def test_any_answer_is_understood_or_not_and_never_another_error(
    dialect: Dialect, status: int, json: object
) -> None:
    reply = Reply(status, json)
    at, beginning = datetime(2026, 3, 1, tzinfo=UTC), dialect.list_clients(None, 3, None)
    looked = dialect.looked(reply, at)
    assert looked.told is None or looked.told.at == at
    with suppress(NotUnderstood):
        assert isinstance(dialect.read_capabilities(reply).calls, frozenset)
    with suppress(NotUnderstood):
        assert all(told.at == at for told in dialect.read_page(beginning, reply, at).clients)


def test_what_a_dialect_can_do_is_asked_for_by_names_that_exist() -> None:
    assert {"erase", "anonymise", "erase_category", "export", "rectify"} <= {
        field.name for field in fields(Dialect)
    }


@EVERY
def test_a_call_that_needs_a_basis_reads_it_from_the_same_place_and_has_no_body_before(
    dialect: Dialect,
) -> None:
    for call in calls_about(dialect, "7"):
        if call.basis is None:
            assert call.after(Reply(200, {})) == call
        else:
            assert (call.json, call.basis.read) == (None, dialect.look_up("7"))
            with pytest.raises(NotUnderstood):
                call.after(Reply(200, {"clientId": "8", "version": 1}))


def test_a_token_is_a_bearers_where_a_dialect_says_nothing_else() -> None:
    assert DIALECTS["standard"].authorization("avain") == "Bearer avain"
