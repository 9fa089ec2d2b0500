"""Letters to owners, in words: the weekly one, and what cannot wait. Counts and days only; nobody is named. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo

from connector.texts import Texts
from policies.deadlines import answer_by, notify_by
from policies.decisions import JobKind


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
class Week:
    """How a salon stands, and what was done in the last seven days."""

    waiting: int  # jobs that wait for the owner's word
    asked: int  # customers about whom something is asked
    by_hand: int
    asked_of_maker: int  # tasks by hand that wait for the answer of the booking system's maker
    stuck: int
    unanswered: int  # requests
    done: Mapping[JobKind, int] = field(default_factory=dict)  # and seen to be done
    said: Mapping[JobKind, int] = field(
        default_factory=dict
    )  # only said to be done: nobody has looked, or can
    #: nothing can be known before a list of customers is brought in
    lacks_list: bool = False
    #: what the last night found, as sentences; None where no night ran lately, () where all is well
    found: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Breach:
    """A personal data breach that the booking system reported; `clients` is None where it concerns all."""

    discovered_at: datetime
    clients: int | None


def weekly(words: Texts, place: Place, week: Week) -> Written:
    """What waits, what was done, how the last night was."""
    waits = _waits(words, week)
    subject = (
        words.gettext("Something waits for you – %(salon)s")
        if waits
        else words.gettext("Nothing waits for you – %(salon)s")
    ) % {"salon": place.salon}
    done, said = (
        [_done(words, kind, count) for kind, count in sorted(counts.items()) if count]
        for counts in (week.done, week.said)
    )
    parts = [
        _list(words.gettext("Waiting for you:"), waits) or words.gettext("Nothing waits for you."),
        _first_list(words, place) if week.lacks_list else "",
        _with_maker(words, week.asked_of_maker),
        _list(words.gettext("Done in the last seven days:"), done),
        _list(words.gettext("Said to be done in the last seven days, and not looked at:"), said),
        "" if week.lacks_list else _night(words, week.found),
        words.gettext("You can stop this weekly letter in the settings, under Mail."),
    ]
    return _written(words, place, subject, parts)


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
    return _written(words, place, subject, parts)


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
    return _written(words, place, subject, parts)


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
    return _written(words, place, subject, parts)


def trial(words: Texts, place: Place) -> Written:
    """A letter that only shows that letters arrive."""
    subject = words.gettext("Mail works – %(salon)s") % {"salon": place.salon}
    return _written(
        words, place, subject, [words.gettext("You asked for this letter to see whether mail arrives.")]
    )


def _waits(words: Texts, week: Week) -> list[str]:
    said = (
        (
            week.waiting,
            words.ngettext("%(count)s job for your word", "%(count)s jobs for your word", week.waiting),
        ),
        (
            week.asked,
            words.ngettext(
                "a question about %(count)s customer", "questions about %(count)s customers", week.asked
            ),
        ),
        (
            week.by_hand,
            words.ngettext(
                "%(count)s task to do in the booking system",
                "%(count)s tasks to do in the booking system",
                week.by_hand,
            ),
        ),
        (
            week.stuck,
            words.ngettext(
                "%(count)s job that the booking system did not carry out",
                "%(count)s jobs that the booking system did not carry out",
                week.stuck,
            ),
        ),
        (
            week.unanswered,
            words.ngettext(
                "%(count)s request of a customer without an answer",
                "%(count)s requests of customers without an answer",
                week.unanswered,
            ),
        ),
    )
    first = [words.gettext("your list of customers: none has been brought in yet")] if week.lacks_list else []
    return first + [text % {"count": words.number(count)} for count, text in said if count]


def _first_list(words: Texts, place: Place) -> str:
    """What comes before everything else, and where."""
    why = words.gettext(
        "Your booking system tells Ovikello nothing by itself, so nobody knows yet whether something should go. Export "
        "the list of customers there, and bring it in."
    )
    where = (
        words.gettext("Bring it in here: %(url)s") % {"url": f"{place.url.rstrip('/')}/import"}
        if place.url
        else words.gettext("You bring it in in Ovikello's settings, under Bring in a list.")
    )
    return f"{why} {where}"


def _with_maker(words: Texts, count: int) -> str:
    if not count:
        return ""
    return words.ngettext(
        "%(count)s task waits for the answer of the booking system's maker. File the answer once it comes.",
        "%(count)s tasks wait for the answer of the booking system's maker. File the answer once it comes.",
        count,
    ) % {"count": words.number(count)}


def _done(words: Texts, kind: JobKind, count: int) -> str:
    if kind is JobKind.ERASE:
        text = words.ngettext("%(count)s customer erased", "%(count)s customers erased", count)
    elif kind is JobKind.MARKETING_OFF:
        text = words.ngettext(
            "marketing switched off for %(count)s customer",
            "marketing switched off for %(count)s customers",
            count,
        )
    elif kind is JobKind.EXPORT:
        text = words.ngettext(
            "details gathered for %(count)s customer", "details gathered for %(count)s customers", count
        )
    else:
        text = words.ngettext(
            "part of %(count)s customer's details erased",
            "part of %(count)s customers' details erased",
            count,
        )
    return text % {"count": words.number(count)}


def _night(words: Texts, found: Sequence[str] | None) -> str:
    if found is None:
        return words.gettext("No night has run lately. Ask whoever installed Ovikello to look why.")
    return _list(words.gettext("The last night found:"), found) or words.gettext(
        "The last night: all is well."
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


def _list(head: str, lines: Sequence[str]) -> str:
    return "\n".join([head, *(f"- {line}" for line in lines)]) if lines else ""


def _written(words: Texts, place: Place, subject: str, parts: Sequence[str]) -> Written:
    where = [words.gettext("Open Ovikello: %(url)s") % {"url": place.url}] if place.url else []
    last = words.gettext("This letter holds numbers and days only, and nobody's name.")
    body = "\n\n".join([place.salon, *(part for part in parts if part), *where, last])
    return Written(" ".join(f"Ovikello: {subject}".split()), body + "\n")
