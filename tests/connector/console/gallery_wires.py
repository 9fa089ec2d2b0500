"""The evidence, and the connection to the booking system, in each of their states."""

import json
from dataclasses import asdict
from datetime import timedelta

from connector import database, nightly, nightly_evidence, salons_connection
from connector.tables import WiringTrial
from connector.wiring import Step
from tests.connector.booking import Story, record
from tests.connector.console.place import Place

#: what a trial found: our half works, theirs does not
STEPS = (Step("callbacks", True, "answers"), Step("events", False, "wrong_secret"))


def break_it(story: Story) -> None:
    """Somebody changed a line of the evidence, and the booking system signs with another secret."""
    for number in range(3):
        story.there_is(record(f"r-{number}"))
    nightly.run(story.program, salon=story.account.slug)
    now, slug = story.program.now(), story.account.slug
    with database.write(story.program.engine) as db:
        salons_connection.rotate_secret(db, story.account, now=now, overlap=timedelta(hours=72))
        db.connection().exec_driver_sql("UPDATE evidence SET body = '{}' WHERE salon = 'rikki' AND seq = 2")
        db.add(WiringTrial(salon=slug, tried_at=now, steps=json.dumps([asdict(step) for step in STEPS])))
        db.flush()
    nightly_evidence.check(story.program, story.account, by="night")


def wires() -> list[Place]:
    """Where to look."""
    address = "/settings/connection/address"
    wrong = {"salon": "aava", "address": "https://10.0.0.8/api", "token": "x", "code": "000000"}
    return [
        Place("evidence", "/evidence"),
        Place("evidence-none", "/evidence", "vaiti"),
        Place("evidence-broken", "/evidence", "rikki"),
        Place("queue-evidence-broken", "/", "rikki"),
        Place("connection", "/settings/connection"),
        Place("connection-broken", "/settings/connection", "rikki"),
        Place("connection-address", address),
        Place("connection-address-wrong", address, form=wrong),
        Place("connection-secret", "/settings/connection/secret"),
        Place("quarantine", "/settings/quarantine", "loytyi"),
        Place("quarantine-none", "/settings/quarantine"),
    ]
