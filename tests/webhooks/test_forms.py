"""Forms in bodies and in queries: one value for each name, or nothing is taken at all."""

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.payloads import AT
from webhooks.delivery import Delivery
from webhooks.errors import NotAnEvent
from webhooks.forms import MOST, parse

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(fields=st.dictionaries(TEXT, TEXT, max_size=8))
def test_what_a_form_says_is_what_was_written_into_it(fields: dict[str, str]) -> None:
    written = urlencode(fields).encode()
    assert parse(written) == fields
    assert parse(Delivery({}, written, AT).content) == fields
    asked = Delivery({}, b"", AT, method="GET", query=written.decode())
    assert parse(asked.content) == fields


@given(content=st.binary(max_size=100))
def test_any_bytes_are_a_form_or_no_event(content: bytes) -> None:
    try:
        found = parse(content)
    except NotAnEvent:
        return
    assert all(isinstance(value, str) for value in found.values())


@pytest.mark.parametrize(
    "content",
    [
        b"id=1&id=2",
        b"id=1&%69d=1",
        b"id",
        b"a=%",
        b"a=%4",
        b"a=%zz",
        b"a=%ff",
        b"a=\xff",
        b"%C3=1",
        b"&" * 201 + b"a",
    ],
)
def test_what_parsers_read_differently_is_refused_or_has_one_meaning(content: bytes) -> None:
    if content == b"id":
        assert parse(content) == {"id": ""}
        return
    with pytest.raises(NotAnEvent):
        parse(content)


def test_nothing_is_an_empty_form() -> None:
    assert parse(b"") == parse(b"&") == {}


def test_a_form_has_so_many_fields_and_no_more() -> None:
    fields = [f"f{number}=1" for number in range(MOST + 1)]
    assert len(parse("&".join(fields[:MOST]).encode())) == MOST
    with pytest.raises(NotAnEvent):
        parse("&".join(fields).encode())


def test_signs_mean_what_they_mean_in_forms() -> None:
    assert parse(b"a+b=c+d%2B%26&e=f=g") == {"a b": "c d+&", "e": "f=g"}
