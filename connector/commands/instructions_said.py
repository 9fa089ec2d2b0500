"""An instruction as a command tells of it: one row, one document; and the one that is meant."""

from uuid import UUID

from sqlmodel import Session

from connector import instructions_kept
from connector.commands.door import WrongUse
from connector.instructions_kept import Kept
from connector.salons import Account

_NONE = "There is no instruction {one} of {slug}. See 'ovikello instruction list {slug}'."


def kept_of(db: Session, account: Account, which: UUID) -> Kept:
    """The one that is meant; wrong use where there is none."""
    kept = instructions_kept.of(db, account, which)
    if kept is None:
        raise WrongUse(_NONE.format(one=which, slug=account.slug))
    return kept


def document(one: Kept) -> dict[str, object]:
    """One for programs."""
    return {
        "instruction": str(one.instruction),
        "tasks": one.tasks,
        "way": "file" if one.is_attached else "link",
        "digest": one.digest,
        "made_at": one.made_at,
        "list_until": one.ended_at or one.ends_at,
        "opened": one.opened,
        "sent_on": one.sent_on,
        "answer": one.answer,
        "answered_on": one.answered_on,
    }


def line(one: Kept) -> str:
    """One for a terminal."""
    if one.answer is not None:
        stands = f"{one.answer} {one.answered_on or ''}".rstrip()
    elif one.sent_on is not None:
        stands = f"sent {one.sent_on}, waits for an answer"
    else:
        stands = "not sent" if one.is_open else "never sent, its list is gone"
    way = "list attached" if one.is_attached else f"list opened {one.opened}×"
    return f"{one.instruction}  {one.made_at:%Y-%m-%d}  {one.tasks} tasks  {way}  {stands}"
