"""The policy file: check, activate, explain, simulate."""

from dataclasses import asdict
from datetime import date
from typing import Any

import click

from connector import database, facts, plan_compare, salons_policies, texts
from connector.commands.door import (
    Commands,
    Day,
    Door,
    WrongUse,
    json_option,
    pass_door,
    pass_reading_door,
    progress,
    read_file,
    say,
)
from connector.plan_compare import Comparison
from policies.decide import decide
from policies.explain import explain
from policies.findings import findings
from policies.not_yet import not_yet
from policies.policy import Policy
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
    """Take a new version into force from its own day on; the old ones are kept."""
    account, body = door.account(slug), read_file(file)
    with database.write(door.program.engine) as db:
        new = salons_policies.activate(db, account.slug, body, now=door.now())
    document = {"salon": slug, "digest": new.digest, "effective_from": new.effective_from}
    today = door.now().astimezone(new.time_zone).date()
    when = f"from {new.effective_from} on" if new.effective_from > today else "from now on"
    say(
        as_json, document, f"In force {when}: {new.digest[:16]}. Everybody is judged by it in the next night."
    )


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
@pass_reading_door
def explain_client(door: Door, slug: str, client: str, on: date | None, language: str, as_json: bool) -> None:
    """Why this client is kept, until when, and what would change it."""
    account = door.account(slug)
    in_force, day = _in_force(door, slug, on)
    with database.read(door.program.engine) as db:
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


@policy.command()
@click.argument("slug")
@click.argument("file")
@click.option("--on", type=Day(), help="As of which day; today by default.")
@json_option
@pass_reading_door
def simulate(door: Door, slug: str, file: str, on: date | None, as_json: bool) -> None:
    """What another policy file would change: both judge every client, and nothing is written."""
    account, other = door.account(slug), read(read_file(file))
    in_force, day = _in_force(door, slug, on)
    found = Comparison(ended_at="")
    while found.ended_at is not None:
        with database.read(door.program.engine) as db:
            found.add(plan_compare.compare(db, account, in_force, other, day, after=found.ended_at))
        progress(f"{slug}: {found.clients} clients judged")
    document = {
        "salon": slug,
        "on": day,
        "policy": in_force.digest,
        "file": other.digest,
        "clients": found.clients,
        "now": dict(sorted(found.now.items())),
        "then": dict(sorted(found.then.items())),
        "changes": [asdict(change) for change in found.changes],
    }
    say(as_json, document, _simulated(found, day))


#: how many differences a terminal shows
_SHOWN = 20


def _simulated(found: Comparison, day: date) -> str:
    """A simulation for a terminal: how many of each kind, and the first differences."""
    kinds = sorted(found.now.keys() | found.then.keys())
    differ = len({change.client for change in found.changes})
    lines = [f"{'on ' + day.isoformat():<20} {'in force':>9} {'this file':>9}"]
    lines += [f"{kind:<20} {found.now[kind]:>9} {found.then[kind]:>9}" for kind in kinds]
    lines += ["", f"{differ} of {found.clients} clients would be judged differently."]
    lines += [
        f"  {one.client:<14} {one.category:<22} {one.now} → {one.then}" for one in found.changes[:_SHOWN]
    ]
    if len(found.changes) > _SHOWN:
        lines.append(f"  … and {len(found.changes) - _SHOWN} more: --json lists them all.")
    return "\n".join(lines)


def _in_force(door: Door, slug: str, on: date | None) -> tuple[Policy, date]:
    """The policy of a day, and which day that is at the salon."""
    with database.read(door.program.engine) as db:
        newest = salons_policies.newest(db, slug)
        day = on or door.now().astimezone(newest.time_zone if newest else None).date()
        in_force = salons_policies.in_force(db, slug, day)
    if in_force is None:
        raise WrongUse(f"No policy is in force on {day}. Activate one with 'ovikello policy activate'.")
    return in_force, day


COMMANDS = (policy,)
