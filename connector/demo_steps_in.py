"""The first half of the walk: what comes in, what is kept of it, and what the night makes of it."""

import hashlib
from datetime import timedelta
from pathlib import Path

import requests
from sqlmodel import select

from connector import database, facts, wiring
from connector.demo_walk import Seen, Walk
from connector.demo_world import SALON
from connector.states import State
from connector.tables import Client
from policies.decisions import JobKind
from webhooks import signatures


def wired(walk: Walk) -> Seen:
    """Both halves of the wiring, as `ovikello salon test` tries them."""
    steps = wiring.prove(walk.demo.program, walk.demo.account, public_url=walk.url)
    broken = [step.text for step in steps if not step.held]
    return not broken, broken[0] if broken else "callbacks answer, and a signed event came in"


def taken_in(walk: Walk) -> Seen:
    """The webhooks of the history."""
    answers = walk.demo.delivered
    return set(answers) == {"204"}, f"{answers['204']} of {answers.total()} answered 204"


def mirrored(walk: Walk) -> Seen:
    """Everybody on the booking system's list is in the mirror, and nobody else."""
    there = set(walk.demo.system.register.records)
    with database.read(walk.demo.program.engine) as db:
        here = set(db.exec(select(Client.client).where(Client.salon == SALON)))
        size = facts.register_size(db, SALON)
    merged = {client for client in here - there if walk.demo.system.register.gone[client].by == "merge"}
    return here - merged == there, f"{size} clients mirrored, {len(there)} on the list"


def repeated(walk: Walk) -> Seen:
    """Repeats and another order change nothing."""
    walk.told()
    before = _mirror(walk)
    since = walk.clock() - timedelta(days=3)
    walk.demo.system.misbehave({"repeat_webhooks": 2, "reorder_webhooks": True})
    count = walk.demo.system.replay(lambda event: event.at >= since)
    is_told = walk.told()
    walk.demo.system.misbehave({"repeat_webhooks": 0, "reorder_webhooks": False})
    return is_told and _mirror(
        walk
    ) == before, f"{count} events came three times, shuffled: the mirror is the same"


def forged(walk: Walk) -> Seen:
    """A webhook that somebody else signed."""
    body = b'{"type": "client.login", "timestamp": "2026-01-01T00:00:00Z", "data": {"client_id": "A1001"}}'
    secret = signatures.new_secret(bytes(32))
    headers = signatures.sign(secret, "msg_forged", walk.clock(), body)
    answer = requests.post(f"{walk.url}/webhooks/{SALON}", data=body, headers=headers, timeout=10)
    return answer.status_code == 401, f"answered {answer.status_code}"


def in_clear(walk: Walk) -> Seen:
    """No name, address or number is in any file."""
    records = list(walk.demo.system.register.records.values())[::5]
    marks = [
        value.encode()
        for record in records
        for key, value in record.fields.items()
        if key in {"name", "email", "phone", "address"} and value
    ]
    files = [path for path in walk.demo.directory.rglob("*") if path.is_file()]
    leaked = [path.name for path in files if _holds(path, marks)]
    detail = f"{len(marks)} names, addresses and numbers looked for in {len(files)} files"
    return not leaked, detail if not leaked else f"found in {', '.join(leaked)}"


def night(walk: Walk) -> Seen:
    """The night was fresh, and proposes to erase exactly those who are due."""
    cast = walk.demo.system.cast
    held = {cast.open_invoice, cast.in_collection, cast.gift_card}
    due = (
        set(cast.forgotten) - held - set(cast.receipts)
        | set(cast.door)
        | {cast.asked_erasure, cast.account_closed}
    )
    proposed = {job.client for job in walk.waiting(JobKind.ERASE)}
    odd = sorted(str(client) for client in due ^ proposed)
    detail = f"{len(proposed)} to erase: unseen for over a year, or never agreed to a record, or asked for it"
    return walk.demo.night.fresh and not odd, detail if not odd else f"unexpected: {', '.join(odd)}"


def kinds(walk: Walk) -> Seen:
    """What cannot go whole goes in part."""
    cast = walk.demo.system.cast
    partly = {job.client for job in walk.waiting(JobKind.ERASE_CATEGORIES)}
    detached = {job.client for job in walk.waiting(JobKind.DETACH)}
    wanted = {*cast.old_health_notes, cast.health_withdrawn}
    detail = f"{len(detached)} keep only their receipts, {len(partly)} lose old notes or raffle entries"
    return detached == set(cast.receipts) and wanted <= partly, detail


def held(walk: Walk) -> Seen:
    """A debt or a gift card holds what it covers."""
    cast = walk.demo.system.cast
    found = {one.client for one in walk.demo.night.held}
    wanted = {cast.open_invoice, cast.in_collection, cast.gift_card}
    return (
        wanted <= found,
        f"{len(found)} held: an open invoice, a collection, a gift card with value left, bookings",
    )


def asked(walk: Walk) -> Seen:
    """What was never recorded is asked, not guessed."""
    cast = walk.demo.system.cast
    found = {one.client for one in walk.demo.night.asked if one.category.startswith("marketing:")}
    return set(
        cast.unrecorded
    ) <= found, f"{len(found)} marketing switches are on, and nobody knows why: asked"


def said_no(walk: Walk) -> Seen:
    """A recorded no acts at once and by itself, down to the booking system."""
    cast = walk.demo.system.cast
    walk.carry()
    clients = [*cast.no_but_on, cast.recent_no]
    still_on = [
        client for client in clients if any(walk.at_booking_system(client).json()["marketing"].values())
    ]
    off = [job for job in walk.jobs(State.VERIFIED) if job.kind is JobKind.MARKETING_OFF]
    return not still_on and len(off) >= len(
        clients
    ), f"{len(off)} clients' switches are off there, and read back"


def _mirror(walk: Walk) -> str:
    """A digest of the mirror's clients."""
    with database.read(walk.demo.program.engine) as db:
        rows = db.exec(select(Client.client, Client.registers, Client.maxima).order_by(Client.client))
        return hashlib.sha256(repr(list(rows)).encode()).hexdigest()


def _holds(path: Path, marks: list[bytes]) -> bool:
    body = path.read_bytes()
    return any(mark in body for mark in marks)


STEPS = (
    ("the wiring holds both ways", wired),
    ("webhooks come in", taken_in),
    ("the list is mirrored", mirrored),
    ("repeats change nothing", repeated),
    ("a forged webhook stays out", forged),
    ("nothing is kept in clear", in_clear),
    ("the night finds who is due", night),
    ("what the law keeps stays", kinds),
    ("a debt holds", held),
    ("what is unknown is asked", asked),
    ("a no takes effect at once", said_no),
)
