"""The mass limit and the forecast: a night that everybody saw coming needs no second confirmation, any other does."""

from datetime import UTC, date, datetime, timedelta

import pytest

from connector import database, jobs, nightly, nightly_forecast, salons_policies, texts
from connector.program import Program
from connector.reports import SalonReport
from connector.reports_findings import MESSAGES
from connector.salons import Account
from connector.states import State
from tests.builders import Clock
from tests.conftest import LIBRARY
from tests.connector.night_world import compare, gone_quiet, policy_of, record, tell
from webhooks.events import Event

#: the salon's purge day, and somebody who was there last before the year that it looks at
PURGE = date(2027, 1, 15)
LAST_YEAR = datetime(2025, 12, 1, 9, 0, tzinfo=UTC)
FILE = (LIBRARY / "yearly_purge.toml").read_bytes()


def due(client: str) -> Event:
    """A client who is due on the next purge day, and was not on the last one."""
    return record(client, LAST_YEAR)


def stays(count: int) -> list[Event]:
    """Clients who are there often."""
    return [record(f"k-{number}") for number in range(count)]


def night(program: Program, account: Account, clock: Clock, on: date, **more: object) -> SalonReport:
    """The night of a day, with a mirror that was compared just before."""
    clock.at = datetime(on.year, on.month, on.day, 2, 0, tzinfo=UTC)
    compare(program, account)
    (found,) = nightly.run(program, salon=account.slug, **more).salons  # type: ignore[arg-type]
    return found


def before(days: int) -> date:
    """So many days before the purge."""
    return PURGE - timedelta(days=days)


def over(report: SalonReport) -> list[bool]:
    """Of each proposal, whether it needs a second confirmation."""
    return [job.over_limit for job in report.proposed]


def test_a_purge_that_was_forecast_needs_no_second_confirmation_however_many_go(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, *[due(f"c-{n}") for n in range(4)], *stays(4))
    eve = night(program, salon, clock, before(1))
    assert (eve.proposed, [(one.on, one.clients) for one in eve.forecast]) == (
        (),
        [(PURGE, 4), (PURGE + timedelta(days=1), 4), (PURGE + timedelta(days=2), 4)],
    )
    report = night(program, salon, clock, PURGE)
    assert over(report) == [False] * 4
    assert "over_limit" not in {finding.code for finding in report.findings}
    assert over(night(program, salon, clock, PURGE)) == [False] * 4  # safe to repeat


def test_the_same_night_without_a_forecast_needs_one(program: Program, salon: Account, clock: Clock) -> None:
    tell(program, salon, *[due(f"c-{n}") for n in range(4)], *stays(4))
    assert over(night(program, salon, clock, PURGE)) == [True] * 4


@pytest.mark.parametrize(("more", "is_over"), [(0, False), (1, True)])
def test_one_more_than_was_forecast_needs_a_second_confirmation(
    program: Program, salon: Account, clock: Clock, more: int, is_over: bool
) -> None:
    tell(program, salon, *[due(f"c-{n}") for n in range(4)], *stays(4))
    night(program, salon, clock, before(1))
    tell(program, salon, *[gone_quiet(f"new-{n}") for n in range(more)])
    assert over(night(program, salon, clock, PURGE)) == [is_over] * (4 + more)


def test_more_than_was_forecast_within_the_limit_needs_none(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, due("c-1"), *stays(7))
    night(program, salon, clock, before(1))
    tell(program, salon, gone_quiet("new"))
    assert over(night(program, salon, clock, PURGE)) == [False, False]


@pytest.mark.parametrize("is_forecast", [True, False])
def test_at_a_salon_of_one_client_the_forecast_decides(
    program: Program, salon: Account, clock: Clock, is_forecast: bool
) -> None:
    tell(program, salon, due("only"))
    if is_forecast:
        night(program, salon, clock, before(1))
    assert over(night(program, salon, clock, PURGE)) == [not is_forecast]


def test_an_empty_register_is_forecast_and_judged_without_ado(
    program: Program, salon: Account, clock: Clock
) -> None:
    assert [one.clients for one in night(program, salon, clock, before(1)).forecast] == [0, 0, 0]
    assert night(program, salon, clock, PURGE).proposed == ()


@pytest.mark.parametrize(("days", "is_over"), [(3, False), (4, True)])
def test_a_forecast_is_good_for_three_nights(
    program: Program, salon: Account, clock: Clock, days: int, is_over: bool
) -> None:
    tell(program, salon, due("c-1"), *stays(1))
    night(program, salon, clock, before(days))
    assert over(night(program, salon, clock, PURGE)) == [is_over]


def test_a_night_that_could_not_be_judged_leaves_the_earlier_forecast_standing(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, due("c-1"), *stays(1))
    night(program, salon, clock, before(3))
    clock.at += timedelta(days=2)  # nothing was compared since: stale
    (blind,) = nightly.run(program, salon=salon.slug).salons
    assert (blind.fresh, blind.forecast) == (False, ())
    assert over(night(program, salon, clock, PURGE)) == [False]


def test_what_a_changed_policy_does_was_not_forecast(program: Program, salon: Account, clock: Clock) -> None:
    tell(program, salon, due("c-1"), *stays(1))
    night(program, salon, clock, before(1))
    with database.write(program.engine) as db:
        salons_policies.activate(db, salon.slug, FILE + b"\n# another file\n", now=clock.at)
    assert over(night(program, salon, clock, PURGE)) == [True]


def test_no_forecast_reaches_into_a_policy_that_is_not_in_force_yet(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, due("c-1"), *stays(1))
    later = FILE.replace(b"effective_from = 2026-01-01", b"effective_from = 2027-01-15")
    clock.at = datetime(2027, 1, 10, 12, 0, tzinfo=UTC)
    with database.write(program.engine) as db:
        salons_policies.activate(db, salon.slug, later, now=clock.at)
    assert [one.on for one in night(program, salon, clock, before(2)).forecast] == [before(1)]
    assert over(night(program, salon, clock, PURGE)) == [True]


def test_a_strangers_forecast_is_theirs_alone(
    program: Program, salon: Account, stranger: Account, clock: Clock
) -> None:
    for account in (salon, stranger):
        tell(program, account, due("c-1"), *stays(1))
    night(program, stranger, clock, before(1))
    assert over(night(program, salon, clock, PURGE)) == [True]
    assert over(night(program, stranger, clock, PURGE)) == [False]
    with database.read(program.engine) as db:
        digest = policy_of(program, salon, PURGE).digest
        assert nightly_forecast.told(db, salon.slug, digest, before(1)) == 0


def test_what_stands_proposed_already_is_not_forecast_again(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, gone_quiet("old"), due("c-1"), *stays(6))
    eve = night(program, salon, clock, before(1))
    assert ([job.client for job in eve.proposed], eve.forecast[0].clients) == (["old"], 1)


def test_what_is_automatic_goes_by_itself_in_a_night_that_was_forecast(
    program: Program, salon: Account, clock: Clock
) -> None:
    with database.write(program.engine) as db:
        automatic = FILE.replace(b'erase            = "owner"', b'erase            = "automatic"')
        assert automatic != FILE
        salons_policies.activate(db, salon.slug, automatic, now=program.now())
    tell(program, salon, due("c-1"), *stays(1))
    night(program, salon, clock, before(1))
    assert night(program, salon, clock, PURGE).proposed == ()
    with database.read(program.engine) as db:
        assert [job.state for job in jobs.listed(db, salon)] == [State.APPROVED]


def test_a_dry_run_forecasts_nothing_and_takes_nothing_away(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, due("c-1"), *stays(1))
    night(program, salon, clock, before(1))
    assert night(program, salon, clock, before(1), dry_run=True).forecast == ()
    assert over(night(program, salon, clock, PURGE)) == [False]


@pytest.mark.parametrize(("quiet", "told"), [(2, False), (3, True)])
def test_a_night_to_come_that_is_over_the_limit_is_told_while_there_is_time_to_look(
    program: Program, salon: Account, clock: Clock, quiet: int, told: bool
) -> None:
    tell(program, salon, *[due(f"c-{n}") for n in range(quiet)], *stays(8 - quiet))
    report = night(program, salon, clock, before(2))
    found = [finding for finding in report.findings if finding.code == "mass_ahead"]
    assert [dict(one.params) for one in found] == [{"day": "2027-01-15", "count": 3, "register": 8}] * told


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_what_is_ahead_is_told_in_the_owners_language(language: str) -> None:
    text = MESSAGES["mass_ahead"][1]
    said = texts.of(language).gettext(text)
    assert (said == text) is (language == "en")
    assert "2027-01-15" in said.format(day="2027-01-15", count=3, register=8)


def erase_by_itself(program: Program, account: Account) -> None:
    """Let the policy file erase without the owner's word, every night."""
    automatic = FILE.replace(b'erase            = "owner"', b'erase            = "automatic"')
    assert automatic != FILE
    with database.write(program.engine) as db:
        salons_policies.activate(db, account.slug, automatic, now=program.now())


def moves_a_little(count: int, day: int) -> list[Event]:
    """The same clients, whom the booking system now says to have been there on another day of long ago."""
    return [record(f"c-{n}", datetime(2025, 12, day, 9, 0, tzinfo=UTC)) for n in range(count)]


@pytest.mark.parametrize("rejected", [False, True])
def test_a_mass_that_nobody_confirmed_stays_one_when_its_facts_change(
    program: Program, salon: Account, clock: Clock, rejected: bool
) -> None:
    erase_by_itself(program, salon)
    tell(program, salon, *[due(f"c-{n}") for n in range(4)], *stays(2))
    assert over(night(program, salon, clock, PURGE)) == [True] * 4
    if rejected:
        with database.write(program.engine) as db:
            for job in jobs.listed(db, salon, [State.PROPOSED]):
                jobs.move(db, salon, job.job, State.PROPOSED, State.REJECTED, at=program.now())
    for later in (1, 2):
        clock.at += timedelta(days=1)
        tell(program, salon, *moves_a_little(4, day=10 + later))
        report = night(program, salon, clock, PURGE + timedelta(days=later))
        assert over(report) == [True] * 4
    with database.read(program.engine) as db:
        states = {job.state for job in jobs.listed(db, salon)}
    assert states <= {State.PROPOSED, State.WITHDRAWN, State.REJECTED}


def test_what_was_confirmed_once_needs_no_second_confirmation_when_its_word_has_expired(
    program: Program, salon: Account, clock: Clock
) -> None:
    tell(program, salon, due("c-1"), *stays(1))
    (job,) = night(program, salon, clock, PURGE).proposed
    assert job.over_limit
    with database.write(program.engine) as db:
        moved = {"approved_at": program.now(), "expires_at": program.now() + timedelta(days=7)}
        jobs.move(db, salon, job.job, State.PROPOSED, State.APPROVED, at=program.now(), **moved)  # type: ignore[arg-type]
        clock.at += timedelta(days=8)
        assert jobs.expire_due(db, salon, now=program.now()) == 1
    tell(program, salon, *stays(9))
    (anew,) = night(program, salon, clock, PURGE + timedelta(days=9)).proposed
    assert (anew.job != job.job, anew.over_limit) == (True, False)
