"""What is asked of the owner because nobody can know it: once for all customers of whom the same is unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import answers, database
from connector.console import here
from connector.tables import Standing
from connector.texts_words import N_

#: what can be answered here; of the rest the page only tells
ANSWERABLE = frozenset({"marketing.unrecorded", "marketing.reconfirm"})
#: reason word → what is not known, so that it is right of one and of many
UNKNOWN: Mapping[str, str] = {
    "marketing.unrecorded": N_("Marketing is on, but nothing shows that they agreed."),
    "marketing.reconfirm": N_("They agreed so long ago that your rules ask for it anew."),
    "service_unknown": N_(
        "They came by the door or by telephone, and nothing shows that you may keep their details."
    ),
    "held_not_told": N_("The booking system has not told what it holds of them."),
    "no_rule": N_("Your rules say nothing about some of their details."),
    "profession_unknown": N_("Your rules do not say yet whether their health notes are patient records."),
}
_NO_DAY = N_("It is not known from which day to count.")


@dataclass(frozen=True)
class Question:
    """One thing that is not known, and of how many customers."""

    because: str
    count: int

    @property
    def text(self) -> str:
        """What is not known, as a msgid."""
        return UNKNOWN.get(self.because, _NO_DAY)

    @property
    def is_answerable(self) -> bool:
        """Whether the owner's answer settles it."""
        return self.because in ANSWERABLE


def of(asked: Iterable[Standing]) -> list[Question]:
    """What stands asked, by reason; what can be answered comes first."""
    clients: dict[str, set[str]] = {}
    for row in asked:
        clients.setdefault(row.because, set()).add(row.client)
    found = [Question(because, len(ids)) for because, ids in clients.items()]
    return sorted(found, key=lambda one: (not one.is_answerable, -one.count, one.because))


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.post("/questions")(answer)


def answer() -> ResponseReturnValue:
    """Leave on, or switch off, what the owner has looked at: it is not asked about again."""
    because, word = request.form.get("because", ""), request.form.get("answer", "")
    if because not in ANSWERABLE or word not in {answers.KEEP, answers.SWITCH_OFF}:
        raise NotFound
    program, salon = here.program(), here.salon()
    with database.write(program.engine) as db:
        count = answers.answer(
            db,
            salon.account,
            answers.asked(db, salon.account, because=because),
            word,
            owner=here.logged_in().owner,
            now=here.now(),
            today=salon.today(here.now()),
        )
    return redirect(url_for("console.show_queue", answered=count), 303)
