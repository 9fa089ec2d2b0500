"""A long list, 25 on a page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from connector.console.names import MOST

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list."""

    shown: Sequence[T]
    number: int
    last: int


def of(items: Sequence[T], wanted: str, *, size: int = MOST) -> Page[T]:
    """The page that was asked for; the nearest one where there is no such page."""
    last = max((len(items) - 1) // size + 1, 1)
    is_number = wanted.isascii() and wanted.isdigit() and len(wanted) < 8
    number = min(max(int(wanted) if is_number else 1, 1), last)
    return Page(items[(number - 1) * size : number * size], number, last)
