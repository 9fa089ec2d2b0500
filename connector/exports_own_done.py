"""What Ovikello made of a client, as it goes into a package: conclusions, the salon's answers, jobs, and their proof.

The salon's own words about a hold or a decision stay out, and who of the owners gave the word: those tell of somebody
else (GDPR article 15(4)). That they exist is said.
"""

import json
from collections.abc import Callable, Mapping

from connector import evidence, vault_ids
from connector.exports_own_rows import Reading, Rows, only, table

#: of a line of evidence: who gave the word, and what only makes its hash hard to guess
_NOT_THEIRS = frozenset({"salt", "owner", "client", "approval"})


def _standing(reading: Reading) -> Rows:
    return [only(row, "category", "outcome", "because", "since_on") for row in reading.of_client("standing")]


def _hold(reading: Reading) -> Rows:
    return [
        only(row, "why", "opened_at", "review_on", "ended_at")
        | {"categories": json.loads(row["categories"]), "salons_own_words": row["reason"] is not None}
        for row in reading.of_client("hold")
    ]


def _owner_answer(reading: Reading) -> Rows:
    return [only(row, "at", "question", "answer") for row in reading.of_client("owner_answer")]


def _merge(reading: Reading) -> Rows:
    merge = table("merge")
    rows = reading.rows("merge", merge.c.client.in_(reading.ids) | merge.c.into.in_(reading.ids))
    told = vault_ids.as_told
    return [
        {"at": row["at"], "customer_number": told(row["client"]), "joined_to": told(row["into"])}
        for row in rows
    ]


def _tombstone(reading: Reading) -> Rows:
    rows = reading.of_key("tombstone")
    return [only(row, "at", "by", "told_after") for row in rows]


def _unnamed(reading: Reading) -> Rows:
    return [only(row, "at") for row in reading.of_key("unnamed")]


def _job(reading: Reading) -> Rows:
    found = []
    for row in sorted(reading.jobs, key=lambda row: (row["proposed_at"], str(row["id"]))):
        one = only(row, "kind", "state", "reason", "proposed_at", "approved_at", "moved_at", "round")
        found.append(one | {"because": json.loads(row["because"]), "job": row["id"]})
    return found


def _approval(reading: Reading) -> Rows:
    """When it was decided; by whom, and in which words, is the salon's own."""
    given = {job["approval"] for job in reading.jobs if job["approval"] is not None}
    rows = reading.rows("approval", table("approval").c.id.in_(given))
    return [only(row, "at", "word") | {"salons_own_words": row["reason"] is not None} for row in rows]


def _intent(reading: Reading) -> Rows:
    return [only(row, "at", "job", "round", "call", "outcome") for row in reading.of_job("intent")]


def _look(reading: Reading) -> Rows:
    return [only(row, "due_at", "looked_at", "found", "job", "round") for row in reading.of_job("look")]


def _instructed_task(reading: Reading) -> Rows:
    """That the booking system's maker was asked, and what came of it; not what else was on that list."""
    instruction, found = table("instruction"), []
    for row in reading.of_job("instructed_task"):
        (asked,) = reading.rows("instruction", instruction.c.id == row["instruction"])
        found.append(only(row, "job", "round") | only(asked, "made_at", "sent_on", "answer", "answered_on"))
    return found


def _place_tick(reading: Reading) -> Rows:
    """When it was ticked; the place itself is kept under a keyed name alone."""
    return [only(row, "at", "job") for row in reading.of_job("place_tick")]


def _package(reading: Reading) -> Rows:
    rows = reading.of_job("package")
    return [only(row, "made_at", "ends_at", "opened", "ended_at", "ended_by", "language") for row in rows]


def _evidence(reading: Reading) -> Rows:
    """The lines with the client's keyed name in them, found by their bytes: a chain is long."""
    keys, found = [key.encode() for key in reading.keys], []
    for line in evidence.lines(reading.db, reading.account):
        if line.body is not None and any(key in line.body for key in keys):
            said = json.loads(line.body)
            if said.get("client") in reading.keys:
                kept = {name: value for name, value in said.items() if name not in _NOT_THEIRS}
                found.append({"line": line.seq} | kept)
    return found


READERS: Mapping[str, Callable[[Reading], Rows]] = {
    "standing": _standing,
    "hold": _hold,
    "owner_answer": _owner_answer,
    "merge": _merge,
    "tombstone": _tombstone,
    "unnamed": _unnamed,
    "job": _job,
    "approval": _approval,
    "intent": _intent,
    "look": _look,
    "instructed_task": _instructed_task,
    "place_tick": _place_tick,
    "package": _package,
    "evidence": _evidence,
}
