"""One instruction to the booking system's maker instead of many tasks by hand: made with a code, and its letter."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, NotFound

from connector import (
    approvals,
    approvals_instructed,
    database,
    freshness,
    imports_systems,
    instructions,
    instructions_attachment,
    instructions_kept,
    instructions_list,
    instructions_people,
    jobs,
    owners,
    texts,
)
from connector.approvals_instructed import Made
from connector.console import cards, codes, errors, here, instruct_letter, names, switching
from connector.console.cards import AT_ONCE
from connector.jobs import Listed
from connector.sealed_cards import Seen
from connector.texts_words import N_
from policies.policy import Policy

#: the rows that stand open; the others are folded below them, since the word is given on all
SHOWN = 5
_FILE = N_("instruction")
#: how the list goes along, and whether it is attached
WAYS = {"file": True, "link": False}


@dataclass(frozen=True)
class Wanted:
    """A form as it was sent: which tasks, the digest of what was shown, how the list goes along, the code."""

    jobs: tuple[UUID, ...]
    seen: str
    way: str
    code: str


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/tasks/instruction")(show_instruct)
    bp.post("/tasks/instruction")(make_instruction)
    bp.post("/tasks/instruction/<uuid:instruction_id>/letter")(send_letter)
    bp.post("/tasks/instruction/<uuid:instruction_id>/attachment")(send_attachment)


def show_instruct() -> ResponseReturnValue:
    """What one instruction would list, with the code beside it; and those that were made before."""
    return _page()


def make_instruction() -> ResponseReturnValue:
    """Make it of exactly what was shown, in one transaction with the code; then the letter, this once."""
    switching.refuse_another_salon()
    program, salon, owner, now = here.program(), here.salon(), here.logged_in().owner, here.now()
    wanted, policy = _wanted(), _policy()
    with database.read(program.engine) as db:
        listed = jobs.listed(db, salon.account, job_ids=wanted.jobs)
    clients = [one.client for one in listed if one.client is not None]
    people = instructions_people.of(program, salon.account, clients)
    with database.write(program.engine) as db:
        result = owners.confirm_code(db, program.vault, owner, wanted.code, now)
        made = (
            approvals_instructed.make(
                db,
                salon.account,
                wanted.jobs,
                seen=wanted.seen,
                people=people,
                policy=policy,
                owner=owner,
                now=now,
                numbers=program.settings.numbers,
                is_attached=WAYS[wanted.way],
            )
            if result.ok
            else None
        )
    if made is None:
        return _page(problem=codes.problem(result), way=wanted.way), 403
    return errors.settled(409) if made.new is None else _made(made, policy)


def send_letter(instruction_id: UUID) -> ResponseReturnValue:
    """The letter as a text file, for whoever has its link before them: the form brings the token."""
    switching.refuse_another_salon()
    account, token = here.salon().account, request.form.get("token", "")
    with database.read(here.program().engine) as db:
        kept = instructions_kept.of(db, account, instruction_id)
        if kept is None:
            raise NotFound
        if not instructions.is_its_token(db, account, instruction_id, token):
            return errors.settled(409)
        written = instruct_letter.write(db, account, _policy(), kept, token, here.address(), now=here.now())
    answer: Response = current_app.response_class(written.text, content_type="text/plain; charset=utf-8")
    name = here.words().gettext(_FILE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{str(instruction_id)[:8]}.txt"'
    return answer


def send_attachment(instruction_id: UUID) -> ResponseReturnValue:
    """The list as a locked file, for whoever has its token before them; written down, and costs nothing."""
    switching.refuse_another_salon()
    account, token, now = here.salon().account, request.form.get("token", ""), here.now()
    with database.write(here.program().engine) as db:
        kept = instructions_kept.of(db, account, instruction_id)
        if kept is None:
            raise NotFound
        found = instruct_letter.hand_over(
            db, account, _policy(), kept, token, owner=here.logged_in().owner, now=now
        )
    if found is None:
        return errors.settled(409)
    answer: Response = current_app.response_class(found.locked(), mimetype=instructions_attachment.MIMETYPE)
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.name}"'
    return answer


def _made(made: Made, policy: Policy) -> str:
    new, account = made.new, here.salon().account
    assert new is not None  # noqa: S101 - the caller has looked
    with database.read(here.program().engine) as db:
        kept = instructions_kept.of(db, account, new.instruction)
        assert kept is not None  # noqa: S101 - it was made just now
        written = instruct_letter.write(db, account, policy, kept, new.token, here.address(), now=here.now())
    return render_template(
        "instruct_made.html",
        kept=kept,
        letter=written,
        token=new.token,
        fallen=len(made.refused),
        file=instructions_attachment.file_name(texts.of(kept.language), kept.instruction),
        password=instructions_attachment.password(new.token),
    )


def _page(*, problem: str | None = None, way: str = "file") -> str:
    program, salon = here.program(), here.salon()
    with database.read(program.engine) as db:
        waiting = approvals_instructed.waiting(db, salon.account)
        closed = freshness.objection(db, salon.account, now=here.now())
        made = instructions_kept.listed(db, salon.account)
    tasks = waiting[:AT_ONCE]
    known = names.of(program, salon.account, [one.client for one in tasks])
    rows = instructions_list.in_order(tasks, {client: Seen(name=name) for client, name in known.items()})
    return render_template(
        "instruct.html",
        tasks=tasks,
        kinds=_kinds(tasks),
        more=len(waiting) - len(tasks),
        closed=closed,
        shown=rows[:SHOWN],
        folded=rows[SHOWN:],
        customers=len({one.content.client_key for one in tasks}),
        names=known,
        seen=approvals.group_digest(tasks),
        system=imports_systems.named_by(salon.policy),
        list_days=program.settings.numbers.package_for.days,
        openings=program.settings.numbers.package_openings,
        is_destructive=any(one.kind.is_destructive for one in tasks),
        made=made,
        way=way,
        problem=problem,
    )


def _kinds(tasks: Sequence[Listed]) -> list[cards.Card]:
    """The tasks by what is done, each kind with how many."""
    kinds = list(dict.fromkeys(one.kind for one in tasks))
    return [cards.Card(kind.value, tuple(one for one in tasks if one.kind is kind)) for kind in kinds]


def _wanted() -> Wanted:
    try:
        ids = tuple(UUID(hex=word) for word in request.form.get("jobs", "").split())
    except ValueError:
        raise BadRequest from None
    way = request.form.get("way", "")
    if not ids or len(ids) > AT_ONCE or way not in WAYS:
        raise BadRequest
    return Wanted(ids, request.form.get("seen", ""), way, request.form.get("code", ""))


def _policy() -> Policy:
    policy = here.salon().policy
    if policy is None:
        raise NotFound
    return policy
