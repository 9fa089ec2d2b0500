"""Messages that were signed and not understood, kind by kind: read again, or destroyed unread, with a code.

What they say stays sealed: the page shows why each was not understood, and since when it waits.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import BadRequest

from connector import database, owners, quarantine
from connector.console import codes, here, switching
from connector.quarantine import Waiting
from connector.salons import Account
from connector.texts_words import N_

#: in one transaction, which others wait for
MOST = 200
#: why a message was not understood → what the owner reads
WHY = {
    "type": N_("A kind of message that Ovikello does not know"),
    "shape": N_("A known kind of message, but something in it is missing or wrong"),
    "timestamp": N_("A known kind of message, but its time cannot be read"),
    "from_the_future": N_("Messages that are dated in the future"),
    "other_bytes": N_("Another message under a number that was used before"),
}
_OTHER = N_("Messages that could not be read")
_CHANGED = N_("Meanwhile this has changed. Look at it again before you answer.")
WORDS = frozenset({"release", "drop"})


@dataclass(frozen=True)
class Kind:
    """Messages that were not understood for the same reason; `shown` are as many as one answer is about."""

    reason: str
    is_known_type: bool
    count: int
    since: datetime
    shown: tuple[Waiting, ...]

    @property
    def text(self) -> str:
        """Why, as a msgid."""
        return WHY.get(self.reason, _OTHER)

    @property
    def seen(self) -> str:
        """What stands for exactly the messages that the page tells of."""
        ids = "".join(one.id.hex for one in self.shown)
        return hashlib.sha256(ids.encode()).hexdigest()


@dataclass(frozen=True)
class Answered:
    """What came of an answer: how many, how many still cannot be read; or what was wrong with it."""

    done: int = 0
    left: int = 0
    problem: str | None = None
    is_changed: bool = False


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/settings/quarantine")(show_quarantine)
    bp.post("/settings/quarantine")(answer_quarantine)


def show_quarantine() -> ResponseReturnValue:
    """Kind by kind; what blocks the night comes first."""
    return _page(Answered())


def answer_quarantine() -> ResponseReturnValue:
    """Read one kind again, or destroy it unread; exactly the messages that the page told of."""
    switching.refuse_another_salon()
    word = request.form.get("word", "")
    if word not in WORDS:
        raise BadRequest
    with database.write(here.program().engine) as db:
        answered = _answer(db, here.salon().account, word)
    if answered.is_changed:
        return _page(answered), 409
    if answered.problem is not None:
        return _page(answered), 403
    told = {"released" if word == "release" else "dropped": answered.done, "left": answered.left}
    return redirect(url_for("console.show_quarantine", **told), 303)  # type: ignore[arg-type]


def kinds_of(waiting: Sequence[Waiting]) -> list[Kind]:
    """What waits, by why; the known types first, since they keep the night from judging."""
    found: dict[tuple[str, bool], list[Waiting]] = {}
    for one in waiting:
        found.setdefault((one.reason, one.is_known_type), []).append(one)
    kinds = [
        Kind(reason, is_known, len(these), these[0].received_at, tuple(these[:MOST]))
        for (reason, is_known), these in found.items()
    ]
    return sorted(kinds, key=lambda one: (not one.is_known_type, -one.count, one.reason))


def _answer(db: Session, account: Account, word: str) -> Answered:
    program, now, owner = here.program(), here.now(), here.logged_in().owner
    seen = request.form.get("seen", "")
    kind = next((one for one in kinds_of(quarantine.waiting(db, account)) if one.seen == seen), None)
    if kind is None:
        return Answered(is_changed=True)
    result = owners.confirm_code(db, program.vault, owner, request.form.get("code", ""), now)
    if not result.ok:
        return Answered(problem=codes.problem(result))
    do = quarantine.release if word == "release" else quarantine.drop
    done = sum(do(db, account, one.id, now=now) for one in kind.shown)
    return Answered(done, len(kind.shown) - done)


def _page(answered: Answered) -> str:
    with database.read(here.program().engine) as db:
        kinds = kinds_of(quarantine.waiting(db, here.salon().account))
    return render_template(
        "quarantine.html",
        kinds=kinds,
        chosen=_chosen(kinds),
        problem=answered.problem,
        changed=here.words().gettext(_CHANGED) if answered.is_changed else None,
        released=_number("released"),
        dropped=_number("dropped"),
        left=_number("left"),
    )


def _chosen(kinds: Sequence[Kind]) -> Kind | None:
    """The kind that the form below is about: the one that was asked for, else the first."""
    wanted = request.values.get("seen", "")
    return next((one for one in kinds if one.seen == wanted), kinds[0] if kinds else None)


def _number(name: str) -> int | None:
    told = request.args.get(name, "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 8 else None
