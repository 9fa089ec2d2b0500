"""Mail to owners: each thing told once, in their language, by counts and days; nobody else's, and nothing lost."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlmodel import select

from connector import (
    database,
    jobs_requests,
    letters_due,
    mailing,
    nightly,
    owners,
    owners_codes,
    owners_people,
)
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Job, Letter, Package
from policies.decisions import JobKind
from tests.builders import Clock
from tests.connector.night_world import compare, record, tell
from tests.connector.postbox import Postbox
from webhooks.events import AccountChanged, ClientMerged, IncidentReported, RequestReceived, Right

OWNER, OTHER = "omistaja@aava.example", "omistaja@toinen.example"
#: Monday, in Helsinki two hours later
MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
A_MINUTE, AN_HOUR = timedelta(minutes=1), timedelta(hours=1)
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
ASKED_ON = datetime(2026, 11, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def postbox() -> Postbox:
    """Where letters go."""
    return Postbox()


@pytest.fixture
def posted(program: Program, postbox: Postbox) -> Program:
    """A program with mail."""
    return replace(program, post=postbox)


def owner(program: Program, salon: Account, address: str = OWNER, *, language: str = "fi") -> UUID:
    """An owner who has set up their log-in."""
    with database.write(program.engine) as db:
        owners.add(db, program.vault, address, salon.slug, now=program.now())
        found = owners.speaks_for(db, program.vault, address, salon.slug)
        assert found is not None
        owners_codes.new_secret(db, program.vault, found, is_active=True)
        owners.set_language(db, found, language)
    return found


def asks(client: str, right: Right = Right.ACCESS, at: datetime = ASKED_ON) -> RequestReceived:
    """A client's request."""
    return RequestReceived(client=client, right=right, received_at=at, at=at, digest=uuid4().hex)


def breach(clients: tuple[str, ...] | None, at: datetime, told: timedelta = AN_HOUR) -> IncidentReported:
    """A breach at the booking system."""
    return IncidentReported(
        incident=uuid4().hex,
        discovered_at=at,
        clients=clients,
        description="Marked-Description",
        at=at + told,
        digest=uuid4().hex,
    )


def run_at(posted: Program, clock: Clock, at: datetime) -> int:
    """Let the mail run at a moment."""
    clock.at = at
    return mailing.run(posted)


@pytest.mark.parametrize(("before", "expected"), [(A_MINUTE, 0), (timedelta(0), 1), (-6 * A_DAY, 1)])
def test_the_weekly_letter_comes_on_monday_at_eight_where_the_salon_is(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox, before: timedelta, expected: int
) -> None:
    owner(posted, salon)
    assert run_at(posted, clock, MONDAY - before) == expected
    assert len(postbox.letters) == expected


def test_it_comes_once_a_week_however_often_the_mail_runs(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox
) -> None:
    owner(posted, salon)
    for hour in range(0, 14 * 24, 5):
        run_at(posted, clock, MONDAY + hour * AN_HOUR)
    assert len(postbox.letters) == 2


def test_each_owner_is_written_to_in_their_language_about_their_own_salon_alone(
    posted: Program, clock: Clock, salon: Account, stranger: Account, postbox: Postbox
) -> None:
    owner(posted, salon, language="sv")
    owner(posted, stranger, OTHER, language="en")
    tell(posted, salon, record("c-1"), asks("c-1", at=MONDAY - A_DAY))
    run_at(posted, clock, MONDAY)
    (ours,), (theirs,) = postbox.to(OWNER), postbox.to(OTHER)
    assert "På dig väntar:" in ours.get_content()
    assert "1 begäran" in ours.get_content()
    assert theirs["Subject"].startswith("Ovikello: Nothing waits for you")


def test_a_letter_holds_nobody_and_nothing_that_was_said(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox
) -> None:
    owner(posted, salon)
    client = "marked-client-77"
    tell(posted, salon, record(client), asks(client), breach((client,), MONDAY - AN_HOUR))
    for day in range(14):
        run_at(posted, clock, MONDAY + day * A_DAY)
    assert {letter["Subject"].split(" – ")[0].split(":")[0] for letter in postbox.letters} == {"Ovikello"}
    whole = "".join(letter.as_string() + letter.get_content() for letter in postbox.letters)
    assert len(postbox.letters) == 5  # two weeks, a deadline, its end, a breach
    for marked in (client, "Marked-Description", "marked"):
        assert marked not in whole


def test_who_never_set_up_their_log_in_is_not_written_to(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox
) -> None:
    with database.write(posted.engine) as db:
        owners.add(db, posted.vault, OWNER, salon.slug, now=posted.now())
    assert run_at(posted, clock, MONDAY) == 0


def test_who_stopped_the_weekly_letter_still_hears_of_what_cannot_wait(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox
) -> None:
    who = owner(posted, salon)
    with database.write(posted.engine) as db:
        letters_due.set_weekly(db, salon.slug, who, takes=False)
    assert run_at(posted, clock, MONDAY) == 0
    tell(posted, salon, breach(None, MONDAY))
    assert run_at(posted, clock, MONDAY + AN_HOUR) == 1
    assert "kaikkia asiakkaita" in postbox.letters[0].get_content()


@pytest.mark.parametrize(
    ("on", "told"),
    [
        (date(2026, 12, 2), None),
        (date(2026, 12, 3), "Pyynnön viimeinen vastauspäivä on torstai 10.12.2026"),
        (date(2026, 12, 10), "Pyynnön viimeinen vastauspäivä on torstai 10.12.2026"),
        (date(2026, 12, 11), "Pyynnön vastausaika on ohi"),
    ],
)
def test_a_request_is_told_of_a_week_before_its_month_is_over_and_when_it_is(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox, on: date, told: str | None
) -> None:
    who = owner(posted, salon)
    with database.write(posted.engine) as db:
        letters_due.set_weekly(db, salon.slug, who, takes=False)
    tell(posted, salon, record("c-1"), asks("c-1"))
    run_at(posted, clock, datetime(on.year, on.month, on.day, 7, 0, tzinfo=UTC))
    assert [subject.split(": ")[1].split(" – ")[0] for subject in postbox.subjects(OWNER)] == (
        [told] if told else []
    )


def test_several_requests_are_told_of_in_one_letter_and_each_once(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox
) -> None:
    who = owner(posted, salon)
    with database.write(posted.engine) as db:
        letters_due.set_weekly(db, salon.slug, who, takes=False)
    tell(posted, salon, record("c-1"), record("c-2"), asks("c-1"), asks("c-2", Right.ERASURE))
    for hour in range(48):
        run_at(posted, clock, datetime(2026, 12, 4, 7, 0, tzinfo=UTC) + hour * AN_HOUR)
    (letter,) = postbox.letters
    assert "2 asiakkaiden pyyntöä" in letter.get_content()


def ended(
    program: Program,
    account: Account,
    client: str,
    kind: JobKind,
    state: State,
    at: datetime,
    *,
    is_given: bool = True,
) -> None:
    """A job that came to its end; a copy of somebody's details was given to the owner, or waits to be fetched."""
    job = Job(
        salon=account.slug,
        kind=kind,
        state=state,
        client_key=account.keys.client_key(client),
        content="{}",
        digest="",
        because="[]",
        policy_digest="",
        proposed_at=at,
        moved_at=at,
    )
    copy = Package(
        salon=account.slug,
        job=job.id,
        token_hash=job.id.hex,
        language="fi",
        made_at=at,
        shown_at=at if is_given else None,
        ends_at=at,
        openings_left=1,
    )
    with database.write(program.engine) as db:
        db.add(job)
        db.flush()
        if kind is JobKind.EXPORT and state is State.VERIFIED:
            db.add(copy)


def test_a_copy_that_nobody_has_fetched_answers_nothing(program: Program, salon: Account) -> None:
    tell(program, salon, record("c-1"), asks("c-1"))
    ended(program, salon, "c-1", JobKind.EXPORT, State.VERIFIED, ASKED_ON + A_DAY, is_given=False)
    with database.read(program.engine) as db:
        assert len(jobs_requests.unanswered(db, salon, now=program.now())) == 1


@pytest.mark.parametrize(
    ("right", "kind", "state", "after", "is_answered"),
    [
        (Right.ACCESS, JobKind.EXPORT, State.VERIFIED, A_DAY, True),
        (Right.ACCESS, JobKind.EXPORT, State.REJECTED, A_DAY, True),
        (Right.ACCESS, JobKind.EXPORT, State.PROPOSED, A_DAY, False),
        (Right.ACCESS, JobKind.EXPORT, State.VERIFIED, -A_MINUTE, False),
        (Right.ACCESS, JobKind.ERASE_CATEGORIES, State.VERIFIED, A_DAY, False),
        (Right.ERASURE, JobKind.ANONYMISE, State.VERIFIED, timedelta(0), True),
        (Right.ERASURE, JobKind.EXPORT, State.VERIFIED, A_DAY, False),
        (Right.RECTIFICATION, JobKind.EXPORT, State.VERIFIED, A_DAY, False),
    ],
)
def test_a_request_is_answered_by_the_job_that_it_asked_for_and_by_no_other(
    program: Program,
    salon: Account,
    stranger: Account,
    right: Right,
    kind: JobKind,
    state: State,
    after: timedelta,
    is_answered: bool,
) -> None:
    for account in (salon, stranger):
        tell(program, account, record("c-1"), asks("c-1", right))
    ended(program, salon, "c-1", kind, state, ASKED_ON + after)
    with database.read(program.engine) as db:
        assert (jobs_requests.unanswered(db, salon, now=program.now()) == []) is is_answered
        assert [one.client for one in jobs_requests.unanswered(db, stranger, now=program.now())] == ["c-1"]


@pytest.mark.parametrize(
    ("right", "later", "is_told"),
    [
        (Right.OBJECTION, A_DAY, False),  # it took effect at once
        (Right.ERASURE, 400 * A_DAY, True),
        (Right.RECTIFICATION, 40 * A_DAY, True),
        (Right.RECTIFICATION, 70 * A_DAY, False),  # it may well have been answered in words
    ],
)
def test_what_wants_no_answer_or_was_answered_in_words_is_not_told_of_for_ever(
    program: Program, salon: Account, right: Right, later: timedelta, is_told: bool
) -> None:
    tell(program, salon, record("c-1"), asks("c-1", right))
    with database.read(program.engine) as db:
        assert bool(jobs_requests.unanswered(db, salon, now=ASKED_ON + later)) is is_told


def test_however_many_ask_the_questions_to_the_database_stay_small(program: Program, salon: Account) -> None:
    events = [asks(f"c-{number}", at=ASKED_ON + number * timedelta(seconds=1)) for number in range(1200)]
    tell(program, salon, *events)
    asked: list[str] = []
    sa.event.listen(program.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    with database.read(program.engine) as db:
        assert len(jobs_requests.unanswered(db, salon, now=program.now())) == 1200
    assert len([one for one in asked if one.lstrip().upper().startswith("SELECT")]) < 20


def test_a_job_under_the_id_that_somebody_goes_on_as_answers_what_they_asked_before(
    program: Program, salon: Account
) -> None:
    tell(program, salon, record("c-1"), record("c-2"), asks("c-1"), asks("c-2"))
    merged = ClientMerged(client="c-1", into="c-2", at=ASKED_ON + A_DAY, digest=uuid4().hex)
    tell(program, salon, merged)
    ended(program, salon, "c-2", JobKind.EXPORT, State.VERIFIED, ASKED_ON + 2 * A_DAY)
    with database.read(program.engine) as db:
        assert jobs_requests.unanswered(db, salon, now=program.now()) == []


@pytest.mark.parametrize(
    ("clients", "says"),
    [(None, "kaikkia asiakkaita"), (("c-1",), "1 asiakasta"), (("c-1", "c-2"), "2 asiakasta")],
)
def test_a_breach_is_told_at_once_with_the_end_of_its_72_hours(
    posted: Program,
    clock: Clock,
    salon: Account,
    postbox: Postbox,
    clients: tuple[str, ...] | None,
    says: str,
) -> None:
    owner(posted, salon)
    run_at(posted, clock, MONDAY)
    postbox.letters.clear()
    tell(posted, salon, breach(clients, MONDAY + AN_HOUR))
    for minute in range(0, 600, 5):
        run_at(posted, clock, MONDAY + 2 * AN_HOUR + minute * A_MINUTE)
    (letter,) = postbox.letters
    assert letter["Subject"].startswith("Ovikello: Tietoturvaloukkaus: aikaa on 3.12.2026 klo 9.00 asti")
    assert says in letter.get_content()


@pytest.mark.parametrize(("later", "count"), [(13 * A_DAY, 1), (15 * A_DAY, 0)])
def test_who_came_long_after_a_breach_is_not_told_of_it(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox, later: timedelta, count: int
) -> None:
    tell(posted, salon, breach(None, MONDAY, timedelta(0)))
    clock.at = MONDAY + later
    who = owner(posted, salon)
    with database.write(posted.engine) as db:
        letters_due.set_weekly(db, salon.slug, who, takes=False)
    assert run_at(posted, clock, MONDAY + later) == count


def test_a_letter_that_was_not_taken_is_tried_again_and_after_three_days_given_up(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox
) -> None:
    who = owner(posted, salon)
    postbox.why = "no_answer"
    minutes = [*range(0, 60, 5), *range(60, 5 * 24 * 60, 60)]
    moments = [MONDAY + minute * A_MINUTE for minute in minutes]
    tries = []
    for at in moments:
        before = failures(posted, who)
        run_at(posted, clock, at)
        tries += [at] * (failures(posted, who) - before)
    assert 15 < len(tries) < 30
    assert tries[1] == MONDAY + 5 * A_MINUTE
    assert tries[-1] <= MONDAY + 3 * A_DAY + AN_HOUR
    with database.read(posted.engine) as db:
        assert letters_due.unsent(db, salon.slug, now=moments[-1]) == 1
    postbox.why = None
    assert run_at(posted, clock, MONDAY + 6 * A_DAY) == 0
    assert run_at(posted, clock, MONDAY + 7 * A_DAY) == 1


def failures(program: Program, owner: UUID) -> int:
    """How often the one letter was tried in vain."""
    with database.read(program.engine) as db:
        return sum(db.exec(select(Letter.failures).where(Letter.owner == owner)))


def test_what_one_sender_has_taken_no_other_sends_until_it_has_been_silent_too_long(
    posted: Program, clock: Clock, salon: Account
) -> None:
    owner(posted, salon)
    with database.write(posted.engine) as db:
        for reader in letters_due.readers(db, salon.slug):
            letters_due.make(db, salon.slug, reader.owner, "weekly", ["2026-W49"], now=MONDAY)
    with database.write(posted.engine) as db:
        taken = letters_due.claim(db, now=MONDAY)
        assert taken is not None
        assert letters_due.claim(db, now=MONDAY + timedelta(minutes=9)) is None
        assert letters_due.claim(db, now=MONDAY + timedelta(minutes=10)) == taken


def test_a_letter_that_waits_for_its_turn_behind_slow_ones_is_sent_once(
    posted: Program, clock: Clock, salon: Account, stranger: Account, postbox: Postbox
) -> None:
    for number in range(4):
        owner(posted, salon, f"omistaja{number}@aava.example")
        owner(posted, stranger, f"omistaja{number}@toinen.example")

    def slowly(letter: EmailMessage) -> None:
        """Five minutes for each letter; meanwhile another worker's turn comes."""
        clock.at += timedelta(minutes=5)
        mailing.run(replace(posted, post=postbox))
        postbox(letter)

    clock.at = MONDAY
    mailing.run(replace(posted, post=slowly))
    assert len(postbox.letters) == len({letter["To"] for letter in postbox.letters}) == 8


def test_of_many_workers_at_once_one_sends_each_letter(
    posted: Program, clock: Clock, salon: Account, stranger: Account, postbox: Postbox
) -> None:
    for number in range(5):
        owner(posted, salon, f"omistaja{number}@aava.example")
        owner(posted, stranger, f"omistaja{number}@toinen.example")
    clock.at = MONDAY
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: mailing.run(posted), range(8))) == 10
    assert len(postbox.letters) == len({letter["To"] for letter in postbox.letters}) == 10


def test_where_the_mail_server_does_not_answer_the_other_letters_wait_for_the_next_time(
    posted: Program, clock: Clock, salon: Account, stranger: Account, postbox: Postbox
) -> None:
    ours, theirs = owner(posted, salon), owner(posted, stranger, OTHER)
    postbox.why = "no_answer"
    run_at(posted, clock, MONDAY)
    assert sorted([failures(posted, ours), failures(posted, theirs)]) == [0, 1]
    postbox.why = None
    assert run_at(posted, clock, MONDAY + 5 * A_MINUTE) == 2


@pytest.mark.parametrize("odd", ["x@[1", "a@b@c", "=?utf-8?q?=0a?=@x", "a@x.example,b@y.example", "a@"])
def test_an_address_that_no_letter_can_have_keeps_no_other_letter_back_and_is_nobody_elses(
    posted: Program, clock: Clock, salon: Account, stranger: Account, postbox: Postbox, odd: str
) -> None:
    who = owner(posted, stranger, odd)
    for number in range(4):  # whoever comes first
        owner(posted, salon, f"omistaja{number}@aava.example")
    assert run_at(posted, clock, MONDAY) == 4
    assert len(postbox.letters) == 4
    assert failures(posted, who) == 1
    assert mailing.try_out(posted, stranger, who) == "address"


def test_whose_right_ended_gets_no_letter_that_was_due_before(
    posted: Program, clock: Clock, salon: Account, stranger: Account, postbox: Postbox
) -> None:
    who, other = owner(posted, salon, OTHER), owner(posted, salon)
    postbox.why = "login"
    run_at(posted, clock, MONDAY)
    with database.write(posted.engine) as db:
        assert owners_people.end(db, salon, who, by=other, now=clock.at) is None
    postbox.why = None
    assert run_at(posted, clock, MONDAY + 5 * A_MINUTE) == 1
    assert postbox.to(OTHER) == []


def test_without_a_mail_setting_nothing_is_written_down_either(
    program: Program, clock: Clock, salon: Account
) -> None:
    owner(program, salon)
    assert run_at(program, clock, MONDAY) == 0
    with database.read(program.engine) as db:
        assert db.exec(select(Letter)).all() == []


def test_a_night_tells_of_letters_that_could_not_be_sent_and_forgets_old_ones(
    posted: Program, clock: Clock, salon: Account, stranger: Account, postbox: Postbox
) -> None:
    owner(posted, salon)
    postbox.why = "login"
    run_at(posted, clock, MONDAY)
    codes = [found.code for found in nightly.run(posted, salon=salon.slug).salons[0].findings]
    assert "mail_unsent" in codes
    assert "mail_unsent" not in [
        one.code for one in nightly.run(posted, salon=stranger.slug).salons[0].findings
    ]
    clock.at = MONDAY + 91 * A_DAY
    nightly.run(posted, salon=salon.slug)
    with database.read(posted.engine) as db:
        assert db.exec(select(Letter)).all() == []


def test_a_night_tells_of_breaches_and_of_requests_that_are_due(
    program: Program, clock: Clock, salon: Account, stranger: Account
) -> None:
    tell(program, salon, record("c-1"), asks("c-1"), breach(None, MONDAY + 2 * A_DAY))
    clock.at = MONDAY + 4 * A_DAY
    found = {one.code: one for one in nightly.run(program, salon=salon.slug).salons[0].findings}
    assert found["request_due"].params == {"count": 1, "day": "2026-12-10"}
    assert found["breach"].params == {"count": 1, "at": "2026-12-05 08:00"}
    clock.at = MONDAY + 11 * A_DAY
    found = {one.code: one for one in nightly.run(program, salon=salon.slug).salons[0].findings}
    assert "request_due" not in found
    assert found["request_overdue"].params == {"count": 1}
    assert "breach" not in found
    assert found["breach_notice"].params == {"day": "2026-12-16"}
    theirs = {one.code for one in nightly.run(program, salon=stranger.slug).salons[0].findings}
    assert not theirs & {"request_due", "request_overdue", "breach"}


@pytest.mark.parametrize(
    ("before", "is_counted"), [(A_WEEK, False), (A_WEEK - A_MINUTE, True), (A_MINUTE, True)]
)
def test_the_weekly_letter_counts_what_was_done_in_seven_days(
    posted: Program, clock: Clock, salon: Account, postbox: Postbox, before: timedelta, is_counted: bool
) -> None:
    ended(posted, salon, "c-1", JobKind.ERASE, State.VERIFIED, MONDAY - before)
    owner(posted, salon)
    run_at(posted, clock, MONDAY)
    assert ("1 asiakkaan tiedot poistettu" in postbox.letters[0].get_content()) is is_counted


def closes_account(client: str, at: datetime = ASKED_ON) -> AccountChanged:
    """A client who closes their own account, which the policy takes as asking to be erased."""
    return AccountChanged(client=client, is_open=False, by="client", at=at, digest=uuid4().hex)


def test_an_account_that_was_closed_is_told_of_as_a_request_until_the_erasure_is_done(
    posted: Program, clock: Clock, salon: Account, stranger: Account, postbox: Postbox
) -> None:
    owner(posted, salon)
    owner(posted, stranger, OTHER)
    tell(posted, salon, record("c-1", at=ASKED_ON - A_DAY), closes_account("c-1"))
    tell(posted, stranger, record("c-1"))
    compare(posted, salon, stranger)
    assert nightly.run(posted, salon=salon.slug).salons[0].proposed
    with database.read(posted.engine) as db:
        (asked,) = jobs_requests.asked_by_deed(db, salon)
        assert (asked.right, asked.received_at.date()) == (Right.ERASURE, ASKED_ON.date())
        assert jobs_requests.asked_by_deed(db, stranger) == []
    run_at(posted, clock, datetime(2026, 12, 4, 7, 0, tzinfo=UTC))
    assert [
        subject
        for subject in postbox.subjects(OWNER)
        if "viimeinen vastauspäivä on torstai 10.12.2026" in subject
    ]
    assert not [subject for subject in postbox.subjects(OTHER) if "vastauspäivä" in subject]
    with database.write(posted.engine) as db:
        db.connection().execute(sa.update(Job).values(state=State.VERIFIED))
    with database.read(posted.engine) as db:
        assert jobs_requests.asked_by_deed(db, salon) == []


def test_who_asked_in_words_too_is_counted_once(program: Program, clock: Clock, salon: Account) -> None:
    tell(
        program, salon, record("c-1", at=ASKED_ON - A_DAY), closes_account("c-1"), asks("c-1", Right.ERASURE)
    )
    compare(program, salon)
    assert nightly.run(program, salon=salon.slug).salons[0].proposed
    with database.read(program.engine) as db:
        assert len(jobs_requests.unanswered(db, salon, now=clock.at)) == 1
        assert jobs_requests.asked_by_deed(db, salon) == []
