"""The contract's events for machines: the schema says what the reader reads."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest

from tests import contract
from tests.webhooks.payloads import body, full, recorded
from webhooks.dialects import standard_reading, standard_schema
from webhooks.errors import NotAnEvent, NotUnderstood

EVENTS = jsonschema_rs.validator_for(standard_schema.events(), validate_formats=True)
KINDS = sorted(standard_reading.KINDS)
#: values of every JSON type, and some that only look right
ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "2026-03-01",
    "2026-03-01T09:30:00Z",
    [],
    ["x"],
    {},
    {"x": 1},
    "a\x00b",
    "x" * 300,
)


def is_read(told: bytes) -> bool:
    """Whether the reader takes a body."""
    try:
        standard_reading.read(told)
    except (NotUnderstood, NotAnEvent):
        return False
    return True


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in a document something could be another thing."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def changed(data: dict[str, Any], path: tuple[Any, ...], value: Any) -> dict[str, Any]:
    """The same with another value in one place."""
    made = copy.deepcopy(data)
    inner: Any = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return made


def without(data: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    """The same without what stood in one place."""
    made = copy.deepcopy(data)
    inner: Any = made
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return made


@pytest.mark.parametrize("kind", KINDS)
def test_every_recorded_event_fits_its_schema(kind: str) -> None:
    EVENTS.validate(json.loads(recorded("standard")[kind]))


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_and_the_reader_agree_on_every_value_in_every_place(kind: str) -> None:
    data = full(kind)
    tried = [changed(data, path, value) for path in places(data) for value in ODD]
    tried += [without(data, path) for path in places(data)]
    for one in tried:
        event = {"type": kind, "timestamp": "2026-03-01T09:30:00Z", "data": one}
        if EVENTS.is_valid(event) != is_read(body(kind, one)):
            assert is_an_incident_about_nobody(kind, one), one


def is_an_incident_about_nobody(kind: str, data: dict[str, Any]) -> bool:
    """The one rule that the schema leaves to the contract's text."""
    incident = data.get("incident", {})
    return kind == "incident.reported" and not incident.get("client_ids") and not incident.get("all_clients")


def test_what_is_no_event_fits_no_schema() -> None:
    unfit: tuple[Any, ...] = (
        {},
        [],
        {"type": "client.invented", "timestamp": "2026-03-01T09:30:00Z", "data": {}},
        "x",
    )
    assert not [one for one in unfit if EVENTS.is_valid(one)]


@pytest.mark.parametrize("name", contract.FILES)
def test_the_files_that_others_build_on_are_what_the_code_says(name: str) -> None:
    written = (contract.FOLDER / name).read_text(encoding="utf-8")
    assert json.loads(written) == contract.FILES[name](), "bring it up to date: python -m tests.contract"
