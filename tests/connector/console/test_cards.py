"""Jobs as cards: those of whom the same goes, for the same reason, stand together; the most urgent come first."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from connector.console import cards, counted_from, since
from connector.console.cards import Card
from connector.jobs import Listed
from connector.jobs_content import Content
from connector.states import State
from policies.decisions import JobKind, Outcome, Verdict
from policies.policy import CountedFrom
from policies.reading import read
from policies.vocabulary import Category, Channel
from tests.builders import NOON
from tests.conftest import LIBRARY

LONG_AGO = date(2024, 3, 1)


def job(
    *categories: Category,
    kind: JobKind = JobKind.ERASE,
    because: str = "period_over",
    anchor: date | None = LONG_AGO,
    proposed_at: datetime = NOON,
    keep: frozenset[Category] = frozenset(),
    off: frozenset[Channel] = frozenset(),
    state: State = State.PROPOSED,
    **more: object,
) -> Listed:
    """A job that waits, with what goes."""
    gone = categories or (Category.IDENTITY,)
    verdicts = tuple(
        Verdict(one, Outcome.ERASE, because, None, anchor, None, None, None) for one in (*gone, *keep)
    )
    content = Content(
        kind=kind,
        client_key="k",
        policy_digest="p",
        because=(because,),
        verdicts=verdicts,
        keep=keep,
        off=off,
        by_no=False,
    )
    made = Listed(
        job=uuid4(), salon="aava", client="c", kind=kind, state=state, because=(because,), digest="d", content=content,
        proposed_at=proposed_at, moved_at=proposed_at, expires_at=None, due_at=None, over_limit=False, automatic=False,
        round=1, failures=0, reason=None,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("count", "found"), [(1, 1), (2, 2), (3, 1), (412, 1)])
def test_three_alike_are_one_card(count: int, found: int) -> None:
    assert len(cards.of(job() for _ in range(count))) == found


@pytest.mark.parametrize(
    "other",
    [
        job(because="door_customer"),
        job(kind=JobKind.ANONYMISE),
        job(over_limit=True),
        job(state=State.STUCK, reason="refused_by_system"),
        job(round=2, reason="still_there"),
        job(keep=frozenset({Category.BILLING}), kind=JobKind.DETACH),
    ],
)
def test_what_is_not_alike_has_a_card_of_its_own(other: Listed) -> None:
    assert sorted(card.count for card in cards.of([job(), job(), job(), other])) == [1, 3]


def test_of_part_erasures_only_those_of_whom_the_same_goes_stand_together() -> None:
    part = JobKind.ERASE_CATEGORIES
    raffles = [job(Category.RAFFLES, kind=part) for _ in range(21)]
    more = [job(Category.RAFFLES, Category.BOOKINGS, kind=part) for _ in range(3)]
    assert [card.goes for card in sorted(cards.of(raffles + more), key=lambda card: card.count)] == [
        [Category.BOOKINGS, Category.RAFFLES],
        [Category.RAFFLES],
    ]


def test_of_whole_erasures_what_only_some_have_is_told_apart() -> None:
    identity, address = Category.IDENTITY, Category.ADDRESS
    (card,) = cards.of([job(identity), job(identity, address), job(identity)])
    assert (card.goes, card.goes_of_some) == ([identity], [address])


def test_two_stuck_for_different_reasons_are_not_one() -> None:
    stuck = [job(state=State.STUCK, reason=word) for word in ("gave_up",) * 3 + ("refused_by_system",) * 3]
    assert len(cards.of(stuck)) == 2


def test_what_customers_asked_for_comes_first_and_the_most_urgent_of_it_before_the_rest() -> None:
    asked = [job(because="erasure_requested", anchor=date(2026, 11, day)) for day in (20, 3)]
    old = job(proposed_at=NOON - timedelta(days=30))
    group = [job(because="door_customer", proposed_at=NOON - timedelta(days=60)) for _ in range(3)]
    found = cards.of([*group, old, *asked])
    assert [card.first.job for card in found[:3]] == [asked[1].job, asked[0].job, old.job]
    assert found[3].count == 3


@pytest.mark.parametrize(
    ("asked", "by"),
    [
        (date(2026, 11, 10), date(2026, 12, 10)),
        (date(2026, 1, 31), date(2026, 2, 28)),
        (date(2028, 1, 31), date(2028, 2, 29)),
    ],
)
def test_a_request_is_answered_within_a_month(asked: date, by: date) -> None:
    assert since.answer_by(job(because="erasure_requested", anchor=asked)) == by


@pytest.mark.parametrize("because", ["period_over", "door_customer", "entries_over"])
def test_what_nobody_asked_for_has_no_day_of_the_law(because: str) -> None:
    assert cards.Card("", (job(because=because),)).answer_by is None


def test_a_request_whose_day_nobody_told_has_no_days_left_to_show() -> None:
    assert cards.Card("", (job(because="erasure_requested", anchor=None),)).answer_by is None


@pytest.mark.parametrize("aside", [1, 2, 5])
def test_those_taken_out_of_a_group_are_one_card_however_few(aside: int) -> None:
    found = cards.of([*(job() for _ in range(4)), *(job(is_aside=True) for _ in range(aside))])
    assert [(card.count, card.is_aside) for card in found] == [(4, False), (aside, True)]
    group, out = found
    assert out.key == cards.aside_of(group.key)
    assert group.family == out.family == cards.family_in(out.key) == group.key


@pytest.mark.parametrize(
    ("jobs", "count"),
    [
        ([], 0),
        ([job(), job()], 2),
        ([job(), job(), job()], 1),
        ([job(), job(), job(), job(is_aside=True)], 2),
        ([job(is_aside=True), job(is_aside=True)], 1),
        ([job(), job(because="door_customer"), job(kind=JobKind.ANONYMISE), job(over_limit=True)], 4),
    ],
)
def test_a_number_of_cards_is_counted_as_they_are_made(jobs: list[Listed], count: int) -> None:
    assert cards.count_of(jobs) == len(cards.of(jobs)) == count


@pytest.mark.parametrize(("count", "more"), [(999, 0), (1000, 0), (1001, 1)])
def test_no_more_than_a_thousand_are_decided_at_once_and_the_rest_is_said_to_come(
    count: int, more: int
) -> None:
    (card,) = cards.of([job()] * count)
    again = cards.card_of([job()] * count, card.key)
    assert again is not None
    assert (card.count, card.more) == (again.count, again.more) == (min(count, 1000), more)


@pytest.mark.parametrize(
    ("counts", "room", "shown"),
    [
        ([], 13, []),
        ([1, 1, 1], 13, [1, 1, 1]),
        ([400, 1, 400], 13, [3, 1, 3]),
        ([2, 400], 13, [2, 3]),
        ([400] * 6, 13, [3, 3, 3, 2, 1, 1]),
        ([400] * 12, 13, [2, *[1] * 11]),
        ([400] * 12, 12, [1] * 12),
    ],
)
def test_each_card_names_somebody_and_the_first_groups_name_more_of_theirs(
    counts: list[int], room: int, shown: list[int]
) -> None:
    made = [Card("", tuple(job() for _ in range(count))) for count in counts]
    assert cards.samples(made, room, most=3) == shown


def test_what_stays_in_the_books_stays_until_the_last_receipts_year_is_six_years_over() -> None:
    policy = read((LIBRARY / "yearly_purge.toml").read_bytes())
    kept = frozenset({Category.BILLING})
    days = (date(2024, 2, 1), date(2026, 12, 31), date(2025, 7, 1))
    parted = [job(kind=JobKind.DETACH, anchor=day, keep=kept) for day in days]
    assert since.books_until(parted, policy) == date(2032, 12, 31)
    assert since.books_until(parted, None) is None
    assert since.books_until([job(anchor=date(2026, 1, 1))], policy) is None


def test_whatever_a_period_is_counted_from_is_said_of_a_rule_and_of_one_customer() -> None:
    assert set(counted_from.SAID) == set(CountedFrom)
    assert all("%(period)s" in said.rule and "%(day)s" in said.day for said in counted_from.SAID.values())
