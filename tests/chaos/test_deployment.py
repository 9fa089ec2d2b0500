"""A new release in the middle: jobs that wait for a word, and one in the middle of its call, live through it."""

import re
import shutil
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from connector import approvals, clock, database, jobs, owners, program, salons
from connector.states import State
from tests.chaos import checking, report
from tests.chaos.conftest import Installed
from tests.chaos.installation import MAIN, Installation
from tests.chaos.processes import ROOT, ovikello
from tests.waiting import until

PROBE = ROOT / "tests" / "probe_migrations"
JOBS = 6


@dataclass(frozen=True)
class Release:
    """A copy of the program with one migration more."""

    folder: Path
    there: Installation

    def ovikello(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of its commands."""
        env = self.there.env("terminal")
        return subprocess.run(
            ovikello(*words), env=env, cwd=self.folder, capture_output=True, text=True, check=False
        )


def new_release(there: Installation, folder: Path) -> Release:
    """What will be installed next."""
    for package in ("connector", "webhooks", "policies"):
        shutil.copytree(ROOT / package, folder / package)
    (probe,) = PROBE.glob("*.py")
    head = program.head(there.program.settings)
    text = re.sub(r"(?m)^down_revision = .*$", f'down_revision = "{head}"', probe.read_text())
    (folder / "connector" / "migrations" / "versions" / "9002_probe.py").write_text(text)
    return Release(folder, there)


def shown(there: Installation) -> dict[UUID, str]:
    """What the owner sees waiting: each job with the digest of what it says."""
    with database.read(there.program.engine) as db:
        account = salons.account(db, there.program.vault, MAIN)
        assert account is not None
        waiting = jobs.listed(db, account, [State.PROPOSED])
        return {one.job: one.digest for one in waiting if str(one.job) in there.wanted}


def approve(there: Installation, seen: dict[UUID, str]) -> None:
    """The owner's word on exactly what was shown."""
    with database.write(there.program.engine) as db:
        account = salons.account(db, there.program.vault, MAIN)
        owner = owners.speaks_for(db, there.program.vault, there.speakers[0].email, MAIN)
        assert account is not None
        assert owner is not None
        given = approvals.approve(db, account, seen, seen=seen, owner=owner, now=clock.now(), second=True)
    assert set(given.approved) == set(seen)


@pytest.mark.journey
def test_what_waits_for_a_word_and_what_is_under_way_survive_a_migration_and_a_new_release(
    installed: Installed, tmp_path: Path
) -> None:
    there = installed(JOBS)
    waiting = shown(there)
    first = dict(list(waiting.items())[:1])
    approve(there, first)
    there.misbehave(late_calls=1, hang_for=1.3)
    old = there.process("old", "serve", "--port", str(there.port))
    old.start()
    assert until(lambda: any(line["what"] == "did" for line in report.ledger(there.folder, MAIN)))
    old.kill()  # in the middle of its call: it was done, and nobody was told

    release = new_release(there, tmp_path / "release")
    migrated = release.ovikello("init")
    assert migrated.returncode == 0, migrated.stderr
    there.program.engine.dispose()  # whoever looks from now on is a new process
    old.start()
    assert old.ended() == 2  # the old release leaves the newer database alone
    assert b"newer release" in old.said()

    del waiting[next(iter(first))]
    assert shown(there) == waiting  # the same jobs, and they say the same
    approve(there, waiting)
    new = there.process("new", "serve", "--port", str(there.port))
    new.cwd = release.folder
    new.start()
    assert until(lambda: len(there.in_states(State.VERIFIED)) == JOBS), there.states()
    new.signal(signal.SIGTERM)
    assert new.ended() == 0
    end, lines = report.ending(there.program, MAIN), report.ledger(there.folder, MAIN)
    assert end.is_whole
    assert checking.untold(end.jobs, end.evidence) == []
    assert checking.twice(lines) == []
    assert (
        checking.touched(there.before[MAIN], there.office(MAIN)["alive"], lines, allowed=there.allowed) == []
    )
