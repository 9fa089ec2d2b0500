"""What a delivery is called: the same again is a repeat, another one never is, and nobody takes another's name."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.payloads import AT, OTHER, SECRET
from webhooks.delivery import Delivery
from webhooks.delivery_ids import Named, by_arrival, by_content, by_field, by_header

SAID = Delivery({"x-id": "d-1"}, b'{"meta": {"id": "e-1"}, "id": 7}', AT)
EVERY = pytest.mark.parametrize(
    "named", [by_content, by_header("X-Id"), by_field("meta", "id"), by_field("nothing")]
)


@EVERY
def test_the_same_delivery_once_more_is_a_repeat_whenever_it_comes(named: Named) -> None:
    later = replace(SAID, received_at=AT + timedelta(days=20))
    assert named(SAID, SECRET) == named(later, SECRET)


@pytest.mark.parametrize("named", [by_content, by_header("X-Id"), by_field("nothing"), by_arrival])
@given(one=st.binary(max_size=40), other=st.binary(max_size=40))
def test_another_content_is_another_delivery(named: Named, one: bytes, other: bytes) -> None:
    ids = {named(replace(SAID, body=body), SECRET) for body in (one, other)}
    assert len(ids) == len({one, other})


def test_a_content_cannot_be_tried_out_without_the_secret() -> None:
    assert by_content(SAID, SECRET) == hmac.new(SECRET.encode(), SAID.body, hashlib.sha256).hexdigest()
    for named in (by_content, by_arrival, by_header("x-id")):
        assert named(SAID, SECRET) != named(SAID, OTHER)


def test_what_came_by_get_is_named_by_its_query() -> None:
    asked = replace(SAID, method="GET", query="id=5", body=b"")
    assert by_content(asked, SECRET) != by_content(replace(asked, query="id=6"), SECRET)
    posted = replace(SAID, query="id=5")
    assert by_content(posted, SECRET) == by_content(replace(posted, query="id=6"), SECRET)


def test_where_each_arrival_counts_the_same_words_a_moment_later_are_no_repeat() -> None:
    later = replace(SAID, received_at=AT + timedelta(microseconds=1))
    assert by_arrival(SAID, SECRET) != by_arrival(later, SECRET)


def test_a_header_that_is_not_signed_tells_equal_bodies_apart_and_takes_no_other_deliverys_name() -> None:
    named = by_header("X-Id")
    other_header = replace(SAID, headers={"x-id": "d-2"})
    other_body = replace(SAID, body=b"{}")
    assert len({named(one, SECRET) for one in (SAID, other_header, other_body)}) == 3
    assert named(replace(SAID, headers={}), SECRET)


def test_a_field_that_is_signed_is_the_name() -> None:
    assert by_field("meta", "id")(SAID, SECRET) == "e-1"
    assert by_field("id")(SAID, SECRET) == "7"


@pytest.mark.parametrize(
    "value", ["", " ", "a b", "ä", "x" * 201, None, True, 1.5, ["e-1"], {"id": "e-1"}, "a\nb"]
)
def test_a_field_that_can_be_no_name_leaves_it_to_the_content(value: object) -> None:
    told = replace(SAID, body=json.dumps({"id": value}).encode())
    assert by_field("id")(told, SECRET) == by_content(told, SECRET)


@pytest.mark.parametrize("body", [b"", b"id=1", b"[]", b'"id"', b'{"id": "a", "id": "b"}', b"\xff"])
def test_a_body_without_the_field_leaves_it_to_the_content(body: bytes) -> None:
    told = replace(SAID, body=body)
    assert by_field("id")(told, SECRET) == by_content(told, SECRET)


@given(length=st.integers(1, 200))
def test_a_name_of_any_length_that_is_kept_is_taken_as_it_is(length: int) -> None:
    told = replace(SAID, body=json.dumps({"id": "x" * length}).encode())
    assert by_field("id")(told, SECRET) == "x" * length
