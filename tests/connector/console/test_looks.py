"""The stylesheet and the pages agree: no rule for what no page has, no class without a rule."""

import re
from pathlib import Path

CONSOLE = Path(__file__).parents[3] / "connector" / "console"
#: said by scripts of ours that do not exist, or by the state of a page alone
_NO_CLASS = re.compile(r"\{[{%].*?[%}]\}", re.S)


def classes_of_the_pages() -> set[str]:
    """Every word that can stand in a class attribute of a template."""
    found: set[str] = set()
    for path in (CONSOLE / "templates").glob("*.html"):
        text = path.read_text()
        for value in re.findall(r'class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"])*)"', text):
            words = " ".join(re.findall(r'"\s?([\w ]+)"', value)) + " " + _NO_CLASS.sub(" ", value)
            found |= set(words.split())
    return found | {"console", "auth"}


def classes_of_the_stylesheet() -> set[str]:
    """Every class that a rule is about."""
    text = re.sub(r"/\*.*?\*/|url\(.*?\)", "", (CONSOLE / "static" / "ovikello.css").read_text(), flags=re.S)
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", text)))


def test_no_rule_is_about_what_no_page_has() -> None:
    assert classes_of_the_stylesheet() - classes_of_the_pages() == set()


def test_no_page_has_a_class_without_a_rule() -> None:
    assert classes_of_the_pages() - classes_of_the_stylesheet() - {"auth", "side", "found", "never"} == set()


def test_a_theme_is_other_colours_and_nothing_else() -> None:
    """`light-dark()` gives colours alone; whoever asks for the theme by another way could move or hide something."""
    sheets = [path.read_text() for path in (CONSOLE / "static").glob("*.css")]
    assert len(sheets) == 2
    for sheet in sheets:
        assert "light-dark(" in sheet
        assert "prefers-color-scheme" not in sheet


def test_no_page_has_a_script_or_a_style_or_unescaped_text() -> None:
    for path in (CONSOLE / "templates").glob("*.html"):
        text = path.read_text()
        if (
            path.name == "package.html"
        ):  # read away from here too: its stylesheet is named by its hash in its policy
            text = text.replace('<style>{% include "package.css" %}</style>', "")
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:|\|\s*safe|autoescape", text), (
            path.name
        )


def test_no_part_of_the_stylesheet_stands_there_twice() -> None:
    text = (CONSOLE / "static" / "ovikello.css").read_text()
    headings = re.findall(r"/\* ---- (.*?) ---- \*/", text)
    assert len(headings) == len(set(headings)) > 8
