"""Finding a client by what an owner types: the booking system's id, a phone number, an e-mail address; a name if kept.

What is typed is turned into blind indexes as `contacts` does when it is told of, and is kept nowhere. One contact
point may be that of several (mother and son share a phone): all of them are given, and nobody is chosen. A whole name,
the family name first or last, finds those of whom a sealed card is kept: whoever gave neither number nor address has
nothing else to be found by.
"""

import sqlalchemy as sa
from sqlmodel import Session

from connector import facts_group, sealed_cards
from connector.salons import Account

#: as long as the longest id that the mirror holds
LONGEST = 256
#: one after the other: in a join SQLite walks through all contact points of the salon
_UNDER = sa.text('SELECT client FROM contact WHERE salon = :salon AND "index" IN :indexes').bindparams(
    sa.bindparam("indexes", expanding=True)
)
_NAMED = sa.text("SELECT client FROM card WHERE salon = :salon AND by_name IN :marks").bindparams(
    sa.bindparam("marks", expanding=True)
)
_LIVING = sa.text("SELECT client FROM client WHERE salon = :salon AND client IN :clients").bindparams(
    sa.bindparam("clients", expanding=True)
)
_EVER = sa.text(
    "SELECT 1 FROM client WHERE salon = :salon AND client = :client"
    " UNION SELECT 1 FROM merge WHERE salon = :salon AND client = :client"
    " UNION SELECT 1 FROM tombstone WHERE salon = :salon AND client_key = :key"
    " UNION SELECT 1 FROM job WHERE salon = :salon AND client_key = :key"
)


def find(db: Session, account: Account, typed: str) -> list[str]:
    """The ids under which everybody goes on who has this id, number, address or name; in order, each once.

    Somebody erased is found by the id alone: of an erased client's contact points only the noes are left.
    """
    text = typed.strip()
    if not text or len(text) > LONGEST or not text.isprintable():
        return []
    found = {text} if is_known(db, account, text) else set()
    found |= _living(db, account, text)
    return sorted({group.root for group in facts_group.read_all(db, account.slug, found).values()})


def is_known(db: Session, account: Account, client: str) -> bool:
    """Whether anything was ever told of a client of this id, or done about one."""
    key = account.keys.client_key(client)
    parameters = {"salon": account.slug, "client": client, "key": key}
    return db.connection().execute(_EVER, parameters).first() is not None


def _living(db: Session, account: Account, text: str) -> set[str]:
    """The clients who are there, and have this contact point, or this name on their card."""
    under = _UNDER, {"salon": account.slug, "indexes": _indexes(account, text)}
    named = {"salon": account.slug, "marks": sorted(sealed_cards.as_typed(account, text))}
    found = set(db.connection().execute(*under).scalars())
    clients = sorted(found | set(db.connection().execute(_NAMED, named).scalars()))
    living = _LIVING, {"salon": account.slug, "clients": clients}
    return set(db.connection().execute(*living).scalars()) if clients else set()


def _indexes(account: Account, text: str) -> list[str]:
    """Every index that the text could stand under."""
    return [index for index in (account.keys.email_index(text), account.keys.phone_index(text)) if index]
