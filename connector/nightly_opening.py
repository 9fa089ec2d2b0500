"""One salon on one day, opened for its night: its account, its policy, and why it has none."""

from dataclasses import dataclass, field
from datetime import date

from connector import database, salons, salons_policies
from connector.program import Program
from connector.reports import Finding
from connector.salons import Account
from policies.policy import Policy
from policies.reading import PolicyErrors


@dataclass(frozen=True)
class Opened:
    """One salon on one day; `why_not` tells why it has no policy."""

    account: Account
    on: date
    policy: Policy | None
    is_dry_run: bool
    why_not: list[Finding] = field(default_factory=list)


def open_salon(program: Program, slug: str, on: date | None, dry_run: bool) -> Opened | None:
    """Open it, as of its own today unless a day is named; None where it is gone. A day to come is a dry run."""
    now = program.now()
    with database.read(program.engine) as db:
        account = salons.account(db, program.vault, slug)
        if account is None:
            return None
        try:
            today = salons_policies.today(db, slug, now) or now.date()
            day = on or today
            policy = salons_policies.in_force(db, slug, day)
        except PolicyErrors:
            return Opened(account, on or now.date(), None, dry_run, [Finding("policy_unreadable")])
    why_not = [] if policy else [Finding("no_policy", {"day": day.isoformat()})]
    return Opened(account, day, policy, dry_run or day > today, why_not)
