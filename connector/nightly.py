"""The night: what is still there is compared with what was promised. Safe to repeat, and side by side.

Each salon by itself: the booking system's list is walked through where that is due; what is not provably whole is not
judged; then plan, what is due of dispatch and verify, housekeeping, and a report that is kept. A salon that
cannot be judged is a finding, and the others go on. A dry run judges the same, and leaves nothing written.
"""

import contextlib
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from sqlmodel import Session

from connector import (
    database,
    dispatch,
    freshness,
    nightly_claims,
    nightly_evidence,
    nightly_findings,
    nightly_forecast,
    nightly_freshness,
    nightly_judging,
    nightly_keeping,
    nightly_opening,
    nightly_packages,
    nightly_pressing,
    nightly_pruning,
    reports,
    salons,
    salons_policies,
    verify,
)
from connector.nightly_claims import Going
from connector.nightly_judging import Night, Outlook
from connector.nightly_opening import Opened
from connector.program import Program
from connector.reports import Expected, Finding, Report, SalonReport
from connector.states import State

Progress = Callable[[str], None]

_A_DAY = timedelta(days=1)
_log = logging.getLogger(__name__)

#: more than a night can carry out: the engine goes on with what is left
MOST = 10_000


def run(
    program: Program,
    *,
    salon: str | None = None,
    on: date | None = None,
    dry_run: bool = False,
    scheduled: bool = False,
    progress: Progress = lambda _line: None,
) -> Report:
    """Run the night of one salon, or of all; give what was found. A day to come is a dry run.

    `scheduled`: only salons whose hour has come and whose night nobody claimed; one that was missed is caught up.
    """
    done = []
    if scheduled:  # a package waits for no night
        nightly_packages.end(program)
    with database.read(program.engine) as db:
        slugs = salons.slugs(db) if salon is None else [salon]
    for slug in slugs:
        try:
            done += _of(program, slug, on, dry_run, scheduled, progress)
        except nightly_claims.LostTurn:
            _log.warning("the night of %s was silent for too long, and is another worker's now", slug)
    return Report(tuple(done))


def _of(
    program: Program, slug: str, on: date | None, dry_run: bool, scheduled: bool, progress: Progress
) -> list[SalonReport]:
    """The night of one salon, if it is to be run now; also one that failed. Raises LostTurn."""
    going = Going(progress)
    try:
        if scheduled:
            turn = nightly_claims.claim(program, slug)
            if turn is None:
                return []
            going = Going(progress, turn)
        opened = nightly_opening.open_salon(program, slug, on, dry_run)
        return [] if opened is None else [_run(program, opened, going)]
    except nightly_claims.LostTurn:
        raise
    except Exception as error:  # whatever one salon's booking system says, the others' night goes on
        _log.error("the night of %s failed: %s", slug, type(error).__name__)
        return [_failed(program, slug, on, dry_run, going, type(error).__name__)]


def _failed(
    program: Program, slug: str, on: date | None, dry_run: bool, going: Going, kind: str
) -> SalonReport:
    """A night that came to nothing: said and kept, and begun again after an hour. Of the error its type is told.

    Raises LostTurn: what another worker made of the night meanwhile stands.
    """
    now = program.now()
    day = on or now.date()
    with contextlib.suppress(Exception), database.read(program.engine) as db:
        day = on or salons_policies.today(db, slug, now) or day
    is_dry_run = dry_run or day > now.date() + _A_DAY
    found = (Finding("night_failed", {"kind": kind}),)
    report = SalonReport(salon=slug, on=day, fresh=False, findings=found, is_dry_run=is_dry_run)
    if not is_dry_run:
        try:
            _keep(program, report, going, is_done=False)
        except nightly_claims.LostTurn:
            raise
        except Exception:
            _log.error("that the night of %s failed could not be kept", slug)
    return report


def _keep(program: Program, report: SalonReport, going: Going, *, is_done: bool = True) -> None:
    """Keep the report, if the night is still ours. Raises LostTurn."""
    with database.write(program.engine) as db:
        going.hold(db)
        reports.keep(db, report, at=program.now(), is_done=is_done)


def _run(program: Program, salon: Opened, going: Going) -> SalonReport:
    """One salon's night, in the order of the journey."""
    account, found = salon.account, list(salon.why_not)
    if not salon.is_dry_run:
        found += nightly_freshness.compare(program, account, going.tell)
        nightly_keeping.end_words(program, account)
    looked, tried = _judge(program, salon, found, going.tell)
    if not salon.is_dry_run:
        dispatch.send_due(program, limit=MOST, salon=account.slug, between=going.keep)
        verify.look_due(program, limit=MOST, salon=account.slug, between=going.keep)
        # what does not hold is not pruned: a checkpoint over it would make it look whole
        found += nightly_evidence.look(program, account) or nightly_pruning.prune(
            program, account, salon.policy
        )
        nightly_packages.end(program, salon=account.slug)
        found += nightly_keeping.tidy(program, account, salon.policy)
    forecast = _forecast(program, salon, found, is_judged=looked is not None)
    with database.read(program.engine) as db:
        report = replace(_report(db, program, salon, looked, tried, found), forecast=forecast)
    if not salon.is_dry_run:
        _keep(program, report, going)
    return report


def _judge(
    program: Program, salon: Opened, found: list[Finding], progress: Progress
) -> tuple[int | None, Outlook | None]:
    """Judge where the mirror is fresh: how many were looked at (None: not judged); what a dry run came to."""
    if salon.policy is None:
        return None, None
    with database.read(program.engine) as db:
        closed = freshness.gate(db, salon.account, salon.policy, now=program.now())
    found += closed
    if closed:
        return None, None
    night = Night(program, salon.account, salon.policy, salon.on, progress)
    if salon.is_dry_run:
        outlook = nightly_judging.rehearse(night)
        return outlook.looked, outlook
    return nightly_judging.judge(night), None


def _forecast(
    program: Program, salon: Opened, found: list[Finding], *, is_judged: bool
) -> tuple[Expected, ...]:
    """What the coming nights will propose; nothing where tonight could not be judged, or nothing is to be kept."""
    if salon.policy is None or salon.is_dry_run or not is_judged:
        return ()
    forecast = nightly_forecast.of(program, salon.account, salon.policy, salon.on)
    with database.read(program.engine) as db:
        found += nightly_forecast.findings(db, salon.account, salon.policy, forecast)
    return forecast


def _report(
    db: Session,
    program: Program,
    salon: Opened,
    looked: int | None,
    tried: Outlook | None,
    found: list[Finding],
) -> SalonReport:
    account, now = salon.account, program.now()
    waiting = nightly_findings.waiting(db, account)
    proposed = [job for job in waiting if job.state is State.PROPOSED]
    stands = tried or nightly_judging.outlook(db, account, proposed)
    late = () if salon.policy is None else nightly_findings.overdue(waiting, salon.policy, now=now)
    found += nightly_findings.look(db, account, stands.proposed, late, on=salon.on, now=now, waiting=waiting)
    found += nightly_pressing.look(db, account, salon.policy, now=now)
    return SalonReport(
        salon=account.slug,
        on=salon.on,
        fresh=looked is not None,
        proposed=stands.proposed,
        held=stands.held,
        asked=stands.asked,
        findings=tuple(found),
        overdue=late,
        is_dry_run=salon.is_dry_run,
        tried=stands.tried,
        looked=looked or 0,
    )
