"""The contract's callbacks for machines: the document tells of every call that is made, and of no other."""

from datetime import UTC, date, datetime
from typing import Any

import jsonschema_rs

from webhooks.dialects import standard_calls, standard_openapi
from webhooks.vocabulary import Category, Channel

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


def test_it_is_said_in_which_fields_a_clients_id_and_name_are() -> None:
    client = standard_openapi.document()["components"]["schemas"]["Client"]
    assert client["required"] == ["id"]
    assert "client_id" in client["properties"]["id"]["description"]
    assert "client_id" not in client["properties"]
    assert client["properties"]["name"]["type"] == ["string", "null"]


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
