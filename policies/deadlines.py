"""By when somebody must have been answered or told: a request within a month, a breach within 72 hours."""

from datetime import date, datetime, timedelta

from policies.periods import Period

#: GDPR article 12(3); counted as regulation 1182/71 counts months: the same day of the next one, or its last
ANSWER_WITHIN = Period(months=1)
#: GDPR article 33(1); elapsed hours, holidays included
NOTIFY_WITHIN = timedelta(hours=72)


def answer_by(received_on: date) -> date:
    """The last day for an answer to a request that came in on a day.

    A Sunday or a holiday might move it on by law; it is not moved here, so that nobody relies on the extra day.
    """
    return ANSWER_WITHIN.after(received_on)


def notify_by(discovered_at: datetime) -> datetime:
    """Until when the supervisory authority must be notified of a breach that may harm somebody."""
    return discovered_at + NOTIFY_WITHIN


def second_notice_by(discovered_on: date, within: Period) -> date:
    """The last day on which those concerned are told what was done about a breach, as the policy promises."""
    return within.after(discovered_on)
