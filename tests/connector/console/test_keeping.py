"""Keeping times: what is promised now and was before, how many fall due in the coming years, what there was to do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from connector import database, nightly, salons_policies
from connector.console import ageing, chart
from connector.console.chart import Column
from connector.plan_ahead import Counted
from connector.tables import PolicyVersion
from policies.ahead import Kind
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY
from tests.connector.booking import Story, record
from tests.connector.console.visitor import Person, Visitor, text_of
from webhooks.events import RequestReceived, Right

FILE = (LIBRARY / "yearly_purge.toml").read_bytes()
ON = date(2026, 11, 24)


def seen(client: str, day: str, **more: object) -> dict[str, object]:
    return record(client, last_activity_at=f"{day}T10:00:00Z", last_visit_at=f"{day}T10:00:00Z", **more)


def night(story: Story) -> None:
    story.compared()
    nightly.run(story.program, salon=story.account.slug)


def activate(story: Story, body: bytes) -> str:
    with database.write(story.program.engine) as db:
        return salons_policies.activate(db, story.account.slug, body, now=story.program.now()).digest


def test_the_policy_in_force_is_told_in_words(story: Story, logged_in: Visitor) -> None:
    told = text_of(logged_in.get("/keeping"))
    assert "1 vuosi viime asioinnista" in told
    assert "Siivous kerran vuodessa, 15.1." in told
    assert "enintään 2 vuotta" in told
    assert "3 kuukautta arvonnasta" in told
    assert "kirjanpitolaki" in told
    assert "ovikello policy simulate aava" in told


@pytest.mark.parametrize(
    ("runs", "words"), [(b"nightly", "Siivous joka yö"), (b"monthly 20", "Siivous joka kuun 20. päivä")]
)
def test_the_purge_day_is_told_in_words(story: Story, logged_in: Visitor, runs: bytes, words: str) -> None:
    activate(story, FILE.replace(b"yearly 01-15", runs))
    assert words in text_of(logged_in.get("/keeping"))


def test_versions_before_can_be_read_and_one_to_come_is_announced(
    story: Story, theirs: Story, logged_in: Visitor, clock: Clock
) -> None:
    before = activate(story, FILE.replace(b"P3M", b"P4M"))
    clock.at += timedelta(minutes=1)
    activate(story, FILE.replace(b"P3M", b"P5M"))
    clock.at += timedelta(minutes=1)
    coming = activate(story, FILE.replace(b"P3M", b"P6M").replace(b"2026-01-01", b"2027-01-01"))
    strangers = activate(theirs, FILE.replace(b"P3M", b"P7M"))
    page = logged_in.get("/keeping")
    assert "5 kuukautta arvonnasta" in text_of(page)
    for digest in (before, coming):
        assert f'href="/keeping/{digest}"' in page.get_data(as_text=True)
    assert "Uudet säilytysajat tulevat voimaan 1.1.2027" in text_of(page)
    assert "4 kuukautta arvonnasta" in text_of(logged_in.get(f"/keeping/{before}"))
    assert "6 kuukautta arvonnasta" in text_of(logged_in.get(f"/keeping/{coming}"))
    for digest in (strangers, "0" * 64, "x", "%00"):
        assert logged_in.get(f"/keeping/{digest}").status_code == 404


def test_where_no_policy_is_in_force_the_page_says_what_to_do(
    story: Story, logged_in: Visitor, clock: Clock
) -> None:
    with database.write(story.program.engine) as db:
        for row in db.exec(select(PolicyVersion)).all():
            row.effective_from = date(2027, 6, 1)
            db.add(row)
    told = text_of(logged_in.get("/keeping"))
    assert "Pyydä Ovikellon asentajaa" in told
    assert "1.6.2027" in told


def test_before_the_first_night_there_is_no_picture(story: Story, logged_in: Visitor) -> None:
    story.there_is(seen("c-1", "2026-11-02"))
    told = text_of(logged_in.get("/keeping"))
    assert "Kuva tulee ensimmäisen yön jälkeen" in told
    assert "puolivuosittain" not in told


def test_the_picture_tells_the_largest_months_in_words_and_every_number_in_a_table(
    story: Story, theirs: Story, logged_in: Visitor
) -> None:
    story.there_is(
        *[seen(f"c-{n}", "2026-11-02") for n in range(3)], seen("c-9", "2025-12-24"), record("due")
    )
    theirs.there_is(*[seen(f"c-{n}", "2026-11-02") for n in range(7)])
    night(theirs)
    night(story)
    told = text_of(logged_in.get("/keeping"))
    assert "Suurimmat kuukaudet ovat tammikuu 2027 (1) ja tammikuu 2028 (3)." in told
    assert "marraskuu 2026 – marraskuu 2029" in told
    assert "12/2027–5/2028 3" in told
    assert "1 on jo odottamassa" in told
    assert "24.11.2026" in told


def test_nobody_to_come_is_said_and_not_drawn(story: Story, logged_in: Visitor) -> None:
    night(story)
    page = logged_in.get("/keeping")
    assert "Seuraavan kolmen vuoden aikana kenenkään aika ei täyty" in text_of(page)
    assert "age-cap" not in page.get_data(as_text=True)


def test_a_night_that_could_not_judge_leaves_the_picture_of_the_last_that_did(
    story: Story, visitor: Visitor, owner: Person, clock: Clock
) -> None:
    story.there_is(seen("c-1", "2026-11-02"))
    night(story)
    clock.at = NOON + timedelta(days=4)
    story.booking.is_silent = True
    nightly.run(story.program, salon="aava")
    told = text_of(visitor.log_in(owner).get("/keeping"))
    assert "tammikuu 2028 (1)" in told
    assert "24.11.2026" in told


def test_requests_and_jobs_are_counted_by_month(
    story: Story, theirs: Story, logged_in: Visitor, clock: Clock
) -> None:
    for one, count in ((story, 2), (theirs, 5)):
        one.there_is(*[record(f"c-{n}") for n in range(count)])
        night(one)
        asked = datetime(2026, 10, 31, 22, 30, tzinfo=UTC)  # 00.30 on the first of November at the salon
        one.told(RequestReceived(at=asked, digest="r", client="c-0", right=Right.ACCESS, received_at=asked))
    told = text_of(logged_in.get("/keeping"))
    assert "Yhteensä 1 pyyntö" in told
    assert "Eniten töitä oli: marraskuu 2026 (2)" in told
    assert "11/2026 2 1" in told


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 11, 30), date(2024, 2, 29)])
def test_a_picture_has_the_rest_of_this_month_and_36_more_and_loses_nobody(day: date) -> None:
    until = ageing.until(day)
    days = {kind: {day + timedelta(days=n): 1 for n in range(1, (until - day).days)} for kind in Kind}
    picture = ageing.of(Counted(days, dict.fromkeys(Kind, 0)), day)
    assert (len(picture.months), picture.months[0].first) == (37, day.replace(day=1))
    assert picture.total == sum(len(of) for of in days.values()) == sum(half.total for half in picture.halves)
    assert [len(picture.halves), picture.halves[-1].last] == [6, picture.months[-1].first]


@pytest.mark.parametrize(
    ("highest", "found"),
    [
        (0, (0,)),
        (1, (0, 1)),
        (4, (0, 1, 2, 3, 4)),
        (5, (0, 2, 4)),
        (171, (0, 50, 100, 150)),
        (410, (0, 200, 400)),
    ],
)
def test_lines_stand_at_round_numbers(highest: int, found: tuple[int, ...]) -> None:
    assert chart.ticks(highest) == found


def test_bars_of_a_month_stand_upon_each_other_and_stay_in_the_picture() -> None:
    drawn = chart.stacked([Column("a", (3, 0, 1)), Column("b", (0, 2, 0))], every=1)
    assert [(bar.series, bar.y + bar.height) for bar in drawn.bars[:2]] == [(0, 142.0), (2, drawn.bars[0].y)]
    assert min(bar.y for bar in drawn.bars) == chart.TOP
    assert [mark.text for mark in drawn.values] == ["4", "2"]
    beside = chart.beside([Column("a", (3, 1)), Column("b", (0, 0))], every=2)
    assert [bar.x for bar in beside.bars] == sorted({bar.x for bar in beside.bars})
    assert [mark.text for mark in beside.labels] == ["a"]
