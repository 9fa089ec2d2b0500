"""What a whole list of clients shows of those who are said to be erased, or are to be erased by hand: counted, once."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from connector import jobs, jobs_looked, jobs_looks, mirror_unproved
from connector.salons import Account
from connector.states import State
from connector.tables import Job, Look
from policies.decisions import JobKind


@dataclass(frozen=True)
class Proved:
    """How many the list still has who are said to be erased, how many it proves to be gone, and of how many neither.

    Of these somebody of the same name is on it.
    """

    there: int = 0
    gone: int = 0
    open: int = 0


NOTHING = Proved()


def count(db: Session, account: Account, *, listed: Collection[str], gone: Collection[str]) -> Proved:
    """Count them, once the list is taken in and before the looks: `gone` are those whom it has not any more."""
    found = Proved()
    for job, client in _said(db, account):
        if client in listed:
            found = Proved(found.there + 1, found.gone, found.open)
        elif mirror_unproved.is_open(db, account, client, job.client_key):
            found = Proved(found.there, found.gone, found.open + 1)
        else:
            found = Proved(found.there, found.gone + 1, found.open)
    left = set(gone)
    done = sum(jobs.client_of(account, job) in left for job in db.exec(_erasures(account, State.BY_HAND)))
    return Proved(found.there, found.gone + done, found.open)


def _erasures(account: Account, state: State) -> SelectOfScalar[Job]:
    return select(Job).where(Job.salon == account.slug, Job.kind == JobKind.ERASE, Job.state == state)


def _said(db: Session, account: Account) -> list[tuple[Job, str]]:
    """The erasures of which nothing but somebody's word is known."""
    first = (col(Look.job) == col(Job.id)) & (col(Look.round) == col(Job.round))
    rows = db.exec(
        _erasures(account, State.VERIFIED)
        .join(Look, first)
        .where(col(Look.nth) == 0, col(Look.found).in_(jobs_looks.BY_WORD))
    ).all()
    proved = select(Look.job, Look.round).where(
        Look.salon == account.slug,
        Look.grade == jobs_looked.PROVED,
        col(Look.job).in_([job.id for job in rows]),
    )
    shown = set(db.exec(proved).all())
    clients = ((job, jobs.client_of(account, job)) for job in rows if (job.id, job.round) not in shown)
    return [(job, client) for job, client in clients if client is not None]
