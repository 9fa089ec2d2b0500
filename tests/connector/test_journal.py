"""The erasure journal: on the disk before the call, whole after a crash, one line per destruction, nobody else's."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from connector import journal, journal_file
from connector.evidence import Head
from connector.journal import Destroyed, JournalAway
from connector.salons import Account
from connector.vault import Keys
from policies.decisions import JobKind
from tests.builders import NOON
from webhooks.registry import DIALECTS

DAY = timedelta(days=1)


def account(slug: str = "aava") -> Account:
    """A salon with keys of its own."""
    return Account(slug, DIALECTS["standard"], None, None, Keys.new(), None, None, NOON, date.max)


AAVA, TOINEN = account(), account("toinen")


def about(client_key: str = "k1", *, at: datetime = NOON, salon: str = "aava") -> Destroyed:
    """One destruction."""
    return Destroyed(salon, client_key, uuid4(), JobKind.ERASE, at)


def head(seq: int, salon: str = "aava") -> Head:
    """A head of a chain."""
    return Head(salon, seq, bytes([seq]) * 32)


def file_of(folder: Path) -> Path:
    """The journal's file."""
    return folder / journal_file.NAME


def test_what_was_put_down_is_read_back_by_salon(tmp_path: Path) -> None:
    ours, theirs = about(), about(salon="toinen")
    journal.keep_destroying(tmp_path, AAVA, ours, head(3))
    journal.keep_destroying(tmp_path, TOINEN, theirs, None)
    journal.keep_head(tmp_path, AAVA, head(5), at=NOON)
    journal.keep_head(tmp_path, AAVA, None, at=NOON)
    assert journal.destroyed(tmp_path, AAVA) == [ours]
    assert journal.destroyed(tmp_path, TOINEN) == [theirs]
    assert journal.heads(tmp_path, AAVA) == [head(3), head(5)]
    assert journal.heads(tmp_path, TOINEN) == []


def test_without_a_journal_nothing_was_destroyed(tmp_path: Path) -> None:
    assert journal.destroyed(tmp_path / "none", AAVA) == []
    assert journal.heads(tmp_path / "none", AAVA) == []


def test_a_call_that_was_refused_has_destroyed_nothing(tmp_path: Path) -> None:
    refused, done = about("k1"), about("k2")
    for one in (refused, done):
        journal.keep_destroying(tmp_path, AAVA, one, None)
    journal.keep_undone(tmp_path, AAVA, refused, at=NOON)
    assert journal.destroyed(tmp_path, AAVA) == [done]


def test_a_line_that_a_crash_cut_short_spoils_neither_the_one_before_nor_the_one_after(
    tmp_path: Path,
) -> None:
    first, second = about("k1"), about("k2")
    journal.keep_destroying(tmp_path, AAVA, first, None)
    with file_of(tmp_path).open("ab") as torn:
        torn.write(b'{"salon": "aava", "client": "k9')
    assert journal.destroyed(tmp_path, AAVA) == [first]
    journal.keep_destroying(tmp_path, AAVA, second, None)
    assert journal.destroyed(tmp_path, AAVA) == [first, second]


def test_lines_of_other_keys_and_lines_that_somebody_changed_are_none_of_ours(tmp_path: Path) -> None:
    namesake, ours = account("aava"), about("k1")
    journal.keep_destroying(tmp_path, namesake, about("k8"), head(9))
    journal.keep_destroying(tmp_path, AAVA, ours, None)
    journal.keep_destroying(tmp_path, AAVA, about("k2"), None)
    journal.keep_destroying(tmp_path, TOINEN, about("k3", salon="toinen"), None)
    text = file_of(tmp_path).read_text()
    file_of(tmp_path).write_text(text.replace('"k2"', '"k7"') + "[]\n{}\nnull\n")
    read = journal.read(tmp_path, [AAVA])
    assert read.salons["aava"] == journal.Kept((ours,))
    assert read.strangers == 3


def test_heads_of_a_past_that_a_restore_undid_anchor_nothing_any_more(tmp_path: Path) -> None:
    for seq in (2, 5, 9):
        journal.keep_head(tmp_path, AAVA, head(seq), at=NOON)
    journal.keep_restored(tmp_path, AAVA, 5, head(6), at=NOON)
    assert journal.heads(tmp_path, AAVA) == [head(2), head(5), head(6)]


def test_only_its_owner_can_read_the_journal(tmp_path: Path) -> None:
    journal.keep_destroying(tmp_path / "deep" / "journal", AAVA, about(), None)
    folder = tmp_path / "deep" / "journal"
    assert stat.S_IMODE(os.stat(file_of(folder)).st_mode) == 0o600
    assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700


def test_many_writers_at_once_keep_every_line_while_the_file_is_written_anew(tmp_path: Path) -> None:
    journal.keep_destroying(tmp_path, AAVA, about("old", at=NOON - 500 * DAY), None)
    every = [about(f"k{number}") for number in range(60)]

    def write(one: Destroyed) -> None:
        journal.keep_destroying(tmp_path, AAVA, one, None)
        journal_file.forget_old(tmp_path, now=NOON)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, every))
    assert {one.client_key for one in journal.destroyed(tmp_path, AAVA)} == {one.client_key for one in every}


@pytest.mark.parametrize(("age", "gone"), [(429, 0), (431, 1)])
def test_lines_that_are_older_than_any_backup_go_once_a_month(tmp_path: Path, age: int, gone: int) -> None:
    old, new = about("k1", at=NOON - age * DAY), about("k2")
    journal.keep_destroying(tmp_path, AAVA, old, head(1))
    journal.keep_destroying(tmp_path, AAVA, new, head(2))
    assert journal_file.forget_old(tmp_path, now=NOON) == gone
    assert journal.destroyed(tmp_path, AAVA) == [old, new][gone:]
    assert journal_file.forget_old(tmp_path, now=NOON) == 0
    assert [path.name for path in tmp_path.iterdir()] == [journal_file.NAME]


def test_a_salons_last_head_stays_however_old_it_is(tmp_path: Path) -> None:
    journal.keep_head(tmp_path, AAVA, head(1), at=NOON - 600 * DAY)
    journal.keep_head(tmp_path, AAVA, head(2), at=NOON - 600 * DAY)
    journal.keep_head(tmp_path, TOINEN, head(7, "toinen"), at=NOON)
    assert journal_file.forget_old(tmp_path, now=NOON) == 1
    assert journal.heads(tmp_path, AAVA) == [head(2)]


def test_what_was_written_after_a_young_line_stays_though_the_clock_was_set_back(tmp_path: Path) -> None:
    journal.keep_destroying(tmp_path, AAVA, about("k1", at=NOON - 500 * DAY), None)
    journal.keep_destroying(tmp_path, AAVA, about("k2"), None)
    journal.keep_destroying(tmp_path, AAVA, about("k3", at=NOON - 500 * DAY), None)
    assert journal_file.forget_old(tmp_path, now=NOON) == 1
    assert [one.client_key for one in journal.destroyed(tmp_path, AAVA)] == ["k2", "k3"]


def test_a_journal_that_cannot_be_written_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(JournalAway):
        journal.keep_destroying(tmp_path / "file", AAVA, about(), None)
    assert not journal_file.is_writable(tmp_path / "file")
    assert journal_file.is_writable(tmp_path)
