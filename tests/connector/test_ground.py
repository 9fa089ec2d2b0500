"""The ground fails: full, read-only, away, moved, set back. Clear answers, nothing lost, and on it goes afterwards."""

import contextlib
import os
import resource
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from connector import (
    database,
    dispatch,
    evidence,
    install,
    jobs_work,
    journal,
    journal_file,
    nightly_claims,
    owners,
    serving,
    verify,
)
from connector import program as programs
from connector.commands import cli
from connector.commands.door import Door
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.states import State
from connector.tables import Client
from connector.vault import Vault
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.conftest import connect, settings_for
from tests.connector.booking import Booking, Odd, Story, record
from tests.connector.intake import answered, body_of, browser, rows, send
from tests.databases import KEY, Postgres
from tests.postgres import Server
from webhooks.events import Answer

pytestmark = pytest.mark.journey  # servers that go away, and full disks

HOUR = timedelta(hours=1)


def told(client: str) -> bytes:
    """An event of one client."""
    return body_of("client.created", {"client": {"id": client, "has_account": True}})


def is_told_to_wait(door: FlaskClient, program: Program, salon: Account, client: str) -> bool:
    """Whether a delivery is answered so that its sender repeats it."""
    answer = send(door, program, salon, told(client), delivery=f"d-{client}")
    return (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")


def is_taken(door: FlaskClient, program: Program, salon: Account, client: str) -> bool:
    """Whether a delivery is taken in."""
    return send(door, program, salon, told(client), delivery=f"d-{client}").status_code == 204


def clients(program: Program, salon: Account) -> list[str]:
    """Everybody who is mirrored."""
    return sorted(row.client for row in rows(program, salon, Client))


# ---- full, read-only ---------------------------------------------------------------------------------


@contextlib.contextmanager
def files_are_full(longest: int = 0) -> Iterator[None]:
    """No file of this process can grow any more, or beyond this: to a program it is as if the disk were full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (longest, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """As a user who owns nothing here; root is let through every door otherwise."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def local(clock: Clock) -> Iterator[Program]:
    """An installation on SQLite in a folder that everybody may enter."""
    with tempfile.TemporaryDirectory(prefix="ovi-ground-") as folder:
        Path(folder).chmod(0o755)
        settings = settings_for(Path(folder))
        install.init(settings, now=NOON)
        opened = programs.open_program(settings, now=clock)
        yield opened
        opened.engine.dispose()


def test_on_a_full_disk_the_sender_is_told_to_wait_and_nothing_is_lost(local: Program) -> None:
    salon, door = connect(local, "aava"), browser(local)
    assert is_taken(door, local, salon, "c-1")
    with files_are_full():
        assert is_told_to_wait(door, local, salon, "c-2")
    assert is_taken(door, local, salon, "c-2")
    assert clients(local, salon) == ["c-1", "c-2"]


@pytest.mark.parametrize("room", [0, 10], ids=["none", "for a part of a line"])
def test_on_a_full_disk_the_journal_says_that_it_kept_nothing_and_goes_on_afterwards(
    story: Story, room: int
) -> None:
    folder = story.program.settings.journal_dir
    heads = [evidence.Head("aava", number, bytes(32)) for number in (1, 2, 3)]
    journal.keep_head(folder, story.account, heads[0], at=NOON)
    full = (folder / journal_file.NAME).stat().st_size + room
    with files_are_full(full), pytest.raises(journal.JournalAway):
        journal.keep_head(folder, story.account, heads[1], at=NOON)
    assert journal.heads(folder, story.account) == heads[:1]
    journal.keep_head(folder, story.account, heads[2], at=NOON)
    assert journal.heads(folder, story.account) == [heads[0], heads[2]]


def test_a_server_whose_disk_is_full_is_away(postgres: Postgres, tmp_path: Path, clock: Clock) -> None:
    """PostgreSQL says so with its error 53100."""
    settings = postgres.fresh(tmp_path)
    program = Program(settings, postgres.engine(), Vault(KEY), HttpSender(), clock)
    salon, door = connect(program, "aava"), browser(program)
    with program.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN RAISE EXCEPTION USING ERRCODE = ''53100''; END';"
            "CREATE TRIGGER full_disk BEFORE INSERT ON seen EXECUTE FUNCTION full_disk()"
        )
    assert is_told_to_wait(door, program, salon, "c-1")
    with program.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER full_disk ON seen")
    assert is_taken(door, program, salon, "c-1")
    assert clients(program, salon) == ["c-1"]


def test_in_a_folder_that_cannot_be_written_the_sender_is_told_to_wait(local: Program) -> None:
    salon, door = connect(local, "aava"), browser(local)
    folder = local.settings.data_dir
    local.engine.dispose()
    modes = {
        path: path.stat().st_mode for path in (folder, *folder.iterdir()) if path.is_file() or path == folder
    }
    for path in modes:
        path.chmod(0o555 if path.is_dir() else 0o444)
    with nobody():
        assert send_signed_is_away(door, local, salon)
    local.engine.dispose()
    for path, mode in modes.items():
        path.chmod(mode)
    assert is_taken(door, local, salon, "c-1")


def send_signed_is_away(door: FlaskClient, program: Program, salon: Account) -> bool:
    """Whether a delivery is to be repeated; it is not even looked up whose it is."""
    answer = door.post(f"/webhooks/{salon.slug}", data=told("c-1"))
    answer.close()
    return (answer.status_code, answer.headers.get("Retry-After")) == (503, "5")


def test_a_database_that_only_reads_is_away_until_it_writes_again(story: Story, program: Program) -> None:
    """SQLite with a switch of its own, PostgreSQL as a standby would: error 25006."""
    door, salon = browser(program), story.account
    is_sqlite = program.engine.dialect.name == "sqlite"

    def only_read(is_so: bool) -> None:
        """For this connection on SQLite, for every connection that is made from now on where there are many."""
        with program.engine.connect() as connection:
            if is_sqlite:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.execute(f"PRAGMA query_only={'ON' if is_so else 'OFF'}")
                return
            name = connection.engine.url.database
            connection.execution_options(isolation_level="AUTOCOMMIT")
            connection.exec_driver_sql("SET default_transaction_read_only = off")
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET default_transaction_read_only = {is_so}")
        program.engine.dispose()

    only_read(True)
    try:
        assert is_told_to_wait(door, program, salon, "c-9")
    finally:
        only_read(False)
    assert is_taken(door, program, salon, "c-9")


def test_a_command_on_a_disk_that_is_full_says_so_in_a_sentence(local: Program) -> None:
    connect(local, "aava")
    door = Door(settings=local.settings)
    with files_are_full():
        result = CliRunner().invoke(cli, ["token", "add", "watch"], obj=door)
    assert result.exit_code == 2
    assert "cannot be used now" in result.stderr


# ---- away --------------------------------------------------------------------------------------------


def test_a_file_that_was_moved_away_takes_nothing_and_goes_on_when_it_is_back(local: Program) -> None:
    salon, door = connect(local, "aava"), browser(local)
    assert is_taken(door, local, salon, "c-1")
    file = local.settings.data_dir / "ovikello.db"
    aside = file.rename(file.with_name("aside.db"))
    assert is_told_to_wait(door, local, salon, "c-2")
    assert not file.exists()
    aside.rename(file)
    assert is_taken(door, local, salon, "c-2")
    assert clients(local, salon) == ["c-1", "c-2"]


def test_another_file_in_its_place_is_not_written_before_a_new_start(local: Program) -> None:
    """It may be a backup: the journal is read at the start, and nothing may be served before."""
    salon, door = connect(local, "aava"), browser(local)
    file = local.settings.data_dir / "ovikello.db"
    local.engine.dispose()
    copy = file.with_name("backup.db")
    copy.write_bytes(file.read_bytes())
    assert is_taken(door, local, salon, "c-1")
    copy.replace(file)
    assert is_told_to_wait(door, local, salon, "c-2")


def test_a_server_that_goes_away_and_comes_back_loses_nothing(tmp_path: Path, clock: Clock) -> None:
    server = Server(durable=True)
    try:
        settings = settings_for(tmp_path, server.url())
        install.init(settings, now=NOON)
        program = programs.open_program(settings, now=clock)
        salon, door = connect(program, "aava"), browser(program)
        assert is_taken(door, program, salon, "c-1")
        server.down()
        assert send_signed_is_away(door, program, salon)
        assert "does not answer" in said(settings, "jobs")
        server.up()
        assert is_taken(door, program, salon, "c-2")
        assert clients(program, salon) == ["c-1", "c-2"]
        program.engine.dispose()
    finally:
        server.stop()


def said(settings: Settings, *arguments: str) -> str:
    """What a command says that cannot be done."""
    result = CliRunner().invoke(cli, list(arguments), obj=Door(settings=settings))
    assert result.exit_code == 2
    return result.stderr


# ---- the journal -------------------------------------------------------------------------------------


@pytest.fixture
def story(program: Program, salon: Account) -> Story:
    """Two clients who are due."""
    booking = Booking()
    made = Story(replace(program, send=booking), salon, booking)
    made.there_is(record("c-1"), record("c-2"))
    return made


def test_without_a_journal_no_destructive_call_goes_out_and_it_does_once_there_is_one(story: Story) -> None:
    folder = story.program.settings.journal_dir
    folder.rmdir()
    folder.touch()
    job_id = story.approved_job_for("c-1")
    assert dispatch.run_one(story.program, job_id) == "approved"
    assert (story.booking.writes, story.row(job_id).reason) == ([], "no_journal")
    folder.unlink()
    later = story.at(NOON + HOUR)
    assert dispatch.run_one(later.program, job_id) == "sent"
    assert verify.run_one(later.program, job_id, 0) == "verified"
    assert len(journal.destroyed(folder, story.account)) == 1


def test_what_destroys_nothing_goes_out_without_a_journal(story: Story) -> None:
    folder = story.program.settings.journal_dir
    folder.rmdir()
    folder.touch()
    story.there_is(record("c-1", marketing={"email": True}, revision=5))
    story.told(answered(Answer.WITHDRAWN, day=0))
    (job_id,) = [one for one in story.judged("c-1") if story.row(one).kind is JobKind.MARKETING_OFF]
    assert dispatch.run_one(story.program, job_id) == "sent"
    assert not journal_file.is_writable(folder)


# ---- the clock ---------------------------------------------------------------------------------------


def test_a_clock_that_is_set_back_an_hour_loses_no_job_and_holds_no_lease_for_ever(story: Story) -> None:
    """The worker dies right after it claimed; the clock is set back; its lease ends by the clock's own time."""
    job_id = story.approved_job_for("c-1")

    class Died(BaseException):
        pass

    def die() -> None:
        raise Died

    story.booking.odd.append(Odd(is_done=True, first=die))
    with pytest.raises(Died):
        dispatch.run_one(story.program, job_id)
    assert story.state(job_id) is State.SENDING
    back = story.at(NOON - HOUR)
    with database.read(story.program.engine) as db:
        assert jobs_work.due(db, NOON - HOUR, 9) == []
        assert [one.job for one in jobs_work.due(db, NOON + HOUR, 9)] == [job_id]
    dispatch.send_due(back.program, limit=9)
    for hours in (1, 2, 3):
        dispatch.send_due(story.at(NOON + hours * HOUR).program, limit=9)
    verify.look_due(story.at(NOON + 4 * HOUR).program, limit=9)
    assert (story.state(job_id), set(story.records)) == (State.VERIFIED, {"c-2"})


def test_evidence_keeps_its_order_when_the_clock_is_set_back(story: Story) -> None:
    story.job_for("c-1")
    story.at(NOON - HOUR).job_for("c-2")
    with database.read(story.program.engine) as db:
        found = [
            (line.seq, b"2026-11-24T11:00" in (line.body or b""))
            for line in evidence.lines(db, story.account)
        ]
        assert evidence.check(db, story.account).whole
    assert found == [(1, False), (2, True)]


def test_a_code_that_was_used_is_not_good_again_when_the_clock_is_set_back(
    program: Program, salon: Account, clock: Clock
) -> None:
    with database.write(program.engine) as db:
        owners.add(db, program.vault, "o@example.com", salon.slug, now=NOON)
        given = owners.give_secrets(db, program.vault, "o@example.com", now=NOON)
        owner = owners.speaks_for(db, program.vault, "o@example.com", salon.slug)
    assert given is not None
    assert owner is not None
    totp = pyotp.parse_uri(given.totp_uri)
    assert isinstance(totp, pyotp.TOTP)
    with database.write(program.engine) as db:
        assert owners.confirm_code(db, program.vault, owner, totp.at(NOON - HOUR), NOON - HOUR).ok
        assert owners.confirm_code(db, program.vault, owner, totp.at(NOON), NOON).ok
        again = owners.confirm_code(db, program.vault, owner, totp.at(NOON - HOUR), NOON - HOUR)
        assert (again.ok, again.reason) == (False, "used")
        assert owners.confirm_code(db, program.vault, owner, totp.at(NOON + HOUR), NOON + HOUR).ok


def test_a_night_that_ran_is_not_run_again_when_the_clock_is_set_back(
    program: Program, salon: Account, clock: Clock
) -> None:
    clock.at = NOON + timedelta(days=1)
    assert nightly_claims.claim(program, salon.slug) is not None
    clock.at -= HOUR
    assert nightly_claims.claim(program, salon.slug) is None


def test_deliveries_come_in_when_the_clock_is_set_back(
    program: Program, salon: Account, clock: Clock
) -> None:
    door = browser(program)
    assert is_taken(door, program, salon, "c-1")
    clock.at -= HOUR
    assert is_taken(door, program, salon, "c-2")


# ---- a second one ------------------------------------------------------------------------------------


def test_a_second_serve_on_the_same_folder_is_refused_and_the_first_goes_on(local: Program) -> None:
    with serving.place(local.settings.data_dir):
        assert "Another 'ovikello serve' runs" in said(local.settings, "serve", "--port", "0")
    with serving.place(local.settings.data_dir):
        pass


def test_serve_in_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(programs.NotReady, match="cannot be written"), serving.place(tmp_path / "file"):
        pass
