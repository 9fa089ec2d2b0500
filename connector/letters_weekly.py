"""The weekly letter to an owner, in words: how the salon stands, and what was done. Counts only. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.letters import Place, Written, listed, written
from connector.texts import Texts
from policies.decisions import JobKind


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
    #: only said to be done: nobody has looked, or can
    said: Mapping[JobKind, int] = field(default_factory=dict)
    #: nothing can be known before a list of customers is brought in
    lacks_list: bool = False
    #: what the last night found, as sentences; None where no night ran lately, () where all is well
    found: Sequence[str] | None = None


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
        listed(words.gettext("Waiting for you:"), waits) or words.gettext("Nothing waits for you."),
        _first_list(words, place) if week.lacks_list else "",
        _with_maker(words, week.asked_of_maker),
        listed(words.gettext("Done in the last seven days:"), done),
        listed(words.gettext("Said to be done in the last seven days, and not looked at:"), said),
        "" if week.lacks_list else _night(words, week.found),
        words.gettext("You can stop this weekly letter in the settings, under Mail."),
    ]
    return written(words, place, subject, parts)


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
    return listed(words.gettext("The last night found:"), found) or words.gettext(
        "The last night: all is well."
    )
