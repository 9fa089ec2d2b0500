"""What Ovikello was told of a client, as it goes into a package: by the booking system, or by the salon's lists.

Who of the staff it was stays out: that tells of somebody else (GDPR article 15(4)).
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from connector import mirror_consents, mirror_entries, sealed_cards, vault_ids
from connector.exports_own_rows import Reading, Rows, only, table
from connector.mirror_registers import load
from connector.sealed_cards import Seen


def _client(reading: Reading) -> Rows:
    return [
        {
            _called(row["client"]): vault_ids.as_told(row["client"]),
            "known_since": row["first_at"],
            "last_told": row["latest_at"],
            "activity": load(row["maxima"]),
            "told": {name: kept[0] for name, kept in sorted(load(row["registers"]).items())},
            "looked_at_again_on": row["look_again_on"],
        }
        for row in reading.of_client("client")
    ]


def _called(client: str) -> str:
    """What an id is: the booking system's number, or Ovikello's own."""
    return "own_number" if sealed_cards.is_own(client) else "customer_number"


def _entry(reading: Reading) -> Rows:
    found = []
    for row in reading.of_client("entry"):
        facts = {name: kept[0] for name, kept in load(row["facts"]).items() if name != "words"}
        entry = vault_ids.as_told(row["entry"])
        one = {"what": row["kind"], "id": entry, "first_told": row["first_at"], "last_told": row["at"]}
        if row["sealed"] is not None:
            facts["in_own_words"] = _unsealed(reading, row)
        found.append(one | facts)
    return found + _incidents(reading)


def _incidents(reading: Reading) -> Rows:
    """Breaches that were told of with this client among those concerned; not what else is said of them."""
    entry = table("entry")
    found = []
    for row in reading.rows("entry", entry.c.kind == "incident", entry.c.client == ""):
        words = "{}" if row["sealed"] is None else _unsealed(reading, row)
        facts = {name: kept[0] for name, kept in load(row["facts"]).items()}
        concerns_all = facts.get("all_clients") and not vault_ids.is_left_behind(row["entry"])
        if concerns_all or set(reading.ids) & set(json.loads(words).get("clients", ())):
            entry_id = vault_ids.as_told(row["entry"])
            one = {"what": "incident", "id": entry_id, "discovered_at": facts.get("discovered_at")}
            found.append(one | {"first_told": row["first_at"], "last_told": row["at"]})
    return found


def _unsealed(reading: Reading, row: Mapping[str, Any]) -> str:
    place = mirror_entries.place(row["kind"], row["entry"])
    return reading.account.keys.unseal(row["sealed"], place).decode()


def _consent_record(reading: Reading) -> Rows:
    found = []
    for row in sorted(reading.of_client("consent_record"), key=lambda row: (row["at"], row["digest"])):
        version = row["notice_version"]
        found.append(
            {
                "at": row["at"],
                "answer": row["answer"],
                "purpose": row["purpose"],
                "channel": row["channel"] or "all",
                "method": row["method"],
                "notice_version": version and mirror_consents.notice_version_of(reading.account, version),
            }
        )
    return found


def _contact(reading: Reading) -> Rows:
    return [
        {"kind": row["kind"], "since": row["at"], "fingerprint": row["index"]} for row in reading.contacts
    ]


def _refusal(reading: Reading) -> Rows:
    theirs = [contact["index"] for contact in reading.contacts]
    rows = reading.rows("refusal", table("refusal").c.index.in_(theirs))
    return [only(row, "at", "purpose", "channel") | {"fingerprint": row["index"]} for row in rows]


def _card(reading: Reading) -> Rows:
    cards = sealed_cards.of(reading.db, reading.account, reading.ids)
    rows = [(row["at"], cards.get(row["client"], Seen())) for row in reading.of_client("card")]
    return [
        {"last_told": at, "name": card.name, "phone": card.phone, "email": card.email} for at, card in rows
    ]


def _campaign_recipient(reading: Reading) -> Rows:
    rows = reading.of_client("campaign_recipient")
    return [only(row, "at", "campaign", "purpose", "channel") for row in rows]


def _record_touch(reading: Reading) -> Rows:
    """When and what; who it was is somebody else's (F-75, C-579/21)."""
    rows = reading.of_client("record_touch")
    return [{"on": row["at"].date(), "what": row["what"], "done": row["touch"]} for row in rows]


READERS: Mapping[str, Callable[[Reading], Rows]] = {
    "client": _client,
    "entry": _entry,
    "consent_record": _consent_record,
    "refusal": _refusal,
    "contact": _contact,
    "card": _card,
    "campaign_recipient": _campaign_recipient,
    "record_touch": _record_touch,
}
