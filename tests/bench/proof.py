"""H1: a chain of evidence checked, beside reading the same lines."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from connector import database, evidence, evidence_verifier
from connector.salons import Account
from tests.bench import registers
from tests.bench.figures import Figure, middle, rate, say, seconds
from tests.bench.places import Open, Place, connect, raw_postgres

_READ = "SELECT seq, body, digest FROM evidence WHERE salon = 'salon-0000' ORDER BY seq"


@dataclass(frozen=True)
class Size:
    """How long the chain is, and how often it is checked."""

    lines: int
    repeats: int


def run(open_place: Open, size: Size) -> Iterator[Figure]:
    """A chain made in bulk, to which the real code adds the last line; so it must be found whole."""
    with open_place() as place:
        (account,) = connect(place, 1)
        say(f"{place.name}: a chain of {size.lines:,} lines")
        _write(place, account, size.lines - 1)
        with database.write(place.program.engine) as db:
            evidence.append(db, account, {"what": "bench"}, now=place.program.now())
        pairs = []
        for _ in range(size.repeats):
            with database.read(place.program.engine) as db:
                checked: list[evidence.Checked] = []
                took = seconds(lambda: checked.append(evidence.check(db, account)))  # noqa: B023
            if not checked[0].whole or checked[0].lines != size.lines:
                raise RuntimeError(f"the chain is not whole: {checked[0]}")
            pairs.append((took, _read(place)))
    yield Figure(
        "H1",
        f"evidence checked, {size.lines:,} lines",
        place.name,
        rate(size.lines, middle(one for one, _ in pairs)),
        f"{rate(size.lines, middle(other for _, other in pairs))} to read them",
        middle(other / one for one, other in pairs),
        at_least=0.4,
    )


def _read(place: Place) -> float:
    """Every line by the bare driver, one after the other."""
    if place.is_sqlite:
        with place.program.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            return seconds(lambda: sum(len(row[1]) for row in raw.execute(_READ)))
    with raw_postgres(place.program.settings) as postgres:
        return seconds(lambda: postgres.execute(_READ).fetchall())


def _write(place: Place, account: Account, count: int) -> None:
    """Lines as `jobs_moves.tell` writes them, each following from the one before."""
    now, previous, lines = place.program.now(), evidence.FIRST, []
    for seq in range(1, count + 1):
        told = {
            "what": "job",
            "job": "3f2b8c1e-0000-4000-8000-000000000000",
            "kind": "erase",
            "client": account.keys.client_key(f"c-{seq}"),
            "from": None,
            "to": "proposed",
            "reason": None,
            "round": 1,
            "digest": "d" * 64,
            "policy": "e" * 64,
            "because": ["identity[0]"],
            "at": now.astimezone(UTC).isoformat(),
            "salt": secrets.token_hex(16),
        }
        body = evidence.canonical(told)
        previous = evidence.line_digest(seq, previous, body)
        lines.append((account.slug, seq, body, previous))
    signature = evidence.sign(account, evidence_verifier.head_statement(account.slug, count, previous))
    head = (account.slug, count, previous, signature, now)
    registers.insert(place, "evidence", ("salon", "seq", "body", "digest"), lines)
    registers.insert(place, "evidence_head", ("salon", "seq", "digest", "signature", "at"), [head])
