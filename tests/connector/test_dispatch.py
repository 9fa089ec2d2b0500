"""Callbacks: judged once more, claimed once, sent once; and what becomes of a job when the answer is bad or missing."""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from connector import database, dispatch, dispatch_endings, jobs, jobs_work, journal, verify
from connector.dispatch_endings import End
from connector.program import Program
from connector.sender import CallFailed
from connector.states import State
from policies.decisions import JobKind
from tests.builders import NOON
from tests.conftest import connect
from tests.connector.booking import Odd, Story, lies, record, times_out
from webhooks.calls import Reply
from webhooks.events import Answer, Consent, ConsentAnswered, InvoiceChanged, InvoiceState, LoggedIn
from webhooks.vocabulary import Channel, Purpose

SECOND = timedelta(seconds=1)


def run(story: Story, job_id: UUID) -> str:
    """Carry on with one job."""
    return dispatch.run_one(story.program, job_id)


def test_an_approved_job_erases_its_client_and_nobody_else(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    assert run(story, job_id) == "sent"
    assert set(story.records) == {"c-2"}
    assert set(story.booking.clients["toinen"]) == {"c-1"}
    assert story.booking.writes == [("DELETE", "clients/c-1", f"{job_id}.1.0")]
    assert story.state(job_id) is State.SENT


@pytest.mark.parametrize("state", sorted(set(State) - {State.APPROVED}))
def test_only_approved_jobs_go_out(story: Story, state: State) -> None:
    job_id = story.approved_job_for("c-1")
    with database.write(story.program.engine) as db:
        row = jobs.row_of(db, story.account, job_id)
        row.state, row.lease_until = state, NOON + 20 * SECOND
        row.due_at = NOON + SECOND if state is State.UNKNOWN else NOON
        db.add(row)
    run(story, job_id)
    assert story.booking.writes == []
    assert set(story.records) == {"c-1", "c-2"}


def test_a_job_that_does_not_exist_is_nothing_to_do(story: Story) -> None:
    assert run(story, uuid4()) == "nothing_to_do"


def test_send_due_carries_out_what_is_due_and_counts(story: Story) -> None:
    for client in ("c-1", "c-2"):
        story.approved_job_for(client)
    assert dispatch.send_due(story.program, limit=10, salon="toinen") == {}
    assert dispatch.send_due(story.program, limit=10, salon="aava") == {"sent": 2}
    assert dispatch.send_due(story.program, limit=10) == {}
    assert story.records == {}


def test_whoever_carries_out_what_is_due_can_be_ended_between_two_jobs(story: Story) -> None:
    for client in ("c-1", "c-2"):
        story.approved_job_for(client)

    def once() -> None:
        if len(story.records) < 2:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        dispatch.send_due(story.program, limit=10, between=once)
    assert len(story.records) == 1


def test_of_many_workers_one_sends(story: Story) -> None:
    ids = [story.approved_job_for(client) for client in ("c-1", "c-2")]
    with ThreadPoolExecutor(4) as pool:
        words = list(pool.map(lambda job_id: run(story, job_id), ids * 4))
    assert words.count("sent") == 2
    assert len(story.booking.writes) == 2


@pytest.mark.parametrize(("seconds", "word"), [(-1, "sent"), (0, "expired")])
def test_a_word_that_is_too_old_sends_nothing(story: Story, seconds: float, word: str) -> None:
    job_id = story.approved_job_for("c-1")
    late = story.at(NOON + timedelta(days=7) + seconds * SECOND)
    assert run(late, job_id) == word
    assert ("c-1" in story.records) is (word == "expired")


def test_a_job_that_is_not_due_yet_waits(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(Odd(status=429, headers={"retry-after": "60"}))
    assert run(story, job_id) == "approved"
    assert run(story.at(NOON + 59 * SECOND), job_id) == "not_due"
    assert run(story.at(NOON + 60 * SECOND), job_id) == "sent"


# ---- judged once more --------------------------------------------------------------------------------


def test_activity_that_only_the_booking_system_knew_of_withdraws_the_job(story: Story) -> None:
    job_id, other = story.approved_job_for("c-1"), story.approved_job_for("c-2")
    story.records["c-1"] |= {"last_activity_at": "2026-11-23T10:00:00Z"}
    assert run(story, job_id) == "withdrawn"
    assert run(story, other) == "sent"
    assert set(story.records) == {"c-1"}
    assert story.row(job_id).reason == "active_again"


def test_activity_since_the_word_withdraws_the_job(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    story.told(LoggedIn(at=NOON, digest="d", client="c-1"))
    assert run(story, job_id) == "withdrawn"
    assert story.booking.writes == []


def test_a_hold_since_the_word_holds_the_job_and_its_end_asks_for_a_new_word(story: Story) -> None:
    bought(story, "c-4")
    job_id = story.approved_job_for("c-4", JobKind.DETACH)
    owes = invoice("c-4", "owed", InvoiceState.OPEN)
    story.told(owes)
    assert run(story, job_id) == "held"
    assert story.row(job_id).reason == "open_invoice"
    assert "email" in story.records["c-4"]
    story.told(replace(owes, at=NOON + SECOND, digest="e", state=InvoiceState.CREDITED))
    later = story.at(NOON + timedelta(days=1))
    assert len(later.judged("c-4")) == 1
    assert State.HELD not in {one.state for one in story.listed()}
    assert story.booking.writes == []


def test_a_client_that_somebody_erased_meanwhile_is_not_erased_again(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    del story.records["c-1"]
    assert run(story, job_id) == "sent"
    assert story.booking.writes == []
    assert story.row(job_id).reason == "was_gone"


def test_a_booking_system_that_cannot_be_asked_is_asked_again_ever_later(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    run(story.at(NOON), story.approved_job_for("c-2"))  # capabilities are known from here on
    story.booking.is_silent = True
    moment, waits = NOON, []
    for _ in range(4):
        assert run(story.at(moment), job_id) == "put_off"
        due_at = story.row(job_id).due_at
        assert due_at is not None
        waits.append((due_at - moment).total_seconds())
        moment = due_at
    assert waits == [2, 4, 8, 16]
    assert story.state(job_id) is State.APPROVED
    story.booking.is_silent = False
    assert run(story.at(moment), job_id) == "sent"


# ---- which calls -------------------------------------------------------------------------------------


def test_what_bookkeeping_keeps_is_detached_and_the_rest_of_the_person_goes(story: Story) -> None:
    bought(story, "c-4")
    job_id = story.approved_job_for("c-4", JobKind.DETACH)
    assert run(story, job_id) == "sent"
    assert story.records["c-4"] == {"id": "c-4", "name": "Anonymisoitu", "categories": ["billing"]}


def test_a_system_that_cannot_anonymise_erases_category_by_category_and_keeps_the_rest(story: Story) -> None:
    story.booking.can.remove("anonymise")
    bought(story, "c-4")
    job_id = story.approved_job_for("c-4", JobKind.DETACH)
    assert run(story, job_id) == "sent"
    assert story.records["c-4"]["categories"] == ["billing"]
    assert [(path, key) for _, path, key in story.booking.writes] == [
        ("clients/c-4/categories/contact", f"{job_id}.1.0"),
        ("clients/c-4/categories/identity", f"{job_id}.1.1"),
    ]


@pytest.mark.parametrize("missing", ["erase", "anonymise+erase_category", "marketing"])
def test_what_the_system_cannot_do_becomes_a_task_by_hand(story: Story, missing: str) -> None:
    for word in missing.split("+"):
        story.booking.can.remove(word)
    kind, job_id = _job_that_needs(story, missing)
    assert run(story, job_id) == "by_hand"
    assert story.state(job_id) is State.BY_HAND
    assert story.row(job_id).kind is kind
    assert story.booking.writes == []


def _job_that_needs(story: Story, call: str) -> tuple[JobKind, UUID]:
    if call == "erase":
        return JobKind.ERASE, story.approved_job_for("c-1")
    if call == "marketing":
        return JobKind.MARKETING_OFF, refused(story, "c-1")
    bought(story, "c-4")
    return JobKind.DETACH, story.approved_job_for("c-4", JobKind.DETACH)


def refused(story: Story, client: str) -> UUID:
    """A client who is no longer due said no, with the switch still on; approved by itself."""
    story.there_is(
        record(
            client,
            marketing={"email": True, "sms": True},
            last_activity_at="2026-11-01T10:00:00Z",
            revision=5,
        )
    )
    no = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.WITHDRAWN, NOON)
    story.told(ConsentAnswered(at=NOON, digest="n", client=client, consent=no))
    (job_id,) = [one for one in story.judged(client) if story.row(one).kind is JobKind.MARKETING_OFF]
    return job_id


def invoice(client: str, number: str, state: InvoiceState) -> InvoiceChanged:
    """An invoice of today."""
    return InvoiceChanged(
        at=NOON, digest=number, invoice=number, client=client, state=state, issued_on=NOON.date()
    )


def bought(story: Story, client: str) -> None:
    """A client who is due, but for a receipt that bookkeeping law keeps."""
    story.there_is(record(client, "identity", "contact", "billing"))
    story.told(invoice(client, "paid", InvoiceState.PAID))


@pytest.fixture
def care(story: Story) -> Story:
    """A salon that keeps each health note and treatment for two years, with a client who is there every month."""
    account = connect(story.program, "hoitola", policy="health_two_years")
    told = replace(story, account=account)
    old = {"health": "2023-02-01", "treatments": "2023-02-01"}
    lately = "2026-11-01T10:00:00Z"
    told.there_is(
        record(
            "c-9",
            *("identity", "health", "treatments"),
            oldest_entry=old,
            last_activity_at=lately,
            last_visit_at=lately,
        )
    )
    return told


def test_a_recorded_no_turns_off_what_was_refused_without_any_word(story: Story) -> None:
    job_id = refused(story, "c-1")
    assert run(story, job_id) == "sent"
    marketing = story.records["c-1"]["marketing"]
    assert marketing["email"] is False
    assert set(story.booking.clients["toinen"]["c-1"]["marketing"].values()) == {False}


def test_without_an_address_everything_is_by_hand(program: Program, story: Story) -> None:
    with database.write(program.engine) as db:
        db.connection().exec_driver_sql("UPDATE salon SET base_url = NULL WHERE slug = 'aava'")
    job_id = story.approved_job_for("c-1")
    assert run(story, job_id) == "by_hand"


# ---- bad answers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "state", "reason"),
    [
        (200, State.SENT, None),
        (204, State.SENT, None),
        (202, State.SENT, "accepted"),
        (404, State.SENT, "was_gone"),
        (410, State.SENT, "was_gone"),
        (409, State.STUCK, "refused_by_system"),
        (400, State.STUCK, "answered_400"),
        (302, State.STUCK, "answered_302"),
        (401, State.APPROVED, "answered_401"),
        (429, State.APPROVED, "answered_429"),
        (503, State.APPROVED, "answered_503"),
        (500, State.UNKNOWN, "answered_500"),
        (502, State.UNKNOWN, "answered_502"),
    ],
)
def test_an_answer_decides_what_becomes_of_the_job(
    story: Story, status: int, state: State, reason: str | None
) -> None:
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(Odd(status=status))
    run(story, job_id)
    assert (story.state(job_id), story.row(job_id).reason) == (state, reason)


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (CallFailed("no_connection"), State.APPROVED),
        (CallFailed("breaker_open", retry_after=7), State.APPROVED),
        (CallFailed("address_refused", permanent=True), State.STUCK),
        (CallFailed("connection_lost", is_unknown=True), State.UNKNOWN),
    ],
)
def test_a_missing_answer_decides_by_whether_it_may_have_been_done(
    story: Story, failure: CallFailed, state: State
) -> None:
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(Odd(failure=failure))
    run(story, job_id)
    assert story.state(job_id) is state
    if failure.retry_after:
        assert story.row(job_id).due_at == NOON + failure.retry_after * SECOND


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({}, 2),
        ({"retry-after": "30"}, 30),
        ({"retry-after": "0"}, 2),
        ({"retry-after": "999999999999"}, 86400),
        ({"retry-after": "-5"}, 2),
        ({"retry-after": "soon"}, 2),
        ({"retry-after": "٣٠"}, 2),
        ({"retry-after": "Tue, 24 Nov 2026 12:01:00 GMT"}, 60),
        ({"retry-after": "Tue, 24 Nov 2026 11:00:00 GMT"}, 2),
        ({"retry-after": "Tue, 24 Nov 2026 12:01:00 -0000"}, 60),
        ({"retry-after": "Tue, 24 Nov 99999999999999999999 12:01:00 GMT"}, 2),
        ({"retry-after": "Tue, 24 Nov 2026 12:01:00 +99999999999999999999"}, 2),
    ],
)
def test_too_many_calls_wait_for_as_long_as_the_system_says(header: dict[str, str], seconds: float) -> None:
    ending = dispatch_endings.of_reply(Reply(429, None, header), NOON)
    assert (ending.end, ending.wait) == (End.LATER, seconds * SECOND)


@pytest.mark.story
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # the calendar decides
def test_a_system_that_never_takes_it_is_given_up_after_a_week(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    with database.write(story.program.engine) as db:
        row = jobs.row_of(db, story.account, job_id)
        row.expires_at = None
        db.add(row)
    story.booking.odd.extend([Odd(status=503)] * 400)
    moment = NOON
    while story.state(job_id) is State.APPROVED:
        due_at = story.row(job_id).due_at
        assert due_at is not None
        moment = due_at
        run(story.at(moment), job_id)
    assert (story.state(job_id), story.row(job_id).reason) == (State.STUCK, "gave_up")
    assert timedelta(days=7) < moment - NOON < timedelta(days=7, hours=1)


# ---- nobody knows ------------------------------------------------------------------------------------


def test_an_unknown_outcome_is_looked_up_and_never_sent_again_blindly(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(times_out(is_done=True))
    assert run(story, job_id) == "unknown"
    assert run(story.at(NOON + jobs_work.TIMEOUT - SECOND), job_id) == "not_due"
    assert run(story.at(NOON + jobs_work.TIMEOUT), job_id) == "sent"
    assert len(story.booking.writes) == 1


def test_what_turns_out_not_to_be_done_is_sent_again_under_the_same_key(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(times_out(is_done=False))
    run(story, job_id)
    moment = NOON + jobs_work.TIMEOUT
    assert run(story.at(moment), job_id) == "approved"
    assert len(story.booking.writes) == 1
    assert run(story.at(moment + 2 * SECOND), job_id) == "sent"
    assert {key for _, _, key in story.booking.writes} == {f"{job_id}.1.0"}
    assert "c-1" not in story.records


def test_an_unknown_outcome_stays_unknown_while_nobody_answers(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(times_out(is_done=True))
    run(story, job_id)
    story.booking.is_silent = True
    moment = NOON + jobs_work.TIMEOUT
    assert run(story.at(moment), job_id) == "put_off"
    assert story.state(job_id) is State.UNKNOWN
    story.booking.is_silent = False
    assert run(story.at(moment + 2 * SECOND), job_id) == "sent"


def test_new_activity_is_seen_before_an_unknown_call_is_repeated(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(times_out(is_done=False))
    run(story, job_id)
    moment = NOON + jobs_work.TIMEOUT
    run(story.at(moment), job_id)
    story.records["c-1"] |= {"last_activity_at": "2026-11-24T11:59:00Z", "revision": 9}
    assert run(story.at(moment + 2 * SECOND), job_id) == "withdrawn"
    assert "c-1" in story.records


def test_entries_of_two_categories_that_are_too_old_go_and_the_client_stays(care: Story) -> None:
    job_id = care.approved_job_for("c-9", JobKind.ERASE_CATEGORIES)
    assert run(care, job_id) == "sent"
    kept = care.records["c-9"]
    assert kept["categories"] == ["identity", "health", "treatments"]
    limits = [one.before and one.before.isoformat() for one in care.listed()[-1].content.going]
    assert [kept["oldest_entry"]["health"], kept["oldest_entry"]["treatments"]] == limits
    assert None not in limits


def test_a_system_that_cannot_erase_a_category_leaves_that_to_a_hand(care: Story) -> None:
    care.booking.can.remove("erase_category")
    assert run(care, care.approved_job_for("c-9", JobKind.ERASE_CATEGORIES)) == "by_hand"


@pytest.mark.parametrize("is_done", [True, False])
def test_of_several_calls_only_the_ones_that_are_left_are_made_again(care: Story, is_done: bool) -> None:
    job_id = care.approved_job_for("c-9", JobKind.ERASE_CATEGORIES)
    care.booking.odd.extend([times_out(is_done=is_done)])
    assert run(care, job_id) == "unknown"
    moment = NOON + jobs_work.TIMEOUT
    assert run(care.at(moment), job_id) == "approved"
    assert run(care.at(moment + 2 * SECOND), job_id) == "sent"
    health, treatments = (f"clients/c-9/categories/{word}" for word in ("health", "treatments"))
    again = [] if is_done else [health]
    assert [path for _, path, _ in care.booking.writes] == [health, *again, treatments]
    assert [key for *_, key in care.booking.writes] == [
        f"{job_id}.1.0",
        *([f"{job_id}.1.0"] * len(again)),
        f"{job_id}.1.1",
    ]


def test_a_job_that_is_half_done_goes_on_although_its_first_half_changed_the_facts(care: Story) -> None:
    job_id = care.approved_job_for("c-9", JobKind.ERASE_CATEGORIES)
    care.booking.odd.extend([Odd(is_done=True), Odd(status=503)])
    assert run(care, job_id) == "approved"
    assert care.judged("c-9") == []  # the half that is left makes no second job
    assert run(care.at(NOON + 10 * SECOND), job_id) == "sent"
    assert len(care.booking.writes) == 3


@pytest.mark.parametrize("lied_about", [0, 1])
def test_a_new_round_after_a_lie_erases_once_more_only_what_is_left(care: Story, lied_about: int) -> None:
    job_id = care.approved_job_for("c-9", JobKind.ERASE_CATEGORIES)
    odd = [Odd(is_done=True), Odd(is_done=True)]
    odd[lied_about] = lies()
    care.booking.odd.extend(odd)
    assert run(care, job_id) == "sent"
    verify.run_one(care.program, job_id, 0)
    assert care.state(job_id) is State.PROPOSED
    assert care.approved(job_id).approved == (job_id,)
    assert run(care, job_id) == "sent"
    health, treatments = (f"clients/c-9/categories/{word}" for word in ("health", "treatments"))
    assert [(path, key) for _, path, key in care.booking.writes] == [
        (health, f"{job_id}.1.0"),
        (treatments, f"{job_id}.1.1"),
        ((health, treatments)[lied_about], f"{job_id}.2.{lied_about}"),
    ]
    assert verify.run_one(care.program, job_id, 0) == "verified"


def test_a_worker_that_died_before_its_call_is_followed_by_one_that_sends(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    claim(story, job_id)
    assert run(story.at(NOON + 29 * SECOND), job_id) == "taken"
    assert run(story.at(NOON + 30 * SECOND), job_id) == "approved"
    assert run(story.at(NOON + 30 * SECOND), job_id) == "sent"
    assert len(story.booking.writes) == 1


@pytest.mark.parametrize("was_done", [True, False])
def test_a_worker_that_died_after_its_intent_is_followed_by_one_that_looks(
    story: Story, was_done: bool
) -> None:
    job_id = story.approved_job_for("c-1")
    claim(story, job_id)
    with database.write(story.program.engine) as db:
        jobs_work.intend(db, jobs.row_of(db, story.account, job_id), now=NOON)
    if was_done:
        del story.records["c-1"]
    moment = NOON + 30 * SECOND
    assert run(story.at(moment), job_id) == "unknown"
    assert run(story.at(moment), job_id) == ("sent" if was_done else "approved")
    assert story.booking.writes == []


def test_what_a_dead_worker_called_is_not_looked_up_while_the_call_may_still_be_under_way(
    story: Story,
) -> None:
    """Its lease is over before its time, as at a start where surely nobody is at it any more."""
    job_id = story.approved_job_for("c-1")
    claim(story, job_id)
    with database.write(story.program.engine) as db:
        row = jobs.row_of(db, story.account, job_id)
        jobs_work.intend(db, row, now=NOON)
        row.lease_until = NOON
        db.add(row)
    assert run(story.at(NOON + SECOND), job_id) == "unknown"
    over = NOON + story.program.settings.numbers.over_after
    assert run(story.at(over - SECOND), job_id) == "not_due"
    assert run(story.at(over), job_id) == "approved"
    assert story.booking.writes == []


def claim(story: Story, job_id: UUID) -> None:
    """Claim a job, and die."""
    with database.write(story.program.engine) as db:
        assert jobs.move(db, story.account, job_id, State.APPROVED, State.SENDING, at=NOON)


def test_a_worker_that_wakes_up_after_its_lease_writes_nothing_down(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(
        Odd(
            is_done=True, first=lambda: run(story.at(NOON + 40 * SECOND), job_id)
        )  # somebody else takes it over
    )
    assert run(story, job_id) == "lost"
    assert story.state(job_id) is State.UNKNOWN
    assert run(story.at(NOON + 60 * SECOND), job_id) == "sent"
    assert len(story.booking.writes) == 1


# ---- the journal -------------------------------------------------------------------------------------


def test_what_is_destroyed_is_in_the_journal_before_the_call_and_names_nobody(story: Story) -> None:
    folder = story.program.settings.journal_dir
    job_id = story.approved_job_for("c-1")
    seen: list[int] = []
    story.booking.odd.append(
        Odd(is_done=True, first=lambda: seen.append(len(journal.destroyed(folder, story.account))))
    )
    run(story, job_id)
    assert seen == [1]
    (line,) = journal.destroyed(folder, story.account)
    assert (line.job, line.at, line.client_key) == (job_id, NOON, story.account.keys.client_key("c-1"))
    text = "".join(path.read_text() for path in folder.iterdir())
    assert not re.search(r"\bc-1\b", text)  # not within a random id
    assert [head.salon for head in journal.heads(folder, story.account)] == ["aava"]


def test_switching_marketing_off_destroys_nothing(story: Story) -> None:
    run(story, refused(story, "c-1"))
    assert journal.destroyed(story.program.settings.journal_dir, story.account) == []


def test_a_lying_system_is_believed_until_somebody_looks(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    story.booking.odd.append(lies())
    assert run(story, job_id) == "sent"
    assert "c-1" in story.records
