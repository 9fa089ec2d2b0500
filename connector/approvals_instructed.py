"""The owner's word on one instruction to the booking system's maker, and the maker's answer to it.

Takes: the tasks by hand that were shown, and their digest (after the code was checked). Gives: a sealed list, and once
the maker has confirmed, its tasks ticked together. Next: the looks, as after any tick; what the next list still has
comes back.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from connector import (
    approvals,
    evidence,
    freshness,
    instructions,
    instructions_kept,
    instructions_list,
    jobs,
    jobs_drift,
    texts,
)
from connector.approvals import Refused, Word, group_digest
from connector.config import Numbers
from connector.instructions import New
from connector.instructions_evidence import Befell
from connector.jobs_content import Standing
from connector.jobs_listing import Listed
from connector.salons import Account
from connector.sealed_cards import Seen
from connector.states import State
from policies.decisions import JobKind
from policies.policy import Policy

CONFIRMED = "processor_confirmed"
#: what a look found where the maker said so
PROCESSOR_SAYS = "processor_says"


@dataclass(frozen=True)
class Made:
    """What the word did: the new instruction (None where nothing was left of it), its tasks, and what fell out."""

    new: New | None
    tasks: tuple[Listed, ...]
    refused: tuple[Refused, ...]


@dataclass(frozen=True)
class Answered:
    """The rows that were ticked, those that the maker left, and those that nobody waits for any more."""

    ticked: tuple[int, ...]
    left: tuple[int, ...]
    over: tuple[int, ...]


def language_of(policy: Policy) -> str:
    """The salon's language, in which the letter and its list are written."""
    return next((one for one in policy.languages if one in texts.LANGUAGES), texts.DEFAULT)


def waiting(db: Session, account: Account) -> list[Listed]:
    """The tasks that an instruction could list now: those that are the maker's to do, and that no other one lists."""
    taken = instructions_kept.tasks_in_open(db, account)
    found = jobs.listed(db, account, [State.BY_HAND])
    return [one for one in found if is_the_makers(one) and one.job not in taken]


def is_the_makers(task: Listed) -> bool:
    """Whether the maker may be asked for it: not for a copy for a customer, nor a no, which waits for no answer."""
    return task.kind is not JobKind.EXPORT and not task.content.by_no


def make(
    db: Session,
    account: Account,
    job_ids: Iterable[UUID],
    *,
    seen: str,
    people: Mapping[str, Seen],
    policy: Policy,
    owner: UUID,
    now: datetime,
    numbers: Numbers,
    is_attached: bool = False,
) -> Made:
    """Make one instruction of what was shown; what has changed since falls out, item by item, with the reason."""
    evidence.take_turn(db, account)
    wanted = list(dict.fromkeys(job_ids))
    found = {one.job: one for one in jobs.listed(db, account, job_ids=wanted)}
    if seen != group_digest(found.values()) or len(found) != len(wanted):
        return Made(None, (), tuple(Refused(one, "not_what_was_shown") for one in wanted))
    listed = [found[one] for one in wanted]
    objections = _objections(db, account, listed, now=now)
    tasks = instructions_list.in_order((one for one in listed if one.job not in objections), people)
    refused = tuple(Refused(job, because) for job, because in objections.items())
    if not tasks:
        return Made(None, (), refused)
    language = language_of(policy)
    new = instructions.keep(
        db,
        account,
        tasks,
        instructions_list.written(texts.of(language), tasks, people),
        digest=group_digest(tasks),
        language=language,
        owner=owner,
        now=now,
        numbers=numbers,
        is_attached=is_attached,
    )
    return Made(new, tasks, refused)


def confirm(
    db: Session,
    account: Account,
    instruction: UUID,
    *,
    on: date,
    but: Collection[int] = (),
    owner: UUID,
    now: datetime,
) -> Answered | None:
    """The maker confirmed that it was done on a day, but for some rows; None where no answer is waited for."""
    evidence.take_turn(db, account)
    row = instructions.row_of(db, account, instruction)
    if row is None or row.sent_on is None or row.closed_at is not None:
        return None
    told = {"instruction": str(instruction), "confirmed_on": on.isoformat()}
    word = Word(PROCESSOR_SAYS, CONFIRMED, told)
    ticked: list[int] = []
    over: list[int] = []
    with evidence.together(db, account):
        rows = instructions_kept.rows(db, account, instruction)
        stands = {one.id: one for one in jobs.rows_of(db, account, [one.job for one in rows])}
        for one in rows:
            if one.nth in but:
                continue
            is_same = stands[one.job].round == one.round
            is_done = is_same and approvals.tick(db, account, one.job, owner=owner, now=now, word=word)
            (ticked if is_done else over).append(one.nth)
        left = sorted({one.nth for one in rows} & set(but))
        instructions.end(db, account, row, "answered", now=now)
        told = {"owner": str(owner), "on": on.isoformat()}
        counts = {"ticked": len(ticked), "left": len(left), "over": len(over)}
        instructions.close(db, account, row, Befell.CONFIRMED, on, {**told, **counts}, now=now)
    return Answered(tuple(ticked), tuple(left), tuple(over))


def refuse(
    db: Session,
    account: Account,
    instruction: UUID,
    *,
    on: date,
    reason: str,
    owner: UUID,
    now: datetime,
) -> bool:
    """The maker said no, and why: its tasks are done by hand after all; False where no answer is waited for."""
    evidence.take_turn(db, account)
    row = instructions.row_of(db, account, instruction)
    if row is None or row.sent_on is None or row.closed_at is not None:
        return False
    instructions.end(db, account, row, "answered", now=now)
    row.reason = account.keys.seal(reason.encode(), instructions_kept.place(instruction))
    told: dict[str, object] = {"owner": str(owner), "on": on.isoformat()}
    instructions.close(db, account, row, Befell.REFUSED, on, told, now=now)
    return True


def _objections(db: Session, account: Account, listed: list[Listed], *, now: datetime) -> dict[UUID, str]:
    """Why some of these cannot be asked for now, by job, in a word."""
    closed = freshness.objection(db, account, now=now)
    if closed is not None:
        return {one.job: closed for one in listed}
    taken = instructions_kept.tasks_in_open(db, account)
    clients = {one.client for one in listed if one.client is not None}
    ground = jobs_drift.ground(db, account, clients, now=now)
    rows = {row.id: row for row in jobs.rows_of(db, account, [one.job for one in listed])}
    found: dict[UUID, str] = {}
    for one in listed:
        if one.state is not State.BY_HAND or not is_the_makers(one):
            found[one.job] = f"is_{one.state.value}"
        elif one.job in taken:
            found[one.job] = "in_another_instruction"
        elif one.client is None:
            found[one.job] = "client_gone"
        else:
            standing, because = jobs_drift.of(db, account, rows[one.job], one.client, now=now, on=ground)
            if standing is not Standing.FOLLOWS:
                found[one.job] = f"held_{because}" if standing is Standing.HELD else because
    return found
