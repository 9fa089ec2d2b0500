"""The judge of a rehearsal sees what is planted: a rehearsal that cannot fail proves nothing."""

from typing import Any

from connector.states import State
from tests.chaos import checking
from tests.chaos.checking import JobSeen

PATH = "/clients/quiet-1"


def line(what: str, method: str = "DELETE", status: int = 0, path: str = PATH) -> dict[str, Any]:
    """One line of the ledger."""
    client = path.split("/")[2]
    return {"what": what, "client": client, "path": path, "method": method, "status": status}


def did(path: str = PATH) -> dict[str, Any]:
    """The line that tells that a call was really done."""
    return {"what": "did", "client": path.split("/")[2], "path": path}


CAME, ANSWERED = line("came"), line("answered", status=204)
DROPPED = line("dropped", status=204)


def look(status: int) -> list[dict[str, Any]]:
    """Somebody looks."""
    return [line("came", "GET"), line("answered", "GET", status)]


def moved(job: str, old: str | None, new: str, reason: str | None = None) -> dict[str, Any]:
    """One line of evidence."""
    return {"what": "job", "job": job, "from": old, "to": new, "reason": reason}


TOLD = [
    moved("1", None, "proposed"),
    moved("1", "proposed", "approved"),
    moved("1", "approved", "sending"),
    moved("1", "sending", "unknown", "worker_gone"),
    moved("1", "unknown", "sent"),
    moved("1", "sent", "verified"),
]
DONE = JobSeen("1", State.VERIFIED, attempt=2)


def test_one_call_that_is_looked_at_is_in_order() -> None:
    assert checking.twice([*look(200), CAME, did(), ANSWERED, *look(410)]) == []


def test_a_call_that_was_lost_is_sent_again_after_a_look() -> None:
    assert checking.twice([CAME, line("answered", status=500), *look(200), CAME, did(), ANSWERED]) == []


def test_a_refused_call_is_sent_again_without_one() -> None:
    assert checking.twice([CAME, line("answered", status=429), CAME, did(), ANSWERED]) == []


def test_a_planted_duplicate_is_seen() -> None:
    assert checking.twice([CAME, did(), DROPPED, *look(200), CAME, did(), ANSWERED]) == [
        f"done twice: {PATH} (asked for 0.0 s, 0.0 s before)"
    ]


def test_a_call_that_is_sent_again_blindly_is_seen_though_it_does_nothing() -> None:
    assert checking.twice([CAME, did(), DROPPED, CAME, line("answered", status=410)]) == [
        f"sent again without a look: {PATH}"
    ]


def test_an_answer_that_says_not_now_after_the_deed_asks_for_a_look() -> None:
    assert checking.twice([CAME, did(), line("answered", status=503), CAME]) != []


def test_a_look_that_was_not_answered_is_none() -> None:
    blind = [line("came", "GET"), line("dropped", "GET", 200)]
    assert checking.twice([CAME, did(), DROPPED, *blind, CAME]) != []


def test_a_zombie_that_asks_for_what_is_known_to_be_gone_is_seen() -> None:
    assert checking.twice([CAME, did(), ANSWERED, *look(410), CAME]) == [
        f"sent though it was known to be gone: {PATH}"
    ]


def test_a_lost_job_is_seen_wherever_it_stands() -> None:
    jobs = {"1": DONE, "2": JobSeen("2", State.APPROVED, reason="answered_503")}
    assert checking.lost({"1"}, jobs) == []
    assert checking.lost({"1", "2", "3"}, jobs) == [
        "lost: 2 is approved (answered_503)",
        "lost: 3 is nowhere ()",
    ]


def test_a_job_that_stands_in_between_is_seen() -> None:
    between = [State.APPROVED, State.SENDING, State.UNKNOWN, State.SENT, State.PENDING, State.STUCK]
    assert checking.unfinished([DONE, JobSeen("2", State.PROPOSED)]) == []
    assert len(checking.unfinished(JobSeen(state, state) for state in between)) == len(between)


def test_evidence_that_leads_where_the_job_stands_is_in_order() -> None:
    assert checking.untold([DONE], TOLD) == []


def test_a_move_without_its_line_and_a_line_without_its_move_are_seen() -> None:
    for number in range(len(TOLD)):
        assert checking.untold([DONE], TOLD[:number] + TOLD[number + 1 :]) != [], number
        assert checking.untold([DONE], [*TOLD[:number], TOLD[number], *TOLD[number:]]) != [], number
    assert checking.untold([], TOLD) == ["the evidence tells of a job that is not there: 1"]


def test_a_claim_that_nobody_told_of_is_seen() -> None:
    assert checking.untold([JobSeen("1", State.VERIFIED, attempt=3)], TOLD) != []


def test_a_touched_stranger_is_seen_gone_changed_or_only_asked_for() -> None:
    before = {"quiet-1": "a", "stranger": "b"}
    gone = {"stranger": "b"}
    assert checking.touched(before, gone, [CAME, did()], allowed={"quiet-1"}) == []
    word = ["touched without a word: stranger"]
    assert checking.touched(before, {}, [], allowed={"quiet-1"}) == word
    assert checking.touched(before, {"stranger": "c"}, [], allowed={"quiet-1"}) == word
    asked = [line("came", path="/clients/stranger")]
    assert checking.touched(before, gone, asked, allowed={"quiet-1"}) == word


def test_an_accepted_webhook_that_is_missing_or_there_twice_is_seen() -> None:
    accepted = {"d-1": "booking 1", "d-2": "booking 2"}
    assert checking.unapplied(accepted, ["d-1", "d-2"], ["booking 1", "booking 2"]) == []
    assert checking.unapplied(accepted, ["d-1"], ["booking 1"]) == [
        "accepted and forgotten: d-2",
        "accepted and not in the mirror: booking 2",
    ]
    assert checking.unapplied(accepted, ["d-1", "d-2"], ["booking 1", "booking 2", "booking 2"]) == [
        "more often in the mirror than told: booking 2"
    ]
