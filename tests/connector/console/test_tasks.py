"""Tasks by hand: the most pressing first, by name and number; done, or not and why; and none on an old list."""

import re
from datetime import timedelta
from uuid import UUID

import pytest

from connector import database, holds, mirror, nightly, verify
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Evidence, OwnSteps, PlaceTick
from tests.builders import Clock
from tests.connector.console.visitor import Person, Visitor, person, text_of
from tests.connector.intake import rows
from tests.connector.lists import GONE, bring, clients, states, to_be_done
from webhooks.events import RequestReceived, Right


def first_task(phone: Visitor, path: str = "/tasks") -> str:
    """Where the page's form goes."""
    found = re.search(r'action="(/tasks/[^"]+)"', phone.get(path).get_data(as_text=True))
    assert found
    return found[1]


def test_a_task_says_whom_to_find_by_what_and_what_to_look_for_first(phone: Visitor) -> None:
    page = phone.get("/tasks")
    shown = text_of(page)
    assert re.search(r"Vanha 8\d · 040 5550008\d", shown)
    assert "0/3" in shown
    assert shown.index("lahjakortti") < shown.index("Poista asiakas")
    assert shown.count("Vanha") >= 3
    assert "Vanha" not in str(re.findall(r'(?:href|action)="([^"]*)"', page.get_data(as_text=True)))


def test_an_erasure_gives_a_list_of_the_other_places_that_the_policy_names(phone: Visitor) -> None:
    shown = text_of(phone.get("/tasks"))
    assert (
        shown.index("vihko kassalla")
        < shown.index("liikkeen puhelin")
        < shown.index("Kun merkitset tehdyksi")
    )


def test_an_old_list_is_to_be_brought_in_anew_and_no_connection_tested(
    program: Program, phone: Visitor, clock: Clock, them: Person
) -> None:
    clock.at += timedelta(days=15)
    nightly.run(program, salon="kasin")
    phone.log_in(them)
    page = phone.get("/night")
    assert 'href="/import"' in page.get_data(as_text=True)
    assert "Kokeile yhteyttä" not in text_of(page)


def test_the_owner_writes_own_steps_and_none_brings_the_usual_ones_back(
    program: Program, kasin: Account, phone: Visitor
) -> None:
    answer = phone.post(
        "/tasks/steps", salon="kasin", steps="Kortti auki\r\n\r\n  Kolme   pistettä \r\nPoista Zyx9"
    )
    assert (answer.status_code, answer.location) == (303, "/tasks")
    shown = text_of(phone.get("/tasks"))
    assert shown.index("lahjakortti") < shown.index("Kortti auki") < shown.index("Kolme pistettä")
    assert "Poista asiakas" not in shown
    assert "15.1.2027" in shown
    assert "Kortti auki" in text_of(phone.get("/tasks/steps"))
    assert "Zyx9" not in repr([tuple(row) for row in rows(program, kasin, OwnSteps)])
    phone.post("/tasks/steps", salon="kasin", steps=" \n ")
    assert "Poista asiakas" in text_of(phone.get("/tasks"))
    assert rows(program, kasin, OwnSteps) == []


def test_one_after_the_other_is_ticked_and_the_next_list_proves_them(
    program: Program, kasin: Account, phone: Visitor, clock: Clock
) -> None:
    clock.at += timedelta(minutes=1)
    for done in ("yes", "not_found"):
        answer = phone.post(first_task(phone), salon="kasin", done=done)
        assert (answer.status_code, answer.location) == (303, f"/tasks?said={done}")
    assert "2/3" in text_of(phone.get("/tasks"))
    assert text_of(phone.get("/tasks")).count("Odottaa uutta listaa") == 2
    clock.at += timedelta(minutes=5)
    bring(program, kasin, *clients(range(1, 21)))
    assert verify.look_due(program, limit=9)["verified"] == 1
    assert states(program, kasin) == ["verified"] * 3
    shown = text_of(phone.get("/tasks"))
    assert "3/3" in shown
    assert (shown.count("Poissa, todistettu"), shown.count("Odottaa uutta listaa")) == (3, 0)


def test_a_task_can_be_passed_over_and_comes_again_after_the_last(phone: Visitor) -> None:
    seen, path = [], "/tasks"
    for _ in range(4):
        task = first_task(phone, path)
        seen.append(task)
        path = f"/tasks?after={task.rpartition('/')[2]}"
    assert len(set(seen[:3])) == 3
    assert seen[3] == seen[0]
    assert first_task(phone, "/tasks?after=nobody") == seen[0]


@pytest.mark.parametrize(
    ("word", "why"),
    [("booking_ahead", "hand_hold"), ("open_invoice", "open_invoice"), ("prepaid_value", "prepaid_value")],
)
def test_what_speaks_against_it_becomes_a_hold_and_the_task_ends(
    program: Program, kasin: Account, phone: Visitor, word: str, why: str
) -> None:
    task = first_task(phone)
    assert phone.post(task, salon="kasin", done=word).status_code == 303
    assert states(program, kasin) == ["by_hand", "by_hand", "expired"]
    with database.read(program.engine) as db:
        (hold,) = holds.listed(db, kasin)
    assert (hold.why.value, (hold.review_on - program.now().date()).days) == (why, 30)
    assert first_task(phone) != task


@pytest.mark.parametrize(("days", "is_there"), [(13, True), (14, False)])
def test_tasks_made_from_an_old_list_lapse_until_the_next_one(
    program: Program, kasin: Account, phone: Visitor, clock: Clock, them: Person, days: int, is_there: bool
) -> None:
    task = first_task(phone)
    clock.at += timedelta(days=days)
    phone.log_in(them)
    assert ("liian vanha" not in text_of(phone.get("/tasks"))) is is_there
    answer = phone.post(task, salon="kasin", done="yes")
    assert answer.status_code == (303 if is_there else 409)
    assert states(program, kasin).count("verified") == int(is_there)
    bring(program, kasin, *clients(range(1, 21)), *GONE)
    assert "liian vanha" not in text_of(phone.get("/tasks"))


def test_another_salons_owner_sees_and_ticks_nothing(
    program: Program, kasin: Account, phone: Visitor, clock: Clock, other_owner: Person
) -> None:
    task = first_task(phone)
    theirs = Visitor(phone.client.application).log_in(other_owner)
    assert "Vanha" not in text_of(theirs.get("/tasks"))
    assert theirs.post(task, salon="toinen", done="yes").status_code == 409
    assert states(program, kasin) == ["by_hand"] * 3


def test_an_answer_that_is_none_changes_nothing(program: Program, kasin: Account, phone: Visitor) -> None:
    assert phone.post(first_task(phone), salon="kasin", done="perhaps").status_code == 400
    assert phone.post(f"/tasks/{UUID(int=1)}", salon="kasin", done="yes").status_code == 409
    assert states(program, kasin) == [State.BY_HAND.value] * 3


# ---- what comes first, and what is said of it -------------------------------------------------------------


@pytest.fixture
def pressed(program: Program, kasin: Account, phone: Visitor, them: Person) -> Visitor:
    """Three old ones wait since the morning; then somebody asks to be erased, and somebody else says no."""
    asked = program.now() - timedelta(days=16)
    for client, right, at in (("2", Right.ERASURE, asked), ("1", Right.OBJECTION, program.now())):
        event = RequestReceived(at=at, digest=client, client=client, right=right, received_at=at)
        with database.write(program.engine) as db:
            mirror.apply(db, kasin, event, today=program.now().date())
    to_be_done(program, kasin, them.id)
    assert states(program, kasin) == ["by_hand"] * 5
    return phone


def test_a_no_comes_first_then_what_has_a_deadline_then_the_rest_on_both_pages(pressed: Visitor) -> None:
    path, seen = "/tasks", []
    for _ in range(5):
        page = text_of(pressed.get(path))
        found = re.search(r"(Asiakas [12]|Vanha 8\d) · 040", page)
        assert found
        seen.append(found[1])
        path = f"/tasks?after={first_task(pressed, path).rpartition('/')[2]}"
    assert seen[:2] == ["Asiakas 1", "Asiakas 2"]
    assert {name[:5] for name in seen[2:]} == {"Vanha"}
    home = text_of(pressed.get("/"))
    assert home.index("Asiakas 1") < home.index("Asiakas 2") < home.index("Vanha")
    assert "päivää aikaa" in home[home.index("Asiakas 2") : home.index("Vanha")]
    assert "päivää aikaa" not in home[home.index("Vanha") :]


def test_a_no_asks_for_no_booking_ahead_and_nothing_holds_it_back(
    program: Program, kasin: Account, pressed: Visitor
) -> None:
    pressed.post("/tasks/steps", salon="kasin", steps="Paina Poista Zyx9")
    task, shown = first_task(pressed), text_of(pressed.get("/tasks"))
    assert "Laita mainokset pois" in shown
    for word in ("lahjakortti", "En tehnyt sitä", "Zyx9"):
        assert word not in shown
    for done in ("booking_ahead", "open_invoice", "prepaid_value", "other"):
        assert pressed.post(task, salon="kasin", done=done, reason="Muuten vain").status_code == 400
    with database.read(program.engine) as db:
        assert list(holds.listed(db, kasin)) == []
    assert "Jos lupa on yhä seuraavassa asiakaslistassa" in shown
    answer = pressed.post(task, salon="kasin", done="yes")
    assert answer.status_code == 303
    after = text_of(pressed.get(answer.location))
    assert ("Merkitty tehdyksi." in after, "Seuraava lista todistaa" in after) == (True, False)
    assert "Zyx9" in text_of(pressed.get("/tasks"))  # the next one is an erasure


def test_an_erasure_is_left_for_a_reason_of_the_owners_own(
    program: Program, kasin: Account, phone: Visitor
) -> None:
    task = first_task(phone)
    assert phone.post(task, salon="kasin", done="other", reason="  ").status_code == 400
    assert states(program, kasin) == ["by_hand"] * 3
    assert phone.post(task, salon="kasin", done="other", reason=" Asia on kesken Zyx9 ").status_code == 303
    assert states(program, kasin) == ["by_hand", "by_hand", "expired"]
    with database.read(program.engine) as db:
        (hold,) = holds.listed(db, kasin)
    assert (hold.why.value, hold.reason) == ("hand_hold", "Asia on kesken Zyx9")
    assert "Zyx9" not in repr([tuple(row) for row in rows(program, kasin, Evidence)])


# ---- the places beside the booking system ---------------------------------------------------------------


def ticks(program: Program, account: Account) -> list[tuple[UUID, UUID]]:
    """Which job was ticked by whom, once for each place."""
    return sorted((row.job, row.owner) for row in rows(program, account, PlaceTick))


def test_the_places_that_are_ticked_with_a_task_stand_on_its_page_with_who_and_when(
    program: Program, kasin: Account, phone: Visitor, them: Person
) -> None:
    task = first_task(phone)
    job = task.rpartition("/")[2]
    phone.post(task, salon="kasin", done="yes", place="2")
    assert ticks(program, kasin) == [(UUID(job), them.id)]
    shown = text_of(phone.get(f"/jobs/{job}"))
    assert re.search(r"liikkeen puhelin merkitsit sen, 15\.1\.2027", shown)
    assert "vihko kassalla merkitsit" not in shown
    told = [row.body.decode() for row in rows(program, kasin, Evidence)]
    (line,) = [one for one in told if '"what":"place"' in one]
    assert f'"job":"{job}"' in line
    assert f'"owner":"{them.id}"' in line
    assert '"kind":"phone"' in line
    assert "puhelin" not in line


def test_what_is_left_of_the_list_is_ticked_later_on_the_page_of_the_job_and_never_twice(
    program: Program, kasin: Account, phone: Visitor
) -> None:
    task = first_task(phone)
    page = f"/jobs/{task.rpartition('/')[2]}"
    phone.post(task, salon="kasin", done="yes")
    for _ in range(2):
        assert phone.post(f"{page}/places", salon="kasin", place="1").status_code == 303
    assert len(ticks(program, kasin)) == 1
    assert "vihko kassalla merkitsit sen" in text_of(phone.get(page))
    assert phone.post(f"{page}/places", salon="kasin", place="3").status_code == 400


def test_what_was_left_undone_ticks_no_place(program: Program, kasin: Account, phone: Visitor) -> None:
    task = first_task(phone)
    phone.post(task, salon="kasin", done="open_invoice", place="1")
    page = f"/jobs/{task.rpartition('/')[2]}"
    assert phone.post(f"{page}/places", salon="kasin", place="1").status_code == 303
    assert ticks(program, kasin) == []
    assert "vihko kassalla" not in text_of(phone.get(page))


def test_another_owner_sees_who_ticked_and_a_strangers_owner_ticks_nothing(
    program: Program, kasin: Account, phone: Visitor, clock: Clock, other_owner: Person
) -> None:
    task = first_task(phone)
    page = f"/jobs/{task.rpartition('/')[2]}"
    phone.post(task, salon="kasin", done="yes", place="1")
    theirs = Visitor(phone.client.application).log_in(other_owner)
    assert theirs.post(f"{page}/places", salon="toinen", place="2").status_code == 404
    second = person(program, clock, "toinen@kasin.example", "kasin")
    shown = text_of(Visitor(phone.client.application).log_in(second).get(page))
    assert "merkinnyt omistaja@kasin.example" in shown
    assert len(ticks(program, kasin)) == 1


@pytest.mark.parametrize(("days", "is_there"), [(13, True), (14, False)])
def test_a_tick_on_the_page_of_the_job_needs_a_list_as_fresh_as_one_among_the_tasks(
    program: Program, kasin: Account, phone: Visitor, clock: Clock, them: Person, days: int, is_there: bool
) -> None:
    page = f"/jobs/{first_task(phone).rpartition('/')[2]}"
    clock.at += timedelta(days=days)
    phone.log_in(them)
    assert ("liian vanha" not in text_of(phone.get(page))) is is_there
    answer = phone.post(f"{page}/tick", salon="kasin", place="1")
    assert answer.status_code == (303 if is_there else 409)
    assert states(program, kasin).count("verified") == int(is_there)
    assert len(ticks(program, kasin)) == int(is_there)
