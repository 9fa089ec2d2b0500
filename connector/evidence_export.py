"""The evidence file for the auditor: public key, signed head, checkpoints and the chain, line by line.

Takes: a chain, and what may be shown of it. Gives: JSON Lines, that `verify_evidence.py` reads. Next: the auditor.

JSON Lines rather than one document: it is written and checked one line at a time, however long the chain, and a line
can be read with any text editor. The chain is always there as a whole; a line that is not to be shown stands
as the hash of its body. It is checked while it is written.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path
from typing import Any, BinaryIO

from sqlmodel import Session

from connector import evidence, evidence_files
from connector import evidence_verifier as verifier
from connector.evidence import Checked, Head
from connector.evidence_rows import number
from connector.evidence_verifier import Line
from connector.salons import Account

TELL_EVERY = 10_000  # lines
_OF_THE_CHAIN = frozenset({"pruned", "restored"})


@dataclass(frozen=True)
class Asked:
    """What is to be shown: every line, or those of some clients (by their keyed names) or days."""

    clients: frozenset[str] = frozenset()
    first: date | None = None
    last: date | None = None
    zone: tzinfo | None = None  # whose days; None is UTC

    @property
    def is_everything(self) -> bool:
        """Whether nothing is left out."""
        return not self.clients and self.first is None and self.last is None

    def shows(self, said: dict[str, Any]) -> bool:
        """Whether a line is one of those. What tells of a checkpoint or a restore belongs to the chain itself."""
        if said.get("what") in _OF_THE_CHAIN:
            return True
        if self.clients and said.get("client") not in self.clients:
            return False
        if self.first is None and self.last is None:
            return True
        day = datetime.fromisoformat(said["at"]).astimezone(self.zone or UTC).date()
        return (self.first or date.min) <= day <= (self.last or date.max)


@dataclass(frozen=True)
class Exported:
    """What was written: how many lines, how many of them shown, up to which head, and whether the chain holds."""

    lines: int
    shown: int
    head: Head | None
    checked: Checked


@dataclass
class _Writing:
    out: BinaryIO
    asked: Asked
    on_progress: Callable[[str], None]
    lines: int = 0
    shown: int = 0

    def passing(self, lines: Iterator[Line]) -> Iterator[Line]:
        """The same lines, written down."""
        for line in lines:
            self.put(self._row(line))
            self.lines += 1
            if self.lines % TELL_EVERY == 0:
                self.on_progress(f"{self.lines} lines written")
            yield line

    def put(self, row: dict[str, Any]) -> None:
        """One row."""
        self.out.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")

    def _row(self, line: Line) -> dict[str, Any]:
        row: dict[str, Any] = {"seq": number(line.seq), "digest": line.digest.hex()}
        text = self._text(line.body or b"")
        if text is None:
            return row | {"body_hash": verifier.hash_of(line.body or b"").hex()}
        self.shown += 1
        return row | {"body": text}

    def _text(self, body: bytes) -> str | None:
        """What a line says, where it is to be shown. What is no text of ours was tampered with: its hash tells."""
        try:
            text = body.decode()
            is_shown = self.asked.is_everything or self.asked.shows(json.loads(text))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
            return None
        return text if is_shown else None


def to_file(
    db: Session,
    account: Account,
    path: Path,
    *,
    now: datetime,
    asked: Asked | None = None,
    force: bool = False,
    on_progress: Callable[[str], None] = lambda _line: None,
) -> Exported:
    """Write a salon's evidence file; `db` is a snapshot. Raises evidence_files.CannotWrite."""
    with evidence_files.new_file(path, force=force) as out:
        return export(db, account, out, now=now, asked=asked or Asked(), on_progress=on_progress)


def export(
    db: Session,
    account: Account,
    out: BinaryIO,
    *,
    now: datetime,
    asked: Asked,
    on_progress: Callable[[str], None] = lambda _line: None,
) -> Exported:
    """Write the header, the checkpoints and the lines, one at a time; say whether the chain holds."""
    signed, known = evidence.signed_head(db, account), evidence.checkpoints(db, account)
    writing = _Writing(out, asked, on_progress)
    writing.put(_header(account, signed, len(known), asked, now))
    for one in known:
        writing.put(
            {
                "first": one.first,
                "seq": one.seq,
                "previous": one.previous.hex(),
                "digest": one.digest.hex(),
                "from": one.from_at,
                "until": one.until_at,
                "told": one.told,
                "signature": one.signature.hex(),
            }
        )
    checked = evidence.walk(account, writing.passing(evidence.lines(db, account)), known, signed)
    head = None if signed is None or signed.seq < 0 else Head(account.slug, signed.seq, signed.digest)
    return Exported(writing.lines, writing.shown, head, checked)


def _header(
    account: Account, signed: evidence.Signed | None, checkpoints: int, asked: Asked, now: datetime
) -> dict[str, Any]:
    head = signed and {
        "seq": signed.seq,
        "digest": signed.digest.hex(),
        "signature": signed.signature.hex(),
        "at": signed.at and signed.at.isoformat(),
    }
    only = {
        "clients": sorted(asked.clients),
        "from": asked.first and asked.first.isoformat(),
        "until": asked.last and asked.last.isoformat(),
    }
    return {
        "evidence": verifier.FORMAT,
        "salon": account.slug,
        "public_key": evidence.public_key(account).hex(),
        "head": head,
        "made_at": now.astimezone(UTC).isoformat(),
        "asked": None if asked.is_everything else only,
        "checkpoints": checkpoints,
    }
