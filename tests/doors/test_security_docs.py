"""docs/security.md says nothing that no test holds: each claim names one, and `test_readme` sees that it is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()
NAME = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def claims() -> list[str]:
    """Every row of the tables of claims."""
    tables = re.findall(r"^\| it holds that \| test \|\n\| --- \| --- \|\n((?:\|.*\n)+)", PAGE, re.M)
    return [row for table in tables for row in table.splitlines()]


def test_each_claim_names_a_test() -> None:
    assert len(claims()) > 40
    for row in claims():
        assert len(NAME.findall(row)) == 1, row


def test_every_command_and_setting_of_the_page_is_one() -> None:
    from connector.commands import cli
    from tests.test_readme import commands

    known = commands(cli)
    for line in re.findall(r"`ovikello ([a-z][^`]*)`", PAGE):
        words = re.findall(r"^[a-z-]+(?: [a-z-]+)?", line)[0]
        assert {words, words.split()[0]} & known, line
    settings = set(re.findall(r"OVIKELLO_\w+", PAGE))
    assert settings <= set(re.findall(r'"(OVIKELLO_\w+)"', (ROOT / "connector" / "config.py").read_text()))


def test_the_page_is_found_from_the_readme() -> None:
    assert "(docs/security.md)" in (ROOT / "README.md").read_text()
