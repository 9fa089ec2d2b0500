"""The freshness gate: what is not provably whole is not judged."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlmodel import Session

from connector import census, database, quarantine
from connector.program import Program
from connector.reports import Finding
from connector.salons import Account
from policies.policy import Policy

#: a night compares the lists anew where that was done longer ago than this
COMPARED_FOR = timedelta(hours=6)


def compare(program: Program, account: Account, progress: Callable[[str], None]) -> list[Finding]:
    """Walk through the booking system's list where it can be asked and that is due; what went wrong is a finding."""
    if account.base_url is None:
        return []
    with database.read(program.engine) as db:
        last = census.fresh_at(db, account.slug)
    if last is not None and last > program.now() - COMPARED_FOR:
        return []
    done = census.run(program, account.slug, on_progress=progress)
    return [] if done.finding is None else [Finding(done.finding)]


def gate(db: Session, account: Account, policy: Policy, *, now: datetime) -> list[Finding]:
    """Why the salon cannot be judged now; nothing where its mirror is fresh.

    Fresh is a complete census younger than the policy's `fresh_for`, never the date of an event; and no
    delivery of a known kind may lie unread.
    """
    found = []
    last = census.fresh_at(db, account.slug)
    if last is None:
        found.append(Finding("never_compared"))
    elif now >= _good_until(last, policy):
        local = last.astimezone(policy.time_zone)
        found.append(Finding("stale", {"at": f"{local:%Y-%m-%d %H:%M}"}))
    unread = sum(one.is_known_type for one in quarantine.waiting(db, account))
    if unread:
        found.append(Finding("quarantined_known", {"count": unread}))
    return found


def _good_until(last: datetime, policy: Policy) -> datetime:
    """The period by the salon's calendar, to the same time of day."""
    local = last.astimezone(policy.time_zone)
    day = policy.retention.fresh_for.after(local.date())
    return datetime.combine(day, local.time(), policy.time_zone)
