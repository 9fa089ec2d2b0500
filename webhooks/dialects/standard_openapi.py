"""The booking contract for machines: an OpenAPI document of the calls that Ovikello makes to a booking system."""

from collections.abc import Mapping
from typing import Any

from webhooks.dialect import CALLS
from webhooks.dialects import standard_schema
from webhooks.dialects.standard_reading import TYPES
from webhooks.vocabulary import Category, Channel

_PARTS = "#/components/schemas/"
#: enough to begin with; what else a system can do it says under `capabilities`
LEVEL_ONE = frozenset({"list", "read", "erase"})


def document() -> dict[str, Any]:
    """OpenAPI 3.1 of the callbacks (booking contract, section 2)."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Booking contract: what Ovikello asks of a booking system",
            "version": "1",
            "description": "Level 1 is list, read and erase; the rest may follow. Any other answer is a failure "
            "that passes, and error bodies are never read or kept.",
        },
        "security": [{"token": []}],
        "paths": _paths(),
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": _parameters(),
            "responses": _responses(),
            "schemas": _schemas(),
        },
    }


def _paths() -> dict[str, Any]:
    client = [_ref("parameters", "client")]
    return {
        "/clients": {"get": _listing()},
        "/clients/{client}": {
            "parameters": client,
            "get": _call(
                "read",
                "The record as it is now",
                _json("Client", "The client, with its `revision`"),
                gone=True,
            ),
            "patch": _rectifying(),
            "delete": _erasing(),
        },
        "/clients/{client}/export": {
            "parameters": client,
            "get": _call(
                "export", "All that is held of the client", _json("Export", "By category"), gone=True
            ),
        },
        "/clients/{client}/marketing": {
            "parameters": client,
            "put": _write("marketing", "Set the switches that are named", body="Marketing"),
        },
        "/clients/{client}/restriction": {
            "parameters": client,
            "put": _write("restriction", "Mark the record restricted, or lift that", body="Restriction"),
        },
        "/clients/{client}/anonymise": {
            "parameters": client,
            "post": _write(
                "anonymise",
                "Replace all that identifies the person, but for what is to be kept",
                body="Keep",
                mind=True,
            ),
        },
        "/clients/{client}/categories/{category}": {
            "parameters": [*client, _ref("parameters", "category")],
            "delete": _write(
                "erase_category",
                "Erase one category, or its entries older than a day",
                mind=True,
                query="before",
            ),
        },
        "/capabilities": {
            "get": _call("capabilities", "What the system can do", _json("Capabilities", "What it can do"))
            | {"description": "404 means level 1."}
        },
        "/webhooks/test": {
            "post": _write("test", "Send a signed client.updated of this client", body="Test"),
        },
    }


def _listing() -> dict[str, Any]:
    made = _call(
        "list", "A page of the list of clients", _json("Page", "Clients, and where the next page begins")
    )
    names = ("updated_since", "cursor", "limit")
    return made | {"parameters": [_ref("parameters", name) for name in names]}


def _rectifying() -> dict[str, Any]:
    made = _write("rectify", "Change these fields, if the record still has this revision", body="Changes")
    made["parameters"].append(_ref("parameters", "revision"))
    made["responses"] |= {"412": _ref("responses", "Changed"), "428": _ref("responses", "Problem")}
    return made


def _erasing() -> dict[str, Any]:
    made = _write("erase", "Erase the client", mind=True)
    made["responses"]["202"] = {"description": "It takes time; the record is looked at until it is gone."}
    return made


def _call(name: str, summary: str, done: Mapping[str, Any], *, gone: bool = False) -> dict[str, Any]:
    responses = {"200": done, **_failures()}
    if gone:
        responses |= {"404": _ref("responses", "Never"), "410": _ref("responses", "Gone")}
    return {"operationId": name, "summary": summary, "responses": responses} | _level(name)


def _write(
    name: str, summary: str, *, body: str | None = None, mind: bool = False, query: str | None = None
) -> dict[str, Any]:
    """A writing call: it carries its key, and any 2xx is a success."""
    made = _call(name, summary, {"description": "Done; a body is not needed."}, gone=True)
    made["responses"] |= {"204": {"description": "Done."}, "400": _ref("responses", "Problem")}
    made["parameters"] = [_ref("parameters", "key"), *([_ref("parameters", query)] if query else [])]
    if mind:
        made["responses"]["409"] = _ref("responses", "Kept")
    if body is not None:
        schema = {"$ref": f"{_PARTS}{body}"}
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}
    return made


def _level(name: str) -> dict[str, Any]:
    return {"tags": ["level 1" if name in LEVEL_ONE else "later"]}


def _failures() -> dict[str, Any]:
    problem = _ref("responses", "Problem")
    return {
        "400": problem,
        "401": problem,
        "404": problem,
        "429": _ref("responses", "Later"),
        "503": _ref("responses", "Later"),
    }


def _parameters() -> dict[str, Any]:
    moment = {"type": "string", "format": "date-time"}
    return {
        "client": {
            "name": "client",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1},
        },
        "category": {
            "name": "category",
            "in": "path",
            "required": True,
            "schema": {"enum": sorted(one.value for one in Category)},
        },
        "updated_since": {"name": "updated_since", "in": "query", "schema": moment},
        "cursor": {"name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": 2000}},
        "limit": {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": 500},
        },
        "before": {"name": "before", "in": "query", "schema": {"type": "string", "format": "date"}},
        "revision": {
            "name": "If-Match",
            "in": "header",
            "required": True,
            "schema": {"type": "string", "pattern": "^[0-9]+$"},
        },
        "key": {
            "name": "Idempotency-Key",
            "in": "header",
            "required": True,
            "description": "The same key, method and path are answered what they were answered first.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        },
    }


def _responses() -> dict[str, Any]:
    told = {
        "Never": "There never was such a client.",
        "Gone": "The client was deleted.",
        "Changed": "The record has changed meanwhile.",
        "Kept": "The booking system itself must keep something of it.",
        "Problem": "Refused; the body is not read.",
    }
    header = {"Retry-After": {"schema": {"type": "string"}}}
    return {name: {"description": text} for name, text in told.items()} | {
        "Later": {"description": "Not now; after `Retry-After`.", "headers": header}
    }


def _schemas() -> dict[str, Any]:
    calls = sorted(CALLS | {"test"})
    record: dict[str, Any] = _moved(standard_schema.record())
    record["Client"]["properties"]["name"] = {
        "type": ["string", "null"],
        "description": "What the owner reads on a page; it is asked for then, and kept nowhere.",
    }
    return record | {
        "Page": _object(
            clients={"type": "array", "items": {"$ref": f"{_PARTS}Client"}},
            next_cursor={"type": ["string", "null"]},
        ),
        "Export": _object(categories={"type": "object"}),
        "Changes": {"type": "object", "minProperties": 1, "additionalProperties": {"type": "string"}},
        "Marketing": {
            "type": "object",
            "minProperties": 1,
            "propertyNames": {"enum": sorted(one.value for one in Channel)},
            "additionalProperties": {"type": "boolean"},
        },
        "Restriction": _object(restricted={"type": "boolean"}),
        "Keep": _object(keep={"type": "array", "items": {"enum": sorted(one.value for one in Category)}}),
        "Capabilities": _object(
            contract={"const": 1},
            calls={"type": "array", "items": {"enum": calls}},
            events={"type": "array", "items": {"enum": sorted(TYPES)}},
        ),
        "Test": _object(client_id={"type": "string", "minLength": 1}),
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": sorted(properties)}


def _json(name: str, description: str) -> dict[str, Any]:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"{_PARTS}{name}"}}},
    }


def _ref(kind: str, name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/{kind}/{name}"}


def _moved(part: Any) -> Any:
    """The same with its references pointing where OpenAPI keeps schemas."""
    if isinstance(part, list):
        return [_moved(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: value.replace("#/$defs/", _PARTS) if key == "$ref" else _moved(value)
        for key, value in part.items()
    }
