"""README and map are true: the map is the tree, settings and commands are those of the program."""

import re
from pathlib import Path

import click
import pytest

from connector.commands import cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text()


def part(name: str, text: str = README) -> str:
    """What stands between a marker and its end."""
    return text.split(f"<!-- {name}:", 1)[1].split("-->", 1)[1].split(f"<!-- end of {name} -->", 1)[0]


def modules() -> set[str]:
    """Every module that a newcomer may look for."""
    found = {"wsgi.py"}
    for package in ("webhooks", "policies", "connector"):
        for path in (ROOT / package).rglob("*.py"):
            if path.name != "__init__.py" and "migrations" not in path.parts:
                found.add(str(path.relative_to(ROOT)))
    return found


def commands(group: click.Group, before: str = "") -> set[str]:
    """Every command with its groups' names before it."""
    found: set[str] = set()
    for name, command in group.commands.items():
        whole = f"{before} {name}".strip()
        found |= commands(command, whole) if isinstance(command, click.Group) else {whole}
    return found


def test_the_map_names_every_module_and_no_other() -> None:
    named = set(re.findall(r"^\| `([^`]+)` \|", part("map", ARCHITECTURE), flags=re.MULTILINE))
    assert named == modules()


def test_every_place_that_the_readme_names_is_there() -> None:
    rows = re.findall(r"^\| (`.+?) \|", part("places"), flags=re.MULTILINE)
    assert rows
    for row in rows:
        folder = ""
        for name in re.findall(r"`([^`]+)`", row):
            folder = name.rsplit("/", 1)[0] + "/" if "/" in name else folder
            assert (ROOT / (name if "/" in name else folder + name)).exists(), name


def test_every_line_of_the_map_says_what_the_module_s_first_line_says() -> None:
    lines = re.findall(r"^\| `([^`]+)` \| (.+) \|$", part("map", ARCHITECTURE), flags=re.MULTILINE)
    assert len(lines) == len(modules())
    for path, says in lines:
        assert says == first_line(ROOT / path), path
        assert says.count(" ") >= 3, f"{path}: a line that says nothing"


def first_line(path: Path) -> str:
    """The first sentence of a module's docstring, as the map has it."""
    text = path.read_text().split('"""')[1].strip().split("\n\n")[0]
    first = re.split(r"(?<!\d)\. ", " ".join(text.split()))[0]  # "4. approve: …" is one sentence
    return first.rstrip(".").replace("|", "\\|")


def test_the_settings_table_has_every_setting_and_no_other() -> None:
    named = set(re.findall(r"^\| `(OVIKELLO_\w+)` \|", README, flags=re.MULTILINE))
    read = set(re.findall(r'"(OVIKELLO_\w+)"', (ROOT / "connector" / "config.py").read_text()))
    assert named == read


def test_the_commands_are_those_of_the_program() -> None:
    named = set(
        re.findall(r"^\| `ovikello ([a-z -]+?)(?: [A-Z\[\-…].*?)?` \|", part("commands"), flags=re.MULTILINE)
    )
    assert named == commands(cli)


@pytest.mark.parametrize("name", sorted(commands(cli)))
def test_every_command_teaches_with_help(name: str) -> None:
    command: click.Command = cli
    for word in name.split():
        assert isinstance(command, click.Group)
        command = command.commands[word]
    assert command.help
    for option in command.params:
        if isinstance(option, click.Option):
            assert option.help, f"{name} {option.name}"


@pytest.mark.parametrize("command", ["make demo", "make test"])
def test_the_two_commands_stand_in_the_readme_and_in_the_makefile(command: str) -> None:
    assert command in README
    assert f"\n{command.split()[1]}:" in (ROOT / "Makefile").read_text()


def test_each_test_that_a_page_names_is_there() -> None:
    named = {}
    for page in (ROOT / "docs").rglob("*.md"):
        named[page.name] = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", page.read_text())
        for path, name in named[page.name]:
            assert re.search(rf"^def {name}\(", (ROOT / path).read_text(), re.M), (page.name, path, name)
    assert len(named["security.md"]) > 40
    assert len(named["easyappointments.md"]) >= 8
