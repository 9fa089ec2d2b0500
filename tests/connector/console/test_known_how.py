"""Done means looked at: whatever says of a job that it is done says how that is known, and by whom it was only said."""

from datetime import timedelta
from uuid import UUID

from connector import approvals, database, dispatch, jobs, mailing_salon, mailing_writing, verify
from connector.approvals import Word
from connector.approvals_instructed import CONFIRMED, PROCESSOR_SAYS
from connector.commands.queue import as_line
from connector.letters_due import Due
from connector.program import Program
from connector.reports import job_document
from connector.salons import Account
from connector.states import State
from tests.builders import Clock
from tests.connector.booking import Story, record
from tests.connector.console.test_tasks import first_task
from tests.connector.console.visitor import Person, Visitor, text_of
from tests.connector.lists import GONE, bring, clients

#: what no page, letter or command may say of what nobody looked at
LOOKED = ("ja tarkistettu", "Katsottu", "katsottu, ja", "luettiin varausjärjestelmästä", "todistettu")


def ticked(phone: Visitor) -> str:
    """One task is ticked; the page of its job."""
    task = first_task(phone)
    phone.post(task, salon="kasin", done="yes")
    return f"/jobs/{task.rpartition('/')[2]}"


def test_what_the_owner_ticked_is_nowhere_called_looked_at(phone: Visitor, other_owner: Person) -> None:
    page = ticked(phone)
    home = text_of(phone.get("/"))
    assert "Tehty ja tarkistettu 0" in home
    assert "Merkitty tehdyksi, ei tarkistettu 1" in home
    assert "Tietojen poisto · tehty sinun sanasi mukaan, ei tarkistettu" in home
    job = text_of(phone.get(page))
    assert "tehty sinun sanasi mukaan, ei tarkistettu" in job
    assert "sanoit, että tämä on tehty" in job
    proof = text_of(phone.get("/evidence"))
    assert "Tietojen poisto: tehty sinun sanasi mukaan, ei tarkistettu" in proof
    for shown in (job, proof):
        assert not [word for word in LOOKED if word in shown]
    theirs = Visitor(phone.client.application).log_in(other_owner)
    assert "ei tarkistettu" not in text_of(theirs.get("/"))


def test_the_next_list_makes_it_looked_at_everywhere(
    program: Program, kasin: Account, phone: Visitor, clock: Clock
) -> None:
    page = ticked(phone)
    clock.at += timedelta(minutes=5)
    bring(program, kasin, *clients(range(1, 21)))
    verify.look_due(program, limit=9)
    home = text_of(phone.get("/"))
    assert "Tehty ja tarkistettu 3" in home
    assert "ei tarkistettu" not in home
    assert "tehty, ja poissa uudelta listalta" in home
    assert "tehty, ja poissa uudelta listalta" in text_of(phone.get(page))
    assert "poissa uudelta listalta" in text_of(phone.get("/evidence"))


def weekly(program: Program, account: Account, owner: Person) -> str:
    """The letter of the week."""
    with database.read(program.engine) as db:
        salon = mailing_salon.of(db, program, account.slug)
        assert salon is not None
        written = mailing_writing.write(db, program, salon, Due(owner.id, account.slug, "weekly", ()))
    assert written is not None
    return written.body


def lines(program: Program, account: Account, state: State = State.VERIFIED) -> list[str]:
    """What the command prints of what is done."""
    with database.read(program.engine) as db:
        return [as_line(job) for job in jobs.listed(db, account, [state])]


def test_the_weekly_letter_keeps_apart_what_was_seen_and_what_was_said(
    program: Program, kasin: Account, phone: Visitor, them: Person, clock: Clock
) -> None:
    ticked(phone)
    said = weekly(program, kasin, them)
    assert "Tehty viimeisten" not in said
    assert (
        "Merkitty tehdyksi viimeisten seitsemän päivän aikana, mutta ei tarkistettu:\n- 1 asiakkaan" in said
    )
    clock.at += timedelta(minutes=5)
    bring(program, kasin, *clients(range(1, 21)), *GONE[1:])
    verify.look_due(program, limit=9)
    seen = weekly(program, kasin, them)
    assert ("Tehty viimeisten" in seen) is not ("mutta ei tarkistettu" in seen)


def test_the_command_and_programs_are_told_how_it_is_known(
    program: Program, kasin: Account, phone: Visitor, clock: Clock
) -> None:
    ticked(phone)
    (line,) = lines(program, kasin)
    assert line.endswith("(owner_says: not looked at)")
    assert "(" not in "".join(lines(program, kasin, State.BY_HAND))
    clock.at += timedelta(minutes=5)
    bring(program, kasin, *clients(range(1, 21)))
    verify.look_due(program, limit=9)
    assert [line.endswith("(absent_from_list)") for line in lines(program, kasin)] == [True] * 3
    with database.read(program.engine) as db:
        told = [job_document(job)["grade"] for job in jobs.listed(db, kasin)]
    assert told == ["absent_from_list"] * 3


def test_what_the_maker_confirmed_is_said_by_the_maker_and_by_nobody_else(
    program: Program, kasin: Account, phone: Visitor, them: Person
) -> None:
    job = UUID(first_task(phone).rpartition("/")[2])
    word = Word(PROCESSOR_SAYS, CONFIRMED, {"instruction": "x"})
    with database.write(program.engine) as db:
        assert approvals.tick(db, kasin, job, owner=them.id, now=program.now(), word=word)
    for path in ("/", f"/jobs/{job}", "/evidence"):
        shown = text_of(phone.get(path))
        assert "tehty toimittajan sanan mukaan, ei tarkistettu" in shown
        assert "sinun sanasi" not in shown
        assert "varausjärjestelmä sanoo" not in shown
    assert lines(program, kasin)[0].endswith("(processor_confirmed: not looked at)")


def test_a_look_that_was_due_where_there_is_nothing_to_look_at_is_not_called_one(
    program: Program, kasin: Account, phone: Visitor, them: Person, clock: Clock
) -> None:
    page = ticked(phone)
    assert "tarkistetaan uudestaan" not in text_of(phone.get(page))
    clock.at += timedelta(days=31)
    verify.look_due(program, limit=9)
    phone.log_in(them)
    for shown in (text_of(phone.get(page)), text_of(phone.get("/evidence"))):
        assert "sitä ei voitu katsoa" in shown
        assert not [word for word in LOOKED if word in shown]
    assert "Piti katsoa 30 päivän päästä" in text_of(phone.get("/evidence"))


def test_where_the_record_can_be_read_a_look_is_a_look(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"))
    job_id = story.approved_job_for("c-1")
    dispatch.run_one(story.program, job_id)
    verify.run_one(story.program, job_id, 0)
    home = text_of(logged_in.get("/"))
    assert "Tehty ja tarkistettu 1" in home
    assert "Merkitty tehdyksi" not in home
    assert "luettiin varausjärjestelmästä" in text_of(logged_in.get(f"/jobs/{job_id}"))
