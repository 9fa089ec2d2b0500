"""Which of a chain's oldest lines may go together, and whether they follow from each other; no database here."""

import json
from dataclasses import dataclass, field, replace
from datetime import date, datetime, tzinfo
from typing import Any
from uuid import UUID

from connector import evidence
from connector import evidence_verifier as verifier
from connector.evidence_verifier import Checkpoint, Line
from connector.salons import Account


@dataclass(frozen=True)
class Run:
    """Lines in a row that go together, with the checkpoints beside them that they are joined to."""

    first: int
    last: int
    previous: bytes
    digest: bytes
    from_at: datetime
    until_at: datetime
    going: int = 0  # lines that go, but for those whose only news is an earlier pruning that is told anew
    joined: tuple[Checkpoint, ...] = ()


@dataclass
class Reading:
    """How far the oldest lines were read: what follows from what, and which runs may go."""

    account: Account
    last_day: date
    zone: tzinfo | None
    checkpoints: list[Checkpoint]
    unfinished: frozenset[UUID]
    reached: int
    previous: bytes
    open: Run | None = None
    runs: list[Run] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._bridges = {one.first: one for one in self.checkpoints}
        self._tellers = {one.told for one in self.checkpoints}
        self._needed = {str(job) for job in self.unfinished}

    def take(self, line: Line) -> bool | None:
        """Go one line further. False: it is too young, and so is what comes after. None: it does not follow."""
        while (bridge := self._bridges.get(self.reached + 1)) is not None:
            if not self._cross(bridge):
                return None
        said, body = said_by(line), line.body or b""
        follows = line.seq == self.reached + 1 and line.digest == verifier.line_digest(
            line.seq, self.previous, body
        )
        if not follows or said is None:
            return None
        at = datetime.fromisoformat(said["at"])
        if at.astimezone(self.zone).date() > self.last_day:
            return False
        if self._is_needed(line, said):
            self.close()
        else:
            self._add(line, at)
        self.reached, self.previous = line.seq, line.digest
        return True

    def close(self) -> None:
        """End the run that is open."""
        if self.open is not None and self.open.going:
            self.runs.append(self.open)
        self.open = None

    def start_beside(self, one: Checkpoint) -> None:
        """Have the next line joined to a checkpoint that ends where the reading begins."""
        self.open = _run_of(one)

    def _cross(self, one: Checkpoint) -> bool:
        if one.previous != self.previous or not is_signed(self.account, one):
            return False
        run = _run_of(one)
        self.open = run if self.open is None else _joined(self.open, run)
        self.reached, self.previous = one.seq, one.digest
        return True

    def _add(self, line: Line, at: datetime) -> None:
        going = 0 if line.seq in self._tellers else 1
        run = Run(line.seq, line.seq, self.previous, line.digest, at, at, going)
        self.open = run if self.open is None else _joined(self.open, run)

    def _is_needed(self, line: Line, said: dict[str, Any]) -> bool:
        if said.get("job") in self._needed:
            return True
        if line.seq not in self._tellers:
            return False
        runs = self.runs if self.open is None else [*self.runs, self.open]
        is_told_anew = any(one.told == line.seq for run in runs for one in run.joined)
        return not is_told_anew


def is_signed(account: Account, one: Checkpoint) -> bool:
    """Whether a checkpoint bears this salon's signature."""
    statement = verifier.checkpoint_statement(account.slug, one)
    return verifier.is_signature(evidence.public_key(account), statement, one.signature)


def _run_of(one: Checkpoint) -> Run:
    from_at, until_at = datetime.fromisoformat(one.from_at), datetime.fromisoformat(one.until_at)
    return Run(one.first, one.seq, one.previous, one.digest, from_at, until_at, 0, (one,))


def _joined(run: Run, later: Run) -> Run:
    return replace(
        run,
        last=later.last,
        digest=later.digest,
        from_at=min(run.from_at, later.from_at),
        until_at=max(run.until_at, later.until_at),
        going=run.going + later.going,
        joined=(*run.joined, *later.joined),
    )


def count(run: Run) -> int:
    """How many lines go with a run."""
    return run.last - run.first + 1 - sum(one.seq - one.first + 1 for one in run.joined)


def said_by(line: Line) -> dict[str, Any] | None:
    """What a line says; None where it is not one that we wrote."""
    try:
        said = json.loads(line.body or b"")
        datetime.fromisoformat(said["at"])
        if "job" in said:
            UUID(said["job"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return said if isinstance(said, dict) else None
