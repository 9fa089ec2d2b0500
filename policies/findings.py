"""What the law says of a policy that can be read: lawful but poor warns, unlawful blocks."""

from dataclasses import dataclass

from policies.policy import Policy


@dataclass(frozen=True)
class LawFinding:
    """One finding; `blocks` where the policy must not be activated like this."""

    code: str
    severity: str
    message: str
    source: str
    blocks: bool


def findings(policy: Policy) -> tuple[LawFinding, ...]:
    """Everything that the law says of a policy."""
    return ()
