"""The command line: what programs read, what people read, and one clear sentence for wrong use."""

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import IO, Any

import click
import pyotp
import pytest
import sqlalchemy as sa
from click.testing import CliRunner, Result
from sqlmodel import SQLModel, select

from connector import database, evidence, jobs, jobs_aside, salons, salons_policies
from connector.commands import cli
from connector.commands.door import Door
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from connector.states import State
from connector.tables import Approval, Job, Owner
from policies.decisions import JobKind, Outcome, Proposal, Verdict
from policies.vocabulary import Category
from tests.builders import NOON, Clock
from tests.conftest import LIBRARY, settings_for, webhook_secrets
from tests.connector.command_line import ovikello
from webhooks.signatures import new_secret

Run = Callable[..., Result]
POLICY = str(LIBRARY / "yearly_purge.toml")


@pytest.fixture
def run(world: Settings, clock: Clock) -> Run:
    """Run a command on this world's installation."""

    def invoke(
        *arguments: str, settings: Settings | None = None, stdin: str | IO[Any] | None = None
    ) -> Result:
        return ovikello(Door(settings=settings or world, now=clock), *arguments, stdin=stdin)

    return invoke


def dump(engine: sa.Engine) -> dict[str, list[Any]]:
    """Every row of every table."""
    with engine.execution_options(write=False).connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(sa.select(table))))
            for table in SQLModel.metadata.sorted_tables
        }


def propose(program: Program, account: Account, client: str) -> None:
    """A job that waits for the owner's word."""
    verdict = Verdict(Category.IDENTITY, Outcome.ERASE, "period_over", "identity[0]")
    with database.write(program.engine) as db:
        policy = salons_policies.newest(db, account.slug)
        assert policy is not None
        proposal = Proposal(JobKind.ERASE, ("identity[0]",), (verdict,))
        jobs.propose(db, account, client, proposal, policy, now=program.now())


# ---- setting up -------------------------------------------------------------------------------------


def test_an_invitation_is_an_address_that_can_be_opened(run: Run, world: Settings, salon: Account) -> None:
    here = json.loads(run("owner", "add", "a@example.com", "--salon", "aava", "--json").stdout)
    assert here["invitation"].startswith("http://127.0.0.1:8127/invitation/")
    public = replace(world, public_url="https://ovi.example")
    there = run("owner", "add", "b@example.com", "--salon", "aava", "--json", settings=public)
    assert json.loads(there.stdout)["invitation"].startswith("https://ovi.example/invitation/")


def test_who_is_set_up_already_speaks_for_another_salon_and_keeps_the_secrets(
    run: Run, program: Program, salon: Account, stranger: Account
) -> None:
    run("owner", "add", "o@example.com", "--salon", "aava", "--with-secrets")
    before = dump(program.engine)["owner"]
    document = json.loads(
        run("owner", "add", "o@example.com", "--salon", "toinen", "--with-secrets", "--json").stdout
    )
    assert document == {"email": "o@example.com", "invitation": None}
    after = dump(program.engine)
    assert after["owner"] == before
    assert len(after["ownership"]) == 2


def test_no_older_secret_outlives_a_rotation_without_overlap(
    run: Run, program: Program, salon: Account, clock: Clock
) -> None:
    run("salon", "rotate-secret", "aava")
    clock.at += timedelta(hours=1)
    newest = json.loads(run("salon", "rotate-secret", "aava", "--overlap-hours", "0", "--json").stdout)
    with database.read(program.engine) as db:
        assert webhook_secrets(db, salon, program.now()) == (newest["webhook_secret"],)


def test_a_longer_overlap_lengthens_no_older_secret(
    run: Run, program: Program, salon: Account, clock: Clock
) -> None:
    run("salon", "rotate-secret", "aava", "--overlap-hours", "1")
    run("salon", "rotate-secret", "aava", "--overlap-hours", "100")
    clock.at += timedelta(hours=2)
    with database.read(program.engine) as db:
        assert len(webhook_secrets(db, salon, program.now())) == 2


def test_a_wrong_address_can_be_mended(run: Run, program: Program, salon: Account) -> None:
    assert run("salon", "set-address", "aava", "https://booking.example/api/").exit_code == 0
    with database.read(program.engine) as db:
        account = salons.account(db, program.vault, "aava")
    assert account is not None
    assert account.base_url == "https://booking.example/api"


@pytest.mark.parametrize("command", ["add", "activate"])
def test_no_door_lets_in_a_policy_that_breaks_the_law(
    run: Run, engine: sa.Engine, salon: Account, tmp_path: Path, command: str
) -> None:
    file = tmp_path / "for_ever.toml"
    file.write_bytes((LIBRARY / "yearly_purge.toml").read_bytes().replace(b'for = "P1Y"', b'for = "P30Y"'))
    words = {
        "add": ("salon", "add", "x", "--dialect", "standard", "--policy", str(file)),
        "activate": ("policy", "activate", "aava", str(file)),
    }[command]
    before = dump(engine)
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be activated" in result.stderr
    assert dump(engine) == before


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://a", "https://", "https://[bad", "https://host:99999/x", "https://a b/", "https://ä.example"),
        *(
            "https://u:p@host/",
            "https://host/?a=1",
            "https://host/#a",
            "host.example",
            "https://host\\x",
            "//host",
        ),
    ],
)
def test_what_cannot_be_an_address_is_never_kept(
    run: Run, engine: sa.Engine, salon: Account, url: str
) -> None:
    before = dump(engine)
    for words in (
        ("salon", "add", "x", "--dialect", "standard", "--policy", POLICY, "--base-url", url),
        ("salon", "set-address", "aava", "--", url),
    ):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "is not an address of a booking system" in result.stderr
    assert dump(engine) == before


def test_a_salon_is_added_with_the_fields_that_others_build_on(run: Run, program: Program) -> None:
    result = run("salon", "add", "aava", "--dialect", "standard", "--policy", POLICY, "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert (document["salon"], document["webhook_path"]) == ("aava", "/webhooks/aava")
    with database.read(program.engine) as db:
        account = salons.account(db, program.vault, "aava")
        assert account is not None
        assert webhook_secrets(db, account, NOON) == (document["webhook_secret"],)


def test_an_owner_with_secrets_can_give_a_code_at_once(run: Run, salon: Account) -> None:
    document = json.loads(
        run("owner", "add", "o@example.com", "--salon", "aava", "--with-secrets", "--json").stdout
    )
    assert document["email"] == "o@example.com"
    assert document["invitation"] is None  # it would open nothing
    assert len(document["password"]) >= 12
    assert isinstance(pyotp.parse_uri(document["totp_uri"]), pyotp.TOTP)


def test_no_secret_of_an_owner_lies_in_the_database_in_clear(
    run: Run, salon: Account, engine: sa.Engine
) -> None:
    document = json.loads(
        run("owner", "add", "o@example.com", "--salon", "aava", "--with-secrets", "--json").stdout
    )
    rows = repr(dump(engine))
    totp = pyotp.parse_uri(document["totp_uri"])
    assert isinstance(totp, pyotp.TOTP)
    for secret in ("o@example.com", document["password"], totp.secret):
        assert secret not in rows


def test_a_rotated_secret_leaves_the_old_one_valid_for_its_overlap(
    run: Run, program: Program, salon: Account
) -> None:
    with database.read(program.engine) as db:
        (old,) = webhook_secrets(db, salon, NOON)
    new = json.loads(run("salon", "rotate-secret", "aava", "--json").stdout)["webhook_secret"]
    with database.read(program.engine) as db:
        assert set(webhook_secrets(db, salon, NOON)) == {old, new}
        assert webhook_secrets(db, salon, NOON.replace(day=28)) == (new,)


def test_a_secret_that_the_booking_system_gave_is_kept_sealed_beside_the_old_one_and_shown_nowhere(
    run: Run, program: Program, engine: sa.Engine, salon: Account, stranger: Account, tmp_path: Path
) -> None:
    given, again = new_secret(b"g" * 32), new_secret(b"h" * 32)
    file = tmp_path / "secret"
    file.write_text(f"{given}\n")
    with database.read(program.engine) as db:
        (old,), theirs = webhook_secrets(db, salon, NOON), webhook_secrets(db, stranger, NOON)
    done = run("salon", "rotate-secret", "aava", "--secret-file", str(file), "--json")
    assert json.loads(done.stdout) == {"salon": "aava", "webhook_path": "/webhooks/aava"}
    with database.read(program.engine) as db:
        assert set(webhook_secrets(db, salon, NOON)) == {old, given}
        assert webhook_secrets(db, salon, NOON.replace(day=28)) == (given,)
    told = run("salon", "rotate-secret", "aava", "--secret-file", "-", "--overlap-hours", "0", stdin=again)
    assert (told.exit_code, "sealed" in told.stdout, again in told.output) == (0, True, False)
    with database.read(program.engine) as db:
        assert webhook_secrets(db, salon, NOON) == (again,)
        assert webhook_secrets(db, stranger, NOON) == theirs
    before = dump(engine)
    for there in (given, again):  # one that has ended, one that is good
        file.write_text(there)
        result = run("salon", "rotate-secret", "aava", "--secret-file", str(file), "--overlap-hours", "0")
        assert (result.exit_code, result.stdout, there in result.stderr) == (2, "", False)
        assert "in use already, or was before" in result.stderr
    assert dump(engine) == before
    assert not any(secret in repr(before) for secret in (given, again))


def is_refused(run: Run, engine: sa.Engine, file: Path, body: bytes, *command: str, words: str) -> None:
    """A command that reads this from a file refuses it, says why and nothing of it, and changes nothing."""
    file.write_bytes(body)
    before = dump(engine)
    result = run(*command, str(file))
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert not [said for said in ("short", "and more") if said in result.stderr]
    assert dump(engine) == before


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b"whsec_short", "whsec_ and 24 to 64 bytes in base64"),
        (b"whsec_" + b"A" * 43 + b" A", "whsec_ and 24 to 64 bytes in base64"),
        (b"\xff\xfew\x00", "holds no secret"),
        ("whsec_\u00e4".encode(), "holds no secret"),
    ],
)
def test_what_is_no_secret_of_the_booking_system_is_not_kept(
    run: Run, engine: sa.Engine, salon: Account, tmp_path: Path, body: bytes, words: str
) -> None:
    command = ("salon", "rotate-secret", "aava", "--secret-file")
    is_refused(run, engine, tmp_path / "secret", body, *command, words=words)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b" \n", "is empty"),
        (b"token and more", "holds no token"),
        (b"token\x07", "holds no token"),
        (b"\xff\xfet\x00", "holds no token"),
    ],
)
def test_what_is_no_token_of_the_booking_system_is_not_kept(
    run: Run, engine: sa.Engine, salon: Account, tmp_path: Path, body: bytes, words: str
) -> None:
    file, command = tmp_path / "file", ("salon", "set-token", "aava", "--token-file")
    before = dump(engine)
    is_refused(run, engine, file, body, *command, words=words)
    file.write_bytes(b" token-of-theirs\n")
    assert run(*command, str(file)).exit_code == 0
    assert dump(engine) != before


# ---- the queue --------------------------------------------------------------------------------------


class Typed(io.BytesIO):
    """What somebody types once it is asked for, while something else happens."""

    def __init__(self, text: bytes, meanwhile: Callable[[], None]) -> None:
        super().__init__(text)
        self.meanwhile = meanwhile

    def read1(self, size: int | None = -1, /) -> bytes:
        """Have it happen, then give what was typed."""
        self.meanwhile()
        return super().read1(size)


def code_of(run: Run, clock: Clock) -> str:
    """The six digits that the owner's authenticator shows now."""
    document = json.loads(
        run("owner", "add", "o@example.com", "--salon", "aava", "--with-secrets", "--json").stdout
    )
    totp = pyotp.parse_uri(document["totp_uri"])
    assert isinstance(totp, pyotp.TOTP)
    return totp.at(clock.at)


def test_jobs_are_listed_with_the_fields_that_others_build_on(
    run: Run, program: Program, salon: Account, stranger: Account
) -> None:
    propose(program, salon, "c-1")
    propose(program, stranger, "c-1")
    (job,) = json.loads(run("jobs", "--salon", "aava", "--state", "proposed", "--json").stdout)
    assert (job["salon"], job["client"], job["kind"], job["state"]) == ("aava", "c-1", "erase", "proposed")
    assert set(job) >= {"job", "because", "digest", "proposed_at", "expires_at", "by_hand"}
    assert len(json.loads(run("jobs", "--json").stdout)) == 2


def test_a_wrong_code_approves_nothing_and_is_counted(
    run: Run, program: Program, clock: Clock, salon: Account
) -> None:
    propose(program, salon, "c-1")
    code = code_of(run, clock)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    result = run("approve", "aava", "--all", "--owner", "o@example.com", "--code", wrong)
    assert result.exit_code == 1
    with database.read(program.engine) as db:
        assert db.exec(select(Approval)).all() == []
        assert db.exec(select(Owner)).one().code_failures == 1
        assert db.exec(select(Job)).one().state is State.PROPOSED


def test_what_no_longer_follows_is_refused_by_name(
    run: Run, program: Program, clock: Clock, salon: Account
) -> None:
    """The mirror knows no client 'c-1', so that the job's facts are gone."""
    propose(program, salon, "c-1")
    result = run(
        "approve", "aava", "--all", "--owner", "o@example.com", "--code", code_of(run, clock), "--json"
    )
    document = json.loads(result.stdout)
    assert (result.exit_code, document["approved"]) == (1, [])
    assert document["refused"][0]["because"]


def test_without_names_or_all_a_program_is_told_to_say_which(
    run: Run, program: Program, salon: Account
) -> None:
    propose(program, salon, "c-1")
    result = run("approve", "aava", "--owner", "o@example.com", "--code", "123456", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--all" in result.stderr


def test_without_names_or_all_a_person_is_shown_the_list_and_asked(
    run: Run, program: Program, clock: Clock, salon: Account
) -> None:
    propose(program, salon, "c-1")
    result = run("approve", "aava", "--owner", "o@example.com", "--code", code_of(run, clock), stdin="n\n")
    assert result.exit_code == 1
    assert "c-1" in result.stderr
    assert "Approve all 1?" in result.stderr


def test_all_is_not_what_was_set_aside_and_says_how_to_take_it(
    run: Run, program: Program, clock: Clock, salon: Account, stranger: Account
) -> None:
    for client in ("c-1", "c-2"):
        propose(program, salon, client)
        propose(program, stranger, client)
    with database.write(program.engine) as db:
        (one, other) = jobs.listed(db, salon)
        jobs_aside.take_out(db, salon, [one.job], now=program.now())
    made = run("owner", "add", "o@example.com", "--salon", "aava", "--with-secrets", "--json")
    totp = pyotp.parse_uri(json.loads(made.stdout)["totp_uri"])
    assert isinstance(totp, pyotp.TOTP)
    word = ("--owner", "o@example.com", "--code", totp.at(clock.at))
    given = run("approve", "aava", "--all", *word, "--json")
    document = json.loads(given.stdout)
    # (the mirror knows neither client: whatever the word reaches falls out by its facts)
    assert [refused["job"] for refused in document["refused"]] == [str(other.job)]
    assert document["left_out"] == [str(one.job)]
    assert "Left out, since they were set aside: 1." in given.stderr
    assert "'ovikello approve aava JOB'" in given.stderr
    assert " SET ASIDE" in run("jobs", "--salon", "aava", "--state", "proposed").stdout
    clock.at += timedelta(seconds=30)
    with database.write(program.engine) as db:
        jobs_aside.take_out(db, salon, [other.job], now=program.now())
    nothing = run("approve", "aava", "--all", *word, "--json")
    left = {str(one.job), str(other.job)}
    assert (nothing.exit_code, set(json.loads(nothing.stdout)["left_out"])) == (1, left)
    assert "Nothing waits for a word." in nothing.stderr
    word = ("--owner", "o@example.com", "--code", totp.at(clock.at))
    named = json.loads(run("approve", "aava", str(one.job), *word, "--json").stdout)
    assert [refused["job"] for refused in named["refused"]] == [str(one.job)]
    assert named["left_out"] == []


def test_what_is_set_aside_while_the_code_is_typed_is_left_out_too(
    run: Run, program: Program, clock: Clock, salon: Account
) -> None:
    """The list was shown; before the word another owner takes one of it out of its group."""
    propose(program, salon, "c-1")
    code = code_of(run, clock)
    with database.read(program.engine) as db:
        (job,) = jobs.listed(db, salon)

    def another_owner() -> None:
        with database.write(program.engine) as db:
            jobs_aside.take_out(db, salon, [job.job], now=program.now())

    typed = Typed(f"{code}\n".encode(), another_owner)
    result = run("approve", "aava", "--all", "--owner", "o@example.com", "--json", stdin=typed)
    assert json.loads(result.stdout)["refused"] == [{"job": str(job.job), "because": "set_aside"}]


def test_a_rejection_needs_a_reason_and_keeps_it_sealed(
    run: Run, program: Program, clock: Clock, salon: Account, engine: sa.Engine
) -> None:
    propose(program, salon, "c-1")
    (job,) = json.loads(run("jobs", "--json").stdout)
    code = code_of(run, clock)
    assert run("reject", "aava", job["job"], "--owner", "o@example.com", "--code", code).exit_code == 2
    result = run(
        "reject",
        "aava",
        job["job"],
        "--owner",
        "o@example.com",
        "--code",
        code,
        "--reason",
        "SHE-CALLED",
        "--json",
    )
    assert json.loads(result.stdout)["rejected"] == [job["job"]]
    assert "SHE-CALLED" not in repr(dump(engine))


def test_an_owner_of_another_salon_has_no_word_here(
    run: Run, program: Program, clock: Clock, salon: Account, stranger: Account
) -> None:
    propose(program, stranger, "c-1")
    code = code_of(run, clock)
    result = run("approve", "toinen", "--all", "--owner", "o@example.com", "--code", code)
    assert result.exit_code == 2
    with database.read(program.engine) as db:
        assert db.exec(select(Job)).one().state is State.PROPOSED


# ---- proof and law ----------------------------------------------------------------------------------


def test_evidence_check_ends_with_1_and_names_the_line_when_one_was_changed(
    run: Run, program: Program, salon: Account, stranger: Account
) -> None:
    with database.write(program.engine) as db:
        for number in range(3):
            evidence.append(db, salon, {"what": "tried", "number": number}, now=NOON)
        evidence.append(db, stranger, {"what": "tried"}, now=NOON)
    assert json.loads(run("evidence", "check", "aava", "--json").stdout)["whole"] is True
    with database.write(program.engine) as db:
        db.connection().execute(
            sa.text("UPDATE evidence SET body = :body WHERE salon = 'aava' AND seq = 2"), {"body": b"{}"}
        )
    result = run("evidence", "check", "aava", "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["whole"], document["broken_at"]) == (1, False, 2)
    assert run("evidence", "check", "toinen").exit_code == 0


def test_policy_check_gives_every_error_with_its_line(run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(Path(POLICY).read_text().replace("policy         = 1", "policy = 7\nsurprise = 1"))
    result = run("policy", "check", str(broken), "--json")
    document = json.loads(result.stdout)
    assert result.exit_code == 1
    assert {"table", "key", "line", "message"} <= set(document["errors"][0])
    assert {"surprise", "policy"} <= {error["key"] for error in document["errors"]}


def test_policy_check_of_a_whole_file_ends_with_0(run: Run) -> None:
    result = run("policy", "check", POLICY, "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["errors"] == []


# ---- wrong use: one sentence, what to do, nothing changed -------------------------------------------

OF_A_SALON = [
    ("salon", "test", "nobody"),
    ("salon", "rotate-secret", "nobody"),
    ("salon", "set-token", "nobody", "--token-file", POLICY),
    ("sync", "nobody"),
    ("nightly", "--salon", "nobody"),
    ("jobs", "--salon", "nobody"),
    ("export", "nobody", "c-1"),
    ("import", "nobody", "lista.csv"),
    ("approve", "nobody", "--all", "--owner", "o@example.com", "--code", "123456"),
    (
        "reject",
        "nobody",
        "6b1f6b0e-0000-4000-8000-000000000000",
        "--owner",
        "o",
        "--code",
        "1",
        "--reason",
        "r",
    ),
    ("answer", "nobody", "keep", "--owner", "o@example.com", "--code", "123456"),
    ("owner", "add", "o@example.com", "--salon", "nobody"),
    ("owner", "list", "--salon", "nobody"),
    ("owner", "remove", "o@example.com", "--salon", "nobody"),
    ("policy", "activate", "nobody", POLICY),
    ("policy", "explain", "nobody", "c-1"),
    ("policy", "simulate", "nobody", POLICY),
    ("salon", "set-address", "nobody", "https://booking.example"),
    ("salon", "remove", "nobody", "--evidence", "/dev/null/e", "--confirm", "nobody"),
    ("salon", "move", "nobody", "--dialect", "by_hand", "--confirm", "nobody"),
    ("hold", "open", "nobody", "c-1", "--why", "legal_claim", "--review", "2027-05-01", "--owner", "o"),
    ("hold", "list", "nobody"),
    ("hold", "end", "nobody", "6b1f6b0e-0000-4000-8000-000000000000", "--owner", "o"),
    ("instruction", "make", "nobody", "--owner", "o"),
    ("instruction", "list", "nobody"),
    ("instruction", "sent", "nobody", "6b1f6b0e-0000-4000-8000-000000000000", "--owner", "o"),
    ("instruction", "withdraw", "nobody", "6b1f6b0e-0000-4000-8000-000000000000", "--owner", "o"),
    (
        "instruction",
        "answered",
        "nobody",
        "6b1f6b0e-0000-4000-8000-000000000000",
        "confirmed",
        "--owner",
        "o",
    ),
    ("evidence", "check", "nobody"),
    ("evidence", "head", "nobody"),
    ("evidence", "export", "nobody", "-o", "evidence.jsonl"),
    ("quarantine", "list", "nobody"),
    ("quarantine", "release", "nobody", "6b1f6b0e-0000-4000-8000-000000000000"),
    ("quarantine", "drop", "nobody", "6b1f6b0e-0000-4000-8000-000000000000"),
    ("returned", "list", "nobody"),
    ("returned", "keep", "nobody", "c-1"),
    ("returned", "gone", "nobody", "c-1"),
]
WRONG = [
    (("salon", "add", "x", "--dialect", "standard", "--policy", "/not/there.toml"), "There is no file"),
    (("salon", "add", "x", "--dialect", "standard", "--policy", "/"), "cannot be read"),
    (("salon", "add", "X y", "--dialect", "standard", "--policy", POLICY), "lower-case letters"),
    (("salon", "add", "login", "--dialect", "standard", "--policy", POLICY), "page of Ovikello"),
    (("salon", "add", "aava", "--dialect", "standard", "--policy", POLICY), "already"),
    (("salon", "add", "x", "--dialect", "latin", "--policy", POLICY), "no dialect 'latin'"),
    (("salon", "add", "x", "--dialect", "standard", "--policy", POLICY, "--base-url", "ftp://a"), "https://"),
    (("salon", "set-token", "aava", "--token-file", "/not/there"), "There is no file"),
    (
        ("salon", "add", "x", "--dialect", "standard", "--policy", POLICY, "--can", "erase,fly"),
        "can do 'fly'",
    ),
    (("salon", "remove", "aava", "--evidence", "/dev/null/e", "--confirm", "toinen"), "That is not 'aava'"),
    (("salon", "remove", "aava", "--evidence", "/dev/null/e", "--confirm", "aava"), "cannot be written"),
    (("salon", "rotate-secret", "aava", "--overlap-hours", "-1"), "0<=x<=720"),
    (("salon", "rotate-secret", "aava", "--secret-file", "/not/there"), "There is no file"),
    (("salon", "rotate-secret", "aava", "--overlap-hours", "99999999999"), "0<=x<=720"),
    (("owner", "add", "a b@example.com", "--salon", "aava"), "not an e-mail address"),
    (("owner", "add", "a@", "--salon", "aava"), "not an e-mail address"),
    (("jobs", "--salon", "\udcff"), "not text"),
    (("policy", "explain", "aava", "\udcff"), "not text"),
    (("token", "add", "\udcff"), "not text"),
    (("token", "add", " "), "needs a name"),
    (("owner", "add", "nobody", "--salon", "aava"), "not an e-mail address"),
    (("owner", "reset", "nobody@example.com"), "no owner"),
    (("owner", "remove", "nobody@example.com", "--salon", "aava"), "Nobody of that e-mail address"),
    (("nightly", "--on", "yesterday"), "Write it like 2026-12-31"),
    (("policy", "explain", "aava", "c-1", "--on", "2026-02-30"), "Write it like 2026-12-31"),
    (("policy", "explain", "aava", "c-none"), "No client 'c-none'"),
    (("policy", "check", "/not/there.toml"), "There is no file"),
    (("policy", "activate", "aava", "/not/there.toml"), "There is no file"),
    (("policy", "simulate", "aava", "/not/there.toml"), "There is no file"),
    (("policy", "simulate", "aava", POLICY, "--on", "1999-01-01"), "No policy is in force on 1999-01-01"),
    (("approve", "aava", "not-a-job", "--owner", "o", "--code", "1"), "not-a-job"),
    (("jobs", "--state", "sleeping"), "sleeping"),
    (("quarantine", "drop", "aava", "6b1f6b0e-0000-4000-8000-000000000000"), "quarantine list"),
    (("serve", "--port", "99999"), "99999"),
    (("unheard-of",), "unheard-of"),
]


@pytest.mark.parametrize("arguments", OF_A_SALON, ids=lambda words: " ".join(words[:2]))
def test_an_unknown_salon_is_one_sentence_and_changes_nothing(
    run: Run, engine: sa.Engine, salon: Account, arguments: tuple[str, ...]
) -> None:
    before = dump(engine)
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "There is no salon 'nobody'. Salons here: aava." in result.stderr
    assert dump(engine) == before


def test_wrong_use_is_one_line_and_says_where_to_read_on(run: Run, salon: Account) -> None:
    for arguments in (
        ("jobs", "--state", "sleeping"),
        ("sync",),
        ("approve", "aava", "x", "--owner", "o"),
        ("x",),
    ):
        result = run(*arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("ovikello: ")
        assert result.stderr.count("\n") == 1
        assert result.stderr.rstrip().endswith("--help'.")


def test_approving_by_hand_shows_what_waits_before_it_asks_for_the_code(
    run: Run, program: Program, salon: Account
) -> None:
    document = json.loads(
        run("owner", "add", "o@example.com", "--salon", "aava", "--with-secrets", "--json").stdout
    )
    propose(program, salon, "c-1")
    totp = pyotp.parse_uri(document["totp_uri"])
    assert isinstance(totp, pyotp.TOTP)
    code = totp.at(NOON)
    result = run("approve", "aava", "--owner", "o@example.com", stdin=f"y\n{code}\n")
    shown = result.stderr
    assert "Refused" in result.stdout  # the word was taken: this one's facts have changed since
    assert shown.index("c-1") < shown.index("Approve all 1?") < shown.index("Code from the authenticator")


def test_approving_when_nothing_waits_is_said_and_is_a_document_for_programs(
    run: Run, salon: Account
) -> None:
    result = run("approve", "aava", "--owner", "o@example.com", "--all", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {"approved": [], "refused": [], "left_out": []}


@pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[" ".join(words)[:40] for words, _ in WRONG])
def test_wrong_use_says_what_is_right_and_changes_nothing(
    run: Run, engine: sa.Engine, salon: Account, arguments: tuple[str, ...], words: str
) -> None:
    before = dump(engine)
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert dump(engine) == before


def every_command(group: click.Group, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every command's words."""
    found: list[tuple[str, ...]] = []
    for name, command in group.commands.items():
        words = (*before, name)
        found += every_command(command, words) if isinstance(command, click.Group) else [words]
    return found


#: these need no installation
FREE = {("dialect", "check"), ("init",), ("demo",), ("policy", "check"), ("evidence", "verifier")}
#: what a command must be given to get as far as the installation
ARGUMENTS = {
    words[: 2 if isinstance(cli.commands[words[0]], click.Group) else 1]: words for words in OF_A_SALON
}
ARGUMENTS |= {
    ("salon", "add"): ("salon", "add", "x", "--dialect", "standard", "--policy", POLICY),
    ("owner", "reset"): ("owner", "reset", "o@example.com"),
    ("salon", "settings"): ("salon", "settings", "x"),
    ("token", "add"): ("token", "add", "x"),
    ("token", "remove"): ("token", "remove", "x"),
    ("serve",): ("serve", "--port", "0"),
    ("work",): ("work",),
    ("backup",): ("backup", "/dev/null/copy.db"),
    ("move-database",): ("move-database", "--to-file", POLICY),
    ("change-key",): ("change-key", "--to-file", POLICY),
}
NEEDING = [words for words in every_command(cli) if words not in FREE]


@pytest.mark.parametrize("words", NEEDING, ids=" ".join)
def test_without_keys_a_command_says_to_run_init(words: tuple[str, ...], tmp_path: Path) -> None:
    settings = Settings.from_env({"OVIKELLO_DATA_DIR": str(tmp_path / "none")})
    result = CliRunner().invoke(
        cli, list(ARGUMENTS[words]), obj=Door(settings=settings), catch_exceptions=False
    )
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ovikello init" in result.stderr
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize("words", NEEDING, ids=" ".join)
def test_with_another_key_a_command_says_so_and_changes_nothing(
    run: Run, world: Settings, engine: sa.Engine, salon: Account, words: tuple[str, ...]
) -> None:
    before = dump(engine)
    result = run(*ARGUMENTS[words], settings=replace(world, secret_key="another"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "another secret key" in result.stderr
    assert dump(engine) == before


def test_a_database_of_a_newer_release_is_left_alone(run: Run, engine: sa.Engine, salon: Account) -> None:
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    before = dump(engine)
    for words in NEEDING:
        result = run(*ARGUMENTS[words])
        assert result.exit_code == 2, words
        assert "newer release" in result.stderr
    assert dump(engine) == before


def test_without_a_salon_the_sentence_says_how_to_add_one(run: Run, engine: sa.Engine) -> None:
    assert "ovikello salon add" in run("sync", "nobody").stderr


def test_init_tells_what_it_made_for_a_program(tmp_path: Path) -> None:
    settings = Settings.from_env({"OVIKELLO_DATA_DIR": str(tmp_path / "new")})
    result = CliRunner().invoke(cli, ["init", "--json"], obj=Door(settings=settings), catch_exceptions=False)
    assert json.loads(result.stdout)["made_key"] is True
    assert settings_for(tmp_path / "new").data_dir.is_dir()
