"""The erasure journal: a file outside the database and its backup, on the disk before each destructive call.

A restored database does not know what was erased since its backup was made; the journal does. Each line is JSON: which
salon, the keyed name of the client's id (of no use without the salon's keys), which job, when, and how far the
salon's evidence reached. So it also anchors the chain's heads: a chain that was cut off, or rewritten whole, is
at odds with it. A line that a crash cut short was never followed by its call, and is passed over.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from connector.evidence import Head

_FILE = "erasures.ndjson"


@dataclass(frozen=True)
class Destroyed:
    """One destructive call that was about to go out."""

    salon: str
    client_key: str
    job: UUID
    at: datetime


def keep_destroying(directory: Path, about: Destroyed, head: Head | None) -> None:
    """Put on the disk what is about to be destroyed; the call may go out once this returns."""
    anchor = {"seq": head.seq, "digest": head.digest.hex()} if head else {}
    at = about.at.astimezone(UTC).isoformat()
    _append(
        directory,
        {"salon": about.salon, "client": about.client_key, "job": str(about.job), "at": at, **anchor},
    )


def keep_head(directory: Path, head: Head | None, *, at: datetime) -> None:
    """Anchor a chain's head (each night's); it must be one that was committed."""
    if head is None:
        return
    line = {
        "salon": head.salon,
        "seq": head.seq,
        "digest": head.digest.hex(),
        "at": at.astimezone(UTC).isoformat(),
    }
    _append(directory, line)


def heads(directory: Path, salon: str) -> list[Head]:
    """Every head of a salon's chain that was anchored, for `evidence.check`."""
    return [
        Head(salon, line["seq"], bytes.fromhex(line["digest"]))
        for line in _lines(directory)
        if line["salon"] == salon and "seq" in line
    ]


def destroyed(directory: Path, salon: str) -> list[Destroyed]:
    """Every destructive call that may have gone out for a salon, the earliest first."""
    return [
        Destroyed(salon, line["client"], UUID(line["job"]), datetime.fromisoformat(line["at"]))
        for line in _lines(directory)
        if line["salon"] == salon and "client" in line
    ]


def _append(directory: Path, line: dict[str, Any]) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = directory / _FILE
    is_new = not path.exists()
    with os.fdopen(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), "ab+", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        file.seek(max(size - 1, 0))
        start = b"" if size == 0 or file.read(1) == b"\n" else b"\n"  # after a line that was cut short
        file.write(start + json.dumps(line, sort_keys=True).encode() + b"\n")
        os.fsync(file.fileno())
    if is_new:
        _sync_folder(directory)


def _sync_folder(directory: Path) -> None:
    """A new file is only there after a crash once its folder is on the disk as well."""
    folder = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _lines(directory: Path) -> Iterator[dict[str, Any]]:
    try:
        kept = (directory / _FILE).read_bytes()
    except FileNotFoundError:
        return
    for text in kept.splitlines():
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and "salon" in line and "at" in line:
            yield line
