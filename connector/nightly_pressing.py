"""What a night tells of that has a deadline in law: requests, breaches; and of letters that could not be sent."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlmodel import Session

from connector import jobs_requests, letters_due, mirror_incidents
from connector.reports import Finding
from connector.salons import Account
from policies.deadlines import notify_by, second_notice_by
from policies.policy import Policy


def look(db: Session, account: Account, policy: Policy | None, *, now: datetime) -> list[Finding]:
    """Findings on what must be answered or told by a day; nothing is counted where no policy says where days begin."""
    found = [*_requests(db, account, policy, now), *_breaches(db, account, policy, now)] if policy else []
    if unsent := letters_due.unsent(db, account.slug, now=now):
        found.append(Finding("mail_unsent", {"count": unsent}))
    return found


def _requests(db: Session, account: Account, policy: Policy, now: datetime) -> Iterator[Finding]:
    pressing = jobs_requests.pressing(db, account, policy, now=now)
    if pressing.over:
        yield Finding("request_overdue", {"count": len(pressing.over)})
    if pressing.ending:
        first = min(jobs_requests.last_day(one, policy) for one in pressing.ending)
        yield Finding("request_due", {"count": len(pressing.ending), "day": first.isoformat()})


def _breaches(db: Session, account: Account, policy: Policy, now: datetime) -> Iterator[Finding]:
    told = mirror_incidents.lately(db, account, now=now)
    if pressing := [end for one in told if (end := notify_by(one.discovered_at)) > now]:
        at = min(pressing).astimezone(policy.time_zone)
        yield Finding("breach", {"count": len(pressing), "at": f"{at:%Y-%m-%d %H:%M}"})
    within = policy.breach.second_notice_within
    notices = [second_notice_by(_day(one.discovered_at, policy), within) for one in told]
    if ahead := [day for day in notices if day >= _day(now, policy)]:
        yield Finding("breach_notice", {"day": min(ahead).isoformat()})


def _day(at: datetime, policy: Policy) -> date:
    return at.astimezone(policy.time_zone).date()
