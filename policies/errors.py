"""PolicyErrors: a policy file that must not be used; every error at once."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PolicyError:
    """One thing that is wrong: where, what, and what would be right."""

    table: str
    key: str
    line: int | None
    message: str
    right: str


class PolicyErrors(Exception):
    """The file cannot be used; `errors` names everything that is wrong with it."""

    def __init__(self, errors: tuple[PolicyError, ...]) -> None:
        super().__init__(f"{len(errors)} errors in the policy file")
        self.errors = errors
