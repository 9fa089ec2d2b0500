"""A salon that moves from one booking system to another, for tests: the old one's clients, the new one's list."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from connector import (
    census,
    database,
    evidence,
    facts,
    mirror,
    nightly,
    salons,
    salons_move,
    salons_policies,
    vault_ids,
)
from connector.program import Program
from connector.salons import Account
from connector.salons_move import Moved
from connector.salons_system import System
from connector.tables import Evidence, Job, Merge, Standing
from policies.consents import on_channel
from policies.facts import Answer as Known
from policies.facts import ClientFacts
from policies.vocabulary import Channel, Purpose
from tests.builders import Clock
from tests.connector.booking import Booking
from tests.connector.intake import answered, apply, rows, told
from tests.connector.night_world import compare
from webhooks.events import Answer
from webhooks.vocabulary import Channel as Told
from webhooks.vocabulary import Purpose as ToldPurpose

NEW = System("standard", "http://127.0.0.1:8", "token-of-the-new-one")
PHONE, EMAIL = "040 123 4567", "aino@posti.example"
PURPOSE = ToldPurpose.DIRECT_MARKETING


@dataclass
class Leaving:
    """A salon, the program that asks its new booking system, and what that holds."""

    program: Program
    old: Account
    booking: Booking
    clock: Clock

    @property
    def account(self) -> Account:
        """The salon as it is now."""
        with database.read(self.program.engine) as db:
            found = salons.account(db, self.program.vault, self.old.slug)
        assert found is not None
        return found

    def tell(self, client: str, *, day: float = 100, **fields: Any) -> None:
        """The booking system tells of a client."""
        apply(self.program, self.account, told(client, day=day, **fields))

    def say(self, client: str, answer: Answer, *channels: Told, day: float = 50) -> None:
        """A client answers."""
        apply(
            self.program,
            self.account,
            answered(answer, client, day=day, purpose=PURPOSE, channels=tuple(channels)),
        )

    def move(self, to: System = NEW, *, even_so: bool = True) -> Moved:
        """Move."""
        with database.write(self.program.engine) as db:
            return salons_move.move(db, self.account, to, now=self.clock.at, even_so=even_so)

    def has(self, client: str, **fields: Any) -> None:
        """The new booking system holds a client."""
        record = {
            "id": client,
            "name": "Testi Asiakas",
            "created_at": (self.clock.at - timedelta(hours=1)).isoformat(),
            "created_via": "self_service",
            "categories": ["identity", "contact", "visits"],
            "last_activity_at": (self.clock.at - timedelta(days=3)).isoformat(),
        }
        self.booking.clients.setdefault(self.old.slug, {})[client] = record | fields

    def walk(self, *, after: timedelta = timedelta(hours=1)) -> census.Done:
        """Some time later the whole list is walked through."""
        self.clock.at += after
        return census.run(self.program, self.old.slug)

    def facts(self, client: str) -> ClientFacts:
        """What is known of a client now."""
        with database.read(self.program.engine) as db:
            policy = salons_policies.newest(db, self.old.slug)
            assert policy is not None
            return facts.facts_of(db, self.account, client, policy, self.today)

    def stands(self, client: str, channel: Channel) -> Known | None:
        """What a client's present answer is over a channel."""
        said = on_channel(self.facts(client), Purpose(PURPOSE.value), channel)
        return None if said is None else said.answer

    def shared(self, client: str) -> frozenset[str]:
        """By which contact points it is asked who somebody is."""
        with database.read(self.program.engine) as db:
            policy = salons_policies.newest(db, self.old.slug)
            assert policy is not None
            (known,) = facts.known_of(db, self.account, [client], policy, self.today)
        return known.shared

    def joined(self) -> dict[str, str]:
        """Who of the new clients is who of the old."""
        return {
            row.into: vault_ids.as_told(row.client)
            for row in rows(self.program, self.old, Merge)
            if vault_ids.is_left_behind(row.client) and not vault_ids.is_left_behind(row.into)
        }

    def night(self) -> None:
        """A night."""
        nightly.run(self.program, salon=self.old.slug)

    def settle(self) -> None:
        """What is kept for thirty days goes."""
        with database.write(self.program.engine) as db:
            mirror.settle_tombstones(db, self.account, self.clock.at)

    def asked(self) -> set[tuple[str, str]]:
        """Of whom it is asked who they are, and by what."""
        standing = rows(self.program, self.old, Standing)
        return {(row.client, row.category) for row in standing if row.because == "shared_contact"}

    def jobs(self) -> list[Any]:
        """Every job of the salon."""
        return rows(self.program, self.old, Job)

    def lines(self) -> str:
        """The evidence's bodies."""
        return "\n".join(row.body.decode() for row in rows(self.program, self.old, Evidence))

    def is_whole(self) -> bool:
        """Whether the evidence is."""
        with database.read(self.program.engine) as db:
            return evidence.check(db, self.account).whole

    @property
    def today(self) -> date:
        """The day."""
        return self.clock.at.date()


def leaving(program: Program, salon: Account, clock: Clock) -> Leaving:
    """A salon that can leave its booking system at noon."""
    booking = Booking()
    return Leaving(replace(program, send=booking), salon, booking, clock)


def with_a_no(program: Program, salon: Account, stranger: Account, clock: Clock) -> Leaving:
    """A salon with a client 17 who said no to mail; and a stranger's client 17."""
    made = leaving(program, salon, clock)
    for account in (salon, stranger):
        apply(program, account, told("17", day=100, email=EMAIL, phone=PHONE))
        no = answered(Answer.WITHDRAWN, "17", day=50, purpose=PURPOSE, channels=(Told.EMAIL, Told.SMS))
        apply(program, account, no)
    compare(program, salon, stranger)
    return made
