"""What a page says of codes: why one does not hold, and in how many seconds another one comes.

The seconds are counted here when the page is made, so that it needs no script.
"""

import math
from collections.abc import Mapping
from datetime import datetime

from flask import g

from connector import database, owners_codes
from connector.console import here
from connector.owners_codes import CodeResult
from connector.texts_words import N_

#: a result → what its owner reads
PROBLEMS: Mapping[str, str] = {
    "wrong": N_("That code is not right."),
    "used": N_("That code has been used already."),
    "locked": N_("There were too many wrong codes."),
    "not_six_digits": N_("The code has six digits."),
    "not_set_up": N_("There is no code for you yet. Ask whoever installed Ovikello for a new invitation."),
}
#: the same of a recovery code
RECOVERY_PROBLEMS: Mapping[str, str] = {
    "wrong": N_("That recovery code is not right, or it has been used. Try another one of your list."),
    "locked": PROBLEMS["locked"],
    "not_ten_letters": N_("A recovery code has ten letters and digits, such as 7K2MQ-X4T9B."),
    "not_set_up": N_("You have no recovery codes. Whoever installed Ovikello can let you in again."),
}
_A_WHILE = 90


def problem(result: CodeResult) -> str:
    """What to say of a code that does not hold, and when the next one comes."""
    why = PROBLEMS[result.reason or "wrong"]
    said = here.words().gettext(why)
    if result.again_at is None:
        return said
    seconds = _seconds_until(result.again_at)
    return f"{said} {_again(seconds) if result.is_lock else _comes(seconds)}"


def recovery_problem(result: CodeResult) -> str:
    """What to say of a recovery code that does not hold."""
    why = RECOVERY_PROBLEMS[result.reason or "wrong"]
    said = here.words().gettext(why)
    if result.again_at is None or not result.is_lock:
        return said
    return f"{said} {_again(_seconds_until(result.again_at))}"


def wait() -> str | None:
    """For a page that asks for a code: when one comes that was not used yet; None where it is there already."""
    if g.get("session") is None:
        return None
    with database.read(here.program().engine) as db:
        at = owners_codes.free_at(db, g.session.owner, here.now())
    return None if at is None else _comes(_seconds_until(at))


def _comes(seconds: int) -> str:
    words = here.words()
    said = words.ngettext(
        "A new code comes in %(count)s second.", "A new code comes in %(count)s seconds.", seconds
    )
    return said % {"count": words.number(seconds)}


def _again(seconds: int) -> str:
    words = here.words()
    if seconds <= _A_WHILE:
        said = words.ngettext("Try again in %(count)s second.", "Try again in %(count)s seconds.", seconds)
        return said % {"count": words.number(seconds)}
    minutes = math.ceil(seconds / 60)
    said = words.ngettext("Try again in %(count)s minute.", "Try again in %(count)s minutes.", minutes)
    return said % {"count": words.number(minutes)}


def _seconds_until(at: datetime) -> int:
    return max(math.ceil((at - here.now()).total_seconds()), 1)
