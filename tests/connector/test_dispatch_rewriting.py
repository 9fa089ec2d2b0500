"""A record that is written as a whole is read right before; where it cannot be read, nothing is written."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connector import dispatch_rewriting
from connector.dispatch_endings import End, Ending
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from webhooks.calls import Basis, Call, Reply
from webhooks.errors import NotUnderstood


def rewrite(reply: Reply) -> dict[str, object]:
    """What is made of a record that can be read."""
    if not isinstance(reply.json, dict) or "version" not in reply.json:
        raise NotUnderstood("version", is_known_type=True)
    return reply.json | {"name": None}


WHOLE = Call("PUT", "clients/c-1", basis=Basis(Call("GET", "clients/c-1"), rewrite))


class Answering:
    """A booking system that gives one answer, and remembers what it was asked."""

    def __init__(self, said: Reply | CallFailed) -> None:
        self._said = said
        self.calls: list[Call] = []

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Answer, or fail."""
        self.calls.append(call)
        if isinstance(self._said, CallFailed):
            raise self._said
        return self._said


def made(program: Program, salon: Account, said: Reply | CallFailed) -> Call | Ending:
    """What becomes of the call; only its basis was ever asked for."""
    asked = Answering(said)
    found = dispatch_rewriting.made(replace(program, send=asked), salon, WHOLE)
    assert asked.calls == [Call("GET", "clients/c-1")]
    return found


def test_a_call_without_a_basis_goes_as_it_is_and_nothing_is_read_for_it(
    program: Program, salon: Account
) -> None:
    asked, call = Answering(Reply(500)), Call("DELETE", "clients/c-1")
    assert dispatch_rewriting.made(replace(program, send=asked), salon, call) == call
    assert asked.calls == []


def test_what_was_read_goes_back_changed_and_with_its_version(program: Program, salon: Account) -> None:
    call = made(program, salon, Reply(200, {"version": 7, "name": "Aino"}))
    assert call == Call("PUT", "clients/c-1", json={"version": 7, "name": None})


@pytest.mark.parametrize(
    ("said", "end", "reason", "undone"),
    [
        (Reply(200, {"name": "Aino"}), End.LATER, "not_read_before", True),
        (Reply(200), End.LATER, "not_read_before", True),
        (Reply(201, {"version": 7}), End.LATER, "not_read_before", True),
        (Reply(202, {"version": 7}), End.LATER, "not_read_before", True),
        (Reply(500), End.LATER, "not_read_before", True),
        (Reply(404), End.DONE, "was_gone", False),
        (Reply(410), End.DONE, "was_gone", False),
        (Reply(401), End.LATER, "answered_401", True),
        (Reply(429, None, {"retry-after": "9"}), End.LATER, "answered_429", False),
        (Reply(400), End.STUCK, "answered_400", True),
        (CallFailed("no_connection"), End.LATER, "no_connection", True),
        (CallFailed("bad_address", permanent=True), End.STUCK, "bad_address", True),
    ],
)
def test_where_a_record_cannot_be_read_nothing_is_written_and_never_is_it_unknown_whether_it_was(
    program: Program, salon: Account, said: Reply | CallFailed, end: End, reason: str, undone: bool
) -> None:
    ending = made(program, salon, said)
    assert isinstance(ending, Ending)
    assert (ending.end, ending.reason, ending.surely_undone) == (end, reason, undone)
    assert ending.wait in {None, timedelta(seconds=9)}


@pytest.mark.parametrize("status", [400, 409, 412, 422, 428])
def test_what_may_be_a_conflict_is_tried_again_three_times_and_then_is_a_refusal(status: int) -> None:
    stuck = Ending(End.STUCK, f"answered_{status}", surely_undone=True)
    tried = [dispatch_rewriting.refused(stuck, status, failures) for failures in range(4)]
    assert [one.end for one in tried] == [End.LATER] * 3 + [End.STUCK]
    assert {one.reason for one in tried[:3]} == {"changed_meanwhile"}
    assert tried[3] == stuck


def test_any_other_answer_means_what_it_always_means() -> None:
    for status, ending in ((200, Ending(End.DONE)), (403, Ending(End.LATER)), (500, Ending(End.UNKNOWN))):
        assert dispatch_rewriting.refused(ending, status, 0) == ending
