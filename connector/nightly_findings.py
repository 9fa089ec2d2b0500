"""What a night has to tell of a salon besides what it judged."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlmodel import Session

from connector import census_rows, facts, holds, instructions_kept, jobs, mirror_returned, quarantine
from connector.jobs import Listed
from connector.reports import Finding
from connector.salons import Account
from connector.states import State
from connector.tables import Salon
from policies.policy import Policy

A_DAY = timedelta(days=1)
#: for so long it is said that the old booking system's copy has to go
_REMINDED = timedelta(days=30)
#: states in which something destructive waits for somebody, or did not come to its end
_WAITS = (
    State.PROPOSED,
    State.APPROVED,
    State.BY_HAND,
    State.UNKNOWN,
    State.SENT,
    State.PENDING,
    State.STUCK,
)
#: reasons for being stuck that leave open whether it was done
_UNKNOWN = frozenset({"never_answered", "cannot_look"})


def waiting(db: Session, account: Account) -> list[Listed]:
    """Every job that waits for somebody or has not come to its end, read once for all that is told of them."""
    return jobs.listed(db, account, _WAITS)


def overdue(waiting: Iterable[Listed], policy: Policy, *, now: datetime) -> tuple[Listed, ...]:
    """Destructive jobs that have waited for longer than a word would be good for: their data should be gone."""
    return tuple(
        job for job in waiting if job.kind.is_destructive and jobs.expiry(policy, job.proposed_at) <= now
    )


def look(
    db: Session,
    account: Account,
    proposed: Sequence[Listed],
    late: Sequence[Listed],
    *,
    on: date,
    now: datetime,
    waiting: Iterable[Listed] = (),
) -> list[Finding]:
    """Findings on jobs, holds, deliveries and those who came back."""
    found = [*_of_jobs(db, account, proposed, waiting, late), *_of_holds(db, account, on)]
    if unread := sum(not one.is_known_type for one in quarantine.waiting(db, account)):
        found.append(Finding("quarantined", {"count": unread}))
    if telling := census_rows.telling_ids(db, account.slug):
        found.append(Finding("telling_ids", {"count": telling}))
    if back := mirror_returned.listed(db, account):
        known = tuple(sorted(one.client for one in back if one.client is not None))
        found.append(Finding("came_back", {"count": len(back)}, known))
    if again := mirror_returned.found_again(db, account, since=on - A_DAY):
        found.append(Finding("found_again", {"count": again}))
    if account.moved_at is not None and account.moved_at > now - _REMINDED:
        found.append(Finding("moved_away", {"day": account.moved_at.date().isoformat()}))
    salon = db.get(Salon, account.slug)
    is_sent_to = bool(
        account.dialect.types
    )  # else it knows of no message, and whoever sends one is a stranger
    if is_sent_to and salon is not None and salon.refused_at and salon.refused_at > now - A_DAY:
        found.append(Finding("refused_deliveries"))
    return found


def _of_jobs(
    db: Session,
    account: Account,
    proposed: Sequence[Listed],
    waiting: Iterable[Listed],
    late: Sequence[Listed],
) -> list[Finding]:
    found = []
    if over := [job for job in proposed if job.over_limit]:
        register = facts.register_size(db, account.slug)
        over_clients = _clients(over)
        found.append(Finding("over_limit", {"count": len(over_clients), "register": register}, over_clients))
    sorts: dict[str, list[Listed]] = {"unknown": [], "stuck": [], "by_hand": [], "with_maker": []}
    these_wait = list(waiting)
    is_by_hand = any(job.state is State.BY_HAND for job in these_wait)
    with_maker = instructions_kept.tasks_in_open(db, account, only_sent=True) if is_by_hand else set()
    for job in these_wait:
        if job.state is State.BY_HAND:
            sorts["with_maker" if job.job in with_maker else "by_hand"].append(job)
        elif job.state is State.STUCK:
            sorts["unknown" if job.reason in _UNKNOWN else "stuck"].append(job)
    for code, these in sorts.items():
        if these:
            found.append(Finding(code, {"count": len(these)}, _clients(these)))
    if late:
        found.append(Finding("overdue", {"count": len(late)}, _clients(late)))
    return found


def _of_holds(db: Session, account: Account, on: date) -> list[Finding]:
    """The holds by hand whose day of review has come: they hold on, until somebody looks."""
    held = holds.to_review(db, account.slug, on)
    clients = tuple(sorted({hold.client for hold in held}))
    return [Finding("hold_review", {"count": len(held)}, clients)] if held else []


def _clients(these: Sequence[Listed]) -> tuple[str, ...]:
    return tuple(sorted({job.client for job in these if job.client is not None}))
