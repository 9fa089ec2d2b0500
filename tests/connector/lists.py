"""A salon whose booking system has no interface: its lists, and what became of them."""

from collections.abc import Collection, Iterable
from uuid import UUID

from connector import (
    approvals,
    census_file,
    database,
    dispatch,
    jobs,
    nightly,
    salons,
    salons_policies,
    spreadsheets,
)
from connector.census_despite import Word
from connector.census_file_taken import Taken
from connector.program import Program
from connector.salons import Account
from connector.states import WAITING
from tests.conftest import LIBRARY
from webhooks.imports import columns, people
from webhooks.imports.days import Calendar
from webhooks.imports.fields import Kind

#: three who have not been there for years
GONE = [f"{number};Vanha {number};040 555000{number};;1.2.2015;" for number in (81, 82, 83)]
HEADER = "Asiakasnumero;Nimi;Puhelin;Sähköposti;Viimeisin käynti;Markkinointilupa"


def by_hand(program: Program, slug: str) -> Account:
    """A salon on a booking system without an interface."""
    with database.write(program.engine) as db:
        policy = (LIBRARY / "yearly_purge.toml").read_bytes()
        salons.add(db, program.vault, slug, dialect="by_hand", policy=policy, now=program.now())
        account = salons.account(db, program.vault, slug)
    assert account is not None
    return account


def bring(
    program: Program,
    account: Account,
    *lines: str,
    kind: Kind | None = None,
    despite: Collection[str | Word] = (),
) -> Taken:
    """Bring in a list of these lines, the first of which is its header."""
    return bring_file(program, account, "\r\n".join(lines).encode(), kind=kind, despite=despite)


def bring_file(
    program: Program,
    account: Account,
    data: bytes,
    *,
    kind: Kind | None = None,
    despite: Collection[str | Word] = (),
) -> Taken:
    """Bring in a file."""
    sheet = spreadsheets.sheet_of(data)
    of = kind or columns.kind_of(sheet)
    found = columns.guess(sheet, of)
    with database.read(program.engine) as db:
        policy = salons_policies.newest(db, account.slug)
    assert policy is not None
    words = [Word(one) if isinstance(one, str) else one for one in despite]
    read = people.read(sheet, found, of, Calendar.at(program.now(), policy.time_zone))
    return census_file.take(program, account, of, found, read, zone=policy.time_zone, despite=words)


def clients(numbers: Iterable[int], *, last_visit: str = "1.9.2026", plus: int = 0) -> list[str]:
    """A list of these clients; the same people in another system have numbers that are so much higher."""
    rows = [
        f"{number + plus};Asiakas {number};040 {number:07};a{number}@salonki.example;{last_visit};kyllä"
        for number in numbers
    ]
    return [HEADER, *rows]


def to_be_done(program: Program, account: Account, owner: UUID) -> int:
    """A night, and the owner's word on all that it proposed; give how much of it is to be done by hand."""
    nightly.run(program, salon=account.slug)
    with database.write(program.engine) as db:
        listed = jobs.listed(db, account, WAITING)
        seen, wanted = approvals.group_digest(listed), [one.job for one in listed]
        approvals.approve(db, account, wanted, seen=seen, owner=owner, now=program.now(), second=True)
    return dispatch.send_due(program, limit=len(wanted))["by_hand"]


def states(program: Program, account: Account) -> list[str]:
    """Where each job stands, in order."""
    with database.read(program.engine) as db:
        return sorted(one.state.value for one in jobs.listed(db, account))
