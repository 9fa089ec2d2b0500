"""What an owner does on a customer's page: requests written down, holds opened and ended; nothing goes by it alone."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from connector import database, dispatch, evidence, facts, nightly, salons_policies
from connector.salons import Account
from connector.states import State
from connector.tables import Entry, Hold
from policies.decisions import JobKind
from policies.facts import ClientFacts
from tests.builders import NOON
from tests.conftest import LIBRARY
from tests.connector.booking import LATELY, Story, record
from tests.connector.console.visitor import Person, Visitor, form_of, text_of
from webhooks.events import ClientMerged

TODAY = NOON.date()


def link(account: Account, client: str = "c-1", more: str = "") -> str:
    """The address of a customer's page, or of one of its forms."""
    return f"/customers/{account.keys.link_of(client)}{more}"


def send(story: Story, visitor: Visitor, what: str, client: str = "c-1", **form: str) -> tuple[int, str]:
    """Open a form, fill it in and send it; the status, and the words of where it leads."""
    path = link(story.account, client, what)
    answer = visitor.post(path, **(form_of(visitor.get(path), path) | form))
    if answer.status_code == 303:
        return 303, text_of(visitor.get(answer.location))
    return answer.status_code, text_of(answer)


def known(story: Story, client: str = "c-1") -> ClientFacts:
    """What is known of a customer."""
    with database.read(story.program.engine) as db:
        policy = salons_policies.newest(db, story.account.slug)
        assert policy is not None
        return facts.facts_of(db, story.account, client, policy, TODAY)


def told(story: Story) -> list[str]:
    """The chain's lines, as they were written."""
    with database.read(story.program.engine) as db:
        return [(line.body or b"").decode() for line in evidence.lines(db, story.account)]


def requests(story: Story) -> int:
    """How many requests are written down, of every salon."""
    with database.read(story.program.engine) as db:
        return len(db.exec(select(Entry).where(Entry.kind == "request")).all())


def holds(story: Story) -> list[Hold]:
    """Every hold of every salon."""
    with database.read(story.program.engine) as db:
        return list(db.exec(select(Hold)))


def erasing_by_itself(story: Story) -> None:
    """Let the salon's rules erase without asking."""
    body = (
        (LIBRARY / "yearly_purge.toml")
        .read_text()
        .replace('erase            = "owner"', 'erase = "automatic"')
    )
    with database.write(story.program.engine) as db:
        salons_policies.activate(db, story.account.slug, body.encode(), now=story.program.now())


def test_a_no_at_the_till_takes_effect_at_once(story: Story, theirs: Story, logged_in: Visitor) -> None:
    for one, client in ((story, "c-1"), (story, "c-2"), (theirs, "c-1")):
        one.there_is(record(client, marketing={"email": True, "sms": True}, **LATELY))
    status, page = send(story, logged_in, "/request", right="objection", on=TODAY.isoformat())
    assert status == 303
    assert "Mainokset loppuvat heti" in page
    assert "Kielsi kaikki mainokset" in page
    (job,) = story.listed()
    assert (job.client, job.kind, job.state) == ("c-1", JobKind.MARKETING_OFF, State.APPROVED)
    dispatch.run_one(story.program, job.job)
    switches = [one["marketing"] for one in (*story.records.values(), *theirs.records.values())]
    assert [any(each.values()) for each in switches] == [False, True, True]


def test_an_erasure_that_was_asked_for_is_proposed_by_the_night_and_counted_from_its_day(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", **LATELY), record("c-2", **LATELY))
    on = TODAY - timedelta(days=3)
    status, page = send(story, logged_in, "/request", right="erasure", on=on.isoformat())
    assert status == 303
    assert "21.11.2026" in page
    assert "27 päivää aikaa" in page
    assert (known(story).erasure_requested_on, story.listed()) == (on, [])
    nightly.run(story.program)
    (job,) = story.listed()
    assert (job.client, job.kind, job.state) == ("c-1", JobKind.ERASE, State.PROPOSED)


def test_a_wish_to_know_is_written_down_and_erases_nothing(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1", **LATELY))
    status, page = send(story, logged_in, "/request", right="access", on="24.11.2026")
    assert status == 303
    assert "Pyysi tietonsa nähtäväksi" in page
    assert "30 päivää aikaa" in page
    nightly.run(story.program)
    assert story.listed() == []


def test_handing_the_details_over_is_proposed_and_waits_for_the_owners_word(
    story: Story, theirs: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1", **LATELY), record("c-2", **LATELY))
    theirs.there_is(record("c-1", **LATELY))
    path = link(story.account, more="/export")
    form = form_of(logged_in.get(link(story.account)), path)
    answer = logged_in.post(path, **form)
    (job,) = story.listed()
    assert (job.client, job.kind, job.state) == ("c-1", JobKind.EXPORT, State.PROPOSED)
    assert (answer.status_code, answer.location) == (303, f"/jobs/{job.job}")
    assert logged_in.post(path, salon="toinen").status_code == 409
    assert theirs.listed() == []


def test_who_wrote_it_down_stands_in_the_evidence_without_a_name(
    story: Story, logged_in: Visitor, owner: Person
) -> None:
    story.there_is(record("pekka.puupaa", name="Pekka Puupää", **LATELY))
    send(story, logged_in, "/request", "pekka.puupaa", right="erasure", on="2026-11-20")
    (line,) = [one for one in told(story) if '"what":"request"' in one]
    assert str(owner.id) in line
    assert story.account.keys.client_key("pekka.puupaa") in line
    assert '"received_on":"2026-11-20"' in line
    assert "pekka" not in "".join(told(story)).lower()


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"right": "erasure", "on": "2026-11-25"}, 422, "Se päivä ei ole vielä tullut"),
        ({"right": "erasure", "on": ""}, 422, "Kirjoita päivä näin"),
        ({"right": "erasure", "on": "eilen"}, 422, "Kirjoita päivä näin"),
        ({"right": "erasure", "on": "31.2.2026"}, 422, "Kirjoita päivä näin"),
        ({"right": "erasure", "on": "1.1.99999999999999999999"}, 422, "Kirjoita päivä näin"),
        ({"right": "", "on": "2026-11-24"}, 400, ""),
        ({"right": "rectification", "on": "2026-11-24"}, 400, ""),
        ({"right": "a\x00", "on": "2026-11-24"}, 400, ""),
        ({"right": "erasure", "on": "2026-11-24", "salon": "toinen"}, 409, ""),
    ],
)
def test_a_request_that_cannot_be_is_not_written_down(
    story: Story, logged_in: Visitor, form: dict[str, str], status: int, said: str
) -> None:
    story.there_is(record("c-1", **LATELY))
    answer = send(story, logged_in, "/request", **form)
    assert answer[0] == status
    assert said in answer[1]
    assert requests(story) == 0


def test_rules_that_erase_by_themselves_want_a_code_for_a_request_to_erase_and_for_nothing_else(
    story: Story, logged_in: Visitor, owner: Person
) -> None:
    story.there_is(record("c-1", **LATELY))
    erasing_by_itself(story)
    wrong = send(story, logged_in, "/request", right="erasure", on="2026-11-24", code="000000")
    assert wrong[0] == 403
    assert "Koodi" in wrong[1]
    assert requests(story) == 0
    assert send(story, logged_in, "/request", right="access", on="2026-11-24")[0] == 303
    right = {"right": "erasure", "on": "2026-11-24", "code": owner.next_code()}
    assert send(story, logged_in, "/request", **right)[0] == 303
    assert requests(story) == 2


def test_a_hold_keeps_its_scope_and_shows_its_reason_until_it_is_ended(
    story: Story, theirs: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1"), record("c-2"))
    theirs.there_is(record("c-1"))
    form = {"why": "legal_claim", "reason": "Riita hoidosta", "on": "2027-03-01"}
    status, page = send(story, logged_in, "/hold", **form)
    assert status == 303
    assert "Oikeudellinen vaatimus Riita hoidosta" in page
    assert "Katsotaan uudestaan 1.3.2027" in page
    assert "Valmis poistettavaksi" not in page
    (hold,) = holds(story)
    assert (hold.salon, hold.client, hold.review_on) == ("aava", "c-1", date(2027, 3, 1))
    assert b"Riita" not in (hold.reason or b"")
    status, page = send(story, logged_in, f"/hold/{hold.id}/end")
    assert status == 303
    assert "Este on päättynyt" in page
    assert "Riita" not in page
    (ended,) = holds(story)
    assert (ended.ended_at is None, ended.reason) == (False, None)
    assert send_again(story, logged_in, hold) == 409


def send_again(story: Story, visitor: Visitor, hold: Hold) -> int:
    """End what has ended."""
    path = link(story.account, "c-1", f"/hold/{hold.id}/end")
    assert visitor.get(path).status_code == 404
    return visitor.post(path, salon="aava").status_code


@pytest.mark.parametrize(
    ("form", "status", "said"),
    [
        ({"why": "legal_claim", "on": "2026-11-24"}, 422, "Valitse tuleva päivä"),
        ({"why": "legal_claim", "on": "x"}, 422, "Kirjoita päivä näin"),
        ({"why": "hand_hold", "on": "2026-11-25", "reason": "  "}, 422, "Kirjoita syy"),
        ({"why": "grandmother", "on": "2026-11-25"}, 400, ""),
        ({"why": "legal_claim", "on": "2026-11-25", "salon": "toinen"}, 409, ""),
    ],
)
def test_a_hold_without_a_day_to_come_or_a_reason_is_not_opened(
    story: Story, logged_in: Visitor, form: dict[str, str], status: int, said: str
) -> None:
    story.there_is(record("c-1"))
    answer = send(story, logged_in, "/hold", **form)
    assert answer[0] == status
    assert said in answer[1]
    assert holds(story) == []


def test_what_was_written_is_still_there_after_a_mistake(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"))
    form = {"why": "authority_request", "on": "2026-11-24", "reason": "Poliisi soitti"}
    assert "Poliisi soitti" in send(story, logged_in, "/hold", **form)[1]


def test_rules_that_erase_by_themselves_want_a_code_before_a_hold_ends(
    story: Story, logged_in: Visitor, owner: Person
) -> None:
    story.there_is(record("c-1"))
    erasing_by_itself(story)
    assert send(story, logged_in, "/hold", why="restriction_request", on="2027-03-01")[0] == 303
    (hold,) = holds(story)
    page = text_of(logged_in.get(link(story.account, "c-1", f"/hold/{hold.id}/end")))
    assert "Kerro asiakkaalle" in page
    assert "poistavat itsestään" in page
    assert send(story, logged_in, f"/hold/{hold.id}/end", code="12")[0] == 403
    assert holds(story)[0].ended_at is None
    assert send(story, logged_in, f"/hold/{hold.id}/end", code=owner.next_code())[0] == 303
    assert holds(story)[0].ended_at is not None


def test_a_hold_on_an_id_that_was_merged_away_is_ended_on_the_page_of_the_one_that_goes_on(
    story: Story, logged_in: Visitor
) -> None:
    story.there_is(record("c-1"), record("c-2"))
    assert send(story, logged_in, "/hold", why="legal_claim", on="2027-03-01")[0] == 303
    story.told(ClientMerged(at=story.program.now(), digest="m", client="c-1", into="c-2"))
    (hold,) = holds(story)
    assert send(story, logged_in, f"/hold/{hold.id}/end", "c-2")[0] == 303


@pytest.mark.parametrize(
    "what", ["/request", "/hold", "/export", "/hold/00000000-0000-0000-0000-000000000000/end"]
)
def test_nothing_can_be_done_about_nobody_or_another_salons_customer(
    story: Story, theirs: Story, logged_in: Visitor, what: str
) -> None:
    theirs.there_is(record("c-1"))
    forms = {"salon": "aava", "right": "erasure", "why": "legal_claim", "on": "2026-11-24"}
    for path in (
        link(theirs.account, "c-1", what),
        link(story.account, "c-1", what),
        f"/customers/c-1{what}",
    ):
        assert logged_in.get(path).status_code in ({405} if what == "/export" else {404})
        assert logged_in.post(path, **forms).status_code == 404
    assert (requests(story), holds(story)) == (0, [])


def test_another_customers_hold_is_not_ended_here(story: Story, logged_in: Visitor) -> None:
    story.there_is(record("c-1"), record("c-2"))
    assert send(story, logged_in, "/hold", "c-2", why="legal_claim", on="2027-03-01")[0] == 303
    (hold,) = holds(story)
    assert logged_in.post(link(story.account, "c-1", f"/hold/{hold.id}/end"), salon="aava").status_code == 409
    assert holds(story)[0].ended_at is None
