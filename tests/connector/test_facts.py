"""Facts: what the rows of a merged group mean on a day, in the salon's own days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from connector import database, facts, mirror, salons_policies
from connector.program import Program
from connector.salons import Account
from connector.tables import OwnerAnswer
from policies.facts import Activity, Answered, ClientFacts
from policies.facts import Answer as Is
from policies.vocabulary import Category, Channel, Purpose
from tests.builders import NOON
from tests.connector.intake import answered, apply, at, booked, days, deleted, digest, merged, told
from webhooks.events import (
    AccountChanged,
    Answer,
    BookingState,
    CampaignSent,
    CreatedVia,
    DeletedBy,
    Event,
    FeedbackReceived,
    InvoiceChanged,
    InvoiceState,
    LoggedIn,
    PrepaidChanged,
    RaffleEntered,
    RequestReceived,
    Right,
    SaleCompleted,
)
from webhooks.vocabulary import Category as Kind
from webhooks.vocabulary import Channel as Way
from webhooks.vocabulary import Purpose as Aim

TODAY = NOON.date()
Know = Callable[..., ClientFacts]


@pytest.fixture
def know(program: Program, salon: Account) -> Know:
    """Apply events, and give what is then known of a client."""

    def ask(*events: Event, client: str = "c-1", on: date = TODAY) -> ClientFacts:
        apply(program, salon, *events)
        with database.read(program.engine) as db:
            policy = salons_policies.in_force(db, salon.slug, date(2027, 12, 31))
            assert policy is not None
            return facts.facts_of(db, salon, client, policy, on)

    return ask


def invoice(state: InvoiceState, name: str = "i-1", *, day: float = 5, **more: Any) -> InvoiceChanged:
    """An invoice as it was changed so many days ago."""
    mark = digest(f"{name}{state}{day}{more}")
    return InvoiceChanged(at=at(day), digest=mark, invoice=name, client="c-1", state=state, **more)


# ---- what is not known --------------------------------------------------------------------------------


def test_of_nobody_nothing_is_known(know: Know) -> None:
    assert know() == ClientFacts(client="c-1", known_before=True)


def test_what_was_not_told_is_unknown(know: Know) -> None:
    known = know(LoggedIn(at=at(3), digest="d", client="c-1"))
    assert (known.held, known.has_account, known.open_invoices, known.created_on) == (None, None, None, None)
    assert known.known_before
    assert known.last_visit_on is None
    assert (known.switches, known.consents) == ({}, {})


@pytest.mark.parametrize(("before", "known"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_who_was_there_before_ovikello_came_is_known_before(
    know: Know, before: timedelta, known: bool
) -> None:
    assert know(told(day=0, created_at=NOON - before)).known_before is known


def test_a_record_is_read_as_it_is(know: Know) -> None:
    known = know(
        told(
            created_at=datetime(2025, 3, 1, 22, 30, tzinfo=UTC),  # half past midnight in Helsinki
            created_via=CreatedVia.IN_PERSON,
            has_account=True,
            categories=frozenset({Kind.IDENTITY, Kind.HEALTH}),
            marketing={Way.EMAIL: True, Way.SMS: False},
            oldest_entry={Kind.HEALTH: date(2024, 5, 1)},
        )
    )
    assert known.created_on == date(2025, 3, 2)
    assert (known.created_via, known.has_account) == ("in_person", True)
    assert known.held == frozenset({Category.IDENTITY, Category.HEALTH})
    assert known.switches == {Channel.EMAIL: True, Channel.SMS: False}
    assert known.oldest_entry == {Category.HEALTH: date(2024, 5, 1)}


# ---- activity -----------------------------------------------------------------------------------------


def test_each_kind_of_activity_has_its_last_day(know: Know) -> None:
    known = know(
        LoggedIn(at=at(3), digest="a", client="c-1"),
        LoggedIn(at=at(7), digest="b", client="c-1"),
        SaleCompleted(at=at(4), digest="c", client="c-1", sale="s-1", sold_at=at(5)),
        booked(day=9, starts_at=at(6)),
        booked(day=6, state=BookingState.COMPLETED, starts_at=at(6), is_activity=False),
        told(last_activity_at=at(12), last_visit_at=at(11)),
    )
    assert known.activity == {
        Activity.LOGIN: at(3).date(),
        Activity.PURCHASE: at(5).date(),
        Activity.BOOKING: at(9).date(),
        Activity.VISIT: at(6).date(),
    }
    assert known.told_activity_on == at(12).date()
    assert known.last_visit_on == at(6).date()


def test_a_booking_that_has_passed_counts_on_its_day_unless_it_was_called_off(know: Know) -> None:
    assert know(booked(day=9, starts_at=at(1))).activity[Activity.BOOKING] == at(1).date()
    cancelled = booked(day=8, state=BookingState.CANCELLED, is_activity=False)
    assert know(cancelled).activity[Activity.BOOKING] == at(9).date()


def test_the_next_booking_is_the_earliest_ahead_and_today_is_ahead(know: Know) -> None:
    ahead = [booked(None, "b-0", starts_at=NOON + days(1)), booked("c-2", "b-9", starts_at=NOON + days(1))]
    ahead += [booked("c-1", f"b-{day}", starts_at=NOON + days(day)) for day in (3, 5)]
    known = know(*ahead)
    assert known.next_booking_on == (NOON + days(3)).date()
    for later, found in ((3, 3), (4, 5), (5, 5)):
        assert know(on=(NOON + days(later)).date()).next_booking_on == (NOON + days(found)).date()
    assert know(on=(NOON + days(6)).date()).next_booking_on is None


def test_a_cancellation_undoes_the_next_booking_even_one_that_only_a_record_told_of(know: Know) -> None:
    ahead = told(day=9, next_booking_at=NOON + days(4), tells_next_booking=True)
    assert know(ahead).next_booking_on == (NOON + days(4)).date()
    gone = booked(day=8, state=BookingState.CANCELLED, starts_at=NOON + days(4), is_activity=False)
    assert know(gone).next_booking_on is None
    assert know(told(day=7, next_booking_at=NOON + days(4))).next_booking_on == (NOON + days(4)).date()


def test_a_thin_cancellation_without_a_client_is_the_clients(know: Know) -> None:
    known = know(
        booked(day=9, starts_at=NOON + days(4)),
        booked(None, day=8, state=BookingState.CANCELLED, is_activity=False),
    )
    assert known.next_booking_on is None


def test_a_booking_that_another_client_took_over_is_not_the_firsts(know: Know) -> None:
    known = know(
        booked("c-1", day=9, starts_at=NOON + days(4)), booked("c-2", day=8, starts_at=NOON + days(4))
    )
    assert known.next_booking_on is None
    assert know(client="c-2").next_booking_on == (NOON + days(4)).date()


# ---- money --------------------------------------------------------------------------------------------


def test_open_invoices_are_counted_from_their_own_events(know: Know) -> None:
    known = know(
        invoice(InvoiceState.OPEN, "i-1", issued_on=date(2026, 11, 1)),
        invoice(InvoiceState.OVERDUE, "i-2"),
        invoice(InvoiceState.PAID, "i-3", issued_on=date(2025, 2, 1)),
    )
    assert (known.open_invoices, known.in_collection) == (2, False)
    assert known.receipts == (date(2025, 2, 1), date(2026, 11, 1), at(5).date())
    known = know(invoice(InvoiceState.PAID, "i-1", day=4), invoice(InvoiceState.IN_COLLECTION, "i-2", day=4))
    assert (known.open_invoices, known.in_collection) == (1, True)
    assert know(invoice(InvoiceState.CREDITED, "i-2", day=3)).open_invoices == 0


def test_a_records_count_stands_for_what_was_before_it(know: Know) -> None:
    known = know(told(day=6, open_invoices=2), invoice(InvoiceState.OPEN, day=7))
    assert known.open_invoices == 2
    paid = invoice(InvoiceState.PAID, "i-8", day=5, issued_on=at(30).date())
    assert know(paid).open_invoices == 1
    new = invoice(InvoiceState.OPEN, "i-9", day=4, issued_on=at(4).date())
    assert know(new).open_invoices == 2
    assert know(invoice(InvoiceState.PAID, "i-9", day=3)).open_invoices == 1
    assert know(told(day=2, open_invoices=0)).open_invoices == 0


def test_an_invoice_that_cannot_be_told_apart_stays_open(know: Know) -> None:
    known = know(told(day=6, open_invoices=1), invoice(InvoiceState.PAID, "i-8", day=5))
    assert known.open_invoices == 1


def test_prepaid_value_is_open_until_it_is_ended(know: Know) -> None:
    def card(name: str, is_open: bool, day: float, expires: date | None = None) -> PrepaidChanged:
        mark = digest(f"{name}{is_open}")
        return PrepaidChanged(
            at=at(day), digest=mark, client="c-1", prepaid=name, is_open=is_open, expires_on=expires
        )

    known = know(card("p-1", True, 9), card("p-2", True, 9, date(2027, 1, 1)), card("p-3", True, 9))
    assert known.prepaid == (date(2027, 1, 1), None, None)
    assert know(card("p-3", False, 8), card("p-1", False, 8)).prepaid == (date(2027, 1, 1),)


# ---- account, requests, the rest ----------------------------------------------------------------------


def test_an_account_that_was_closed_is_closed_until_it_is_opened_again(know: Know) -> None:
    def account(is_open: bool, day: float) -> AccountChanged:
        return AccountChanged(at=at(day), digest=digest(f"{day}"), client="c-1", is_open=is_open)

    closed = know(told(day=9, revision=5, has_account=True), account(False, 8))
    assert (closed.has_account, closed.account_closed_on) == (False, at(8).date())
    opened = know(account(True, 7))
    assert (opened.has_account, opened.account_closed_on) == (True, None)
    assert know(account(False, 6)).account_closed_on == at(6).date()
    told_again = know(told(day=5, revision=6, has_account=True))
    assert (told_again.has_account, told_again.account_closed_on) == (True, None)


def test_a_request_for_erasure_counts_from_its_first_day_and_a_restriction_holds(know: Know) -> None:
    def request(right: Right, day: float) -> RequestReceived:
        mark = digest(f"{right}{day}")
        return RequestReceived(at=at(day), digest=mark, client="c-1", right=right, received_at=at(day + 1))

    known = know(request(Right.ERASURE, 3), request(Right.ERASURE, 5), request(Right.RESTRICTION, 4))
    assert known.erasure_requested_on == at(6).date()
    (hold,) = known.hand_holds
    assert (hold.kind, hold.review_on) == ("restriction_request", (at(5) + days(30)).date())
    assert hold.scope == frozenset(Category)


def test_feedback_raffles_and_campaigns_have_their_days(know: Know) -> None:
    def campaign(day: float) -> CampaignSent:
        return CampaignSent(
            at=at(day),
            digest=digest(f"{day}"),
            campaign=f"k-{day}",
            part=1,
            purpose=Aim.NEWSLETTER,
            channel=Way.EMAIL,
            clients=("c-1", "c-2"),
        )

    known = know(
        FeedbackReceived(at=at(9), digest="a", feedback="f-1", client="c-1"),
        RaffleEntered(at=at(8), digest="b", raffle="r-1", client="c-1", may_publish_name=None),
        RaffleEntered(at=at(2), digest="c", raffle="r-1", client="c-2", may_publish_name=None),
        campaign(5),
        campaign(3),
    )
    assert (known.feedback_on, known.raffle_on) == ((at(9).date(),), (at(8).date(),))
    assert known.campaigns == {Purpose.NEWSLETTER: (at(5).date(), at(3).date())}


def test_what_the_owner_answered_is_known(program: Program, salon: Account, know: Know) -> None:
    said = {"marketing:email": "keep", "marketing:sms": "switch_off", "identity": "keep"}
    with database.write(program.engine) as db:
        for question, answer in said.items():
            db.add(OwnerAnswer(salon=salon.slug, client="c-1", question=question, answer=answer, at=NOON))
    known = know(told())
    assert known.owner_keeps == {Channel.EMAIL}
    assert known.owner_switches_off == {Channel.SMS}


@pytest.mark.parametrize(("day", "channels", "counts"), [
    (5, (Way.EMAIL,), True), (4, (Way.EMAIL,), False), (4, (), False), (4, (Way.SMS,), True),
])  # fmt: skip
def test_what_the_owner_answered_counts_until_the_customer_agrees_anew(
    program: Program, salon: Account, know: Know, day: float, channels: tuple[Way, ...], counts: bool
) -> None:
    with database.write(program.engine) as db:
        question = "marketing:email"
        db.add(OwnerAnswer(salon=salon.slug, client="c-1", question=question, answer="keep", at=at(4.5)))
    known = know(told(), answered(Answer.GIVEN, day=day, channels=channels))
    assert (known.owner_keeps == {Channel.EMAIL}) is counts


# ---- answers ------------------------------------------------------------------------------------------


def consents(known: ClientFacts) -> dict[tuple[Purpose, Channel | None], Is]:
    """The present answers."""
    return {key: present.answer for key, present in known.consents.items()}


@pytest.mark.parametrize(
    ("everywhere", "by_email", "present"),
    [(9, 8, Is.GIVEN), (8, 9, Is.WITHDRAWN), (8, 8, Is.WITHDRAWN)],
)
def test_a_channels_answer_is_the_newer_of_its_own_and_the_one_for_all_and_at_a_tie_the_no(
    know: Know, everywhere: float, by_email: float, present: Is
) -> None:
    known = know(
        answered(Answer.WITHDRAWN, day=everywhere),
        answered(Answer.GIVEN, day=by_email, channels=(Way.EMAIL,)),
    )
    assert known.consents[(Purpose.NEWSLETTER, Channel.EMAIL)].answer is present
    assert known.consents[(Purpose.NEWSLETTER, None)] == Answered(Is.WITHDRAWN, at(everywhere).date())


@pytest.mark.parametrize(("yes", "no", "present"), [(8, 9, Is.GIVEN), (9, 8, Is.REFUSED), (8, 8, Is.REFUSED)])
def test_the_newest_answer_counts_and_at_a_tie_the_no(know: Know, yes: float, no: float, present: Is) -> None:
    known = know(answered(Answer.GIVEN, day=yes), answered(Answer.REFUSED, day=no))
    assert consents(known) == {(Purpose.NEWSLETTER, None): present}


# ---- merges -------------------------------------------------------------------------------------------


def test_merged_ids_are_one_client_under_the_last_id(program: Program, salon: Account, know: Know) -> None:
    known = know(
        LoggedIn(at=at(9), digest="a", client="c-1"),
        told("c-2", day=8, created_at=at(500)),
        told("c-3", day=8, has_account=True, created_via=CreatedVia.EMAIL),
        merged("c-1", "c-2", day=7),
        merged("c-2", "c-3", day=6),
        booked("c-1", starts_at=NOON + days(2)),
    )
    assert known.client == "c-3"
    assert known.activity[Activity.LOGIN] == at(9).date()
    assert (known.created_on, known.created_via) == (at(500).date(), "email")
    assert known.next_booking_on == (NOON + days(2)).date()
    assert know(client="c-3") == know(client="c-2") == known
    with database.read(program.engine) as db:
        assert [facts.root_of(db, salon.slug, client) for client in ("c-1", "c-3", "c-9")] == [
            "c-3",
            "c-3",
            "c-9",
        ]


@pytest.mark.parametrize("no_of", ["c-1", "c-2"])
def test_over_merged_ids_a_no_is_never_lost(know: Know, no_of: str) -> None:
    yes_of = {"c-1": "c-2", "c-2": "c-1"}[no_of]
    known = know(
        answered(Answer.WITHDRAWN, no_of, day=20),
        answered(Answer.GIVEN, yes_of, day=10),
        merged("c-1", "c-2"),
    )
    assert consents(known) == {(Purpose.NEWSLETTER, None): Is.WITHDRAWN}


@pytest.mark.parametrize(("day", "present"), [(5, Is.WITHDRAWN), (4.9, Is.GIVEN)])
def test_what_is_answered_after_the_merge_speaks_for_all(know: Know, day: float, present: Is) -> None:
    known = know(
        answered(Answer.WITHDRAWN, "c-1", day=20),
        merged("c-1", "c-2", day=5),
        answered(Answer.GIVEN, "c-2", day=day),
    )
    assert consents(known) == {(Purpose.NEWSLETTER, None): present}


def test_the_record_of_an_id_that_was_merged_away_ends_when_the_other_is_told_anew(know: Know) -> None:
    both = know(
        told("c-1", day=9, categories=frozenset({Kind.HEALTH}), marketing={Way.SMS: True}),
        told("c-2", day=8, categories=frozenset({Kind.IDENTITY})),
        merged("c-1", "c-2", day=7),
    )
    assert both.held == frozenset({Category.HEALTH, Category.IDENTITY})
    anew = know(told("c-2", day=6, categories=frozenset({Kind.IDENTITY})))
    assert anew.held == frozenset({Category.IDENTITY})
    assert anew.switches == {Channel.SMS: True}  # of which the other record says nothing


def test_said_to_be_merged_away_waits_until_it_is_told_into_whom(know: Know) -> None:
    assert know(told(day=9), deleted(day=8, by=DeletedBy.MERGE)).waits_for_merge
    assert not know(merged("c-1", "c-2", day=8), told("c-2", day=8)).waits_for_merge
    assert know(told("c-5", day=9), deleted("c-5", day=8, by=DeletedBy.MERGE), client="c-5").waits_for_merge
    assert not know(told("c-5", day=7, has_account=True), client="c-5").waits_for_merge


def test_merges_in_a_ring_end_somewhere(know: Know) -> None:
    known = know(told("c-1"), told("c-2"), merged("c-1", "c-2", day=6), merged("c-2", "c-1", day=5))
    assert known.client == "c-1"
    assert know(client="c-2") == known


def test_an_erased_root_leaves_the_one_that_lives(know: Know) -> None:
    known = know(told("c-1"), told("c-2"), merged("c-1", "c-2", day=6), deleted("c-2", day=1))
    assert known.client == "c-1"


# ---- who was erased and came again --------------------------------------------------------------------


def settle(program: Program, account: Account) -> None:
    """Let thirty days pass."""
    with database.write(program.engine) as db:
        mirror.settle_tombstones(db, account, NOON)


def test_a_new_client_with_an_old_contact_point_inherits_its_noes_and_nothing_else(
    program: Program, salon: Account, stranger: Account, know: Know
) -> None:
    know(
        told("c-1", day=90, email="aino@example.com", has_account=True),
        answered(Answer.WITHDRAWN, "c-1", day=80),
        deleted("c-1", day=70),
    )
    settle(program, salon)
    known = know(
        told("c-2", day=2, email="Aino@example.com"),
        told("c-3", day=2, email="onni@example.com"),
        client="c-2",
    )
    assert known.consents == {(Purpose.NEWSLETTER, Channel.EMAIL): Answered(Is.REFUSED, at(80).date())}
    assert (known.client, known.has_account) == ("c-2", None)
    assert know(client="c-3").consents == {}
    apply(program, stranger, told("c-2", day=2, email="aino@example.com"))
    with database.read(program.engine) as db:
        policy = salons_policies.newest(db, stranger.slug)
        assert policy is not None
        assert facts.facts_of(db, stranger, "c-2", policy, TODAY).consents == {}


def test_a_shared_phone_carries_a_no_over_that_phone_only(
    program: Program, salon: Account, know: Know
) -> None:
    know(
        told("c-1", day=90, phone="040 123 4567"),
        answered(Answer.REFUSED, "c-1", day=80),
        deleted("c-1", day=70),
    )
    settle(program, salon)
    known = know(told("c-2", day=2, phone="+358401234567", email="aino@example.com"), client="c-2")
    assert consents(known) == {
        (Purpose.NEWSLETTER, Channel.SMS): Is.REFUSED,
        (Purpose.NEWSLETTER, Channel.PHONE): Is.REFUSED,
    }


@pytest.mark.parametrize(("day", "present"), [(79, Is.GIVEN), (80, Is.REFUSED), (81, Is.REFUSED)])
def test_a_newer_yes_of_the_new_client_counts(
    program: Program, salon: Account, know: Know, day: float, present: Is
) -> None:
    know(
        told("c-1", day=90, email="aino@example.com"),
        answered(Answer.REFUSED, "c-1", day=80),
        deleted("c-1", day=70),
    )
    settle(program, salon)
    known = know(
        told("c-2", day=2, email="aino@example.com"),
        answered(Answer.GIVEN, "c-2", day=day, channels=(Way.EMAIL,)),
        client="c-2",
    )
    assert known.consents[(Purpose.NEWSLETTER, Channel.EMAIL)].answer is present


def test_another_salons_client_of_the_same_id_is_another(
    program: Program, salon: Account, stranger: Account, know: Know
) -> None:
    apply(program, stranger, told(has_account=True), answered(Answer.GIVEN), booked(starts_at=NOON + days(3)))
    apply(program, stranger, merged("c-1", "c-2"), invoice(InvoiceState.OPEN))
    assert know(told()) == ClientFacts(client="c-1", known_before=True)
