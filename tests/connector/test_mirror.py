"""The mirror: a function of the set of events, and no more than the rules need."""

import itertools
import json
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector import database, facts, mirror, salons
from connector.program import Program
from connector.salons import Account
from connector.tables import (
    CampaignRecipient,
    Client,
    ConsentRecord,
    Contact,
    Entry,
    Merge,
    RecordTouch,
    Refusal,
    Tombstone,
)
from tests.builders import NOON
from tests.connector.intake import (
    answered,
    apply,
    at,
    booked,
    days,
    deleted,
    digest,
    look,
    merged,
    rows,
    told,
    wipe,
    with_walk_in,
)
from webhooks.events import (
    AccountChanged,
    Answer,
    BookingState,
    CampaignSent,
    Consent,
    CreatedVia,
    DeletedBy,
    Event,
    IncidentReported,
    InvoiceChanged,
    InvoiceState,
    LoggedIn,
    RaffleEntered,
    RecordTouched,
    RequestReceived,
    Right,
    SaleCompleted,
    Touch,
)
from webhooks.vocabulary import Category, Channel, Purpose

TODAY = NOON.date()


def fields(program: Program, account: Account, client: str = "c-1") -> dict[str, Any]:
    """What the registers of a client say."""
    row = next(row for row in rows(program, account, Client) if row.client == client)
    return {name: kept[0] for name, kept in json.loads(row.registers).items()}


def look_again(program: Program, account: Account, client: str = "c-1") -> date:
    """When a client is looked at again."""
    found: date = next(row.look_again_on for row in rows(program, account, Client) if row.client == client)
    return found


def put_off(program: Program, account: Account) -> None:
    """Have nobody looked at before next year."""
    with database.write(program.engine) as db:
        db.connection().execute(Client.__table__.update().values(look_again_on=TODAY + days(365)))  # type: ignore[attr-defined]


def same_in_any_order(program: Program, account: Account, *events: Event) -> dict[str, list[tuple[Any, ...]]]:
    """The mirror that the events leave in whatever order they come, with a repeat of the first."""
    mirrors = []
    for order in itertools.permutations(events):
        wipe(program, account)
        apply(program, account, *order, order[0])
        mirrors.append(look(program, account))
    assert all(other == mirrors[0] for other in mirrors)
    return mirrors[0]


# ---- registers ----------------------------------------------------------------------------------------


def test_the_higher_revision_wins_whenever_it_comes(program: Program, salon: Account) -> None:
    newer = told(day=9, revision=8, has_account=True)
    older = told(day=1, revision=7, has_account=False)
    same_in_any_order(program, salon, newer, older)
    assert fields(program, salon)["has_account"] is True


def test_without_revisions_the_later_moment_wins(program: Program, salon: Account) -> None:
    same_in_any_order(program, salon, told(day=9, open_invoices=1), told(day=8, open_invoices=0))
    assert fields(program, salon)["open_invoices"] == 0


def test_at_the_same_moment_one_of_two_bodies_wins_in_every_order(program: Program, salon: Account) -> None:
    same_in_any_order(program, salon, told(day=9, open_invoices=1), told(day=9, open_invoices=2))
    assert fields(program, salon)["open_invoices"] in {1, 2}


def test_what_an_event_does_not_tell_stays(program: Program, salon: Account) -> None:
    first = told(day=9, created_via=CreatedVia.PHONE, marketing={Channel.EMAIL: True, Channel.SMS: True})
    same_in_any_order(program, salon, first, told(day=8, marketing={Channel.SMS: False}))
    assert fields(program, salon) == {
        "created_via": "phone",
        "marketing.email": True,
        "marketing.sms": False,
    }


def test_a_told_null_of_the_next_booking_is_told(program: Program, salon: Account) -> None:
    ahead = told(day=9, next_booking_at=NOON, tells_next_booking=True)
    same_in_any_order(program, salon, ahead, told(day=8, tells_next_booking=True))
    assert fields(program, salon)["next_booking_at"] is None


def test_an_account_that_is_closed_is_not_outranked_by_a_revision(program: Program, salon: Account) -> None:
    closed = AccountChanged(at=at(2), digest=digest("x"), client="c-1", is_open=False)
    same_in_any_order(program, salon, told(day=9, revision=99, has_account=True), closed)
    assert fields(program, salon)["account"] is False


def test_dates_inside_an_event_never_count_for_more_than_its_own(program: Program, salon: Account) -> None:
    sale = SaleCompleted(at=at(3), digest=digest("s"), client="c-1", sale="s-1", sold_at=NOON + days(9999))
    record = told(day=4, last_activity_at=NOON + days(9999), last_visit_at=NOON + days(9999))
    apply(program, salon, sale, record)
    maxima = json.loads(rows(program, salon, Client)[0].maxima)
    assert maxima["purchase"].startswith("2026-11-21")
    assert maxima["told"] == maxima["told_visit"]
    assert maxima["told"].startswith("2026-11-20")


# ---- what is held -------------------------------------------------------------------------------------


def test_contact_points_are_kept_as_blind_indexes_only(program: Program, salon: Account) -> None:
    same_in_any_order(
        program,
        salon,
        told(day=9, email=" Aino.Koski@Example.com ", phone="040 123 4567"),
        told(day=8, email="aino.koski@example.com", phone="+358401234567"),
    )
    kept = rows(program, salon, Contact)
    assert {(row.kind, row.index) for row in kept} == {
        ("email", salon.keys.email_index("aino.koski@example.com")),
        ("phone", salon.keys.phone_index("+358 40 1234567")),
    }
    assert {row.at for row in kept} == {at(9)}


@pytest.mark.parametrize("empty", ["", "  ", "ei ole"])
def test_an_empty_contact_point_is_none(program: Program, salon: Account, empty: str) -> None:
    apply(program, salon, told(email=empty.replace("ei ole", ""), phone=empty))
    assert rows(program, salon, Contact) == []


def test_each_salon_has_indexes_of_its_own(program: Program, salon: Account, stranger: Account) -> None:
    for account in (salon, stranger):
        apply(program, account, told(email="aino@example.com"))
    mine, others = rows(program, salon, Contact), rows(program, stranger, Contact)
    assert mine[0].index != others[0].index


def test_a_booking_of_nobody_makes_no_client(program: Program, salon: Account) -> None:
    apply(program, with_walk_in(salon, "w-0"), booked(None, "b-1"), booked("w-0", "b-2"))
    assert rows(program, salon, Client) == []
    assert {(row.entry, row.client) for row in rows(program, salon, Entry)} == {("b-1", ""), ("b-2", "")}


def test_the_walk_in_is_nobody_whatever_is_told_of_it(program: Program, salon: Account) -> None:
    account = with_walk_in(salon, "w-0")
    apply(
        program,
        account,
        told("w-0", email="kassa@example.com"),
        deleted("w-0"),
        merged("c-1", "w-0"),
        RecordTouched(at=at(1), digest="d", client="w-0", staff="s", what="record", touch=Touch.VIEWED),
    )
    left = look(program, account)
    assert [row[1] for row in left.pop("client")] == ["c-1"]
    assert not any(left.values())


def test_words_are_sealed(program: Program, salon: Account) -> None:
    request = RequestReceived(
        at=at(1),
        digest=digest("r"),
        client="c-1",
        right=Right.ACCESS,
        received_at=at(2),
        details="Soita Ainolle",
    )
    incident = IncidentReported(
        at=at(1),
        digest=digest("i"),
        incident="i-1",
        discovered_at=at(2),
        clients=("c-1",),
        description="Kadonnut",
    )
    apply(program, salon, request, incident)
    kept = {row.kind: row for row in rows(program, salon, Entry)}
    assert all(b"Aino" not in row.sealed and b"Kadonnut" not in row.sealed for row in kept.values())
    opened = {row[-1] if isinstance(row[-1], bytes) else row[5] for row in look(program, salon)["entry"]}
    assert b"Soita Ainolle" in opened


def test_a_part_of_a_record_that_is_no_known_word_is_not_kept(program: Program, salon: Account) -> None:
    for what in ("notes", "Aino Koski soitti"):
        apply(
            program,
            salon,
            RecordTouched(
                at=at(1), digest=digest(what), client="c-1", staff="s-1", what=what, touch=Touch.EDITED
            ),
        )
    assert {row.what for row in rows(program, salon, RecordTouch)} == {"notes", "other"}


def test_one_answer_told_twice_is_one_record(program: Program, salon: Account) -> None:
    said = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.GIVEN, at(10))
    apply(program, salon, told(day=3, consents=(said,)), told(day=2, consents=(said,)))
    apply(program, salon, answered(Answer.GIVEN, channels=(Channel.EMAIL,)))
    assert len(rows(program, salon, ConsentRecord)) == 1


def test_an_answer_never_counts_as_later_than_the_event_that_told_of_it(
    program: Program, salon: Account
) -> None:
    said = Consent(Purpose.NEWSLETTER, (), Answer.GIVEN, NOON + days(9999))
    apply(program, salon, told(day=3, consents=(said,)))
    assert [row.at for row in rows(program, salon, ConsentRecord)] == [at(3)]


def test_an_objection_is_a_no_to_every_marketing_purpose(program: Program, salon: Account) -> None:
    objection = RequestReceived(
        at=at(1), digest=digest("o"), client="c-1", right=Right.OBJECTION, received_at=at(2)
    )
    (applied,) = apply(program, salon, objection)
    assert applied.noes == {"c-1"}
    kept = rows(program, salon, ConsentRecord)
    assert {row.purpose for row in kept} >= {"newsletter", "direct_marketing", "profiling"}
    assert {(row.answer, row.channel, row.at) for row in kept} == {("withdrawn", "", at(2))}


def test_only_a_new_no_to_marketing_is_told(program: Program, salon: Account) -> None:
    no = answered(Answer.WITHDRAWN)
    health = answered(Answer.WITHDRAWN, purpose=Purpose.HEALTH_DATA)
    yes = answered(Answer.GIVEN, day=3)
    assert [one.noes for one in apply(program, salon, no, no, health, yes)] == [{"c-1"}, set(), set(), set()]


def test_a_raffle_that_many_entered_has_an_entry_for_each(program: Program, salon: Account) -> None:
    for client, may in (("c-1", True), ("c-2", False)):
        raffle = RaffleEntered(
            at=at(1), digest=digest(client), raffle="r-1", client=client, may_publish_name=may
        )
        apply(program, salon, raffle)
    assert {row.client for row in rows(program, salon, Entry)} == {"c-1", "c-2"}


def test_a_campaign_reaches_everyone_it_went_to(program: Program, salon: Account, stranger: Account) -> None:
    clients = tuple(f"c-{number}" for number in range(1200))
    apply(program, salon, deleted("c-7", day=3), deleted("c-8", day=1))
    campaign = CampaignSent(
        at=at(2),
        digest=digest("k"),
        campaign="k-1",
        part=1,
        purpose=Purpose.NEWSLETTER,
        channel=Channel.EMAIL,
        clients=clients,
    )
    apply(program, salon, campaign, campaign)
    assert {row.client for row in rows(program, salon, CampaignRecipient)} == set(clients) - {"c-7", "c-8"}
    assert len(rows(program, salon, Client)) == 1198
    told_after = {row.client: row.told_after for row in rows(program, salon, Tombstone)}
    assert told_after == {"c-7": at(2), "c-8": None}
    assert rows(program, stranger, Client) == []


# ---- entries ------------------------------------------------------------------------------------------


def test_a_thin_change_leaves_what_it_does_not_tell(program: Program, salon: Account) -> None:
    created = booked(day=9, starts_at=NOON + days(3))
    cancelled = booked(day=8, state=BookingState.CANCELLED, is_activity=False)
    same_in_any_order(program, salon, created, cancelled)
    kept = {name: value[0] for name, value in json.loads(rows(program, salon, Entry)[0].facts).items()}
    assert kept == {"state": "cancelled", "starts_at": "2026-11-27T12:00:00.000000+00:00"}


def test_an_invoice_is_kept_without_its_amount(program: Program, salon: Account) -> None:
    invoice = InvoiceChanged(
        at=at(2),
        digest=digest("i"),
        invoice="i-1",
        client="c-1",
        state=InvoiceState.OPEN,
        issued_on=date(2026, 11, 1),
        due_on=date(2026, 11, 15),
        open_amount=Decimal("123.45"),
        currency="EUR",
    )
    apply(program, salon, invoice)
    kept = {name: value[0] for name, value in json.loads(rows(program, salon, Entry)[0].facts).items()}
    assert kept == {"state": "open", "issued_on": "2026-11-01"}


# ---- tombstones ---------------------------------------------------------------------------------------


def test_an_erased_client_leaves_a_tombstone_and_nothing_that_tells_of_it(
    program: Program, salon: Account, stranger: Account
) -> None:
    for account in (salon, stranger):
        apply(
            program, account, told("c-1", has_account=True), told("c-2"), booked("c-1"), booked("c-2", "b-2")
        )
    apply(program, salon, deleted("c-1"))
    assert [row.client for row in rows(program, salon, Client)] == ["c-2"]
    assert [row.client for row in rows(program, salon, Entry)] == ["c-2"]
    assert [row.client_key for row in rows(program, salon, Tombstone)] == [salon.keys.client_key("c-1")]
    assert len(rows(program, stranger, Client)) == 2
    assert rows(program, stranger, Tombstone) == []


def test_nothing_brings_an_erased_client_back_in_any_order(program: Program, salon: Account) -> None:
    left = same_in_any_order(
        program,
        salon,
        told(day=9, email="aino@example.com", has_account=True),
        answered(Answer.WITHDRAWN, day=8),
        booked(day=7),
        deleted(day=5),
    )
    assert left["client"] == left["entry"] == []
    assert len(left["tombstone"]) == len(left["contact"]) == len(left["consent_record"]) == 1
    assert rows(program, salon, Tombstone)[0].told_after is None


def test_what_is_told_after_the_erasure_is_remembered_as_a_finding_only(
    program: Program, salon: Account
) -> None:
    left = same_in_any_order(
        program,
        salon,
        deleted(day=5),
        told(day=3, email="uusi@example.com"),
        answered(Answer.WITHDRAWN, day=2),
        booked(day=4),
    )
    assert left["client"] == left["entry"] == left["contact"] == left["consent_record"] == []
    assert rows(program, salon, Tombstone)[0].told_after == at(2)


def test_an_answer_from_before_the_erasure_is_kept_whoever_tells_of_it(
    program: Program, salon: Account
) -> None:
    said = Consent(Purpose.NEWSLETTER, (), Answer.REFUSED, at(9))
    left = same_in_any_order(program, salon, deleted(day=5), told(day=3, consents=(said,)), told(day=8))
    assert len(left["consent_record"]) == 1


def test_of_several_deletions_the_earliest_counts(program: Program, salon: Account) -> None:
    left = same_in_any_order(
        program,
        salon,
        deleted(day=2, by=DeletedBy.OVIKELLO),
        deleted(day=6, by=DeletedBy.CLIENT),
        told(day=4, email="aino@example.com"),
        told(day=7, phone="040 123 4567"),
    )
    (stone,) = rows(program, salon, Tombstone)
    assert (stone.at, stone.by, stone.told_after) == (at(6), "client", at(4))
    assert [row[3] for row in left["contact"]] == ["phone"]


def test_said_to_be_merged_away_is_no_erasure(program: Program, salon: Account) -> None:
    gone, merge = deleted("c-1", day=6, by=DeletedBy.MERGE), merged("c-1", "c-2", day=6)
    left = same_in_any_order(program, salon, told("c-1", day=9), gone, merge, told("c-2", day=8))
    assert left["tombstone"] == []
    assert [row.client for row in rows(program, salon, Merge)] == ["c-1"]


@pytest.mark.parametrize("end", ["c-1", "c-2"])
def test_a_merge_with_an_erased_client_stays_if_it_is_from_before(
    program: Program, salon: Account, end: str
) -> None:
    before = same_in_any_order(program, salon, merged("c-1", "c-2", day=6), deleted(end, day=5))
    assert len(before["merge"]) == 1
    after = same_in_any_order(program, salon, merged("c-1", "c-2", day=4), deleted(end, day=5))
    assert after["merge"] == []


def test_buried_by_hand_is_buried(program: Program, salon: Account) -> None:
    apply(program, salon, told())
    with database.write(program.engine) as db:
        mirror.bury(db, salon, "c-1", at=NOON, by="ovikello")
    assert rows(program, salon, Client) == []
    assert rows(program, salon, Tombstone)[0].by == "ovikello"


# ---- settling -----------------------------------------------------------------------------------------


def settle(program: Program, account: Account, day: float) -> int:
    """Settle so many days before noon (negative: after)."""
    with database.write(program.engine) as db:
        return mirror.settle_tombstones(db, account, at(day))


def test_after_thirty_days_only_standing_noes_are_left(program: Program, salon: Account) -> None:
    apply(
        program,
        salon,
        told(day=50, email="aino@example.com", phone="040 123 4567"),
        answered(Answer.GIVEN, day=49, channels=(Channel.EMAIL,)),
        answered(Answer.WITHDRAWN, day=48, channels=(Channel.EMAIL,)),
        answered(Answer.WITHDRAWN, day=48, channels=(Channel.SMS,)),
        answered(Answer.GIVEN, day=47, channels=(Channel.SMS,)),
        answered(Answer.REFUSED, day=46, purpose=Purpose.HEALTH_DATA),
        deleted(day=40),
    )
    assert settle(program, salon, 10 + 1 / 86400) == 0
    assert settle(program, salon, 10) == 1
    assert settle(program, salon, 10) == 0
    left = look(program, salon)
    assert left["contact"] == left["consent_record"] == left["client"] == []
    (stone,) = rows(program, salon, Tombstone)
    assert stone.client is None
    (no,) = rows(program, salon, Refusal)
    assert (no.index, no.purpose, no.channel, no.at) == (
        salon.keys.email_index("aino@example.com"),
        "newsletter",
        "email",
        at(48),
    )


def test_a_no_to_everything_stands_under_every_index_it_can_act_on(program: Program, salon: Account) -> None:
    apply(
        program,
        salon,
        told(day=50, email="aino@example.com", phone="040 123 4567"),
        told(day=49, email="koski@example.com"),
        answered(Answer.WITHDRAWN, day=48),
        answered(Answer.GIVEN, day=47, channels=(Channel.PHONE,)),
        deleted(day=40),
    )
    settle(program, salon, 0)
    first, second = salon.keys.email_index("aino@example.com"), salon.keys.email_index("koski@example.com")
    phone = salon.keys.phone_index("040 123 4567")
    assert {(row.index, row.channel) for row in rows(program, salon, Refusal)} == {
        (first, "email"),
        (second, "email"),
        (phone, "sms"),
    }


def test_a_settled_client_takes_nothing_in_any_more(program: Program, salon: Account) -> None:
    apply(program, salon, told(day=50, email="aino@example.com"), deleted(day=40))
    settle(program, salon, 0)
    before = look(program, salon)
    apply(
        program,
        salon,
        answered(Answer.WITHDRAWN, day=45),
        told(day=44, email="koski@example.com"),
        merged("c-1", "c-2", day=43),
        deleted(day=40),
    )
    after = look(program, salon)
    assert [row[1] for row in after.pop("client")] == ["c-2"]
    for tables in (after, before):
        tables["tombstone"] = []  # it remembers when it was last told of, and no more
    before.pop("client")
    assert after == before


def test_the_noes_of_an_id_that_goes_on_as_a_living_client_are_not_let_go(
    program: Program, salon: Account
) -> None:
    apply(program, salon, told("c-1", day=60), told("c-2", day=60), answered(Answer.WITHDRAWN, "c-1", day=55))
    apply(program, salon, merged("c-1", "c-2", day=50), deleted("c-1", day=45))
    assert settle(program, salon, 0) == 0
    assert len(rows(program, salon, ConsentRecord)) == 1
    apply(program, salon, deleted("c-2", day=44))
    assert settle(program, salon, 0) == 2
    assert look(program, salon)["consent_record"] == look(program, salon)["merge"] == []


# ---- the look-again date ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        told(day=3, open_invoices=1),
        answered(Answer.WITHDRAWN),
        booked(day=3, starts_at=NOON + days(3)),
        merged("c-1", "c-2"),
        AccountChanged(at=at(3), digest="d", client="c-1", is_open=False),
        deleted(day=3, by=DeletedBy.MERGE),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_that_may_change_a_verdict_has_the_client_looked_at(
    program: Program, salon: Account, stranger: Account, event: Event
) -> None:
    for account in (salon, stranger):
        apply(program, account, told(day=9, open_invoices=0))
    put_off(program, salon)
    apply(program, salon, event)
    assert look_again(program, salon) == TODAY
    assert look_again(program, stranger) == TODAY + days(365)


def test_what_can_only_move_a_day_later_does_not(program: Program, salon: Account) -> None:
    login = LoggedIn(at=at(20), digest=digest("l"), client="c-1")
    apply(program, salon, told(day=21, last_activity_at=at(21)), login)
    put_off(program, salon)
    again = LoggedIn(at=at(11), digest=digest("l2"), client="c-1")
    touch = RecordTouched(at=at(1), digest="d", client="c-1", staff="s-1", what="record", touch=Touch.VIEWED)
    apply(program, salon, again, touch, told(day=1, last_activity_at=at(12)))
    assert look_again(program, salon) == TODAY + days(365)


@pytest.mark.parametrize(
    ("before", "looks"), [(23.51, True), (23.5, False)]
)  # the last of October, and midnight
def test_the_first_sign_of_life_in_a_month_has_the_client_looked_at(
    program: Program, salon: Account, before: float, looks: bool
) -> None:
    apply(program, salon, LoggedIn(at=at(before), digest=digest("l"), client="c-1"))
    put_off(program, salon)
    apply(program, salon, LoggedIn(at=at(2), digest=digest("l2"), client="c-1"))
    assert (look_again(program, salon) == TODAY) is looks


def test_the_first_sign_of_a_kind_has_the_client_looked_at(program: Program, salon: Account) -> None:
    apply(program, salon, LoggedIn(at=at(3), digest=digest("l"), client="c-1"))
    put_off(program, salon)
    apply(program, salon, booked(day=2, state=BookingState.COMPLETED, starts_at=at(2), is_activity=False))
    assert look_again(program, salon) == TODAY


def test_a_record_that_is_listed_again_and_says_the_same_is_left_alone(
    program: Program, salon: Account
) -> None:
    record: dict[str, Any] = {
        "has_account": True,
        "categories": frozenset({Category.IDENTITY}),
        "email": "aino@example.com",
    }
    first, second = apply(program, salon, told(day=9, **record), told(day=1, **record))
    put_off(program, salon)
    (third,) = apply(program, salon, told(day=0.5, **record))
    assert look_again(program, salon) == TODAY + days(365)
    assert [(one.new, one.changed) for one in (first, second, third)] == [(1, 1), (0, 0), (0, 0)]


def test_a_client_is_never_looked_at_later_than_it_already_would(program: Program, salon: Account) -> None:
    apply(program, salon, told(day=9, open_invoices=1))
    apply(program, salon, told(day=8, open_invoices=2), today=TODAY + days(5))
    assert look_again(program, salon) == TODAY


def test_waking_brings_a_look_forward_and_never_puts_it_off(program: Program, salon: Account) -> None:
    apply(program, salon, told(day=9))
    for today in (TODAY + days(2), TODAY - days(2)):
        with database.write(program.engine) as db:
            mirror.wake(db, salon, "c-1", today=today)
    assert look_again(program, salon) == TODAY - days(2)


def test_the_day_given_is_never_later_than_the_day_anywhere() -> None:
    midnight_in_honolulu = NOON.replace(hour=10)
    assert mirror.look_again(midnight_in_honolulu) <= date(2026, 11, 24)
    assert mirror.look_again(midnight_in_honolulu - timedelta(seconds=1)) <= date(2026, 11, 23)


def test_the_register_is_counted_for_each_salon(program: Program, salon: Account, stranger: Account) -> None:
    apply(program, salon, told("c-1"), told("c-2"), told("c-3"), deleted("c-3"))
    apply(program, stranger, told("c-1"))
    with database.read(program.engine) as db:
        assert facts.register_size(db, salon.slug) == 2
        assert [salons.slugs(db)] == [["aava", "toinen"]]
