"""The order in which events outrank each other, and what their words mean."""

from datetime import timedelta

from tests.webhooks.payloads import AT
from webhooks.events import Answer, ClientTold, InvoiceState, LoggedIn

LATER = AT + timedelta(seconds=1)


def test_a_revision_outranks_none_then_the_later_moment_then_the_digest() -> None:
    in_order = [
        LoggedIn(at=AT, digest="a", client="c"),
        ClientTold(at=AT, digest="b", client="c"),
        LoggedIn(at=LATER, digest="a", client="c"),
        ClientTold(at=AT, digest="a", client="c", revision=1),
        ClientTold(at=LATER, digest="a", client="c", revision=1),
        ClientTold(at=AT, digest="a", client="c", revision=2),
    ]
    assert sorted(reversed(in_order), key=lambda event: event.rank) == in_order


def test_only_a_given_answer_is_no_no() -> None:
    assert {answer for answer in Answer if answer.is_no} == {Answer.REFUSED, Answer.WITHDRAWN}


def test_an_invoice_is_open_until_it_is_paid_or_credited() -> None:
    assert {state for state in InvoiceState if not state.is_open} == {
        InvoiceState.PAID,
        InvoiceState.CREDITED,
    }
