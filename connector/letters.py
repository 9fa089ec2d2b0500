"""Letters to owners about what cannot wait, in words. Counts and days only; nobody is named. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from connector.texts import Texts
from policies.deadlines import answer_by, notify_by


@dataclass(frozen=True)
class Written:
    """A letter as it is read."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Place:
    """Which salon a letter is about, where its days begin, and where its console is (None: not told)."""

    salon: str
    zone: tzinfo
    url: str | None


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A personal data breach that the booking system reported; `clients` is None where it concerns all."""

    discovered_at: datetime
    clients: int | None


def deadline(words: Texts, place: Place, received_on: Sequence[date]) -> Written:
    """Requests whose month is over within a week, by the days on which they came in."""
    until = answer_by(min(received_on))
    count = len(received_on)
    subject = words.gettext("A request is to be answered by %(day)s – %(salon)s") % {
        "day": words.weekday(until),
        "salon": place.salon,
    }
    parts = [
        words.ngettext(
            "A customer's request waits for an answer. Its last day is %(day)s.",
            "%(count)s requests of customers wait for an answer. The first one's last day is %(day)s.",
            count,
        )
        % {"count": words.number(count), "day": words.weekday(until)},
        words.gettext("If you have answered already, there is nothing more to do."),
    ]
    return written(words, place, subject, parts)


def overdue(words: Texts, place: Place, received_on: Sequence[date]) -> Written:
    """Requests whose month is over."""
    count = len(received_on)
    subject = words.gettext("The time to answer a request is over – %(salon)s") % {"salon": place.salon}
    parts = [
        words.ngettext(
            "A customer's request should have been answered by %(day)s.",
            "%(count)s requests of customers should have been answered, the first one by %(day)s.",
            count,
        )
        % {"count": words.number(count), "day": words.day(answer_by(min(received_on)))},
        words.gettext("Answer today, and say why it took so long. If you have answered, all is well."),
    ]
    return written(words, place, subject, parts)


def breach(words: Texts, place: Place, breaches: Sequence[Breach]) -> Written:
    """Breaches, each with the end of its 72 hours."""
    first = min(breaches, key=lambda one: one.discovered_at)
    until = notify_by(first.discovered_at)
    subject = words.gettext("A data breach: act by %(day)s at %(clock)s – %(salon)s") % {
        "day": words.day(until.astimezone(place.zone).date()),
        "clock": words.clock(until, place.zone),
        "salon": place.salon,
    }
    parts = [
        *(_breach(words, place, one) for one in breaches),
        words.gettext(
            "If it may harm anybody, tell the data protection authority before the time is over, and those concerned "
            "without delay. Ask the booking system what happened, and write down what you decide and why."
        ),
    ]
    return written(words, place, subject, parts)


def trial(words: Texts, place: Place) -> Written:
    """A letter that only shows that letters arrive."""
    subject = words.gettext("Mail works – %(salon)s") % {"salon": place.salon}
    return written(
        words, place, subject, [words.gettext("You asked for this letter to see whether mail arrives.")]
    )


def _breach(words: Texts, place: Place, one: Breach) -> str:
    until = notify_by(one.discovered_at)
    told = {
        "day": words.day(one.discovered_at.astimezone(place.zone).date()),
        "until": words.day(until.astimezone(place.zone).date()),
        "clock": words.clock(until, place.zone),
    }
    if one.clients is None:
        whom = words.gettext("It concerns all customers.")
    else:
        whom = words.ngettext(
            "It concerns %(count)s customer.", "It concerns %(count)s customers.", one.clients
        ) % {"count": words.number(one.clients)}
    said = words.gettext(
        "The booking system reported a breach of personal data, found on %(day)s. The 72 hours to notify the authority "
        "end on %(until)s at %(clock)s."
    )
    return f"{said % told} {whom}"


def listed(head: str, lines: Sequence[str]) -> str:
    """Lines under a heading; nothing where there are none."""
    return "\n".join([head, *(f"- {line}" for line in lines)]) if lines else ""


def written(words: Texts, place: Place, subject: str, parts: Sequence[str]) -> Written:
    """The letter of these parts, with whom it is for, where to go, and that it names nobody."""
    where = [words.gettext("Open Ovikello: %(url)s") % {"url": place.url}] if place.url else []
    last = words.gettext("This letter holds numbers and days only, and nobody's name.")
    body = "\n\n".join([place.salon, *(part for part in parts if part), *where, last])
    return Written(" ".join(f"Ovikello: {subject}".split()), body + "\n")
