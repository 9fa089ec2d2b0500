"""The census: what webhooks did not tell is found, and nobody is buried for a list that shifted."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from connector import census, database
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.tables import Census, Client, Tombstone
from tests.builders import NOON, Clock
from tests.connector.intake import apply, at, days, deleted, merged, rows, told
from tests.connector.night_world import fresh
from webhooks.calls import Call, Reply
from webhooks.events import DeletedBy


@dataclass
class Booking:
    """A booking system that lists its clients a few at a time, and fails where it is told to."""

    clients: dict[str, dict[str, Any]]
    limit: int = 3
    hidden: set[str] = field(default_factory=set)
    fails_after: int | None = None
    status: int = 200
    answers: dict[str, int] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    is_endless: bool = False

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Answer one call."""
        self.calls.append(call.path)
        if self.fails_after is not None and len(self.calls) > self.fails_after:
            raise CallFailed("timeout")
        if call.path != "clients":
            return self._one(call.path.removeprefix("clients/"))
        if self.status != 200:
            return Reply(self.status)
        listed = [one for one in sorted(self.clients) if one not in self.hidden]
        start = int(call.query.get("cursor", 0))
        page = listed[start : start + self.limit]
        rest = start + self.limit < len(listed)
        following = "0" if self.is_endless else str(start + self.limit) if rest else None
        return Reply(200, {"clients": [self.clients[one] for one in page], "next_cursor": following})

    def _one(self, client: str) -> Reply:
        if client in self.answers:
            return Reply(self.answers[client])
        return Reply(200, self.clients[client]) if client in self.clients else Reply(404)


def with_clients(count: int, **settings: Any) -> Booking:
    """A booking system of so many clients."""
    clients = {f"c-{number:02}": {"id": f"c-{number:02}", "revision": 1} for number in range(count)}
    return Booking(clients, **settings)


def run(program: Program, booking: Booking) -> census.Done:
    """One walk."""
    return census.run(replace(program, send=booking), "aava")


def mirrored(program: Program, account: Account) -> set[str]:
    """The clients that the mirror has."""
    return {row.client for row in rows(program, account, Client)}


def test_everybody_on_the_list_is_mirrored(program: Program, salon: Account, stranger: Account) -> None:
    booking = with_clients(7)
    done = run(program, booking)
    assert (done.seen, done.new, done.changed, done.vanished, done.is_complete, done.why) == (
        7,
        7,
        0,
        0,
        True,
        "",
    )
    assert mirrored(program, salon) == set(booking.clients)
    assert mirrored(program, stranger) == set()
    assert fresh(program, salon) == NOON
    assert fresh(program, stranger) is None


def test_a_second_walk_counts_what_changed(program: Program, salon: Account, clock: Clock) -> None:
    booking = with_clients(7)
    run(program, booking)
    clock.at = NOON + days(1)
    booking.clients["c-03"] |= {"revision": 2, "has_account": True}
    booking.clients["c-99"] = {"id": "c-99"}
    done = run(program, booking)
    assert (done.seen, done.new, done.changed, done.vanished) == (8, 1, 1, 0)
    assert fresh(program, salon) == clock.at


def test_a_client_that_is_gone_is_buried_once_it_was_looked_up(
    program: Program, salon: Account, stranger: Account
) -> None:
    booking = with_clients(9)
    run(program, booking)
    apply(program, stranger, told("c-02"))
    del booking.clients["c-02"]
    booking.answers["c-05"], booking.hidden = 410, {"c-05"}
    done = run(program, booking)
    assert (done.vanished, done.is_complete) == (2, True)
    assert mirrored(program, salon) == set(booking.clients) - {"c-05"}
    keys = {salon.keys.client_key(client) for client in ("c-02", "c-05")}
    assert {row.client_key for row in rows(program, salon, Tombstone)} == keys
    assert mirrored(program, stranger) == {"c-02"}


def test_a_client_that_a_shifting_list_left_out_stays(program: Program, salon: Account) -> None:
    booking = with_clients(9)
    run(program, booking)
    booking.hidden = {"c-04"}
    booking.clients["c-04"] |= {"revision": 2, "has_account": True}
    done = run(program, booking)
    assert (done.vanished, done.is_complete) == (0, True)
    assert "c-04" in mirrored(program, salon)
    assert "clients/c-04" in booking.calls


@pytest.mark.parametrize(("gone", "is_complete"), [(4, True), (5, False)])
def test_a_list_that_is_suddenly_short_buries_nobody(
    program: Program, salon: Account, clock: Clock, gone: int, is_complete: bool
) -> None:
    booking = with_clients(12)
    run(program, booking)
    clock.at = NOON + days(1)
    booking.clients = dict(list(booking.clients.items())[gone:])
    done = run(program, booking)
    assert (done.is_complete, bool(done.why)) == (is_complete, not is_complete)
    assert len(mirrored(program, salon)) == (12 - gone if is_complete else 12)
    assert fresh(program, salon) == (clock.at if is_complete else NOON)


def test_a_few_may_vanish_from_a_short_list(program: Program, salon: Account) -> None:
    run(program, with_clients(3))
    assert run(program, with_clients(0)).vanished == 3
    assert mirrored(program, salon) == set()


def test_where_the_look_up_does_not_tell_nobody_is_buried_and_the_mirror_is_not_proved(
    program: Program, salon: Account
) -> None:
    booking = with_clients(9)
    apply(program, salon, told("c-50"))
    booking.answers["c-50"] = 500
    done = run(program, booking)
    assert done.finding == "cannot_look_up"
    assert "c-50" in mirrored(program, salon)
    assert fresh(program, salon) is None


def test_ids_that_were_merged_away_are_not_missed(program: Program, salon: Account) -> None:
    booking = with_clients(9)
    apply(program, salon, told("m-1"), merged("m-1", "c-01"), told("m-2"), deleted("m-2", by=DeletedBy.MERGE))
    assert run(program, booking).vanished == 0
    assert {"m-1", "m-2"} <= mirrored(program, salon)


def test_an_erased_client_that_is_listed_stays_erased_and_is_a_finding(
    program: Program, salon: Account
) -> None:
    apply(program, salon, deleted("c-01", day=3))
    run(program, with_clients(4))
    assert "c-01" not in mirrored(program, salon)
    assert [row.told_after for row in rows(program, salon, Tombstone)] == [NOON]


@pytest.mark.parametrize(("calls", "passed"), [(1, 5.9), (2, 5.9), (3, 5.9)])
def test_a_walk_that_was_stopped_goes_on_where_it_was(
    program: Program, salon: Account, clock: Clock, calls: int, passed: float
) -> None:
    booking = with_clients(8, fails_after=calls)
    apply(program, salon, told("c-50"))
    stopped = run(program, booking)
    assert (stopped.finding, fresh(program, salon)) == ("no_answer", None)
    booking.fails_after, booking.calls = None, []
    clock.at = NOON + timedelta(hours=passed)
    done = run(program, booking)
    assert (done.seen, done.new, done.vanished, done.is_complete) == (8, 8, 1, True)
    assert booking.calls.count("clients") == 3 - calls
    assert len(rows(program, salon, Census)) == 1


def test_a_walk_that_was_stopped_long_ago_is_begun_anew(
    program: Program, salon: Account, clock: Clock
) -> None:
    booking = with_clients(8, fails_after=2)
    run(program, booking)
    booking.fails_after, clock.at = None, NOON + timedelta(hours=6)
    assert run(program, booking).seen == 8
    assert len(rows(program, salon, Census)) == 2


@pytest.mark.parametrize("status", [401, 404, 500])
def test_a_list_that_is_refused_proves_nothing(program: Program, salon: Account, status: int) -> None:
    apply(program, salon, told("c-01", day=9))
    assert run(program, with_clients(3, status=status)).finding == "no_answer"
    assert mirrored(program, salon) == {"c-01"}


def test_a_list_that_cannot_be_read_proves_nothing(program: Program, salon: Account) -> None:
    booking = Booking({"c-01": {"id": ["c-01"]}})
    assert run(program, booking).finding == "not_understood"


def test_a_list_without_an_end_is_given_up(program: Program, salon: Account) -> None:
    assert run(program, with_clients(5, is_endless=True)).finding == "not_understood"


def test_a_salon_without_an_address_cannot_be_walked(program: Program) -> None:
    done = run(program, with_clients(1))
    assert (done.finding, done.why) == ("no_address", census.WHY["no_address"])


def test_a_walk_reports_how_far_it_is(program: Program, salon: Account) -> None:
    heard: list[str] = []
    census.run(replace(program, send=with_clients(5)), "aava", on_progress=heard.append)
    assert heard == ["3 clients seen", "5 clients seen"]


def test_clients_that_say_the_same_as_before_are_not_looked_at(program: Program, salon: Account) -> None:
    booking = with_clients(3)
    run(program, booking)
    with database.write(program.engine) as db:
        db.connection().execute(Client.__table__.update().values(look_again_on=at(-99).date()))  # type: ignore[attr-defined]
    run(program, booking)
    assert {row.look_again_on for row in rows(program, salon, Client)} == {at(-99).date()}
