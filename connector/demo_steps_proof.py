"""The end of the walk: what comes back, what comes late, and the proof of it all."""

from email import message_from_bytes
from email.policy import SMTP

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import database, evidence, mailing
from connector.demo_walk import Seen, Walk
from connector.demo_world import MAIL, SALON
from connector.pretend.records import HELSINKI
from connector.states import State
from connector.tables import Client, Evidence
from policies.decisions import JobKind


def late(walk: Walk) -> Seen:
    """Webhooks about the erased that were long under way bring nobody back."""
    erased = {str(job.client) for job in walk.chosen if job.kind is JobKind.ERASE}
    if not erased:
        return False, "nobody was erased"
    count = walk.demo.system.replay(lambda event: str(event.data).find(next(iter(erased))) > 0)
    is_told = walk.told()
    with database.read(walk.demo.program.engine) as db:
        back = list(
            db.exec(select(Client.client).where(Client.salon == SALON, col(Client.client).in_(erased)))
        )
    return is_told and not back and count > 0, f"{count} late events about the erased changed nothing"


def came_back(walk: Walk) -> Seen:
    """The next day's look finds the one whom the booking system brought back."""
    job = next((job for job in walk.chosen if job.kind is JobKind.ERASE), None)
    if job is None or job.client not in walk.demo.system.register.gone:
        return False, "nobody was erased"
    walk.demo.system.bring_back(job.client)
    walk.clock.forward(days=1, minutes=5)
    walk.carry()
    states = {one.job: walk.job(one).state for one in walk.chosen}
    others = {state for key, state in states.items() if key != job.job}
    return (
        states[job.job] is not State.VERIFIED and others == {State.VERIFIED},
        f"reopened ({states[job.job]}); the others stay verified",
    )


def thirty_days(walk: Walk) -> Seen:
    """After the last look nothing is kept of who it was."""
    walk.clock.forward(days=30)
    walk.carry()
    erased = [walk.job(job) for job in walk.chosen if job.kind is JobKind.ERASE]
    verified = [job for job in erased if job.state is State.VERIFIED]
    known = [job for job in verified if job.client is not None]
    return len(verified) == len(
        erased
    ) - 1 and not known, f"{len(verified)} verified thrice; their ids are destroyed"


def written_to(walk: Walk) -> Seen:
    """The owner's letters count, and name nobody."""
    at = walk.clock().astimezone(HELSINKI)
    walk.clock.forward(days=7 - at.weekday(), hours=9 - at.hour)  # the next Monday's morning
    sent = mailing.run(walk.demo.program)
    files = list((walk.demo.directory / MAIL).iterdir())
    letters = [message_from_bytes(file.read_bytes(), policy=SMTP).get_content() for file in files]
    people = [
        str(value)
        for record in walk.demo.system.register.records.values()
        for key, value in record.fields.items()
        if key in {"name", "email", "phone"} and value
    ]
    named = [one for one in people if any(one in letter for letter in letters)]
    detail = f"none of {len(people)} names, addresses and numbers is in what was written ({len(files)})"
    return sent == len(files) > 0 and not named, detail


def whole(walk: Walk) -> Seen:
    """Every line of the evidence follows from the one before."""
    with database.read(walk.demo.program.engine) as db:
        checked = evidence.check(db, walk.demo.account)
    return checked.whole and checked.lines > 0, f"{checked.lines} lines, signed and whole"


def tampered(walk: Walk) -> Seen:
    """A line that somebody changes or removes is named. (Tried in a transaction that is undone.)"""
    with database.write(walk.demo.program.engine) as db:
        middle = evidence.check(db, walk.demo.account).lines // 2
        changed = _tried(walk, db, sa.update(Evidence).values(body=b"{}"), middle)
        removed = _tried(walk, db, sa.delete(Evidence), middle)
    return changed == removed == middle, f"a changed and a removed line are found: line {changed}"


def _tried(walk: Walk, db: Session, statement: sa.Update | sa.Delete, seq: int) -> int | None:
    undo = db.begin_nested()
    db.connection().execute(statement.where(col(Evidence.salon) == SALON, col(Evidence.seq) == seq))
    broken_at = evidence.check(db, walk.demo.account).broken_at
    undo.rollback()
    return broken_at


STEPS = (
    ("late webhooks bring nobody back", late),
    ("who reappears is found the next day", came_back),
    ("after thirty days nothing is left", thirty_days),
    ("the owner gets a letter", written_to),
    ("the evidence is whole", whole),
    ("tampering is found", tampered),
)
