"""The system of level 1, called in this process: by a sender, and as the conformance kit asks an account."""

from collections.abc import Mapping

from connector import conformance_account
from connector.conformance_wire import Wire
from connector.salons import Account
from connector.sender import Sender
from tests.builders import Clock
from tests.connector.level_one import LevelOne, app_of
from webhooks.calls import Call, Reply
from webhooks.registry import DIALECTS


def sender(system: LevelOne) -> Sender:
    """Calls it in this process."""
    client = app_of(system).test_client()

    def send(account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        key: Mapping[str, str] = {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        headers = {"Authorization": account.dialect.authorization(account.token or ""), **key, **call.headers}
        told = client.open(
            f"/{call.path}", method=call.method, query_string=dict(call.query), headers=headers
        )
        return Reply(told.status_code, told.get_json(silent=True))

    return send


def wire_of(system: LevelOne) -> Wire:
    """The way to it, as the conformance kit asks."""
    return conformance_account.wire(
        DIALECTS["standard"], "https://booking.example", system.token, send=sender(system), now=Clock()
    )
