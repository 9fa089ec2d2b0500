"""Every state of the mail settings: letters that arrive, one that could not be sent, none yet, no mail at all."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from connector import database, letters_due
from connector.letters_due import Due
from connector.program import Program
from tests.connector.console.place import Place
from tests.connector.console.visitor import Person

_PAGE = "/settings/mail"
_WELL, _BROKEN = "hyva", "rikki"


def taken(letter: EmailMessage) -> None:
    """A mail server that takes every letter."""
    del letter


def mail(program: Program, owner: Person, now: datetime) -> list[Place]:
    """One salon's letters arrive, another's do not, and a third has not been written to."""
    for salon, why in ((_WELL, None), (_BROKEN, "no_answer")):
        due = Due(owner.id, salon, "weekly", ("2026-W48",))
        with database.write(program.engine) as db:
            letters_due.make(db, due.salon, due.owner, due.kind, due.about, now=now - timedelta(hours=3))
            if why is None:
                letters_due.sent(db, due, now=now - timedelta(hours=3))
            else:
                letters_due.failed(db, due, why, now=now)
    return [
        Place("mail", _PAGE, _WELL),
        Place("mail-kept", f"{_PAGE}?told=kept", _WELL),
        Place("mail-failed", _PAGE, _BROKEN),
        Place("mail-tried", f"{_PAGE}?told=no_answer", _BROKEN),
        Place("mail-none-yet", _PAGE, "uusi"),
        Place("mail-off", _PAGE, _WELL, has_mail=False),
    ]
