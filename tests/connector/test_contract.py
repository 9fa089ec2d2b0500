"""The contract for machines: its schemas say what the reader reads, and the pretend booking system keeps to them."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests import contract
from tests.connector.pretend_world import World, pretending
from tests.webhooks.payloads import body, full, recorded
from webhooks.dialects import standard_calls, standard_openapi, standard_reading, standard_schema
from webhooks.errors import NotAnEvent, NotUnderstood
from webhooks.vocabulary import Category, Channel

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


CALLS = [
    standard_calls.CAPABILITIES,
    standard_calls.list_clients("c/2", 100, datetime(2026, 3, 1, tzinfo=UTC)),
    standard_calls.list_clients(None, 100, None),
    standard_calls.look_up("c-1"),
    standard_calls.export("c-1"),
    standard_calls.rectify("c-1", {"name": "Maija"}, 7),
    standard_calls.set_marketing("c-1", {Channel.EMAIL: False}),
    standard_calls.set_restriction("c-1", True),
    standard_calls.anonymise("c-1", frozenset({Category.BILLING})),
    standard_calls.erase_category("c-1", Category.NOTES, date(2026, 1, 31)),
    standard_calls.erase("c-1"),
    standard_calls.ask_test("c-1"),
]


def test_every_call_that_is_made_is_one_of_the_document_with_its_parameters_and_its_body() -> None:
    document = standard_openapi.document()
    used = set()
    for call in CALLS:
        path = next(path for path in document["paths"] if is_at(f"/{call.path}", path))
        operation = document["paths"][path][call.method.lower()]
        used.add((call.method, path))
        named = {
            resolved(document, one)["name"]: resolved(document, one)["schema"]
            for one in operation.get("parameters", ())
        }
        for name, value in {**call.query, **call.headers}.items():
            told = int(value) if named[name].get("type") == "integer" else value
            jsonschema_rs.validate(named[name], told)
        if "requestBody" in operation:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            jsonschema_rs.validate({"$ref": reference, "components": document["components"]}, call.json)
        else:
            assert call.json is None
    told_of = {
        (verb.upper(), path)
        for path, verbs in document["paths"].items()
        for verb in verbs
        if verb != "parameters"
    }
    assert used == told_of


def is_at(place: str, path: str) -> bool:
    """Whether a path of the document is that of a call."""
    parts, wanted = place.split("/"), path.split("/")
    return len(parts) == len(wanted) and all(
        w.startswith("{") or p == w for p, w in zip(parts, wanted, strict=True)
    )


def resolved(document: dict[str, Any], parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter, found by its reference."""
    found: dict[str, Any] = document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
    return found


@pytest.fixture(scope="module")
def system() -> Iterator[World]:
    """The pretend booking system, over HTTP."""
    with pretending() as world:
        yield world


#: what an answer must be; that whatever fits is accepted is none of it, for a cursor is only text to a schema
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(standard_openapi.document())
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok)}


@pytest.mark.story
@pytest.mark.parametrize("label", sorted(OPERATIONS))
def test_whatever_fits_the_document_is_answered_as_the_document_says(system: World, label: str) -> None:
    """Fuzzed by schemathesis: no 500, no status and no body that the document does not name."""
    clients = sorted(system.system.register.records)

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(OPERATIONS[label].as_strategy(), st.none() | st.sampled_from(clients))
    def fuzzed(case: Any, known: str | None) -> None:
        if known is not None and "client" in case.path_parameters:
            case.path_parameters["client"] = known
        case.headers["Authorization"] = f"Bearer {system.system.token}"
        case.call_and_validate(base_url=system.base_url, checks=CHECKS)

    fuzzed()
