"""An erasure that was only said to be done: the next list proves it, has the client still, or leaves it open."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import col, select

from connector import approvals, database, jobs, jobs_looked, mirror, nightly, sealed_cards, verify
from connector.approvals import OWNERS, Word
from connector.approvals_instructed import CONFIRMED, PROCESSOR_SAYS
from connector.census_old_list import OLD_LIST
from connector.census_proved import Proved
from connector.census_short import SHORT_AFTER_MOVE
from connector.program import Program
from connector.salons import Account
from connector.salons_system import System
from connector.tables import Card, Client, Evidence, Tombstone
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.connector import booking
from tests.connector.intake import rows
from tests.connector.lists import bring, by_hand, to_be_done
from tests.connector.moves import leaving

PLAIN = "Nimi;Puhelin;Sähköposti;Viimeisin käynti"
OLD, LATELY = "1.2.2020", "10.1.2027"
HER = f"Koskinen Päivi;040 1111111;paivi@salonki.example;{OLD}"
OTHERS = [f"Asiakas {letter};;;{LATELY}" for letter in "ABCDEF"]
WORDS = pytest.mark.parametrize("word", [OWNERS, Word(PROCESSOR_SAYS, CONFIRMED)])


@pytest.fixture
def owner(program: Program) -> UUID:
    """Who speaks for the salon."""
    with database.write(program.engine) as db:
        return booking.owner(db)


@pytest.fixture
def aava(program: Program, clock: Clock) -> Account:
    """A salon on the day of its yearly purge; another one has somebody of the same name and number."""
    clock.at = NOON.replace(year=2027, month=1, day=15)
    bring(program, by_hand(program, "toinen"), PLAIN, HER)
    return by_hand(program, "aava")


def ticked(program: Program, account: Account, owner: UUID, word: Word, *lines: str) -> UUID:
    """These are on the list; the one who is due is erased by hand, as somebody says."""
    bring(program, account, *lines)
    assert to_be_done(program, account, owner) == 1
    later(program)
    with database.write(program.engine) as db:
        (job,) = jobs.listed(db, account)
        assert approvals.tick(db, account, job.job, owner=owner, now=program.now(), word=word)
    later(program)
    return job.job


def later(program: Program, **time: int) -> None:
    """An hour goes by, or as much as is said."""
    assert isinstance(program.now, Clock)
    program.now.at += timedelta(**time or {"hours": 1})


def stands(program: Program, account: Account) -> tuple[str, list[str | None]]:
    """How the job stands once all looks that are due were made, and how good a proof each of them was."""
    verify.look_due(program, limit=9)
    with database.read(program.engine) as db:
        (job,) = jobs.listed(db, account)
        looks = jobs_looked.of(db, job.job, job.round)
    return job.state.value, [look.grade for look in looks if look.looked_at is not None]


def by_hand_done(program: Program, account: Account) -> list[UUID]:
    """What counts as done by hand."""
    with database.read(program.engine) as db:
        return jobs_looked.done_by_hand(db, account.slug, since=NOON)


def marks(program: Program, account: Account) -> int:
    """Of how many who were erased it is still known by what they were known."""
    stones = [one for one in rows(program, account, Tombstone) if one.by == "ovikello"]
    return sum(stone.kept is not None for stone in stones)


@WORDS
@pytest.mark.parametrize(
    "row",
    [
        f"Koskinen Päivi;050 7777777;paivi@salonki.example;{OLD}",
        f"KOSKINEN Päivi;+358 40 111 1111;toinen@salonki.example;{OLD}",
        f"Koskinen Päivi;040 1111111;;{OLD}",
        f"Koskinen Päivi;;paivi@salonki.example;{LATELY}",
        f"Koskinen Päivi;;;{OLD}",
    ],
)
def test_whoever_is_on_the_next_list_under_one_of_the_marks_comes_back(
    program: Program, aava: Account, owner: UUID, word: Word, row: str
) -> None:
    job_id = ticked(program, aava, owner, word, PLAIN, HER, *OTHERS)
    assert (len(rows(program, aava, Card)), marks(program, aava)) == (6, 1)
    assert by_hand_done(program, aava) == [job_id]
    bring(program, aava, PLAIN, row, *OTHERS)
    assert stands(program, aava) == ("proposed", [])
    assert by_hand_done(program, aava) == []
    assert (len(rows(program, aava, Client)), marks(program, aava)) == (6, 0)
    with database.read(program.engine) as db:
        (job,) = jobs.listed(db, aava)
        assert job.client is not None
        card = sealed_cards.of(db, aava, [job.client])[job.client]
    assert (card.name or "").casefold() == "koskinen päivi"


@WORDS
@pytest.mark.parametrize(
    "row",
    [f"Koskinen Päivi;050 7777777;toinen@salonki.example;{LATELY}", f"Koskinen Päivi;045 1111111;;{OLD}"],
)
def test_while_somebody_of_that_name_is_on_the_list_it_is_not_proved(
    program: Program, aava: Account, owner: UUID, word: Word, row: str
) -> None:
    ticked(program, aava, owner, word, PLAIN, HER, *OTHERS)
    bring(program, aava, PLAIN, row, *OTHERS)
    state, grades = stands(program, aava)
    assert (state, set(grades), marks(program, aava)) == ("verified", {word.grade}, 1)
    later(program)
    bring(program, aava, PLAIN, *OTHERS)
    state, grades = stands(program, aava)
    assert (state, grades[-1], marks(program, aava)) == ("verified", "absent_from_list", 0)


def test_a_list_without_that_name_proves_it_and_then_nothing_is_kept(
    program: Program, aava: Account, owner: UUID
) -> None:
    ticked(program, aava, owner, OWNERS, PLAIN, HER, *OTHERS)
    stone = next(one for one in rows(program, aava, Tombstone))
    assert (stone.kept is not None, b"Koskinen" in (stone.kept or b"")) == (True, False)
    bring(
        program, aava, PLAIN, *OTHERS, f"Koskinen Pirjo;040 1111111;;{LATELY}"
    )  # her daughter has her phone
    assert stands(program, aava) == ("verified", ["owner_says", "absent_from_list"])
    assert marks(program, aava) == 0
    later(program)
    bring(program, aava, PLAIN, *OTHERS, f"Koskinen Päivi;050 7777777;;{LATELY}")
    assert stands(program, aava)[0] == "verified"  # somebody new, as far as anybody can know


def test_a_list_says_how_many_it_still_has_how_many_it_proves_to_be_gone_and_who_was_there_later(
    program: Program, aava: Account, owner: UUID
) -> None:
    gone = f"Vanha Veikko;040 3333333;;{OLD}"
    twin = f"Virta Viivi;040 4444444;;{OLD}"
    bring(program, aava, PLAIN, HER, gone, twin, f"Lahti Liisa;040 5555555;;{OLD}", *OTHERS)
    assert to_be_done(program, aava, owner) == 4
    later(program)
    with database.write(program.engine) as db:
        said = [job for job in jobs.listed(db, aava) if job.kind is JobKind.ERASE]
        cards = sealed_cards.of(db, aava, [job.client for job in said if job.client is not None])
        for job in said:
            if cards[job.client or ""].name != "Lahti Liisa":  # she is still to be done
                assert approvals.tick(db, aava, job.job, owner=owner, now=program.now())
    later(program)
    same = f"Virta Viivi;045 9999999;;{LATELY}"
    moved = [row.replace(LATELY, "14.1.2027") for row in OTHERS[:2]]
    taken = bring(program, aava, PLAIN, HER, same, *moved, *OTHERS[2:])
    assert (taken.proved, taken.later, taken.changed) == (Proved(there=1, gone=2, open=1), 2, 2)
    with database.read(program.engine) as db:
        body = db.exec(
            select(Evidence.body).where(Evidence.salon == "aava").order_by(col(Evidence.seq).desc())
        ).first()
    line = json.loads(body or b"{}")
    assert [line[name] for name in ("what", "later", "still_there", "proved_gone")] == ["list", 2, 1, 2]
    verify.look_due(program, limit=9)
    later(program)
    taken = bring(program, aava, PLAIN, HER, same, *moved, *OTHERS[2:])
    assert (taken.proved, taken.later) == (Proved(open=1), 0)  # each is told once


def test_marks_are_kept_for_thirty_days_at_most_and_after_them_no_list_proves_it(
    program: Program, aava: Account, owner: UUID
) -> None:
    ticked(program, aava, owner, OWNERS, PLAIN, HER, *OTHERS)
    later(program, days=29)
    settle(program, aava)
    assert marks(program, aava) == 1
    later(program, days=1)
    settle(program, aava)
    assert marks(program, aava) == 0
    bring(program, aava, PLAIN, *OTHERS, f"Koskinen Päivi;050 7777777;paivi@salonki.example;{LATELY}")
    assert "absent_from_list" not in stands(program, aava)[1]


def settle(program: Program, account: Account) -> None:
    """What a night does with old tombstones."""
    with database.write(program.engine) as db:
        mirror.settle_tombstones(db, account, program.now())


def test_with_numbers_the_number_says_who_it_is_until_a_list_has_none(
    program: Program, aava: Account, owner: UUID
) -> None:
    header, others = f"Asiakasnumero;{PLAIN}", [f"{n};{row}" for n, row in enumerate(OTHERS, start=2)]
    ticked(program, aava, owner, OWNERS, header, f"1;{HER}", *others)
    bring(program, aava, PLAIN, *OTHERS, f"Koskinen Päivi;050 7777777;;{LATELY}")
    assert set(stands(program, aava)[1]) == {"owner_says"}
    later(program)
    bring(program, aava, header, *others, f"17;Koskinen Päivi;050 7777777;;{LATELY}")
    assert stands(program, aava)[1][-1] == "absent_from_list"


@pytest.mark.parametrize("header", [f"Asiakasnumero;{PLAIN}", "Asiakasnumero;Viimeisin käynti"])
def test_a_list_of_the_next_booking_system_proves_nothing_of_who_was_erased_in_the_one_before(
    program: Program, aava: Account, owner: UUID, clock: Clock, header: str
) -> None:
    def line(number: int, row: str) -> str:
        return f"{number};{row}" if PLAIN in header else f"{number};{row.rpartition(';')[2]}"

    others = [line(n, row) for n, row in enumerate(OTHERS, start=2)]
    ticked(program, aava, owner, OWNERS, header, line(1, HER), *others)
    place = leaving(program, aava, clock)
    place.move(System("by_hand"))
    later(program)
    some = [line(n, row) for n, row in enumerate(OTHERS, start=1)]  # her number is somebody else's there
    taken = bring(program, place.account, header, *some, despite=[SHORT_AFTER_MOVE, OLD_LIST])
    assert (taken.is_taken, taken.proved) == (True, Proved())
    assert set(stands(program, place.account)[1]) == {"owner_says"}


def test_of_two_who_share_name_and_number_the_one_who_is_there_is_found(
    program: Program, aava: Account, owner: UUID
) -> None:
    header = f"Asiakasnumero;{PLAIN}"
    twin = f"9;Koskinen Päivi;040 1111111;;{LATELY}"
    ticked(program, aava, owner, OWNERS, header, f"1;{HER}", twin, "8;Joku;;;")
    bring(program, aava, PLAIN, f"Koskinen Päivi;040 1111111;;{LATELY}", "Joku;;;")
    assert {row.client for row in rows(program, aava, Client)} == {"9", "8"}
    state, grades = stands(program, aava)
    assert (state, set(grades)) == ("verified", {"owner_says"})  # she has the same name still


def test_nothing_is_kept_of_who_was_erased_after_a_list_had_proved_it(
    program: Program, aava: Account, owner: UUID
) -> None:
    bring(program, aava, PLAIN, HER, *OTHERS)
    assert to_be_done(program, aava, owner) == 1
    later(program)
    bring(program, aava, PLAIN, *OTHERS)
    assert stands(program, aava) == ("verified", ["absent_from_list"])
    assert marks(program, aava) == 0
    assert nightly.run(program, salon="toinen").salons[0].proposed != ()
