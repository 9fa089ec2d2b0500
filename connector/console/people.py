"""The people of a salon: who may give the word, inviting another, and ending somebody's right."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import database, owners, owners_invitations, owners_people
from connector.console import codes, here, switching
from connector.owners_people import Person
from connector.texts_words import N_

_TOLD = {
    "ended": N_("That person can no longer give the word here, and was logged out."),
    "taken-back": N_("The invitation is taken back. Its link opens nothing any more."),
}
_NO_ADDRESS = N_("This is no e-mail address. Write it like name@salon.fi.")
_THERE = N_("This person may give the word here already.")
_LAST = N_(
    "Nobody else could give the word any more. Invite somebody first, and wait until they have logged in."
)


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/settings/people")(show_people)
    bp.post("/settings/people")(invite_person)
    bp.get("/settings/people/<uuid:person_id>")(show_person)
    bp.post("/settings/people/<uuid:person_id>")(end_person)


def show_people() -> ResponseReturnValue:
    """Who may give the word for this salon, who is invited, and a form to invite another."""
    return _page()


def invite_person() -> ResponseReturnValue:
    """Make a link for somebody; it is shown in this answer and nowhere else."""
    switching.refuse_another_salon()
    program, now, me = here.program(), here.now(), here.logged_in().owner
    email = request.form.get("email", "").strip()
    if not owners_people.is_address(email):
        return _page(email=email, email_problem=_NO_ADDRESS), 422
    with database.write(program.engine) as db:
        result = owners.confirm_code(db, program.vault, me, request.form.get("code", ""), now)
        token = None
        if result.ok:
            account = here.salon().account
            token = owners_people.invite(db, program.vault, account, email, by=me, now=now)
    if not result.ok:
        return _page(email=email, code_problem=codes.problem(result)), 403
    if token is None:
        return _page(email=email, email_problem=_THERE), 422
    link = owners_invitations.address(here.address(), token)
    until = now + owners_invitations.INVITED_FOR
    return render_template("person_invited.html", email=email, link=link, until=until)


def show_person(person_id: UUID) -> ResponseReturnValue:
    """What happens when this person's right ends, and a code."""
    return _person_page(_person(person_id))


def end_person(person_id: UUID) -> ResponseReturnValue:
    """End a right, or take an invitation back, at once."""
    switching.refuse_another_salon()
    person = _person(person_id)
    program, now, me = here.program(), here.now(), here.logged_in().owner
    account = here.salon().account
    with database.write(program.engine) as db:
        result = owners.confirm_code(db, program.vault, me, request.form.get("code", ""), now)
        refused = owners_people.end(db, account, person.id, by=me, now=now) if result.ok else None
    if not result.ok:
        return _person_page(person, codes.problem(result)), 403
    if refused == "last":
        return _person_page(person, here.words().gettext(_LAST)), 409
    if person.id == me:
        return redirect(url_for("console.show_queue"), 303)
    told = "ended" if person.may_speak else "taken-back"
    return redirect(url_for("console.show_people", told=told), 303)


def _page(*, email: str = "", email_problem: str | None = None, code_problem: str | None = None) -> str:
    return render_template(
        "people.html",
        people=_people(),
        me=here.logged_in().owner,
        email=email,
        email_problem=email_problem,
        code_problem=code_problem,
        told=_TOLD.get(request.args.get("told", "")),
    )


def _person_page(person: Person, problem: str | None = None) -> str:
    others = [one for one in _people() if one.id != person.id and one.may_speak and one.is_set_up]
    is_last = person.may_speak and person.is_set_up and not others
    is_me = person.id == here.logged_in().owner
    return render_template("person.html", person=person, is_me=is_me, is_last=is_last, problem=problem)


def _people() -> list[Person]:
    program = here.program()
    with database.read(program.engine) as db:
        return owners_people.listed(db, program.vault, here.salon().account.slug, now=here.now())


def _person(person_id: UUID) -> Person:
    found = next((one for one in _people() if one.id == person_id), None)
    if found is None:
        raise NotFound
    return found
