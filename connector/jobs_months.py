"""How much there was to do in each month: requests that customers made, and jobs that were proposed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector.jobs_looked import WAS_SEEN
from connector.mirror_registers import at_of, load
from connector.states import State
from connector.tables import Entry, Job, UtcDateTime
from policies.decisions import JobKind
from policies.periods import Period

_A_MONTH = Period(months=1)
#: jobs that came to nothing before anybody saw to them
_NOTHING = {State.WITHDRAWN, State.EXPIRED}
_STATES = [state for state in State if state not in _NOTHING]
#: by the index on (salon, state, proposed_at), which holds all that is counted
_JOBS = sa.text(
    "SELECT COUNT(*) FROM job WHERE salon = :salon AND state IN :states"
    " AND proposed_at >= :begins AND proposed_at < :ends"
).bindparams(
    sa.bindparam("states", expanding=True),
    sa.bindparam("begins", type_=UtcDateTime()),
    sa.bindparam("ends", type_=UtcDateTime()),
)


@dataclass(frozen=True)
class Month:
    """One month: its first day, how many requests came in it, and how many jobs were proposed."""

    first: date
    requests: int
    jobs: int


def last(db: Session, slug: str, today: date, zone: tzinfo, *, count: int = 12) -> list[Month]:
    """The last months, this one the last of them.

    Of somebody who was erased at their own request the request went with them: the job that carried it out stands
    for it.
    """
    firsts = [Period(months=back).before(today.replace(day=1)) for back in range(count - 1, -1, -1)]
    since = _begins(firsts[0], zone)
    days = [at.astimezone(zone).date() for at in (*_requests(db, slug), *_carried_out(db, slug, since))]
    return [Month(first, _within(days, first), _jobs(db, slug, first, zone)) for first in firsts]


def _begins(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _within(days: Iterable[date], first: date) -> int:
    return sum(first <= day < _A_MONTH.after(first) for day in days)


def _jobs(db: Session, slug: str, first: date, zone: tzinfo) -> int:
    period = {"begins": _begins(first, zone), "ends": _begins(_A_MONTH.after(first), zone)}
    return int(db.connection().execute(_JOBS, {"salon": slug, "states": _STATES, **period}).scalar_one())


def _requests(db: Session, slug: str) -> list[datetime]:
    """When each request came that is still known."""
    rows: Sequence[str] = db.exec(
        select(Entry.facts).where(Entry.salon == slug, Entry.kind == "request")
    ).all()
    return [at_of(load(row)["received_at"][0]) for row in rows]


def _carried_out(db: Session, slug: str, since: datetime) -> Sequence[datetime]:
    """When the erasures were proposed that were asked for and done."""
    return db.exec(
        select(Job.proposed_at).where(
            Job.salon == slug,
            Job.state == State.VERIFIED,
            col(Job.proposed_at) >= since,
            Job.kind == JobKind.ERASE,
            col(Job.because).contains('"erasure_requested"'),
        )
    ).all()


def erased(db: Session, slug: str, since: datetime, until: datetime) -> int:
    """How many erasures came to their end in that time, and were seen to be done."""
    done = select(sa.func.count()).where(
        Job.salon == slug,
        Job.state == State.VERIFIED,
        col(Job.moved_at) >= since,
        col(Job.moved_at) < until,
        col(Job.kind).in_([kind for kind in JobKind if kind.is_destructive]),
        WAS_SEEN,
    )
    return db.exec(done).one()
