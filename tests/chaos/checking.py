"""What must hold at the end of a rehearsal, as functions over values: each gives what is broken, in words.

They judge from the booking system's ledger, from Ovikello's rows, and from what the rehearsal itself approved and sent.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connector.states import MOVES, State

Line = Mapping[str, Any]
#: answers that say that nothing was done
REFUSALS = frozenset({429, 503})
#: answers to a look that tell whether the client is there
TELLING = frozenset({200, 404, 410})
AT_REST = frozenset(
    {State.VERIFIED, State.PROPOSED, State.WITHDRAWN, State.REJECTED, State.EXPIRED, State.HELD}
)


@dataclass(frozen=True)
class JobSeen:
    """A job as its row has it at the end."""

    job: str
    state: State
    attempt: int = 0
    reason: str | None = None


@dataclass
class _Asked:
    """What one destructive call has come to so far."""

    done: int = 0
    came_at: list[float] = field(default_factory=list)
    may_be_done: bool = False


@dataclass
class _Client:
    """What the ledger tells of one client, read in order."""

    calls: defaultdict[str, _Asked] = field(default_factory=lambda: defaultdict(_Asked))
    is_known_gone: bool = False


def is_destructive(line: Line) -> bool:
    """Whether a line is about a call that destroys."""
    return bool(line["method"] == "DELETE" or line["path"].endswith("/anonymise"))


def twice(ledger: Iterable[Line]) -> list[str]:
    """Destructive calls that were done twice, or sent again though nobody had looked, or known to be needless."""
    clients: defaultdict[str, _Client] = defaultdict(_Client)
    broken = []
    for line in ledger:
        client = clients[line["client"]]
        if line["what"] == "did":
            client.calls[line["path"]].done += 1
            if client.calls[line["path"]].done > 1:
                broken.append(_twice(client.calls[line["path"]], line))
        elif line["method"] == "GET":
            _look(client, line)
        elif is_destructive(line):
            broken += _ask(client, line)
    return broken


def _twice(asked: _Asked, line: Line) -> str:
    """Said with how long ago it was asked for: a booking system that dawdles looks like one that was asked twice."""
    ago = [f"{line.get('at', 0) - at:.1f} s" for at in asked.came_at]
    return f"done twice: {line['path']} (asked for {', '.join(ago)} before)"


def _look(client: _Client, line: Line) -> None:
    if line["what"] == "answered" and line["status"] in TELLING and line["path"].count("/") == 2:
        client.is_known_gone = line["status"] != 200
        for asked in client.calls.values():
            asked.may_be_done = False


def _ask(client: _Client, line: Line) -> list[str]:
    asked = client.calls[line["path"]]
    if line["what"] != "came":
        if line["what"] == "answered" and line["status"] in REFUSALS and not asked.done:
            asked.may_be_done = False
        return []
    broken = []
    if asked.may_be_done:
        broken.append(f"sent again without a look: {line['path']}")
    if client.is_known_gone:
        broken.append(f"sent though it was known to be gone: {line['path']}")
    asked.may_be_done = True
    asked.came_at.append(line.get("at", 0))
    return broken


def lost(approved: Collection[str], jobs: Mapping[str, JobSeen]) -> list[str]:
    """Approved jobs that did not come to their end."""
    where = {job: jobs[job].state.value if job in jobs else "nowhere" for job in sorted(approved)}
    return [
        f"lost: {job} is {state} ({jobs[job].reason if job in jobs else ''})"
        for job, state in where.items()
        if state != State.VERIFIED
    ]


def unfinished(jobs: Iterable[JobSeen]) -> list[str]:
    """Jobs that stand where nothing may stand for long."""
    return [f"unfinished: {job.job} is {job.state.value}" for job in jobs if job.state not in AT_REST]


def untold(jobs: Iterable[JobSeen], evidence: Sequence[Line]) -> list[str]:
    """Jobs whose lines of evidence are not exactly their moves: a path of allowed moves, from nothing to their state.

    The fencing token tells the number of claims and takeovers independently of the lines.
    """
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for line in evidence:
        if line["what"] == "job":
            lines[line["job"]].append(line)
    broken = []
    for job in jobs:
        told = lines.pop(job.job, [])
        stations: list[str | None] = [None, *(line["to"] for line in told)]
        claims = sum(line["to"] == State.SENDING for line in told)
        claims += sum(line["reason"] == "worker_gone" for line in told)
        if [line["from"] for line in told] != stations[:-1] or stations[-1] != job.state.value:
            broken.append(f"the evidence does not lead where the job stands: {job.job}")
        elif any(State(line["to"]) not in MOVES[State(line["from"])] for line in told if line["from"]):
            broken.append(f"the evidence tells of a move that is none: {job.job}")
        elif claims != job.attempt:
            broken.append(f"{claims} claims are told, {job.attempt} were made: {job.job}")
    return broken + [f"the evidence tells of a job that is not there: {job}" for job in lines]


def touched(
    before: Mapping[str, str], after: Mapping[str, str], ledger: Iterable[Line], *, allowed: Collection[str]
) -> list[str]:
    """Clients of whom something was destroyed, or only asked to be, though nobody had said a word about them."""
    changed = {client for client, digest in before.items() if after.get(client) != digest}
    asked = {line["client"] for line in ledger if line["what"] == "did" or is_destructive(line)}
    return [f"touched without a word: {client}" for client in sorted((changed | asked) - set(allowed))]


def unapplied(accepted: Mapping[str, str], seen: Collection[str], mirror: Sequence[str]) -> list[str]:
    """Deliveries that were answered 2xx and are not in the mirror exactly once: delivery id → what it made."""
    broken = [f"accepted and forgotten: {delivery}" for delivery in sorted(accepted.keys() - set(seen))]
    made, there = Counter(accepted.values()), Counter(mirror)
    broken += [f"accepted and not in the mirror: {what}" for what in sorted((made - there).elements())]
    return broken + [
        f"more often in the mirror than told: {what}" for what in sorted((there - made).elements())
    ]
