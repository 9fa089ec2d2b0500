"""A salon on Phorest, from its first list to what is proved: asked every night, and written to by whole records."""

import json
import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from connector import (
    database,
    jobs,
    jobs_noes,
    mirror,
    salons,
    salons_connection,
    wiring,
)
from connector.program import Program
from connector.salons_system import SalonError
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Client, ConsentRecord, Entry, Job, Merge, Salon, Tombstone
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY
from tests.connector.at_a_system import YEARS_AGO, approve, carry_out, night, sync
from tests.connector.chains import lines_of
from tests.connector.intake import rows
from tests.connector.phorest import SETTINGS, Place, phorest
from webhooks.events import Answer, Consent, ConsentAnswered, Method
from webhooks.vocabulary import Channel, Purpose

pytestmark = pytest.mark.journey  # over real HTTP

POLICY = (LIBRARY / "yearly_purge.toml").read_bytes()
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def place(program: Program, clock: Clock) -> Iterator[Place]:
    """A salon that does its erasures by hand."""
    with phorest(program, clock) as made:
        yield made


@pytest.fixture
def emptying(program: Program, clock: Clock) -> Iterator[Place]:
    """A salon that has records emptied."""
    with phorest(program, clock, erase="empty") as made:
        yield made


def until(place: Place, state: State, *, rounds: int = 8) -> None:
    """Rounds of a worker, minutes apart, until every job stands so."""
    for _ in range(rounds):
        place.clock.at += timedelta(minutes=5)
        carry_out(place)
    assert set(states(place)) == {state}


def states(place: Place) -> list[State]:
    """Where each job stands."""
    return [job.state for job in rows(place.program, place.account, Job)]


def answers(place: Place) -> list[tuple[str, str | None, str]]:
    """Every answer that was read out of a record, in order."""
    found = sorted(rows(place.program, place.account, ConsentRecord), key=lambda row: row.at)
    return [(row.purpose, row.channel, row.answer) for row in found if row.method == Method.NOT_TOLD]


# ---- connect


def test_the_half_of_the_wiring_that_there_is_holds_and_nobody_is_changed_for_it(place: Place) -> None:
    place.client()
    before = json.dumps(place.system.clients)
    steps = wiring.prove(place.program, place.account)
    assert [(one.step, one.held, one.word) for one in steps] == [
        ("callbacks", True, "answers"),
        ("events", True, "sends_nothing"),
    ]
    assert (json.dumps(place.system.clients), place.writes) == (before, [])


def test_a_salon_that_has_not_said_which_business_it_is_sends_nothing_and_is_told_so(place: Place) -> None:
    with database.write(place.program.engine) as db:
        salons_connection.set_settings(db, place.account, {}, now=NOON)
        account = salons.account(db, place.program.vault, "aava")
    assert account is not None
    (step,) = wiring.prove(place.program, account)
    assert (step.held, step.word) == (False, "no_settings")
    assert "salon settings" in step.text
    assert sync(place).finding == "no_answer"
    assert place.system.calls == []


def test_a_token_of_another_form_is_refused_before_it_is_kept_and_before_anything_is_sent(
    place: Place,
) -> None:
    with database.write(place.program.engine) as db:
        with pytest.raises(SalonError, match="global/EMAIL:PASSWORD"):
            salons_connection.set_token(db, place.account, "avain", now=NOON)
        with pytest.raises(SalonError, match="global/EMAIL:PASSWORD"):
            salons.add(
                db, place.program.vault, "b", dialect="phorest", policy=POLICY, token="avain", now=NOON
            )
        kept = place.account.keys.seal(b"avain", "token")  # as an older release may have kept it
        for row in db.exec(select(Salon)):
            row.token = kept
            db.add(row)
        db.flush()
        account = salons.account(db, place.program.vault, "aava")
    assert account is not None
    (step,) = wiring.prove(place.program, account)
    assert (step.held, step.word) == (False, "wrong_token")
    assert place.system.calls == []


def test_a_wrong_password_is_a_refused_token(place: Place) -> None:
    with database.write(place.program.engine) as db:
        salons_connection.set_token(db, place.account, f"{place.system.token}x", now=NOON)
        account = salons.account(db, place.program.vault, "aava")
    assert account is not None
    assert [one.word for one in wiring.prove(place.program, account)] == ["token_refused"]


# ---- the list


def test_a_list_is_walked_to_its_end_by_pages_of_a_hundred_and_then_every_branch_is_read(
    place: Place,
) -> None:
    made = {place.client(f"Asiakas{number}") for number in range(205)}
    done = sync(place)
    assert (done.seen, done.is_complete, place.mirrored) == (205, True, made)
    paths = [path for _, path, _ in place.system.calls]
    assert sum("/client?" in path for path in paths) == 3
    assert all(
        "includeArchived=true&includeDeleted=true&size=100" in path for path in paths if "/client?" in path
    )
    for branch in place.system.branches:
        assert sum(f"/branch/{branch}/appointment" in path for path in paths) == 16
    assert {status for _, _, status in place.system.calls} == {200}


def test_who_is_archived_stays_who_is_deleted_goes_and_who_never_was_is_not_made_up(place: Place) -> None:
    archived, deleted, other = (place.client(name) for name in ("Arkisto", "Poistettu", "Other"))
    place.client("Ennen", deleted=True)
    sync(place)
    place.system.change_client(archived, archived=True)
    place.system.change_client(deleted, deleted=True)
    place.clock.at += AN_HOUR
    done = sync(place)
    assert (done.vanished, done.is_complete) == (1, True)
    assert place.mirrored == {archived, other}


def test_a_merge_is_no_erasure_and_says_the_same_every_night(place: Place) -> None:
    once, stays = place.client("Aino"), place.client("Aino")
    sync(place)
    place.clock.at += AN_HOUR
    place.system.merge(once, stays)
    merged_at = place.clock.at
    for _ in range(3):
        place.clock.at += A_DAY
        done = sync(place)
        assert (done.vanished, done.is_complete) == (0, True)
    (merge,) = rows(place.program, place.account, Merge)
    assert (merge.client, merge.into, merge.at) == (once, stays, merged_at)
    assert rows(place.program, place.account, Tombstone) == []


def test_who_was_merged_after_the_word_was_given_is_not_taken_for_erased(emptying: Place) -> None:
    (old,) = emptying.long_ago("Vanha")
    stays = emptying.client("Stays")
    night(emptying)
    approve(emptying, JobKind.ERASE)
    emptying.system.merge(old, stays)
    emptying.clock.at += timedelta(minutes=1)
    carry_out(emptying)
    assert State.VERIFIED not in states(emptying)
    assert rows(emptying.program, emptying.account, Tombstone) == []
    assert (emptying.writes, emptying.system.clients[old]["firstName"]) == ([], "Vanha")


def test_a_booking_ahead_in_any_branch_holds_somebody_back_and_one_that_was_called_off_does_not(
    place: Place,
) -> None:
    held, freed, other = (place.long_ago(name)[0] for name in ("Pitkä", "Peruu", "Other"))
    place.system.book(held, NOON + timedelta(days=390), branch="satama")
    booking = place.system.book(freed, NOON + timedelta(days=30))
    place.client("Vakio")
    assert {jobs.client_of(place.account, one) for one in night(place)} == {other}
    place.clock.at += AN_HOUR
    place.system.cancel(booking)
    place.clock.at += A_DAY
    assert {jobs.client_of(place.account, one) for one in night(place)} == {other, freed}


def test_a_visit_counts_though_the_record_does_not_tell_it_yet(place: Place) -> None:
    (old,) = place.long_ago("Vanha")
    place.client("Vakio")
    place.system.book(old, NOON - timedelta(days=3))
    place.system.clients[old]["lastVisit"] = place.system.clients[old]["firstVisit"]
    assert night(place) == []
    (row,) = (row for row in rows(place.program, place.account, Client) if row.client == old)
    assert json.loads(row.maxima)["visit"].startswith((NOON - timedelta(days=3)).date().isoformat())


def test_a_change_of_the_record_is_no_activity(place: Place) -> None:
    (old,) = place.long_ago("Vanha")
    place.client("Vakio")
    sync(place)
    place.system.change_client(old, notes="korjattu osoite")
    place.clock.at += A_DAY
    assert [jobs.client_of(place.account, one) for one in night(place)] == [old]


def test_a_list_that_is_suddenly_short_buries_nobody_and_a_429_is_waited_out(place: Place) -> None:
    made = [place.client(f"Asiakas{number}") for number in range(9)]
    place.system.habits.throttle_calls = 3
    before = place.ticks.at
    assert sync(place).is_complete
    assert place.ticks.at - before >= 3 * 2
    place.system.habits.hide = set(made[:4])
    place.clock.at += AN_HOUR
    done = sync(place)
    assert (done.finding, done.vanished) == ("short_list", 0)
    assert place.mirrored == set(made)


# ---- answers


def test_a_box_that_was_never_ticked_is_no_answer_and_one_that_is_unticked_is_a_no(place: Place) -> None:
    client = place.client(emailMarketingConsent=True, smsReminderConsent=True)
    place.client("Other")
    for _ in range(2):
        sync(place)
        place.clock.at += AN_HOUR
    yes = [("direct_marketing", "email", "given"), ("service", "sms", "given")]
    assert sorted(answers(place)) == yes
    place.system.change_client(client, emailMarketingConsent=False)
    for _ in range(2):
        sync(place)
        place.clock.at += AN_HOUR
    assert sorted(answers(place)) == sorted([*yes, ("direct_marketing", "email", "withdrawn")])


def test_what_ovikello_switched_off_is_nobodys_answer_and_what_the_client_does_later_is(place: Place) -> None:
    client = place.client(emailMarketingConsent=True)
    place.client("Other")
    sync(place)
    yes = ("direct_marketing", "email", "given")
    assert answers(place) == [yes]
    place.clock.at += AN_HOUR
    say_no_at_the_till(place, client)
    maxima = [row.maxima for row in rows(place.program, place.account, Client)]
    assert carry_out(place) == {"sent": 1, "verified": 1}
    assert not place.system.clients[client]["emailMarketingConsent"]
    for _ in range(2):
        place.clock.at += AN_HOUR
        sync(place)
    assert answers(place) == [yes]
    assert [row.maxima for row in rows(place.program, place.account, Client)] == maxima
    for ticked in (True, False):
        place.system.change_client(client, emailMarketingConsent=ticked)
        place.clock.at += AN_HOUR
        sync(place)
    assert [answer for _, _, answer in answers(place)] == ["given", "given", "withdrawn"]


def test_a_switch_that_was_only_said_to_be_off_is_no_new_yes(place: Place) -> None:
    client = place.client(emailMarketingConsent=True)
    place.client("Other")
    sync(place)
    place.clock.at += AN_HOUR
    say_no_at_the_till(place, client)
    place.system.habits.lie_calls = 1
    carry_out(place)
    place.clock.at += timedelta(minutes=1)
    sync(place)
    assert place.system.clients[client]["emailMarketingConsent"]
    assert [answer for _, _, answer in answers(place)] == ["given"]
    place.clock.at += 2 * AN_HOUR
    until(place, State.VERIFIED)
    assert not place.system.clients[client]["emailMarketingConsent"]
    assert [answer for _, _, answer in answers(place)] == ["given"]


def say_no_at_the_till(place: Place, client: str) -> None:
    """A client tells the salon, and not its booking system, that no more marketing is wanted."""
    now = place.clock()
    consent = Consent(Purpose.DIRECT_MARKETING, (Channel.EMAIL,), Answer.WITHDRAWN, now, Method.ANSWER)
    event = ConsentAnswered(at=now, digest="ab" * 32, client=client, consent=consent)
    with database.write(place.program.engine) as db:
        noes = mirror.apply(db, place.account, event, today=now.date()).noes
        jobs_noes.propose(db, place.account, noes, now=now)


# ---- whole records


def test_an_erasure_by_hand_is_a_task_and_the_mark_is_found(place: Place) -> None:
    (old,) = place.long_ago("Vanha")
    place.client("Other")
    night(place)
    approve(place, JobKind.ERASE)
    assert carry_out(place) == {"by_hand": 2}
    assert place.writes == []
    place.system.change_client(old, deleted=True)
    place.clock.at += timedelta(hours=7)
    assert carry_out(place) == {"verified": 1}
    (stone,) = rows(place.program, place.account, Tombstone)
    assert stone.by == "ovikello"


def test_from_the_first_list_to_an_emptied_record_that_never_comes_back_as_a_client(emptying: Place) -> None:
    place = emptying
    old, older = place.long_ago("Vanha", "Vanhempi", notes="pähkinäallergia", emailMarketingConsent=True)
    regular = place.client("Vakio")
    place.system.book(regular, NOON + timedelta(days=5))
    place.clock.at += AN_HOUR
    found = night(place)
    assert [job.kind for job in found] == [JobKind.ERASE] * 2
    approve(place, JobKind.ERASE)
    assert carry_out(place) == {"sent": 2, "verified": 2}
    for client in (old, older):
        row = place.system.clients[client]
        said = json.dumps(row)
        for word in ("Vanh", "vanh", "Kivelä", "35840", "pähkinä"):
            assert word not in said
        assert not any(row[name] for name in row if name.endswith("Consent"))
    assert place.system.clients[regular]["firstName"] == "Vakio"
    for _ in range(3):
        place.clock.at += A_DAY
        night(place)
        carry_out(place)
        assert place.mirrored == {regular}
    assert set(states(place)) == {State.VERIFIED}
    assert all(stone.told_after is None for stone in rows(place.program, place.account, Tombstone))


def test_an_appointment_of_somebody_who_was_erased_since_brings_nobody_back(emptying: Place) -> None:
    place = emptying
    (old,) = place.long_ago("Vanha")
    place.client("Other")
    called_off = place.system.book(old, NOON + timedelta(days=9))
    place.system.cancel(called_off)
    place.clock.at += AN_HOUR
    night(place)
    approve(place, JobKind.ERASE)
    assert carry_out(place) == {"sent": 1, "verified": 1}
    place.system.appointments[called_off]["appointmentDate"] = (NOON - A_DAY).date().isoformat()
    place.clock.at += A_DAY
    sync(place)
    (stone,) = rows(place.program, place.account, Tombstone)
    assert (stone.told_after, old in place.mirrored) == (None, False)


@pytest.mark.parametrize("status", [400, 409, 412, 422, 428])
def test_what_the_reception_changed_at_the_same_moment_is_never_overwritten_and_it_is_tried_again(
    emptying: Place, status: int
) -> None:
    place = emptying
    (old,) = place.long_ago("Vanha")
    place.client("Other")
    night(place)
    approve(place, JobKind.ERASE)
    place.system.habits.conflict, place.system.habits.meddle_writes = status, 1
    assert carry_out(place) == {"approved": 1}
    (job,) = rows(place.program, place.account, Job)
    assert (job.state, job.reason, place.writes) == (State.APPROVED, "changed_meanwhile", [status])
    assert place.system.clients[old]["mobile"] == "35850 5550003"
    until(place, State.VERIFIED)
    assert place.writes == [status, 200]
    assert place.system.clients[old]["firstName"] == "Erased"


def test_a_write_that_is_refused_every_time_ends_with_the_owner(emptying: Place) -> None:
    place = emptying
    (old,) = place.long_ago("Vanha")
    place.client("Other")
    night(place)
    approve(place, JobKind.ERASE)
    place.system.habits.conflict, place.system.habits.meddle_writes = 400, 100
    until(place, State.STUCK)
    assert place.writes == [400] * 4
    assert place.system.clients[old]["firstName"] == "Vanha"


def test_a_record_that_cannot_be_read_right_before_is_not_written(emptying: Place) -> None:
    place = emptying
    (old,) = place.long_ago("Vanha")
    place.client("Other")
    night(place)
    approve(place, JobKind.ERASE)
    version = place.system.clients[old].pop("version")
    assert carry_out(place) == {"approved": 1}
    (job,) = rows(place.program, place.account, Job)
    assert (job.reason, place.writes) == ("not_read_before", [])
    place.system.clients[old]["version"] = version
    until(place, State.VERIFIED)


def test_a_whole_record_is_not_sent_before_it_was_made(emptying: Place) -> None:
    assert emptying.account.dialect.erase is not None
    client = emptying.client()
    with pytest.raises(CallFailed, match="not_read_before"):
        emptying.program.send(emptying.account, emptying.account.dialect.erase(client))
    assert emptying.writes == []


def test_nothing_of_a_record_is_logged_or_kept(emptying: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    place = emptying
    place.long_ago("Kirsikka", notes="pähkinäallergia", externalId="korttinumero")
    place.client("Other")
    night(place)
    approve(place, JobKind.ERASE)
    place.system.habits.meddle_writes = 1
    carry_out(place)
    until(place, State.VERIFIED)
    with database.read(place.program.engine) as db:
        kept = repr([row for table in (Tombstone, Job, Entry, Client) for row in db.exec(select(table))])
    kept += repr(lines_of(place.program, place.account))
    for word in ("Kirsikka", "kirsikka", "pähkinä", "korttinumero", "5550003", "pretend-password"):
        assert word not in caplog.text + kept


def test_marketing_is_switched_off_by_a_whole_record_that_changes_nothing_else(place: Place) -> None:
    client = place.client(emailMarketingConsent=True, emailReminderConsent=True, notes="maksaa kortilla")
    place.client("Other")
    sync(place)
    before = dict(place.system.clients[client])
    place.clock.at += AN_HOUR
    say_no_at_the_till(place, client)
    until(place, State.VERIFIED, rounds=1)
    after = place.system.clients[client]
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"emailMarketingConsent", "version", "updatedAt"}


def test_settings_stay_as_they_are_where_a_new_one_is_wrong(place: Place) -> None:
    with database.write(place.program.engine) as db:
        with pytest.raises(SalonError, match="business and branches"):
            salons_connection.set_settings(db, place.account, {"erase": "empty"}, now=NOON)
        assert salons_connection.settings_of(db, "aava") == SETTINGS
    assert YEARS_AGO < NOON
