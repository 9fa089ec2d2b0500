"""The pretend booking system and the dialect were written from the same page, apart: here they meet."""

from connector.pretend import Pretend
from connector.pretend.records import as_json
from tests.builders import NOON, Clock
from tests.webhooks.payloads import LIST, sent
from webhooks.calls import Reply
from webhooks.dialects.standard import STANDARD


def test_all_that_the_pretend_system_tells_is_understood() -> None:
    system = Pretend(today=NOON.date(), now=Clock(), size=160)
    count = system.replay(lambda told: True)
    events = [event for message in system.outbox.waiting for event in STANDARD.read(sent(message.body))]
    assert count > 500
    assert {type(event).__name__ for event in events} >= {"ClientTold", "BookingChanged", "ConsentAnswered"}
    assert max(event.at for event in events) <= NOON


def test_all_that_the_pretend_system_lists_is_understood() -> None:
    system = Pretend(today=NOON.date(), now=Clock(), size=160)
    records = system.register.records
    reply = Reply(
        200, {"clients": [as_json(record, NOON) for record in records.values()], "next_cursor": None}
    )
    page = STANDARD.read_page(LIST, reply, NOON)
    assert [told.client for told in page.clients] == list(records)
    for told in page.clients:
        found = STANDARD.looked(Reply(200, as_json(records[told.client], NOON)), NOON)
        assert (found.is_gone, found.told) == (False, told)
