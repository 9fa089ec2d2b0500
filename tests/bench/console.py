"""The console's pages: what the server needs for them in a large salon, beside the goal.

Names are fetched while a page is made, and take as long as the booking system takes; here the salon has no address, so
that nothing is fetched.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa
from flask import Flask
from sqlmodel import col

from connector import database, jobs, nightly
from connector.app import create_app
from connector.console import cards
from connector.salons import Account
from connector.states import WAITING, State
from connector.tables import Census, Job, Standing
from tests.bench import registers
from tests.bench.figures import Figure, middle, say, seconds, span
from tests.bench.places import Open, Place, analyze, connect
from tests.builders import Clock
from tests.connector.console.visitor import Person, Visitor, form_of, person

#: what the server may need for the first page (issue 4, section 4)
GOAL = 0.1


@dataclass(frozen=True)
class Size:
    """How many clients, due ones, jobs of all the years, and clients who are asked about; how often each page."""

    clients: int
    due: int
    done: int
    asked: int
    repeats: int


def run(open_place: Open, size: Size) -> Iterator[Figure]:
    """A night with so many due, years of finished jobs behind them; then the pages, and the word on all of them."""
    with open_place() as place:
        clock = Clock(place.program.now())
        place = place.at(clock)
        (account,) = connect(place, 1)
        say(f"{place.name}: a salon of {size.clients:,} clients")
        _fill(place, account, size)
        owner = person(place.program, clock, "omistaja@salonki.example", account.slug)
        browser = Visitor(_app(place)).log_in(owner)
        with database.read(place.program.engine) as db:
            (card,) = cards.of(jobs.listed(db, account, WAITING))
        about = f"{size.clients:,} clients, {size.due:,} due, {size.done:,} jobs done"
        pages = {
            "the first page": "/",
            "a page beside it": "/settings",
            "a group's own page": f"/approve?group={card.key}",
            "a page of its list": f"/jobs?group={card.key}&page=3",
        }
        for what, path in pages.items():
            took = middle(_times(lambda path=path: _open(browser, path), size.repeats))  # type: ignore[misc]
            yield _figure(place, f"{what}: {about}", took, is_goal=what == "the first page")
        yield _figure(place, f"the word on {size.due:,}, with its code", _word(browser, owner, card.key))


def _figure(place: Place, what: str, took: float, *, is_goal: bool = False) -> Figure:
    return Figure(
        "",
        what,
        place.name,
        span(took),
        span(GOAL) if is_goal else "",
        took / GOAL if is_goal else None,
        at_most=1 if is_goal else None,
    )


def _app(place: Place) -> Flask:
    return create_app(place.program)


def _open(browser: Visitor, path: str) -> None:
    answer = browser.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")


def _times(work: Callable[[], None], repeats: int) -> list[float]:
    work()  # templates are compiled, policies read
    return [seconds(work) for _ in range(repeats)]


def _word(browser: Visitor, owner: Person, group: str) -> float:
    """Approve the whole group, as its page shows it."""
    form = form_of(browser.get(f"/approve?group={group}"), "/approve")
    form |= {"word": "approve", "second": "yes", "code": owner.next_code()}
    answers = []
    took = seconds(lambda: answers.append(browser.post("/approve", **form)))
    if "approved" not in str(answers[0].location):
        raise RuntimeError(f"the word was answered with {answers[0].status_code}")
    return took


def _fill(place: Place, account: Account, size: Size) -> None:
    """Clients, one night, and what other years have left."""
    now = place.program.now()
    today = now.date()
    rows: registers.Rows = {table: [] for table in registers.COLUMNS}
    for number in range(size.clients):
        is_due = number < size.due
        visit = registers.visit_of(number, today, is_overdue=is_due)
        look_again = today if is_due else today + timedelta(days=300)
        for table, found in registers.rows_of(account, number, visit, look_again).items():
            rows[table] += found
    registers.insert_all(place, rows)
    with database.write(place.program.engine) as db:
        db.add(Census(salon=account.slug, started_at=now, finished_at=now))
    nightly.run(place.program, salon=account.slug)
    with database.write(place.program.engine) as db:
        one = db.connection().execute(sa.select(*sa.inspect(Job).columns).limit(1)).mappings().one()
        long_ago = now - timedelta(days=900)
        done = [
            {
                **one,
                **{"id": uuid4(), "state": State.VERIFIED, "live": None, "client": None},
                **{"client_key": uuid4().hex * 2, "proposed_at": long_ago},
                "moved_at": long_ago + timedelta(minutes=number),
            }
            for number in range(size.done)
        ]
        db.connection().execute(sa.insert(Job), done)
        asked = {"category": "marketing:email", "outcome": "ask", "because": "marketing.unrecorded"}
        stands = [
            {**asked, "salon": account.slug, "client": f"c-{number:07d}", "since_on": today}
            for number in range(size.due, size.due + size.asked)
        ]
        db.connection().execute(sa.insert(Standing), stands)
    analyze(place)
    with database.read(place.program.engine) as db:
        waiting = sa.select(sa.func.count()).select_from(Job).where(col(Job.state) == State.PROPOSED)
        waits = db.connection().execute(waiting).scalar()
    if waits != size.due:
        raise RuntimeError(f"{size.due} were due, and {waits} jobs wait")
