"""Holds by hand: who, why, on what and until when; they park what is due, for everybody who was merged, until ended."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from click.testing import Result
from sqlmodel import col, select

from connector import database, dispatch, evidence, facts, holds, nightly, owners, texts
from connector.commands.door import Door
from connector.config import Settings
from connector.holds import HoldRefused
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Client, Evidence, Hold, Standing
from policies.holds import HAND_SCOPES, HandKind
from policies.vocabulary import Category
from tests.builders import NOON, Clock
from tests.connector.booking import Story, record
from tests.connector.command_line import ovikello
from tests.connector.night_world import compare
from webhooks.events import ClientDeleted, ClientMerged, DeletedBy

TODAY = NOON.date()
REVIEW = date(2027, 5, 1)
DAY = timedelta(days=1)
Run = Callable[..., Result]


@pytest.fixture
def owner(program: Program, salon: Account) -> UUID:
    """An owner who speaks for the salon."""
    with database.write(program.engine) as db:
        owners.add(db, program.vault, "o@example.com", salon.slug, now=NOON)
        found = owners.speaks_for(db, program.vault, "o@example.com", salon.slug)
    assert found is not None
    return found


def hold(
    story: Story,
    owner: UUID,
    *categories: Category,
    client: str = "c-1",
    why: HandKind = HandKind.AUTHORITY_REQUEST,
    reason: str | None = None,
    review_on: date = REVIEW,
) -> UUID:
    """Open a hold."""
    with database.write(story.program.engine) as db:
        return holds.open_by_hand(
            db,
            story.account,
            client,
            why=why,
            reason=reason,
            categories=categories,
            review_on=review_on,
            owner=owner,
            now=story.program.now(),
            today=TODAY,
        )


def end(story: Story, owner: UUID, hold_id: UUID) -> str:
    """End one."""
    with database.write(story.program.engine) as db:
        return holds.end(db, story.account, hold_id, owner=owner, now=story.program.now(), today=TODAY)


def night(story: Story) -> None:
    """Judge as a night does, without carrying anything out by itself."""
    compare(story.program, story.account)
    nightly.run(story.program, salon=story.account.slug)


def lines(story: Story) -> list[dict[str, object]]:
    """The lines of evidence that tell of holds."""
    with database.read(story.program.engine) as db:
        assert evidence.check(db, story.account).whole
        written = (
            select(Evidence.body).where(Evidence.salon == story.account.slug).order_by(col(Evidence.seq))
        )
        bodies = db.exec(written).all()
    return [line for line in map(json.loads, bodies) if line["what"] == "hold"]


# ---- what it holds ----------------------------------------------------------------------------------


def test_a_client_on_hold_is_proposed_for_nothing_and_its_neighbour_and_the_stranger_are(
    story: Story, owner: UUID, stranger: Account
) -> None:
    hold(story, owner)
    assert story.judged("c-1") == []
    assert len(story.judged("c-2")) == 1
    assert len(replace(story, account=stranger).judged("c-1")) == 1


def test_a_hold_on_one_category_lets_the_others_go(story: Story, owner: UUID) -> None:
    hold(story, owner, Category.VISITS)
    (job_id,) = story.judged("c-1")
    content = story.listed()[0].content
    assert story.row(job_id).kind.value == "erase_categories"
    assert {verdict.category for verdict in content.going} == {Category.IDENTITY, Category.CONTACT}


@pytest.mark.parametrize("why", HandKind)
def test_without_a_category_the_reason_decides_what_is_held(story: Story, owner: UUID, why: HandKind) -> None:
    hold(story, owner, why=why, reason="sanottu")
    with database.read(story.program.engine) as db:
        ((fact,), none) = holds.of(db, "aava", [["c-1", "c-0"], ["c-2"]])
        assert none == ()
        assert holds.of(db, "toinen", [["c-1"]]) == [()]
    assert (fact.kind, fact.scope, fact.review_on) == (why.value, HAND_SCOPES[why], REVIEW)


def test_a_proposed_job_is_taken_back_in_the_next_night_and_stands_held(story: Story, owner: UUID) -> None:
    job_id = story.job_for("c-1")
    hold(story, owner)
    night(story)
    assert (story.state(job_id), story.row(job_id).reason) == (State.WITHDRAWN, "authority_request")
    with database.read(story.program.engine) as db:
        stands = db.exec(select(Standing).where(Standing.client == "c-1", Standing.outcome == "hold")).all()
    assert {row.because for row in stands} == {"authority_request"}


def test_a_word_that_is_given_after_a_hold_was_opened_takes_no_effect(story: Story, owner: UUID) -> None:
    job_id = story.job_for("c-1")
    hold(story, owner)
    given = story.approved(job_id)
    assert [one.because for one in given.refused] == ["held_authority_request"]
    assert story.state(job_id) is State.WITHDRAWN


def test_an_approved_job_is_held_right_before_its_call_and_proposed_again_when_the_hold_ends(
    story: Story, owner: UUID
) -> None:
    job_id = story.approved_job_for("c-1")
    hold_id = hold(story, owner)
    assert dispatch.run_one(story.program, job_id) == "held"
    assert story.booking.writes == []
    night(story)
    assert story.state(job_id) is State.HELD
    assert end(story, owner, hold_id) == "c-1"
    night(story)
    assert (story.state(job_id), story.row(job_id).reason) == (State.PROPOSED, "hold_ended")
    assert "c-1" in story.records


@pytest.mark.parametrize(("held", "judged"), [("c-old", "c-new"), ("c-new", "c-old")])
def test_a_merged_group_shares_the_holds_of_all_its_ids(
    story: Story, owner: UUID, held: str, judged: str
) -> None:
    story.there_is(record("c-old"), record("c-new"))
    hold_id = hold(story, owner, client=held)
    story.told(ClientMerged(client="c-old", into="c-new", at=NOON, digest="m"))
    night(story)
    assert [job for job in story.listed() if job.client in {"c-old", "c-new"}] == []
    with database.read(story.program.engine) as db:
        policy, _ = story.decision(db, "c-new")
        assert len(facts.facts_of(db, story.account, judged, policy, TODAY).hand_holds) == 1
    end(story, owner, hold_id)
    night(story)
    assert [job.client for job in story.listed() if job.client in {"c-old", "c-new"}] == ["c-new"]


def test_opening_and_ending_a_hold_has_the_client_judged_in_the_next_night(story: Story, owner: UUID) -> None:
    def looked_at_on(client: str) -> date:
        with database.read(story.program.engine) as db:
            row = db.get(Client, ("aava", client))
            assert row is not None
            return row.look_again_on

    night(story)
    assert looked_at_on("c-1") > TODAY
    hold_id = hold(story, owner)
    assert (looked_at_on("c-1"), looked_at_on("c-2") > TODAY) == (TODAY, True)
    night(story)
    assert looked_at_on("c-1") > TODAY
    end(story, owner, hold_id)
    assert looked_at_on("c-1") == TODAY


# ---- review -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "found"), [(-1, 0), (0, 1), (30, 1)])
def test_from_its_review_on_a_hold_is_a_finding_and_still_holds(
    story: Story, owner: UUID, days: int, found: int
) -> None:
    hold(story, owner)
    at = NOON.replace(year=REVIEW.year, month=REVIEW.month, day=REVIEW.day) + days * DAY
    later = story.at(at)
    compare(later.program, later.account, at=at)
    (report,) = nightly.run(later.program, salon="aava").salons
    told = [one for one in report.findings if one.code == "hold_review"]
    assert [one.clients for one in told] == [("c-1",)] * found
    assert all(one.client != "c-1" for one in report.proposed)


def test_a_hold_that_has_ended_or_is_a_strangers_is_no_finding(
    story: Story, owner: UUID, stranger: Account
) -> None:
    end(story, owner, hold(story, owner, review_on=TODAY + DAY))
    with database.write(story.program.engine) as db:
        owners.add(db, story.program.vault, "o@example.com", "toinen", now=NOON)
    hold(replace(story, account=stranger), owner, review_on=TODAY + DAY)
    with database.read(story.program.engine) as db:
        assert holds.to_review(db, "aava", TODAY + DAY) == []
        assert len(holds.to_review(db, "toinen", TODAY + DAY)) == 1


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_reminder_is_said_in_the_owners_language(language: str) -> None:
    from connector.reports_findings import Finding

    said = texts.of(language).gettext(Finding("hold_review", {"count": 2}).msgid).format(count=2)
    assert "2" in said
    assert (said == Finding("hold_review", {"count": 2}).message) is (language == "en")


# ---- what is kept of it -----------------------------------------------------------------------------


def test_the_text_of_a_reason_is_sealed_and_destroyed_when_the_hold_ends(story: Story, owner: UUID) -> None:
    hold_id = hold(story, owner, reason="Värjäys poltti päänahan")

    def row() -> Hold:
        with database.read(story.program.engine) as db:
            found = db.get(Hold, hold_id)
        assert found is not None
        return found

    with database.read(story.program.engine) as db:
        (opened,) = holds.listed(db, story.account)
        assert holds.listed(db, replace(story.account, slug="toinen")) == []
    assert opened.reason == "Värjäys poltti päänahan"
    assert b"poltti" not in (row().reason or b"")
    end(story, owner, hold_id)
    assert (row().reason, row().ended_by, row().ended_at) == (None, owner, NOON)


def test_the_evidence_tells_of_opening_and_ending_without_naming_anybody(story: Story, owner: UUID) -> None:
    hold_id = hold(story, owner, Category.PHOTOS, reason="Testi Asiakas valitti")
    end(story, owner, hold_id)
    told = {
        "what": "hold",
        "at": NOON.isoformat(),
        "hold": str(hold_id),
        "client": story.account.keys.client_key("c-1"),
        "because": "authority_request",
        "categories": ["photos"],
        "review_on": "2027-05-01",
        "owner": str(owner),
    }
    opened, ended = ({**line, "salt": ""} for line in lines(story))
    assert opened == {**told, "to": "opened", "salt": ""}
    assert ended == {**told, "to": "ended", "salt": ""}


def test_an_erased_client_leaves_no_hold_behind_and_the_stranger_keeps_theirs(
    story: Story, owner: UUID, stranger: Account
) -> None:
    hold(story, owner)
    hold(replace(story, account=stranger), owner)
    story.told(ClientDeleted(client="c-1", at=NOON, digest="d", by=DeletedBy.STAFF))
    with database.read(story.program.engine) as db:
        assert [row.salon for row in db.exec(select(Hold))] == ["toinen"]


# ---- what is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "is_taken"), [(-1, False), (0, False), (1, True)])
def test_a_hold_needs_a_review_on_a_day_to_come(story: Story, owner: UUID, days: int, is_taken: bool) -> None:
    if is_taken:
        hold(story, owner, review_on=TODAY + days * DAY)
        return
    with pytest.raises(HoldRefused, match="day to come"):
        hold(story, owner, review_on=TODAY + days * DAY)


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_hold_needs_a_reason(story: Story, owner: UUID, reason: str | None) -> None:
    with pytest.raises(HoldRefused, match="needs a reason"):
        hold(story, owner, why=HandKind.OTHER, reason=reason)
    assert lines(story) == []


def test_a_hold_needs_a_client_that_is_there(story: Story, owner: UUID) -> None:
    with pytest.raises(HoldRefused, match="No client 'c-9'"):
        hold(story, owner, client="c-9")


def test_a_strangers_hold_cannot_be_ended_and_none_is_ended_twice(
    story: Story, owner: UUID, stranger: Account
) -> None:
    theirs = hold(replace(story, account=stranger), owner)
    ours = hold(story, owner)
    for hold_id in (theirs, uuid4()):
        with pytest.raises(HoldRefused, match="no hold of that id"):
            end(story, owner, hold_id)
    end(story, owner, ours)
    with pytest.raises(HoldRefused, match="ended already"):
        end(story, owner, ours)
    assert len(lines(story)) == 2


# ---- commands ---------------------------------------------------------------------------------------


@pytest.fixture
def run(world: Settings, clock: Clock, owner: UUID) -> Run:
    """Run a command on this world's installation, where an owner speaks for the salon."""

    def invoke(*arguments: str) -> Result:
        return ovikello(Door(settings=world, now=clock), *arguments)

    return invoke


OPEN = ("hold", "open", "aava", "c-1", "--review", "2027-05-01", "--owner", "o@example.com")


def test_a_hold_is_opened_listed_and_ended_from_a_terminal(story: Story, run: Run) -> None:
    opened = json.loads(run(*OPEN, "--why", "legal_claim", "--reason", "valitus", "--json").stdout)
    assert (opened["client"], opened["why"], opened["review_on"]) == ("c-1", "legal_claim", "2027-05-01")
    assert (opened["opened_by"], opened["ended_at"]) == ("o@example.com", None)
    assert json.loads(run("hold", "list", "aava", "--json").stdout) == [opened]
    assert "valitus" in run("hold", "list", "aava").stdout
    assert json.loads(run("hold", "list", "toinen", "--json").stdout) == []
    ended = run("hold", "end", "aava", opened["hold"], "--owner", "o@example.com", "--json")
    assert json.loads(ended.stdout)["client"] == "c-1"
    assert "No hold is open" in run("hold", "list", "aava").stdout
    (kept,) = json.loads(run("hold", "list", "aava", "--ended", "--json").stdout)
    assert (kept["reason"], bool(kept["ended_at"])) == (None, True)


def test_a_text_is_reason_enough_and_a_category_narrows_it(story: Story, run: Run) -> None:
    told = run(*OPEN, "--reason", "pyysi kuvat", "--category", "photos", "--category", "notes", "--json")
    document = json.loads(told.stdout)
    assert (document["why"], document["categories"]) == ("hand_hold", ["notes", "photos"])
    assert "hand_hold: pyysi kuvat  (notes, photos)" in run("hold", "list", "aava").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (OPEN, "needs a reason"),
        ((*OPEN, "--why", "because"), "because"),
        (("hold", "open", "aava", "c-1", "--why", "legal_claim", "--owner", "o@example.com"), "--review"),
        ((*OPEN[:5], "2026-11-24", *OPEN[6:], "--why", "legal_claim"), "day to come"),
        ((*OPEN[:5], "spring", *OPEN[6:], "--why", "legal_claim"), "Write it like 2026-12-31"),
        ((*OPEN[:3], "c-9", *OPEN[4:], "--why", "legal_claim"), "No client 'c-9'"),
        ((*OPEN, "--why", "legal_claim", "--category", "shoes"), "shoes"),
        ((*OPEN[:-1], "x@example.com", "--why", "legal_claim"), "does not speak for aava"),
        (("hold", "end", "aava", str(uuid4()), "--owner", "o@example.com"), "hold list aava"),
        (("hold", "end", "aava", str(uuid4()), "--owner", "x@example.com"), "does not speak for aava"),
        (("hold", "end", "aava", "first", "--owner", "o@example.com"), "first"),
    ],
)
def test_wrong_use_of_holds_says_what_is_right_and_changes_nothing(
    story: Story, run: Run, arguments: tuple[str, ...], words: str
) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    with database.read(story.program.engine) as db:
        assert db.exec(select(Hold)).all() == []
    assert lines(story) == []
