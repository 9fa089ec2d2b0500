"""What a restore has opened again is shut: log-ins, invitations, and the links to copies and lists of clients.

Since the backup any of them may have ended: by a log-out, by hand, by its last opening. Nothing in the database tells.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import exports_endings, instructions
from connector.salons import Account
from connector.tables import Invitation, LoginSession, Ownership


def shut(db: Session, account: Account, *, now: datetime) -> None:
    """Whoever speaks for the salon logs in anew; its owners invite anew, and make copies anew."""
    speaks = select(Ownership.owner).where(Ownership.salon == account.slug)
    db.connection().execute(sa.delete(LoginSession).where(col(LoginSession.owner).in_(speaks)))
    offers = (col(Invitation.salon) == account.slug) & col(Invitation.used_at).is_(None)
    db.connection().execute(sa.update(Invitation).where(offers).values(used_at=now))
    exports_endings.end_all(db, account, "restored", now=now)
    instructions.end_all(db, account, "restored", now=now)
