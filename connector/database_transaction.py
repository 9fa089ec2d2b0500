"""What a step is handed: a session on a transaction that is open already, and that it may not commit."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import SessionTransaction
from sqlmodel import Session


class Transaction(Session):
    """The session that steps are handed: a view on one connection whose transaction is open already.

    A session asks itself at every `connection()` which one is meant, and makes states and snapshots for that; here
    there is one. Whoever uses no more than the connection pays for no more: the rest is made when it is first used.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self._open = connection
        self._is_whole = False

    def __getattr__(self, name: str) -> Any:
        """What only a whole session has: be one from now on."""
        if self._is_whole:
            raise AttributeError(name)
        self._is_whole = True
        super().__init__(self._open, expire_on_commit=False)
        return getattr(self, name)

    def settle(self) -> None:
        """Write what rows were changed as objects, and know nothing of them any more."""
        if self._is_whole:
            self.flush()
            self.expunge_all()

    def close(self) -> None:
        """End what was begun of a session."""
        if self._is_whole:
            super().close()

    def connection(self, *_: object, **__: object) -> sa.Connection:
        """The connection."""
        return self._open

    def begin_nested(self) -> SessionTransaction:
        """A part that can be taken back by itself; a session begins one on its connection only once it asks for it."""
        nested = super().begin_nested()
        super().connection()
        return nested

    def rollback(self) -> None:
        """Take back what this transaction did so far, through the session or the connection."""
        super().rollback()
        if (transaction := self._open.get_transaction()) is not None:
            transaction.rollback()
