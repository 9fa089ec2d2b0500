"""What the coming nights will propose, as far as it follows from what is known tonight.

A yearly purge takes many at once, and everybody knew: a night over the mass limit needs its second confirmation only
where it is more than was forecast too (policy-file.md, `mass_limit`). What makes it more (events, a policy that was
changed, a mirror that went wrong since) was not known when the forecast was made and told.
"""

import itertools
import json
from datetime import date, timedelta

from sqlmodel import Session, col, select

from connector import database, facts, jobs, plan, salons_policies
from connector.program import Program
from connector.reports import Expected, Finding
from connector.salons import Account
from connector.tables import Night
from policies.policy import Policy

#: nights ahead: one that is missed over a long weekend leaves the forecast good
NIGHTS = 3


def of(program: Program, account: Account, policy: Policy, on: date) -> tuple[Expected, ...]:
    """For each of the next nights, how many clients will be proposed by then that do not stand proposed tonight.

    It ends where another policy comes into force: what a new file does is not taken as known before it has begun.
    """
    days = [on + timedelta(days=number) for number in range(1, NIGHTS + 1)]
    with database.read(program.engine) as db:
        days = _under(db, account, policy, days)
        if not days or not plan.count_due(db, account.slug, days[-1]):
            return tuple(Expected(day, 0, policy.digest) for day in days)
        standing = jobs.destructive_standing(db, account, policy.digest, now=program.now())
    return tuple(
        Expected(day, _count(program, account, policy, day, standing), policy.digest) for day in days
    )


def told(db: Session, slug: str, policy_digest: str, on: date) -> int:
    """How many the last night that told of a day said there would be on it, under this policy; 0 where none did."""
    reports = db.exec(
        select(Night.report)
        .where(Night.salon == slug, Night.on < on, Night.on >= on - timedelta(days=NIGHTS))
        .where(col(Night.report).is_not(None))
        .order_by(col(Night.on).desc())
    )
    said = [one for report in reports for one in json.loads(report or "{}").get("forecast", [])]
    newest = next((one for one in said if one["on"] == on.isoformat()), None)
    return int(newest["clients"]) if newest is not None and newest["policy"] == policy_digest else 0


def findings(db: Session, account: Account, policy: Policy, forecast: tuple[Expected, ...]) -> list[Finding]:
    """The first night ahead that will be over the mass limit: told while there is time to look."""
    if not any(one.clients for one in forecast):
        return []
    register = facts.register_size(db, account.slug)
    for one in forecast:
        if one.clients > policy.approval.mass_limit * register:
            day = one.on.isoformat()
            return [Finding("mass_ahead", {"day": day, "count": one.clients, "register": register})]
    return []


def _under(db: Session, account: Account, policy: Policy, days: list[date]) -> list[date]:
    """The days before another policy comes into force; one that does so by the last day is in force on it."""

    def is_still(day: date) -> bool:
        then = salons_policies.in_force(db, account.slug, day)
        return then is not None and then.digest == policy.digest

    return days if is_still(days[-1]) else list(itertools.takewhile(is_still, days))


def _count(program: Program, account: Account, policy: Policy, day: date, standing: set[str]) -> int:
    clients, after = set[str](), None
    while True:
        with database.read(program.engine) as db:
            counted = plan.count_destructive(db, account, policy, day, after=after, known=standing)
        clients |= counted.clients
        after = counted.ended_at
        if after is None:
            return len(clients)
