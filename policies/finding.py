"""LawFinding: what the law says of one thing in a policy that can be read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LawFinding:
    """One finding; `blocks` where the policy must not be activated like this.

    `code` is the finding's number in the list of conflicts with the law (W-…) or the fact that it rests on (F-…).
    """

    code: str
    severity: str
    message: str
    source: str
    blocks: bool


def poor(code: str, message: str, source: str) -> LawFinding:
    """A lawful but poor choice: it warns."""
    return LawFinding(code, "warning", message, source, blocks=False)


def unlawful(code: str, message: str, source: str) -> LawFinding:
    """An unlawful choice: it blocks the activation until it is changed."""
    return LawFinding(code, "unlawful", message, source, blocks=True)
