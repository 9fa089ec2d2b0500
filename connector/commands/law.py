"""The policy file: check, activate, explain, simulate."""

from typing import Any

import click

from connector import database, salons_policies
from connector.commands.door import (
    Commands,
    Door,
    json_option,
    pass_door,
    read_file,
    say,
)
from policies.findings import findings
from policies.not_yet import not_yet
from policies.reading import PolicyErrors, read


@click.group(cls=Commands)
def policy() -> None:
    """The salon's policy file: what it promises, as numbers.

    \b
    ovikello policy check aava.toml
    ovikello policy simulate aava aava.toml
    ovikello policy activate aava aava.toml
    """


@policy.command()
@click.argument("file")
@json_option
def check(file: str, as_json: bool) -> None:
    """Every error at once, with table, key and line; then what the law says of it.

    \b
    ovikello policy check aava.toml

    Needs no installation and changes nothing. Ends with 1 while the file has an error or breaks the law, since such a
    file cannot be activated. Begin with a copy of one of those in policies/library/.
    """
    body = read_file(file)
    try:
        parsed = read(body)
    except PolicyErrors as errors:
        rows: list[dict[str, Any]] = [
            {"table": e.table, "key": e.key, "line": e.line, "message": e.message, "right": e.right}
            for e in errors.errors
        ]
        lines = [
            f"line {r['line']}: {'[' + r['table'] + '] ' if r['table'] else ''}{r['key']}{': ' if r['key'] else ''}"
            f"{r['message']} {r['right']}".rstrip()
            for r in rows
        ]
        count = f"{len(rows)} errors." if len(rows) > 1 else "1 error."
        say(as_json, {"errors": rows, "findings": [], "not_yet": []}, "\n".join([*lines, count]))
        raise SystemExit(1) from None
    found = findings(parsed)
    document = [
        {"code": f.code, "severity": f.severity, "message": f.message, "source": f.source, "blocks": f.blocks}
        for f in found
    ]
    by_hand = not_yet(parsed)
    lines = [f"{f.severity}: {f.message} ({f.source})" for f in found]
    lines += [f"by hand: {sentence}" for sentence in by_hand]
    text = "\n".join([*lines, "The file holds no error."])
    say(as_json, {"errors": [], "findings": document, "not_yet": by_hand}, text)
    if any(f.blocks for f in found):
        raise SystemExit(1)


@policy.command()
@click.argument("slug")
@click.argument("file")
@json_option
@pass_door
def activate(door: Door, slug: str, file: str, as_json: bool) -> None:
    """Take a new version into force from its own day on; the old ones are kept.

    \b
    ovikello policy simulate aava aava.toml
    ovikello policy activate aava aava.toml

    Its day is the file's own 'effective_from'. From then on the nights judge everybody by it; jobs that no longer
    follow from it fall out by themselves. Look with 'simulate' first what it would change.
    """
    account, body = door.account(slug), read_file(file)
    with database.write(door.program.engine) as db:
        new = salons_policies.activate(db, account.slug, body, now=door.now())
    document = {"salon": slug, "digest": new.digest, "effective_from": new.effective_from}
    today = door.now().astimezone(new.time_zone).date()
    when = f"from {new.effective_from} on" if new.effective_from > today else "from now on"
    say(
        as_json, document, f"In force {when}: {new.digest[:16]}. Everybody is judged by it in the next night."
    )


COMMANDS = (policy,)
