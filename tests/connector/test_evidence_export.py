"""The evidence file: written whole, shown in part, checked offline, and found out whatever is done to it."""

import json
import os
import re
import stat
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import Result
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from connector import database, evidence, evidence_export, evidence_files
from connector import evidence_verifier as verifier
from connector.commands.door import Door
from connector.config import Settings
from connector.evidence_export import Asked
from connector.evidence_verifier import Unreadable
from connector.program import Program
from connector.salons import Account
from connector.tables import Evidence, EvidenceHead, Merge
from tests.builders import NOON, Clock
from tests.connector.chains import gaps_of, head_of, prune, tamper, write
from tests.connector.command_line import ovikello

DAY = timedelta(days=1)
OVER = datetime(2036, 11, 24, 12, 0, tzinfo=UTC)
Run = Callable[..., Result]


@pytest.fixture
def run(world: Settings, clock: Clock) -> Run:
    """Run a command on this world's installation."""

    def invoke(*arguments: str) -> Result:
        return ovikello(Door(settings=world, now=clock), "evidence", *arguments)

    return invoke


def check(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Check a file as the auditor does, with the program that came with it and nothing else."""
    program = file.with_name("verify_evidence.py")
    command = [sys.executable, "-I", "-S", str(program), str(file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def rows_of(file: Path) -> list[dict[str, Any]]:
    """A file's rows."""
    return [json.loads(row) for row in file.read_bytes().splitlines()]


def key(account: Account, client: str) -> str:
    """A client's keyed name."""
    return account.keys.client_key(client)


def two_clients(program: Program, account: Account) -> None:
    """Six lines: four about two clients, two about none."""
    for client in ("c-1", "c-2", "c-1", "c-2"):
        write(program, account, NOON, client=key(account, client), word=client)
    write(program, account, NOON, NOON, word="nobody's")


# ---- the command ------------------------------------------------------------------------------------


def test_an_export_is_whole_and_the_auditor_needs_nothing_else(
    run: Run, program: Program, salon: Account, stranger: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON, NOON, NOON)
    write(program, stranger, NOON, word="STRANGER")
    file = tmp_path / "out" / "evidence.jsonl"
    file.parent.mkdir()
    result = run("export", "aava", "-o", str(file), "--json")
    head = head_of(program, salon)
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "salon": "aava",
        "file": str(file),
        "lines": 3,
        "shown": 3,
        "head": head.digest.hex(),
        "seq": 3,
        "whole": True,
        "verifier": str(file.with_name("verify_evidence.py")),
    }
    done = check(file, "--head", str(head), "--public-key", evidence.public_key(salon).hex())
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 shown, 0 as their hash alone" in done.stdout
    assert "STRANGER" not in file.read_text()


def test_the_file_is_its_owner_s_alone_and_is_never_written_over(
    run: Run, program: Program, salon: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON)
    file = tmp_path / "evidence.jsonl"
    assert run("export", "aava", "-o", str(file)).exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    write(program, salon, NOON)
    refused = run("export", "aava", "-o", str(file), "--json")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--force" in refused.stderr
    assert file.read_bytes() == before
    assert run("export", "aava", "-o", str(file), "--force").exit_code == 0
    assert len(rows_of(file)) == 3
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix in {".jsonl", ".py"}) == [
        "evidence.jsonl",
        "verify_evidence.py",
    ]


def test_somebody_else_s_verifier_is_left_alone(
    run: Run, program: Program, salon: Account, tmp_path: Path
) -> None:
    (tmp_path / "verify_evidence.py").write_text("mine")
    result = run("export", "aava", "-o", str(tmp_path / "evidence.jsonl"), "--json")
    assert json.loads(result.stdout)["verifier"] is None
    assert (tmp_path / "verify_evidence.py").read_text() == "mine"
    assert run("verifier", "-o", str(tmp_path / "verify_evidence.py")).exit_code == 2
    assert run("verifier", "-o", str(tmp_path / "verify_evidence.py"), "--force").exit_code == 0
    assert (tmp_path / "verify_evidence.py").read_bytes() == Path(verifier.__file__).read_bytes()


@pytest.mark.parametrize("place", ["no/such/folder/file", "a-folder", "a-file/file"])
def test_a_place_where_nothing_can_be_written_is_said_in_a_sentence(
    run: Run, salon: Account, tmp_path: Path, place: str
) -> None:
    (tmp_path / "a-folder").mkdir()
    (tmp_path / "a-file").touch()
    before = sorted(tmp_path.rglob("*.*"))
    for more in ((), ("--force",)):
        result = run("export", "aava", "-o", str(tmp_path / place), *more)
        assert (result.exit_code, result.stdout) == (2, "")
        assert str(tmp_path / place) in result.stderr
    assert sorted(tmp_path.rglob("*.*")) == before


def test_a_full_disk_is_said_and_leaves_nothing_behind(tmp_path: Path) -> None:
    def fill() -> None:
        with evidence_files.new_file(tmp_path / "file") as file:
            file.write(b"half")
            raise OSError(28, "No space left on device")

    with pytest.raises(evidence_files.CannotWrite, match="No space left on device"):
        fill()
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_is_interrupted_leaves_nothing_behind(tmp_path: Path) -> None:
    def interrupt() -> None:
        with evidence_files.new_file(tmp_path / "file"):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupt()
    assert list(tmp_path.iterdir()) == []


def test_where_another_came_first_its_file_stays(tmp_path: Path) -> None:
    def lose() -> None:
        with evidence_files.new_file(tmp_path / "file") as file:
            file.write(b"ours")
            (tmp_path / "file").write_bytes(b"theirs")

    with pytest.raises(evidence_files.CannotWrite, match="already"):
        lose()
    assert (tmp_path / "file").read_bytes() == b"theirs"


def test_a_broken_chain_is_exported_with_its_break(
    run: Run, program: Program, salon: Account, tmp_path: Path
) -> None:
    write(program, salon, *[NOON] * 5)
    tamper(program, "UPDATE evidence SET body = :other WHERE salon = 'aava' AND seq = 3", other=b"\xff{}")
    file = tmp_path / "evidence.jsonl"
    result = run("export", "aava", "-o", str(file), "--json")
    assert (result.exit_code, json.loads(result.stdout)["whole"]) == (1, False)
    assert json.loads(result.stdout)["lines"] == 5
    done = check(file)
    assert done.returncode == 1
    assert "at line 3: this line was changed" in done.stdout


# ---- what is shown ----------------------------------------------------------------------------------


def test_with_a_client_the_lines_of_others_are_only_their_hashes(
    run: Run, program: Program, salon: Account, tmp_path: Path
) -> None:
    two_clients(program, salon)
    file = tmp_path / "evidence.jsonl"
    document = json.loads(run("export", "aava", "-o", str(file), "--client", "c-1", "--json").stdout)
    assert (document["lines"], document["shown"]) == (6, 2)
    header, *lines = rows_of(file)
    assert header["asked"]["clients"] == [key(salon, "c-1")]
    assert [line["seq"] for line in lines if "body" in line] == [1, 3]
    text = file.read_text()
    assert '\\"word\\":\\"c-1\\"' in text
    assert not re.search(r"\bc-2\b", text)  # not within a random id
    assert key(salon, "c-2") not in text
    assert "nobody" not in text
    done = check(file, "--head", str(head_of(program, salon)))
    assert done.returncode == 0
    assert "2 shown; 2 of them about the client asked for, 4 as their hash alone" in done.stdout


def test_the_ids_that_a_client_was_merged_from_are_shown_too(
    run: Run, program: Program, salon: Account, tmp_path: Path
) -> None:
    two_clients(program, salon)
    with database.write(program.engine) as db:
        db.add(Merge(salon="aava", client="c-2", into="c-1", at=NOON))
    document = json.loads(
        run("export", "aava", "-o", str(tmp_path / "e.jsonl"), "--client", "c-1", "--json").stdout
    )
    assert document["shown"] == 4


def test_a_client_of_another_salon_is_none_of_this_one_s(
    run: Run, program: Program, salon: Account, stranger: Account, tmp_path: Path
) -> None:
    two_clients(program, stranger)
    write(program, salon, NOON, client=key(stranger, "c-1"))
    document = json.loads(
        run("export", "aava", "-o", str(tmp_path / "e.jsonl"), "--client", "c-1", "--json").stdout
    )
    assert (document["lines"], document["shown"]) == (1, 0)


def test_two_hidden_lines_that_say_the_same_have_different_hashes(
    run: Run, program: Program, salon: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON, NOON)
    run("export", "aava", "-o", str(tmp_path / "e.jsonl"), "--client", "c-1")
    _, one, other = rows_of(tmp_path / "e.jsonl")
    assert one["body_hash"] != other["body_hash"]


@pytest.mark.parametrize(
    ("options", "shown"),
    [
        # the salon's days are Helsinki's: the 25th begins at 22:00 on the 24th, by UTC
        (("--from", "2026-11-25"), [2, 3]),
        (("--until", "2026-11-24"), [1]),
        (("--from", "2026-11-25", "--until", "2026-11-25"), [2, 3]),
        (("--from", "2026-11-26"), []),
    ],
)
def test_days_are_the_salon_s_own_and_both_ends_are_shown(
    run: Run, program: Program, salon: Account, tmp_path: Path, options: tuple[str, ...], shown: list[int]
) -> None:
    write(
        program,
        salon,
        datetime(2026, 11, 24, 21, 59, tzinfo=UTC),
        datetime(2026, 11, 24, 22, 0, tzinfo=UTC),
        datetime(2026, 11, 25, 21, 59, tzinfo=UTC),
    )
    file = tmp_path / "e.jsonl"
    assert run("export", "aava", "-o", str(file), *options).exit_code == 0
    assert [row["seq"] for row in rows_of(file) if "body" in row] == shown
    assert check(file).returncode == 0


def test_days_the_wrong_way_round_are_wrong_use(run: Run, salon: Account, tmp_path: Path) -> None:
    file = tmp_path / "e.jsonl"
    result = run("export", "aava", "-o", str(file), "--from", "2026-11-25", "--until", "2026-11-24")
    assert result.exit_code == 2
    assert not file.exists()


def test_a_pruned_chain_is_exported_with_its_checkpoints_and_what_tells_of_them(
    run: Run, program: Program, clock: Clock, salon: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON, NOON, NOON + DAY)
    clock.at = OVER
    prune(program, salon)
    file = tmp_path / "e.jsonl"
    document = json.loads(run("export", "aava", "-o", str(file), "--client", "c-1", "--json").stdout)
    assert (document["lines"], document["shown"]) == (2, 1)
    assert rows_of(file)[1]["seq"] == 2
    done = check(file, "--head", str(head_of(program, salon)))
    assert done.returncode == 0
    assert "Pruned    lines 1 to 2" in done.stdout


def test_nothing_personal_and_no_key_but_the_public_one_is_in_the_file(
    run: Run, program: Program, salon: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON)
    run("export", "aava", "-o", str(tmp_path / "e.jsonl"), "--client", "MAIJA-7")
    text = (tmp_path / "e.jsonl").read_text()
    assert "MAIJA-7" not in text
    assert salon.keys.evidence.hex() not in text
    assert salon.keys.index.hex() not in text


# ---- what the auditor knows from elsewhere ----------------------------------------------------------


def forged(file: Path) -> Path:
    """The same file, rewritten whole under a new key."""
    header, *lines = rows_of(file)
    signer, previous = Ed25519PrivateKey.generate(), verifier.FIRST
    for line in lines:
        line["body"] = line["body"].replace("test", "lies")
        previous = verifier.line_digest(line["seq"], previous, line["body"].encode())
        line["digest"] = previous.hex()
    header["public_key"] = signer.public_key().public_bytes_raw().hex()
    statement = verifier.head_statement(header["salon"], header["head"]["seq"], previous)
    header["head"] |= {"digest": previous.hex(), "signature": signer.sign(statement).hex()}
    copy = file.with_name("forged.jsonl")
    copy.write_text("".join(json.dumps(row) + "\n" for row in (header, *lines)))
    return copy


def test_a_file_forged_under_a_new_key_is_found_only_by_what_is_known_from_elsewhere(
    run: Run, program: Program, salon: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON, NOON)
    kept = head_of(program, salon)
    write(program, salon, NOON)
    run("export", "aava", "-o", str(tmp_path / "e.jsonl"))
    file = forged(tmp_path / "e.jsonl")
    alone = check(file)
    assert alone.returncode == 0
    assert "A file that was forged whole, under a new key, passes too" in alone.stdout
    by_key = check(file, "--public-key", evidence.public_key(salon).hex())
    assert (by_key.returncode, "another key" in by_key.stdout) == (1, True)
    for head in (str(kept), kept.digest.hex()):
        assert check(file, "--head", head).returncode == 1
        assert check(tmp_path / "e.jsonl", "--head", head).returncode == 0


def test_a_head_whose_line_was_pruned_proves_nothing_and_that_is_said(
    run: Run, program: Program, clock: Clock, salon: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON)
    gone = head_of(program, salon)
    write(program, salon, NOON)
    edge = head_of(program, salon)
    clock.at = OVER
    prune(program, salon)
    run("export", "aava", "-o", str(tmp_path / "e.jsonl"))
    for head in (str(gone), gone.digest.hex()):
        done = check(tmp_path / "e.jsonl", "--head", head)
        assert (done.returncode, "pruned" in done.stdout) == (1, True)
    for head in (str(edge), edge.digest.hex()):
        assert check(tmp_path / "e.jsonl", "--head", head).returncode == 0


def test_a_head_beyond_the_file_s_end_says_that_it_was_cut_off(
    run: Run, program: Program, salon: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON)
    run("export", "aava", "-o", str(tmp_path / "e.jsonl"))
    write(program, salon, NOON)
    done = check(tmp_path / "e.jsonl", "--head", str(head_of(program, salon)))
    assert done.returncode == 1
    assert "at line 2: the lines from here on were cut off" in done.stdout


def test_the_printed_head_is_good_for_a_check_later(
    run: Run, program: Program, salon: Account, stranger: Account
) -> None:
    write(program, salon, NOON, NOON)
    write(program, stranger, NOON)
    printed = json.loads(run("head", "aava", "--json").stdout)
    assert printed["head"] == str(head_of(program, salon))
    assert printed["public_key"] == evidence.public_key(salon).hex()
    assert printed["head"] in run("head", "aava").stdout
    write(program, salon, NOON)
    assert run("check", "aava", "--head", printed["head"]).exit_code == 0
    other = json.loads(run("head", "toinen", "--json").stdout)["head"]
    result = run("check", "aava", "--head", other, "--json")
    assert (result.exit_code, json.loads(result.stdout)["why"]) == (1, "forged")


def test_a_head_before_the_first_line_is_none(run: Run, salon: Account) -> None:
    assert json.loads(run("head", "aava", "--json").stdout)["head"] is None
    assert run("head", "aava").exit_code == 0


@pytest.mark.parametrize("head", ["x", "00" * 32, "00" * 32 + "@", "00" * 32 + "@0", "00" * 31 + "@1"])
def test_what_is_no_head_is_wrong_use(run: Run, salon: Account, head: str) -> None:
    result = run("check", "aava", "--head", head)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "ovikello evidence head" in result.stderr


def test_a_head_without_its_salon_is_wrong_use(run: Run, salon: Account) -> None:
    assert run("check", "--head", "00" * 32 + "@1").exit_code == 2


def test_a_head_whose_line_was_pruned_is_said_by_the_check_too(
    run: Run, program: Program, clock: Clock, salon: Account
) -> None:
    write(program, salon, NOON)
    gone = head_of(program, salon)
    write(program, salon, NOON)
    clock.at = OVER
    prune(program, salon)
    result = run("check", "aava", "--head", str(gone), "--json")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["whole"], document["unproven"]) == (1, True, [str(gone)])
    assert document["pruned"] == 2
    assert "2 more were pruned" in run("check", "aava").stdout


# ---- whatever is done to a file ---------------------------------------------------------------------


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """The rows of a file with pruned, shown and hidden lines; made once, since only the file is looked at."""
    from connector import install
    from connector.program import open_program
    from tests.conftest import connect, settings_for

    folder = tmp_path_factory.mktemp("chain")
    install.init(settings_for(folder), now=NOON)
    clock = Clock()
    program = open_program(settings_for(folder), now=clock)
    account = connect(program, "aava")
    write(program, account, *[NOON] * 5)
    for number in range(6):
        write(program, account, OVER, client=key(account, f"c-{number % 2}"))
    clock.at = OVER
    prune(program, account)
    assert gaps_of(program, account) == [(1, 5)]
    out = BytesIO()
    with database.snapshot(program.engine) as db:
        asked = Asked(clients=frozenset({key(account, "c-1")}))
        evidence_export.export(db, account, out, now=OVER, asked=asked)
    program.engine.dispose()
    return out.getvalue().splitlines(keepends=True)


def verdict(tmp_path: Path, rows: list[bytes]) -> str:
    """What the verifier says of these rows: the line that tells whether they are whole."""
    file = tmp_path / "evidence.jsonl"
    file.write_bytes(b"".join(rows))
    try:
        holds, text = verifier.verify(str(file))
    except Unreadable:
        return "unreadable"
    (line,) = (line for line in text.splitlines() if line.startswith(("WHOLE", "BROKEN")))
    assert holds == line.startswith("WHOLE")
    return line


FIRST_LINE = 2  # after the header and one checkpoint: the line with the number 6


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows, "WHOLE"),
        (
            lambda rows: [
                *rows[:4],
                rows[4].replace(b'"body_hash":"', b'"body_hash":"00')[:-5] + b'"}\n',
                *rows[5:],
            ],
            "",
        ),
        (lambda rows: [*rows[:4], *rows[5:]], "at line 8: this line was removed"),
        (lambda rows: [*rows[:5], rows[4], *rows[5:]], "at line 8: a line was inserted here"),
        (
            lambda rows: [*rows[:4], rows[5], rows[4], *rows[6:]],
            "at line 8: this line stands in another place",
        ),
        (lambda rows: [*rows[:-2], rows[-1]], "at line 11: this line was removed"),
        (lambda rows: rows[:-2], "at line 11: the lines from here on were cut off"),
        (lambda rows: rows[:FIRST_LINE], "at line 6: the lines from here on were cut off"),
    ],
)
def test_what_was_done_to_a_file_is_said_with_the_line(
    chain: list[bytes], tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], said: str
) -> None:
    if said:
        assert said in verdict(tmp_path, change(chain))
    else:
        assert "WHOLE" not in verdict(tmp_path, change(chain))


def test_a_line_whose_words_were_changed_is_named(chain: list[bytes], tmp_path: Path) -> None:
    at = next(number for number, row in enumerate(chain) if b'"body":' in row and number >= FIRST_LINE)
    rows = [*chain[:at], chain[at].replace(b"test", b"lies"), *chain[at + 1 :]]
    assert f"at line {json.loads(chain[at])['seq']}: this line was changed" in verdict(tmp_path, rows)


@given(data=st.data())
def test_no_file_that_differs_in_what_it_says_is_called_whole(
    chain: list[bytes], tmp_path: Path, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(chain) - 1))
    row = json.loads(chain[at])
    target, names = (row["head"], ["seq", "digest", "signature"]) if at == 0 else (row, sorted(row))
    if at == 0 and data.draw(st.booleans()):
        target, names = row, ["public_key", "salon", "head"]
    name = data.draw(st.sampled_from(names))
    target[name] = _otherwise(data, target[name])
    rows = [*chain[:at], json.dumps(row).encode() + b"\n", *chain[at + 1 :]]
    assert "WHOLE" not in verdict(tmp_path, rows)


def _otherwise(data: st.DataObject, value: Any) -> Any:
    """The value, changed in one place."""
    if isinstance(value, int):
        return data.draw(
            st.sampled_from([value + 1, max(0, value - 1), 0, value + 100]).filter(lambda n: n != value)
        )
    if not isinstance(value, str):
        return None
    place = data.draw(st.integers(0, len(value) - 1))
    other = "1" if value[place] == "0" else "0"
    return value[:place] + other + value[place + 1 :]


@given(data=st.data())
def test_no_file_whose_rows_were_moved_removed_or_doubled_is_called_whole(
    chain: list[bytes], tmp_path: Path, data: st.DataObject
) -> None:
    order = data.draw(
        st.one_of(
            st.permutations(range(len(chain))),
            st.lists(st.integers(0, len(chain) - 1), max_size=len(chain) + 2),
        ).filter(lambda one: list(one) != list(range(len(chain))))
    )
    assert "WHOLE" not in verdict(tmp_path, [chain[number] for number in order])


# ---- long chains ------------------------------------------------------------------------------------


@pytest.mark.story
def test_a_long_chain_is_exported_and_checked_without_being_held_in_memory(
    program: Program, salon: Account, tmp_path: Path
) -> None:
    count, previous, rows = 10_000, evidence.FIRST, []
    for seq in range(1, count + 1):
        body = evidence.canonical(
            {"what": "test", "at": NOON.isoformat(), "salt": f"{seq:032}", "more": "x" * 600}
        )
        previous = evidence.line_digest(seq, previous, body)
        rows.append({"salon": "aava", "seq": seq, "body": body, "digest": previous})
    with database.write(program.engine) as db:
        db.connection().execute(sa.insert(Evidence), rows)
        signature = evidence.sign(salon, verifier.head_statement("aava", count, previous))
        values = {"salon": "aava", "seq": count, "digest": previous, "signature": signature, "at": NOON}
        db.connection().execute(sa.insert(EvidenceHead).values(values))
    del rows
    told: list[str] = []
    tracemalloc.start()
    with database.snapshot(program.engine) as db:
        done = evidence_export.to_file(
            db,
            salon,
            tmp_path / "e.jsonl",
            now=NOON,
            asked=Asked(first=date(2026, 1, 1)),
            on_progress=told.append,
        )
        assert evidence.check(db, salon).whole
    assert verifier.verify(str(tmp_path / "e.jsonl"))[0]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (done.lines, done.shown, done.checked.whole) == (count, count, True)
    assert told == ["10000 lines written"]
    assert os.path.getsize(tmp_path / "e.jsonl") > 7_000_000
    assert peak < 4_000_000  # and a thousand rows at a time are most of it
