"""The journal's file: lines that are on the disk once they are written, under a lock, and thrown away when old.

A line older than a year belongs to a backup older than a year: whoever restores such a one has promised too much to too
many by then (README, "Run it": destroy backups that are older). So the file does not grow for ever.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NAME = "erasures.ndjson"
#: longer than any backup is kept
KEPT_FOR = timedelta(days=400)
#: thrown away in heaps, so that the file is written anew once a month rather than every night
_HEAP = timedelta(days=30)


class JournalAway(Exception):
    """The journal cannot be written now: the folder is missing, not ours, read-only or full."""

    def __init__(self) -> None:
        super().__init__("the erasure journal cannot be written")


def append(directory: Path, line: dict[str, Any]) -> None:
    """Write one line; it is on the disk once this returns. Raises JournalAway."""
    try:
        _append(directory, json.dumps(line, sort_keys=True).encode() + b"\n")
    except OSError:
        raise JournalAway from None


def lines(directory: Path) -> Iterator[dict[str, Any]]:
    """Every line that can be read, the earliest first. Raises JournalAway where there is a file that cannot."""
    return (line for _, line in numbered(directory) if line is not None)


def numbered(directory: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """Every whole line with its number; None for one that was written whole and has been changed since.

    One that was cut short told of nothing that was done: its call never followed. Raises JournalAway.
    """
    try:
        kept = (directory / NAME).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError:
        raise JournalAway from None
    for number, text in enumerate(kept.split(b"\n"), start=1):
        line = _line(text)
        if line is not None or text.endswith(b"}"):
            yield number, line


def exists(directory: Path) -> bool:
    """Whether anything was ever written there."""
    return (directory / NAME).exists()


def is_writable(directory: Path) -> bool:
    """Whether a line could be written now; writes none."""
    try:
        _make(directory)
        with _locked(directory / NAME):
            return True
    except OSError:
        return False


def forget_old(directory: Path, *, now: datetime) -> int:
    """Write the file anew without lines older than KEPT_FOR, once a month; give how many went.

    Each salon's last line with a head stays, however old: without one its chain could be cut off unseen.
    Raises JournalAway, and then the file is as it was.
    """
    before = now - KEPT_FOR
    first = next(lines(directory), None)
    if first is None or _at(first) > before - _HEAP:
        return 0
    try:
        with _locked(directory / NAME):
            return _write_anew(directory, before)
    except OSError:
        raise JournalAway from None


def _write_anew(directory: Path, before: datetime) -> int:
    every = list(lines(directory))
    # by their order, not each by its date: a clock that was set back must not tear a hole
    young = next((number for number, line in enumerate(every) if _at(line) > before), len(every))
    last = {line["salon"]: number for number, line in enumerate(every) if "seq" in line}
    stay = [line for number, line in enumerate(every) if number >= young or number == last.get(line["salon"])]
    new = directory / f"{NAME}.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(json.dumps(line, sort_keys=True).encode() + b"\n" for line in stay)
        file.flush()
        os.fsync(file.fileno())
    new.replace(directory / NAME)
    _sync_folder(directory)
    return len(every) - len(stay)


def _append(directory: Path, text: bytes) -> None:
    _make(directory)
    path = directory / NAME
    is_new = not path.exists()
    with _locked(path) as file:
        size = os.lseek(file, 0, os.SEEK_END)
        is_cut_short = size > 0 and os.pread(file, 1, size - 1) != b"\n"
        text = b"\n" + text if is_cut_short else text
        if os.write(file, text) != len(text):  # a disk that is nearly full takes a part
            raise OSError
        os.fsync(file)
    if is_new:
        _sync_folder(directory)


@contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The file, open and ours alone; the one that is there now, since another process may have written it anew."""
    while True:
        file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_there(file, path):
                yield file
                return
        finally:
            os.close(file)


def _is_there(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _make(directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)


def _sync_folder(directory: Path) -> None:
    """A new file is only there after a crash once its folder is on the disk as well."""
    folder = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _line(text: bytes) -> dict[str, Any] | None:
    """A line, or None where it is not as we write them."""
    try:
        line = json.loads(text, parse_constant=_refuse, parse_float=_refuse)
    except (ValueError, RecursionError):
        return None
    is_ours = isinstance(line, dict) and all(
        isinstance(line.get(name), str) for name in ("salon", "at", "what")
    )
    return line if is_ours else None


def _refuse(number: str) -> None:
    raise ValueError(number)  # NaN, Infinity, what comes to it: we write whole numbers


def _at(line: dict[str, Any]) -> datetime:
    """When a line was written; one that cannot say it is as old as can be."""
    try:
        return datetime.fromisoformat(line["at"]).astimezone(UTC)
    except (TypeError, ValueError):
        return datetime.min.replace(tzinfo=UTC)
