"""A salon whose owners are written to, and what is pressing there: requests, breaches, the week."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from sqlmodel import Session

from connector import jobs_requests, mirror_incidents, salons, salons_policies
from connector.letters_due import Reader
from connector.mirror_incidents import Incident
from connector.program import Program
from connector.salons import Account
from policies.policy import Policy

#: Monday, after the night and before the first customer
WEEKDAY, HOUR = 0, time(8)
#: a breach that was reported longer ago is told to nobody who came since
TOLD_FOR = timedelta(days=14)


@dataclass(frozen=True)
class Writing:
    """A salon at a moment; its days begin where its policy says."""

    account: Account
    policy: Policy
    now: datetime

    @property
    def local(self) -> datetime:
        """The moment as its clocks show it."""
        return self.now.astimezone(self.policy.time_zone)

    def name(self, given: str) -> str:
        """What names a request or a breach in our own table: nothing that its id might tell."""
        return self.account.keys.client_key(given)


def of(db: Session, program: Program, slug: str) -> Writing | None:
    """A salon as it stands now; None where it has no policy, and so no days."""
    account = salons.account(db, program.vault, slug)
    policy = salons_policies.newest(db, slug)
    return None if account is None or policy is None else Writing(account, policy, program.now())


def told_of(db: Session, salon: Writing, readers: list[Reader]) -> Iterator[tuple[UUID, str, str]]:
    """Everything that the owners of a salon are to have been told of by now: owner, kind, about."""
    requests = jobs_requests.pressing(db, salon.account, salon.policy, now=salon.now)
    pressing = [
        *(("deadline", salon.name(one.request)) for one in requests.ending),
        *(("overdue", salon.name(one.request)) for one in requests.over),
        *(("breach", salon.name(one.incident)) for one in breaches(db, salon)),
    ]
    week = _week(salon.local)
    for reader in readers:
        if week is not None and reader.takes_weekly:
            yield reader.owner, "weekly", week
        for kind, about in pressing:
            yield reader.owner, kind, about


def breaches(db: Session, salon: Writing) -> list[Incident]:
    """Breaches that were reported lately."""
    told = mirror_incidents.lately(db, salon.account, now=salon.now)
    return [one for one in told if one.told_at > salon.now - TOLD_FOR]


def _week(local: datetime) -> str | None:
    """This week's name, once its letter's hour has come."""
    if local.weekday() == WEEKDAY and local.time() < HOUR:
        return None
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02d}"
