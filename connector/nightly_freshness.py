"""The list is walked through where that is due, so that a night judges what is provably whole."""

from collections.abc import Callable
from datetime import timedelta

from connector import census, census_rows, database, freshness
from connector.program import Program
from connector.reports import Finding
from connector.salons import Account

#: a night compares the lists anew where that was done longer ago than this
COMPARED_FOR = timedelta(hours=6)


def compare(program: Program, account: Account, progress: Callable[[str], None]) -> list[Finding]:
    """Walk through the booking system's list where it can be asked and that is due; what went wrong is a finding."""
    if not account.dialect.has_interface:
        with database.read(program.engine) as db:
            return (
                [Finding("no_visits")] if census_rows.newest_finding(db, account.slug) == "no_visits" else []
            )
    if account.base_url is None:
        return []
    with database.read(program.engine) as db:
        last = freshness.fresh_at(db, account.slug)
    if last is not None and last > program.now() - COMPARED_FOR:
        return []
    done = census.run(program, account.slug, on_progress=progress)
    return [] if done.finding is None else [Finding(done.finding)]
