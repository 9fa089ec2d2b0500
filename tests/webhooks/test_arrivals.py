"""How deliveries arrive: probes are answered to their system alone, and nothing kept is answered with an error."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.webhooks.payloads import AT, OTHER, SECRET
from webhooks.arrivals import Answer, Arrivals, is_empty_object, is_head, probed
from webhooks.delivery import Delivery
from webhooks.dialect import events_of
from webhooks.dialects.standard import STANDARD
from webhooks.errors import BadSignature, NotUnderstood
from webhooks.events import ClientHinted, Event
from webhooks.signatures_none import address_key, in_address

ASKED = Delivery({}, b"", AT, method="HEAD", key=address_key(SECRET))
WORD = Answer(200, b"REENIO")


def test_most_systems_post_ask_nothing_and_look_at_the_status() -> None:
    plain = Arrivals()
    assert plain.uses(replace(ASKED, method="POST", key=""))
    assert not plain.uses(replace(ASKED, method="GET", key=""))
    assert not plain.uses(replace(ASKED, method="POST"))
    assert plain.probe(ASKED, [SECRET]) is None
    assert [plain.answer(ASKED, status) for status in (202, 204)] == [Answer(202), Answer(204)]


def test_where_there_is_a_key_in_the_address_it_is_looked_at_by_the_scheme() -> None:
    keyed = Arrivals(methods=frozenset({"HEAD"}), key=address_key)
    assert keyed.uses(ASKED)
    assert keyed.uses(replace(ASKED, key=""))
    assert not keyed.uses(replace(ASKED, method="POST"))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "get", ""])
def test_a_method_that_the_door_does_not_know_is_refused_when_the_dialect_is_made(method: str) -> None:
    with pytest.raises(ValueError, match="no delivery comes by"):
        Arrivals(methods=frozenset({"POST", method}))


@pytest.mark.parametrize("status", [100, 199, 300, 301, 400, 401, 409, 500])
def test_what_was_kept_cannot_be_answered_with_anything_but_success(status: int) -> None:
    with pytest.raises(ValueError, match="2xx"):
        Answer(status)


@pytest.mark.parametrize("status", [204, 205])
def test_an_answer_without_words_has_none(status: int) -> None:
    assert Answer(status).body == b""
    with pytest.raises(ValueError, match="no words"):
        Answer(status, b"REENIO")


@pytest.mark.parametrize("status", [200, 202, 299])
def test_an_answer_has_the_words_that_the_system_waits_for(status: int) -> None:
    assert Answer(status, b"REENIO").body == b"REENIO"


def test_a_probe_is_answered_to_who_proves_to_be_the_system_and_to_nobody_else() -> None:
    probe = probed(is_head, in_address(), WORD)
    assert probe(ASKED, [SECRET]) == probe(ASKED, [OTHER, SECRET]) == WORD
    for stranger in (replace(ASKED, key=""), replace(ASKED, key=address_key(OTHER))):
        with pytest.raises(BadSignature):
            probe(stranger, [SECRET])


def test_what_is_no_probe_is_left_to_the_scheme() -> None:
    probe = probed(is_head, in_address(), WORD)
    assert probe(replace(ASKED, method="POST", key="wrong"), [SECRET]) is None


@pytest.mark.parametrize("body", [b"{}", b" { }\n", b"{\t}"])
def test_an_object_that_says_nothing_is_one_however_it_is_written(body: bytes) -> None:
    assert is_empty_object(replace(ASKED, body=body))


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"a": 1}', b"{", b"{}{}", b"\xff", b"0", b'""'])
def test_anything_else_is_not(body: bytes) -> None:
    assert not is_empty_object(replace(ASKED, body=body))


def test_of_what_is_not_signed_only_hints_are_taken() -> None:
    def read(delivery: Delivery) -> Sequence[Event]:
        hint = ClientHinted(at=AT, digest="0" * 64, client="c-1")
        login = b'{"type":"client.login","timestamp":"2026-03-01T09:30:00Z","data":{"client_id":"c-1"}}'
        more = STANDARD.read(replace(delivery, body=login)) if delivery.body else ()
        return (hint, *more)

    unsigned = replace(STANDARD, read=read, arrivals=Arrivals(is_signed=False))  # type: ignore[arg-type] # a tuple
    assert [type(one) for one in events_of(unsigned, ASKED)] == [ClientHinted]
    with pytest.raises(NotUnderstood) as caught:
        events_of(unsigned, replace(ASKED, body=b"more"))
    assert caught.value.is_known_type
    signed = replace(unsigned, arrivals=Arrivals())
    assert len(events_of(signed, replace(ASKED, body=b"more"))) == 2
