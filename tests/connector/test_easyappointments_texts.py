"""What was written on appointments at Easy!Appointments: cleared only where the salon allows the mails of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connector import database, dispatch, jobs, salons_connection
from connector.dispatch_sending import AT_ONCE
from connector.program import Program
from connector.salons import Account
from connector.sender import Sender
from connector.states import State
from connector.tables import Job
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.connector.at_a_system import POLICY, YEARS_AGO, approve, carry_out, night
from tests.connector.easyappointments import SETTINGS, Place, easyappointments
from tests.connector.intake import rows
from webhooks.calls import Call, Reply

pytestmark = pytest.mark.journey  # over real HTTP

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
TEXT = "Ainon toive: ei tuoksuja"


def changed(policy: bytes, old: str, new: str, *categories: str) -> bytes:
    """A policy with another word in the rules of these categories."""
    parts = policy.decode().split("\n[")
    heads = {f"categories.{one}]" for one in categories}
    return "\n[".join(
        part.replace(old, new) if part.split("\n")[0] in heads else part for part in parts
    ).encode()


#: appointments stay, as nobody's
NAMELESS = changed(POLICY, '"erase"', '"anonymise"', "bookings", "visits")
#: what was noted goes before the person does
NOTES_FIRST = POLICY.replace(
    b'"P1Y", counted_from = "last_activity"', b'"P9Y", counted_from = "last_activity"'
)
NOTES_FIRST = changed(NOTES_FIRST, "P9Y", "P1Y", "notes")


@pytest.fixture
def allowing(program: Program, clock: Clock) -> Iterator[Place]:
    """A salon that allows the mails."""
    with easyappointments(program, clock, policy=NAMELESS, appointment_notes="with_mails") as made:
        yield made


@pytest.fixture
def usual(program: Program, clock: Clock) -> Iterator[Place]:
    """A salon that has said nothing of them."""
    with easyappointments(program, clock, policy=NAMELESS) as made:
        yield made


def old(place: Place, name: str = "Aino", *, visits: int = 3, text: str = TEXT) -> int:
    """Somebody who was there years ago, with a text on each visit."""
    (client,) = place.long_ago(name)
    with place.in_those_days():
        for number in range(1, visits):
            place.system.book(YEARS_AGO + timedelta(days=number, hours=number), client=client)
    for row in of(place, client):
        row["notes"] = text
    return client


def of(place: Place, client: int) -> list[dict[str, Any]]:
    """A client's appointments."""
    return [row for row in place.system.appointments.values() if row["id_users_customer"] == client]


def regular(place: Place) -> int:
    """Another client, with a text that is nobody else's business."""
    client = place.client("Vakio")
    place.system.book(NOON - timedelta(days=9), client=client)
    for row in of(place, client):
        row["notes"] = "Vakion oma toive"
    return client


def approve_all(place: Place) -> None:
    """The owner's word for all that waits."""
    approve(place, *JobKind)


def rounds(place: Place, *, times: int = 1, after: timedelta = timedelta(0)) -> list[str]:
    """What is due is sent and looked at, again and again; what came of each."""
    words: list[str] = []
    for _ in range(times):
        words += carry_out(place)
        place.clock.at += after
    return words


def the_job(place: Place) -> Job:
    """The one job."""
    job: Job
    (job,) = rows(place.program, place.account, Job)
    return job


def writes(place: Place) -> list[str]:
    """What was written, in order."""
    return [
        f"{method} {path.removeprefix('/api/v1/')}"
        for method, path, _ in place.system.calls
        if method != "GET"
    ]


def puts(*appointments: dict[str, Any]) -> list[str]:
    """The calls that clear these."""
    return [f"PUT appointments/{row['id']}" for row in appointments]


# ---- not without the salon's setting


def test_where_the_salon_has_not_allowed_it_nothing_that_mails_is_ever_sent(usual: Place) -> None:
    client = old(usual)
    regular(usual)
    night(usual)
    approve_all(usual)
    assert rounds(usual, times=3, after=A_DAY) == ["sent", "verified", "clean"]
    assert the_job(usual).kind is JobKind.ANONYMISE
    assert writes(usual) == [f"PUT customers/{client}"]
    assert {row["notes"] for row in of(usual, client)} == {TEXT}
    assert usual.system.mails == []
    assert not any("customerId=" in path for _, path, _ in usual.system.calls)


def test_an_erasure_takes_the_appointments_along_without_a_mail_also_where_mails_are_allowed(
    program: Program, clock: Clock
) -> None:
    with easyappointments(program, clock, appointment_notes="with_mails") as place:
        client, other = old(place), regular(place)
        night(place)
        approve_all(place)
        assert rounds(place) == ["sent", "verified"]
        assert writes(place) == [f"DELETE customers/{client}"]
        assert (of(place, client), len(of(place, other)), place.system.mails) == ([], 1, [])


# ---- with it


def test_an_anonymised_clients_past_texts_are_cleared_and_nobody_elses(allowing: Place) -> None:
    client, other = old(allowing), regular(allowing)
    before = [dict(row) for row in of(allowing, client)]
    night(allowing)
    approve_all(allowing)
    assert rounds(allowing) == ["sent", "verified"]
    assert writes(allowing) == [f"PUT customers/{client}", *puts(*before)]
    for was, row in zip(before, of(allowing, client), strict=True):
        assert {name for name in row if row[name] != was[name]} == {"notes", "update_datetime"}
        assert row["notes"] == ""
    assert [row["notes"] for row in of(allowing, other)] == ["Vakion oma toive"]
    assert rounds(allowing, times=3, after=timedelta(days=31)).count("reopened") == 0


def test_the_mails_go_to_the_made_up_address_and_name_nobody(allowing: Place) -> None:
    client = old(allowing)
    regular(allowing)
    night(allowing)
    approve_all(allowing)
    rounds(allowing)
    told = {"provider, of Anonymised", "admin, of Anonymised", f"anonymised-{client}@erased.invalid"}
    assert {mail.removeprefix("Appointment Changed: ") for mail in allowing.system.mails} == told
    assert len(allowing.system.mails) == 3 * 3


def test_an_appointment_without_a_text_is_left_alone_since_each_change_sends_mails(allowing: Place) -> None:
    client = old(allowing)
    regular(allowing)
    with_text = of(allowing, client)[1]
    for row in of(allowing, client):
        row["notes"] = TEXT if row is with_text else ("" if row["id"] % 2 else None)
    night(allowing)
    approve_all(allowing)
    assert rounds(allowing) == ["sent", "verified"]
    assert writes(allowing)[1:] == puts(with_text)


def test_a_text_on_an_appointment_ahead_stays_and_one_that_was_called_off_loses_it(allowing: Place) -> None:
    client = old(allowing, visits=1)
    regular(allowing)
    allowing.system.outbox.hooks = []
    night(allowing)
    approve_all(allowing)
    ahead = allowing.system.book(NOON + timedelta(days=9), client=client)
    off = allowing.system.book(NOON + timedelta(days=9), client=client, status="Cancelled")
    for row in of(allowing, client):
        row["notes"] = TEXT
    assert rounds(allowing) == ["sent", "verified"]
    found = {row["id"]: row["notes"] for row in of(allowing, client)}
    assert (found.pop(ahead), found.pop(off), set(found.values())) == (TEXT, "", {""})


def test_notes_that_go_while_their_client_stays_are_cleared_on_the_appointments_too(
    program: Program, clock: Clock
) -> None:
    with easyappointments(program, clock, policy=NOTES_FIRST, appointment_notes="with_mails") as place:
        client, other = old(place), regular(place)
        place.system.customers[client]["notes"] = "vanha muistiinpano"
        before = of(place, client)
        night(place)
        assert the_job(place).kind is JobKind.ERASE_CATEGORIES
        approve_all(place)
        assert rounds(place) == ["sent", "verified"]
        assert writes(place) == [f"PUT customers/{client}", *puts(*before)]
        assert place.system.customers[client]["first_name"] == "Aino"
        assert {row["notes"] for row in of(place, client)} == {""}
        assert [row["notes"] for row in of(place, other)] == ["Vakion oma toive"]
        assert "Appointment Changed: aino@posti.example.fi" in place.system.mails


# ---- what goes wrong


def test_a_list_that_passes_over_whom_it_was_asked_about_changes_nothing_of_anybody(allowing: Place) -> None:
    old(allowing)
    other = regular(allowing)
    night(allowing)
    approve_all(allowing)
    allowing.system.habits.pass_over_filters = True
    rounds(allowing, times=3, after=A_MINUTE)
    assert (writes(allowing), allowing.system.mails) == ([], [])
    assert (the_job(allowing).state, the_job(allowing).reason) == (State.APPROVED, "entries_answered_200")
    assert [row["notes"] for row in of(allowing, other)] == ["Vakion oma toive"]


def test_a_clearing_that_was_only_said_is_found_and_asked_for_anew(allowing: Place) -> None:
    client = old(allowing)
    regular(allowing)
    night(allowing)
    approve_all(allowing)
    first = allowing.program.send
    lying = _Lying(first, allowing)
    assert rounds(replace(allowing, program=replace(allowing.program, send=lying))) == ["sent", "reopened"]
    with database.read(allowing.program.engine) as db:
        (listed,) = jobs.listed(db, allowing.account)
    assert (listed.state, listed.left_in) == (State.PROPOSED, ("appointments.notes",))
    assert [row["notes"] for row in of(allowing, client)].count(TEXT) == 1
    calls = len(writes(allowing))
    approve_all(allowing)
    assert rounds(allowing) == ["sent", "verified"]
    assert {row["notes"] for row in of(allowing, client)} == {""}
    (again,) = (path for path in writes(allowing)[calls:] if "appointments/" in path)
    assert again == lying.which


def test_hundreds_of_texts_are_cleared_at_its_pace_and_each_is_mailed_about_once(allowing: Place) -> None:
    client = old(allowing, visits=2 * AT_ONCE + 30)
    regular(allowing)
    night(allowing)
    approve_all(allowing)
    before = len(allowing.system.calls)
    assert rounds(allowing, times=3) == ["approved", "approved", "sent", "verified"]
    assert {status for _, _, status in allowing.system.calls[before:]} == {200}
    assert {row["notes"] for row in of(allowing, client)} == {""}
    cleared = [path for path in writes(allowing) if "appointments/" in path]
    assert cleared == puts(*of(allowing, client))
    assert (the_job(allowing).state, the_job(allowing).failures) == (State.VERIFIED, 0)


@pytest.mark.parametrize("is_done", [True, False])
def test_a_worker_that_dies_among_them_is_followed_by_one_that_clears_what_is_left(
    allowing: Place, is_done: bool
) -> None:
    client = old(allowing, visits=6)
    regular(allowing)
    night(allowing)
    approve_all(allowing)
    dying = replace(allowing.program, send=_Dying(allowing.program.send, after=3, is_done=is_done))
    with pytest.raises(SystemExit):
        dispatch.send_due(dying, limit=50, salon="aava")
    assert (the_job(allowing).state, the_job(allowing).calls_done) == (State.SENDING, 1)
    assert [row["notes"] for row in of(allowing, client)].count("") == 3 + is_done
    assert rounds(allowing, times=4, after=A_MINUTE)[-2:] == ["sent", "verified"]
    assert {row["notes"] for row in of(allowing, client)} == {""}
    assert writes(allowing) == [f"PUT customers/{client}", *puts(*of(allowing, client))]


def test_a_worker_that_dies_right_after_the_person_was_taken_out_does_not_do_that_again(
    allowing: Place,
) -> None:
    client = old(allowing)
    regular(allowing)
    night(allowing)
    approve_all(allowing)
    dying = replace(
        allowing.program, send=_Dying(allowing.program.send, after=0, is_done=True, at="customers/")
    )
    with pytest.raises(SystemExit):
        dispatch.send_due(dying, limit=50, salon="aava")
    assert (the_job(allowing).state, the_job(allowing).calls_done) == (State.SENDING, 0)
    assert rounds(allowing, times=4, after=A_MINUTE)[-2:] == ["sent", "verified"]
    assert writes(allowing) == [f"PUT customers/{client}", *puts(*of(allowing, client))]


def test_a_429_among_them_is_waited_out_and_they_go_on(allowing: Place) -> None:
    client = old(allowing, visits=6)
    regular(allowing)
    night(allowing)
    approve_all(allowing)
    throttled = replace(allowing.program, send=_Throttled(allowing.program.send, allowing, after=3))
    assert dispatch.send_due(throttled, limit=50, salon="aava") == {"approved": 1}
    assert the_job(allowing).reason == "answered_429"
    allowing.clock.at += A_MINUTE
    assert rounds(allowing) == []
    allowing.clock.at += A_MINUTE
    assert rounds(allowing) == ["sent", "verified"]
    assert {row["notes"] for row in of(allowing, client)} == {""}


def test_a_salon_that_takes_its_permission_back_among_them_has_no_more_mails_sent(allowing: Place) -> None:
    client = old(allowing, visits=AT_ONCE + 5)
    regular(allowing)
    night(allowing)
    approve_all(allowing)
    assert rounds(allowing) == ["approved"]
    mails = len(allowing.system.mails)
    with database.write(allowing.program.engine) as db:
        salons_connection.set_settings(db, allowing.account, SETTINGS, now=allowing.program.now())
    assert rounds(allowing) == ["sent", "verified"]
    assert [row["notes"] for row in of(allowing, client)].count(TEXT) == 5
    assert len(allowing.system.mails) == mails


def test_who_comes_back_while_they_are_cleared_is_left_in_peace(allowing: Place) -> None:
    client = old(allowing, visits=AT_ONCE + 5)
    regular(allowing)
    night(allowing)
    approve_all(allowing)
    assert rounds(allowing) == ["approved"]
    allowing.system.book(NOON + timedelta(days=3), client=client)
    assert rounds(allowing) == ["withdrawn"]
    assert [row["notes"] for row in of(allowing, client)].count(TEXT) == 5


def test_each_call_of_many_is_a_step_of_its_own_before_it_is_sent(allowing: Place) -> None:
    old(allowing, visits=6)
    regular(allowing)
    night(allowing)
    approve_all(allowing)
    watching = _Watching(allowing.program.send, allowing)
    dispatch.send_due(replace(allowing.program, send=watching), limit=50, salon="aava")
    assert len(watching.leases) == 6
    # the clock has gone on with each of them, and the lease with the clock
    assert all(one > other for one, other in zip(watching.leases[1:], watching.leases, strict=False))


class _Beside:
    """The sender, with something that happens at a clearing."""

    about = "appointments/"

    def __init__(self, send: Sender) -> None:
        self._send, self.count = send, 0

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        if call.method == "PUT" and call.path.startswith(self.about):
            self.count += 1
            self.at(call)
        return self._send(account, call, idempotency_key=idempotency_key)

    def at(self, call: Call) -> None:
        """What happens right before it."""
        raise NotImplementedError


class _Lying(_Beside):
    """The second clearing is said to be done, and is not."""

    def __init__(self, send: Sender, place: Place) -> None:
        super().__init__(send)
        self._place, self.which = place, ""

    def at(self, call: Call) -> None:
        self._place.system.habits.lie_calls = int(self.count == 2)
        if self.count == 2:
            self.which = f"PUT {call.path}"


class _Throttled(_Beside):
    """After so many the system has had enough."""

    def __init__(self, send: Sender, place: Place, *, after: int) -> None:
        super().__init__(send)
        self._place, self._after = place, after

    def at(self, call: Call) -> None:
        self._place.system.habits.throttle_calls = int(self.count == self._after + 1)


class _Watching(_Beside):
    """Notes the lease under which each is sent."""

    def __init__(self, send: Sender, place: Place) -> None:
        super().__init__(send)
        self._place = place
        self.leases: list[Any] = []

    def at(self, call: Call) -> None:
        self.leases.append(the_job(self._place).lease_until)
        self._place.clock.at += timedelta(seconds=1)


class _Dying(_Beside):
    """The worker dies at the one after so many: before it is sent, or right after."""

    def __init__(self, send: Sender, *, after: int, is_done: bool, at: str = "appointments/") -> None:
        super().__init__(send)
        self._after, self._is_done, self.about = after, is_done, at

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        reply = super().__call__(account, call, idempotency_key=idempotency_key)
        if self.count > self._after:
            raise SystemExit
        return reply

    def at(self, call: Call) -> None:
        if self.count > self._after and not self._is_done:
            raise SystemExit
