"""A restored database: what was erased since its backup is erased again, said in words and in the evidence."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
import sqlalchemy.event
from click.testing import Result
from sqlmodel import Session, select

from connector import (
    census,
    database,
    dispatch,
    evidence,
    exports,
    exports_asked,
    exports_kept,
    freshness,
    journal,
    journal_file,
    journal_replay,
    owners_invitations,
    owners_people,
    sealed_links,
    sessions,
    verify,
)
from connector.commands.door import Door
from connector.owners_invitations import Link
from connector.program import NotReady, Program
from connector.salons import Account
from connector.states import State
from connector.tables import Client, Contact, Evidence, Package, Tombstone
from policies.decisions import JobKind
from tests.builders import NOON, Clock
from tests.conftest import connect
from tests.connector import backups
from tests.connector.booking import Odd, Story, beside_a_stranger, lies, record, times_out
from tests.connector.command_line import ovikello
from tests.connector.console.visitor import person
from webhooks.events import ClientTold

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def story(program: Program, salon: Account, stranger: Account) -> Story:
    """Three clients who are due; and a stranger's client of the same id."""
    return beside_a_stranger(program, salon, stranger, record("c-1"), record("c-2"), record("c-3"))


def anchor(story: Story) -> None:
    """What every night does."""
    with database.read(story.program.engine) as db:
        head = evidence.head(db, story.account)
    journal.keep_head(story.program.settings.journal_dir, story.account, head, at=story.program.now())


def erase(story: Story, job_id: UUID, *odd: Odd) -> None:
    """Carry one approved job out, and look at it."""
    story.booking.odd.extend(odd)
    dispatch.run_one(story.program, job_id)
    verify.run_one(story.program, job_id, 0)


def backed_up(story: Story) -> backups.Backup:
    """A backup of the database."""
    return backups.taken(story.program.engine)


def restore(story: Story, backup: backups.Backup) -> journal_replay.Replayed:
    """Restore it, and start."""
    backups.restored(story.program.engine, backup)
    return journal_replay.replay(story.program)


def mirrored(story: Story) -> set[tuple[str, str]]:
    """Everybody who is mirrored."""
    with database.read(story.program.engine) as db:
        return {(one.salon, one.client) for one in db.exec(select(Client))}


def buried(story: Story) -> set[str]:
    """The keyed names of everybody of this salon who has a tombstone."""
    with database.read(story.program.engine) as db:
        stones = db.exec(select(Tombstone.client_key).where(Tombstone.salon == story.account.slug))
        return set(stones)


def key(story: Story, client: str) -> str:
    """A client's keyed name."""
    return story.account.keys.client_key(client)


def lines(story: Story) -> list[dict[str, object]]:
    """The evidence."""
    with database.read(story.program.engine) as db:
        rows = db.exec(select(Evidence.body).where(Evidence.salon == "aava").order_by(sa.text("seq")))
        return [json.loads(body) for body in rows]


def is_whole(story: Story) -> bool:
    """Whether the chain is whole, by every head that the journal anchors."""
    anchors = journal.heads(story.program.settings.journal_dir, story.account)
    with database.read(story.program.engine) as db:
        return evidence.check(db, story.account, anchors=anchors).whole


def test_an_erasure_since_the_backup_is_done_again_before_anything_else(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id)
    anchor(story)
    found = restore(story, backup)
    assert [(one.salon, one.erasures) for one in found.restored] == [("aava", 1)]
    assert mirrored(story) == {("aava", "c-2"), ("aava", "c-3"), ("toinen", "c-1")}
    assert buried(story) == {key(story, "c-1")}
    assert (story.state(job_id), story.row(job_id).reason) == (State.SENT, "restored")
    assert verify.run_one(story.program, job_id, 0) == "verified"
    assert len(story.booking.writes) == 1
    assert is_whole(story)


@pytest.mark.parametrize("at", ["proposed", "approved", "sending", "unknown", "sent", "verified"])
def test_a_restore_in_any_state_of_a_job_ends_with_the_client_erased_once(story: Story, at: str) -> None:
    job_id = story.job_for("c-1")
    kept: dict[str, backups.Backup] = {"proposed": backed_up(story)}
    story.approved(job_id)
    kept["approved"] = backed_up(story)
    story.booking.odd.append(
        replace(times_out(is_done=True), first=lambda: kept.setdefault("sending", backed_up(story)))
    )
    assert dispatch.run_one(story.program, job_id) == "unknown"
    kept["unknown"] = backed_up(story)
    later = story.at(NOON + HOUR)
    assert dispatch.run_one(later.program, job_id) == "sent"
    kept["sent"] = backed_up(story)
    verify.run_one(later.program, job_id, 0)
    kept["verified"] = backed_up(story)
    anchor(later)
    restore(later, kept[at])
    much_later = story.at(NOON + 2 * HOUR)
    dispatch.send_due(much_later.program, limit=9)
    dispatch.send_due(story.at(NOON + 3 * HOUR).program, limit=9)
    verify.look_due(story.at(NOON + 3 * HOUR).program, limit=9)
    assert (story.state(job_id), buried(story)) == (State.VERIFIED, {key(story, "c-1")})
    assert len(story.booking.writes) == 1
    assert set(story.records) == {"c-2", "c-3"}
    assert is_whole(story)


def test_a_job_that_was_proposed_after_the_backup_is_made_anew_and_looked_at(story: Story) -> None:
    backup = backed_up(story)
    job_id = story.approved_job_for("c-1")
    erase(story, job_id)
    restore(story, backup)
    assert (story.state(job_id), buried(story)) == (State.SENT, {key(story, "c-1")})
    assert verify.run_one(story.program, job_id, 0) == "verified"
    (listed,) = story.listed()
    assert (listed.kind, listed.client) == (JobKind.ERASE, "c-1")
    assert "identity" in {one.category.value for one in listed.content.going}


def test_of_a_client_who_came_after_the_backup_the_tombstone_alone_is_set(story: Story) -> None:
    backup = backed_up(story)
    story.there_is(record("c-9"))
    erase(story, story.approved_job_for("c-9"))
    assert [one.erasures for one in restore(story, backup).restored] == [1]
    assert (buried(story), story.listed()) == ({key(story, "c-9")}, [])
    story.told(ClientTold(at=NOON - DAY, digest="late", client="c-9", email="c-9@posti.example.fi"))
    assert ("aava", "c-9") not in mirrored(story)
    with database.read(story.program.engine) as db:
        assert db.exec(select(Contact).where(Contact.client == "c-9")).all() == []
    assert journal_replay.replay(story.program).restored == ()


def test_late_webhooks_after_a_restore_do_not_bring_the_erased_back(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id)
    restore(story, backup)
    for moment in (NOON - DAY, NOON + DAY):
        story.told(ClientTold(at=moment, digest=f"{moment}", client="c-1"))
    assert ("aava", "c-1") not in mirrored(story)


def test_a_client_whom_the_booking_systems_own_restore_brought_back_is_asked_about(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id)
    story.records["c-1"] = record("c-1")
    restore(story, backup)
    assert verify.run_one(story.program, job_id, 0) == "reopened"
    row = story.row(job_id)
    assert (row.state, row.round, row.approval) == (State.PROPOSED, 2, None)
    assert [one.because for one in story.approved(job_id).refused] == ["never_compared"]
    story.compared()
    assert story.approved(job_id).approved == (job_id,)
    assert dispatch.run_one(story.program, job_id) == "sent"
    assert verify.run_one(story.program, job_id, 0) == "verified"
    assert "c-1" not in story.records


def test_a_call_that_was_refused_before_the_restore_erases_nobody_here(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id, Odd(status=409))
    anchor(story)
    (found,) = restore(story, backup).restored
    assert (found.erasures, buried(story)) == (0, set())
    assert ("aava", "c-1") in mirrored(story)


def test_whoever_led_elsewhere_after_a_call_may_have_erased_before(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id, Odd(status=303))
    anchor(story)
    (found,) = restore(story, backup).restored
    assert (found.erasures, len(buried(story))) == (1, 1)


def test_an_anonymised_client_is_looked_at_again_and_not_buried(story: Story) -> None:
    story.told_paid_invoice("c-4")
    job_id = story.approved_job_for("c-4", JobKind.DETACH)
    backup = backed_up(story)
    erase(story, job_id)
    restore(story, backup)
    assert buried(story) == set()
    assert verify.run_one(story.program, job_id, 0) == "verified"
    assert len(story.booking.writes) == 1


def test_what_can_be_looked_at_no_more_is_put_down_once_and_not_taken_for_another_restore(
    story: Story,
) -> None:
    care = replace(story, account=connect(story.program, "hoitola", policy="health_two_years"))
    lately = {"last_activity_at": "2026-11-01T10:00:00Z", "last_visit_at": "2026-11-01T10:00:00Z"}
    care.there_is(record("c-9", "identity", **lately))
    backup = backed_up(care)
    later = care.at(NOON + HOUR)
    later.there_is(record("c-9", "identity", "health", oldest_entry={"health": "2023-02-01"}, **lately))
    job_id = later.approved_job_for("c-9", JobKind.ERASE_CATEGORIES)
    assert dispatch.run_one(later.program, job_id) == "sent"
    assert [one.erasures for one in restore(later, backup).restored] == [1]
    row = care.row(job_id)
    assert (row.state, row.reason, row.client) == (State.WITHDRAWN, "lost_by_restore", None)
    assert is_whole(care)
    assert journal_replay.replay(later.program) == journal_replay.Replayed()


def test_somebody_without_a_name_who_came_after_the_backup_and_is_listed_again_is_no_other_restore(
    story: Story,
) -> None:
    backup = backed_up(story)
    story.told_paid_invoice("c-4")
    job_id = story.approved_job_for("c-4", JobKind.DETACH)
    erase(story, job_id)
    assert [one.erasures for one in restore(story, backup).restored] == [1]
    assert story.row(job_id).state is State.WITHDRAWN
    story.there_is(story.records["c-4"])
    assert journal_replay.replay(story.program) == journal_replay.Replayed()
    assert len(story.booking.writes) == 1


def test_a_later_round_is_caught_up_with_so_that_its_key_is_not_used_again(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id, lies())
    story.approved(job_id)
    erase(story, job_id)
    story.records["c-1"] = record("c-1")
    restore(story, backup)
    assert story.row(job_id).round == 2
    assert verify.run_one(story.program, job_id, 0) == "reopened"
    story.compared()
    story.approved(job_id)
    dispatch.run_one(story.program, job_id)
    assert story.booking.writes[-1][2] == f"{job_id}.3.0"


def test_the_evidence_goes_on_and_tells_where_it_was_restored(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    before = len(lines(story))
    erase(story, job_id)
    anchor(story)
    reached = len(lines(story))
    restore(story, backup)
    told = lines(story)[before]
    assert (told["what"], told["after"], told["known"], told["erasures"]) == ("restored", before, reached, 1)
    assert is_whole(story)
    with database.write(story.program.engine) as db:
        db.connection().execute(sa.delete(Evidence).where(sa.text("seq > 1")))
    assert not is_whole(story)


def test_before_the_start_a_restored_chain_is_cut_off(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id)
    anchor(story)
    backups.restored(story.program.engine, backup)
    assert not is_whole(story)


def test_a_restore_without_erasures_since_is_noticed_all_the_same(story: Story) -> None:
    story.job_for("c-1")
    backup = backed_up(story)
    story.job_for("c-2")
    anchor(story)
    (found,) = restore(story, backup).restored
    assert (found.erasures, found.known - found.after) == (0, 1)
    assert "restored from a backup" in found.text
    assert is_whole(story)


def test_what_a_restore_opened_again_is_shut_and_nothing_of_another_salon(
    story: Story, clock: Clock, stranger: Account
) -> None:
    program, now = story.program, clock.at
    exporting = approved(story)
    assert dispatch.run_one(program, exporting) == "sent"
    ours = person(program, clock, "omistaja@aava.example", story.account.slug)
    theirs = person(program, clock, "omistaja@toinen.example", stranger.slug)
    with database.write(program.engine) as db:
        browsers = [sessions.start(db, who.id, now=now) for who in (ours, theirs)]
        links = [
            owners_people.invite(db, program.vault, account, "uusi@kutsuttu.example", by=who.id, now=now)
            for account, who in ((story.account, ours), (stranger, theirs))
        ]
        link = link_of(story, exporting, db)
    backup = backed_up(story)
    story.job_for("c-2")
    anchor(story)
    (found,) = restore(story, backup).restored
    assert "owner list --salon aava" in found.text
    with database.write(program.engine) as db:
        assert [sessions.find(db, one, now=now) is not None for one in browsers] == [False, True]
        assert [owners_invitations.link(db, one or "", now=now) for one in links] == [Link.USED, Link.OPEN]
        assert sealed_links.find(db, Package, link, now=now) is None
        package = exports_kept.of_job(db, story.account, exporting)
    assert package is not None
    assert package.ended_by == "restored"
    assert is_whole(story)


def approved(story: Story) -> UUID:
    """An export with the owner's word."""
    with database.write(story.program.engine) as db:
        asked = exports_asked.propose(db, story.account, "c-1", language=None, now=story.program.now())
    assert story.approved(asked.job).approved == (asked.job,)
    return asked.job


def link_of(story: Story, job: UUID, db: Session) -> str:
    """The link's token, as it is shown to the owner."""
    shown = exports.show(db, story.account, job, owner=uuid4(), now=story.program.now())
    assert shown is not None
    return shown[1]


def test_after_a_restore_nothing_is_judged_before_the_next_census(story: Story) -> None:
    census.run(story.program, "aava")
    with database.read(story.program.engine) as db:
        assert freshness.fresh_at(db, "aava") == NOON
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id)
    restore(story, backup)
    with database.read(story.program.engine) as db:
        assert freshness.fresh_at(db, "aava") is None


def test_a_second_start_finds_nothing_to_do(story: Story) -> None:
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id)
    anchor(story)
    restore(story, backup)
    before = backups.taken(story.program.engine)
    assert journal_replay.replay(story.program) == journal_replay.Replayed()
    assert backups.taken(story.program.engine) == before


def test_a_start_without_a_restore_does_nothing(story: Story) -> None:
    erase(story, story.approved_job_for("c-1"))
    anchor(story)
    before = backups.taken(story.program.engine)
    assert journal_replay.replay(story.program) == journal_replay.Replayed()
    assert backups.taken(story.program.engine) == before


def test_a_restore_to_an_even_older_backup_is_done_again_as_well(story: Story) -> None:
    oldest = backed_up(story)
    job_id = story.approved_job_for("c-1")
    older = backed_up(story)
    erase(story, job_id)
    restore(story, older)
    verify.run_one(story.program, job_id, 0)
    anchor(story)
    (found,) = restore(story, oldest).restored
    assert found.erasures == 1
    assert (buried(story), story.state(job_id)) == ({key(story, "c-1")}, State.SENT)
    assert is_whole(story)


class Killed(Exception):
    """The process is gone."""


@pytest.mark.parametrize(("commits", "there"), [(2, 0), (3, 0), (4, journal_replay.BATCH)])
@pytest.mark.story
def test_a_start_that_is_killed_in_the_middle_goes_on_at_the_next(
    story: Story, commits: int, there: int
) -> None:
    count = 2 * journal_replay.BATCH + 3
    clients = [f"d-{number}" for number in range(count)]
    story.there_is(*(record(client) for client in clients))
    made = [story.approved_job_for(client) for client in clients]
    backup = backed_up(story)
    for job_id in made:
        erase(story, job_id)
    backups.restored(story.program.engine, backup)
    left = iter(range(commits))

    def kill(_connection: sa.Connection) -> None:
        if next(left, None) is None:
            raise Killed

    sqlalchemy.event.listen(story.program.engine, "commit", kill)
    with pytest.raises(Killed):
        journal_replay.replay(story.program)
    sqlalchemy.event.remove(story.program.engine, "commit", kill)
    assert len(buried(story)) == there
    (found,) = journal_replay.replay(story.program).restored
    assert found.erasures == count - there
    assert buried(story) == {key(story, client) for client in clients}
    assert is_whole(story)


def statements(story: Story) -> int:
    """How many statements a start takes."""
    counted = []

    def count(*_: object) -> None:
        counted.append(1)

    sqlalchemy.event.listen(story.program.engine, "before_cursor_execute", count)
    journal_replay.replay(story.program)
    sqlalchemy.event.remove(story.program.engine, "before_cursor_execute", count)
    return len(counted)


@pytest.mark.story
def test_a_replay_costs_the_same_for_each_erasure_and_nothing_when_there_is_none(story: Story) -> None:
    costs = {}
    for size in (5, 10, 20):
        ids = [f"e{size}-{number}" for number in range(size)]
        story.there_is(*(record(client) for client in ids))
        made = [story.approved_job_for(client) for client in ids]
        backup = backed_up(story)
        for job_id in made:
            erase(story, job_id)
        anchor(story)
        backups.restored(story.program.engine, backup)
        costs[size] = statements(story)
    assert (costs[20] - costs[10]) <= 2.2 * (costs[10] - costs[5])
    assert statements(story) <= 20  # two salons, and not one query for each line


def test_lines_of_another_installation_do_nothing_and_are_counted(story: Story, program: Program) -> None:
    namesake = replace(story.account, keys=type(story.account.keys).new())
    for client in ("c-1", "c-2"):
        about = journal.Destroyed("aava", namesake.keys.client_key(client), uuid4(), JobKind.ERASE, NOON)
        journal.keep_destroying(program.settings.journal_dir, namesake, about, None)
    assert journal_replay.replay(program) == journal_replay.Replayed(strangers=2, changed=(1, 2))
    assert buried(story) == set()


@pytest.mark.parametrize("change", [(b"destroying", b"destroyinh"), (b'"salon": ', b'"salon"; ')])
def test_a_line_that_was_changed_is_said_at_every_start(story: Story, change: tuple[bytes, bytes]) -> None:
    erase(story, story.approved_job_for("c-1"))
    file = story.program.settings.journal_dir / journal_file.NAME
    written = file.read_bytes()
    file.write_bytes(written.replace(*change, 1))
    number = 1 + written[: written.index(change[0])].count(b"\n")
    for _ in range(2):
        found = journal_replay.replay(story.program)
        assert found.changed == (number,)
        assert f"the first of them line {number}." in " ".join(found.texts)
    file.write_bytes(written)
    assert journal_replay.replay(story.program) == journal_replay.Replayed()


def test_a_line_that_a_crash_cut_short_is_nothing_to_speak_of(story: Story) -> None:
    erase(story, story.approved_job_for("c-1"))
    file = story.program.settings.journal_dir / journal_file.NAME
    file.write_bytes(file.read_bytes() + b'{"at": "2026-11-24T12:00')
    assert journal_replay.replay(story.program) == journal_replay.Replayed()


@pytest.mark.parametrize(
    "line",
    [
        b'{"salon": ["aava"], "at": "x", "what": "head"}',
        b'{"salon": "aava", "at": "x", "what": "head", "seq": NaN}',
        b'{"salon": "aava", "at": "x", "what": "head", "seq": 1e999}',
        b'{"salon": "aava", "at": null, "what": "destroying"}',
        b'{"salon": ' + b"[" * 100_000 + b"}",
        b"{}",
    ],
)
def test_no_line_keeps_an_installation_from_starting(story: Story, line: bytes) -> None:
    erase(story, story.approved_job_for("c-1"))
    file = story.program.settings.journal_dir / journal_file.NAME
    file.write_bytes(line + b"\n" + file.read_bytes())
    assert journal_replay.replay(story.program).changed == (1,)


def test_a_journal_that_is_lost_is_said_and_kept_anew(story: Story) -> None:
    erase(story, story.approved_job_for("c-1"))
    folder = story.program.settings.journal_dir
    (folder / journal_file.NAME).unlink()
    found = journal_replay.replay(story.program)
    assert found.unkept == ("aava",)
    assert "OVIKELLO_JOURNAL_DIR" in " ".join(found.texts)
    assert len(journal.heads(folder, story.account)) == 1
    assert journal_replay.replay(story.program) == journal_replay.Replayed()


def test_a_fresh_installation_has_nothing_to_say(story: Story) -> None:
    assert list(journal_replay.replay(story.program).texts) == []


def test_a_journal_that_cannot_be_read_is_no_journal_that_is_empty(story: Story) -> None:
    erase(story, story.approved_job_for("c-1"))
    file = story.program.settings.journal_dir / journal_file.NAME
    file.unlink()
    file.mkdir()
    with pytest.raises(NotReady, match="OVIKELLO_JOURNAL_DIR"):
        journal_replay.replay(story.program)


def run(story: Story, *arguments: str) -> Result:
    """A command on this installation."""
    return ovikello(
        Door(settings=story.program.settings, now=lambda: NOON + HOUR, send=story.booking), *arguments
    )


@pytest.fixture
def restored(story: Story) -> Story:
    """An installation that was restored to before an erasure, and not started yet."""
    job_id = story.approved_job_for("c-1")
    backup = backed_up(story)
    erase(story, job_id)
    anchor(story)
    backups.restored(story.program.engine, backup)
    return story


def test_a_command_that_writes_brings_a_restored_database_up_first_and_says_so(restored: Story) -> None:
    result = run(restored, "sync", "aava", "--json")
    assert "restored from a backup" in result.stderr
    assert json.loads(result.stdout)["complete"] is True
    assert ("aava", "c-1") not in mirrored(restored)
    assert run(restored, "sync", "aava").stderr.count("restored") == 0


@pytest.mark.parametrize(
    "command",
    [("jobs",), ("evidence", "check"), ("quarantine", "list", "aava"), ("nightly", "--dry-run")],
    ids=" ".join,
)
def test_a_command_that_only_reads_leaves_a_restored_database_as_it_is(
    restored: Story, command: tuple[str, ...]
) -> None:
    before = backups.taken(restored.program.engine)
    assert "restored" not in run(restored, *command).stderr
    assert backups.taken(restored.program.engine) == before


def test_evidence_check_tells_a_restore_from_tampering(restored: Story) -> None:
    cut_off = json.loads(run(restored, "evidence", "check", "aava", "--json").stdout)
    assert (cut_off["whole"], cut_off["why"]) == (False, "cut_off")
    run(restored, "sync", "aava")
    said = json.loads(run(restored, "evidence", "check", "aava", "--json").stdout)
    assert (said["whole"], said["restored_at"]) == (True, [cut_off["lines"] + 1])
    assert "restored from a backup here" in run(restored, "evidence", "check", "aava").stdout
