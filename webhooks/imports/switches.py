"""What a row says of marketing: by columns of what is allowed, and by columns of what is forbidden; the no goes first.

That nothing is forbidden is no yes of the client's, only a switch that is on: without a record it is asked about.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from webhooks.imports import answers
from webhooks.imports.columns import Column
from webhooks.imports.fields import FORBIDS, SWITCHES, Field
from webhooks.imports.sheet import Row, Sheet
from webhooks.vocabulary import Channel


class Switch(NamedTuple):
    """One column of a yes or a no: for which channels, whether its yes is a no, whether it has ticks alone."""

    column: Column
    channels: tuple[Channel, ...]
    forbids: bool
    has_ticks: bool


class Switches:
    """The columns of a list that say something of marketing."""

    def __init__(self, sheet: Sheet, at: Mapping[Field, Column]) -> None:
        self._all = [
            Switch(column, channels, one in FORBIDS, answers.are_ticks(sheet.column(column.index)))
            for one, channels in (*SWITCHES.items(), *FORBIDS.items())
            if (column := at.get(one)) is not None
        ]

    def said(self, row: Row) -> dict[Channel, bool]:
        """Over which channels marketing is on or off.

        Nearer is a column that is for one channel by itself than a plain one, and a column of what is allowed than that
        nothing is forbidden; but what is forbidden is off.
        """
        found = list(self._answers(row))
        found.sort(key=lambda one: (not one[1]) * 2 if one[0].forbids else 1)
        return {channel: answer for switch, answer in found for channel in switch.channels}

    def unreadable(self, row: Row) -> str | None:
        """The header of a cell that says neither yes nor no; None where there is none."""
        for one in self._all:
            cell = row.cells[one.column.index]
            if cell not in answers.NOTHING and answers.of(cell, forbids=one.forbids) is None:
                return one.column.header
        return None

    def are_in(self, row: Row) -> bool:
        """Whether anything stands in these columns."""
        return any(row.cells[one.column.index] not in answers.NOTHING for one in self._all)

    def _answers(self, row: Row) -> Iterator[tuple[Switch, bool]]:
        for one in self._all:
            cell = row.cells[one.column.index]
            if cell not in answers.NOTHING:
                answer = answers.of(cell, forbids=one.forbids)
            else:
                answer = one.forbids if one.has_ticks else None
            if answer is not None:
                yield one, answer
