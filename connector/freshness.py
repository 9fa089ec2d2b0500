"""Whether a salon's mirror is provably whole: what is not is neither judged, nor approved, nor erased by.

Fresh is a complete census younger than the policy's `fresh_for`, never the date of an event; and no delivery of a known
kind may lie unread. Where the policy says nothing, two days: one night may fail. Where somebody has to bring lists in,
fourteen: nobody does that every other day, and before each erasure by hand the owner looks at the client's card.
"""

from datetime import datetime

from sqlmodel import Session, col, func, select

from connector import quarantine, salons_policies
from connector.reports_findings import Finding
from connector.salons import Account
from connector.tables import Census
from policies.periods import Period
from policies.policy import Policy

#: how old a comparison may be where the policy does not say
TOLD, BROUGHT_IN = Period(days=2), Period(days=14)


def fresh_at(db: Session, salon: str) -> datetime | None:
    """When the newest walk that proves the mirror whole was finished; None where there was none."""
    newest = select(func.max(Census.finished_at)).where(
        Census.salon == salon, col(Census.finished_at).is_not(None), col(Census.finding).is_(None)
    )
    found: datetime | None = db.exec(newest).one()
    return found


def lacks_a_list(db: Session, account: Account) -> bool:
    """Whether nothing can be done before somebody brings in a list of clients: there is no interface, and none came."""
    if account.dialect.has_interface:
        return False
    walked = select(Census.id).where(Census.salon == account.slug, col(Census.finished_at).is_not(None))
    return account.awaits_list or db.exec(walked.limit(1)).first() is None


def gate(db: Session, account: Account, policy: Policy, *, now: datetime) -> list[Finding]:
    """Why the mirror cannot be trusted now; nothing where it is fresh."""
    found = []
    last = fresh_at(db, account.slug)
    if last is None:
        found.append(Finding("never_compared"))
    elif now >= _good_until(account, last, policy):
        local = last.astimezone(policy.time_zone)
        found.append(Finding("stale", {"at": f"{local:%Y-%m-%d %H:%M}"}))
    unread = sum(one.is_known_type for one in quarantine.waiting(db, account))
    if unread:
        found.append(Finding("quarantined_known", {"count": unread}))
    return found


def objection(db: Session, account: Account, *, now: datetime) -> str | None:
    """Why nothing may be destroyed now, as a word; None where the mirror is fresh."""
    newest = salons_policies.newest(db, account.slug)
    if newest is None:
        return "no_policy"
    policy = salons_policies.in_force(db, account.slug, now.astimezone(newest.time_zone).date())
    closed = gate(db, account, policy or newest, now=now)
    return closed[0].code if closed else None


def good_until(db: Session, account: Account) -> datetime | None:
    """Until when the last comparison counts as fresh, over or not; None where there was none, or there is no policy."""
    last, policy = fresh_at(db, account.slug), salons_policies.newest(db, account.slug)
    return None if last is None or policy is None else _good_until(account, last, policy)


def _good_until(account: Account, last: datetime, policy: Policy) -> datetime:
    """The period by the salon's calendar, to the same time of day."""
    local = last.astimezone(policy.time_zone)
    usual = TOLD if account.dialect.has_interface else BROUGHT_IN
    day = (policy.retention.fresh_for or usual).after(local.date())
    return datetime.combine(day, local.time(), policy.time_zone)
