"""`make chaos`: rehearse crashes on SQLite and PostgreSQL, and print what became of everything.

make chaos ARGS="--jobs 500 --seconds 60 --database sqlite --seed 7"
"""

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import sqlalchemy as sa

from tests.chaos.rehearsal import Plan, Rehearsal
from tests.postgres import Server

DATABASES = ("sqlite", "postgresql")


def main(words: Sequence[str]) -> int:
    """Rehearse; 1 where something broke."""
    asked = _parser().parse_args(words)
    plan = Plan(asked.jobs, asked.seconds, asked.seed, settle=asked.settle, per_second=asked.webhooks)
    broken = 0
    for name in DATABASES if asked.database == "both" else (asked.database,):
        say(f"{name}: {plan.jobs} clients, {plan.seconds:g} s of chaos, seed {plan.seed}")
        with place(name, keep=asked.keep) as (folder, url):
            found = Rehearsal(folder, url, plan, say).run()
        broken += sum(map(len, found.values()))
    say("Nothing broke." if not broken else f"{broken} things broke.")
    return 1 if broken else 0


def say(line: str) -> None:
    """Print, at once."""
    print(line, flush=True)  # noqa: T201 - the result, and how far it has come


@contextlib.contextmanager
def place(name: str, *, keep: bool = False) -> Iterator[tuple[Path, str | None]]:
    """A folder, and an empty database where it is not SQLite's."""
    with contextlib.ExitStack() as stack:
        if keep:
            folder = Path(tempfile.mkdtemp(prefix="ovikello-chaos-"))
            say(f"everything lies in {folder}")
        else:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ovikello-chaos-")))
        if name == "sqlite":
            yield folder, None
            return
        server = Server()
        stack.callback(server.stop)
        engine = sa.create_engine(server.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql("CREATE DATABASE chaos")
        engine.dispose()
        yield folder, server.url("chaos")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=200, help="clients to be erased or cleared")
    parser.add_argument("--seconds", type=float, default=40, help="at least so long something goes wrong")
    parser.add_argument(
        "--settle", type=float, default=180, help="and at most so long everything may take to end"
    )
    parser.add_argument("--webhooks", type=float, default=20, help="a second")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="leave logs and database where they are")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
