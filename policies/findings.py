"""What the law says of a policy that can be read: a lawful but poor choice warns, an unlawful one blocks."""

from collections.abc import Iterator

from policies import findings_people, findings_rules
from policies.finding import LawFinding
from policies.policy import Policy

__all__ = ["LawFinding", "findings"]


def findings(policy: Policy) -> tuple[LawFinding, ...]:
    """Everything that the law says of a policy, by code."""
    return tuple(sorted(_all(policy), key=lambda found: (found.code, found.message)))


def _all(policy: Policy) -> Iterator[LawFinding]:
    for check in (*findings_rules.CHECKS, *findings_people.CHECKS):
        yield from check(policy)
