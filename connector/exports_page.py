"""A package as a page that can be read anywhere: one HTML file with its style in it, in the client's language.

It is made of the document when the page is asked for, and never kept. Nothing in it loads anything: its policy allows
this one style, known by its hash, and nothing else.
"""

import base64
import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from connector import categories, exports_words, texts
from connector.texts import Texts
from connector.texts_words import N_
from policies.decisions import JobKind, Outcome
from policies.periods import Period
from policies.vocabulary import Category, Channel, Purpose

_CONSOLE = Path(__file__).parent / "console"
#: as it stands in the page: templates end without their last line's end
_STYLE = (_CONSOLE / "static" / "package.css").read_text(encoding="utf-8").removesuffix("\n")
#: of the page, whether it is looked at here or from a file
POLICY = (
    f"default-src 'none'; style-src 'sha256-{base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
#: deeper than this nothing is shown in parts
_DEEPEST = 6


def page(document: Mapping[str, Any]) -> str:
    """The whole page."""
    said = _Said(texts.of(document["language"]), ZoneInfo(document["time_zone"]))
    template = _environment().get_template("package.html")
    return template.render(
        language=said.words.language,
        document=document,
        own=categories.OWN,
        _=said.text,
        say=said,
        rights=exports_words.RIGHTS,
        deepest=_DEEPEST,
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader([_CONSOLE / "templates", _CONSOLE / "static"]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class _Said:
    """Values of a document in one language, at one place's time."""

    def __init__(self, words: Texts, zone: tzinfo) -> None:
        self.words = words
        self._zone = zone

    def text(self, message: str, **places: object) -> str:
        """A sentence."""
        said = self.words.gettext(message)
        return said % {name: str(value) for name, value in places.items()} if places else said

    def label(self, name: str) -> str:
        """What a field is called: in the client's language where it is known, else as the booking system calls it."""
        if name in exports_words.LABELS:
            return self.text(exports_words.LABELS[name])
        word = self._vocabulary(name.rpartition(".")[2])
        return word if word is not None else name.replace("_", " ")

    def category(self, word: str) -> str:
        """A category's name."""
        known = {one.value for one in Category}
        return self.words.word(Category(word)) if word in known else self.label(word)

    def theirs(self, value: object, name: str = "") -> str:
        """One value of the booking system's: as it is; days and the contract's words as the client reads them."""
        if name in exports_words.WORDED:
            return self.ours(value)
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return self.text(N_("yes")) if value else self.text(N_("no"))
        if isinstance(value, int):
            return str(value)
        return self._time(value) if isinstance(value, str) else str(value)

    def ours(self, value: object) -> str:
        """One value of Ovikello's: its words as the client reads them."""
        word = self._vocabulary(value) if isinstance(value, str) else None
        return word if word is not None else self.theirs(value)

    def moment(self, at: str) -> str:
        """A moment."""
        return self._time(at)

    def basis(self, word: str) -> str:
        """Why details may be kept."""
        return self.text(exports_words.BASES[word])

    def purpose(self, name: str) -> str:
        """What for; a purpose that the salon made up is shown as it wrote it."""
        known = exports_words.PURPOSES.get(name)
        return name.replace("_", " ") if known is None else self.text(known)

    def kept(self, rule: Mapping[str, str]) -> str:
        """One rule of the policy: how long, from when, and what then."""
        then = self.text(exports_words.THEN[rule["then"]])
        if not rule["for"].startswith("P"):
            because = {"because": rule["because"], "then": then}
            return self.text(N_("As long as the law asks (%(because)s); %(then)s."), **because)
        begins = self.text(exports_words.COUNTED_FROM[rule["counted_from"]])
        if rule["for"] == "P0D":
            return self.text(N_("Not at all, %(begins)s; %(then)s."), begins=begins, then=then)
        return self.text(
            N_("%(period)s %(begins)s; %(then)s."), period=self.period(rule["for"]), begins=begins, then=then
        )

    def period(self, text: str) -> str:
        """A period in words."""
        if text == "while_needed":
            return self.text(N_("as long as it is needed"))
        return self.words.length(Period.parse(text))

    def today(self, verdict: Mapping[str, Any]) -> str:
        """How a category stands today."""
        params = {name: self.theirs(value) for name, value in verdict["params"].items()}
        return f"{self.words.word(Outcome(verdict['outcome']))}. {self.text(verdict['says'], **params)}"

    def _vocabulary(self, word: str) -> str | None:
        for kind in (Category, Channel, Purpose, JobKind):
            if word in {one.value for one in kind}:
                return self.words.word(kind(word))
        return self.text(exports_words.VALUES[word]) if word in exports_words.VALUES else None

    def _time(self, value: str) -> str:
        try:
            if _MOMENT.fullmatch(value):
                at = datetime.fromisoformat(value)
                day = self.words.day(at.astimezone(self._zone).date())
                return self.text(N_("%(day)s at %(clock)s"), day=day, clock=self.words.clock(at, self._zone))
            if _DAY.fullmatch(value):
                return self.words.day(date.fromisoformat(value))
        except (ValueError, OverflowError):
            pass
        return value
