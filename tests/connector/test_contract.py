"""The contract's callbacks for machines: the pretend booking system keeps to their document."""

from collections.abc import Iterator
from typing import Any

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

from tests.connector.pretend_world import World, pretending
from webhooks.dialects import standard_openapi


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
