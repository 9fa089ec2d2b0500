"""The rows of a workbook, read by a process of its own (spreadsheets_child.py) that is ended when it takes too much.

It gets the bytes through a pipe and no environment, so nothing of a list lies on a disk and no secret is within its
reach. One at a time: several hundred megabytes for each would be more than a small machine has.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from connector import spreadsheets_child
from webhooks.imports.errors import UnreadableList
from webhooks.imports.sheet import Row

_CHILD = str(Path(spreadsheets_child.__file__))
_WHY = {
    spreadsheets_child.EMPTY: "empty",
    spreadsheets_child.PASSWORD: "password",
    spreadsheets_child.NO_WORKBOOK: "no_workbook",
    spreadsheets_child.TOO_MUCH: "too_long",
}
_ONE_AT_A_TIME = threading.Lock()


@dataclass(frozen=True)
class Bounds:
    """What one workbook may take: bytes of memory, seconds of a processor, seconds in all; and bytes of its rows.

    50,000 rows of 20 columns take less than 256 MB and two seconds of a processor. The rows may be as long as a list
    of text may (spreadsheets.py). `wait_seconds` is for another list that is being read.
    """

    memory: int = 512 * 1024 * 1024
    processor_seconds: int = 15
    seconds: float = 30
    rows: int = 20 * 1024 * 1024
    wait_seconds: float = 5


BOUNDS = Bounds()


def rows(data: bytes, bounds: Bounds = BOUNDS) -> Iterator[Row]:
    """The filled rows of a workbook's first filled sheet, with the lines that its own program shows.

    Raises UnreadableList: empty, password, no_workbook, too_long; too_heavy, whatever it was that took too much; busy.
    """
    if not _ONE_AT_A_TIME.acquire(timeout=bounds.wait_seconds):
        raise UnreadableList("busy")
    try:
        said = _said(data, bounds)
    finally:
        _ONE_AT_A_TIME.release()
    *lines, end = said.split(b"\n")
    how = json.loads(end or b"null")
    if how != spreadsheets_child.READ:
        raise UnreadableList(_WHY.get(how, "too_heavy"))
    return (Row(line, tuple(cells)) for line, cells in map(json.loads, lines))


def _said(data: bytes, bounds: Bounds) -> bytes:
    """What the child wrote; nothing where it was ended, by itself or by us."""
    limits = (bounds.memory, bounds.processor_seconds, bounds.rows)
    try:
        done = subprocess.run(  # noqa: S603 (our own program, with three numbers)
            [sys.executable, "-I", _CHILD, *map(str, limits)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=bounds.seconds,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):  # there is no room even for it, or it has had its time
        return b""
    return done.stdout if done.returncode == 0 else b""
