"""The booking contract for machines: a JSON Schema of every event, made from the very shapes that read them.

What it cannot say stands in the contract: moments carry an offset and lie between 1900 and 9998, and an incident
concerns these clients or all of them.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from webhooks.dialects.standard_reading import KINDS
from webhooks.vocabulary import Category, Channel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_REF = "#/$defs/{name}"
#: halves of surrogate pairs: no parser of strings in Unicode gives them, and not every regular expression can say them
_HALF = r"\ud800-\udfff"
#: objects whose keys are words of the vocabulary: field → the words
_KEYED = {"marketing": Channel, "oldest_entry": Category}


def events() -> dict[str, Any]:
    """The schema of a webhook's body: one envelope for each event type."""
    types = sorted(KINDS)
    refs, parts = msgspec.json.schema_components([KINDS[kind].shape for kind in types], ref_template=_REF)
    return {
        "$schema": DIALECT,
        "title": "Booking contract, version 1: events",
        "oneOf": [_envelope(kind, ref) for kind, ref in zip(types, refs, strict=True)],
        "$defs": {name: _portable(part) for name, part in sorted(parts.items())},
    }


def record() -> dict[str, Any]:
    """The parts of the schema that describe a client's record, by name; `Client` is the record itself."""
    _, parts = msgspec.json.schema_components([KINDS["client.updated"].shape], ref_template=_REF)
    return {name: _portable(part) for name, part in sorted(parts.items()) if name != "ClientData"}


def _envelope(kind: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "title": kind,
        "type": "object",
        "properties": {
            "type": {"const": kind},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": dict(data),
        },
        "required": ["type", "timestamp", "data"],
    }


def _portable(part: Any, field: str = "") -> Any:
    """As every validator reads it: other languages' patterns end with $, and a bare string is a moment."""
    if isinstance(part, list):
        return [_portable(one, field) for one in part]
    if not isinstance(part, dict):
        return part
    if part == {"type": "string"}:
        return {"type": "string", "format": "date-time"}
    made = {
        key: _portable(value, field) for key, value in part.items() if key not in {"default", "properties"}
    }
    if "properties" in part:
        made["properties"] = {name: _portable(value, name) for name, value in part["properties"].items()}
    elif part.get("type") == "object":
        made["propertyNames"] = {"enum": sorted(word.value for word in _KEYED[field])}
    if "pattern" in made:
        made["pattern"] = made["pattern"].replace(r"\Z", "$").replace(_HALF, "")
    return made
