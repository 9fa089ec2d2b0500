"""The export job: asked for, given the owner's word, made, looked at; and what is in the package."""

import base64
import hashlib
import json
import logging
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import select

from connector import (
    approvals,
    database,
    dispatch,
    evidence,
    exports,
    exports_asked,
    exports_endings,
    exports_kept,
    exports_page,
    exports_words,
    holds,
    jobs,
    jobs_requests,
    mirror,
    nightly,
    nightly_packages,
    salons,
    texts,
    vault,
    verify,
)
from connector.exports_asked import CannotExport, Proposed
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.states import State
from connector.tables import Package
from policies.holds import HandKind
from tests.builders import NOON
from tests.conftest import LIBRARY
from tests.connector.booking import LATELY, Booking, Odd, Story, owner, record
from tests.connector.test_marked_values import MAIL, MARK, PHONE, found_in, store
from webhooks.events import (
    Answer,
    ClientMerged,
    Consent,
    ConsentAnswered,
    Method,
    RecordTouched,
    RequestReceived,
    Right,
    Touch,
)
from webhooks.vocabulary import Category, Channel, Purpose

HELD = ("identity", "contact", "visits", "notes")
DAY = timedelta(days=1)
UUIDS = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def booking() -> Booking:
    """What the salons' booking systems hold."""
    return Booking()


@pytest.fixture
def theirs(program: Program, stranger: Account, booking: Booking) -> Story:
    """Another salon, which has a c-1 of its own."""
    told = Story(replace(program, send=booking), stranger, booking)
    told.there_is(record("c-1", name="Vieras", **LATELY), record("c-9", name="Vieras", **LATELY))
    return told


@pytest.fixture
def story(program: Program, salon: Account, theirs: Story, booking: Booking) -> Story:
    """A salon with a client who comes."""
    told = Story(replace(program, send=booking), salon, booking)
    told.there_is(record("c-1", *HELD, notes=[{"text": "pitää kahvista"}], **LATELY))
    return told


def asked(story: Story, client: str = "c-1", *, language: str | None = None) -> Proposed:
    """Somebody asks what is held of them."""
    with database.write(story.program.engine) as db:
        return exports_asked.propose(db, story.account, client, language=language, now=story.program.now())


def approved(story: Story, client: str = "c-1", *, language: str | None = None) -> UUID:
    """An export with the owner's word."""
    job = asked(story, client, language=language).job
    assert story.approved(job).approved == (job,)
    return job


def made(story: Story, client: str = "c-1", *, language: str | None = None) -> UUID:
    """An export that was made and looked at."""
    job = approved(story, client, language=language)
    assert dispatch.run_one(story.program, job) == "sent"
    assert verify.run_one(story.program, job, 0) == "verified"
    return job


def link_of(story: Story, job: UUID) -> str:
    """The link's token, as it is shown to the owner."""
    with database.write(story.program.engine) as db:
        shown = exports.show(db, story.account, job, owner=owner(db), now=story.program.now())
    assert shown is not None
    return shown[1]


def opened(story: Story, token: str) -> dict[str, Any] | None:
    """What the link gives, once."""
    with database.write(story.program.engine) as db:
        body = exports.open_once(db, story.account, token, now=story.program.now())
    return None if body is None else json.loads(body)


def document_of(story: Story, client: str = "c-1", **more: Any) -> dict[str, Any]:
    """What is in a client's package."""
    found = opened(story, link_of(story, made(story, client, **more)))
    assert found is not None
    return found


def test_an_export_is_made_looked_at_and_opens(story: Story) -> None:
    document = document_of(story)
    (of_one,) = document["booking_system"]["records"]
    assert of_one["customer_number"] == "c-1"
    assert of_one["categories"]["identity"] == {"name": "Testi Asiakas"}
    assert of_one["categories"]["notes"] == [{"text": "pitää kahvista"}]
    assert "Vieras" not in json.dumps(document)
    assert story.booking.writes == []


def test_the_stranger_s_client_of_the_same_id_has_a_copy_of_their_own(story: Story, theirs: Story) -> None:
    assert json.dumps(document_of(theirs)).count("Vieras") > 0
    with pytest.raises(CannotExport, match="no_client"):
        asked(story, "c-9")


def test_what_ovikello_holds_is_in_it(story: Story) -> None:
    given = Consent(
        purpose=Purpose.NEWSLETTER,
        channels=(Channel.EMAIL,),
        answer=Answer.GIVEN,
        at=NOON - DAY,
        method=Method.CHECKBOX,
        notice_version="2026-1",
        staff="s-7",
    )
    story.told(ConsentAnswered(at=NOON - DAY, digest="a", client="c-1", consent=given))
    no = replace(given, answer=Answer.WITHDRAWN, at=NOON, method=Method.ANSWER)
    story.told(ConsentAnswered(at=NOON, digest="b", client="c-1", consent=no))
    story.told(
        RequestReceived(
            at=NOON, digest="r", client="c-1", right=Right.ACCESS, received_at=NOON, details="kaikki, kiitos"
        )
    )
    story.told(
        RecordTouched(at=NOON, digest="t", client="c-1", staff="s-7", what="notes", touch=Touch.VIEWED)
    )
    with database.write(story.program.engine) as db:
        holds.open_by_hand(
            db,
            story.account,
            "c-1",
            why=HandKind.LEGAL_CLAIM,
            reason="naapuri Liisa todistaa",
            categories=(),
            review_on=NOON.date() + DAY,
            owner=owner(db),
            now=NOON,
            today=NOON.date(),
        )
    document = document_of(story)
    held = document["ovikello"]
    assert [(one["answer"], one["method"], one["notice_version"]) for one in held["consent_record"]] == [
        ("given", "checkbox", "2026-1"),
        ("withdrawn", "answer", "2026-1"),
    ]
    (request,) = [one for one in held["entry"] if one["what"] == "request"]
    assert (request["right"], request["in_own_words"]) == ("access", "kaikki, kiitos")
    assert held["record_touch"] == [{"on": "2026-11-24", "what": "notes", "done": "viewed"}]
    assert held["hold"][0]["why"] == "legal_claim"
    assert held["hold"][0]["salons_own_words"] is True
    assert [one["kind"] for one in held["contact"]] == ["email"]
    assert [one["kind"] for one in held["job"] if one["kind"] == "export"] == ["export"]
    assert {one["what"] for one in held["evidence"]} >= {"job", "hold"}
    text = json.dumps(document)
    for others in ('"s-7"', "Liisa", '"c-9"', "Vieras"):  # an id as a value: a random id may hold its letters
        assert others not in text


def test_it_says_why_how_long_from_where_to_whom_and_what_can_be_asked_for(story: Story) -> None:
    document = document_of(story)
    reasons = {one["category"]: one for one in document["why_and_how_long"]}
    assert set(reasons) == set(HELD)
    assert reasons["contact"]["purposes"] == [
        {"name": "customer_relationship", "basis": "contract"},
        {"name": "newsletter", "basis": "consent"},
    ]
    assert reasons["contact"]["kept"][0]["for"] == "P1Y"
    assert reasons["contact"]["today"]["params"]["due_on"] == "2027-11-02"
    assert document["recipients"] == [{"name": "Tilitoimisto Sarake Oy", "role": "bookkeeping"}]
    assert document["sources"][0].startswith("asiakas itse")
    assert document["authority"]["name"] == "Tietosuojavaltuutetun toimisto"
    assert set(document["rights"]) == set(exports_words.RIGHTS)
    assert document["controller"]["business_id"] == "2000003-2"


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_the_page_says_all_of_it_in_the_language_that_was_asked_for(story: Story, language: str) -> None:
    story.there_is(record("c-2", *(category.value for category in Category), **LATELY))
    page = exports_page.page(document_of(story, "c-2", language=language))
    assert f'<html lang="{language}">' in page
    assert "Testi Asiakas" in page
    words = texts.of(language)
    for word in ("What the booking system holds", "Why, and for how long", "What you can ask for"):
        assert words.gettext(word) in page
    assert not re.search(r"<script|<link|<img|src=|url\(|@import", page)
    (style,) = re.findall(r"<style>(.*)</style>", page, re.S)
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in exports_page.POLICY
    for name in re.findall(r"%\(\w+\)s", page):
        raise AssertionError(name)


@pytest.mark.parametrize(
    ("told", "asked_for", "language"),
    [("sv", None, "sv"), ("sv-FI", None, "sv"), ("et", None, "fi"), (None, None, "fi"), ("sv", "en", "en")],
)
def test_it_is_in_the_client_s_own_language_unless_another_one_was_asked_for(
    story: Story, told: str | None, asked_for: str | None, language: str
) -> None:
    story.there_is(record("c-2", "identity", "language", language=told, **LATELY))
    assert document_of(story, "c-2", language=asked_for)["language"] == language


def test_a_value_of_the_booking_system_is_text_whatever_it_looks_like(story: Story) -> None:
    odd = [{"<b>": "<script>alert(1)</script>", "style": "</style><p>", "deep": [[{"a": {"b": {"c": [1]}}}]]}]
    held = {"identity": {"name": "A & B"}, "notes": odd, "aurat": "x"}
    story.booking.odd_exports.append(Odd(status=200, json={"categories": held}))
    page = exports_page.page(document_of(story))
    assert "A &amp; B" in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert page.count("</style>") == 1
    assert "aurat" in page  # a category that the contract does not know is the client's all the same


def test_the_booking_system_s_words_are_the_client_s_and_who_of_the_staff_did_it_is_left_out(
    story: Story,
) -> None:
    held = {
        "language": {"language": "sv"},
        "bookings": [{"state": "completed", "booked_via": "online", "practitioner_id": "staff-2"}],
        "marketing_preferences": {
            "consents": [
                {"answer": "given", "method": "answer", "channels": ["sms"], "purpose": "newsletter",
                 "staff_id": "staff-1"}
            ]
        },
        "notes": [{"text": "online", "colour": "given"}],
    }  # fmt: skip
    story.booking.odd_exports.append(Odd(status=200, json={"categories": held}))
    document = document_of(story, language="en")
    assert "staff-" not in json.dumps(document)
    page = exports_page.page(document)
    theirs = page.partition('id="booking"')[2].partition("</section>")[0]
    shown = dict(re.findall(r"<dt>([^<]+)</dt><dd>\s*([^<]+?)\s*</dd>", theirs))
    assert shown["State"] == "completed"
    assert shown["How it was given"] == "asked and answered"
    assert shown["By what way"] == "text message"
    assert shown["Language"] == "Swedish"
    assert shown["Text"] == "online"  # what somebody wrote is never taken for a word of the contract
    assert shown["colour"] == "given"


def test_merged_ids_are_one_client_and_each_that_is_there_is_asked_for(story: Story) -> None:
    story.there_is(record("c-2", "identity", "notes", name="Toinen Tunnus", notes="vanha", **LATELY))
    story.told(ClientMerged(at=NOON, digest="m", client="c-2", into="c-1"))
    made_for = asked(story, "c-2")
    assert made_for.client == "c-1"
    assert asked(story, "c-1").job == made_for.job
    document = document_of(story, "c-2")
    assert document["customer_numbers"] == ["c-1", "c-2"]
    assert [one["customer_number"] for one in document["booking_system"]["records"]] == ["c-1", "c-2"]
    assert document["ovikello"]["merge"][0]["joined_to"] == "c-1"
    del story.records["c-2"]
    again = document_of(story, "c-2")
    assert [one["customer_number"] for one in again["booking_system"]["records"]] == ["c-1"]


# ---- the job's life ----------------------------------------------------------------------------------


def test_it_waits_for_a_word_and_the_same_is_not_proposed_twice(story: Story) -> None:
    first = asked(story)
    assert (first.state, first.is_new) == (State.PROPOSED, True)
    again = asked(story)
    assert (again.job, again.is_new) == (first.job, False)
    assert dispatch.run_one(story.program, first.job) == "nothing_to_do"
    other = asked(story, language="sv")
    assert other.is_new
    assert story.state(first.job) is State.WITHDRAWN


def test_no_night_takes_it_back(story: Story) -> None:
    job = asked(story).job
    story.judged("c-1")
    assert story.state(job) is State.PROPOSED


def test_a_policy_that_says_automatic_is_the_word(
    program: Program, stranger: Account, tmp_path: Path
) -> None:
    text = (
        (LIBRARY / "yearly_purge.toml")
        .read_text()
        .replace('export           = "owner"', 'export = "automatic"')
    )
    booking = Booking()
    with database.write(program.engine) as db:
        salons.add(
            db, program.vault, "auto", dialect="standard", policy=text.encode(),
            base_url="http://127.0.0.1:9", token="t", now=NOON,
        )  # fmt: skip
        account = salons.account(db, program.vault, "auto")
    assert account is not None
    story = Story(replace(program, send=booking), account, booking)
    story.there_is(record("c-1", **LATELY))
    made = asked(story)
    assert made.state is State.APPROVED
    assert dispatch.run_one(story.program, made.job) == "sent"


def test_a_no_does_not_stop_somebody_who_asks_again(story: Story) -> None:
    job = asked(story).job
    seen = {job: story.row(job).digest}
    with database.write(story.program.engine) as db:
        approvals.reject(db, story.account, [job], seen=seen, owner=owner(db), now=NOON, reason="en tunne")
    assert story.state(job) is State.REJECTED
    assert asked(story).is_new


def test_a_request_has_its_month_and_one_that_was_answered_has_none(story: Story) -> None:
    story.told(RequestReceived(at=NOON, digest="r", client="c-1", right=Right.ACCESS, received_at=NOON - DAY))
    job = made(story)
    (listed,) = [one for one in story.listed() if one.job == job]
    assert listed.content.asked_on == (NOON - DAY).date()
    assert listed.because == ("access_requested",)
    with database.read(story.program.engine) as db:
        assert (
            len(jobs_requests.unanswered(db, story.account, now=story.program.now())) == 1
        )  # nobody was given the copy yet
    link_of(story, job)
    with database.read(story.program.engine) as db:
        assert jobs_requests.unanswered(db, story.account, now=story.program.now()) == []
    later = story.at(NOON + DAY)
    anew = asked(later).job
    (again,) = [one for one in later.listed() if one.job == anew]
    assert (again.content.asked_on, again.because) == (None, ("owner_asks",))


def test_a_system_that_cannot_hand_over_leaves_a_task_and_a_copy_that_says_so(story: Story) -> None:
    story.booking.can.remove("export")
    job = approved(story)
    assert dispatch.run_one(story.program, job) == "by_hand"
    assert story.state(job) is State.BY_HAND
    document = opened(story, link_of(story, job))
    assert document is not None
    assert document["booking_system"] == {"given": False, "missing": "by_hand", "records": []}
    assert document["ovikello"]["client"][0]["customer_number"] == "c-1"
    assert "part is missing" in exports_page.page(document | {"language": "en"})
    with database.write(story.program.engine) as db:
        assert approvals.tick(db, story.account, job, owner=owner(db), now=NOON)
    assert story.state(job) is State.VERIFIED
    assert verify.look_due(story.program, limit=10) == {}


def test_a_copy_that_waits_for_a_hand_gives_way_to_one_in_another_language(story: Story) -> None:
    story.booking.can.remove("export")
    job = approved(story)
    dispatch.run_one(story.program, job)
    assert asked(story, language="sv").is_new
    assert story.state(job) is State.EXPIRED
    gone = package_of(story, job)
    assert (gone.body, gone.waiting, gone.ended_by) == (None, None, "again")


def test_a_client_who_is_gone_there_has_nothing_to_be_handed_over(story: Story) -> None:
    job = approved(story)
    del story.records["c-1"]
    assert dispatch.run_one(story.program, job) == "withdrawn"
    row = story.row(job)
    assert (row.state, row.reason, row.client) == (State.WITHDRAWN, "gone_before_export", None)
    with database.read(story.program.engine) as db:
        assert exports_kept.of_job(db, story.account, job) is None


def test_a_not_found_is_believed_only_where_somebody_else_can_be_read(story: Story) -> None:
    job = approved(story)
    story.booking.odd_exports.extend([Odd(status=404), Odd(status=404)])
    assert dispatch.run_one(story.program, job) == "approved"  # the list has c-1 in it
    assert story.state(job) is State.APPROVED
    del story.records["c-1"]
    story.there_is(record("c-5", **LATELY))
    later = story.at(NOON + timedelta(seconds=2))
    assert dispatch.run_one(later.program, job) == "withdrawn"


def test_a_client_erased_since_the_word_is_not_handed_over(story: Story) -> None:
    job = approved(story)
    with database.write(story.program.engine) as db:
        mirror.bury(db, story.account, "c-1", at=NOON, by="staff")
    assert dispatch.run_one(story.program, job) == "withdrawn"
    assert story.row(job).reason == "client_gone"
    with pytest.raises(CannotExport, match="erased"):
        asked(story)


@pytest.mark.parametrize(
    ("odd", "state", "reason"),
    [
        (Odd(failure=CallFailed("no_connection")), State.APPROVED, "no_connection"),
        (Odd(failure=CallFailed("no_answer_in_time")), State.APPROVED, "export_failed"),
        (Odd(status=500), State.APPROVED, "export_failed"),
        (Odd(status=503, headers={"retry-after": "60"}), State.APPROVED, "answered_503"),
        (Odd(status=401), State.APPROVED, "answered_401"),
        (Odd(status=409), State.STUCK, "refused_by_system"),
        (Odd(status=200, json={"categories": []}), State.STUCK, "export_not_understood"),
        (Odd(status=200, json=None), State.STUCK, "export_not_understood"),
        (Odd(failure=CallFailed("bad_address", permanent=True)), State.STUCK, "bad_address"),
    ],
)
def test_a_bad_answer_makes_no_copy_and_is_tried_again_or_asked_about(
    story: Story, odd: Odd, state: State, reason: str
) -> None:
    job = approved(story)
    story.booking.odd_exports.append(odd)
    dispatch.run_one(story.program, job)
    row = story.row(job)
    assert (row.state, row.reason) == (state, reason)
    with database.read(story.program.engine) as db:
        assert exports_kept.of_job(db, story.account, job) is None
    later = story.at(NOON + timedelta(seconds=60))
    if state is State.STUCK:
        assert later.approved(job).approved == (job,)
    assert dispatch.run_one(later.program, job) == "sent"


@pytest.mark.parametrize(("seconds", "state"), [(0, State.APPROVED), (1, State.STUCK)])
def test_after_a_week_of_failures_the_owner_is_asked(story: Story, seconds: int, state: State) -> None:
    job = approved(story)
    with database.write(story.program.engine) as db:
        row = jobs.row_of(db, story.account, job)
        row.expires_at = None
        db.add(row)
    story.booking.odd_exports.append(Odd(status=500))
    late = story.at(NOON + timedelta(days=7, seconds=seconds))
    dispatch.run_one(late.program, job)
    assert story.state(job) is state


def test_a_worker_that_died_over_it_leaves_it_to_another(story: Story) -> None:
    job = approved(story)
    story.booking.odd_exports.append(Odd(first=die, status=200))
    with pytest.raises(SystemExit):
        dispatch.run_one(story.program, job)
    assert story.state(job) is State.SENDING
    later = story.at(NOON + timedelta(seconds=31))
    assert dispatch.run_one(later.program, job) == "approved"
    assert dispatch.run_one(later.program, job) == "sent"


def test_a_worker_that_was_slow_and_was_overtaken_keeps_nothing(story: Story) -> None:
    """Of two ids the first is read so slowly that somebody else takes the job over."""
    story.there_is(record("c-2", **LATELY))
    story.told(ClientMerged(at=NOON, digest="m", client="c-2", into="c-1"))
    job = approved(story)
    later = story.at(NOON + timedelta(seconds=31))
    words: list[str] = []

    def overtaken() -> None:
        words.extend(dispatch.run_one(later.program, job) for _ in range(2))

    story.booking.odd_exports.append(Odd(first=overtaken, status=200, json={"categories": {}}))
    assert dispatch.run_one(story.program, job) == "lost"
    assert words == ["approved", "sent"]
    with database.read(story.program.engine) as db:
        assert len(db.exec(select(Package)).all()) == 1


def die() -> None:
    """A worker is killed."""
    raise SystemExit


def test_of_many_workers_one_makes_it(story: Story) -> None:
    job = approved(story)
    with ThreadPoolExecutor(4) as pool:
        words = list(pool.map(lambda _: dispatch.run_one(story.program, job), range(8)))
    assert words.count("sent") == 1
    with database.read(story.program.engine) as db:
        assert len(db.exec(select(Package)).all()) == 1


def test_a_copy_that_does_not_open_is_made_anew_with_a_new_word(story: Story) -> None:
    job = approved(story)
    dispatch.run_one(story.program, job)
    with database.write(story.program.engine) as db:
        package = db.exec(select(Package)).one()
        package.body = b"broken" * 10
        db.add(package)
    assert verify.run_one(story.program, job, 0) == "reopened"
    assert (story.state(job), story.row(job).reason) == (State.PROPOSED, "package_does_not_open")
    assert story.approved(job).approved == (job,)
    assert dispatch.run_one(story.program, job) == "sent"
    assert verify.run_one(story.program, job, 0) == "verified"
    assert opened(story, link_of(story, job)) is not None


# ---- who can open it, how often, until when ---------------------------------------------------------


def test_until_it_is_shown_the_link_waits_sealed_and_after_that_nobody_here_can_open_it(story: Story) -> None:
    job = made(story)
    before = package_of(story, job)
    token = link_of(story, job)
    assert before.waiting is not None
    assert token.encode() not in before.waiting
    after = package_of(story, job)
    assert (after.waiting, after.shown_at) == (None, NOON)
    assert token not in repr(after)
    for key in (after.token_hash[:32].encode(), story.account.keys.sealing, story.account.keys.index):
        with pytest.raises(vault.CannotOpen):
            vault.unseal(key, after.body or b"", f"package:{after.id}")


@pytest.mark.parametrize("openings", [1, 2])
def test_it_opens_so_often_and_is_then_destroyed(story: Story, openings: int) -> None:
    numbers = replace(story.program.settings.numbers, package_openings=openings)
    settings = replace(story.program.settings, numbers=numbers)
    story = replace(story, program=replace(story.program, settings=settings))
    token = link_of(story, job := made(story))
    for left in range(openings - 1, -1, -1):
        assert package_of(story, job).body is not None
        assert opened(story, token) is not None
        assert package_of(story, job).openings_left == left
    gone = package_of(story, job)
    assert (gone.body, gone.waiting, gone.ended_by) == (None, None, "count")
    assert opened(story, token) is None


@pytest.mark.parametrize(("seconds", "ended"), [(-1, 0), (0, 1)])
def test_a_night_and_a_worker_destroy_it_when_its_time_is_over(
    story: Story, seconds: int, ended: int
) -> None:
    job = made(story)
    late = story.at(NOON + timedelta(days=14, seconds=seconds))
    assert nightly_packages.end(late.program) == ended
    assert (package_of(story, job).body is None) is bool(ended)
    assert nightly_packages.end(late.program) == 0


def test_a_stranger_s_night_destroys_nothing_of_ours(story: Story, theirs: Story) -> None:
    job = made(story)
    late = story.at(NOON + timedelta(days=15))
    assert nightly_packages.end(late.program, salon=theirs.account.slug) == 0
    assert package_of(story, job).body is not None
    nightly.run(late.program, salon=story.account.slug)
    assert package_of(story, job).body is None


@pytest.mark.parametrize(("days", "is_forgotten"), [(29, False), (30, True)])
def test_whose_copy_it_was_is_forgotten_after_thirty_days(
    story: Story, days: int, is_forgotten: bool
) -> None:
    job = made(story)
    nightly.run(story.at(NOON + timedelta(days=days)).program, salon=story.account.slug)
    assert (story.row(job).client is None) is is_forgotten


def test_the_evidence_tells_of_it_and_nothing_of_what_is_in_it(story: Story) -> None:
    token = link_of(story, job := made(story))
    opened(story, token)
    with database.write(story.program.engine) as db:
        assert exports_endings.destroy(db, story.account, job, now=NOON)
        assert not exports_endings.destroy(db, story.account, job, now=NOON)
    with database.read(story.program.engine) as db:
        lines = [json.loads(line.body or b"") for line in evidence.lines(db, story.account)]
        assert evidence.check(db, story.account).whole
    told = [line["to"] for line in lines if line["what"] == "package"]
    assert told == ["made", "link_shown", "opened", "destroyed"]
    (verified,) = [line for line in lines if line["what"] == "job" and line["to"] == "verified"]
    assert (verified["grade"], verified["found"]) == ("read_back", "package")
    whole = json.dumps(lines)
    assert not [word for word in ("Testi", "kahvi", token) if word in whole]
    assert "c-1" not in UUIDS.sub("", whole)  # a random id says "c-1" by chance where two of its parts meet


def test_nothing_of_it_is_written_in_clear_at_any_moment(
    story: Story, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    marked = {"name": MARK, "email": MAIL, "phone": PHONE, "notes": [{MARK: MARK}]}
    story.there_is(record("c-2", "identity", "contact", "notes", **(marked | LATELY)))
    job = made(story, "c-2")
    assert found_in(store(story.program)) == []
    token = link_of(story, job)
    assert MARK in exports_page.page(opened(story, token) or {})
    assert found_in(store(story.program) + caplog.text.encode()) == []
    assert token.encode() not in store(story.program) + caplog.text.encode()


def package_of(story: Story, job: UUID) -> Package:
    """The row of a job's package."""
    with database.read(story.program.engine) as db:
        return db.exec(select(Package).where(Package.job == job)).one()
