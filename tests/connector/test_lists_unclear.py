"""Whoever was there by any row of any list that was brought is not proposed: what such a row leaves open is asked."""

import itertools
import random
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector import database, jobs, mirror_by_hand, nightly, salons_policies, sealed_cards
from connector.census_doubts import FEW_DAYS, MANY_REFUSED
from connector.census_file_taken import NO_VISITS, NONE_CLEAR, Taken
from connector.program import Program
from connector.salons import Account
from connector.states import State
from tests.builders import NOON, Clock
from tests.connector import booking
from tests.connector.lists import HEADER, bring, by_hand, to_be_done
from tests.connector.night_world import fresh
from webhooks.events import Right
from webhooks.imports.fields import Kind

PLAIN = "Nimi;Puhelin;Sähköposti;Viimeisin käynti"
VISITS = "Nimi;Puhelin;Sähköposti;Päivä"
OLD, LATELY = "1.2.2020", "10.1.2027"


@pytest.fixture
def aava(program: Program, clock: Clock) -> Account:
    """A salon on the day of its yearly purge, whose policy gives a year."""
    clock.at = NOON.replace(year=2027, month=1, day=15)
    return by_hand(program, "aava")


@pytest.fixture
def other(program: Program, aava: Account) -> Account:
    """Another one, of which somebody is due whatever the first one's lists say."""
    account = by_hand(program, "toinen")
    bring(program, account, PLAIN, f"Aalto Anna;040 1111111;;{OLD}")
    return account


@pytest.fixture
def owner(program: Program) -> UUID:
    """Who speaks for the salon."""
    with database.write(program.engine) as db:
        return booking.owner(db)


def later(program: Program, hours: int = 1) -> None:
    """Time goes by."""
    assert isinstance(program.now, Clock)
    program.now.at += timedelta(hours=hours)


def night(program: Program, account: Account) -> tuple[set[str | None], dict[str, str]]:
    """Who is proposed for erasure in a night, and who is asked about with what reason."""
    report = nightly.run(program, salon=account.slug).salons[0]
    gone = {job.client for job in report.proposed if job.kind.is_destructive}
    asked = {one.client: one.because for one in report.asked if not one.because.startswith("marketing")}
    return gone, asked


def visits(program: Program, account: Account, *lines: str, despite: Collection[str] = ()) -> Taken:
    """Bring in a list of visits an hour later."""
    later(program)
    return bring(program, account, VISITS, *lines, kind=Kind.VISITS, despite=despite)


def whys(taken: Taken) -> list[str]:
    """Why each row was not taken."""
    return [row.why for row in taken.refused]


def numbered(*rest: str) -> list[str]:
    """A list of clients with numbers from 1 on."""
    return [HEADER, *(f"{number};{row}" for number, row in enumerate(rest, start=1))]


# ---- whose a visit is ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "Mäkinen Päivi;040 1111111;",
        "Mäkinen, Päivi;+358 40 111 1111;",
        "PÄIVI  mäkinen;;paivi@salonki.example",
        "Päivi Mäkinen;;",
        "Mäkinen Päivi;;",
        "Päivi Mäkinen;;toinen@salonki.example",  # her card has a phone alone
    ],
)
def test_a_visit_is_hers_where_the_name_stands_once_or_comes_with_her_contact_point_in_any_order(
    program: Program, aava: Account, row: str
) -> None:
    email = "paivi@salonki.example" if "paivi@" in row else ""
    bring(program, aava, *numbered(f"Päivi Mäkinen;040 1111111;{email};{OLD};"))
    taken = visits(program, aava, f"{row};{LATELY}")
    assert (whys(taken), night(program, aava)) == ([], (set(), {}))


@pytest.mark.parametrize("row", ["Päivi Mäkinen;;", "Mäkinen Päivi;040 1111111;", "mäkinen,  PÄIVI;;"])
def test_a_visit_is_hers_too_where_the_clients_list_has_the_family_name_before_a_comma(
    program: Program, aava: Account, other: Account, row: str
) -> None:
    bring(
        program, aava, *numbered(f"Mäkinen, Päivi;040 1111111;;{OLD};", f"Mäkinen, Pia;040 2222222;;{OLD};")
    )
    taken = visits(program, aava, f"{row};{LATELY}")
    assert (whys(taken), night(program, aava)) == ([], ({"2"}, {}))
    assert len(night(program, other)[0]) == 1


def test_a_name_that_stands_once_is_believed_where_no_phone_was_known_and_asked_about_where_another_one_was(
    program: Program, aava: Account, other: Account
) -> None:
    people = [f"Outi Olli;;;{OLD};", f"Pia Palo;040 2222222;;{OLD};", f"Raija Rae;040 3333333;;{OLD};"]
    bring(program, aava, *numbered(*people))
    taken = visits(program, aava, f"Outi Olli;050 7777777;;{LATELY}", f"Pia Palo;050 8888888;;{LATELY}")
    assert [(row.line, row.why) for row in taken.refused] == [(3, "other_contact")]
    assert night(program, aava) == ({"3"}, {"2": "perhaps_visited"})
    assert len(night(program, other)[0]) == 1


@pytest.mark.parametrize(
    ("row", "why", "asked"),
    [
        ("Aalto Anna;;", "several_clients", {"1", "2"}),
        ("Anna Aalto;050 9999999;", "several_clients", {"1", "2"}),
        ("Kuka Lie;040 1111111;", "no_such_client", {"1", "3"}),  # the phone of two
        (";040 1111111;", "nobody", {"1", "3"}),
        ("Kuka Lie;;anna@salonki.example", "no_such_client", {"2"}),
        ("Kuka Lie;050 9999999;", "no_such_client", set()),
    ],
)
def test_whoever_a_refused_row_may_be_about_is_asked_about_and_nobody_else(
    program: Program, aava: Account, other: Account, row: str, why: str, asked: set[str]
) -> None:
    people = [
        f"Aalto Anna;040 1111111;;{OLD};",
        f"Aalto Anna;;anna@salonki.example;{OLD};",
        f"Aalto Antti;0401111111;;{OLD};",
        f"Berg Bertta;;;{OLD};",
    ]
    bring(program, aava, *numbered(*people))
    taken = visits(program, aava, f"Berg Bertta;;;{LATELY}", f"{row};{LATELY}")
    assert whys(taken) == [why]
    gone, said = night(program, aava)
    assert (gone, set(said)) == ({"1", "2", "3"} - asked, asked)
    assert len(night(program, other)[0]) == 1


@pytest.mark.parametrize(
    ("day", "is_asked"), [("joskus", True), ("", True), ("2.2.2020", False), (LATELY, True)]
)
def test_a_refused_row_counts_from_its_own_day_and_from_today_where_that_cannot_be_read(
    program: Program, aava: Account, day: str, is_asked: bool
) -> None:
    bring(program, aava, *numbered(f"Pia Palo;040 2222222;;{OLD};", f"Berg Bertta;;;{OLD};"))
    taken = visits(program, aava, f"Pia Palo;050 8888888;;{day}", f"Berg Bertta;;;{OLD}")
    assert len(taken.refused) == 1
    gone, asked = night(program, aava)
    assert (gone, set(asked)) == (({"2"}, {"1"}) if is_asked else ({"1", "2"}, set()))


def test_a_visit_that_did_not_take_place_leaves_nothing_open(program: Program, aava: Account) -> None:
    bring(program, aava, *numbered(f"Pia Palo;040 2222222;;{OLD};", f"Berg Bertta;;;{OLD};"))
    later(program)
    rows = [f"Pia Palo;050 8888888;{LATELY};Peruttu", f"Berg Bertta;;{OLD};Valmis"]
    bring(program, aava, "Nimi;Puhelin;Päivä;Tila", *rows, kind=Kind.VISITS)
    assert night(program, aava) == ({"1", "2"}, {})


def test_what_a_list_left_open_stands_although_the_next_one_does_not_have_it(
    program: Program, aava: Account
) -> None:
    bring(program, aava, *numbered(f"Pia Palo;040 2222222;;{OLD};", f"Berg Bertta;;;{OLD};"))
    visits(program, aava, f"Pia Palo;050 8888888;;{LATELY}", f"Berg Bertta;;;{OLD}")
    visits(program, aava, f"Berg Bertta;;;{OLD}")
    assert night(program, aava) == ({"2"}, {"1": "perhaps_visited"})
    visits(program, aava, f"Pia Palo;040 2222222;;{LATELY}")
    assert night(program, aava) == ({"2"}, {})


@pytest.mark.parametrize(
    ("row", "is_left"),
    [
        (f"Pia Palo;040 2222222;;{LATELY}", False),
        (f"Pia Palo;050 8888888;;{LATELY}", False),  # perhaps hers
        (f"Pia Palo;040 2222222;;{OLD}", True),
        (f"Pia Palo;050 8888888;;{OLD}", True),
    ],
)
def test_a_task_to_erase_somebody_who_was_there_lately_ends_with_the_list_and_not_in_the_night(
    program: Program, aava: Account, owner: UUID, row: str, is_left: bool
) -> None:
    bring(program, aava, *numbered(f"Pia Palo;040 2222222;;{OLD};", f"Berg Bertta;;;{OLD};"))
    assert to_be_done(program, aava, owner) == 2
    visits(program, aava, row, f"Berg Bertta;;;{OLD}")
    with database.read(program.engine) as db:
        left = {job.client for job in jobs.listed(db, aava, [State.BY_HAND])}
    assert left == ({"1", "2"} if is_left else {"2"})


def test_a_task_ends_with_a_list_of_clients_too_and_a_request_for_erasure_stands(
    program: Program, aava: Account, owner: UUID
) -> None:
    bring(program, aava, *numbered(f"Pia Palo;;;{OLD};", f"Berg Bertta;;;{OLD};"))
    with database.write(program.engine) as db:
        policy = salons_policies.newest(db, aava.slug)
        assert policy is not None
        asked = mirror_by_hand.receive(
            db, aava, policy, "2", Right.ERASURE, program.now().date(), owner=owner, now=program.now()
        )
    assert asked == []
    assert to_be_done(program, aava, owner) == 2
    later(program)
    bring(program, aava, *numbered(f"Pia Palo;;;{LATELY};", f"Berg Bertta;;;{LATELY};"))
    with database.read(program.engine) as db:
        assert {job.client for job in jobs.listed(db, aava, [State.BY_HAND])} == {"2"}


# ---- lists that prove nothing -------------------------------------------------------------------------


def test_visits_of_which_not_one_row_is_clear_prove_nothing_and_are_not_taken(
    program: Program, aava: Account
) -> None:
    bring(program, aava, "Nimi;Puhelin;Sähköposti", "Päivi Mäkinen;040 1111111;", "Outi Olli;;")
    taken = visits(program, aava, f"Mäkinen P.;;;{LATELY}", f"Olli O.;;;{LATELY}")
    assert (taken.finding, taken.is_taken, fresh(program, aava)) == (NONE_CLEAR, False, None)
    later(program)
    again = bring(program, aava, "Nimi;Puhelin;Sähköposti", "Päivi Mäkinen;040 1111111;", "Outi Olli;;")
    assert (again.finding, fresh(program, aava)) == (NO_VISITS, None)
    assert visits(program, aava, f"Outi Olli;;;{LATELY}", f"Mäkinen P.;;;{LATELY}").is_taken
    assert fresh(program, aava)


@pytest.mark.parametrize(("unclear", "is_taken"), [(4, True), (5, False)])
def test_visits_of_which_more_than_a_third_are_not_clear_are_not_taken_until_somebody_says_that_it_is_right(
    program: Program, aava: Account, other: Account, unclear: int, is_taken: bool
) -> None:
    people = [f"Asiakas {letter};;;{OLD};" for letter in "ABCDEFGHIJKL"]
    bring(program, aava, *numbered(*people))
    clear = [f"Asiakas {letter};;;{LATELY}" for letter in "ABCDEFGH"]
    strangers = [f"Kuka {number};;;{LATELY}" for number in range(unclear)]
    taken = visits(program, aava, *clear, *strangers)
    assert (taken.is_taken, len(taken.refused)) == (is_taken, unclear)
    gone, asked = night(program, aava)
    # those whose visits were not taken are asked about all the same
    assert (gone, len(asked)) == ({"9", "10", "11", "12"}, 0 if is_taken else 8)
    if not is_taken:
        assert [(one.finding, one.count, one.of) for one in taken.doubts] == [(MANY_REFUSED, 5, 13)]
        assert visits(program, aava, *clear, *strangers, despite=[MANY_REFUSED]).is_taken
        assert night(program, aava) == (gone, {})
    assert len(night(program, other)[0]) == 1


def test_sales_to_nobody_by_name_are_no_reason_to_ask(program: Program, aava: Account) -> None:
    bring(program, aava, *numbered(f"Pia Palo;;;{OLD};"))
    later(program)
    taken = bring(program, aava, "Nimi;Päivä", *[f"Käteinen;{LATELY}"] * 9, kind=Kind.SALES)
    assert (taken.is_taken, len(taken.refused)) == (True, 9)


# ---- days that are there no more ----------------------------------------------------------------------


def test_a_column_for_the_last_visit_that_is_empty_is_no_days_of_visits(
    program: Program, aava: Account
) -> None:
    people = [f"Asiakas {letter};;;" for letter in "ABCD"]
    taken = bring(program, aava, *numbered(*(f"{row};" for row in people)))
    assert (taken.finding, fresh(program, aava)) == (NO_VISITS, None)
    assert night(program, aava)[0] == set()
    later(program)
    bring(program, aava, *numbered(*(f"{row}{OLD};" for row in people)))
    later(program, hours=24 * 15)
    empty = bring(program, aava, *numbered(*(f"{row};" for row in people)))
    assert (empty.finding, night(program, aava)) == (NO_VISITS, (set(), {}))


@pytest.mark.parametrize(("missing", "is_taken"), [(4, True), (5, False)])
def test_a_list_on_which_far_fewer_have_a_last_visit_is_not_taken_until_somebody_says_that_it_is_right(
    program: Program, aava: Account, other: Account, missing: int, is_taken: bool
) -> None:
    def people(empty: int) -> list[str]:
        return numbered(
            *(f"Asiakas {n};;;{'' if n < empty else OLD};" for n in range(12)), "Uusi;;;;", "Uusi B;;;;"
        )

    bring(program, aava, *people(0))
    later(program)
    taken = bring(program, aava, *people(missing))
    assert taken.is_taken == is_taken
    gone, asked = night(program, aava)
    if is_taken:  # who had a last visit and has none there any more is asked about
        assert {one for one, because in asked.items() if because == "perhaps_visited"} == {"1", "2", "3", "4"}
        assert len(gone) == 8
        bring(program, aava, *people(0))
        assert len(night(program, aava)[0]) == 12
    else:
        assert [(one.finding, one.count, one.of) for one in taken.doubts] == [(FEW_DAYS, 5, 12)]
        assert bring(program, aava, *people(missing), despite=[FEW_DAYS]).is_taken
        assert len(night(program, aava)[0]) == 12
    assert len(night(program, other)[0]) == 1


def test_a_last_visit_that_cannot_be_read_is_asked_about_until_a_list_has_it(
    program: Program, aava: Account
) -> None:
    bring(program, aava, *numbered(f"Pia Palo;;;{OLD};", f"Berg Bertta;;;{OLD};"))
    later(program)
    taken = bring(program, aava, *numbered("Pia Palo;;;viime viikolla;", f"Berg Bertta;;;{OLD};ehkä"))
    assert whys(taken) == ["day", "yes_or_no"]
    assert night(program, aava) == ({"2"}, {"1": "perhaps_visited"})
    later(program)
    bring(program, aava, *numbered(f"Pia Palo;;;{OLD};", f"Berg Bertta;;;{OLD};"))
    assert night(program, aava) == ({"1", "2"}, {})


@pytest.mark.parametrize(("ahead", "is_asked"), [("1.2.2027", True), ("joskus", True), ("", False)])
def test_a_booking_ahead_in_a_row_that_is_refused_is_asked_about_too(
    program: Program, aava: Account, ahead: str, is_asked: bool
) -> None:
    header = f"{HEADER};Seuraava varaus"
    people = [f"1;Pia Palo;;;{OLD};;", f"2;Berg Bertta;;;{OLD};;"]
    bring(program, aava, header, *people)
    later(program)
    assert whys(bring(program, aava, header, f"1;Pia Palo;;;{OLD};ehkä;{ahead}", people[1])) != []
    assert night(program, aava)[0] == ({"2"} if is_asked else {"1", "2"})


def test_who_is_missing_and_stands_there_under_a_new_phone_perhaps_is_not_due_by_the_old_days(
    program: Program, aava: Account
) -> None:
    bring(program, aava, PLAIN, f"Aalto Anna;040 1111111;;{OLD}", f"Berg Bertta;040 2222222;;{OLD}")
    later(program)
    taken = bring(
        program, aava, PLAIN, f"Aalto Anna;050 7777777;;{LATELY}", f"Berg Bertta;040 2222222;;{OLD}"
    )
    assert taken.doubtful == 1
    gone, asked = night(program, aava)
    assert (len(gone), list(asked.values())) == (1, ["perhaps_visited"])
    later(program)
    bring(program, aava, PLAIN, f"Aalto Anna;050 7777777;;{OLD}", f"Berg Bertta;040 2222222;;{OLD}")
    assert len(night(program, aava)[0]) == 1  # somebody of that name was there lately by a list before
    later(program)
    bring(program, aava, PLAIN, f"Berg Bertta;040 2222222;;{OLD}", "Uusi;;;")
    assert len(night(program, aava)[0]) == 1  # nobody of that name is there any more


# ---- whatever the rows look like ----------------------------------------------------------------------

NAMES = ["Aalto Anna", "Aalto Antti", "Berg Bertta", "Carlsson Carl Gustav", "Dahl"]
PHONES = ["", "040 1111111", "040 2222222", "050 3333333"]
EMAILS = ["", "a@salonki.example", "b@salonki.example"]
Somebody = tuple[str, str, str]


def spoilt(rnd: random.Random, person: Somebody) -> str:
    """A visit of this person as it may come out of another list: at least one thing of it is theirs alone."""
    name, phone, email = person
    lost, words = rnd.randrange(6), name.split()
    name = " ".join(words[1:] + words[:1]) if rnd.random() < 0.4 else name
    phone = phone if lost not in {1, 3} else rnd.choice(["", "045 9999999"])
    email = email if lost not in {2, 3} else rnd.choice(["", "uusi@salonki.example"])
    if lost == 4 and (phone or email):
        name = rnd.choice(["", "Kuka Lie", name.upper()])
    return f"{name};{phone};{email};{rnd.choice([LATELY, LATELY, 'viime viikolla', '', '12.1.2027 klo 9'])}"


def is_perhaps(card: sealed_cards.Seen, person: Somebody) -> bool:
    """Whether a card may be this person's: that both gave no number, or no address, says nothing."""
    name, phone, email = person
    is_reached = (phone and card.phone == phone) or (email and card.email == email)
    return card.name == name and bool(is_reached)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rnd=st.randoms(use_true_random=False), has_numbers=st.booleans())
def test_nobody_who_was_there_by_any_row_of_any_list_that_was_brought_is_ever_proposed(
    program: Program, other: Account, rnd: random.Random, has_numbers: bool
) -> None:
    account = by_hand(program, f"s{next(_NUMBERS)}")
    people = [(rnd.choice(NAMES), rnd.choice(PHONES), rnd.choice(EMAILS)) for _ in range(rnd.randrange(2, 7))]
    lines = [";".join([*([str(at)] if has_numbers else []), *one, OLD]) for at, one in enumerate(people)]
    bring(program, account, f"Asiakasnumero;{PLAIN}" if has_numbers else PLAIN, *lines)
    visitors = [rnd.randrange(len(people)) for _ in range(rnd.randrange(1, 4))]
    visits(program, account, *(spoilt(rnd, people[at]) for at in visitors))
    gone, _ = night(program, account)
    with database.read(program.engine) as db:
        cards = sealed_cards.of(db, account, [one for one in gone if one is not None])
    if has_numbers:
        assert not gone & {str(at) for at in visitors}
    for at in visitors:
        is_alone = sum(one[0] == people[at][0] for one in people) == 1
        assert has_numbers or not is_alone or people[at][0] not in {card.name for card in cards.values()}
        has_one_card = sum(is_perhaps(sealed_cards.Seen(*one), people[at]) for one in people) <= 1
        is_proposed = any(is_perhaps(card, people[at]) for card in cards.values())
        assert has_numbers or not has_one_card or not is_proposed


_NUMBERS = itertools.count()
