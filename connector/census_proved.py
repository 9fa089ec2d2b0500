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
    said, left = _said(db, account), db.exec(_erasures(account, State.BY_HAND)).all()
    if not said and not left:
        return NOTHING
    # by their keyed names: a number of a booking system that was left is nobody's in this one
    there, missing = ({account.keys.client_key(client) for client in some} for some in (listed, gone))
    still = sum(job.client_key in there for job, _ in said)
    is_open = sum(
        job.client_key not in there and mirror_unproved.is_open(db, account, client, job.client_key)
        for job, client in said
    )
    done = sum(job.client_key in missing for job in left)
    return Proved(still, len(said) - still - is_open + done, is_open)


def _erasures(account: Account, state: State) -> SelectOfScalar[Job]:
    return select(Job).where(Job.salon == account.slug, Job.kind == JobKind.ERASE, Job.state == state)


def _said(db: Session, account: Account) -> list[tuple[Job, str]]:
    """The erasures of which nothing but somebody's word is known."""
    first = (col(Look.job) == col(Job.id)) & (col(Look.round) == col(Job.round))
    rows = db.exec(
        _erasures(account, State.VERIFIED)
        .join(Look, first)
        .where(col(Look.nth) == 0, col(Look.found).in_(jobs_looks.BY_WORD), ~jobs_looked.WAS_SEEN)
    ).all()
    clients = ((job, jobs.client_of(account, job)) for job in rows)
    return [(job, client) for job, client in clients if client is not None]
