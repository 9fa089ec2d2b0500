"""A salon moves to another booking system: no "no" is lost, the erased stay erased, and no id means somebody else."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from connector import (
    answers,
    census_hinted,
    database,
    exports_own_told,
    jobs_looks,
    mirror,
    mirror_hints,
    nightly,
    salons_move,
    vault_ids,
)
from connector.exports_own_rows import Reading
from connector.program import Program
from connector.salons import Account
from connector.salons_move import MoveRefused
from connector.salons_system import Moved, SalonError, System
from connector.states import LIVE, State
from connector.tables import (
    Client,
    ConsentRecord,
    Contact,
    Entry,
    Hint,
    Job,
    Look,
    Refusal,
    Seen,
    Tombstone,
)
from policies.facts import Answer as Known
from policies.vocabulary import Channel
from tests.builders import NOON, Clock
from tests.connector.booking import beside_a_stranger, record
from tests.connector.intake import (
    answered,
    apply,
    at,
    body_of,
    booked,
    browser,
    deleted,
    digest,
    look,
    merged,
    rows,
    secrets_of,
    send,
    told,
)
from tests.connector.moves import EMAIL, NEW, PHONE, PURPOSE, Leaving, with_a_no
from webhooks.events import Answer, DeletedBy, IncidentReported
from webhooks.vocabulary import Channel as Told

BOTH = {"email": EMAIL, "phone": PHONE}
LOGIN = body_of("client.login", {"client_id": "17"})


@pytest.fixture
def place(program: Program, salon: Account, stranger: Account, clock: Clock) -> Leaving:
    """A salon with a client 17 who said no to mail; and a stranger's client 17."""
    return with_a_no(program, salon, stranger, clock)


# ---- who goes on as whom ------------------------------------------------------------------------------


def test_whoever_has_the_same_number_and_address_goes_on_with_everything_that_they_said(
    place: Leaving,
) -> None:
    apply(place.program, place.old, booked("17", "b-1", day=40))
    place.move()
    place.has("900", **BOTH)
    done = place.walk()
    assert (done.finding, done.new) == (None, 1)
    assert place.joined() == {"900": "17"}
    assert place.stands("900", Channel.EMAIL) is Known.WITHDRAWN
    assert place.stands("900", Channel.SMS) is Known.WITHDRAWN
    assert place.facts("900").client == "900"
    place.night()
    assert place.asked() == set()


def test_an_id_of_the_new_system_is_nobody_of_the_old_one(place: Leaving) -> None:
    place.move()
    place.has("17", email="joku@muu.example", phone="050 765 4321", marketing={"email": True})
    place.walk()
    assert place.joined() == {}
    assert place.stands("17", Channel.EMAIL) is None
    assert place.facts("17").created_on == place.today


def test_a_booking_of_the_new_system_is_none_of_the_old_one(place: Leaving) -> None:
    apply(place.program, place.old, booked("17", "b-1", day=10, starts_at=NOON + timedelta(days=9)))
    place.move()
    place.has("900", **BOTH)
    place.has("901", email="joku@muu.example")
    place.walk()
    apply(place.program, place.account, replace(booked("901", "b-1", day=0), at=place.clock.at))
    assert place.facts("900").next_booking_on is not None
    assert place.facts("901").next_booking_on is None
    entries = {row.entry for row in rows(place.program, place.old, Entry)}
    assert len(entries) == 2
    assert {vault_ids.as_told(one) for one in entries} == {"b-1"}


def test_who_was_joined_is_told_of_afterwards_under_the_new_id_alone(place: Leaving) -> None:
    place.move()
    place.has("900", **BOTH)
    place.walk()
    apply(
        place.program,
        place.account,
        replace(answered(Answer.GIVEN, "900", purpose=PURPOSE, channels=(Told.EMAIL,)), at=place.clock.at),
    )
    yes = answered(Answer.GIVEN, "900", day=-1, purpose=PURPOSE, channels=(Told.EMAIL,))
    apply(place.program, place.account, yes)
    assert place.stands("900", Channel.EMAIL) is Known.GIVEN  # a real yes, after the move
    assert place.stands("900", Channel.SMS) is Known.WITHDRAWN


def test_what_the_new_system_says_at_first_is_no_yes_to_an_old_no(place: Leaving) -> None:
    yes = [{"purpose": PURPOSE.value, "answer": "given", "at": (NOON + timedelta(minutes=30)).isoformat()}]
    place.tell("18", phone="040 222 2222")
    place.say("18", Answer.REFUSED, Told.SMS)
    place.move()
    place.has("900", **BOTH, consents=yes)
    place.has("901", phone="040 222 2222", consents=yes)
    place.walk()
    assert place.stands("900", Channel.EMAIL) is Known.WITHDRAWN
    assert place.stands("901", Channel.SMS) is Known.REFUSED
    # who said it is found, so that whoever shares the telephone is somebody else, as within one system
    place.has("902", phone=PHONE, consents=yes)
    place.walk()
    assert place.stands("902", Channel.SMS) is Known.GIVEN


@pytest.mark.parametrize("shared", [{"phone": PHONE}, {"email": EMAIL}])
def test_by_one_contact_point_alone_noes_hold_and_who_it_is_is_asked(
    place: Leaving, shared: dict[str, str]
) -> None:
    place.move()
    place.has("900", **shared, marketing={"email": True, "sms": True})
    place.walk()
    channel, other = (Channel.SMS, Channel.EMAIL) if "phone" in shared else (Channel.EMAIL, Channel.SMS)
    assert place.joined() == {}
    assert place.stands("900", channel) is Known.REFUSED
    assert place.stands("900", other) is None
    place.night()
    (kind,) = shared
    assert place.asked() == {("900", f"contact:{kind}")}
    assert [job for job in place.jobs() if job.kind.is_destructive] == []


@pytest.mark.parametrize("days", [0, 29, 31, 400])
def test_a_no_that_is_known_by_a_contact_point_alone_holds_for_ever(place: Leaving, days: int) -> None:
    place.move()
    place.has("900", phone=PHONE)
    place.walk()
    place.clock.at += timedelta(days=days)
    with database.write(place.program.engine) as db:
        mirror.settle_tombstones(db, place.account, place.clock.at)
    assert place.stands("900", Channel.SMS) is Known.REFUSED


@pytest.mark.parametrize(("word", "joined"), [("same", {"900": "17"}), ("somebody_else", {})])
def test_the_owner_says_who_it_is_and_the_next_list_follows(
    place: Leaving, word: str, joined: dict[str, str]
) -> None:
    place.move()
    place.has("900", phone=PHONE)
    place.walk()
    place.night()
    with database.write(place.program.engine) as db:
        asked = answers.asked(db, place.account, because="shared_contact")
        today = place.today
        answers.answer(db, place.account, asked, word, owner=None, now=place.clock.at, today=today)
    place.walk(after=timedelta(days=1))
    assert place.joined() == joined
    assert place.stands("900", Channel.SMS) is (Known.WITHDRAWN if joined else None)
    assert place.stands("900", Channel.EMAIL) is (Known.WITHDRAWN if joined else None)
    place.night()
    assert place.asked() == set()


def test_where_two_could_be_meant_nobody_is_joined_and_the_noes_hold_for_both(place: Leaving) -> None:
    place.move()
    for client in ("900", "901"):
        place.has(client, **BOTH)
    place.walk()
    assert place.joined() == {}
    for client in ("900", "901"):
        assert place.stands(client, Channel.EMAIL) is Known.REFUSED


def test_a_no_of_an_id_that_had_been_merged_holds_under_every_contact_point(place: Leaving) -> None:
    place.tell("18", email="uusi@posti.example", phone="040 999 9999")
    apply(place.program, place.old, merged("17", "18"))
    place.move()
    place.has("900", email="uusi@posti.example")
    place.has("901", email="uusi@posti.example", phone="040 999 9999")
    place.walk()
    assert place.stands("900", Channel.EMAIL) is Known.REFUSED
    assert place.joined() == {"901": "18"}
    assert place.stands("901", Channel.EMAIL) is Known.WITHDRAWN


def test_a_yes_goes_along_where_it_is_certain_whose_it_is_and_nowhere_else(place: Leaving) -> None:
    place.tell("18", email="kylla@posti.example", phone="040 222 2222")
    place.say("18", Answer.GIVEN, Told.EMAIL)
    place.move()
    place.has("900", email="kylla@posti.example", phone="040 222 2222")
    place.has("901", email="kylla@posti.example", phone="040 333 3333")
    place.walk()
    assert place.joined() == {"900": "18"}
    assert place.stands("900", Channel.EMAIL) is Known.GIVEN
    assert place.stands("901", Channel.EMAIL) is None


# ---- the erased ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["ovikello", "client", "staff"])
def test_who_was_erased_and_is_on_the_new_list_is_no_marketing_target_and_is_asked_about(
    place: Leaving, by: str
) -> None:
    place.tell("18", email="pois@posti.example", phone="040 222 2222")
    place.say("18", Answer.GIVEN, Told.EMAIL)
    with database.write(place.program.engine) as db:
        mirror.bury(db, place.old, "18", at=at(1), by=by)
    place.move()
    yes = [{"purpose": PURPOSE.value, "answer": "given", "at": "2020-01-01T09:00:00Z"}]
    place.has(
        "900", email="pois@posti.example", phone="040 222 2222", marketing={"email": True}, consents=yes
    )
    place.walk()
    assert place.joined() == {}
    assert place.stands("900", Channel.EMAIL) is Known.REFUSED
    place.night()
    assert place.asked() == {("900", "contact:email"), ("900", "contact:phone")}
    assert '"erased":1' in place.lines()


def test_a_son_who_was_there_beside_his_mother_is_not_taken_for_her(place: Leaving) -> None:
    place.tell("son", email="poika@posti.example", phone=PHONE)
    with database.write(place.program.engine) as db:
        mirror.bury(db, place.old, "17", at=at(1), by="ovikello")
    place.move()
    place.has("900", email="poika@posti.example", phone=PHONE)
    place.walk()
    assert place.joined() == {"900": "son"}
    assert place.stands("900", Channel.SMS) is None
    assert '"erased":0' in place.lines()


def test_a_tombstone_of_the_old_system_takes_no_id_of_the_new_one(place: Leaving) -> None:
    apply(place.program, place.old, deleted("18", day=200, by=DeletedBy.STAFF))
    place.move()
    place.has("18", email="joku@muu.example")
    place.walk()
    assert [row.client for row in rows(place.program, place.old, Client)] == ["18"]


# ---- what ends ----------------------------------------------------------------------------------------


def test_nothing_is_called_under_an_old_id_any_more(
    program: Program, salon: Account, stranger: Account, clock: Clock
) -> None:
    story = beside_a_stranger(program, salon, stranger, record("17"), record("18"))
    place = Leaving(story.program, salon, story.booking, clock)
    ended = story.judged("17")
    done = story.judged("18")
    with database.write(program.engine) as db:
        jobs_looks.plan(db, salon, done[0], 1, sent_at=NOON)
        sa_done = sa.update(Job).where(Job.id == done[0]).values(state=State.VERIFIED, live=None)  # type: ignore[arg-type]
        db.connection().execute(sa_done)
        mirror_hints.put(db, salon, ["17"], now=NOON - timedelta(minutes=1))
    calls = story.booking.calls
    moved = place.move()
    assert moved.jobs == len(ended)
    assert [job.state for job in place.jobs() if job.state in LIVE] == []
    assert {job.reason for job in place.jobs() if job.id in ended} == {"moved"}
    assert [job.client for job in place.jobs()] == [None] * len(place.jobs())
    assert rows(program, salon, Hint) == rows(program, salon, Look) == []
    assert census_hinted.fetch_due(place.program, limit=9) == {}
    assert story.booking.calls == calls
    assert rows(program, stranger, Hint) == []


def test_the_old_secret_ends_and_so_does_the_address(place: Leaving, stranger: Account) -> None:
    before = secrets_of(place.program, place.old)[0]
    with browser(place.program) as door:
        assert send(door, place.program, place.old, LOGIN).status_code == 204
        moved = place.move()
        assert send(door, place.program, place.old, LOGIN, secret=before).status_code == 401
        # its number may be one that the old system had used
        assert send(door, place.program, place.account, LOGIN, secret=moved.secret).status_code == 204
        assert send(door, place.program, stranger, LOGIN).status_code == 204
    account = place.account
    assert (account.base_url, account.token) == ("http://127.0.0.1:8", "token-of-the-new-one")
    assert secrets_of(place.program, place.old) == (moved.secret,)


def test_a_delivery_number_of_the_old_system_is_none_of_the_new(place: Leaving) -> None:
    with browser(place.program) as door:
        assert send(door, place.program, place.old, LOGIN, delivery="d-1").status_code == 204
        place.move()
        other = body_of("client.login", {"client_id": "99"})
        assert send(door, place.program, place.account, other, delivery="d-1").status_code == 204
    assert [row.client for row in rows(place.program, place.old, Client)] == ["99"]
    assert len(rows(place.program, place.old, Seen)) == 1


def test_who_read_the_account_before_the_move_writes_nothing_after_it(place: Leaving) -> None:
    stale = place.account
    place.move()
    before = look(place.program, place.old)
    with database.write(place.program.engine) as db:
        with pytest.raises(Moved):
            mirror.apply(db, stale, told("17", day=0), today=place.today)
        with pytest.raises(Moved):
            mirror.miss(db, stale, "17", at=NOON)
        with pytest.raises(Moved):
            salons_move.move(db, stale, NEW, now=NOON, even_so=True)
    assert look(place.program, place.old) == before


def test_nothing_is_judged_before_the_new_systems_whole_list(place: Leaving) -> None:
    place.move()
    place.night()
    assert place.jobs() == []
    assert place.account.awaits_list
    place.has("900", **BOTH)
    place.walk()
    assert not place.account.awaits_list


def test_whom_the_salon_brought_along_are_no_door_customers(place: Leaving) -> None:
    place.move()
    place.clock.at += timedelta(days=2)  # it takes its time until the clients are in the new system
    place.has("900", email="joku@muu.example", created_via="staff")
    place.walk()
    assert place.facts("900").known_before


# ---- what is kept, and for how long -------------------------------------------------------------------


def test_the_move_destroys_nothing_that_was_told_of_anybody(place: Leaving) -> None:
    apply(place.program, place.old, booked("17", "booking-of-17", day=40))
    tables = (ConsentRecord, Contact, Refusal)
    before = [len(rows(place.program, place.old, table)) for table in tables]
    assert place.move().clients == 1
    assert [len(rows(place.program, place.old, table)) for table in tables] == before
    (stone,) = rows(place.program, place.old, Tombstone)
    assert stone.kept is not None
    assert b"booking-of-17" not in stone.kept
    place.has("900", **BOTH)
    place.walk()
    assert [row.entry for row in rows(place.program, place.old, Entry)] == [
        vault_ids.left_behind("booking-of-17", 1)
    ]


@pytest.mark.parametrize("way", ["bury", "miss"])
def test_who_goes_from_the_new_system_takes_along_what_was_known_from_the_old(
    place: Leaving, way: str
) -> None:
    place.move()
    place.has("900", **BOTH)
    place.walk()
    assert len(rows(place.program, place.old, Client)) == 2
    with database.write(place.program.engine) as db:
        if way == "bury":
            mirror.bury(db, place.account, "900", at=place.clock.at, by="ovikello")
        else:
            assert mirror.miss(db, place.account, "900", at=place.clock.at)
    assert rows(place.program, place.old, Client) == []
    place.night()
    assert place.jobs() == []


def test_who_was_missing_from_the_new_system_and_comes_back_is_who_they_were(place: Leaving) -> None:
    place.move()
    place.has("900", **BOTH)
    place.walk()
    with database.write(place.program.engine) as db:
        mirror.miss(db, place.account, "900", at=place.clock.at)
    assert rows(place.program, place.old, Client) == []
    place.walk(after=timedelta(days=1))
    assert place.stands("900", Channel.EMAIL) is Known.WITHDRAWN
    assert len(rows(place.program, place.old, Client)) == 2


def test_who_is_not_found_is_forgotten_thirty_days_after_the_new_list_but_for_noes(place: Leaving) -> None:
    place.move()
    place.walk(after=timedelta(days=40))  # the new list is late
    place.clock.at += timedelta(days=29)
    with database.write(place.program.engine) as db:
        assert mirror.settle_tombstones(db, place.account, place.clock.at) == 0
        assert mirror.settle_tombstones(db, place.account, place.clock.at + timedelta(days=1)) == 1
    (stone,) = rows(place.program, place.old, Tombstone)
    assert (stone.client, stone.kept) == (None, None)
    assert rows(place.program, place.old, Contact) == []
    assert {row.channel for row in rows(place.program, place.old, Refusal)} == {"email", "sms"}


def test_the_evidence_tells_of_the_move_and_stays_whole(place: Leaving, stranger: Account) -> None:
    before = rows(place.program, stranger, Client)
    place.move()
    place.has("900", **BOTH)
    place.walk()
    lines = [json.loads(line) for line in place.lines().splitlines()]
    assert [line["what"] for line in lines] == ["moved", "joined"]
    assert (lines[0]["from"], lines[0]["to"], lines[0]["clients"]) == ("standard", "standard", 1)
    assert (lines[1]["found"], lines[1]["erased"]) == (1, 0)
    assert place.is_whole()
    assert {"17", "900"}.isdisjoint(str(told) for line in lines for told in line.values())
    assert rows(place.program, stranger, Client) == before


def test_nothing_of_another_salon_is_changed(place: Leaving, stranger: Account) -> None:
    def theirs() -> dict[str, list[str]]:
        return {
            table.name: sorted(
                map(repr, rows_of(place.program, table, stranger.slug)),
            )
            for table in SQLModel.metadata.sorted_tables
            if "salon" in table.c
        }

    before = theirs()
    place.move()
    place.has("900", **BOTH)
    place.walk()
    assert theirs() == before


def rows_of(program: Program, table: sa.Table, slug: str) -> list[object]:
    """A salon's rows of a table."""
    with database.read(program.engine) as db:
        return list(db.connection().execute(sa.select(table).where(table.c.salon == slug)))


def test_a_second_move_takes_along_what_the_first_did(place: Leaving) -> None:
    place.move()
    place.has("900", **BOTH)
    place.walk()
    place.clock.at += timedelta(days=1)
    place.move()
    place.booking.clients.clear()
    place.has("17", **BOTH)
    place.walk()
    assert place.joined() == {"17": "900"}
    assert place.stands("17", Channel.EMAIL) is Known.WITHDRAWN
    assert place.account.keys.generation == 3


@pytest.mark.parametrize(("days", "is_told"), [(1, True), (29, True), (31, False)])
def test_for_a_month_the_owner_is_told_that_the_old_copy_has_to_go(
    place: Leaving, stranger: Account, days: int, is_told: bool
) -> None:
    place.move()
    place.walk(after=timedelta(days=days))
    report = nightly.run(place.program)
    told = {
        one.salon: [found.params for found in one.findings if found.code == "moved_away"]
        for one in report.salons
    }
    assert told == {"aava": [{"day": "2026-11-24"}] if is_told else [], "toinen": []}


@pytest.mark.parametrize("state", sorted(LIVE))
def test_a_job_comes_to_its_end_by_allowed_moves_from_wherever_it_stands(
    program: Program, salon: Account, stranger: Account, clock: Clock, state: State
) -> None:
    story = beside_a_stranger(program, salon, stranger, record("17"))
    place = Leaving(story.program, salon, story.booking, clock)
    (job,) = story.judged("17")
    with database.write(program.engine) as db:
        db.connection().execute(sa.update(Job).where(Job.id == job).values(state=state))  # type: ignore[arg-type]
    if state in {State.SENDING, State.UNKNOWN, State.SENT, State.PENDING}:
        with database.read(program.engine) as db:
            assert salons_move.unfinished(db, salon, now=NOON).on_their_way == 1
    place.move()
    (ended,) = place.jobs()
    assert ended.state is (State.EXPIRED if state is State.BY_HAND else State.WITHDRAWN)
    assert (ended.reason, ended.live, ended.client) == ("moved", None, None)


def test_a_breach_that_named_an_old_client_concerns_no_new_one_of_that_id(place: Leaving) -> None:
    for incident, about in (("i-1", ("17",)), ("i-2", None)):
        told_of = IncidentReported(
            at=at(3), digest=digest(incident), incident=incident, discovered_at=at(3), clients=about
        )
        apply(place.program, place.old, told_of)
    place.move()
    place.has("900", **BOTH)
    place.has("17", email="joku@muu.example")
    place.walk()

    def breaches(*ids: str) -> list[str]:
        with database.read(place.program.engine) as db:
            reading = Reading(db, place.account, ids)
            return [
                one["id"] for one in exports_own_told.READERS["entry"](reading) if one["what"] == "incident"
            ]

    assert breaches("17") == []
    assert breaches("900", vault_ids.left_behind("17", 1)) == ["i-1"]


# ---- what is refused ----------------------------------------------------------------------------------


def test_a_move_is_refused_while_something_of_the_old_system_is_unfinished(place: Leaving) -> None:
    with database.write(place.program.engine) as db:
        assert not salons_move.unfinished(db, place.account, now=place.clock.at)
    place.clock.at += timedelta(days=30)
    with pytest.raises(MoveRefused) as refused:
        place.move(even_so=False)
    assert refused.value.unfinished.objection == "stale"
    assert place.account.keys.generation == 1


@pytest.mark.parametrize(
    ("to", "says"),
    [
        (System("nowhere"), "There is no dialect"),
        (System("by_hand", "https://a.example"), "has no address"),
        (System("standard", "https://a.example", can=frozenset({"fly"})), "can do 'fly'"),
    ],
)
def test_a_system_that_cannot_be_is_refused_and_nothing_is_changed(
    place: Leaving, to: System, says: str
) -> None:
    with pytest.raises(SalonError, match=says):
        place.move(to)
    assert place.account.keys.generation == 1
