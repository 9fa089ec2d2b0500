"""Mail to owners: once a week how things stand, and at once what has a deadline or is a breach.

What is to be told is made as rows, each once; then what is due is claimed, written and sent outside any transaction.
A mail server that does not answer is tried again for three days, and the night says so.
"""

import logging
from uuid import UUID

from connector import database, letters_due, mailing_salon, mailing_writing, owners, salons
from connector.letters import Written
from connector.letters_due import Due
from connector.mail import MailFailed, Post
from connector.program import Program
from connector.salons import Account

_log = logging.getLogger(__name__)


def run(program: Program) -> int:
    """Make what is to be told, and send what is due; give how many letters were sent. Without a mail setting none."""
    if program.post is None:
        return 0
    with database.read(program.engine) as db:
        slugs = salons.slugs(db)
    for slug in slugs:
        try:
            _make(program, slug)
        except Exception as error:  # one salon's trouble keeps no other's owner uninformed
            _log.error("letters of %s could not be made: %s", slug, type(error).__name__)
    return _send_all(program)


def try_out(program: Program, account: Account, owner: UUID) -> str | None:
    """Send an owner a letter that only shows that letters arrive; the word for why it did not go out, or None.

    One a minute: whoever presses twice wants one letter.
    """
    if program.post is None:
        return "not_set_up"
    now = program.now()
    due = Due(owner, account.slug, letters_due.TRIAL, (now.isoformat(timespec="minutes"),))
    with database.write(program.engine) as db:
        if not letters_due.take(db, due, now=now):
            return "just_sent"
    return _send(program, due)


def _send_all(program: Program) -> int:
    """Send what is due, one by one; where the mail server does not answer, the rest waits for the next time."""
    count, why = 0, None
    while why != "no_answer":
        with database.write(program.engine) as db:
            due = letters_due.claim(db, now=program.now())
        if due is None:
            break
        why = _send(program, due)
        count += why is None
    return count


def _make(program: Program, slug: str) -> None:
    with database.read(program.engine) as db:
        opened = mailing_salon.of(db, program, slug)
        readers = letters_due.readers(db, slug) if opened is not None else []
        if opened is None or not readers:
            return
        known = letters_due.known(db, slug)
        new = [one for one in mailing_salon.told_of(db, opened, readers) if one not in known]
    if new:
        with database.write(program.engine) as db:
            for owner, kind, about in new:
                letters_due.make(db, slug, owner, kind, [about], now=opened.now)


def _send(program: Program, due: Due) -> str | None:
    """Write one letter and hand it over; None where it went out, else the word for why not."""
    with database.read(program.engine) as db:
        opened = mailing_salon.of(db, program, due.salon)
        # their right may have ended since
        reads = due.owner in {one.owner for one in letters_due.readers(db, due.salon)}
        written = mailing_writing.write(db, program, opened, due) if opened is not None and reads else None
        address = owners.email_of(db, program.vault, due.owner)
    if written is None or program.post is None:
        with database.write(program.engine) as db:
            letters_due.dropped(db, due)
        return "nothing_to_tell"
    why = _posted(program.post, program, address, written)
    if why is not None:
        _log.warning("a letter about %s could not be sent: %s", due.salon, why)
        with database.write(program.engine) as db:
            letters_due.failed(db, due, why, now=program.now())
        return why
    with database.write(program.engine) as db:
        letters_due.sent(db, due, now=program.now())
    return None


def _posted(post: Post, program: Program, address: str, written: Written) -> str | None:
    """Hand a letter over; the word for why it was not taken, or None. One that cannot go out keeps no other back."""
    try:
        post(mailing_writing.message(program, address, written))
    except MailFailed as failure:
        return failure.why
    except Exception as error:  # an address that no letter can have, among others
        _log.error("a letter could not be written: %s", type(error).__name__)
        return "address"
    return None
