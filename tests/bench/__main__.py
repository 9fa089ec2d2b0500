"""`make bench`: what Ovikello does in a second, beside what the same machine could do at best in the same run.

Ratios count, not times: those hold for one machine and one hour. Each goal is from `facts: performance`, section 9.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from tests.bench import backfill, console, erasures, imports, intake, night, proof
from tests.bench.figures import Figure, say, table
from tests.bench.places import Open, place, servers
from tests.postgres import Server

DATABASES = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    intake: intake.Size
    night: night.Size
    backfill: backfill.Size
    imports: imports.Size
    proof: proof.Size
    erasures: erasures.Size
    console: console.Size


SIZES = {
    "small": Size(
        intake.Size(1, 60, 20),
        night.Size(3, (60, 120), 9, 1, (0.1,)),
        backfill.Size(150, 1),
        imports.Size(150, 1),
        proof.Size(500, 1),
        erasures.Size(8, (0,)),
        console.Size(60, 12, 30, 9, 1),
    ),
    "medium": Size(
        intake.Size(3, 1500, 500),
        night.Size(100, (10_000, 100_000), 1000, 3),
        backfill.Size(5_000, 3),
        imports.Size(50_000, 3),
        proof.Size(50_000, 5),
        erasures.Size(100),
        console.Size(20_000, 400, 20_000, 500, 9),
    ),
    "full": Size(
        intake.Size(5, 3000, 2000),
        night.Size(500, (10_000, 100_000, 1_000_000), 1000, 3),
        backfill.Size(20_000, 5),
        imports.Size(50_000, 5),
        proof.Size(300_000, 5),
        erasures.Size(300),
        console.Size(100_000, 400, 50_000, 3_000, 15),
    ),
}
Part = Callable[[Open, Size], Iterator[Figure]]
PARTS: dict[str, Part] = {
    "intake": lambda there, size: intake.run(there, size.intake),
    "night": lambda there, size: night.run(there, size.night),
    "backfill": lambda there, size: backfill.run(there, size.backfill),
    "imports": lambda there, size: imports.run(there, size.imports),
    "proof": lambda there, size: proof.run(there, size.proof),
    "erasures": lambda there, size: erasures.run(there, size.erasures),
    "console": lambda there, size: console.run(there, size.console),
}


def main(words: Sequence[str]) -> int:
    """Measure what is asked for, and print the table."""
    asked = _parser().parse_args(words)
    parts = [name for name in PARTS if name in asked.only.split(",")] if asked.only else list(PARTS)
    databases = [name for name in DATABASES if asked.database in {name, "both"}]
    with servers(databases) as server:
        figures = list(_measure(parts, databases, SIZES[asked.size], server))
    print(table(figures))  # noqa: T201 - the result
    return 0


def _measure(parts: list[str], databases: list[str], size: Size, server: Server | None) -> Iterator[Figure]:
    for part in parts:
        for name in databases:
            say(f"{part} on {name}")
            yield from PARTS[part](partial(place, name, server), size)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", default="", help=f"parts, with commas between: {', '.join(PARTS)}")
    parser.add_argument("--size", choices=list(SIZES), default="full")
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
