"""Lists brought in as files: a whole list of clients is a census, and tells nothing that stands in no list."""

import json
from datetime import timedelta
from unicodedata import normalize
from uuid import UUID

import pytest
from sqlmodel import Session, SQLModel

from connector import (
    approvals,
    database,
    dispatch,
    facts,
    imports_remembered,
    jobs,
    jobs_looked,
    nightly,
    salons,
    salons_policies,
    sealed_cards,
    verify,
)
from connector.census_despite import Word
from connector.census_doubts import MANY_NOES
from connector.census_file_taken import Taken
from connector.census_short import SHORT
from connector.program import Program
from connector.salons import Account
from connector.salons_system import SalonError
from connector.states import State
from connector.tables import Card, Client, ConsentRecord, Contact, Tombstone
from policies.decisions import JobKind, Proposal
from policies.facts import ClientFacts
from policies.vocabulary import Channel
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY
from tests.connector import booking
from tests.connector.intake import rows
from tests.connector.lists import GONE, HEADER, bring, bring_file, by_hand, clients
from tests.connector.night_world import fresh
from tests.connector.workbooks import workbook
from webhooks.imports.fields import Field, Kind


@pytest.fixture
def aava(program: Program) -> Account:
    """The salon that a test is about."""
    return by_hand(program, "aava")


@pytest.fixture
def other(program: Program) -> Account:
    """Another one of the same kind."""
    account = by_hand(program, "toinen")
    bring(program, account, *clients([1, 2, 3]))
    return account


def there(program: Program, account: Account) -> set[str]:
    """The clients that the mirror has."""
    return {row.client for row in rows(program, account, Client)}


def names(program: Program, account: Account) -> dict[str, str | None]:
    """The names on the cards that can be opened."""
    with database.read(program.engine) as db:
        known = sealed_cards.known(db, account)
        return {client: card.name for client, card in sealed_cards.of(db, account, known).items()}


def counts(taken: Taken) -> tuple[int, int, int, int, int]:
    """What became of a list, in numbers."""
    return taken.seen, taken.new, taken.changed, taken.vanished, len(taken.refused)


def test_a_list_of_clients_is_mirrored_and_proves_the_mirror_whole(
    program: Program, aava: Account, other: Account
) -> None:
    taken = bring(program, aava, *clients(range(1, 8)))
    assert (counts(taken), taken.finding) == ((7, 7, 0, 0, 0), None)
    assert there(program, aava) == {str(number) for number in range(1, 8)}
    assert names(program, aava)["3"] == "Asiakas 3"
    assert fresh(program, aava) == NOON
    assert there(program, other) == {"1", "2", "3"}


def test_the_same_list_twice_changes_nothing(program: Program, aava: Account, clock: Clock) -> None:
    lines = clients(range(1, 8))
    bring(program, aava, *lines)
    before = [(row.client, row.key, row.body) for row in rows(program, aava, Card)]
    clock.at += timedelta(days=1)
    assert counts(bring(program, aava, *lines)) == (7, 0, 0, 0, 0)
    assert [(row.client, row.key, row.body) for row in rows(program, aava, Card)] == before
    assert fresh(program, aava) == clock.at


def test_a_workbook_and_a_text_file_leave_the_same(program: Program, aava: Account) -> None:
    bring(program, aava, "Asiakasnumero;Nimi;Viimeisin käynti", "17;Anna;1.9.2026")
    book = workbook([("Asiakasnumero", "Nimi", "Viimeisin käynti"), (17, "Anna", (46266,))])
    assert counts(bring_file(program, aava, book)) == (1, 0, 0, 0, 0)


def test_what_a_list_says_becomes_facts_and_no_name_lies_in_clear(
    program: Program, aava: Account, other: Account
) -> None:
    bring(program, aava, HEADER, "17;Merkki Zyx9;045 9998877;zyx9@salonki.example;1.9.2026;ei")
    with database.read(program.engine) as db:
        known = facts_of(db, aava, "17")
    assert str(known.last_visit_on) == "2026-09-01"
    assert {channel.value: on for channel, on in known.switches.items()} == {"email": False, "sms": False}
    assert {category.value for category in known.held or ()} == {
        "identity",
        "contact",
        "visits",
        "marketing_preferences",
    }
    kept = json.dumps(
        [repr(tuple(row)) for table in (Card, Client, Contact) for row in rows(program, aava, table)]
    )
    for mark in ("Zyx9", "zyx9", "9998877"):
        assert mark not in kept
    with database.read(program.engine) as db:
        (card,) = sealed_cards.of(db, aava, ["17"]).values()
        assert sealed_cards.of(db, other, ["17"]) == {}
    assert (card.name, card.phone, card.email) == ("Merkki Zyx9", "045 9998877", "zyx9@salonki.example")


def test_nothing_of_a_file_lies_anywhere_in_clear(program: Program, aava: Account) -> None:
    header = f"{HEADER};Osoite;Huomautukset;Henkilötunnus;Oma Zyx9"
    bring(
        program, aava, header, "17;Zyx9;045 9998877;zyx9@salonki.example;1.9.2026;ei;Zyx9 1;Zyx9;131052-308T;Zyx9",
        ";;;Zyx9;joskus;;;;;",
    )  # fmt: skip
    bring(program, aava, "Nimi;Puhelin;Päivä;Zyx9", "Zyx9;045 9998877;1.10.2026;Zyx9", kind=Kind.VISITS)
    with database.read(program.engine) as db:
        kept = [
            repr(tuple(row)) + repr([bytes(value) for value in row if isinstance(value, memoryview)])
            for table in SQLModel.metadata.sorted_tables
            for row in db.connection().execute(table.select())
        ]
    assert len(kept) > 8
    for mark in ("Zyx9", "zyx9", "9998877", "999 8877", "308T"):
        assert not [row for row in kept if mark in row], mark


def facts_of(db: Session, account: Account, client: str) -> ClientFacts:
    """What a rule may look at."""
    policy = salons_policies.newest(db, account.slug)
    assert policy is not None
    return facts.facts_of(db, account, client, policy, NOON.date())


def test_a_card_that_was_moved_to_somebody_else_does_not_open(program: Program, aava: Account) -> None:
    bring(program, aava, *clients([1, 2]))
    with database.write(program.engine) as db:
        first, second = (db.get(Card, ("aava", client)) for client in ("1", "2"))
        assert first is not None
        assert second is not None
        first.body = second.body
    assert names(program, aava) == {"2": "Asiakas 2"}


@pytest.mark.parametrize(("left", "is_taken"), [(8, True), (7, False)])
def test_a_list_with_far_fewer_clients_is_not_taken_until_somebody_says_that_it_is_right(
    program: Program, aava: Account, clock: Clock, left: int, is_taken: bool
) -> None:
    bring(program, aava, *clients(range(12)))
    clock.at += timedelta(days=1)
    short = clients(range(left), last_visit="2.9.2026")
    taken = bring(program, aava, *short)
    assert (taken.is_taken, taken.missing, taken.register) == (is_taken, 12 - left, 12)
    assert len(there(program, aava)) == (left if is_taken else 12)
    assert fresh(program, aava) == (clock.at if is_taken else NOON)
    if not is_taken:
        assert bring(program, aava, *short, despite=[SHORT]).vanished == 12 - left
        assert len(names(program, aava)) == left


def test_a_list_without_days_of_visits_proves_nothing_until_the_visits_come(
    program: Program, aava: Account, clock: Clock
) -> None:
    taken = bring(program, aava, "Asiakasnumero;Nimi", "1;Anna", "2;Bertta")
    assert (taken.finding, fresh(program, aava)) == ("no_visits", None)
    report = nightly.run(program, salon="aava").salons[0]
    assert not report.fresh
    assert "no_visits" in [one.code for one in report.findings]
    clock.at += timedelta(hours=2)
    visits = bring(program, aava, "Asiakasnumero;Päivä", "1;1.2.2020", "1;1.9.2026", kind=Kind.VISITS)
    assert (counts(visits), visits.finding) == ((2, 0, 1, 0, 0), None)
    assert visit(program, aava, "1") == "2026-09-01"
    assert fresh(program, aava) == NOON
    clock.at += timedelta(hours=2)
    assert bring(program, aava, "Asiakasnumero;Nimi", "1;Anna", "2;Bertta").finding is None
    clock.at += timedelta(days=2)
    assert bring(program, aava, "Asiakasnumero;Nimi", "1;Anna", "2;Bertta").finding == "no_visits"


def test_visits_of_somebody_who_is_not_on_the_list_are_refused_and_make_nobody_new(
    program: Program, aava: Account
) -> None:
    bring(program, aava, *clients([1, 2]))
    taken = bring(
        program, aava, "Asiakasnumero;Päivä;Tila", "1;1.10.2026;Valmis", "9;1.10.2026;Valmis", "2;2.10.2026;Peruttu",
        kind=Kind.VISITS,
    )  # fmt: skip
    assert [(row.line, row.why) for row in taken.refused] == [(3, "no_such_client")]
    assert there(program, aava) == {"1", "2"}
    assert [visit(program, aava, client) for client in ("1", "2")] == ["2026-10-01", "2026-09-01"]


def visit(program: Program, account: Account, client: str) -> str:
    """The day of a client's last visit, as a rule sees it."""
    with database.read(program.engine) as db:
        return str(facts_of(db, account, client).last_visit_on)


def test_two_columns_of_one_name_are_remembered_each_for_itself(program: Program, aava: Account) -> None:
    lines = (
        "Asiakasnumero;Nimi;Puhelin;Puhelin;Viimeisin käynti",
        "17;Anna;040 1234567;050 7654321;1.9.2026",
    )
    bring(program, aava, *lines)
    with database.read(program.engine) as db:
        remembered = imports_remembered.columns(db, aava, Kind.CLIENTS)
    assert (remembered["Puhelin"], remembered["Puhelin (2)"]) == (Field.PHONE, None)


# ---- lists without numbers ----------------------------------------------------------------------------

PLAIN = "Nimi;Puhelin;Sähköposti;Viimeisin käynti"


def test_mother_and_son_share_a_phone_and_are_two(program: Program, aava: Account) -> None:
    bring(program, aava, PLAIN, "Aalto Anna;040 1234567;;1.9.2026", "Aalto Antti;040 1234567;;1.9.2026")
    assert sorted(names(program, aava).values(), key=str) == ["Aalto Anna", "Aalto Antti"]


def test_whoever_changes_the_phone_is_found_by_the_address_and_goes_on(
    program: Program, aava: Account, clock: Clock
) -> None:
    bring(program, aava, PLAIN, "Aalto Anna;040 1234567;anna@salonki.example;1.9.2026")
    before = there(program, aava)
    clock.at += timedelta(days=1)
    taken = bring(program, aava, PLAIN, "AALTO  Anna;050 7654321;anna@salonki.example;1.9.2026")
    assert (counts(taken), there(program, aava)) == ((1, 0, 0, 0, 0), before)
    clock.at += timedelta(days=1)
    taken = bring(program, aava, PLAIN, "Aalto Anna;+358 50 765 4321;toinen@salonki.example;1.9.2026")
    assert (counts(taken), there(program, aava)) == ((1, 0, 0, 0, 0), before)


@pytest.mark.parametrize("numbers", [True, False])
def test_a_list_whose_letters_are_composed_of_parts_is_the_same_list(
    program: Program, aava: Account, clock: Clock, numbers: bool
) -> None:
    lines = [PLAIN, "Mäkinen Päivi;040 1234567;päivi@salonki.example;1.9.2026", "Öhman Åke;;;2.9.2026"]
    if numbers:
        lines = [f"{number};{line}" for number, line in zip(("Asiakasnro", 1, 2), lines, strict=True)]
    bring(program, aava, *lines)
    before = there(program, aava)
    clock.at += timedelta(days=1)
    taken = bring(program, aava, *(normalize("NFD", line) for line in lines))
    assert (counts(taken), there(program, aava)) == ((2, 0, 0, 0, 0), before)


def test_a_missing_one_whose_name_somebody_on_the_list_has_is_kept(
    program: Program, aava: Account, clock: Clock
) -> None:
    bring(program, aava, PLAIN, "Aalto Anna;040 1234567;;1.9.2026", "Berg Bertta;040 1111111;;1.9.2026")
    clock.at += timedelta(days=1)
    taken = bring(program, aava, PLAIN, "Aalto Anna;050 7654321;;1.9.2026")
    assert (taken.new, taken.vanished, taken.doubtful) == (1, 1, 1)
    assert sorted(names(program, aava).values(), key=str) == ["Aalto Anna", "Aalto Anna"]


def test_a_row_that_cannot_be_read_is_on_the_list_all_the_same(
    program: Program, aava: Account, clock: Clock
) -> None:
    bring(program, aava, *clients([1, 2]))
    clock.at += timedelta(days=1)
    taken = bring(program, aava, HEADER, "1;Asiakas 1;;;joskus;", "2;Asiakas 2;;;1.9.2026;")
    assert (taken.vanished, [(row.line, row.why) for row in taken.refused]) == (0, [(2, "day")])
    assert there(program, aava) == {"1", "2"}


# ---- what was done by hand ----------------------------------------------------------------------------


def states(program: Program, account: Account) -> list[tuple[str | None, str]]:
    """Every job and where it stands."""
    with database.read(program.engine) as db:
        return [(one.client, one.state.value) for one in jobs.listed(db, account)]


def grades(program: Program, account: Account) -> list[str | None]:
    """How good a proof each look at the only job was."""
    with database.read(program.engine) as db:
        (job,) = jobs.listed(db, account)
        return [look.grade for look in jobs_looked.of(db, job.job, job.round) if look.looked_at is not None]


@pytest.fixture
def owner(program: Program, aava: Account) -> UUID:
    """Who speaks for the salon."""
    with database.write(program.engine) as db:
        return booking.owner(db)


def give_the_word(program: Program, account: Account, owner: UUID) -> None:
    """Approve everything that waits, and carry it out: it becomes a task by hand."""
    with database.write(program.engine) as db:
        listed = jobs.listed(db, account, [State.PROPOSED])
        seen, wanted = approvals.group_digest(listed), [one.job for one in listed]
        done = approvals.approve(db, account, wanted, seen=seen, owner=owner, now=program.now(), second=True)
    assert (len(done.approved), done.refused) == (len(wanted), ())
    assert dispatch.send_due(program, limit=9)["by_hand"] == len(wanted)


@pytest.fixture
def task(program: Program, aava: Account, other: Account, owner: UUID, clock: Clock) -> UUID:
    """The task to erase by hand somebody who has not been there for years."""
    clock.at = NOON.replace(year=2027, month=1, day=15)
    bring(program, aava, *clients(range(2, 8)), "1;Asiakas 1;;;1.2.2015;")
    nightly.run(program, salon=aava.slug)
    give_the_word(program, aava, owner)
    with database.read(program.engine) as db:
        (job,) = jobs.listed(db, aava)
    assert (job.client, job.state, names(program, aava)["1"]) == ("1", State.BY_HAND, "Asiakas 1")
    return job.job


def tick(program: Program, account: Account, task: UUID, owner: UUID) -> None:
    """The owner says that it is done."""
    assert isinstance(program.now, Clock)
    program.now.at += timedelta(hours=1)
    with database.write(program.engine) as db:
        assert approvals.tick(db, account, task, owner=owner, now=program.now())


def test_whoever_is_gone_from_the_next_list_is_proved_to_be_gone(
    program: Program, aava: Account, other: Account, task: UUID, clock: Clock
) -> None:
    verify.look_due(program, limit=9)
    assert states(program, aava) == [("1", "by_hand")]
    clock.at += timedelta(hours=1)
    bring(program, aava, *clients(range(2, 8)))
    assert verify.look_due(program, limit=9) == {"verified": 1}
    (stone,) = rows(program, aava, Tombstone)
    assert (stone.by, grades(program, aava)) == ("ovikello", ["absent_from_list"])
    assert "1" not in names(program, aava)
    assert "1" in names(program, other)


def test_a_tick_is_only_said_until_a_list_proves_it(
    program: Program, aava: Account, task: UUID, owner: UUID, clock: Clock
) -> None:
    tick(program, aava, task, owner)
    assert (grades(program, aava), "1" in names(program, aava)) == (["owner_says"], False)
    clock.at += timedelta(days=1)
    verify.look_due(program, limit=9)
    assert grades(program, aava) == ["owner_says", "owner_says"]
    clock.at += timedelta(days=1)
    bring(program, aava, *clients(range(2, 8)))
    verify.look_due(program, limit=9)
    assert grades(program, aava) == ["owner_says", "owner_says", "absent_from_list"]


def test_what_was_ticked_and_is_still_on_the_next_list_comes_back_with_its_name(
    program: Program, aava: Account, task: UUID, owner: UUID, clock: Clock
) -> None:
    tick(program, aava, task, owner)
    clock.at += timedelta(days=1)
    lines = [*clients(range(2, 8)), "1;Asiakas 1;;;1.2.2015;"]
    bring(program, aava, *lines)
    assert verify.look_due(program, limit=9)["reopened"] == 1
    assert (states(program, aava), names(program, aava)["1"]) == ([("1", "proposed")], "Asiakas 1")
    give_the_word(program, aava, owner)
    verify.look_due(program, limit=9)
    assert states(program, aava) == [("1", "by_hand")]
    clock.at += timedelta(days=1)
    bring(program, aava, *lines[:-1])
    verify.look_due(program, limit=9)
    assert (states(program, aava), grades(program, aava)) == ([("1", "verified")], ["absent_from_list"])
    assert "1" not in names(program, aava)


def test_a_system_without_an_interface_has_no_address(program: Program) -> None:
    with database.write(program.engine) as db, pytest.raises(SalonError, match="has no address"):
        salons.add(
            db,
            program.vault,
            "aava",
            dialect="by_hand",
            policy=(LIBRARY / "yearly_purge.toml").read_bytes(),
            now=NOON,
            base_url="https://a.example",
        )


# ---- marketing: what a list says of it, and what somebody said by that --------------------------------------------

ROW = "1;Asiakas 1;040 0000001;a1@salonki.example;1.9.2026;"


def said(program: Program, account: Account) -> list[tuple[str, str, str]]:
    """What was answered, of which channel."""
    return sorted(
        (row.client, row.channel, row.answer)
        for row in rows(program, account, ConsentRecord)
        if row.purpose == "direct_marketing"
    )


def marketing(program: Program, account: Account, clock: Clock, *words: str) -> None:
    """Day after day a list that says this of marketing to client 1, and yes of client 2."""
    for word in words:
        clock.at += timedelta(days=1)
        bring(program, account, HEADER, f"{ROW}{word}", *clients([2])[1:])


def test_whoever_was_on_for_marketing_and_is_not_any_more_has_said_no(
    program: Program, aava: Account, other: Account, clock: Clock
) -> None:
    marketing(program, aava, clock, "kyllä")
    assert said(program, aava) == []
    marketing(program, aava, clock, "ei", "ei")
    noes = [("1", "email", "withdrawn"), ("1", "sms", "withdrawn")]
    assert said(program, aava) == noes
    assert (states(program, aava), said(program, other)) == ([], [])


def test_a_prohibition_that_was_not_there_before_is_a_no_and_none_at_all_is_nobodys_yes(
    program: Program, aava: Account, other: Account, clock: Clock
) -> None:
    header = HEADER.replace("Markkinointilupa", "Suoramarkkinointikielto")
    for word in ("ei", "kyllä", "ei"):
        clock.at += timedelta(days=1)
        bring(program, aava, header, f"{ROW}{word}", "2;Asiakas 2;040 0000002;a2@salonki.example;1.9.2026;ei")
    assert said(program, aava) == [("1", "email", "withdrawn"), ("1", "sms", "withdrawn")]
    assert said(program, other) == []


def test_a_list_that_is_older_takes_no_no_back_and_a_switch_that_was_never_on_says_nothing(
    program: Program, aava: Account, clock: Clock
) -> None:
    marketing(program, aava, clock, "ei", "", "ei")
    assert said(program, aava) == []
    marketing(program, aava, clock, "kyllä", "", "ei", "kyllä")
    assert {answer for _, _, answer in said(program, aava)} == {"withdrawn"}


@pytest.mark.parametrize(
    ("row", "noes"),
    [
        ("1;Asiakas 1;040 0000001;;joskus;ei", ["email", "sms"]),  # its day cannot be read
        ("1;Toinen nimi;;;joskus;ei", ["email", "sms"]),  # the number says who it is
        ("1;Asiakas 1;;;joskus;kyllä", []),
        ("1;Asiakas 1;;;joskus;ehkä", []),
    ],
)
def test_a_no_in_a_row_that_is_refused_holds_all_the_same_and_nothing_else_of_it(
    program: Program, aava: Account, other: Account, clock: Clock, row: str, noes: list[str]
) -> None:
    bring(program, aava, *clients([1, 2]))
    held = facts_now(program, aava, "1").held
    clock.at += timedelta(days=1)
    taken = bring(program, aava, *clients([2]), row)
    assert [one.line for one in taken.refused] == [3]
    assert said(program, aava) == [("1", channel, "withdrawn") for channel in noes]
    now = facts_now(program, aava, "1")
    assert {channel.value: on for channel, on in now.switches.items()} == dict.fromkeys(
        ["email", "sms"], not noes
    )
    assert (now.held, visit(program, aava, "1")) == (held, "2026-09-01")
    bring(program, aava, *clients([1, 2]), "77;Asiakas 1;;;joskus;ei")  # somebody who is not known
    assert (there(program, aava), len(said(program, aava))) == ({"1", "2"}, len(noes))
    assert said(program, other) == []


def facts_now(program: Program, account: Account, client: str) -> ClientFacts:
    """What a rule may look at."""
    with database.read(program.engine) as db:
        return facts_of(db, account, client)


@pytest.mark.parametrize(
    ("others", "noes"),
    [
        ([], 2),
        (["Asiakas Yksi;;;1.9.2026;kyllä"], 0),  # which of the two is it?
        (["Asiakas Yksi;;;joskus;kyllä"], 0),
        (["ASIAKAS YKSI;040 5555555;;1.9.2026;kyllä"], 0),
        (["Asiakas Kolme;;;1.9.2026;kyllä"], 2),
    ],
)
def test_a_no_in_a_refused_row_is_nobodys_where_its_name_stands_twice(
    program: Program, aava: Account, clock: Clock, others: list[str], noes: int
) -> None:
    header = "Nimi;Puhelin;Sähköposti;Viimeisin käynti;Markkinointilupa"
    bring(program, aava, header, "Asiakas Yksi;;;1.9.2026;kyllä", "Asiakas Kaksi;;;1.9.2026;kyllä")
    clock.at += timedelta(days=1)
    lines = [*others, "Asiakas Yksi;;;joskus;ei", "Asiakas Kaksi;;;1.9.2026;kyllä"]
    assert bring(program, aava, header, *lines).refused
    assert len(said(program, aava)) == noes


@pytest.mark.parametrize("words", [("ei", "kyllä"), ("kyllä", "ei")])
def test_of_two_rows_about_one_client_that_do_not_agree_the_no_holds(
    program: Program, aava: Account, clock: Clock, words: tuple[str, str]
) -> None:
    marketing(program, aava, clock, "kyllä")
    clock.at += timedelta(days=1)
    bring(program, aava, HEADER, *(f"{ROW}{word}" for word in words), *clients([2])[1:])
    assert said(program, aava) == [("1", "email", "withdrawn"), ("1", "sms", "withdrawn")]
    assert set(facts_now(program, aava, "1").switches.values()) == {False}
    assert set(facts_now(program, aava, "2").switches.values()) == {True}


@pytest.mark.parametrize(("turned", "is_taken"), [(4, True), (5, False)])
def test_a_list_on_which_far_more_say_no_than_before_is_not_taken_until_somebody_says_that_it_is_right(
    program: Program, aava: Account, other: Account, clock: Clock, turned: int, is_taken: bool
) -> None:
    before = [*clients(range(12)), "90;Ei ennenkään;;;1.9.2026;ei", *GONE]
    bring(program, aava, *before)
    clock.at += timedelta(days=1)
    noes = [line.replace("kyllä", "ei") for line in before[1 : turned + 1]]
    lines = [before[0], *noes, *before[turned + 1 :], "91;Uusi;;;1.9.2026;ei"]
    taken = bring(program, aava, *lines)
    assert (taken.is_taken, len(said(program, aava))) == (is_taken, 2 * turned if is_taken else 0)
    assert fresh(program, aava) == (clock.at if is_taken else NOON)
    assert ("91" in there(program, aava)) is is_taken
    if not is_taken:
        assert [(one.finding, one.count, one.of) for one in taken.doubts] == [(MANY_NOES, 5, 12)]
        assert bring(program, aava, *lines, despite=[SHORT]).doubts == taken.doubts
        assert bring(program, aava, *lines, despite=[MANY_NOES]).is_taken
        assert len(said(program, aava)) == 2 * turned
    assert said(program, other) == []


@pytest.mark.parametrize("turned", [3, 9])
def test_a_no_by_which_the_owner_switched_marketing_off_is_nobodys_answer_and_nobody_is_asked_about(
    program: Program, aava: Account, other: Account, clock: Clock, turned: int
) -> None:
    bring(program, aava, *clients(range(9)))
    bring(program, other, *clients(range(9)))
    clock.at += timedelta(days=1)
    lines = clients(range(9))
    noes = [lines[0], *(line.replace("kyllä", "ei") for line in lines[1 : turned + 1]), *lines[turned + 1 :]]
    assert bring(program, aava, *noes, despite=[Word(MANY_NOES, is_owners_no=True)]).is_taken
    assert said(program, aava) == []
    on = {
        client
        for client in there(program, aava)
        if True in facts_now(program, aava, client).switches.values()
    }
    assert on == {str(number) for number in range(turned, 9)}
    asked = nightly.run(program, salon=aava.slug).salons[0].asked
    assert {(one.client, one.because) for one in asked} == {(client, "marketing.unrecorded") for client in on}
    assert len({one.client for one in nightly.run(program, salon=other.slug).salons[0].asked}) == 9
    clock.at += timedelta(days=1)
    assert bring(program, aava, *noes).is_taken
    assert said(program, aava) == []


def test_each_channel_is_a_column_of_its_own_that_may_be_the_wrong_one(
    program: Program, aava: Account, clock: Clock
) -> None:
    header = "Asiakasnumero;Nimi;Viimeisin käynti;Sähköpostimarkkinointi;Tekstiviestimarkkinointi"
    both = [f"{number};A;1.9.2026;kyllä;{'kyllä' if number < 4 else 'ei'}" for number in range(20)]
    bring(program, aava, header, *both)
    clock.at += timedelta(days=1)
    wrong = [line.replace("kyllä;kyllä", "kyllä;ei") for line in both]
    (doubt,) = bring(program, aava, header, *wrong).doubts
    assert (doubt.count, doubt.of) == (4, 4)
    assert bring(program, aava, header, *both[:3], *wrong[3:]).is_taken
    assert said(program, aava) == [("3", "sms", "withdrawn")]


def test_a_list_may_be_doubted_for_both(program: Program, aava: Account, clock: Clock) -> None:
    bring(program, aava, *clients(range(12)))
    clock.at += timedelta(days=1)
    lines = [line.replace("kyllä", "ei") for line in clients(range(5))]
    found = bring(program, aava, *lines).doubts
    assert [(one.finding, one.count, one.of) for one in found] == [(SHORT, 7, 12), (MANY_NOES, 5, 5)]
    assert [one.finding for one in bring(program, aava, *lines, despite=[SHORT]).doubts] == [MANY_NOES]
    assert bring(program, aava, *lines, despite=[SHORT, MANY_NOES]).vanished == 7


@pytest.mark.parametrize("is_ticked", [True, False])
def test_what_was_switched_off_for_ovikellos_sake_is_nobodys_answer(
    program: Program, aava: Account, clock: Clock, owner: UUID, is_ticked: bool
) -> None:
    marketing(program, aava, clock, "kyllä")
    off = Proposal(
        JobKind.MARKETING_OFF,
        ("marketing.unrecorded",),
        off=frozenset({Channel.EMAIL, Channel.SMS}),
        by_no=False,
    )
    with database.write(program.engine) as db:
        policy = salons_policies.newest(db, aava.slug)
        assert policy is not None
        task = jobs.propose(db, aava, "1", off, policy, now=clock.at)
        assert task is not None
        assert jobs.move(db, aava, task, State.APPROVED, State.BY_HAND, at=clock.at)
    if is_ticked:
        tick(program, aava, task, owner)
    marketing(program, aava, clock, "ei")
    assert said(program, aava) == []
    marketing(program, aava, clock, "kyllä", "ei")
    assert bool(said(program, aava)) == is_ticked
