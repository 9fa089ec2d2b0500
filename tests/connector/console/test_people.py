"""The people of a salon, in the console: inviting by a link, taking it up, ending a right; links that do not open."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from connector import database, owners, owners_people
from connector.program import Program
from connector.salons import Account
from tests.builders import Clock
from tests.connector.console.visitor import PASSWORD, Person, Visitor, person, text_of

SISTER = "sisko@aava.example"


def invite(visitor: Visitor, owner: Person, email: str = SISTER) -> str:
    """The path of a link that the page shows; it leads to where this browser found Ovikello."""
    answer = visitor.post("/settings/people", salon="aava", email=email, code=owner.next_code())
    found = re.search(
        r'<p class="copy hash">http://localhost(/invitation/[\w-]+)</p>', answer.get_data(as_text=True)
    )
    assert found is not None, text_of(answer)
    return found[1]


def person_path(visitor: Visitor, email: str) -> str:
    """Where somebody's page is."""
    page = visitor.get("/settings/people").get_data(as_text=True)
    found = re.search(rf'href="(/settings/people/[\w-]+)"><b>{re.escape(email)}</b>', page)
    assert found is not None
    return found[1]


def is_in(visitor: Visitor) -> bool:
    """Whether the queue opens."""
    return visitor.get("/").status_code == 200


def test_a_link_is_made_with_a_code_and_shown_once(logged_in: Visitor, owner: Person) -> None:
    form = {"salon": "aava", "email": SISTER}
    assert logged_in.post("/settings/people", **form, code="000000").status_code == 403
    assert SISTER not in text_of(logged_in.get("/settings/people"))
    link = invite(logged_in, owner)
    page = logged_in.get("/settings/people")
    assert f"{SISTER} kutsuttu" in text_of(page)
    assert link.split("/")[-1] not in page.get_data(as_text=True)


@pytest.mark.parametrize("email", ["", "sisko", "a b@c", "x" * 300 + "@b"])
def test_what_is_no_address_costs_no_code(logged_in: Visitor, owner: Person, email: str) -> None:
    answer = logged_in.post("/settings/people", salon="aava", email=email, code=owner.next_code())
    assert answer.status_code == 422
    assert "Tämä ei ole sähköpostiosoite." in text_of(answer)
    assert invite(logged_in, owner)


def test_who_has_a_log_in_takes_it_up_and_looks_at_the_salon(
    app: Flask, logged_in: Visitor, owner: Person, other_owner: Person
) -> None:
    link = invite(logged_in, owner, other_owner.email)
    stranger, other = Visitor(app), Visitor(app).log_in(other_owner)
    assert "Sinulla on jo tunnukset" in text_of(stranger.get(link))
    assert "jollekulle muulle" in text_of(logged_in.get(link))
    assert logged_in.post(f"{link}/take-up").status_code == 404
    assert stranger.post(f"{link}/take-up").location == "/login"
    assert "Ota kutsu vastaan" in text_of(other.get(link))
    assert other.get("/settings/people").status_code == 200
    assert owner.email not in text_of(other.get("/settings/people"))
    assert other.post(f"{link}/take-up").location == "/"
    assert owner.email in text_of(other.get("/settings/people"))
    assert other.get(link).status_code == 410


def test_ending_a_right_needs_a_code_and_logs_the_person_out(
    app: Flask, program: Program, clock: Clock, salon: Account, logged_in: Visitor, owner: Person
) -> None:
    sister = person(program, clock, SISTER, salon.slug)
    hers = Visitor(app).log_in(sister)
    path = person_path(logged_in, SISTER)
    assert "uloskirjaus heti" in text_of(logged_in.get(path))
    assert logged_in.post(path, salon="aava", code="000000").status_code == 403
    assert is_in(hers)
    assert (
        logged_in.post(path, salon="aava", code=owner.next_code()).location == "/settings/people?told=ended"
    )
    assert not is_in(hers)
    assert logged_in.get(path).status_code == 404


def test_the_last_one_cannot_be_ended_and_is_told_what_to_do(logged_in: Visitor, owner: Person) -> None:
    path = person_path(logged_in, owner.email)
    page = logged_in.get(path)
    assert "Kutsu ensin joku" in text_of(page)
    assert f'action="{path}"' not in page.get_data(as_text=True)
    assert logged_in.post(path, salon="aava", code=owner.next_code()).status_code == 409
    assert is_in(logged_in)


def test_an_invitation_is_taken_back(logged_in: Visitor, owner: Person) -> None:
    link = invite(logged_in, owner)
    path = person_path(logged_in, SISTER)
    told = logged_in.post(path, salon="aava", code=owner.next_code()).location
    assert told == "/settings/people?told=taken-back"
    assert SISTER not in text_of(logged_in.get("/settings/people"))
    assert Visitor(logged_in.client.application).get(link).status_code in {404, 410}


def test_another_salons_people_cannot_be_seen_or_ended(
    app: Flask, logged_in: Visitor, owner: Person, other_owner: Person
) -> None:
    theirs = Visitor(app).log_in(other_owner)
    path = person_path(logged_in, owner.email)
    assert theirs.get(path).status_code == 404
    assert theirs.post(path, salon="toinen", code=other_owner.next_code()).status_code == 404
    assert (
        theirs.post("/settings/people", salon="aava", email=SISTER, code=other_owner.next_code()).status_code
        == 409
    )
    assert is_in(logged_in)


def test_a_link_that_does_not_open_says_why_and_what_to_do(
    program: Program, visitor: Visitor, clock: Clock, salon: Account, owner: Person
) -> None:
    with database.write(program.engine) as db:
        over, used, waiting = (
            owners.add(db, program.vault, f"{name}@aava.example", salon.slug, now=clock.at) for name in "abc"
        )
    clock.at += timedelta(days=3)
    with database.write(program.engine) as db:
        used = owners.add(db, program.vault, "b@aava.example", salon.slug, now=clock.at)
        assert owners.reset(db, program.vault, "b@aava.example", now=clock.at)
        waiting = (
            owners_people.invite(db, program.vault, salon, "d@aava.example", by=owner.id, now=clock.at) or ""
        )
    for token, status, says in (
        (over, 410, "vanhentunut"),
        (used, 410, "jo käytetty"),
        ("x", 404, "Tällaista kutsua ei ole"),
        (waiting, 200, "Tervetuloa"),
    ):
        answer = visitor.get(f"/invitation/{token}")
        assert (answer.status_code, says in text_of(answer)) == (status, True), text_of(answer)
        if status != 200:
            assert "Uuden antaa:" in text_of(answer)
            assert (
                visitor.post(f"/invitation/{token}", password=PASSWORD, again=PASSWORD).status_code == status
            )
