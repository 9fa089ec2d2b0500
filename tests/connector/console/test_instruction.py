"""One instruction instead of many tasks by hand: made with a code, read by the maker, answered, ticked together."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from connector import (
    approvals_instructed,
    database,
    instructions_kept,
    jobs,
    mailing,
    nightly,
    nightly_packages,
    salons_move,
    verify,
)
from connector.console import links
from connector.console.cards import AT_ONCE
from connector.journal_doors import shut
from connector.program import Program
from connector.salons import Account
from connector.salons_system import System
from connector.states import State
from connector.tables import Evidence, Instruction, Look, PlaceTick
from tests.builders import NOON, Clock
from tests.connector.console.asking import instruction_of, make
from tests.connector.console.visitor import Person, Visitor, form_of, hidden, person, text_of
from tests.connector.intake import rows
from tests.connector.lists import GONE, bring, by_hand, clients, states, to_be_done
from tests.connector.postbox import Postbox

DAYS = timedelta(days=1)
NAME = re.compile(r"Vanha 8\d")


def link_in(answer: TestResponse) -> str:
    """The path of the link in the letter."""
    found = re.search(r"Lista: (http\S+)", answer.get_data(as_text=True))
    assert found
    return urlsplit(found[1]).path


def grades(program: Program, account: Account) -> list[str]:
    """How good a proof the first look of each job is."""
    return sorted(str(row.grade) for row in rows(program, account, Look) if row.nth == 0)


@pytest.fixture
def made(phone: Visitor, them: Person) -> TestResponse:
    """The page with the letter."""
    answer = make(phone, them)
    assert answer.status_code == 200
    return answer


@pytest.fixture
def sent(made: TestResponse, phone: Visitor) -> str:
    """The page of an instruction that went out today."""
    page = instruction_of(made)
    assert phone.post(f"{page}/sent", salon="kasin", on="2027-01-15").status_code == 303
    return page


@pytest.fixture
def maker(app: Flask) -> Visitor:
    """The browser of the booking system's maker."""
    return Visitor(app)


# ---- made ----------------------------------------------------------------------------------------------


def test_an_instruction_is_made_only_with_a_code(
    program: Program, kasin: Account, phone: Visitor, them: Person
) -> None:
    shown = text_of(phone.get("/tasks/instruction"))
    assert "Listassa on 3 tehtävää" in shown
    assert len(NAME.findall(shown)) == 3
    for code in ("", "000000"):
        assert make(phone, them, code=code).status_code == 403
    assert rows(program, kasin, Instruction) == []
    assert make(phone, them).status_code == 200
    (row,) = rows(program, kasin, Instruction)
    assert (row.tasks, row.sent_on, row.answer) == (3, None, None)
    assert states(program, kasin) == ["by_hand"] * 3


def test_the_letter_names_the_salon_and_the_law_and_no_customer(made: TestResponse, phone: Visitor) -> None:
    shown = text_of(made)
    assert "28 artiklan 3 kohdan a alakohta" in shown
    assert "28 artiklan 3 kohdan e alakohta" in shown
    assert "3 asiakasta" in shown
    assert NAME.search(shown) is None
    saved = phone.post(f"{instruction_of(made)}/letter", salon="kasin", token=hidden(made, "token"))
    assert (saved.mimetype, link_in(saved)) == ("text/plain", link_in(made))
    assert saved.headers["Content-Disposition"].startswith('attachment; filename="ohje-')


@pytest.mark.parametrize("token", ["", "x" * 43, "\x00"])
def test_who_has_not_the_link_gets_no_letter_with_it(made: TestResponse, phone: Visitor, token: str) -> None:
    assert phone.post(f"{instruction_of(made)}/letter", salon="kasin", token=token).status_code == 409


def test_what_has_changed_since_it_was_shown_falls_out_by_itself(
    program: Program, kasin: Account, phone: Visitor, them: Person
) -> None:
    form = form_of(phone.get("/tasks/instruction"), "/tasks/instruction")
    task = re.search(r'action="(/tasks/[^"]+)"', phone.get("/tasks").get_data(as_text=True))
    assert task is not None
    assert phone.post(task[1], salon="kasin", done="open_invoice").status_code == 303
    answer = phone.post("/tasks/instruction", **form, way="link", code=them.next_code())
    assert "1 putosi pois" in text_of(answer).replace("sillä välin ", "")
    (row,) = rows(program, kasin, Instruction)
    assert row.tasks == 2


def test_a_list_that_is_not_the_one_that_was_shown_makes_nothing(
    program: Program, kasin: Account, phone: Visitor, them: Person
) -> None:
    form = form_of(phone.get("/tasks/instruction"), "/tasks/instruction")
    for other in (
        {"seen": "0" * 64},
        {"jobs": form["jobs"].split()[0]},
        {"jobs": f"{form['jobs']} {'0' * 32}"},
    ):
        answer = phone.post("/tasks/instruction", **(form | other), way="link", code=them.next_code())
        assert answer.status_code == 409
    for jobs_ in ("", "x", " ".join(["0" * 32] * (AT_ONCE + 1))):
        assert phone.post("/tasks/instruction", **(form | {"jobs": jobs_}), way="link").status_code == 400
    for way in ("", "mail"):
        assert phone.post("/tasks/instruction", **form, way=way).status_code == 400
    assert rows(program, kasin, Instruction) == []


@pytest.mark.parametrize(("days", "is_made"), [(13, True), (14, False)])
def test_none_is_made_of_a_list_that_is_too_old(
    program: Program, kasin: Account, phone: Visitor, clock: Clock, them: Person, days: int, is_made: bool
) -> None:
    form = form_of(phone.get("/tasks/instruction"), "/tasks/instruction")
    clock.at += days * DAYS
    phone.log_in(them)
    assert ("liian vanha" not in text_of(phone.get("/tasks/instruction"))) is is_made
    answer = phone.post("/tasks/instruction", **form, way="link", code=them.next_code())
    assert answer.status_code == (200 if is_made else 409)
    assert len(rows(program, kasin, Instruction)) == int(is_made)


def test_a_task_stands_in_one_open_instruction_at_a_time(
    made: TestResponse, phone: Visitor, them: Person, program: Program, kasin: Account
) -> None:
    assert "Ohjeeseen ei ole nyt mitään pantavaa" in text_of(phone.get("/tasks/instruction"))
    page = instruction_of(made)
    assert phone.post(f"{page}/withdraw", salon="kasin").status_code == 303
    assert "Listassa on 3 tehtävää" in text_of(phone.get("/tasks/instruction"))
    assert phone.post(f"{page}/withdraw", salon="kasin").status_code == 409
    assert make(phone, them).status_code == 200
    assert sorted(str(row.answer) for row in rows(program, kasin, Instruction)) == ["None", "withdrawn"]


def test_of_two_owners_who_ask_for_the_same_tasks_at_once_one_does(
    program: Program, kasin: Account, phone: Visitor, them: Person, clock: Clock
) -> None:
    second = person(program, clock, "toinen@kasin.example", "kasin")
    theirs = Visitor(phone.client.application).log_in(second)
    form = form_of(phone.get("/tasks/instruction"), "/tasks/instruction") | {"way": "file"}
    sent = [(phone, them.next_code()), (theirs, second.code()), (phone, them.code())]
    with ThreadPoolExecutor(len(sent)) as pool:
        answers = [pool.submit(who.post, "/tasks/instruction", **form, code=code) for who, code in sent]
        made = sorted(one.result().status_code for one in answers)
    assert made[0] == 200
    assert set(made[1:]) <= {403, 409}
    (row,) = rows(program, kasin, Instruction)
    assert row.tasks == 3


# ---- the list, as its maker opens it -----------------------------------------------------------------------


def test_the_maker_opens_the_list_with_the_link_alone_and_each_press_counts(
    made: TestResponse, phone: Visitor, maker: Visitor
) -> None:
    link = link_in(made)
    for _ in range(3):
        assert "Aukeaa vielä 5 kertaa" in text_of(maker.get(link))
    shown = text_of(maker.post(link, **{"as": "page"}))
    assert len(NAME.findall(shown)) == 3
    assert "040 55500081" in shown
    assert shown.count("Poista asiakas") == 3
    file = maker.post(link, **{"as": "json"})
    assert [(row["nth"], row["name"]) for row in json.loads(file.get_data())] == [
        (1, "Vanha 81"),
        (2, "Vanha 82"),
        (3, "Vanha 83"),
    ]
    assert file.headers["Content-Disposition"] == 'attachment; filename="asiakaslista.json"'
    assert maker.post(link, **{"as": "table"}).status_code == 400
    assert "lista avattiin 2 kertaa" in text_of(phone.get(instruction_of(made)))
    for _ in range(3):
        assert maker.post(link, **{"as": "page"}).status_code == 200
    for answer in (maker.get(link), maker.post(link, **{"as": "page"})):
        assert (answer.status_code, "ei avaa mitään" in text_of(answer)) == (404, True)


def test_nothing_of_the_list_lies_in_the_database_in_clear_and_no_key_to_it(
    made: TestResponse, maker: Visitor, program: Program, kasin: Account
) -> None:
    maker.post(link_in(made), **{"as": "page"})
    token = link_in(made).rpartition("/")[2]
    kept = repr([tuple(row) for row in rows(program, kasin, Instruction)]).encode()
    told = b"".join(row.body for row in rows(program, kasin, Evidence))
    for words in ("Vanha", "5550008", token):
        assert words.encode() not in kept + told


@pytest.mark.parametrize(("days", "is_open"), [(13, True), (14, False)])
def test_the_list_is_destroyed_when_its_time_is_over(
    made: TestResponse,
    maker: Visitor,
    program: Program,
    kasin: Account,
    clock: Clock,
    days: int,
    is_open: bool,
) -> None:
    clock.at += days * DAYS
    assert nightly_packages.end(program) == int(not is_open)
    assert maker.get(link_in(made)).status_code == (200 if is_open else 404)
    (row,) = rows(program, kasin, Instruction)
    assert (row.body is not None, row.ended_by) == (is_open, None if is_open else "time")


def test_a_restore_destroys_lists_and_other_salons_keep_theirs(
    made: TestResponse, maker: Visitor, program: Program, kasin: Account, stranger: Account
) -> None:
    for account, status in ((stranger, 200), (kasin, 404)):
        with database.write(program.engine) as db:
            shut(db, account, now=program.now())
        assert maker.get(link_in(made)).status_code == status


def test_whoever_guesses_at_links_is_sent_away_after_a_while(maker: Visitor) -> None:
    answers = [maker.get("/package/list/nothing").status_code for _ in range(links.RATE.burst + 1)]
    assert answers == [404] * links.RATE.burst + [429]


def test_who_only_looks_whether_a_link_leads_anywhere_opens_nothing(
    made: TestResponse, maker: Visitor, program: Program, kasin: Account
) -> None:
    link = link_in(made)
    for method in ("HEAD", "GET", "OPTIONS"):
        for _ in range(9):
            assert maker.client.open(link, method=method).status_code in {200, 405}
    for method in ("PUT", "PATCH", "DELETE"):
        assert maker.client.open(link, method=method, data={"as": "page"}).status_code == 405
    assert maker.post(link).status_code == 400
    (row,) = rows(program, kasin, Instruction)
    assert (row.opened, row.opened_at) == (0, None)


# ---- sent, and answered ---------------------------------------------------------------------------------------


def test_what_was_sent_is_no_longer_shown_to_be_done_by_hand(phone: Visitor, sent: str) -> None:
    shown = text_of(phone.get("/tasks"))
    assert "3 tehtävää pyydettiin varausjärjestelmän toimittajalta 15.1.2027" in shown
    assert "Muuta ei ole tehtävänä käsin" in shown
    assert "Poista asiakas" not in shown
    assert phone.post(f"{sent}/sent", salon="kasin", on="2027-01-15").status_code == 409
    assert phone.post(f"{sent}/withdraw", salon="kasin").status_code == 409


def test_a_letter_that_went_out_unsaid_is_asked_about_and_its_answer_filed_though_its_list_is_used_up(
    program: Program, kasin: Account, made: TestResponse, phone: Visitor, maker: Visitor
) -> None:
    page, link = instruction_of(made), link_in(made)
    assert "Teit 15.1.2027 ohjeen, jossa on 3 tehtävää." in text_of(phone.get("/tasks"))
    for _ in range(program.settings.numbers.package_openings):
        assert maker.post(link, **{"as": "page"}).status_code == 200
    assert "Teit 15.1.2027 ohjeen" in text_of(phone.get("/tasks"))
    shown = text_of(phone.get(page))
    assert "Sen lista on tuhottu." in shown
    assert "Peru ohje" not in shown
    assert phone.post(f"{page}/sent", salon="kasin", on="2027-01-15").status_code == 303
    assert "Teit 15.1.2027 ohjeen" not in text_of(phone.get("/tasks"))
    assert phone.post(f"{page}/confirmed", salon="kasin", on="2027-01-15", but="").status_code == 303
    assert states(program, kasin) == ["verified"] * 3


def test_a_letter_whose_list_nobody_read_in_time_is_asked_about_no_more(
    program: Program, kasin: Account, made: TestResponse, phone: Visitor, clock: Clock, them: Person
) -> None:
    clock.at += 15 * DAYS
    bring(program, kasin, *clients(range(1, 21)), *GONE)
    nightly.run(program, salon="kasin")
    phone.log_in(them)
    assert "Teit 15.1.2027 ohjeen" not in text_of(phone.get("/tasks"))
    assert "Lähetitkö sen?" in text_of(phone.get(instruction_of(made)))


@pytest.mark.parametrize(
    ("on", "status"), [("2027-01-14", 422), ("2027-01-16", 422), ("", 422), ("15.1.2027", 303)]
)
def test_the_day_on_which_it_was_sent_is_between_its_making_and_today(
    made: TestResponse, phone: Visitor, on: str, status: int
) -> None:
    assert phone.post(f"{instruction_of(made)}/sent", salon="kasin", on=on).status_code == status


def test_a_confirmation_ticks_all_but_the_rows_that_were_left_and_says_how_good_a_proof_it_is(
    program: Program, kasin: Account, phone: Visitor, maker: Visitor, made: TestResponse, sent: str
) -> None:
    answer = phone.post(f"{sent}/confirmed", salon="kasin", on="2027-01-15", but="2")
    assert (answer.status_code, answer.location) == (303, sent)
    assert states(program, kasin) == ["by_hand", "verified", "verified"]
    assert grades(program, kasin) == ["None", "processor_confirmed", "processor_confirmed"]
    told = [row.body.decode() for row in rows(program, kasin, Evidence)]
    lines = [line for line in told if '"grade":"processor_confirmed"' in line]
    assert len(lines) == 2
    assert all('"confirmed_on":"2027-01-15"' in line for line in lines)
    shown = text_of(phone.get("/tasks"))
    assert shown.count("Toimittaja vahvisti") == 2
    assert "Poista asiakas" in shown  # the row that they left
    assert maker.get(link_in(made)).status_code == 404
    assert phone.post(f"{sent}/confirmed", salon="kasin", on="2027-01-15").status_code == 409


def test_the_other_places_are_ticked_for_all_that_was_confirmed_and_no_others(
    program: Program, kasin: Account, phone: Visitor, sent: str
) -> None:
    assert phone.post(f"{sent}/confirmed", salon="kasin", on="2027-01-15", place="9").status_code == 400
    phone.post(f"{sent}/confirmed", salon="kasin", on="2027-01-15", but="2", place="1")
    with database.read(program.engine) as db:
        done = {one.job for one in jobs.listed(db, kasin, [State.VERIFIED])}
    assert {row.job for row in rows(program, kasin, PlaceTick)} == done
    assert len(done) == len(rows(program, kasin, PlaceTick)) == 2


def test_what_was_not_ticked_with_the_answer_is_one_list_of_places_for_all_of_them(
    program: Program, kasin: Account, phone: Visitor, them: Person, sent: str
) -> None:
    assert phone.post(f"{sent}/places", salon="kasin", place="1").status_code == 303
    assert rows(program, kasin, PlaceTick) == []  # nobody was erased yet
    phone.post(f"{sent}/confirmed", salon="kasin", on="2027-01-15", but="2")
    shown = text_of(phone.get(sent))
    assert "2 paikkaa on vielä merkitsemättä" in shown
    assert shown.count("2 asiakasta katsomatta") == 2
    boxes = re.findall(
        r'name="place" value="(\d)"> <span>([\w ]+?) <', phone.get(sent).get_data(as_text=True)
    )
    number = {name: number for number, name in boxes}
    for _ in range(2):
        answer = phone.post(f"{sent}/places", salon="kasin", place=number["liikkeen puhelin"])
        assert (answer.status_code, answer.location) == (303, f"{sent}#h-places")
    ticked = rows(program, kasin, PlaceTick)
    with database.read(program.engine) as db:
        done = {one.job for one in jobs.listed(db, kasin, [State.VERIFIED])}
    assert ({row.job for row in ticked}, len(ticked)) == (done, 2)
    assert {row.owner for row in ticked} == {them.id}
    shown = text_of(phone.get(sent))
    assert "1 paikka on vielä merkitsemättä" in shown
    assert "liikkeen puhelin merkitty heistä kaikista" in shown
    assert phone.post(f"{sent}/places", salon="kasin", place="9").status_code == 400
    phone.post(f"{sent}/places", salon="kasin", place=number["vihko kassalla"])
    assert "merkitsemättä" not in text_of(phone.get(sent))


def test_where_they_said_no_there_is_no_list_of_places(
    program: Program, kasin: Account, phone: Visitor, sent: str
) -> None:
    phone.post(f"{sent}/refused", salon="kasin", on="2027-01-15", reason="x")
    assert "merkitsemättä" not in text_of(phone.get(sent))
    phone.post(f"{sent}/places", salon="kasin", place="1")
    assert rows(program, kasin, PlaceTick) == []


def test_the_next_list_proves_what_was_confirmed_and_brings_back_whom_it_still_has(
    program: Program, kasin: Account, phone: Visitor, sent: str, clock: Clock
) -> None:
    clock.at += timedelta(minutes=1)
    phone.post(f"{sent}/confirmed", salon="kasin", on="2027-01-15")
    assert states(program, kasin) == ["verified"] * 3
    clock.at += timedelta(minutes=5)
    bring(program, kasin, *clients(range(1, 21)), GONE[0])
    verify.look_due(program, limit=9)
    assert states(program, kasin) == ["proposed", "verified", "verified"]
    proved = [row.grade for row in rows(program, kasin, Look) if row.nth == 3]
    assert sorted(map(str, proved)).count("absent_from_list") == 2


def test_a_no_is_filed_with_its_reason_and_the_tasks_are_done_by_hand_after_all(
    program: Program, kasin: Account, phone: Visitor, sent: str
) -> None:
    assert phone.post(f"{sent}/refused", salon="kasin", on="2027-01-15", reason=" ").status_code == 422
    answer = phone.post(f"{sent}/refused", salon="kasin", on="2027-01-15", reason="Emme poista Zyx9")
    assert answer.status_code == 303
    assert states(program, kasin) == ["by_hand"] * 3
    assert "Emme poista Zyx9" in text_of(phone.get(sent))
    assert "Zyx9" not in repr([tuple(row) for row in rows(program, kasin, Instruction)])
    assert "Poista asiakas" in text_of(phone.get("/tasks"))
    assert phone.post(f"{sent}/refused", salon="kasin", on="2027-01-15", reason="x").status_code == 409


@pytest.mark.parametrize(
    ("on", "but", "status"),
    [
        ("2027-01-14", "", 422),
        ("2027-01-16", "", 422),
        ("2027-01-15", "4", 422),
        ("2027-01-15", "0", 422),
        ("2027-01-15", "Vanha", 422),
        ("2027-01-15", "3-1", 422),
        ("2027-01-15", "1.2", 422),
        ("2027-01-15", "²", 422),
        ("2027-01-15", "1 - ", 422),
        ("2027-01-15", "1-99999999999999999999", 422),
        ("2027-01-15", "1 – 2 ja 3.", 303),
        ("2027-01-15", "1, 2–3", 303),
    ],
)
def test_an_answer_that_cannot_be_right_ticks_nothing(
    program: Program, kasin: Account, phone: Visitor, sent: str, on: str, but: str, status: int
) -> None:
    assert phone.post(f"{sent}/confirmed", salon="kasin", on=on, but=but).status_code == status
    assert states(program, kasin) == ["by_hand"] * 3


def test_an_answer_that_is_to_be_mended_keeps_what_was_written(
    phone: Visitor, sent: str, clock: Clock
) -> None:
    clock.at += timedelta(minutes=5)
    shown = phone.post(f"{sent}/confirmed", salon="kasin", on="2027-01-15", but="9", place="2")
    page = shown.get_data(as_text=True)
    assert (shown.status_code, 'value="9"' in page) == (422, True)
    assert re.findall(r'name="place" value="(\d)" checked', page) == ["2"]


def test_an_answer_before_it_was_sent_is_not_taken(
    program: Program, kasin: Account, phone: Visitor, made: TestResponse
) -> None:
    page = instruction_of(made)
    assert phone.post(f"{page}/confirmed", salon="kasin", on="2027-01-15").status_code == 409
    assert phone.post(f"{page}/refused", salon="kasin", on="2027-01-15", reason="x").status_code == 409
    with database.write(program.engine) as db:
        found = approvals_instructed.confirm(
            db,
            kasin,
            UUID(page.rpartition("/")[2]),
            on=program.now().date(),
            owner=UUID(int=1),
            now=program.now(),
        )
    assert found is None
    assert states(program, kasin) == ["by_hand"] * 3


def test_whoever_books_again_after_it_was_sent_is_named_by_row_and_not_ticked(
    program: Program, kasin: Account, phone: Visitor, them: Person, sent: str, clock: Clock
) -> None:
    clock.at += DAYS
    bring(
        program,
        kasin,
        *clients(range(1, 21)),
        *(line.replace("1.2.2015", "14.1.2027") for line in GONE[:1]),
        *GONE[1:],
    )
    nightly.run(program, salon="kasin")
    phone.log_in(them)
    with database.read(program.engine) as db:
        (row,) = [
            one
            for one in instructions_kept.rows(db, kasin, UUID(sent.rpartition("/")[2]))
            if jobs.listed(db, kasin, job_ids=[one.job])[0].state is State.EXPIRED
        ]
    assert f"etteivät he koske näihin riveihin: {row.nth}" in text_of(phone.get(sent))
    phone.post(f"{sent}/confirmed", salon="kasin", on="2027-01-16")
    assert states(program, kasin).count("verified") == 2
    assert states(program, kasin).count("expired") == 1


def test_another_salons_owner_sees_and_answers_nothing(
    program: Program, kasin: Account, phone: Visitor, sent: str, other_owner: Person
) -> None:
    theirs = Visitor(phone.client.application).log_in(other_owner)
    assert theirs.get(sent).status_code == 404
    assert "Aiemmin tehdyt" not in text_of(theirs.get("/tasks/instruction"))
    for act in ("confirmed", "refused", "withdraw", "sent", "letter", "attachment", "places"):
        form = {"on": "2027-01-15", "reason": "x", "token": "x" * 43, "place": "1"}
        answer = theirs.post(f"{sent}/{act}", salon="toinen", **form)
        assert answer.status_code == 404
    with database.read(program.engine) as db:
        wanted = " ".join(one.job.hex for one in jobs.listed(db, kasin))
    code = other_owner.next_code()
    form = {"salon": "toinen", "jobs": wanted, "seen": "0" * 64, "way": "link"}
    answer = theirs.post("/tasks/instruction", **form, code=code)
    assert (answer.status_code, len(rows(program, kasin, Instruction))) == (409, 1)
    assert states(program, kasin) == ["by_hand"] * 3


# ---- the salon leaves the system whose maker was asked -----------------------------------------------------------


def leave(program: Program, account: Account) -> None:
    """Move to another system, whatever is unfinished."""
    with database.write(program.engine) as db:
        salons_move.move(db, account, System("by_hand"), now=program.now(), even_so=True)


def test_what_was_not_sent_is_withdrawn_by_a_move_and_its_list_opens_nothing(
    made: TestResponse, maker: Visitor, program: Program, kasin: Account, phone: Visitor, stranger: Account
) -> None:
    leave(program, stranger)
    assert maker.get(link_in(made)).status_code == 200
    leave(program, kasin)
    assert maker.get(link_in(made)).status_code == 404
    (row,) = rows(program, kasin, Instruction)
    assert (row.body, row.ended_by, row.answer) == (None, "moved", "withdrawn")
    page = instruction_of(made)
    assert phone.post(f"{page}/sent", salon="kasin", on="2027-01-15").status_code == 409


def test_a_move_waits_for_the_answer_to_what_was_sent_and_else_its_list_is_destroyed(
    made: TestResponse, sent: str, maker: Visitor, program: Program, kasin: Account, phone: Visitor
) -> None:
    with database.read(program.engine) as db:
        left = salons_move.unfinished(db, kasin, now=program.now())
    assert (left.instructions, bool(left)) == (1, True)
    leave(program, kasin)
    assert maker.get(link_in(made)).status_code == 404
    assert phone.post(f"{sent}/confirmed", salon="kasin", on="2027-01-15").status_code == 303
    assert states(program, kasin) == ["expired"] * 3
    with database.read(program.engine) as db:
        assert not salons_move.unfinished(db, kasin, now=program.now()).instructions


# ---- lists without customer numbers --------------------------------------------------------------------------------


def test_whoever_has_no_number_in_the_booking_system_is_given_none_in_the_list(
    program: Program, clock: Clock, visitor: Visitor, maker: Visitor
) -> None:
    clock.at = NOON.replace(year=2027, month=1, day=15)
    account = by_hand(program, "nimin")
    names = ("Äiti b", "Äiti Ö", "Äiti Aa")
    gone = [line.replace(line.split(";")[1], name) for name, line in zip(names, GONE, strict=True)]
    bring(program, account, *(line.partition(";")[2] for line in (*clients(range(1, 21)), *gone)))
    them = person(program, clock, "omistaja@nimin.example", "nimin")
    assert to_be_done(program, account, them.id) == 3
    link = link_in(make(visitor.log_in(them), them))
    shown = text_of(maker.post(link, **{"as": "page"}))
    assert "040 55500081" in shown
    listed = json.loads(maker.post(link, **{"as": "json"}).get_data())
    assert [(row["client"], row["name"]) for row in listed] == [("", f"Äiti {n}") for n in ("Aa", "b", "Ö")]
    assert "list-" not in shown


# ---- what waits for the maker does not wait for the owner ------------------------------------------------------------


def weekly_letter(program: Program, them: Person) -> str:
    """The letter of the week to come, as it stands now."""
    postbox = Postbox()
    mailing.run(replace(program, post=postbox))
    (letter,) = [one for one in postbox.letters if one["To"] == them.email]
    return str(letter.get_content())


@pytest.mark.parametrize("is_sent", [False, True])
def test_what_was_asked_of_the_maker_is_counted_as_that_and_not_as_to_be_done_by_hand(
    program: Program, kasin: Account, phone: Visitor, them: Person, made: TestResponse, is_sent: bool
) -> None:
    if is_sent:
        phone.post(f"{instruction_of(made)}/sent", salon="kasin", on="2027-01-15")
    (night,) = nightly.run(program, salon="kasin").salons
    letter, queue = weekly_letter(program, them), text_of(phone.get("/"))
    assert ("3 tehtävää varausjärjestelmässä" in letter) is not is_sent
    assert ("3 tehtävää odottaa varausjärjestelmän toimittajan vastausta" in letter) is is_sent
    assert ("3 tehtävää odottaa varausjärjestelmän toimittajan vastausta" in queue) is is_sent
    assert ("Tehtävä käsin (3)" in queue) is not is_sent
    found = {one.code: one.params["count"] for one in night.findings if one.code in {"by_hand", "with_maker"}}
    assert found == {"with_maker" if is_sent else "by_hand": 3}
