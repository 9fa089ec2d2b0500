"""The texts in the code against the catalogues. `python -m tests.catalogues` brings the catalogues up to date."""

import io
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from connector.reports import MESSAGES
from connector.texts import CATALOGUES
from policies.explain import SENTENCES
from policies.outlook import CHANGES, UNTIL

ROOT = Path(__file__).parent.parent
TRANSLATED = ("fi", "sv")
_HEADER = "# Ovikello's texts; brought up to date by: python -m tests.catalogues"
_LEFT_OUT = (
    b'"POT-Creation',
    b'"PO-Revision',
    b'"Last-Translator',
    b'"Report-Msgid',
    b'"Language-Team',
    b'"Generated-By',
)
Id = str | tuple[str, ...]
_METHODS = [("**.py", "python"), ("console/templates/**.html", "jinja2")]
_KEYWORDS = {"_": None, "N_": None, "NN_": (1, 2), "gettext": None, "ngettext": (1, 2)}


@cache
def in_the_code() -> dict[Id, list[tuple[str, int]]]:
    """Every text that can be said, with where it stands."""
    found: dict[Id, list[tuple[str, int]]] = {}
    entries = extract_from_dir(
        str(ROOT / "connector"),
        method_map=_METHODS,
        keywords=_KEYWORDS,
        comment_tags=(),
        strip_comment_tags=True,
    )
    for file, line, message, _comments, _context in entries:
        found.setdefault(message, []).append((f"connector/{file}", line))
    for text in SENTENCES.values():
        found.setdefault(text, [("policies/explain.py", 0)])
    for text in (*UNTIL.values(), *CHANGES.values()):
        found.setdefault(text, [("policies/outlook.py", 0)])
    for _severity, text in MESSAGES.values():
        found.setdefault(text, [("connector/reports.py", 0)])
    return found


def path_of(language: str) -> Path:
    """Where a language's catalogue is."""
    return CATALOGUES / language / "LC_MESSAGES" / "messages.po"


def catalogue(language: str) -> Catalog:
    """A language's catalogue, an empty one where there is none yet."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=f"{language}_FI", project="Ovikello")
    with path.open("rb") as file:
        return read_po(file, locale=f"{language}_FI")


def brought_up_to_date(language: str) -> Catalog:
    """The catalogue with every text of the code and none besides; what is new is empty."""
    old = catalogue(language)
    new = Catalog(locale=f"{language}_FI", project="Ovikello", header_comment=_HEADER, fuzzy=False)
    for message, places in in_the_code().items():
        known = old.get(message if isinstance(message, str) else message[0])
        flags = {flag for flag in ("python-format",) if "%(" in str(message)}
        text = known.string if known is not None else ""
        files = sorted({(file, 0) for file, _ in places})
        new.add(message, text, locations=files, flags=flags)
    return new


def written(new: Catalog) -> bytes:
    """As it stands in the file: sorted, no line numbers, no dates, so that changes are small."""
    buffer = io.BytesIO()
    write_po(buffer, new, sort_output=True, omit_header=False, include_lineno=False, width=110)
    lines = buffer.getvalue().split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(_LEFT_OUT))


if __name__ == "__main__":
    for one in TRANSLATED:
        path_of(one).parent.mkdir(parents=True, exist_ok=True)
        path_of(one).write_bytes(written(brought_up_to_date(one)))
