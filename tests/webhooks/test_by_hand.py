"""A system without an interface: it is asked nothing, and says no to whatever is asked all the same."""

import pytest

from tests.webhooks.payloads import AT, SECRET, sent
from webhooks.calls import Reply
from webhooks.dialects.by_hand import BY_HAND
from webhooks.errors import BadSignature, NotAnEvent, NotUnderstood


def test_nothing_is_let_in_from_it() -> None:
    with pytest.raises(BadSignature):
        BY_HAND.check(sent(b"{}"), [SECRET])
    with pytest.raises(NotAnEvent):
        BY_HAND.read(sent(b"{}"))


def test_it_can_do_nothing_and_knows_of_nobody() -> None:
    assert not BY_HAND.has_interface
    assert BY_HAND.read_capabilities(Reply(200, {})).calls == frozenset()
    assert BY_HAND.looked(Reply(404, None), AT).is_gone is None
    assert BY_HAND.erase is None
    with pytest.raises(NotUnderstood):
        BY_HAND.read_page(BY_HAND.list_clients(None, 10, None), Reply(200, []), AT)
    assert BY_HAND.look_up("c-1") == BY_HAND.capabilities
