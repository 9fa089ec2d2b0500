"""Random clients and policies: everything that facts and files can say, near enough together to meet."""

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from policies.decisions import Outcome
from policies.facts import Activity, Answer, Answered, ClientFacts, HandHold
from policies.periods import Period, Runs
from policies.policy import (
    AccountClosed,
    Bookkeeping,
    CategoryRule,
    CountedFrom,
    DoorCustomer,
    Frequency,
    HoldKind,
    KeepRule,
    Marketing,
    Policy,
    Professional,
    Unrecorded,
)
from policies.vocabulary import Category, Channel, Purpose
from tests.policies.cases import HEALTH, KPL, YEARLY

TOLD = st.dates(date(2018, 1, 1), date(2026, 6, 30))
DAYS = st.dates(date(2019, 1, 1), date(2034, 12, 31))
MAYBE = st.none() | TOLD
#: few enough that whole clients go often
HELD = (
    Category.IDENTITY,
    Category.CONTACT,
    Category.BILLING,
    Category.BOOKINGS,
    Category.VISITS,
    Category.HEALTH,
)
ALL_HELD = (*HELD, Category.NOTES, Category.PREPAID, Category.FEEDBACK, Category.RAFFLES, Category.PHOTOS)
_HANDS = ("legal_claim", "restriction_request", "authority_request")
_AHEAD = st.none() | st.dates(date(2026, 1, 1), date(2029, 1, 1))
_ANSWERS = st.builds(Answered, st.sampled_from(Answer), TOLD)
_ASKED = st.tuples(st.sampled_from(Purpose), st.none() | st.sampled_from(Channel))

CLIENTS = st.builds(
    ClientFacts,
    client=st.just("c-1"),
    held=st.none()
    | st.frozensets(st.sampled_from(HELD), max_size=5)
    | st.frozensets(st.sampled_from(ALL_HELD)),
    created_on=MAYBE,
    created_via=st.sampled_from([None, "self_service", "phone", "in_person", "email", "import"]),
    has_account=st.none() | st.booleans(),
    account_closed_on=st.none() | st.none() | TOLD,
    known_before=st.booleans(),
    activity=st.dictionaries(st.sampled_from(Activity), TOLD, max_size=3),
    told_activity_on=MAYBE,
    last_visit_on=MAYBE,
    perhaps_visited_on=st.none() | st.none() | TOLD,
    next_booking_on=st.none() | _AHEAD,
    open_invoices=st.sampled_from([None, 0, 0, 1]),
    in_collection=st.sampled_from([False, False, False, True]),
    receipts=st.lists(TOLD, max_size=2).map(tuple),
    prepaid=st.lists(_AHEAD, max_size=2).map(tuple) | st.just(()),
    hand_holds=st.lists(
        st.builds(HandHold, st.sampled_from(_HANDS), st.frozensets(st.sampled_from(HELD), max_size=2), TOLD),
        max_size=1,
    ).map(tuple),
    oldest_entry=st.dictionaries(st.sampled_from(ALL_HELD), TOLD, max_size=3),
    feedback_on=st.lists(TOLD, max_size=1).map(tuple),
    raffle_on=st.lists(TOLD, max_size=2).map(tuple),
    case_closed_on=MAYBE,
    consents=st.dictionaries(_ASKED, _ANSWERS, max_size=4),
    switches=st.dictionaries(st.sampled_from(Channel), st.booleans(), max_size=3),
    owner_keeps=st.frozensets(st.sampled_from(Channel), max_size=1),
    erasure_requested_on=st.none() | st.none() | TOLD,
    waits_for_merge=st.sampled_from([False] * 9 + [True]),
)

_PERIODS = st.sampled_from(["P0D", "P90D", "P1Y", "P2Y", "P38M"]).map(Period.parse)
_COUNTED = st.sampled_from(CountedFrom)


@st.composite
def _rule(draw: st.DrawFn, category: Category) -> CategoryRule:
    purposes = draw(
        st.sampled_from(
            [("customer_relationship",), ("treatment_safety",), ("newsletter", "treatment_safety")]
        )
    )
    if category is Category.BILLING and draw(st.booleans()):
        return CategoryRule(category, ("bookkeeping",), (KPL,))
    keeps = []
    for _ in range(draw(st.integers(1, 2))):
        counted_from = draw(_COUNTED)
        may = [Outcome.ERASE]
        if category in {Category.BOOKINGS, Category.VISITS} and counted_from is not CountedFrom.EACH_ENTRY:
            may.append(Outcome.ANONYMISE)
        keeps.append(KeepRule(draw(_PERIODS), counted_from, draw(st.sampled_from(may)), "own choice"))
    return CategoryRule(category, purposes, tuple(keeps))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """A policy of random rules; one category may have none."""
    categories = draw(st.lists(st.sampled_from(ALL_HELD), min_size=8, unique=True))
    retention = replace(
        YEARLY.retention,
        runs=draw(st.sampled_from([Runs(), Runs(day=31), Runs(1, 15), Runs(2, 29)])),
        activity=draw(st.frozensets(st.sampled_from(Activity), min_size=1)),
        holds=draw(st.frozensets(st.sampled_from(HoldKind))),
    )
    return replace(
        YEARLY,
        purposes={**YEARLY.purposes, **HEALTH.purposes},
        categories={category: draw(_rule(category)) for category in categories},
        bookkeeping=draw(st.sampled_from([Bookkeeping(), Bookkeeping(6, 30)])),
        health=draw(
            st.sampled_from([Professional.NO, Professional.NO, Professional.YES, Professional.UNKNOWN])
        ),
        retention=retention,
        door_customer=DoorCustomer(draw(st.booleans()), Period(days=7), draw(st.booleans())),
        marketing=Marketing(
            draw(st.booleans()),
            {Purpose.NEWSLETTER: Frequency(1)},
            draw(st.sampled_from(Unrecorded)),
            draw(st.sampled_from([None, Period(months=24)])),
        ),
        requests=replace(YEARLY.requests, account_closed=draw(st.sampled_from(AccountClosed))),
    )


POLICIES = policies()
