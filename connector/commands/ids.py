"""The id of a job, a hold or a delivery, as a command takes it: copied from a list, and wrong use says from which."""

from typing import Any
from uuid import UUID

import click


class Id(click.ParamType[UUID]):
    """An id of something that `listed_by` lists."""

    name = "id"

    def __init__(self, what: str, listed_by: str) -> None:
        """`what` is it an id of, in a word or two."""
        self.what, self.listed_by = what, listed_by

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> UUID:
        """Read it, or say where such ids are listed."""
        if isinstance(value, UUID):
            return value
        try:
            return UUID(value)
        except ValueError:
            self.fail(f"'{value}' is no id of {self.what}. '{self.listed_by}' lists them.", param, ctx)
