"""Clients whose identifiers were removed: what law.md, section 8 says of them, and the same mirror in any order."""

import random
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from babel.messages.catalog import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector import approvals, database, dispatch, facts, mirror, verify
from connector.program import Program
from connector.salons import Account
from connector.tables import (
    CampaignRecipient,
    Client,
    ConsentRecord,
    Contact,
    Entry,
    RecordTouch,
    Refusal,
    Unnamed,
)
from policies.decide import decide
from policies.decisions import JobKind
from tests import catalogues
from tests.builders import NOON
from tests.connector.booking import Booking, Story, owner, record
from tests.connector.intake import answered, apply, at, booked, browser, look, merged, rows, send, told, wipe
from tests.connector.night_world import policy_of
from tests.connector.test_permutations import CLIENTS, Teller
from webhooks.events import Answer, CampaignSent, InvoiceChanged, InvoiceState, RecordTouched, Touch
from webhooks.vocabulary import Channel, Purpose

DAY = timedelta(days=1)
MAIL, PHONE = "aino@example.com", "040 123 4567"


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """A client who is due but for a receipt; and a stranger's client of the same id, with everything that was told."""
    booking = Booking()
    theirs = Story(replace(program, send=booking), stranger, booking)
    mine = Story(replace(program, send=booking), salon, booking)
    for one in (theirs, mine):
        one.at(NOON - timedelta(hours=2)).there_is(
            record("c-1", "identity", "contact", "billing", email=MAIL)
        )
        apply(program, one.account, *everything())
    return mine


def everything(client: str = "c-1", *, day: float = 700) -> list[Any]:
    """All that can be told of a client, so many days ago."""
    when, mail = at(day), Channel.EMAIL
    return [
        told(client, day=day, email=MAIL, phone=PHONE),
        answered(Answer.WITHDRAWN, client, day=day),
        answered(Answer.GIVEN, client, day=day, purpose=Purpose.SERVICE),
        booked(client, day=day, starts_at=at(day - 1)),
        CampaignSent(
            at=when,
            digest="k",
            campaign="k-1",
            part=1,
            purpose=Purpose.NEWSLETTER,
            channel=mail,
            clients=(client,),
        ),
        RecordTouched(at=when, digest="t", client=client, staff="s-1", what="notes", touch=Touch.VIEWED),
        InvoiceChanged(
            at=when, digest="i", invoice="i", client=client, state=InvoiceState.PAID, issued_on=when.date()
        ),
    ]


def detached(story: Story) -> None:
    """Carry the client's detachment out, and look."""
    before = story.at(NOON - timedelta(minutes=1))
    job_id = before.approved_job_for("c-1", JobKind.DETACH)
    assert dispatch.run_one(before.program, job_id) == "sent"
    assert verify.run_one(story.program, job_id, 0) == "verified"


def settle(story: Story, days: float) -> int:
    """Housekeeping, so many days later."""
    with database.write(story.program.engine) as db:
        return mirror.settle_tombstones(db, story.account, NOON + days * DAY)


def left(story: Story, *tables: Any) -> dict[str, int]:
    """How many rows of each table are the client's."""
    return {
        table.__tablename__: len(
            [row for row in rows(story.program, story.account, table) if row.client == "c-1"]
        )
        for table in tables
    }


# ---- what must go -----------------------------------------------------------------------------------


def test_with_the_identifiers_every_link_to_the_person_goes_at_once(story: Story) -> None:
    before = look(story.program, replace(story.account, slug="toinen"))
    detached(story)
    assert left(story, RecordTouch, CampaignRecipient, Client) == {
        "record_touch": 0,
        "campaign_recipient": 0,
        "client": 1,
    }
    assert [row.kind for row in rows(story.program, story.account, Entry)] == ["invoice"]
    assert look(story.program, replace(story.account, slug="toinen")) == before


@pytest.mark.parametrize(("days", "count"), [(29.99, 0), (30, 1)])
def test_after_thirty_days_of_contact_points_and_answers_only_the_noes_are_left(
    story: Story, days: float, count: int
) -> None:
    detached(story)
    assert settle(story, days) == count
    kept = {"contact": 2, "consent_record": 2} if count == 0 else {"contact": 0, "consent_record": 0}
    assert left(story, Contact, ConsentRecord) == kept
    refusals = {(row.purpose, row.channel) for row in rows(story.program, story.account, Refusal)}
    assert refusals == ({("newsletter", word) for word in ("email", "sms", "phone")} if count else set())
    assert [row.client for row in rows(story.program, story.account, Unnamed)] == [None if count else "c-1"]


def test_the_no_still_holds_for_whoever_comes_with_that_contact_point(story: Story) -> None:
    detached(story)
    settle(story, 30)
    apply(story.program, story.account, told("new", day=-31, email=MAIL))
    with database.read(story.program.engine) as db:
        policy = policy_of(story.program, story.account, NOON.date())
        known = facts.facts_of(db, story.account, "new", policy, NOON.date())
    (answer,) = known.consents.values()
    assert answer.answer.is_no


def test_a_late_no_finds_its_contact_point_and_nothing_else_comes_back(story: Story) -> None:
    detached(story)
    late = [one for one in everything(day=300) if not isinstance(one, InvoiceChanged)]
    apply(story.program, story.account, *late)
    assert left(story, RecordTouch, CampaignRecipient) == {"record_touch": 0, "campaign_recipient": 0}
    assert [row.kind for row in rows(story.program, story.account, Entry)] == ["invoice"]
    settle(story, 30)
    apply(story.program, story.account, *late)
    assert left(story, Contact, ConsentRecord) == {"contact": 0, "consent_record": 0}


def test_a_record_that_still_lists_old_answers_brings_none_of_them_back(story: Story) -> None:
    detached(story)
    settle(story, 30)
    old = answered(Answer.GIVEN, day=300).consent
    apply(story.program, story.account, told(day=-40, consents=(old,)))
    assert left(story, ConsentRecord) == {"consent_record": 0}


def test_ids_that_were_merged_with_it_lose_the_same_in_the_end_however_late_that_is_told(
    story: Story,
) -> None:
    apply(story.program, story.account, *everything("c-0", day=800))
    detached(story)
    apply(story.program, story.account, merged("c-0", "c-1", day=300))
    assert settle(story, 30) == 1
    for table in (RecordTouch, CampaignRecipient, ConsentRecord, Contact):
        assert rows(story.program, story.account, table) == []
    assert {row.kind for row in rows(story.program, story.account, Entry)} == {"invoice"}
    apply(story.program, story.account, *everything("c-0", day=800))
    assert rows(story.program, story.account, Contact) == []
    assert len(rows(story.program, replace(story.account, slug="toinen"), Contact)) == 2


def test_what_was_done_by_hand_removes_the_same(story: Story) -> None:
    story.booking.can[:] = ["list"]
    job_id = story.approved_job_for("c-1", JobKind.DETACH)
    assert dispatch.run_one(story.program, job_id) == "by_hand"
    assert len(rows(story.program, story.account, Unnamed)) == 0
    with database.write(story.program.engine) as db:
        assert approvals.tick(db, story.account, job_id, owner=owner(db), now=NOON)
    assert left(story, RecordTouch, CampaignRecipient) == {"record_touch": 0, "campaign_recipient": 0}


# ---- what stays, and what is said of it ----------------------------------------------------------------


def test_the_clock_of_what_is_kept_runs_on_and_ends_it(story: Story) -> None:
    """Not anonymous as long as vouchers stand under one id: pseudonymous, and with a period of its own."""
    detached(story)
    settle(story, 30)
    policy = policy_of(story.program, story.account, NOON.date())
    found = {}
    for on in (date(2030, 12, 31), date(2031, 1, 15)):
        with database.read(story.program.engine) as db:
            decision = decide(facts.facts_of(db, story.account, "c-1", policy, on), policy, on)
        found[on.year] = [job.kind for job in decision.proposals]
    assert found == {2030: [], 2031: [JobKind.ERASE]}


def test_nothing_is_asked_about_somebody_whom_nobody_knows_any_more(story: Story) -> None:
    story.records["c-1"] |= {"created_via": "phone"}
    story.at(NOON - timedelta(hours=1)).there_is(story.records["c-1"])
    detached(story)
    apply(story.program, story.account, told(day=-1, marketing={Channel.SMS: True}))
    settle(story, 30)
    policy = policy_of(story.program, story.account, NOON.date())
    with database.read(story.program.engine) as db:
        known = facts.facts_of(db, story.account, "c-1", policy, NOON.date())
    assert known.identifiers_removed_on == NOON.date()
    decision = decide(known, policy, NOON.date())
    assert (decision.marketing, decision.proposals) == ((), ())


def test_who_is_named_anew_is_somebody_again(story: Story) -> None:
    detached(story)
    apply(story.program, story.account, told(day=-1, email="toinen@example.com"))
    policy = policy_of(story.program, story.account, NOON.date())
    with database.read(story.program.engine) as db:
        known = facts.facts_of(db, story.account, "c-1", policy, NOON.date())
    assert known.identifiers_removed_on is None


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_nobody_is_told_that_anything_is_anonymous(language: str) -> None:
    """It would have to pass all of section 8 first: what is said is that the identifiers were removed."""
    found: list[Message] = [one for one in catalogues.catalogue(language) if one.id]
    assert [one.id for one in found if re.search("anonym", f"{one.id}{one.string}", re.I)] == []


# ---- in any order -------------------------------------------------------------------------------------


class Later(Teller):
    """Tells of the days after the identifiers were removed."""

    def when(self) -> Any:
        """A moment of few."""
        return super().when() + 20 * DAY


CUT = NOON - 45 * DAY  # after the first stories, before the later ones


def leave(program: Program, account: Account, parts: tuple[list[Any], list[Any], list[Any]]) -> Any:
    """What is left when some events came before the removal, some after it, and some of later days at the end."""
    wipe(program, account)
    door = browser(program)
    before, after, later = parts
    for delivery, body in before:
        assert send(door, program, account, body, delivery=delivery).status_code == 204
    with database.write(program.engine) as db:
        for client in CLIENTS[:2]:
            mirror.remove_identifiers(db, account, client, at=CUT)
    for delivery, body in (*after, *later):
        assert send(door, program, account, body, delivery=delivery).status_code == 204
    unsettled = look(program, account)
    with database.write(program.engine) as db:
        mirror.settle_tombstones(db, account, NOON)
    return unsettled, look(program, account)


def check(program: Program, account: Account, rnd: random.Random, length: int) -> None:
    """All of it in time; then part of it late and repeated, in another order."""
    first = [(f"d-{n}", body) for n, body in enumerate(Teller(rnd).story(length))]
    later = [(f"l-{n}", body) for n, body in enumerate(Later(rnd).story(length // 2))]
    told_late = rnd.sample(first, length // 2)
    in_time = [one for one in first if one not in told_late]
    again = [(f"again-{name}", body) for name, body in rnd.sample(first, length // 3)]
    rnd.shuffle(told_late)
    shuffled = rnd.sample(later, len(later))
    straight = leave(program, account, (first, [], later))
    assert straight == leave(program, account, (in_time, [*told_late, *again], shuffled))


@pytest.mark.story
def test_any_order_around_the_removal_leaves_the_same_mirror(program: Program, salon: Account) -> None:
    examples = 25 if program.settings.is_sqlite else 8

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32), length=st.integers(4, 40))
    def tell(seed: int, length: int) -> None:
        check(program, salon, random.Random(seed), length)  # noqa: S311 -- a story, no secret

    tell()
