"""JSON that can be read in two ways is not read at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhooks.errors import NotAnEvent
from webhooks.strict_json import DEPTH, is_deeper, parse

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_what_is_json_is_read_as_it_is(value: Any) -> None:
    assert parse(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        ('{"a": "ä"}'.encode("latin-1"), "not_json"),
        ('{"a": 1}'.encode("utf-16"), "not_json"),
        (b"{'a': 1}", "not_json"),
        (b'{"a": 1} {"a": 2}', "not_json"),
        (b'{"a": 1,}', "not_json"),
        (b'{"a": "\x00"}', "not_json"),
        (b'{"a": 1, "a": 1}', "repeated_name"),
        (b'{"b": {"a": 1, "\\u0061": 2}}', "repeated_name"),
        (b'{"a": NaN}', "number"),
        (b'{"a": -Infinity}', "number"),
        (b'{"a": 1e999}', "number"),
        (b'{"a": ' + b"9" * 21 + b"}", "number"),
        (b'{"a": ' + b"9" * 200_000 + b"}", "number"),
        (b"[" * 100_000, "too_deep"),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, "too_deep"),
        (b"[" * (DEPTH + 1) + b"]" * (DEPTH + 1), "too_deep"),
    ],
)
def test_other_bodies_are_no_event(body: bytes, reason: str) -> None:
    with pytest.raises(NotAnEvent) as caught:
        parse(body)
    assert caught.value.reason == reason
    assert caught.value.__cause__ is None


def test_what_lies_just_inside_the_limits_is_read() -> None:
    assert parse(b"9" * 20) == int("9" * 20)
    assert parse(b"[" * DEPTH + b"]" * DEPTH)


@pytest.mark.parametrize(
    ("value", "limit", "answer"), [(1, 0, False), ([], 0, True), ([], 1, False), ({"a": [1]}, 1, True)]
)
def test_depth_counts_lists_and_objects(value: object, limit: int, answer: bool) -> None:
    assert is_deeper(value, limit) is answer


@given(st.binary(max_size=200))
def test_any_bytes_are_json_or_no_event(body: bytes) -> None:
    try:
        parse(body)
    except NotAnEvent:
        return
    json.loads(body)
