"""What happens to who may give the word is told in evidence: invited, added, ended, a lost phone, another code app.

By their ids alone, in the chain of every salon that the person speaks for: whoever reads an approval there can see
whether its owner had just got another phone.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Session, col, select

from connector import evidence, salons
from connector.salons import Account
from connector.tables import Ownership
from connector.vault import Vault


class Told(StrEnum):
    """What became of a person's right, or of their way in."""

    INVITED = "invited"
    ADDED = "added"
    ENDED = "ended"
    RECOVERED = "recovered"
    NEW_APP = "new_app"
    RESET = "reset"


def at(
    db: Session, account: Account, person: UUID, what: Told, *, by: UUID | None = None, now: datetime
) -> None:
    """One line in one salon's chain; `by` is the owner who did it, None whoever runs Ovikello."""
    line = {"what": "owner", "person": str(person), "to": what.value}
    line |= {"word": "command"} if by is None else {"word": "owner", "owner": str(by)}
    evidence.append(db, account, line, now=now)


def everywhere(
    db: Session, vault: Vault, person: UUID, what: Told, *, by: UUID | None = None, now: datetime
) -> None:
    """One line in the chain of each salon that the person speaks for."""
    for account in _accounts(db, vault, person):
        at(db, account, person, what, by=by, now=now)


def _accounts(db: Session, vault: Vault, person: UUID) -> Iterable[Account]:
    """In the order of their names: two who append to several chains never wait for each other."""
    mine = select(Ownership.salon).where(Ownership.owner == person).order_by(col(Ownership.salon))
    found = [salons.account(db, vault, slug) for slug in db.exec(mine).all()]
    return [account for account in found if account is not None]
