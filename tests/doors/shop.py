"""A salon with something on every page of its console, and the address of each route with something real in it."""

import re
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import quote

import sqlalchemy as sa
from sqlmodel import SQLModel

from connector import database, holds, instructions, nightly, owners, salons_policies
from connector.console import cards
from connector.program import Program
from connector.salons import Account
from connector.states import WAITING
from policies.holds import HandKind
from tests.builders import NOON
from tests.connector.booking import Booking, Story, owner, record
from tests.connector.console.visitor import PASSWORD, Visitor, form_of

LATELY = {"last_activity_at": "2026-11-02T10:00:00Z", "last_visit_at": "2026-11-02T10:00:00Z"}
QUESTION = "marketing.unrecorded"
#: what a watched salon's own bookkeeping of who looked may change
_NOTED = {"login_session", "owner"}


@dataclass(frozen=True)
class Shop:
    """One salon in the middle of its work."""

    story: Story
    group: str
    jobs: tuple[str, ...]
    seen: str
    invitation: str
    person: str
    hold: str
    instruction: str

    @property
    def slug(self) -> str:
        """The salon."""
        return self.story.account.slug

    def path_of(self, rule: str) -> str:
        """The address of a route, of things that are this salon's."""
        given = {
            "salon": self.slug,
            "job_id": self.jobs[0],
            "token": self.invitation,
            "because": QUESTION,
            "key": self._key(rule),
            "person_id": self.person,
            "hold_id": self.hold,
            "instruction_id": self.instruction,
            "filename": "ovikello.css",
            "on": NOON.date().isoformat(),
            "digest": self.policy,
        }
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: given[found[1]], rule)
        return f"{path}?group={quote(self.group)}" if rule in {"/jobs", "/approve"} else path

    @property
    def policy(self) -> str:
        """The digest of the salon's policy file."""
        with database.read(self.story.program.engine) as db:
            return salons_policies.versions(db, self.slug)[0].digest

    def form_of(self, rule: str) -> dict[str, str]:
        """What somebody would send there who has read every page of this salon."""
        everything = {"salon": self.slug, "jobs": " ".join(self.jobs), "seen": self.seen, "because": QUESTION}
        everything |= {
            "group": self.group,
            "shown": everything["jobs"],
            "out": everything["jobs"],
            "to": "stay",
        }
        words = {"word": "reject", "reason": "ei", "answer": "switch_off", "language": "sv"}
        words |= {"address": "https://varaus.example/api", "token": "avain", "walk": self.instruction}
        if rule == "/settings/quarantine":
            words |= {"word": "drop"}
        words |= {"email": f"kolmas@{self.slug}.example", "password": PASSWORD, "again": PASSWORD}
        if rule.startswith("/tasks/instruction"):
            words |= {"on": NOON.date().isoformat(), "way": "file"}
        if rule == "/returned":
            words |= {"answer": "gone", "who": f"{'0' * 64}~{NOON.isoformat()}"}
        if not rule.startswith("/customers"):
            return {**everything, **words, **({"seen": "x"} if rule == "/questions" else {})}
        of_customers = {"who": f"{self.slug}-5", "right": "access", "why": "legal_claim"}
        of_customers["on"] = "2027-03-01" if rule.endswith("/hold") else "2026-11-24"
        return {**everything, **words, **of_customers}

    def _key(self, rule: str) -> str:
        """A customer in an address: by the keyed name for the evidence, by a sealed id elsewhere."""
        keys = self.story.account.keys
        is_evidence = rule.startswith("/evidence")
        return keys.client_key(f"{self.slug}-0") if is_evidence else keys.link_of(f"{self.slug}-5")


def open_shop(program: Program, booking: Booking, account: Account, *, name: str = "Nimi") -> Shop:
    """Clients who are due, alike and by themselves, of whom something is asked; a night; an invitation."""
    story = Story(replace(program, send=booking), account, booking)
    slug = account.slug
    for number in range(4):
        story.there_is(record(f"{slug}-{number}", name=f"{name} {slug}-{number}"))
    for number in range(4, 6):
        on = {"email": True}
        story.there_is(record(f"{slug}-{number}", name=f"{name} {slug}-{number}", marketing=on, **LATELY))
    nightly.run(story.program, salon=slug)
    waiting = [one for one in story.listed() if one.state in WAITING]
    (card,) = [one for one in cards.of(waiting) if one.is_group]
    with database.write(program.engine) as db:
        invitation = owners.add(db, program.vault, f"uusi@{slug}.example", slug, now=NOON)
        person = owners.speaks_for(db, program.vault, f"uusi@{slug}.example", slug)
        hold = holds.open_by_hand(
            db,
            account,
            f"{slug}-5",
            why=HandKind.LEGAL_CLAIM,
            reason=None,
            categories=(),
            review_on=date(2027, 3, 1),
            owner=owner(db),
            now=NOON,
            today=NOON.date(),
        )
        instruction = instructions.keep(
            db,
            account,
            waiting[:1],
            b"[]",
            digest="0" * 64,
            language="fi",
            owner=owner(db),
            now=NOON,
            numbers=program.settings.numbers,
        ).instruction
    jobs = tuple(str(one.job) for one in card.jobs)
    return Shop(story, card.key, jobs, "", invitation, str(person), str(hold), str(instruction))


def with_seen(shop: Shop, browser: Visitor) -> Shop:
    """With the digest that the group's page shows its owner."""
    return replace(shop, seen=form_of(browser.get(shop.path_of("/approve")), "/approve")["seen"])


def held_of(program: Program, slug: str) -> dict[str, list[str]]:
    """Every row of a salon, in every table that has salons."""
    found: dict[str, list[str]] = {}
    with database.read(program.engine) as db:
        for table in SQLModel.metadata.sorted_tables:
            if "salon" in table.columns and table.name not in _NOTED:
                rows = db.connection().execute(sa.select(table).where(table.c.salon == slug)).all()
                found[table.name] = sorted(map(repr, rows))
    return found
