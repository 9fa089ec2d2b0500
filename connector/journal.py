"""The erasure journal: a file outside the database and its backup, on the disk before each destructive call.

A restored database does not know what was erased since its backup was made; the journal does (`journal_replay`). Each
line is JSON: which salon, the keyed name of the client's id (of no use without the salon's keys), which call of which
job, when, and how far the salon's evidence reached. So it also anchors the chain's heads: a chain that was cut off,
or rewritten whole, is at odds with it. Each line carries a mark made with the salon's keys: lines of another
installation, or of a salon that only has the same name, are none of ours. A line that a crash cut short was
never followed by its call, and is passed over.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from connector import journal_file
from connector.evidence import Head, canonical
from connector.journal_file import JournalAway
from connector.salons import Account
from policies.decisions import JobKind

__all__ = ["Destroyed", "JournalAway", "Kept"]


@dataclass(frozen=True)
class Destroyed:
    """One destructive call that was about to go out: it may have been done, or not."""

    salon: str
    client_key: str
    job: UUID
    kind: JobKind
    at: datetime
    round: int = 1
    call: int = 0
    attempt: int = 1  # the fencing token: with it, one call is never taken for another


@dataclass(frozen=True)
class Kept:
    """What the journal holds of one salon: calls that may have been done, and the heads of its chain."""

    destroyed: tuple[Destroyed, ...] = ()
    heads: tuple[Head, ...] = ()


@dataclass(frozen=True)
class Read:
    """What was read at once, by salon.

    `strangers`: so many destructive calls are of salons or keys that are not here. `changed`: the numbers of lines that
    cannot be read, or that name one of these salons without its mark; what they told is not known.
    """

    salons: Mapping[str, Kept]
    strangers: int
    changed: tuple[int, ...]


def keep_destroying(directory: Path, account: Account, about: Destroyed, head: Head | None) -> None:
    """Put on the disk what is about to be destroyed; the call may go out once this returns.

    Raises JournalAway, and then it may not.
    """
    _append(directory, account, {"what": "destroying", **_call(about), **_head(head)}, about.at)


def keep_undone(directory: Path, account: Account, about: Destroyed, *, at: datetime) -> None:
    """Take back what was put down: the booking system refused the call, so that nothing was destroyed by it."""
    _append(directory, account, {"what": "undone", **_call(about)}, at)


def keep_head(directory: Path, account: Account, head: Head | None, *, at: datetime) -> None:
    """Anchor a chain's head (each night's); it must be one that was committed. Raises JournalAway."""
    if head is not None:
        _append(directory, account, {"what": "head", **_head(head)}, at)


def keep_restored(directory: Path, account: Account, after: int, head: Head, *, at: datetime) -> None:
    """From now on the chain goes on behind line `after`: heads beyond it are of a past that a restore undid."""
    _append(directory, account, {"what": "restored", "after": after, **_head(head)}, at)


def read(directory: Path, accounts: Iterable[Account]) -> Read:
    """All that the journal holds of these salons, the earliest first, in one pass. Raises JournalAway."""
    ours = {account.slug: account for account in accounts}
    kept = {slug: _Gathered(slug) for slug in ours}
    strangers, changed = 0, []
    for number, line in journal_file.numbered(directory):
        account = None if line is None else ours.get(line["salon"])
        if line is not None and account is not None and _is_ours(line, account):
            kept[account.slug].take(line)
            continue
        strangers += line is not None and line["what"] == "destroying"
        if line is None or account is not None:
            changed.append(number)
    return Read({slug: one.kept for slug, one in kept.items()}, strangers, tuple(changed))


def heads(directory: Path, account: Account) -> list[Head]:
    """Every head of a salon's chain that was anchored and that no restore undid, for `evidence.check`."""
    return list(read(directory, [account]).salons[account.slug].heads)


def destroyed(directory: Path, account: Account) -> list[Destroyed]:
    """Every destructive call that may have been done for a salon, the earliest first."""
    return list(read(directory, [account]).salons[account.slug].destroyed)


class _Gathered:
    """One salon's lines, taken one after the other."""

    def __init__(self, salon: str) -> None:
        self._salon = salon
        self._calls: dict[tuple[UUID, int, int, int], Destroyed] = {}
        self._heads: list[Head] = []

    def take(self, line: Mapping[str, Any]) -> None:
        """Let one line in."""
        if line["what"] == "restored":
            self._heads = [head for head in self._heads if head.seq <= line["after"]]
        if "seq" in line:
            self._heads.append(Head(self._salon, line["seq"], bytes.fromhex(line["digest"])))
        if line["what"] in {"destroying", "undone"}:
            call = _read_call(line)
            key = (call.job, call.round, call.call, call.attempt)
            self._calls.pop(key, None)
            if line["what"] == "destroying":
                self._calls[key] = call

    @property
    def kept(self) -> Kept:
        """What they come to."""
        return Kept(tuple(self._calls.values()), tuple(self._heads))


def _append(directory: Path, account: Account, told: dict[str, Any], at: datetime) -> None:
    line = {"salon": account.slug, "at": at.astimezone(UTC).isoformat(), **told}
    journal_file.append(directory, {**line, "mark": _mark(account, line)})


def _is_ours(line: Mapping[str, Any], account: Account) -> bool:
    told = {name: value for name, value in line.items() if name != "mark"}
    return line["salon"] == account.slug and line.get("mark") == _mark(account, told)


def _mark(account: Account, line: Mapping[str, Any]) -> str:
    return account.keys.mark(canonical(line))


def _call(about: Destroyed) -> dict[str, Any]:
    return {
        "client": about.client_key,
        "job": str(about.job),
        "kind": about.kind.value,
        "round": about.round,
        "call": about.call,
        "attempt": about.attempt,
    }


def _read_call(line: Mapping[str, Any]) -> Destroyed:
    return Destroyed(
        salon=line["salon"],
        client_key=line["client"],
        job=UUID(line["job"]),
        kind=JobKind(line["kind"]),
        at=datetime.fromisoformat(line["at"]),
        round=line["round"],
        call=line["call"],
        attempt=line["attempt"],
    )


def _head(head: Head | None) -> dict[str, Any]:
    return {} if head is None else {"seq": head.seq, "digest": head.digest.hex()}
