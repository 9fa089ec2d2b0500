"""What the policy says of one client, and what another policy file would change: nothing is written."""

from dataclasses import asdict
from datetime import date

import click

from connector import database, facts, plan_compare, salons_policies, texts
from connector.commands.door import (
    Day,
    Door,
    WrongUse,
    json_option,
    list_of,
    pass_reading_door,
    progress,
    read_file,
    say,
)
from connector.commands.law import policy
from connector.plan_compare import Comparison
from policies.decide import decide
from policies.explain import explain
from policies.policy import Policy
from policies.reading import read


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
    """Why this client is kept, until when, and what would change it.

    \b
    ovikello policy explain aava c-17
    ovikello policy explain aava c-17 --on 2027-06-01 --language fi

    One sentence for each kind of details, with the rule that it follows from. Changes nothing.
    """
    account = door.account(slug)
    in_force, day = _in_force(door, slug, on)
    with database.read(door.program.engine) as db:
        if not facts.is_known(db, slug, client):
            raise WrongUse(
                f"No client '{client}' is in the mirror of {slug}. Check the id, or run '{list_of(account)}'."
            )
        known = facts.facts_of(db, account, client, in_force, day)
    decision = decide(known, in_force, day)
    words = texts.of(language, by_hand=not account.dialect.has_interface)
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
    """What another policy file would change: both judge every client, and nothing is written.

    \b
    ovikello policy simulate aava aava.toml
    ovikello policy simulate aava aava.toml --on 2027-01-01

    For the moment before 'activate': how many are erased, kept and asked about under either file, and who would be
    judged differently.
    """
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
        day = on or salons_policies.today(db, slug, door.now()) or door.now().date()
        in_force = salons_policies.in_force(db, slug, day)
    if in_force is None:
        raise WrongUse(f"No policy is in force on {day}. Activate one with 'ovikello policy activate'.")
    return in_force, day


COMMANDS = ()
