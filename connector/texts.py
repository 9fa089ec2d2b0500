"""Texts in Finnish, Swedish and English, through gettext; dates and numbers as each language writes them.

English is what stands in the code, so it has no catalogue. The others are `translations/<language>/LC_MESSAGES/
messages.po`, compiled in memory at the first use.
`python -m tests.catalogues` brings them up to date with the code.
"""

import gettext
import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Protocol

import babel
import babel.dates
import babel.lists
import babel.numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from connector.texts_by_hand import INSTEAD, INSTEAD_OF_MANY
from connector.texts_words import WORDS
from policies.periods import Period

LANGUAGES = ("fi", "sv", "en")
DEFAULT = "fi"
CATALOGUES = Path(__file__).parent / "translations"
_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
_DAYS = {"fi": "d.M.y", "sv": "d.M.y", "en": "d MMM y"}
_WEEKDAYS = {"fi": "cccc d.M.y", "sv": "cccc d.M.y", "en": "cccc d MMM y"}
_DAYS_OF_YEAR = {"fi": "d.M.", "sv": "d.M.", "en": "d MMMM"}
_CLOCKS = {"fi": "H.mm", "sv": "H.mm", "en": "H:mm"}


class Sentence(Protocol):
    """Something to be said: an English sentence with named places, and what stands in them."""

    @property
    def msgid(self) -> str:
        """The sentence, as it is looked up."""

    @property
    def params(self) -> Mapping[str, object]:
        """What stands in its places: words, days, numbers."""


@dataclass(frozen=True)
class Texts:
    """One language."""

    language: str
    locale: babel.Locale
    catalogue: gettext.NullTranslations
    by_hand: bool = False

    def gettext(self, message: str) -> str:
        """The sentence in this language; to a salon that does it by hand, what is so there."""
        return self.catalogue.gettext(INSTEAD.get(message, message) if self.by_hand else message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The sentence for this many."""
        if self.by_hand:
            one, many = INSTEAD_OF_MANY.get(one, (one, many))
        return self.catalogue.ngettext(one, many, count)

    def sentence(self, said: Sentence) -> str:
        """A sentence with its places filled as this language writes them."""
        return self.gettext(said.msgid) % {name: self.word(value) for name, value in said.params.items()}

    def word(self, value: object) -> str:
        """One value: a word of the vocabulary, a day, a number, or text as it is."""
        if isinstance(value, Enum):
            return self.gettext(WORDS[type(value), value.value])
        if isinstance(value, date) and not isinstance(value, datetime):
            return self.day(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return self.number(value)
        if isinstance(value, list | tuple | set | frozenset):
            return self.all_of(sorted(self.word(one) for one in value))
        return str(value)

    def all_of(self, words: list[str]) -> str:
        """`a, b and c`."""
        return babel.lists.format_list(words, locale=self.locale)

    def number(self, value: int) -> str:
        """A number, in groups of three."""
        return babel.numbers.format_decimal(value, locale=self.locale)

    def length(self, period: Period) -> str:
        """A length of time: 1 year, 18 months, 14 days."""
        years, months = divmod(period.months, 12)
        if months and years < 2:
            years, months = 0, period.months
        counted = (
            (years, self.ngettext("%(count)s year", "%(count)s years", years)),
            (months, self.ngettext("%(count)s month", "%(count)s months", months)),
            (period.days, self.ngettext("%(count)s day", "%(count)s days", period.days)),
        )
        parts = [said % {"count": count} for count, said in counted if count]
        return self.all_of(parts or [counted[-1][1] % {"count": 0}])

    def day(self, on: date) -> str:
        """A day, short: 24.11.2026."""
        return babel.dates.format_date(on, _DAYS[self.language], locale=self.locale)

    def weekday(self, on: date) -> str:
        """A day with its weekday: tiistai 24.11.2026."""
        return babel.dates.format_date(on, _WEEKDAYS[self.language], locale=self.locale)

    def month(self, on: date) -> str:
        """The month of a day: tammikuu 2027."""
        return babel.dates.format_date(on, "LLLL y", locale=self.locale)

    def short_month(self, on: date) -> str:
        """The same for where there is little room: tammi 27."""
        return babel.dates.format_date(on, "LLL yy", locale=self.locale)

    def day_of_year(self, on: date) -> str:
        """A day of each year: 15.1."""
        return babel.dates.format_date(on, _DAYS_OF_YEAR[self.language], locale=self.locale)

    def clock(self, at: datetime, zone: tzinfo) -> str:
        """A time of day where the salon is: 3.05."""
        return babel.dates.format_time(at, _CLOCKS[self.language], tzinfo=zone, locale=self.locale)


@cache
def of(language: str, *, by_hand: bool = False) -> Texts:
    """The texts of a language, Finnish where there is no such; `by_hand` for a salon that does everything itself."""
    known = language if language in LANGUAGES else DEFAULT
    return Texts(known, babel.Locale.parse(_LOCALES[known]), _catalogue(known), by_hand)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=_LOCALES[language])
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
