"""`ovikello dialect check` and `ovikello salon settings`: what they print, change and refuse."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connector import database, evidence, salons
from connector.commands import cli
from connector.commands.door import Door
from connector.config import Settings
from connector.conformance_registry import SYSTEMS
from connector.pretend.listening import Listening
from connector.pretend.seconds import Seconds
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.sender_pace import Pace
from tests.builders import Clock
from tests.conftest import LIBRARY
from tests.connector.level_one import LevelOne, app_of

DOCS = Path(__file__).parent.parent.parent / "docs"
Run = Callable[..., Result]


@pytest.fixture
def run(world: Settings, clock: Clock) -> Run:
    """Run a command on this installation."""

    seconds = Seconds()
    pace = Pace(
        10_000, monotonic=seconds.now, sleep=seconds.sleep
    )  # a system of 100 calls in 120 seconds is among them
    send = HttpSender(world.allow_hosts, pace=pace, pause=0)

    def runs(*words: str) -> Result:
        door = Door(settings=world, now=clock, send=send)
        done = CliRunner().invoke(cli, list(words), obj=door)
        if door._program is not None:
            door._program.engine.dispose()
        return done

    return runs


@pytest.fixture
def theirs(program: Program) -> Account:
    """A salon on Easy!Appointments."""
    with database.write(program.engine) as db:
        salons.add(
            db,
            program.vault,
            "ea",
            dialect="easyappointments",
            policy=(LIBRARY / "yearly_purge.toml").read_bytes(),
            now=program.now(),
        )
        account = salons.account(db, program.vault, "ea")
    assert account is not None
    return account


def kept(run: Run, slug: str) -> dict[str, str]:
    """The settings as they are."""
    settings: dict[str, str] = json.loads(run("salon", "settings", slug, "--json").stdout)["settings"]
    return settings


def test_settings_are_shown_changed_and_taken_away(
    run: Run, program: Program, salon: Account, theirs: Account
) -> None:
    assert "no settings" in run("salon", "settings", "ea").stdout
    assert (
        run("salon", "settings", "ea", "time_zone=UTC", "consent.customField2=newsletter:sms").exit_code == 0
    )
    assert kept(run, "ea") == {"time_zone": "UTC", "consent.customField2": "newsletter:sms"}
    run("salon", "settings", "ea", "time_zone=")
    assert kept(run, "ea") == {"consent.customField2": "newsletter:sms"}
    assert kept(run, "aava") == {}
    with database.read(program.engine) as db:
        told = [json.loads(line[2] or b"") for line in evidence.lines(db, theirs)]
    assert [one["changed"] for one in told if one["what"] == "connection"] == ["settings", "settings"]


@pytest.mark.parametrize("wrong", ["time_zone=Helsinki", "zone=UTC", "time_zone", "=UTC", "token_header=a b"])
def test_a_setting_that_cannot_be_is_refused_and_nothing_changes(
    run: Run, theirs: Account, wrong: str
) -> None:
    done = run("salon", "settings", "ea", "cancelled=Peruttu", wrong)
    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith("ovikello: ")
    assert kept(run, "ea") == {}


def test_a_dialect_without_settings_says_so(run: Run, salon: Account) -> None:
    done = run("salon", "settings", "aava", "time_zone=UTC")
    assert done.exit_code == 2
    assert "none at all" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ajas"], "Known are"),
        (["by_hand"], "no pretend system"),
        (["standard", "--erase", "c-1"], "--base-url"),
        (["standard", "--base-url", "booking"], "is not an address"),
        (["phorest", "--base-url", "https://booking.example"], "--setting"),
        (["standard", "--base-url", "http://127.0.0.1:9", "--token-file", "/nowhere"], "There is no file"),
    ],
)
def test_a_check_that_cannot_be_made_says_what_to_do(run: Run, words: list[str], said: str) -> None:
    done = run("dialect", "check", *words)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (
            "http://127.0.0.1:9/api",
            "The address is plain http: use https, or name its host in OVIKELLO_ALLOW_HOSTS.",
        ),
        (
            "https://127.0.0.1:9/api",
            "The address is private: check it, or name its host in OVIKELLO_ALLOW_HOSTS.",
        ),
    ],
)
def test_an_address_that_is_never_called_is_one_sentence_and_no_report(
    world: Settings, clock: Clock, address: str, said: str
) -> None:
    door = Door(settings=world, now=clock, send=HttpSender(frozenset()))
    done = CliRunner().invoke(cli, ["dialect", "check", "standard", "--base-url", address], obj=door)
    assert (done.exit_code, done.stdout) == (2, "")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.journey  # over real HTTP
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # the kit has a database of its own
@pytest.mark.parametrize("name", sorted(SYSTEMS))
def test_an_account_is_checked_with_its_token_and_the_grade_is_the_exit_status(
    run: Run, clock: Clock, tmp_path: Path, name: str
) -> None:
    system = SYSTEMS[name](clock)
    token = tmp_path / "token"
    try:
        system.crowd(3)
        client = system.regular("yksi")
        token.write_text(f"{system.token}\n")
        words = (
            "dialect",
            "check",
            name,
            "--base-url",
            system.base_url,
            "--token-file",
            str(token),
            *(f"--setting={setting}={value}" for setting, value in system.settings.items()),
            "--json",
        )
        good = run(*words, "--erase", client)
        token.write_text(f"{system.token}x")
        bad = run(*words)
    finally:
        system.stop()
    assert (good.exit_code, json.loads(good.stdout)["grade"]) == (0, "B")
    assert (bad.exit_code, json.loads(bad.stdout)["grade"]) == (1, "C")
    assert system.token not in good.output + bad.output


@pytest.mark.journey  # over real HTTP
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)  # the kit has a database of its own
@pytest.mark.parametrize(("named", "grade"), [(0, "B"), (8, "A")])
def test_level_one_gets_the_grade_that_the_page_for_its_makers_promises(
    run: Run, tmp_path: Path, named: int, grade: str
) -> None:
    page = (DOCS / "for-booking-systems.md").read_text()
    assert "a system of level 1 a B, since an erasure cannot be tried" in " ".join(page.split())
    assert "takes sixteen test clients, of whom eight are named" in " ".join(page.split())
    system = LevelOne()
    assert len(system.clients) == 16
    listening = Listening(app_of(system))
    (tmp_path / "token").write_text(system.token)
    erase = [f"--erase=c-{number}" for number in range(1, named + 1)]
    words = ("--base-url", listening.base_url, "--token-file", str(tmp_path / "token"), *erase, "--json")
    try:
        done = run("dialect", "check", "standard", *words)
    finally:
        listening.stop()
    assert (done.exit_code, json.loads(done.stdout)["grade"]) == (0, grade), done.stdout
    assert system.gone == {f"c-{number}" for number in range(1, named + 1)}


@pytest.mark.journey  # over real HTTP
def test_the_wiring_of_level_one_is_not_broken_and_what_was_not_tried_is_said(
    run: Run, tmp_path: Path
) -> None:
    system = LevelOne()
    listening = Listening(app_of(system))
    (tmp_path / "token").write_text(system.token)
    where = ("--base-url", listening.base_url, "--token-file", str(tmp_path / "token"))
    policy = str(LIBRARY / "yearly_purge.toml")
    try:
        assert run("salon", "add", "yksi", "--dialect", "standard", "--policy", policy, *where).exit_code == 0
        done = run("salon", "test", "yksi")
    finally:
        listening.stop()
    assert (done.exit_code, "BROKEN" in done.stdout) == (0, False)
    assert "-       Events: not tried" in done.stdout


# ---- a system that sends nothing, and has to be told which account it is


def test_of_a_system_that_sends_nothing_no_secret_is_given_and_none_is_changed(
    run: Run, tmp_path: Path
) -> None:
    token = tmp_path / "token"
    token.write_text("global/api@salonki.example:salasana\n")
    words = ("salon", "add", "ph", "--dialect", "phorest", "--policy", str(LIBRARY / "yearly_purge.toml"))
    added = run(*words, "--base-url", "https://booking.example/api/business", "--token-file", str(token))
    assert added.exit_code == 0
    assert "salon settings ph" in added.stdout
    for word in ("secret", "whsec_", "/webhooks/"):
        assert word not in added.stdout
    changed = run("salon", "rotate-secret", "ph")
    assert (changed.exit_code, "sends no webhooks" in changed.stderr) == (2, True)
    token.write_text("salasana\n")
    wrong = run("salon", "set-token", "ph", "--token-file", str(token))
    assert (wrong.exit_code, "global/EMAIL:PASSWORD" in wrong.stderr, "salasana" in wrong.stderr) == (
        2,
        True,
        False,
    )


def test_a_test_account_is_told_of_by_settings(
    run: Run, world: Settings, clock: Clock, tmp_path: Path
) -> None:
    system = SYSTEMS["phorest"](clock)
    system.crowd(3)
    token = tmp_path / "token"
    token.write_text(system.token)
    words = ("dialect", "check", "phorest", "--base-url", system.base_url, "--token-file", str(token))
    try:
        told = [f"--setting={name}={value}" for name, value in system.settings.items()]
        assert json.loads(run(*words, *told, "--json").stdout)["grade"] == "B"
        untold = run(*words)
        assert (untold.exit_code, untold.stdout) == (2, "")
        assert "--setting NAME=VALUE" in untold.stderr
    finally:
        system.stop()
    wrong = run(*words, "--setting", "business=biz-1")
    assert (wrong.exit_code, "business and branches" in wrong.stderr) == (2, True)
    wrong = run(*words, "--setting", "business")
    assert (wrong.exit_code, "is no setting" in wrong.stderr) == (2, True)
    alone = run("dialect", "check", "phorest", "--setting", "business=biz-1")
    assert (alone.exit_code, "name its --base-url" in alone.stderr) == (2, True)
