"""What a page may cost the database: counted in statements and plans, never in seconds (`make bench` says those)."""

import re

import sqlalchemy as sa

from connector import database, jobs_listing
from connector.program import Program
from connector.salons import Account
from connector.states import WAITING, State
from connector.tables import Job
from tests.connector.booking import Story, record
from tests.connector.console.visitor import Visitor
from tests.connector.test_costs import _analyze, _do_long_ago, listening, planning

#: the first page's statements, whatever is on it: session, salon, what waits, is under way, was done, is asked, a night
FIRST_PAGE = 20


def due(story: Story, *clients: str) -> None:
    """So many more who wait."""
    story.there_is(*(record(client) for client in clients))
    for client in clients:
        story.job_for(client)


def test_the_first_page_costs_as_many_statements_for_twenty_as_for_two(
    story: Story, logged_in: Visitor
) -> None:
    counts = []
    for clients in (["c-1", "c-2"], [f"d-{number}" for number in range(18)]):
        due(story, *clients)
        logged_in.get("/")
        with listening(story.program.engine) as heard:
            logged_in.get("/")
        counts.append(len(heard.statements))
    assert counts[0] == counts[1] <= FIRST_PAGE


def test_the_number_in_the_menu_reads_nobodys_id(story: Story, logged_in: Visitor) -> None:
    due(story, "c-1", "c-2", "c-3")
    with listening(story.program.engine) as heard:
        assert '<span class="n">1<' in logged_in.get("/night").get_data(as_text=True)
    of_jobs = [text for text, _ in heard.statements if re.search(r"\bFROM job\b", text)]
    assert of_jobs
    assert [text for text in of_jobs if re.search(r"\bjob\.client\b(?!_)", text)] == []


def test_a_long_history_is_read_neither_for_what_moved_last_nor_for_what_waits(
    program: Program, salon: Account, story: Story
) -> None:
    due(story, "c-1")
    said = story.listed()[0].content.text
    with database.write(program.engine) as db:
        _do_long_ago(db.connection(), salon)
        db.connection().execute(sa.update(Job).values(content=said))
    _analyze(program.engine)
    with planning(program.engine) as plans, database.read(program.engine) as db:
        assert len(jobs_listing.alike(db, salon, WAITING)) == 1
        assert len(jobs_listing.recent(db, salon, 4, but=[State.PROPOSED])) == 4
    first, second, known = plans.values()
    assert all("ix_job_salon_state" in line.text and "state" in line.text for line in first)
    assert [line for line in known if line.text.startswith("SCAN") or "Seq Scan" in line.text] == []
    assert [line for line in second if "ix_job_salon_moved" not in line.text] == []
