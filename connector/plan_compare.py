"""What another policy would change: both judge the same clients on the same day, and nothing is written."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select

from connector import facts
from connector.salons import Account
from connector.tables import Client
from policies.decide import decide
from policies.decisions import Decision
from policies.policy import Policy


@dataclass(frozen=True)
class Change:
    """One category (or `marketing:<channel>`) of one client that the two policies judge differently."""

    client: str
    category: str
    now: str
    then: str


@dataclass
class Comparison:
    """What the two policies come to: clients per kind of job under each, and every difference."""

    clients: int = 0
    now: Counter[str] = field(default_factory=Counter)
    then: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    ended_at: str | None = None

    def add(self, other: "Comparison") -> None:
        """Take in what the next batch came to."""
        self.clients += other.clients
        self.now += other.now
        self.then += other.then
        self.changes += other.changes
        self.ended_at = other.ended_at


def compare(
    db: Session,
    account: Account,
    in_force: Policy,
    other: Policy,
    on: date,
    *,
    after: str | None = None,
    limit: int = 500,
) -> Comparison:
    """Judge one batch of the register under both policies; `ended_at` is None at the register's end.

    A merged group is judged once, under the client that it goes on as.
    """
    several = select(Client.client).where(Client.salon == account.slug, col(Client.client) > (after or ""))
    ids = list(db.exec(several.order_by(Client.client).limit(limit)))
    found, here = Comparison(ended_at=ids[-1] if len(ids) == limit else None), frozenset(ids)
    both = zip(*(facts.known_of(db, account, ids, policy, on) for policy in (in_force, other)), strict=True)
    for one, the_same in both:
        if one.facts.client not in here:
            continue  # judged where it stands in the register
        now, then = decide(one.facts, in_force, on), decide(the_same.facts, other, on)
        found.clients += 1
        found.now.update(_kinds(now))
        found.then.update(_kinds(then))
        found.changes += _changes(now, then)
    return found


def _kinds(decision: Decision) -> set[str]:
    asks = {"ask"} if any(outcome == "ask" for outcome in _outcomes(decision).values()) else set[str]()
    return asks | {proposal.kind.value for proposal in decision.proposals}


def _outcomes(decision: Decision) -> dict[str, str]:
    verdicts = {verdict.category.value: verdict.outcome.value for verdict in decision.verdicts}
    return verdicts | {f"marketing:{one.channel.value}": one.outcome.value for one in decision.marketing}


def _changes(now: Decision, then: Decision) -> Iterator[Change]:
    before, after = _outcomes(now), _outcomes(then)
    for category in sorted(before.keys() | after.keys()):
        was, becomes = before.get(category, "keep"), after.get(category, "keep")
        if was != becomes:
            yield Change(now.client, category, was, becomes)
