"""What a booking system can do: named by hand, or asked once a day; and what a look at a record says."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from connector import capabilities, jobs_content, jobs_seen, lookup
from connector.jobs_seen import Found, Part
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from policies import vocabulary as law
from policies.decisions import JobKind, Outcome, Proposal, Verdict
from tests.builders import NOON
from tests.connector.booking import Booking, Story, record
from webhooks.calls import Reply
from webhooks.dialect import Looked
from webhooks.events import ClientTold
from webhooks.vocabulary import Category, Channel


@pytest.fixture
def story(program: Program, salon: Account) -> Story:
    """A salon and its booking system."""
    booking = Booking()
    return Story(replace(program, send=booking), salon, booking)


def test_the_answer_is_remembered_for_a_day(story: Story) -> None:
    assert "erase" in capabilities.of(story.program, story.account)
    story.booking.can.remove("erase")
    almost = story.at(NOON + timedelta(days=1) - timedelta(seconds=1))
    assert "erase" in capabilities.of(almost.program, story.account)
    assert "erase" not in capabilities.of(story.at(NOON + timedelta(days=1)).program, story.account)


def test_an_old_answer_is_better_than_none_and_none_is_a_failure(story: Story) -> None:
    story.booking.is_silent = True
    with pytest.raises(CallFailed):
        capabilities.of(story.program, story.account)
    story.booking.is_silent = False
    known = capabilities.of(story.program, story.account)
    story.booking.is_silent = True
    assert capabilities.of(story.at(NOON + timedelta(days=9)).program, story.account) == known


def test_what_was_named_by_hand_counts_alone_and_without_an_address_there_is_nothing(story: Story) -> None:
    story.booking.is_silent = True
    by_hand = replace(story.account, can=frozenset({"read"}))
    assert capabilities.of(story.program, by_hand) == {"read"}
    assert capabilities.of(story.program, replace(story.account, base_url=None)) == frozenset()


@pytest.mark.parametrize(
    "reply", [Reply(500), Reply(401), Reply(200, {"contract": 99, "calls": []}), Reply(200)]
)
def test_an_answer_that_tells_nothing_is_a_failure(story: Story, reply: Reply) -> None:
    with pytest.raises(CallFailed, match="capabilities_not_told"):
        capabilities.of(replace(story.program, send=lambda *_, **__: reply), story.account)


def test_a_look_that_does_not_tell_is_a_failure(story: Story) -> None:
    with pytest.raises(CallFailed, match="look_answered_503"):
        lookup.look(replace(story.program, send=lambda *_, **__: Reply(503)), story.account, "c-1")
    story.there_is(record("c-1"))
    assert lookup.look(story.program, story.account, "c-1").is_gone is False
    assert lookup.look(story.program, story.account, "c-2").is_gone is True


def content(kind: JobKind, *categories: law.Category, before: date | None = None) -> jobs_content.Content:
    """A job of a kind."""
    verdicts = tuple(Verdict(one, Outcome.ERASE, "x", before=before) for one in categories)
    off = frozenset({law.Channel.EMAIL}) if kind is JobKind.MARKETING_OFF else frozenset[law.Channel]()
    return jobs_content.of("key", Proposal(kind, ("x",), verdicts, off=off), "policy")


def told(**more: object) -> ClientTold:
    """A record as it was told."""
    return ClientTold(at=NOON, digest="d", client="c-1", **more)  # type: ignore[arg-type]


LIMIT = date(2024, 11, 24)


@pytest.mark.parametrize(
    ("job", "looked", "expected"),
    [
        (content(JobKind.ERASE), Looked(True), Found.GONE),
        (content(JobKind.ERASE), Looked(False, frozenset({"name"}), told()), Found.THERE),
        (content(JobKind.ERASE), Looked(False, frozenset(), told()), Found.THERE),
        (content(JobKind.ERASE), Looked(False, frozenset(), None), Found.THERE),
        (content(JobKind.ERASE), Looked(False, frozenset(), told(categories=frozenset())), Found.CLEAN),
        (content(JobKind.ANONYMISE), Looked(False, frozenset({"phone"}), told()), Found.LEFTOVERS),
        (content(JobKind.DETACH), Looked(False, frozenset(), told()), Found.CLEAN),
        (
            content(JobKind.ERASE_CATEGORIES, law.Category.HEALTH),
            Looked(False, frozenset({"name"}), told(categories=frozenset({Category.IDENTITY}))),
            Found.CLEAN,
        ),
        (
            content(JobKind.ERASE_CATEGORIES, law.Category.HEALTH, law.Category.NOTES),
            Looked(False, frozenset(), told(categories=frozenset({Category.NOTES}))),
            Found.LEFTOVERS,
        ),
        (
            content(JobKind.ERASE_CATEGORIES, law.Category.HEALTH),
            Looked(False, frozenset(), told()),
            Found.CANNOT_TELL,
        ),
        (
            content(JobKind.MARKETING_OFF),
            Looked(False, told=told(marketing={Channel.EMAIL: True})),
            Found.LEFTOVERS,
        ),
        (
            content(JobKind.MARKETING_OFF),
            Looked(False, told=told(marketing={Channel.EMAIL: False})),
            Found.CLEAN,
        ),
        (content(JobKind.MARKETING_OFF), Looked(False, told=told(marketing={})), Found.CANNOT_TELL),
        (content(JobKind.MARKETING_OFF), Looked(False), Found.CANNOT_TELL),
    ],
)
def test_only_what_was_read_says_that_it_is_done(
    job: jobs_content.Content, looked: Looked, expected: Found
) -> None:
    assert jobs_seen.found(job, looked) is expected


@pytest.mark.parametrize(
    ("part", "leftovers", "entries", "expected"),
    [
        (Part.ALL, set(), (), Found.CLEAN),
        (Part.ALL, set(), ("11",), Found.LEFTOVERS),
        (Part.ALL, {"phone"}, (), Found.LEFTOVERS),
        (Part.RECORD, set(), ("11",), Found.CLEAN),
        (Part.RECORD, {"phone"}, (), Found.LEFTOVERS),
        (Part.ENTRIES, {"phone"}, (), Found.CLEAN),
        (Part.ENTRIES, set(), ("11",), Found.LEFTOVERS),
    ],
)
def test_a_job_is_done_when_its_record_and_the_texts_beside_it_are_and_each_part_by_itself(
    part: Part, leftovers: set[str], entries: tuple[str, ...], expected: Found
) -> None:
    looked = Looked(False, frozenset(leftovers), told(), entries=entries)
    assert jobs_seen.found(content(JobKind.ANONYMISE), looked, part=part) is expected
    assert jobs_seen.found(content(JobKind.ANONYMISE), Looked(True), part=part) is Found.GONE


@pytest.mark.parametrize(
    ("oldest", "expected"),
    [
        ({Category.HEALTH: LIMIT}, Found.CLEAN),
        ({Category.HEALTH: LIMIT - timedelta(days=1)}, Found.LEFTOVERS),
        ({}, Found.CANNOT_TELL),
        (None, Found.CANNOT_TELL),
    ],
)
def test_old_entries_are_gone_when_none_is_older_than_the_limit(
    oldest: dict[Category, date] | None, expected: Found
) -> None:
    job = content(JobKind.ERASE_CATEGORIES, law.Category.HEALTH, before=LIMIT)
    there = told(categories=frozenset({Category.HEALTH}), oldest_entry=oldest)
    assert jobs_seen.found(job, Looked(False, told=there)) is expected
    assert jobs_seen.found(job, Looked(False, told=there), only=job.going[0]) is expected
