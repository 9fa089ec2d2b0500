"""What only the owner can know: of whom it is asked is shown, and an answer is good for exactly that."""

from datetime import timedelta

import pytest
from sqlmodel import select

from connector import answers, database, nightly, salons_policies
from connector.console import questions
from connector.tables import OwnerAnswer
from policies.decisions import JobKind
from policies.explain import SENTENCES
from tests.builders import NOON
from tests.conftest import LIBRARY, connect
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.visitor import Person, Visitor, form_of, person, text_of
from webhooks.events import Answer, Consent, ConsentAnswered
from webhooks.vocabulary import Channel, Purpose

PAGE = "/questions/marketing.unrecorded"


def asked(story: Story, *clients: str) -> None:
    """Customers of whom nobody knows whether they agreed, by e-mail and by text message."""
    for client in clients:
        switches = {"email": True, "sms": True}
        story.there_is(record(client, name=f"Nimi {client}", marketing=switches, **LATELY))
    nightly.run(story.program, salon=story.account.slug)


def answered(story: Story) -> set[tuple[str, str, str, str]]:
    """Every answer that is kept, of every salon."""
    with database.read(story.program.engine) as db:
        return {(one.salon, one.client, one.question, one.answer) for one in db.exec(select(OwnerAnswer))}


def test_the_owner_sees_whom_it_is_about_before_answering(
    story: Story, theirs: Story, logged_in: Visitor
) -> None:
    asked(story, "c-1", "c-2")
    asked(theirs, "v-1")
    queue = logged_in.get("/").get_data(as_text=True)
    assert f'href="{PAGE}"' in queue
    assert 'name="answer"' not in queue
    page = text_of(logged_in.get(PAGE))
    assert "2 asiakasta" in page
    assert "Nimi c-1 sähköposti ja tekstiviesti" in page
    assert "Nimi v-1" not in page


@pytest.mark.parametrize("word", [answers.KEEP, answers.SWITCH_OFF])
def test_an_answer_is_kept_for_all_that_was_shown_and_counts_customers(
    story: Story, theirs: Story, logged_in: Visitor, word: str
) -> None:
    asked(story, "c-1", "c-2")
    asked(theirs, "c-1")
    answer = logged_in.post("/questions", **(form_of(logged_in.get(PAGE), "/questions") | {"answer": word}))
    assert (answer.status_code, answer.location) == (303, "/?answered=2")
    kinds = ("marketing:email", "marketing:sms")
    assert answered(story) == {("aava", client, kind, word) for client in ("c-1", "c-2") for kind in kinds}
    assert "Kirjattu: 2 asiakasta." in text_of(logged_in.get("/?answered=2"))


@pytest.mark.parametrize("word", [answers.KEEP, answers.SWITCH_OFF])
def test_an_old_permission_that_was_answered_is_not_asked_about_again(
    story: Story, logged_in: Visitor, word: str
) -> None:
    file = (LIBRARY / "yearly_purge.toml").read_bytes()
    again = file.replace(b'unrecorded    = "ask"', b'unrecorded    = "ask"\nreconfirm_after = "P2Y"')
    with database.write(story.program.engine) as db:
        salons_policies.activate(db, "aava", again, now=NOON)
    story.there_is(record("c-1", name="Nimi c-1", marketing={"email": True}, **LATELY))
    agreed = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.GIVEN, NOON - timedelta(days=800))
    story.told(ConsentAnswered(at=agreed.at, digest="c", client="c-1", consent=agreed))
    nightly.run(story.program, salon="aava")
    page = logged_in.get("/questions/marketing.reconfirm")
    assert "Nimi c-1" in text_of(page)
    form = form_of(page, "/questions") | {"answer": word}
    assert logged_in.post("/questions", **form).status_code == 303
    nightly.run(story.program, salon="aava")
    assert logged_in.get("/questions/marketing.reconfirm").status_code == 404
    off = [job.kind for job in story.listed() if job.kind is JobKind.MARKETING_OFF]
    assert len(off) == (word == answers.SWITCH_OFF)


def test_every_missing_date_says_where_it_is_written_down() -> None:
    missing = {word for word in SENTENCES if word.startswith("no_")} | {"held_not_told"}
    assert missing <= set(questions.HELP)


def test_who_came_since_the_page_was_shown_is_not_answered_for(story: Story, logged_in: Visitor) -> None:
    asked(story, "c-1", "c-2")
    form = form_of(logged_in.get(PAGE), "/questions") | {"answer": "keep"}
    asked(story, "c-3")
    answer = logged_in.post("/questions", **form)
    assert answer.status_code == 409
    assert "lista on muuttunut" in text_of(answer)
    assert "Nimi c-3" in text_of(answer)
    assert answered(story) == set()
    again = form_of(answer, "/questions") | {"answer": "keep"}
    assert logged_in.post("/questions", **again).location == "/?answered=3"


def test_a_form_of_one_salon_answers_nothing_of_another(
    story: Story, theirs: Story, visitor: Visitor, owner: Person
) -> None:
    both = person(story.program, owner.clock, "kaksi@aava.example", "aava", "toinen")
    asked(story, "c-1")
    asked(theirs, "c-1")
    visitor.log_in(both)
    form = form_of(visitor.get(PAGE), "/questions") | {"answer": "switch_off"}
    assert visitor.post("/settings/salon", salon="toinen").status_code == 303  # in a second tab
    answer = visitor.post("/questions", **form)
    assert answer.status_code == 409
    assert "Katsot nyt toista salonkia" in text_of(answer)
    assert answered(story) == set()
    assert visitor.post("/settings/salon", salon="aava").status_code == 303
    assert visitor.post("/questions", **form).location == "/?answered=1"
    assert {row[0] for row in answered(story)} == {"aava"}


@pytest.mark.parametrize(
    "change",
    [
        {"seen": ""},
        {"seen": "0" * 64},
        {"salon": ""},
        {"salon": "toinen"},
        {"salon": "a\x00b"},
        {"because": "service_unknown"},
        {"because": "x\x00"},
        {"answer": "erase"},
        {"answer": ""},
    ],
)
def test_a_form_that_was_not_shown_changes_nothing(
    story: Story, logged_in: Visitor, change: dict[str, str]
) -> None:
    asked(story, "c-1")
    form = form_of(logged_in.get(PAGE), "/questions") | {"answer": "keep"} | change
    assert logged_in.post("/questions", **form).status_code in {404, 409}
    assert answered(story) == set()


def test_what_cannot_be_answered_says_what_helps(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", name="Aino Aalto", created_via="in_person", has_account=False, **LATELY))
    nightly.run(story.program, salon="aava")
    page = text_of(logged_in.get("/questions/service_unknown"))
    assert "Aino Aalto" in page
    assert "Kysy heiltä lupa, kun he seuraavan kerran tulevat" in page
    assert "Vastauksesi" not in page


@pytest.mark.parametrize("path", ["marketing.unrecorded", "nothing", "%00", "..%2f.."])
def test_what_is_not_asked_has_a_page_that_says_so(logged_in: Visitor, path: str) -> None:
    assert logged_in.get(f"/questions/{path}").status_code == 404


def test_a_long_list_is_shown_page_by_page_and_answered_whole(story: Story, logged_in: Visitor) -> None:
    asked(story, *(f"c-{number:02}" for number in range(26)))
    first, second = text_of(logged_in.get(PAGE)), text_of(logged_in.get(f"{PAGE}?page=2"))
    assert ("Nimi c-24" in first, "Nimi c-25" in first) == (True, False)
    assert ("Nimi c-24" in second, "Nimi c-25" in second) == (False, True)
    form = form_of(logged_in.get(f"{PAGE}?page=2"), "/questions") | {"answer": "keep"}
    assert logged_in.post("/questions", **form).location == "/?answered=26"


def test_the_strangers_salon_is_theirs(story: Story, logged_in: Visitor) -> None:
    connect(story.program, "kolmas")
    assert logged_in.post("/settings/salon", salon="kolmas").status_code == 404
