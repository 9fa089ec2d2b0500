"""Chains of evidence for tests: written over days, pruned by a period, looked at, tampered with."""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from connector import database, evidence, nightly_pruning, salons_policies
from connector.evidence import Checked, Head
from connector.program import Program
from connector.reports import Finding
from connector.salons import Account
from policies.periods import Period
from policies.policy import Policy
from tests.builders import NOON


def write(program: Program, account: Account, *moments: datetime, **said: Any) -> None:
    """Append one line at each of these moments."""
    with database.write(program.engine) as db:
        for at in moments:
            evidence.append(db, account, {"what": "test", **said}, now=at)


def policy_with(program: Program, account: Account, period: str) -> Policy:
    """The salon's policy, but with this period for evidence."""
    with database.read(program.engine) as db:
        policy = salons_policies.newest(db, account.slug)
    assert policy is not None
    return replace(policy, own_records=replace(policy.own_records, evidence=Period.parse(period)))


def prune(program: Program, account: Account, period: str = "P10Y", *, batch: int = 500) -> list[Finding]:
    """What a night does to a chain, at the hour that the program's clock shows."""
    return nightly_pruning.prune(program, account, policy_with(program, account, period), batch=batch)


def check(program: Program, account: Account, *anchors: Head) -> Checked:
    """Check a salon's chain."""
    with database.read(program.engine) as db:
        return evidence.check(db, account, anchors=anchors)


def head_of(program: Program, account: Account) -> Head:
    """A salon's head."""
    with database.read(program.engine) as db:
        head = evidence.head(db, account)
    assert head is not None
    return head


def lines_of(program: Program, account: Account) -> dict[int, dict[str, Any]]:
    """What the lines that are there say, by their number."""
    with database.read(program.engine) as db:
        return {line.seq: json.loads(line.body or b"") for line in evidence.lines(db, account)}


def gaps_of(program: Program, account: Account) -> list[tuple[int, int]]:
    """From which to which line checkpoints stand for what was pruned."""
    with database.read(program.engine) as db:
        return [(one.first, one.seq) for one in evidence.checkpoints(db, account)]


def tamper(program: Program, *statements: str, **values: object) -> None:
    """Change the tables behind the program's back."""
    with database.write(program.engine) as db:
        for statement in statements:
            db.connection().execute(sa.text(statement), values)


__all__ = ["NOON", "check", "gaps_of", "head_of", "lines_of", "policy_with", "prune", "tamper", "write"]
