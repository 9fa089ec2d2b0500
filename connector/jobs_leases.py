"""Whether a worker may still be at a job: where certainly none is, the leases of dead ones end before their time.

On SQLite all workers are processes of one machine. Whoever is at a job holds a shared lock on a file beside the
database meanwhile; the kernel takes it back when a process ends, in whatever way, and not while it is only stopped.
Who gets that lock for itself alone knows that nobody is at a job anywhere. On PostgreSQL workers may be anywhere, and
a broken connection proves no death: there a lease runs out by itself.
"""

import contextlib
import fcntl
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO

import sqlalchemy as sa
from sqlmodel import col

from connector import database, database_errors
from connector.states import State
from connector.tables import Job


@contextlib.contextmanager
def held(engine: sa.Engine) -> Iterator[None]:
    """Be at a job: every lease is taken, kept and given back within this."""
    with _opened(engine) as lock:
        if lock is not None:
            fcntl.flock(lock, fcntl.LOCK_SH)
        yield


def end_of_the_dead(engine: sa.Engine, *, now: datetime) -> int:
    """End every lease that still runs, where certainly nobody is at a job; give how many.

    Such jobs are taken over as if the lease had run out: looked up first where a call may have gone out.
    """
    running = (col(Job.state) == State.SENDING, col(Job.lease_until) > now)
    with _opened(engine) as lock:
        if lock is None:
            return 0
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return 0
        with database.write(engine) as db:
            return db.connection().execute(sa.update(Job).where(*running).values(lease_until=now)).rowcount


def _opened(engine: sa.Engine) -> contextlib.AbstractContextManager[IO[bytes] | None]:
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return contextlib.nullcontext()
    file = Path(path).resolve()  # the same for all, whatever name each has for it
    try:
        return file.with_name(f"{file.name}.workers").open("ab")
    except OSError:
        raise database_errors.away("the folder of the database cannot be written") from None
