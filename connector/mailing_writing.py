"""A letter as things stand when it is sent: its words, and the message that carries them."""

from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from sqlmodel import Session

from connector import (
    answers,
    freshness,
    instructions_kept,
    jobs_listing,
    jobs_requests,
    letters,
    letters_due,
    letters_weekly,
    mailing_salon,
    owners,
    reports,
    reports_words,
    texts,
)
from connector.letters import Breach, Place, Written
from connector.letters_due import Due
from connector.letters_weekly import Week
from connector.mailing_salon import Writing
from connector.program import Program
from connector.states import State
from connector.texts import Texts

A_WEEK = timedelta(days=7)


def write(db: Session, program: Program, salon: Writing, due: Due) -> Written | None:
    """The letter; None where there is nothing to tell any more."""
    by_hand = not salon.account.dialect.has_interface
    words = texts.of(owners.language_of(db, due.owner), by_hand=by_hand)
    place = Place(
        salon=salon.policy.controller.name, zone=salon.policy.time_zone, url=program.settings.public_url
    )
    if due.kind == letters_due.TRIAL:
        return letters.trial(words, place)
    if due.kind == "weekly":
        return letters_weekly.weekly(words, place, _stands(db, salon, words))
    if due.kind == "breach":
        breaches = [
            Breach(discovered_at=one.discovered_at, clients=one.clients)
            for one in mailing_salon.breaches(db, salon)
            if salon.name(one.incident) in due.about
        ]
        return letters.breach(words, place, breaches) if breaches else None
    pressing = jobs_requests.pressing(db, salon.account, salon.policy, now=salon.now)
    found, say = {
        "deadline": (pressing.ending, letters.deadline),
        "overdue": (pressing.over, letters.overdue),
    }[due.kind]
    told = [one for one in found if salon.name(one.request) in due.about]
    days = [jobs_requests.received_on(one, salon.policy) for one in told]
    return say(words, place, days) if days else None


def message(program: Program, address: str, written: Written) -> EmailMessage:
    """The letter on its way to one address; raises ValueError where that is none."""
    mail = program.settings.mail
    sender = mail.sender if mail is not None else "ovikello@localhost"
    made = EmailMessage()
    made["Subject"] = written.subject
    made["From"] = sender
    made["To"] = address
    if [one.addr_spec for one in made["To"].addresses] != [address]:
        raise ValueError("not one address")
    made["Date"] = format_datetime(program.now())
    made["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(written.body)
    return made


def _stands(db: Session, salon: Writing, words: Texts) -> Week:
    counts = jobs_listing.counts(db, salon.account)
    with_maker = len(instructions_kept.tasks_in_open(db, salon.account, only_sent=True))
    return Week(
        waiting=counts[State.PROPOSED],
        asked=len({row.client for row in answers.asked(db, salon.account)}),
        by_hand=counts[State.BY_HAND] - with_maker,
        asked_of_maker=with_maker,
        stuck=counts[State.STUCK],
        unanswered=len(jobs_requests.waiting(db, salon.account, now=salon.now)),
        done=jobs_listing.done_since(db, salon.account, salon.now - A_WEEK, seen=True),
        said=jobs_listing.done_since(db, salon.account, salon.now - A_WEEK, seen=False),
        lacks_list=freshness.lacks_a_list(db, salon.account),
        found=_night(db, salon, words),
    )


def _night(db: Session, salon: Writing, words: Texts) -> list[str] | None:
    newest = reports.newest(db, salon.account.slug)
    if newest is None or not reports.is_lately(newest[0], salon.now):
        return None
    return [reports_words.said(words, finding) for finding in newest[1]["findings"]]
