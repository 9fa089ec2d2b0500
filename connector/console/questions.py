"""What is asked of the owner because nobody can know it: once for all customers of whom the same is unknown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import answers, contacts, database, evidence, plan_standing
from connector.console import here, names, pages, switching
from connector.tables import Standing
from connector.texts_words import N_
from policies.vocabulary import Channel

#: what can be answered here; of the rest the page only tells
ANSWERABLE = frozenset({"marketing.unrecorded", "marketing.reconfirm", plan_standing.SHARED})
#: reason word → what is not known, so that it is right of one and of many
UNKNOWN: Mapping[str, str] = {
    "marketing.unrecorded": N_("Marketing is on, but nothing shows that they agreed."),
    "marketing.reconfirm": N_("They agreed so long ago that your rules ask for it anew."),
    plan_standing.SHARED: N_(
        "They have the telephone number or e-mail address of somebody who was erased, or who had said no to "
        "marketing in the earlier booking system. Is it the same person?"
    ),
    "service_unknown": N_(
        "They came by the door or by telephone, and nothing shows that you may keep their details."
    ),
    "perhaps_visited": N_(
        "Their time is over, but a list may tell of a later visit: it does not say clearly whose, or on which day."
    ),
    "held_not_told": N_("The booking system has not told what it holds of them."),
    "no_rule": N_("Your rules say nothing about some of their details."),
    "profession_unknown": N_("Your rules do not say yet whether their health notes are patient records."),
}
#: reason word → what helps, where it doesn't settle by itself
HELP: Mapping[str, str] = {
    "held_not_told": N_(
        "The booking system should tell this by itself. If it still does not after a few nights, ask whoever installed "
        "Ovikello to look at the connection."
    ),
    "no_last_activity": N_(
        "Look in the booking system when they were there last, and write that visit down there. Ovikello hears of it "
        "and begins to count."
    ),
    "no_last_visit": N_(
        "Look in the booking system when they were there last, and write that visit down there. Ovikello hears of it "
        "and begins to count."
    ),
    "no_relationship_end": N_(
        "Look in the booking system when they were there last, and write that visit down there. Ovikello hears of it "
        "and begins to count."
    ),
    "perhaps_visited": N_(
        "Look in the booking system when they were there last. Correct the name, the phone number or the day there, "
        "and bring in the list again."
    ),
    "no_created_on": N_(
        "Look in the booking system for the day on which they became customers, and write it down there."
    ),
    "no_collected": N_(
        "Look in the booking system for the day on which it was written down, and add it there."
    ),
    "no_each_entry": N_(
        "Look in the booking system at the oldest note: if it has no day, write one. Old notes without a day may also "
        "be erased there by hand."
    ),
    "no_receipts": N_(
        "Look in the booking system whether their receipts have days, and add those that are missing."
    ),
    "no_raffle_draw": N_(
        "Raffle entries without a raffle: write the raffle down in the booking system, or erase the entries there."
    ),
    "no_account_closed": N_(
        "Your rules count from the closing of the user account, and it is open. Ask whoever installed Ovikello for a "
        "rule for those who just stay away."
    ),
    "no_case_closed": N_("It settles by itself when the matter is marked as ended in the booking system."),
    "service_unknown": N_(
        "Ask them when they come next, and write the permission down in the booking system. Until then nothing "
        "is proposed on a guess."
    ),
    "no_rule": N_("Ask whoever installed Ovikello to add the missing rule. Nothing is proposed on a guess."),
    "profession_unknown": N_(
        "Ask whoever installed Ovikello to write down your profession. Nothing is proposed on a guess."
    ),
}
_NO_DAY = N_("It is not known from which day to count.")
_BY_ITSELF = N_("Nothing is proposed on a guess. It settles by itself when the booking system tells.")
#: what one answer does to all of whom it is asked, as msgids
DOES: Mapping[str, str] = {
    answers.SWITCH_OFF: N_(
        "Switched off: from the coming night on the booking system sends them no marketing."
    ),
    answers.KEEP: N_(
        "Left on: nothing changes, and your answer is written down. Be able to show the permission if somebody asks."
    ),
    contacts.SOMEBODY_ELSE: N_("Somebody else: only their own answers count from now on."),
    contacts.SAME: N_("The same person: the no counts as theirs, and their marketing is switched off."),
}
#: what a button may say
_MARKETING = frozenset({answers.KEEP, answers.SWITCH_OFF})
_WHO = frozenset({contacts.SAME, contacts.SOMEBODY_ELSE})


@dataclass(frozen=True)
class Question:
    """One thing that is not known, and of which customers."""

    because: str
    count: int
    clients: tuple[str, ...] = ()  # empty where only the number is told

    @property
    def text(self) -> str:
        """What is not known, as a msgid."""
        return UNKNOWN.get(self.because, _NO_DAY)

    @property
    def help(self) -> str:
        """What becomes of it, as a msgid."""
        return HELP.get(self.because, _BY_ITSELF)

    @property
    def is_answerable(self) -> bool:
        """Whether the owner's answer settles it."""
        return self.because in ANSWERABLE

    @property
    def asks_who(self) -> bool:
        """Whether it is about who somebody is, rather than about marketing."""
        return self.because == plan_standing.SHARED


def of(asked: Iterable[Standing]) -> list[Question]:
    """What stands asked, by reason; what can be answered comes first."""
    clients: dict[str, dict[str, None]] = {}
    for row in asked:
        clients.setdefault(row.because, {})[row.client] = None
    return _in_order(Question(because, len(ids), tuple(ids)) for because, ids in clients.items())


def counted(counts: Mapping[str, int]) -> list[Question]:
    """The same without saying of whom, for a page that only says how many."""
    return _in_order(Question(because, count) for because, count in counts.items())


def _in_order(found: Iterable[Question]) -> list[Question]:
    return sorted(found, key=lambda one: (not one.is_answerable, -one.count, one.because))


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/questions/<because>")(show_question)
    bp.post("/questions")(answer)


def show_question(because: str) -> ResponseReturnValue:
    """Of whom it is asked, page by page, and the answers below."""
    return _page(because, is_changed=False)


def answer() -> ResponseReturnValue:
    """Leave on, or switch off, what the owner has looked at; 409 where it is no longer what the page showed."""
    switching.refuse_another_salon()
    because, word = request.form.get("because", ""), request.form.get("answer", "")
    if because not in ANSWERABLE or word not in (_WHO if because == plan_standing.SHARED else _MARKETING):
        raise NotFound
    program, salon, now = here.program(), here.salon(), here.now()
    count = None
    with database.write(program.engine) as db:
        evidence.take_turn(db, salon.account)
        asked = answers.asked(db, salon.account, because=because)
        if asked and answers.digest(salon.account, asked) == request.form.get("seen", ""):
            owner, today = here.logged_in().owner, salon.today(now)
            count = answers.answer(db, salon.account, asked, word, owner=owner, now=now, today=today)
    if count is None:
        return _page(because, is_changed=True), 409
    return redirect(url_for("console.show_queue", answered=count), 303)


def _page(because: str, *, is_changed: bool) -> str:
    program, account = here.program(), here.salon().account
    with database.read(program.engine) as db:
        asked = [row for row in answers.asked(db, account) if row.because == because]
    if not asked:
        raise NotFound(
            here.words().gettext("This is no longer asked. It has been answered, or has become known.")
        )
    (question,) = of(asked)
    page = pages.of(question.clients, request.args.get("page", "1"))
    return render_template(
        "question.html",
        question=question,
        does=DOES,
        page=page,
        channels=_channels(asked),
        seen=answers.digest(account, asked),
        is_changed=is_changed,
        names=names.of(program, account, page.shown),
    )


def _channels(asked: Sequence[Standing]) -> dict[str, list[Channel]]:
    """By customer, the channels that are asked about; none where it is about something else."""
    found: dict[str, list[Channel]] = {}
    for row in asked:
        if row.category.startswith(answers.MARKETING):
            found.setdefault(row.client, []).append(Channel(row.category.removeprefix(answers.MARKETING)))
    return found
