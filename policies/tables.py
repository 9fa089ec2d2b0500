"""One table of the policy file, read strictly: what is missing, unknown or of another kind is noted.

Reading goes on after a note, so that one look tells everything that is wrong.
Whatever is given in place of a wrong value is never seen: a file with a single note raises PolicyErrors.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from policies.errors import PolicyError
from policies.lines import Path, line_of
from policies.periods import Period

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


@dataclass
class Notes:
    """Everything that is wrong so far."""

    lines: Mapping[Path, int]
    errors: list[PolicyError] = field(default_factory=list)

    def add(self, path: Path, key: str, message: str, right: str) -> None:
        """Note one error at a key of a table."""
        table = ".".join(str(part) if isinstance(part, str) else f"[{part}]" for part in path)
        at = line_of(self.lines, (*path, key))
        self.errors.append(PolicyError(table.replace(".[", "["), key, at, message, right))


class Table:
    """A table whose keys are taken out one by one; `done` notes those that nobody took."""

    def __init__(self, path: Path, content: Mapping[str, object] | None, notes: Notes) -> None:
        self.path = path
        self.content = content or {}
        #: a table that is missing whole is noted once, not once for each of its keys
        self.is_missing = content is None
        self.notes = notes
        self.taken: set[str] = set()

    def wrong(self, key: str, message: str, right: str) -> None:
        """Note an error."""
        self.notes.add(self.path, key, message, right)

    def done(self) -> None:
        """Note every key that the format does not know."""
        for key in self.content:
            if key not in self.taken:
                known = ", ".join(sorted(self.taken))
                self.wrong(key, "is not known here.", f"Known are: {known}.")

    def take(self, key: str, *, optional: bool = False) -> object:
        """The raw value, or None; noted as missing unless optional."""
        self.taken.add(key)
        value = self.content.get(key)
        if value is None and not optional and not self.is_missing:
            self.wrong(key, "is missing.", f"Write {key} = … here.")
        return value

    def text(self, key: str) -> str:
        """A text that is not empty."""
        return self.optional_text(key, self.take(key)) or ""

    def maybe_text(self, key: str) -> str | None:
        """A text, or None where there is none."""
        return self.optional_text(key, self.take(key, optional=True))

    def optional_text(self, key: str, value: object) -> str | None:
        """The value as a text; noted where it is another thing, or empty."""
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            self.wrong(key, "is not a text.", f'Write {key} = "…", in quotes and not empty.')
            return None
        return value

    def flag(self, key: str, default: bool) -> bool:
        """True or false."""
        value = self.take(key, optional=True)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self.wrong(key, "is neither true nor false.", f"Write {key} = true or {key} = false, without quotes.")
        return default

    def number(self, key: str, default: int) -> int:
        """A whole number, not below 0."""
        value = self.take(key, optional=True)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            self.wrong(key, "is not a whole number.", f"Write {key} = {default}, without quotes.")
            return default
        return value

    def day(self, key: str) -> date:
        """A date without a time."""
        value = self.take(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if value is not None:
            self.wrong(key, "is not a date.", f"Write {key} = 2026-12-01, without quotes and without a time.")
        return date.max

    def parsed(self, key: str, parse: Callable[[str], T], right: str, default: T) -> T:
        """A text that `parse` understands; a missing one is the default only where there is something to default to."""
        text = self.optional_text(key, self.take(key, optional=True))
        if text is None:
            return default
        try:
            return parse(text)
        except ValueError:
            self.wrong(key, f'"{text}" is not understood.', right)
            return default

    def needed(self, key: str, parse: Callable[[str], T], right: str, default: T) -> T:
        """A text that must be there and that `parse` understands."""
        if self.content.get(key) is None:
            self.take(key)
            return default
        return self.parsed(key, parse, right, default)

    def period(self, key: str, default: Period | None = None) -> Period:
        """An ISO 8601 period; needed where no default is given."""
        right = f'Write an ISO 8601 period of whole days: {key} = "P1Y", "P24M" or "P14D".'
        if default is None:
            return self.needed(key, Period.parse, right, Period())
        return self.parsed(key, Period.parse, right, default)

    def whole_days(self, key: str, default: Period) -> Period:
        """A period of at least a day: none at all would undo what the file promises."""
        found = self.period(key, default)
        if found == Period():
            self.wrong(key, "is no time at all.", f'Write a day or more: {key} = "P14D".')
        return found

    def maybe_period(self, key: str) -> Period | None:
        """An ISO 8601 period, or None where there is none."""
        self.taken.add(key)
        return self.period(key) if key in self.content else None

    def maybe_whole_days(self, key: str) -> Period | None:
        """A period of at least a day, or None where there is none."""
        self.taken.add(key)
        return self.whole_days(key, Period(days=1)) if key in self.content else None

    def word(self, key: str, words: type[E]) -> E:
        """One of a closed list of words; it must be there."""
        return self.needed(key, words, f"One of: {', '.join(words)}.", next(iter(words)))

    def maybe_word(self, key: str, words: type[E]) -> E | None:
        """One of a closed list of words, or None where there is none."""
        self.taken.add(key)
        return self.word(key, words) if key in self.content else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, at least one."""
        value = self.take(key)
        if (
            isinstance(value, list)
            and value
            and all(isinstance(item, str) and item.strip() for item in value)
        ):
            return tuple(value)
        if value is not None:
            self.wrong(key, "is not a list of texts.", f'Write {key} = ["…", "…"].')
        return ()

    def words(self, key: str, words: type[E]) -> tuple[E, ...]:
        """A list of words of a closed list; it may be empty."""
        value = self.take(key)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(key, "is not a list.", f"A list of: {', '.join(words)}.")
            return ()
        known = [item for item in value if isinstance(item, str) and item in set(words)]
        for item in value:
            if item not in known:
                self.wrong(key, f'"{item}" is not known.', f"Known are: {', '.join(words)}.")
        return tuple(map(words, known))

    def table(self, key: str, *, optional: bool = False) -> "Table":
        """The table under a key; an empty one where there is none."""
        value = self.take(key, optional=True)
        right = (
            f"Write [{'.'.join(map(str, (*self.path, key)))}] on a line of its own, and its keys below it."
        )
        if value is None and not optional and not self.is_missing:
            self.wrong(key, "is missing.", right)
        if value is not None and not isinstance(value, dict):
            self.wrong(key, "is not a table.", right)
            value = None
        return Table((*self.path, key), value, self.notes)

    def tables(self, key: str, *, optional: bool = False) -> Iterator["Table"]:
        """Each table of a list of tables."""
        value = self.take(key, optional=optional)
        if value is None:
            return
        if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
            self.wrong(key, "is not a list of tables.", f"Write each as a table of its own, under {key}.")
            return
        for number, item in enumerate(value):
            yield Table((*self.path, key, number), item, self.notes)
