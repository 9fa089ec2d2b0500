"""The policy file: check, activate, explain."""

from datetime import date
from typing import Any

import click

from connector import database, facts, salons, texts
from connector.commands.door import Commands, Day, Door, WrongUse, json_option, pass_door, read_file, say
from policies.decide import decide
from policies.explain import explain
from policies.findings import findings
from policies.reading import PolicyErrors, read


@click.group(cls=Commands)
def policy() -> None:
    """The salon's policy file: what it promises, as numbers."""


@policy.command()
@click.argument("file")
@json_option
def check(file: str, as_json: bool) -> None:
    """Every error at once, with table, key and line; then what the law says of it."""
    body = read_file(file)
    try:
        parsed = read(body)
    except PolicyErrors as errors:
        rows: list[dict[str, Any]] = [
            {"table": e.table, "key": e.key, "line": e.line, "message": e.message, "right": e.right}
            for e in errors.errors
        ]
        lines = [
            f"line {r['line']}: [{r['table']}] {r['key']}: {r['message']} {r['right']}".rstrip() for r in rows
        ]
        say(as_json, {"errors": rows, "findings": []}, "\n".join([*lines, f"{len(rows)} errors."]))
        raise SystemExit(1) from None
    found = findings(parsed)
    document = [
        {"code": f.code, "severity": f.severity, "message": f.message, "source": f.source, "blocks": f.blocks}
        for f in found
    ]
    lines = [f"{f.severity}: {f.message} ({f.source})" for f in found]
    say(as_json, {"errors": [], "findings": document}, "\n".join([*lines, "The file holds no error."]))
    if any(f.blocks for f in found):
        raise SystemExit(1)


@policy.command()
@click.argument("slug")
@click.argument("file")
@json_option
@pass_door
def activate(door: Door, slug: str, file: str, as_json: bool) -> None:
    """Take a new version into force from its own day on; the old ones are kept."""
    account, body = door.account(slug), read_file(file)
    if blocking := [f for f in findings(read(body)) if f.blocks]:
        raise WrongUse(f"It cannot be activated: {blocking[0].message} ({blocking[0].source})")
    with database.write(door.program.engine) as db:
        new = salons.activate_policy(db, account, body, now=door.now())
    document = {"salon": slug, "digest": new.digest, "effective_from": new.effective_from}
    say(as_json, document, f"In force from {new.effective_from} on: {new.digest[:16]}")


@policy.command("explain")
@click.argument("slug")
@click.argument("client")
@click.option("--on", type=Day(), help="As of which day; today by default.")
@click.option(
    "--language",
    type=click.Choice(["fi", "sv", "en"]),
    default="en",
    show_default=True,
    help="Of the sentences.",
)
@json_option
@pass_door
def explain_client(door: Door, slug: str, client: str, on: date | None, language: str, as_json: bool) -> None:
    """Why this client is kept, until when, and what would change it."""
    account = door.account(slug)
    with database.read(door.program.engine) as db:
        newest = salons.newest_policy(db, slug)
        day = on or door.now().astimezone(newest.time_zone if newest else None).date()
        in_force = salons.policy_in_force(db, slug, day)
        if in_force is None:
            raise WrongUse(f"No policy is in force on {day}. Activate one with 'ovikello policy activate'.")
        if not facts.is_known(db, slug, client):
            raise WrongUse(
                f"No client '{client}' is in the mirror of {slug}. Has 'ovikello sync {slug}' been run?"
            )
        known = facts.facts_of(db, account, client, in_force, day)
    decision = decide(known, in_force, day)
    words = texts.of(language)
    rows = [
        {
            "category": v.category,
            "outcome": v.outcome,
            "because": v.because,
            "rule": v.rule,
            "due_on": v.due_on,
            "changes_on": v.changes_on,
            "sentence": words.sentence(explain(v)),
        }
        for v in decision.verdicts
    ]
    document = {"salon": slug, "client": client, "on": day, "policy": in_force.digest, "verdicts": rows}
    say(as_json, document, "\n".join(f"{r['category']:<22} {r['outcome']:<10} {r['sentence']}" for r in rows))


COMMANDS = (policy,)
