"""The auditor's page is true: its commands run as they stand there, and every word of a line stands in its table."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from connector import evidence
from connector.commands import cli
from connector.commands.door import Door
from connector.config import Settings
from connector.program import Program
from connector.salons import Account
from tests.builders import NOON, Clock
from tests.connector.chains import head_of, write

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "evidence.md").read_text()
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.splitlines() if line.strip()]


def test_the_page_s_commands_run_in_its_order_and_find_the_chain_whole(
    world: Settings, program: Program, clock: Clock, salon: Account, stranger: Account, tmp_path: Path
) -> None:
    write(program, salon, NOON, client=salon.keys.client_key("c-1"))
    write(program, salon, NOON, client=salon.keys.client_key("c-2"))
    write(program, stranger, NOON)
    known = {"HEX": evidence.public_key(salon).hex(), "DIGEST@LINE": str(head_of(program, salon))}
    assert len(COMMANDS) == 7
    for command in COMMANDS:
        name, *words = (known.get(word, word) for word in shlex.split(command))
        words = [str(tmp_path / word) if word.endswith((".py", ".jsonl")) else word for word in words]
        if name == "python":
            done = subprocess.run(
                [sys.executable, "-I", "-S", *words], capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stderr) == (0, ""), command
            assert "WHOLE" in done.stdout
        else:
            assert name == "ovikello"
            door = Door(settings=world, now=clock)
            assert CliRunner().invoke(cli, words, obj=door, catch_exceptions=False).exit_code == 0, command
            assert door._program is not None
            door._program.engine.dispose()


def test_every_kind_of_line_that_is_written_stands_in_the_table() -> None:
    sources = [path.read_text() for path in (ROOT / "connector").rglob("*.py")]
    kinds = {
        kind
        for source in sources
        if "evidence.append(" in source
        for kind in re.findall(r'"what": "(\w+)"', source)
    }
    assert {"job", "look", "pruned"} <= kinds
    assert {kind for kind in kinds if f"`{kind}` (" not in PAGE} == set()


def test_the_page_is_found_from_the_readme() -> None:
    assert "(docs/evidence.md)" in (ROOT / "README.md").read_text()
