"""Every reason word that the code can write has a sentence in each language, and no page shows the word."""

import ast
import re
from pathlib import Path

import pytest

from connector import texts
from connector.console.refusals import ANSWERED, WORDS, in_words
from connector.jobs_seen import Found
from connector.states import State
from policies.explain import SENTENCES
from policies.holds import HandKind
from policies.policy import HoldKind

CONNECTOR = Path(__file__).parents[3] / "connector"
#: modules that move jobs, or say why a call or an approval came to nothing
SAYS_WHY = (
    "approvals",
    "dispatch",
    "jobs",
    "freshness",
    "journal_jobs",
    "sender",
    "capabilities",
    "verify",
    "journal_replay",
)
WORD = re.compile(r"[a-z]+(_[a-z]+)*")
#: calls of which an argument is a reason word, and which one
ARGUMENT = {
    "Finding": 0,
    "CallFailed": 0,
    "Ending": 1,
    "Refused": 1,
    "ask": 1,
    "_give_way": 4,
    "_reopened": 2,
}
SURPRISE = "a_word_of_tomorrow"


def modules() -> list[Path]:
    """Where reason words are written."""
    found = [path for path in sorted(CONNECTOR.glob("*.py")) if path.name.startswith(SAYS_WHY)]
    assert len(found) > 15
    return found


def words_of(tree: ast.AST) -> set[str]:
    """The reason words in a module: `reason=`, `"reason":`, after a Standing, and as arguments of ARGUMENT's calls."""
    found: set[str] = set()
    names = constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in {"reason", "because"}:
            found |= said(node.value) | (
                {names[name_of(node.value)]} if name_of(node.value) in names else set()
            )
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            found |= {word for key, value in pairs if said(key) == {"reason"} for word in said(value)}
        elif isinstance(node, ast.Tuple) and node.elts and is_standing(node.elts[0]):
            found |= said(node.elts[-1])
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found |= said(node.value) if node.targets[0].id in {"reason", "because", "why", "word"} else set()
        elif isinstance(node, ast.Call) and (nth := ARGUMENT.get(name_of(node.func))) is not None:
            found |= said(node.args[nth]) if len(node.args) > nth else set()
        elif isinstance(node, ast.Return) and node.value is not None and is_objection(node.value):
            found |= said(node.value)
    return found


def said(node: ast.AST | None) -> set[str]:
    """The words that an expression can come to; a Found in one is each thing that can be found."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) and WORD.fullmatch(node.value) else set()
    if isinstance(node, ast.IfExp):
        return said(node.body) | said(node.orelse)
    if isinstance(node, ast.BoolOp):
        return {word for value in node.values for word in said(value)}
    if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        start = str(node.values[0].value)
        return {f"{start}{found.value}" for found in Found if found.is_left} if start == "still_" else set()
    return set()


def constants(tree: ast.AST) -> dict[str, str]:
    """A module's own names for its words."""
    found = [
        node for node in ast.walk(tree) if isinstance(node, ast.Assign) and name_of(node.targets[0]).isupper()
    ]
    return {name_of(node.targets[0]): word for node in found for word in said(node.value)}


def is_standing(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and name_of(node.value) == "Standing"


def is_objection(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and "_" in node.value


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


#: words that some function gives back for its caller's count, and that stand in no job
_COUNTED = {
    "by_hand", "looked_already", "no_answer", "not_due", "nothing_to_do", "put_off", "needs_second",
}  # fmt: skip


def every_word() -> set[str]:
    return {word for path in modules() for word in words_of(ast.parse(path.read_text()))} - (
        _COUNTED - set(WORDS)
    )


def test_the_words_are_found_where_they_are_written() -> None:
    written = every_word()
    for word in ("still_there", "still_leftovers", "reappeared", "gave_up", "no_journal", "policy_changed"):
        assert word in written, word
    planted = f'def f(): jobs.move(db, reason="{SURPRISE}"); g(x, {{"reason": y or "{SURPRISE}_too"}})'
    assert words_of(ast.parse(planted)) == {SURPRISE, f"{SURPRISE}_too"}


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_every_word_that_is_written_has_a_sentence(language: str) -> None:
    words = texts.of(language)
    unknown = in_words(words, SURPRISE)
    assert [word for word in sorted(every_word()) if in_words(words, word) == unknown] == []


@pytest.mark.parametrize("language", texts.LANGUAGES)
def test_no_page_shows_a_word_of_the_code(language: str) -> None:
    words = texts.of(language)
    answered = [
        f"{kind}answered_{status}" for kind in ("", "look_") for status in (400, 401, 409, 429, 500, 503, 999)
    ]
    for word in [
        *every_word(),
        *WORDS,
        *answered,
        *(f"is_{state}" for state in State),
        SURPRISE,
        "answered_",
        "",
    ]:
        said_of_it = in_words(words, word)
        assert said_of_it.endswith(".")
        assert "_" not in said_of_it, word


@pytest.mark.parametrize("kind", [*HoldKind, *HandKind])
def test_what_holds_a_job_back_is_said_with_and_without_its_prefix(kind: HoldKind | HandKind) -> None:
    words = texts.of("fi")
    assert (
        in_words(words, kind.value)
        == in_words(words, f"held_{kind.value}")
        == words.gettext(SENTENCES[kind.value])
    )
    assert in_words(words, "held_own_word") == words.gettext(SENTENCES["hand_hold"])


@pytest.mark.parametrize(
    ("status", "first"),
    [(401, "401"), (403, "403"), (404, ""), (500, "5"), (502, "5"), (503, "503"), (429, "429")],
)
def test_an_answers_number_is_said_by_what_it_means(status: int, first: str) -> None:
    words = texts.of("en")
    assert in_words(words, f"answered_{status}") == ANSWERED[first]
