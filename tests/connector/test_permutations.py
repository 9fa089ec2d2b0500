"""The same events, in any order and with any repeats, through the real route, leave one mirror and one set of facts."""

import json
import random
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connector import database, facts, mirror, salons_policies
from connector.program import Program
from connector.salons import Account
from policies.policy import Policy
from tests.builders import NOON
from tests.connector.intake import body_of, browser, look, secrets_of, send, wipe

CLIENTS = [f"c-{number}" for number in range(1, 6)]
CHANNELS = ["email", "sms", "phone", "post", "web"]
PURPOSES = ["service", "newsletter", "direct_marketing", "profiling", "health_data"]
CATEGORIES = ["identity", "contact", "bookings", "visits", "health", "billing"]
EMAILS = ["aino@example.com", "Aino@Example.com", "onni@example.com", "yhteinen@example.com"]
PHONES = ["040 123 4567", "+358401234567", "050 765 4321"]
#: so that two workers can share the telling
PARTS = 4


class Teller:
    """Makes up events of a few clients within a few days, so that they meet, tie and contradict each other."""

    def __init__(self, rnd: random.Random) -> None:
        self.rnd = rnd

    def story(self, length: int) -> list[bytes]:
        """So many events, as the bytes of their deliveries."""
        # erasures, merges and answers are what orders matter to most
        kinds = [*self.KINDS, *("client.deleted", "client.merged", "client.updated", "consent.withdrawn") * 4]
        told = [self.rnd.choice(kinds) for _ in range(length)]
        return [body_of(kind, self.KINDS[kind](self, kind), when=self.when()) for kind in told]

    def when(self) -> datetime:
        """A moment of few, so that ties are common."""
        return NOON - timedelta(days=60) + timedelta(days=self.rnd.randrange(12))

    def client(self) -> str:
        """One of few."""
        return self.rnd.choice(CLIENTS)

    def maybe(self, value: Any) -> dict[str, Any]:
        """A part of an event that is told, or not."""
        return value if self.rnd.random() < 0.6 else {}

    def record(self, kind: str) -> Any:
        """A record, full or thin."""
        rnd = self.rnd
        consent = {"purpose": rnd.choice(PURPOSES), "answer": rnd.choice(["given", "refused", "withdrawn"])}
        consents = [consent | {"at": self.when().isoformat(), "channels": rnd.sample(CHANNELS, 1)}]
        return {
            "client": {"id": self.client()}
            | self.maybe({"revision": rnd.randrange(4)})
            | self.maybe({"email": rnd.choice(EMAILS), "phone": rnd.choice(PHONES)})
            | self.maybe(
                {"created_at": self.when().isoformat(), "created_via": rnd.choice(["phone", "import"])}
            )
            | self.maybe({"has_account": rnd.random() < 0.5, "open_invoices": rnd.randrange(3)})
            | self.maybe({"categories": rnd.sample(CATEGORIES, 3), "oldest_entry": {"health": "2024-05-01"}})
            | self.maybe({"marketing": {channel: rnd.random() < 0.5 for channel in rnd.sample(CHANNELS, 2)}})
            | self.maybe({"next_booking_at": rnd.choice([None, self.when().isoformat()])})
            | self.maybe({"last_activity_at": self.when().isoformat(), "consents": consents})
        }

    def deleted(self, kind: str) -> Any:
        """Gone, or merged away."""
        return {"client_id": self.client(), "by": self.rnd.choice(["client", "staff", "merge", "ovikello"])}

    def merged(self, kind: str) -> Any:
        """Two of them."""
        one, other = self.rnd.sample(CLIENTS, 2)
        return {"from_id": one, "into_id": other}

    def of_client(self, kind: str) -> Any:
        """Nothing but whose."""
        return {"client_id": self.client()} | ({"by": "client"} if kind.startswith("account") else {})

    def touched(self, kind: str) -> Any:
        """By one of two of the staff."""
        what = self.rnd.choice(["record", "notes", "whatever"])
        return {"client_id": self.client(), "staff_id": self.rnd.choice(["s-1", "s-2"]), "what": what}

    def consent(self, kind: str) -> Any:
        """An answer over some channels, or all."""
        channels = self.rnd.sample(CHANNELS, self.rnd.randrange(3))
        said = {"purpose": self.rnd.choice(PURPOSES), "channels": channels, "notice_version": "2026-1"}
        return {"client_id": self.client()} | said

    def entry(self, kind: str) -> Any:
        """A booking, invoice, prepaid value, feedback, raffle or sale, thin or not."""
        name = {"feedback.received": "feedback", "raffle.entered": "raffle"}.get(
            kind, kind.split(".", maxsplit=1)[0]
        )
        client = self.client() if name in {"invoice", "raffle"} else self.rnd.choice([*CLIENTS, None])
        when = self.when()
        more = {
            "booking": {"starts_at": when.isoformat()},
            "invoice": {"issued_on": when.date().isoformat(), "open_amount": "12.50"},
            "prepaid": {"expires_on": when.date().isoformat()},
            "raffle": {"may_publish_name": self.rnd.random() < 0.5},
            "sale": {"at": when.isoformat()},
        }.get(name, {})
        return {name: {"id": f"{name}-{self.rnd.randrange(4)}", "client_id": client} | self.maybe(more)}

    def campaign(self, kind: str) -> Any:
        """To some."""
        purpose, channel = self.rnd.choice(["newsletter", "direct_marketing"]), self.rnd.choice(CHANNELS)
        told = {"id": f"k-{self.rnd.randrange(3)}", "part": 1, "purpose": purpose, "channel": channel}
        return {"campaign": told | {"client_ids": self.rnd.sample(CLIENTS, self.rnd.randrange(4))}}

    def request(self, kind: str) -> Any:
        """For a right."""
        right = self.rnd.choice(["access", "erasure", "restriction", "objection"])
        asked = {"received_at": self.when().isoformat(), "details": f"sanottu {self.rnd.randrange(3)}"}
        return {"client_id": self.client(), "right": right} | asked

    def incident(self, kind: str) -> Any:
        """A breach."""
        told = {"id": f"i-{self.rnd.randrange(2)}", "discovered_at": self.when().isoformat()}
        return {"incident": told | {"description": f"tapaus {self.rnd.randrange(3)}", "all_clients": True}}

    KINDS: ClassVar[dict[str, Any]] = {
        **dict.fromkeys(["client.created", "client.updated"], record),
        "client.deleted": deleted,
        "client.merged": merged,
        **dict.fromkeys(["client.login", "account.created", "account.closed"], of_client),
        **dict.fromkeys(["client.viewed", "client.edited"], touched),
        **dict.fromkeys(["consent.given", "consent.refused", "consent.withdrawn"], consent),
        **dict.fromkeys(
            [f"booking.{end}" for end in ("created", "rescheduled", "cancelled", "completed")], entry
        ),
        **dict.fromkeys([f"invoice.{end}" for end in ("issued", "paid", "credited", "in_collection")], entry),
        **dict.fromkeys(["booking.no_show", "invoice.overdue", "prepaid.sold", "prepaid.ended"], entry),
        **dict.fromkeys(["sale.completed", "feedback.received", "raffle.entered"], entry),
        "campaign.sent": campaign,
        "request.received": request,
        "incident.reported": incident,
    }


def leave(program: Program, account: Account, story: list[tuple[int, str]], bodies: list[bytes]) -> Any:
    """What a story leaves: the mirror, the facts of everyone, and the mirror again when all is settled."""
    wipe(program, account)
    door = browser(program)
    secret = secrets_of(program, account)[0]
    for number, delivery in story:
        answer = send(door, program, account, bodies[number], delivery=delivery, secret=secret)
        assert answer.status_code == 204
    before = look(program, account)
    with database.read(program.engine) as db:
        policy = salons_policies.in_force(db, account.slug, NOON.date())
        assert isinstance(policy, Policy)
        known = [facts.facts_of(db, account, client, policy, NOON.date()) for client in CLIENTS]
    with database.write(program.engine) as db:
        mirror.settle_tombstones(db, account, NOON)
    return before, known, look(program, account)


def check(program: Program, account: Account, rnd: random.Random, length: int) -> None:
    """Tell a story as it happened; then in another order, with repeats under old and new delivery ids."""
    bodies = Teller(rnd).story(length)
    first = [(number, f"d-{number}") for number in range(length)]
    again = [(number, rnd.choice([f"d-{number}", f"again-{number}"])) for number in range(length)]
    other = first + rnd.sample(again, length // 3)
    rnd.shuffle(other)
    assert leave(program, account, first, bodies) == leave(program, account, other, bodies)


@pytest.fixture
def examples(program: Program) -> int:
    """How many in each part: fewer where each write is a round trip."""
    return 10 if program.settings.is_sqlite else 3


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.story
def test_any_order_and_any_repeats_leave_the_same_mirror(
    program: Program, salon: Account, examples: int, part: int
) -> None:
    told: list[int] = []

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(seed=st.integers(0, 2**32), length=st.integers(2, 60))
    def tell(seed: int, length: int) -> None:
        check(program, salon, random.Random(seed), length)  # noqa: S311 -- a story, no secret
        told.append(length)

    tell()
    assert len(told) >= examples


def test_every_type_of_the_contract_is_in_the_stories() -> None:
    rnd = random.Random(1)  # noqa: S311 -- a story, no secret
    told = {json.loads(body)["type"] for body in Teller(rnd).story(2000)}
    assert told == set(Teller.KINDS)
    from webhooks.dialects.standard_reading import TYPES

    assert told == TYPES
