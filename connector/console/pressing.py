"""What of what is to be done by hand comes first: a no, then what has a day to be answered by. Pure."""

from collections.abc import Iterable
from datetime import date

from connector.console import since
from connector.jobs import Listed
from policies.decisions import JobKind


def first(tasks: Iterable[Listed]) -> list[Listed]:
    """The most pressing first; those that press alike stay in their order."""
    return sorted(tasks, key=_pressing)


def _pressing(task: Listed) -> tuple[bool, date]:
    # a no works at once, whatever else waits
    return task.kind is not JobKind.MARKETING_OFF, since.answer_by(task) or date.max
