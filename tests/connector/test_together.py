"""Who waits for the writers' turn at the same moment shares a commit, and nothing else."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
import sqlalchemy.event
from sqlmodel import Session

from connector.hooks_together import MOST, Together
from connector.program import Program
from connector.salons import Account
from connector.tables import Seen
from tests.builders import NOON
from tests.connector.intake import rows, wipe

Work = Callable[[Session], str]


@pytest.fixture
def together(program: Program) -> Together[str]:
    """What the door for webhooks writes through."""
    return Together(program.engine)


@contextmanager
def commits(engine: sa.Engine) -> Iterator[list[None]]:
    """One for each commit meanwhile."""
    heard: list[None] = []

    def hear(_connection: object) -> None:
        heard.append(None)

    sqlalchemy.event.listen(engine, "commit", hear)
    yield heard
    sqlalchemy.event.remove(engine, "commit", hear)


def see(account: Account, name: str) -> Work:
    """Write one row."""

    def work(db: Session) -> str:
        row = {"salon": account.slug, "delivery": name, "digest": "d", "received_at": NOON}
        db.connection().execute(sa.insert(Seen).values(row))
        return name

    return work


class Ended(BaseException):
    """A thread is ended from outside."""


def end(_db: Session) -> str:
    """In the middle of it, whoever leads is ended."""
    raise Ended


def fail(_db: Session) -> str:
    """What cannot be done."""
    raise LookupError("no")


def behind_one_that_writes(together: Together[str], works: list[Work]) -> list[object]:
    """What comes of these where all of them came while another one was writing."""
    found: list[object] = [None] * len(works)

    def do(number: int) -> None:
        try:
            found[number] = together.do(works[number])
        except (LookupError, RuntimeError, Ended) as error:
            found[number] = error

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(works))]

    def first(_db: Session) -> str:
        for thread in threads:
            thread.start()
        while together.waiting < len(works):
            threading.Event().wait(0.001)
        return "first"

    assert together.do(first) == "first"
    for thread in threads:
        thread.join()
    return found


def is_grouped(program: Program) -> bool:
    """Whether this database needs it."""
    return program.settings.is_sqlite


def test_who_waits_at_the_same_time_shares_a_commit(
    program: Program, salon: Account, together: Together[str]
) -> None:
    names = [f"d-{number}" for number in range(5)]
    works = [see(salon, name) for name in names]
    if not is_grouped(program):
        assert [together.do(work) for work in works] == names
        return
    with commits(program.engine) as heard:
        assert behind_one_that_writes(together, works) == names
    assert len(heard) == 2
    assert {row.delivery for row in rows(program, salon, Seen)} == set(names)


def test_a_transaction_has_no_more_than_it_may(
    program: Program, salon: Account, together: Together[str]
) -> None:
    if not is_grouped(program):
        return
    for count, transactions in ((MOST, 2), (MOST + 1, 3)):
        wipe(program, salon)
        with commits(program.engine) as heard:
            behind_one_that_writes(together, [see(salon, f"d-{number}") for number in range(count)])
        assert (len(heard), len(rows(program, salon, Seen))) == (transactions, count)


@pytest.mark.parametrize("where", [0, 1, 2])
def test_one_that_fails_takes_nobody_with_it(
    program: Program, salon: Account, stranger: Account, together: Together[str], where: int
) -> None:
    works = [see(salon, "d-1"), see(stranger, "d-1")]
    works.insert(where, fail)
    if is_grouped(program):
        found = behind_one_that_writes(together, works)
        assert isinstance(found.pop(where), LookupError)
        assert found == ["d-1", "d-1"]
    else:
        with pytest.raises(LookupError):
            together.do(fail)
        assert [together.do(work) for work in works if work is not fail] == ["d-1", "d-1"]
    assert len(rows(program, salon, Seen)) == len(rows(program, stranger, Seen)) == 1


def test_nobody_is_told_of_what_was_not_committed_since_the_one_who_led_was_ended(
    program: Program, salon: Account, together: Together[str]
) -> None:
    if not is_grouped(program):
        return
    found = behind_one_that_writes(together, [see(salon, "d-1"), end, see(salon, "d-2")])
    assert not any(isinstance(one, str) for one in found)
    assert rows(program, salon, Seen) == []
    assert together.do(see(salon, "d-1")) == "d-1"


def test_what_failed_alone_is_told_to_who_asked_and_the_next_one_is_done(
    program: Program, salon: Account, together: Together[str]
) -> None:
    with pytest.raises(LookupError):
        together.do(fail)
    assert together.do(see(salon, "d-1")) == "d-1"
