"""A salon on Easy!Appointments, from its first hook to what is proved: every trap of the facts, over real HTTP."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from connector import (
    census,
    census_hinted,
    database,
    lookup,
    mirror_consents,
    wiring,
)
from connector.console import names
from connector.engine import Engine
from connector.program import Program
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Client, ConsentRecord, Entry, Job, Quarantined, Tombstone
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.connector.at_a_system import approve, carry_out, night, sync
from tests.connector.easyappointments import Place, easyappointments
from tests.connector.intake import rows
from webhooks.events import Answer, Method
from webhooks.vocabulary import Category, Channel

pytestmark = pytest.mark.journey  # over real HTTP

AN_HOUR = timedelta(hours=1)


@pytest.fixture
def place(program: Program, clock: Clock) -> Iterator[Place]:
    """The salon."""
    with easyappointments(program, clock) as made:
        yield made


def states(place: Place) -> dict[str, str]:
    """Where each job stands, by kind."""
    return {job.kind.value: job.state.value for job in rows(place.program, place.account, Job)}


# ---- connect


def test_both_halves_of_the_wiring_are_tried_by_a_change_that_changes_nothing(place: Place) -> None:
    before = dict(place.system.customers[place.client()])
    place.clock.at += AN_HOUR
    steps = wiring.prove(place.program, place.account, pause=lambda _: None, wait=1)
    assert [(one.held, one.word) for one in steps] == [(True, "answers"), (True, "came_in")]
    after = place.system.customers[before["id"]]
    assert {name for name in before if before[name] != after[name]} == {"update_datetime"}


# ---- trap 1: the token alone, fast, harmless twice


def test_a_hook_is_taken_by_its_token_and_the_same_one_twice_is_harmless(place: Place) -> None:
    place.system.outbox.is_held = True
    client = place.client()
    ((action, body),) = place.system.outbox.waiting
    assert [place.system.outbox.send(action, body) for _ in range(2)] == [[204], [204]]
    assert place.mirrored == {client}
    place.system.outbox.hooks[0].token = "another"
    assert place.system.outbox.send(action, body.replace(b"Aino", b"Eino")) == [401]


def test_what_is_not_understood_is_answered_well_so_that_the_system_logs_nobody(place: Place) -> None:
    place.system.outbox.hooks[0].actions = "customer_merge"
    body = b'{"action": "customer_merge", "payload": {"id": 1}}'
    assert place.system.outbox.send("customer_merge", body) == [202]
    assert place.system.outbox.log == []
    assert len(rows(place.program, place.account, Quarantined)) == 1


# ---- trap 2: the public page


def test_a_new_client_of_the_public_page_is_known_though_no_save_of_the_client_came(place: Place) -> None:
    person: dict[str, Any] = {
        "first_name": "Uusi",
        "last_name": "Asiakas",
        "email": "uusi@posti.example.fi",
        "phone_number": "040",
    }
    booking = place.system.book(NOON + timedelta(days=9), custom_field_1="kyllä", **person)
    assert [action for action, _ in place.system.outbox.answers] == ["appointment_save"]
    client = place.system.client_of(booking)
    assert place.mirrored == {client}
    assert place.fetch() == {"told": 1}
    (row,) = rows(place.program, place.account, Client)
    assert '"identity"' in row.registers
    (answer,) = rows(place.program, place.account, ConsentRecord)
    assert (answer.answer, answer.channel, answer.method) == ("given", "email", Method.NOT_TOLD)
    assert place.fetch() == {}


def test_a_worker_fetches_what_was_hinted_at_once_however_many_hints_came(place: Place) -> None:
    client = place.client()
    for day in (3, 4, 5):
        place.system.book(NOON + timedelta(days=day), client=client)
    worker = Engine(place.program)
    worker.fetch_hinted()
    assert place.system.calls == []  # whoever tells is still at it
    place.clock.at += timedelta(seconds=10)
    worker.fetch_hinted()
    worker.fetch_hinted()
    assert [path for _, path, _ in place.system.calls] == [f"/api/v1/customers/{client}"]


def test_a_census_has_seen_whoever_was_hinted_at_before_it(place: Place) -> None:
    place.client()
    place.clock.at += AN_HOUR
    sync(place)
    assert place.fetch() == {}


# ---- trap 3: silent deletions


def test_who_erased_themselves_is_found_gone_by_the_census(place: Place) -> None:
    gone, stays = place.client("Gone"), place.client("Stays")
    place.system.erase_themselves(gone)
    place.clock.at += AN_HOUR
    done = sync(place)
    assert (done.vanished, done.is_complete) == (1, True)
    assert place.mirrored == {stays}


def test_a_told_deletion_is_believed_after_a_look_and_a_made_up_one_is_not(place: Place) -> None:
    gone, stays = place.client("Gone"), place.client("Stays")
    place.system.delete_customer(gone)
    forged = f'{{"action": "customer_delete", "payload": {{"id": {stays}}}}}'.encode()
    place.system.outbox.send("customer_delete", forged)
    assert place.mirrored == {gone, stays}
    assert place.fetch() == {"gone": 1, "told": 1}
    assert place.mirrored == {stays}


def test_who_is_gone_already_is_no_failure_of_an_erasure(place: Place) -> None:
    (old,) = place.long_ago("Vanha")
    place.client("Other")
    night(place)
    approve(place, JobKind.ERASE)
    place.system.erase_themselves(old)
    assert carry_out(place) == {"sent": 1, "verified": 1}


# ---- trap 4: bodies that quote a client's row


def test_nothing_of_a_clients_row_is_logged_or_kept(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    client = place.client("Kirsikka", notes="pähkinäallergia")
    place.client("Other")
    place.system.delete_customer(client)
    place.fetch()
    (old,) = place.long_ago("Kirsikka")
    night(place)
    place.system.customers[old]["email"] = "no address"
    with pytest.raises(CallFailed):
        wiring_refused(place, old)
    with database.read(place.program.engine) as db:
        kept = repr([row for table in (Tombstone, Job, Entry, Client) for row in db.exec(select(table))])
    for word in ("Kirsikka", "kirsikka", "pähkinä", "no address"):
        assert word not in caplog.text + kept


def wiring_refused(place: Place, client: int) -> None:
    """A write that the system refuses by quoting the whole row."""
    assert place.account.dialect.ask_test is not None
    reply = place.program.send(place.account, place.account.dialect.ask_test(str(client)))
    assert (reply.status, reply.json) == (422, None)
    raise CallFailed(f"answered_{reply.status}")


# ---- trap 5: paging, pace, refusals


def test_a_list_longer_than_a_page_is_walked_to_its_end(place: Place) -> None:
    for number in range(25):
        place.client(f"Asiakas{number}")
    with database.write(place.program.engine) as db:
        for row in db.exec(select(Client)):
            db.delete(row)
    done = sync(place)
    assert (done.seen, done.is_complete) == (25, True)
    lists = [path for _, path, _ in place.system.calls if "length=" in path]
    assert {path.split("length=")[1].split("&")[0] for path in lists} == {"1000"}


def test_pages_that_shift_lose_nobody(place: Place) -> None:
    made = [place.client(f"Asiakas{number}") for number in range(3)]
    place.system.habits.shift_pages = 1
    place.clock.at += AN_HOUR
    assert sync(place).is_complete
    place.clock.at += AN_HOUR
    done = sync(place)
    assert (done.vanished, done.is_complete) == (1, True)
    assert place.mirrored == set(made[1:])


def test_a_list_that_is_suddenly_short_buries_nobody(place: Place) -> None:
    made = [place.client(f"Asiakas{number}") for number in range(9)]
    sync(place)
    place.system.habits.hide = set(made[:4])
    place.clock.at += AN_HOUR
    done = sync(place)
    assert (done.finding, done.vanished) == ("short_list", 0)
    assert place.mirrored == set(made)


def test_however_much_is_asked_its_limit_of_calls_is_never_reached(place: Place) -> None:
    client = place.client()
    for _ in range(150):
        place.program.send(place.account, place.account.dialect.look_up(str(client)))
    assert {status for _, _, status in place.system.calls} == {200}


def test_a_census_waits_out_a_429_and_goes_on(place: Place) -> None:
    made = {place.client(f"Asiakas{number}") for number in range(3)}
    place.system.habits.throttle_calls = 3
    before = place.ticks.at
    assert sync(place).is_complete
    assert place.mirrored == made
    assert place.ticks.at - before >= 3 * 120


def test_a_census_that_is_refused_for_ever_stops_and_goes_on_the_next_time(place: Place) -> None:
    place.client()
    place.system.habits.throttle_calls = 5
    assert sync(place).finding == "no_answer"
    assert sync(place).is_complete


def test_ten_thousand_clients_are_walked_through_without_a_429_and_with_progress(place: Place) -> None:
    hooks, place.system.outbox.hooks = place.system.outbox.hooks, []
    row = dict(place.system.customers[place.client()])
    for number in range(2, 10_001):
        place.system.customers[number] = row | {"id": number, "email": f"a{number}@posti.example.fi"}
    place.system.outbox.hooks = hooks
    said: list[str] = []
    done = census.run(place.program, "aava", on_progress=said.append)
    assert (done.seen, done.is_complete) == (10_000, True)
    assert len(said) >= 10
    assert {status for _, _, status in place.system.calls} == {200}
    assert place.ticks.at < 1000 + 120


def test_a_429_without_a_word_is_waited_out_and_then_it_is_done(place: Place) -> None:
    (old,) = place.long_ago("Vanha")
    place.client("Other")
    night(place)
    approve(place, JobKind.ERASE)
    place.system.habits.throttle_calls = 2
    assert carry_out(place).get("sent") is None
    assert old in place.system.customers
    for _ in range(3):
        place.clock.at += timedelta(minutes=3)
        carry_out(place)
    assert old not in place.system.customers
    assert states(place)["erase"] == State.VERIFIED


def test_a_500_that_is_a_refusal_is_not_tried_again(place: Place) -> None:
    assert place.account.dialect.anonymise is not None
    client, other = place.client("Aino"), place.client("Other")
    place.system.customers[other]["email"] = f"anonymised-{client}@erased.invalid"
    call = place.account.dialect.anonymise(str(client), frozenset())
    assert place.program.send(place.account, call).status == 422


# ---- trap 6: whom an answer is about


def test_an_answer_about_somebody_else_is_no_answer(place: Place) -> None:
    client, other = place.client("Aino"), place.client("Other")
    place.system.customers[client]["id"] = other
    place.clock.at += timedelta(seconds=10)
    assert census_hinted.fetch(place.program, "aava", str(client)) == "no_answer"


def test_who_cannot_be_named_in_a_call_is_not_asked_about_and_breaks_no_page(place: Place) -> None:
    with pytest.raises(CallFailed, match="unsafe_path"):
        lookup.ask(place.program, place.account, "c-1")
    assert names.Asking().ask(place.program, place.account, "c-1") is None
    assert place.system.calls == []


# ---- trap 7: what an erasure leaves behind


def test_an_erasure_leaves_no_orphaned_consent_rows(place: Place) -> None:
    (old,) = place.long_ago("Vanha")
    other = place.client("Other")
    place.system.book(NOON + timedelta(days=3), client=other)
    night(place)
    approve(place, JobKind.ERASE)
    assert carry_out(place) == {"sent": 1, "verified": 1}
    assert old not in place.system.customers
    writes = [(method, path) for method, path, _ in place.system.calls if method != "GET"]
    assert writes == [("DELETE", f"/api/v1/customers/{old}")]
    assert sorted(row["email"] for row in place.system.consents) == ["[DELETED]", "other@posti.example.fi"]
    assert "consent_ips" in place.account.dialect.out_of_reach


def test_an_anonymisation_takes_the_person_and_leaves_the_appointments_without_a_mail(place: Place) -> None:
    assert place.account.dialect.anonymise is not None
    clients = [place.client("Aino", notes="Ainon toive"), place.client("Eino")]
    for client in clients:
        place.system.book(NOON - timedelta(days=30), client=client)
        call = place.account.dialect.anonymise(str(client), frozenset({Category.BOOKINGS}))
        assert place.program.send(place.account, call).status == 200
        look = place.account.dialect.looked(
            place.program.send(place.account, place.account.dialect.look_up(str(client))), NOON
        )
        assert (look.is_gone, look.leftovers) == (False, frozenset())
    assert len(place.system.appointments) == 2
    assert place.system.mails == []
    assert "anonymised_consent_rows" in place.account.dialect.out_of_reach


# ---- trap 8: late hooks


def test_a_late_hook_after_an_erasure_brings_nothing_back(place: Place) -> None:
    (old,) = place.long_ago("Vanha")
    place.client("Other")
    place.system.outbox.is_held = True
    place.system.change_customer(old, {"notes": "vanha"})
    place.system.outbox.is_held = False
    ((action, late),) = place.system.outbox.waiting
    place.clock.at += AN_HOUR
    night(place)
    approve(place, JobKind.ERASE)
    assert carry_out(place) == {"sent": 1, "verified": 1}
    assert place.system.outbox.send(action, late) == [204]
    place.fetch()
    assert old not in place.mirrored


# ---- echoes, times, answers


def test_the_echo_of_our_own_write_is_no_activity_and_no_answer(place: Place) -> None:
    assert place.account.dialect.set_marketing is not None
    client = place.client(custom_field_1="kyllä")
    before = rows(place.program, place.account, Client)[0].maxima
    place.clock.at += AN_HOUR
    call = place.account.dialect.set_marketing(str(client), {Channel.EMAIL: False})
    assert place.program.send(place.account, call).status == 200
    assert place.fetch() == {"told": 1}
    assert rows(place.program, place.account, Client)[0].maxima == before
    assert [row.answer for row in rows(place.program, place.account, ConsentRecord)] == ["given"]


def test_of_two_changes_in_one_second_the_no_holds_and_the_record_says_what_is_so(place: Place) -> None:
    place.system.outbox.is_held = True
    client = place.client(custom_field_1="kyllä")
    place.system.change_customer(client, {"custom_field_1": "ei"})
    for action, body in reversed(place.system.outbox.waiting):
        place.system.outbox.send(action, body)
    assert place.fetch() == {"told": 1}
    with database.read(place.program.engine) as db:
        present = mirror_consents.present(db, "aava", [str(client)])
    assert {one.answer for one in present.values()} == {Answer.WITHDRAWN}


def test_the_same_answer_seen_every_night_is_one_answer(place: Place) -> None:
    place.client(custom_field_1="kyllä")
    for _ in range(3):
        place.clock.at += AN_HOUR
        sync(place)
    assert [row.answer for row in rows(place.program, place.account, ConsentRecord)] == ["given"]


def test_an_answer_that_was_changed_while_nobody_was_told_is_found_by_the_census(place: Place) -> None:
    client = place.client(custom_field_1="kyllä")
    place.system.customers[client]["custom_field_1"] = "ei"
    place.clock.at += AN_HOUR
    sync(place)
    found = sorted((row.at, row.answer) for row in rows(place.program, place.account, ConsentRecord))
    assert [answer for _, answer in found] == ["given", "withdrawn"]


def test_a_time_zone_that_is_not_the_systems_is_found_since_its_hooks_are_from_the_future(
    place: Place,
) -> None:
    from connector import salons_connection

    with database.write(place.program.engine) as db:
        salons_connection.set_settings(db, place.account, {"time_zone": "America/New_York"}, now=NOON)
    place.client()
    assert [row.reason for row in rows(place.program, place.account, Quarantined)] == ["from_the_future"]


# ---- the whole way


def test_from_the_first_list_to_what_is_proved(place: Place) -> None:
    old, older = place.long_ago("Vanha", "Vanhempi")
    regular = place.client("Vakio")
    place.system.book(NOON + timedelta(days=5), client=regular)
    place.fetch()
    place.clock.at += AN_HOUR
    found = night(place)
    assert {job.kind for job in found} == {JobKind.ERASE}
    assert len(found) == 2
    approve(place, JobKind.ERASE)
    assert carry_out(place) == {"sent": 2, "verified": 2}
    assert set(place.system.customers) == {regular}
    place.fetch()
    assert place.mirrored == {regular}
    place.clock.at += timedelta(days=1)
    assert night(place) == found or states(place) == {"erase": State.VERIFIED}
    assert {old, older}.isdisjoint(place.mirrored)
