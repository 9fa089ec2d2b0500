"""The erasure journal: on the disk before the call, whole after a crash, one line per destruction."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from connector import journal
from connector.evidence import Head
from connector.journal import Destroyed
from tests.builders import NOON


def about(salon: str = "aava", client_key: str = "k1") -> Destroyed:
    """One destruction."""
    return Destroyed(salon, client_key, uuid4(), NOON)


def test_what_was_put_down_is_read_back_by_salon(tmp_path: Path) -> None:
    ours, theirs = about(), about("toinen")
    journal.keep_destroying(tmp_path, ours, Head("aava", 3, b"\x01" * 32))
    journal.keep_destroying(tmp_path, theirs, None)
    journal.keep_head(tmp_path, Head("aava", 5, b"\x02" * 32), at=NOON)
    journal.keep_head(tmp_path, None, at=NOON)
    assert journal.destroyed(tmp_path, "aava") == [ours]
    assert journal.destroyed(tmp_path, "toinen") == [theirs]
    assert journal.heads(tmp_path, "aava") == [Head("aava", 3, b"\x01" * 32), Head("aava", 5, b"\x02" * 32)]
    assert journal.heads(tmp_path, "toinen") == []


def test_without_a_journal_nothing_was_destroyed(tmp_path: Path) -> None:
    assert journal.destroyed(tmp_path / "none", "aava") == []
    assert journal.heads(tmp_path / "none", "aava") == []


def test_a_line_that_a_crash_cut_short_spoils_neither_the_one_before_nor_the_one_after(
    tmp_path: Path,
) -> None:
    first, second = about(client_key="k1"), about(client_key="k2")
    journal.keep_destroying(tmp_path, first, None)
    (file,) = tmp_path.iterdir()
    with file.open("ab") as torn:
        torn.write(b'{"salon": "aava", "client": "k9')
    journal.keep_destroying(tmp_path, second, None)
    assert journal.destroyed(tmp_path, "aava") == [first, second]


def test_only_its_owner_can_read_the_journal(tmp_path: Path) -> None:
    journal.keep_destroying(tmp_path / "deep" / "journal", about(), None)
    (file,) = (tmp_path / "deep" / "journal").iterdir()
    assert stat.S_IMODE(os.stat(file).st_mode) == 0o600


def test_many_writers_at_once_keep_every_line(tmp_path: Path) -> None:
    every = [about(client_key=f"k{number}") for number in range(60)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: journal.keep_destroying(tmp_path, one, None), every))
    assert {one.client_key for one in journal.destroyed(tmp_path, "aava")} == {
        one.client_key for one in every
    }
