"""Mail to owners: once a week how things stand, and at once what has a deadline or is a breach.

What is to be told is made as rows, each once; then what is due is claimed, written and sent outside any transaction.
A mail server that does not answer is tried again for three days, and the night says so.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from typing import Any
from uuid import UUID

from sqlmodel import Session

from connector import (
    answers,
    database,
    jobs_listing,
    jobs_requests,
    letters,
    letters_due,
    mirror_incidents,
    owners,
    reports,
    salons,
    salons_policies,
    texts,
)
from connector.jobs_requests import Request
from connector.letters import Breach, Place, Week, Written
from connector.letters_due import Due, Reader
from connector.mail import MailFailed, Post
from connector.mirror_incidents import Incident
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.texts import Texts
from policies.deadlines import answer_by
from policies.policy import Policy

#: Monday, after the night and before the first customer
WEEKDAY, HOUR = 0, time(8)
#: an owner is told of a request when so much of its month is left
AHEAD = timedelta(days=7)
#: a breach that was reported longer ago is told to nobody who came since
TOLD_FOR = timedelta(days=14)
#: a night that is longer ago says nothing of how things stand
LATELY = timedelta(hours=36)
A_WEEK = timedelta(days=7)

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Salon:
    """A salon whose owners are written to: its own days begin where its policy says."""

    account: Account
    policy: Policy
    now: datetime

    @property
    def local(self) -> datetime:
        """The moment as its clocks show it."""
        return self.now.astimezone(self.policy.time_zone)


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
        opened = _open(db, program, slug)
        readers = letters_due.readers(db, slug) if opened is not None else []
        if opened is None or not readers:
            return
        known = letters_due.known(db, slug)
        new = [one for one in _told_of(db, opened, readers) if one not in known]
    if new:
        with database.write(program.engine) as db:
            for owner, kind, about in new:
                letters_due.make(db, slug, owner, kind, [about], now=opened.now)


def _open(db: Session, program: Program, slug: str) -> _Salon | None:
    account = salons.account(db, program.vault, slug)
    policy = salons_policies.newest(db, slug)
    return None if account is None or policy is None else _Salon(account, policy, program.now())


def _told_of(db: Session, salon: _Salon, readers: list[Reader]) -> Iterator[tuple[UUID, str, str]]:
    """Everything that the owners of a salon are to have been told of by now: owner, kind, about."""
    pressing = [
        *(("deadline", _name(salon, one.request)) for one in _ending(db, salon)),
        *(("overdue", _name(salon, one.request)) for one in _over(db, salon)),
        *(("breach", _name(salon, one.incident)) for one in _breaches(db, salon)),
    ]
    week = _week(salon.local)
    for reader in readers:
        if week is not None and reader.takes_weekly:
            yield reader.owner, "weekly", week
        for kind, about in pressing:
            yield reader.owner, kind, about


def _week(local: datetime) -> str | None:
    """This week's name, once its letter's hour has come."""
    if local.weekday() == WEEKDAY and local.time() < HOUR:
        return None
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02d}"


def _ending(db: Session, salon: _Salon) -> list[Request]:
    today = salon.local.date()
    return [one for one in _open_requests(db, salon) if today <= _until(salon, one) <= today + AHEAD]


def _over(db: Session, salon: _Salon) -> list[Request]:
    return [one for one in _open_requests(db, salon) if _until(salon, one) < salon.local.date()]


def _open_requests(db: Session, salon: _Salon) -> list[Request]:
    by_deed = jobs_requests.asked_by_deed(db, salon.account)
    return [*jobs_requests.unanswered(db, salon.account, now=salon.now), *by_deed]


def _until(salon: _Salon, request: Request) -> Any:
    return answer_by(request.received_at.astimezone(salon.policy.time_zone).date())


def _breaches(db: Session, salon: _Salon) -> list[Incident]:
    told = mirror_incidents.lately(db, salon.account, now=salon.now)
    return [one for one in told if one.told_at > salon.now - TOLD_FOR]


def _name(salon: _Salon, given: str) -> str:
    """What names a request or a breach in our own table: nothing that its id might tell."""
    return salon.account.keys.client_key(given)


def _send(program: Program, due: Due) -> str | None:
    """Write one letter and hand it over; None where it went out, else the word for why not."""
    with database.read(program.engine) as db:
        opened = _open(db, program, due.salon)
        reads = due.owner in {
            one.owner for one in letters_due.readers(db, due.salon)
        }  # their right may have ended
        written = _write(db, program, opened, due) if opened is not None and reads else None
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
        post(_message(program, address, written))
    except MailFailed as failure:
        return failure.why
    except Exception as error:  # an address that no letter can have, among others
        _log.error("a letter could not be written: %s", type(error).__name__)
        return "address"
    return None


def _write(db: Session, program: Program, salon: _Salon, due: Due) -> Written | None:
    """The letter as things stand now; None where there is nothing to tell any more."""
    words, place = texts.of(owners.language_of(db, due.owner)), _place(program, salon)
    if due.kind == letters_due.TRIAL:
        return letters.trial(words, place)
    if due.kind == "weekly":
        return letters.weekly(words, place, _stands(db, salon, words))
    if due.kind == "breach":
        told = [one for one in _breaches(db, salon) if _name(salon, one.incident) in due.about]
        breaches = [Breach(discovered_at=one.discovered_at, clients=one.clients) for one in told]
        return letters.breach(words, place, breaches) if breaches else None
    found = {"deadline": _ending, "overdue": _over}[due.kind](db, salon)
    days = [
        one.received_at.astimezone(salon.policy.time_zone).date()
        for one in found
        if _name(salon, one.request) in due.about
    ]
    write = {"deadline": letters.deadline, "overdue": letters.overdue}[due.kind]
    return write(words, place, days) if days else None


def _stands(db: Session, salon: _Salon, words: Texts) -> Week:
    counts = jobs_listing.counts(db, salon.account)
    return Week(
        waiting=counts[State.PROPOSED],
        asked=len({row.client for row in answers.asked(db, salon.account)}),
        by_hand=counts[State.BY_HAND],
        stuck=counts[State.STUCK],
        unanswered=len(_open_requests(db, salon)),
        done=jobs_listing.done_since(db, salon.account, salon.now - A_WEEK),
        found=_night(db, salon, words),
    )


def _night(db: Session, salon: _Salon, words: Texts) -> list[str] | None:
    newest = reports.newest(db, salon.account.slug)
    if newest is None or salon.now - newest[0] > LATELY:
        return None
    return [_said(words, finding) for finding in newest[1]["findings"]]


def _said(words: Texts, finding: Mapping[str, Any]) -> str:
    known = reports.MESSAGES.get(finding["code"])
    if known is None:
        return str(finding["message"])
    places = {name: words.word(value) for name, value in finding["params"].items()}
    return words.gettext(known[1]).format(**places)


def _place(program: Program, salon: _Salon) -> Place:
    policy = salon.policy
    return Place(salon=policy.controller.name, zone=policy.time_zone, url=program.settings.public_url)


def _message(program: Program, address: str, written: Written) -> EmailMessage:
    mail = program.settings.mail
    sender = mail.sender if mail is not None else "ovikello@localhost"
    message = EmailMessage()
    message["Subject"] = written.subject
    message["From"] = sender
    message["To"] = address
    if [one.addr_spec for one in message["To"].addresses] != [address]:
        raise ValueError("not one address")
    message["Date"] = format_datetime(program.now())
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.body)
    return message
