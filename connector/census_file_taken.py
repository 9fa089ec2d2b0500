"""A list that is being taken in, whatever it is of: its rows on their way to the mirror, and what became of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import Session

from connector import census_despite, evidence, imports_remembered
from connector.census_despite import Word
from connector.census_doubts import Doubt
from connector.census_let_in import TOGETHER, let_in
from connector.census_proved import NOTHING, Proved
from connector.program import Program
from connector.salons import Account
from connector.sealed_cards import Kept
from webhooks.events import ClientTold
from webhooks.imports.columns import Column
from webhooks.imports.fields import Field, Kind
from webhooks.imports.people import Read, Refused
from webhooks.imports.row_reader import Person

#: why a list proves nothing yet
NO_VISITS = "no_visits"
#: why nothing was taken of a list of visits
NONE_CLEAR = "none_clear"


@dataclass(frozen=True)
class Taken:
    """What became of a list. `missing` of `register` clients are not on it; `doubtful` of them may be under another id.

    `later`: of how many clients the last visit, or another sign of life, is later than before. `proved`: what it shows
    of those who are said to be erased.

    `doubts`: why it was not taken. `overruled`: those on which somebody gave a word that holds.
    `are_owners_noes`: that marketing is off on it is no client's own no, by such a word.

    `finding`: the first of the `doubts`, or none_clear (nothing was taken), no_visits (nobody can fall due), or None.
    """

    kind: Kind
    seen: int = 0
    new: int = 0
    changed: int = 0
    vanished: int = 0
    refused: tuple[Refused, ...] = ()
    finding: str | None = None
    missing: int = 0
    register: int = 0
    doubtful: int = 0
    later: int = 0
    proved: Proved = NOTHING
    doubts: tuple[Doubt, ...] = ()
    overruled: tuple[Doubt, ...] = ()
    are_owners_noes: bool = False

    @property
    def is_taken(self) -> bool:
        """Whether anything of it was."""
        return not self.doubts and self.finding != NONE_CLEAR


@dataclass(frozen=True)
class Incoming:
    """A list that is being taken in, the cards by which its people are found, and what was said of doubts about it."""

    program: Program
    account: Account
    kind: Kind
    columns: tuple[Column, ...]
    read: Read
    zone: ZoneInfo
    now: datetime
    on_progress: Callable[[str], None]
    known: dict[str, Kept]
    despite: tuple[Word, ...] = ()
    owner: UUID | None = None

    @property
    def today(self) -> date:
        """The salon's own day."""
        return self.now.astimezone(self.zone).date()

    @property
    def has_visits(self) -> bool:
        """Whether it says itself when its clients were last there: in a column that is not empty all the way down."""
        return self.has_column(Field.LAST_VISIT) and any(person.at is not None for person in self.everybody)

    @property
    def unread(self) -> list[Person]:
        """Whom the rows are about that were refused, as far as that is known."""
        return [row.person for row in self.read.refused if row.person is not None]

    @property
    def everybody(self) -> list[Person]:
        """Everybody whom a row is about, as far as that is known; of refused rows, too."""
        return [*self.read.people, *self.unread]

    def has_column(self, field: Field) -> bool:
        """Whether a column of it says this."""
        return any(column.field is field for column in self.columns)


def judged(one: Incoming, taken: Taken, doubts: Iterable[Doubt]) -> Taken:
    """`taken` with these doubts about it, and what was said of them; nothing of it is to be taken where one is left."""
    left, overruled = census_despite.settled(doubts, one.despite)
    return replace(taken, doubts=left, overruled=overruled, finding=left[0].finding if left else None)


def let_all_in(one: Incoming, told: list[ClientTold], taken: Taken, walk: UUID) -> Taken:
    """Everything that the list tells, batch by batch; `taken` with what was new and what changed."""
    new = changed = later = 0
    for start in range(0, len(told), TOGETHER):
        batch = told[start : start + TOGETHER]
        applied = let_in(one.program, one.account, batch, walk, now=one.now)
        new, changed, later = new + applied.new, changed + applied.changed, later + applied.later
        one.on_progress(f"{start + len(batch)} of {len(told)} clients taken in")
    return replace(taken, new=new, changed=changed, later=later)


def remember(db: Session, one: Incoming, taken: Taken) -> None:
    """Keep what its columns are for the next list; its numbers, and who overruled what, as a line of evidence."""
    imports_remembered.remember(db, one.account, one.kind, one.columns, now=one.now)
    line: dict[str, object] = {
        "what": "list",
        "kind": one.kind.value,
        "seen": taken.seen,
        "new": taken.new,
        "changed": taken.changed,
        "vanished": taken.vanished,
        "refused": len(taken.refused),
        "later": taken.later,
        "still_there": taken.proved.there,
        "proved_gone": taken.proved.gone,
        "overruled": {doubt.finding: [doubt.count, doubt.of] for doubt in taken.overruled},
    }
    if taken.are_owners_noes:
        line["noes"] = "owners"
    if one.owner is not None:
        line["owner"] = str(one.owner)
    evidence.append(db, one.account, line, now=one.now)
