"""The architecture, held: imports point one way, pure folders are pure, each door to the outside exists once."""

import ast
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
OURS = ("webhooks", "policies", "connector")
#: a package may import itself and what stands here for it, and nothing else of ours
MAY_IMPORT = {"webhooks": set[str](), "policies": set[str](), "connector": {"webhooks", "policies"}}
PURE = ("webhooks", "policies")
#: libraries that only compute
PURE_LIBRARIES = {"msgspec", "stdnum", "phonenumbers"}
IMPURE_STDLIB = {
    "os",
    "socket",
    "sqlite3",
    "time",
    "random",
    "subprocess",
    "logging",
    "secrets",
    "pathlib",
    "io",
}
STEPS = ("inbox", "census", "plan", "approvals", "dispatch", "verify")
#: the layers inside connector/, from the bottom up; a module imports only from layers below or beside its own
LAYERS = (
    {"clock", "config", "database", "proofs", "states", "tables", "vault"},
    {
        *(
            "program",
            "install",
            "salons",
            "mirror",
            "contacts",
            "categories",
            "exports",
            "instructions",
            "sealed",
            "spreadsheets",
            "imports",
            "quarantine",
            "facts",
            "holds",
            "jobs",
            "evidence",
            "journal",
        ),
        *(
            "sender",
            "owners",
            "sessions",
            "reports",
            "capabilities",
            "lookup",
            "freshness",
            "texts",
            "mail",
            "letters",
            "tokens",
            "metrics",
            "problems",
            "answers",
        ),
    },
    set(STEPS),
    {"hooks", "console", "nightly", "mailing", "engine", "pretend", "wiring", "serving", "moving"},
    {"app", "demo", "conformance", "commands"},
)
#: text → the only files that may hold it
DOORS = {
    "os.environ": {"connector/config.py", "tests/conftest.py", "tests/postgres.py"},
    "datetime.now(": {"connector/clock.py"},
    "time.time(": set[str](),
    "date.today(": set[str](),
    "requests.Session(": {"connector/sender.py", "connector/pretend/sending.py"},
    ".commit(": {"connector/migrations/env.py"},
    "|safe": set[str](),
    "mock.patch": set[str](),
    "monkeypatch": set[str](),
}

MODULES = sorted(
    path for package in OURS for path in (ROOT / package).rglob("*.py") if "versions" not in path.parts
)


def name_of(path: Path) -> str:
    """A module's dotted name."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    """Everything that a module imports, inside functions too; `from a import b` gives a and a.b."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer_of(module: str) -> int | None:
    """The layer of a connector module, by the part of its name under connector/; parts of a step count as it."""
    part = module.split(".")[1] if module.count(".") else ""
    for number, names in enumerate(LAYERS):
        if any(part == name or part.startswith(f"{name}_") for name in names):
            return number
    return None


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_point_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parts[0]
    used = {name.split(".")[0] for name in imports_of(path)} & set(OURS)
    assert used - {package} <= MAY_IMPORT[package]


@pytest.mark.parametrize("path", [p for p in MODULES if p.relative_to(ROOT).parts[0] in PURE], ids=name_of)
def test_pure_packages_need_nothing_but_python_and_libraries_that_compute(path: Path) -> None:
    used = {name.split(".")[0] for name in imports_of(path)} - set(OURS)
    assert used <= (sys.stdlib_module_names - IMPURE_STDLIB) | PURE_LIBRARIES


def test_every_module_of_connector_has_a_layer() -> None:
    names = {name_of(path) for path in MODULES if path.is_relative_to(ROOT / "connector")}
    without = {name for name in names if layer_of(name) is None}
    assert {name for name in without if not name.startswith("connector.migrations")} == {"connector"}


@pytest.mark.parametrize("path", [p for p in MODULES if p.is_relative_to(ROOT / "connector")], ids=name_of)
def test_a_module_imports_only_from_its_own_layer_and_those_below(path: Path) -> None:
    own = layer_of(name_of(path))
    if own is None:
        assert name_of(path).startswith(("connector.migrations", "connector"))
        return
    above = {
        name for name in imports_of(path) if name.startswith("connector.") and (layer_of(name) or 0) > own
    }
    assert above == set()


@pytest.mark.parametrize("step", STEPS)
def test_no_step_of_the_journey_imports_another(step: str) -> None:
    parts = [path for path in MODULES if path.parent.name == "connector" and path.stem.split("_")[0] == step]
    assert parts
    for path in parts:
        # connector.dispatch and connector.dispatch_calls are both of the step `dispatch`
        steps = {
            name.split(".")[1].split("_")[0] for name in imports_of(path) if name.startswith("connector.")
        }
        assert steps & set(STEPS) <= {step}, path


def test_no_two_modules_import_each_other() -> None:
    names = {name_of(path) for path in MODULES}
    graph = {name_of(path): imports_of(path) & names - {name_of(path)} for path in MODULES}
    # a package's __init__ that imports its own parts is no cycle of theirs
    for package in {name for name in names if any(other.startswith(f"{name}.") for other in names)}:
        for name, used in graph.items():
            if name.startswith(f"{package}."):
                used.discard(package)
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize(("text", "homes"), DOORS.items(), ids=list(DOORS))
def test_each_door_to_the_outside_exists_once(text: str, homes: set[str]) -> None:
    files = [*MODULES, *(ROOT / "connector").rglob("*.html"), *(ROOT / "tests").rglob("*.py")]
    holders = {
        str(path.relative_to(ROOT))
        for path in files
        if path != Path(__file__) and text in path.read_text() and "/versions/" not in str(path)
    }
    assert holders <= homes | ({"tests/" + h for h in homes} if text == ".commit(" else set())


#: the one page that must be readable as a file, away from here: a stylesheet of ours, named by its hash in its policy
CARRIED_ALONG = '<style>{% include "package.css" %}</style>'


def test_pages_hold_no_script_and_no_style_of_their_own() -> None:
    pages = list((ROOT / "connector" / "console" / "templates").rglob("*.html"))
    assert pages
    for page in pages:
        text = page.read_text()
        if page.name == "package.html":
            assert text.count(CARRIED_ALONG) == 1
            text = text.replace(CARRIED_ALONG, "")
        assert "style=" not in text, page
        assert "<style" not in text, page
        assert " onclick=" not in text, page
        assert "<script>" not in text, page


def test_both_pure_folders_use_the_same_words() -> None:
    from policies import facts
    from policies import vocabulary as of_law
    from webhooks import vocabulary as of_language
    from webhooks import words

    for name in ("Purpose", "Channel", "Category"):
        assert [word.value for word in getattr(of_law, name)] == [
            word.value for word in getattr(of_language, name)
        ]
    assert [word.value for word in facts.Answer] == [word.value for word in words.Answer]


def test_no_registry_is_named_anywhere() -> None:
    hosts = ("pypi" + ".org", "python" + "hosted", "npm" + "js", "registry" + ".npm")
    for path in ROOT.rglob("*"):
        if (
            path.is_file()
            and not set(path.parts) & {".venv", ".git", "node_modules"}
            and path.suffix in {".py", ".toml", ".lock", ".md", ".html", ".css", ".js", ".json", ""}
        ):
            text = path.read_text(errors="ignore")
            assert not any(host in text for host in hosts), path
