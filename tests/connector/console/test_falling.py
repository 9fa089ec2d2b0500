"""What fell out of a word is told by reason: of whom it is true, and whether it waits for another word."""

from uuid import uuid4

import pytest

from connector import texts
from connector.approvals import Refused
from connector.console import falling
from connector.console.names import MOST
from connector.states import State
from tests.connector.console.test_cards import job

WORDS = texts.of("en")


def test_alike_reasons_stand_together_that_of_the_most_first() -> None:
    jobs = [job() for _ in range(4)]
    because = ("active_again", "stale", "stale", "stale")
    refused = [Refused(one.job, word) for one, word in zip(jobs, because, strict=True)]
    first, second = falling.of(WORDS, refused, jobs)
    assert (first.count, first.shown, first.waits) == (3, tuple(jobs[1:]), True)
    assert (second.count, second.shown, second.waits) == (1, (jobs[0],), False)


def test_together_they_name_no_more_than_a_page_may_ask_for() -> None:
    jobs = [job() for _ in range(400)]
    refused = [Refused(one.job, "stale" if n < 390 else "facts_changed") for n, one in enumerate(jobs)]
    first, second = falling.of(WORDS, refused, jobs)
    assert (len(first.shown), first.more, first.count) == (MOST, 390 - MOST, 390)
    assert (len(second.shown), second.more) == (0, 10)


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ("is_rejected", "decided in the meantime"),
        ("is_approved", "approved in the meantime"),
        ("set_aside", "taken out of the group"),
    ],
)
def test_what_somebody_else_did_meanwhile_is_not_said_to_be_the_readers_doing(
    because: str, said: str
) -> None:
    one = job(state=State.REJECTED, client=None)
    (reason,) = falling.of(WORDS, [Refused(one.job, because)], [one])
    assert said in reason.text
    assert not reason.text.lower().startswith("you")
    assert (reason.shown, reason.more) == ((), 1)  # whose id is destroyed is counted, and named no more


def test_what_was_taken_back_meanwhile_tells_what_had_changed() -> None:
    one = job(state=State.WITHDRAWN, reason="active_again")
    (reason,) = falling.of(WORDS, [Refused(one.job, "is_withdrawn")], [one])
    assert "booked or been here" in reason.text
    (unknown,) = falling.of(WORDS, [Refused(uuid4(), "no_such_job")], [])
    assert (unknown.text, unknown.count, unknown.waits) == ("It is not there any more.", 1, False)
