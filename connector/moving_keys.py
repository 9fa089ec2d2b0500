"""Another secret key for an installation: all that the old one opens is wrapped under the new one, or nothing is.

The salons' own keys stay what they are, and with them every hash, every sealed value, journal and evidence.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from connector import database, owners, salons
from connector.tables import Installation
from connector.vault import Vault


@dataclass(frozen=True)
class Changed:
    """How many of each were wrapped anew."""

    salons: int
    owners: int


def change(engine: sa.Engine, old: Vault, new: Vault) -> Changed:
    """Wrap everything anew in one transaction. Raises CannotOpen, and then nothing has changed."""
    with database.write(engine) as db:
        db.exec(select(Installation).with_for_update()).one()
        changed = Changed(salons.wrap_anew(db, old, new), owners.seal_anew(db, old, new))
        db.connection().execute(
            sa.update(Installation).where(col(Installation.id) == 1).values(key_check=new.check_value)
        )
    return changed
