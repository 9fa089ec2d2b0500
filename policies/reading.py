"""Reads a salon's policy file, strictly: every error at once, each with table, key, line and what would be right."""

import functools
import hashlib
import re
import tomllib
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policies import reading_people, reading_promises, reading_rules
from policies.errors import PolicyError, PolicyErrors
from policies.lines import lines_of
from policies.policy import Policy
from policies.tables import Notes, Table

__all__ = ["PolicyError", "PolicyErrors", "read"]


@functools.lru_cache(maxsize=64)  # asked for every client that is looked at; the same bytes say the same
def read(body: bytes) -> Policy:
    """Read a policy file; raises PolicyErrors with everything that is wrong."""
    text = _text(body)
    notes = Notes(lines_of(text))
    top = Table((), _content(text), notes)
    if top.number("policy", 1) != 1 or "policy" not in top.content:
        top.wrong("policy", "is not a version that this program reads.", "Write policy = 1.")
    policy = _policy(top, hashlib.sha256(body).hexdigest())
    top.done()
    reading_rules.check(policy, notes)
    if notes.errors:
        raise PolicyErrors(tuple(sorted(notes.errors, key=lambda error: error.line or 0)))
    return policy


def _policy(top: Table, digest: str) -> Policy:
    rest = top.table("health")
    professional = reading_promises.professional(rest)
    return Policy(
        digest=digest,
        effective_from=top.day("effective_from"),
        time_zone=top.needed(
            "time_zone", _zone, 'A name such as "Europe/Helsinki".', ZoneInfo("Europe/Helsinki")
        ),
        languages=reading_people.languages(top),
        controller=reading_people.controller(top.table("controller")),
        contact=reading_people.contact(top.table("contact")),
        register=reading_people.register(top.table("register")),
        processors=tuple(map(reading_people.processor, top.tables("processors"))),
        recipients=tuple(map(reading_people.recipient, top.tables("recipients", optional=True))),
        sources=tuple(map(reading_people.source, top.tables("sources", optional=True))),
        places=tuple(map(reading_people.place, top.tables("places", optional=True))),
        statements=tuple(map(reading_people.statement, top.tables("statements", optional=True))),
        purposes=reading_rules.purposes(top.table("purposes")),
        categories=reading_rules.categories(top.table("categories")),
        bookkeeping=reading_rules.bookkeeping(top.table("bookkeeping")),
        health=professional,
        retention=reading_rules.retention(top.table("retention")),
        door_customer=reading_promises.door_customer(top.table("door_customer", optional=True)),
        marketing=reading_promises.marketing(top.table("marketing")),
        requests=reading_promises.requests(top.table("requests")),
        approval=reading_promises.approval(top.table("approval")),
        breach=reading_promises.breach(top.table("breach", optional=True)),
        own_records=reading_promises.own_records(top.table("own_records", optional=True)),
    )


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise PolicyErrors(
            (PolicyError("", "", line, "This is not UTF-8 text.", "Save the file as UTF-8."),)
        ) from None


def _content(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        # the reason without the place; it quotes no more than a key or a character
        reason = str(error).split(" (at ")[0] if found else "It ends in the middle of something"
        line = int(found[1]) if found else max(1, text.count("\n"))
        raise PolicyErrors(
            (
                PolicyError(
                    "", "", line, f"This is not TOML: {reason}.", "Mend this line; the rest was not read yet."
                ),
            )
        ) from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError("no such time zone") from None
