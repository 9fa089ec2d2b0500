"""One customer: what is held and why, until when, what would change it; what was said, done and proved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlmodel import Session
from werkzeug.exceptions import NotFound

from connector import (
    contacts_found,
    database,
    exports_kept,
    facts,
    facts_history,
    holds,
    jobs,
    jobs_looked,
    mirror_marks,
    salons_policies,
    sealed_cards,
    vault_ids,
)
from connector.console import client_name, client_parts, here
from connector.facts import Known
from connector.facts_history import History
from connector.holds import Opened
from connector.jobs import Listed
from connector.jobs_looked import Looked
from connector.mirror_marks import Grave
from connector.states import WAITING, State
from connector.texts_words import N_
from connector.vault import CannotOpen
from policies.decide import decide
from policies.decisions import Decision, JobKind
from policies.policy import Policy
from policies.vocabulary import Category

_UNKNOWN = N_(
    "Ovikello knows nothing of this customer. They may have been erased long ago, or the booking system has not told "
    "of them yet."
)
#: what the last form did → the sentence on top
TOLD: Mapping[str, str] = {
    "objection": N_("Written down. The marketing ends at once, and the booking system is told."),
    "erasure": N_("Written down. The next night proposes what can go, and you approve it with a code."),
    "access": N_("Written down. The days for the answer are counted."),
    "held": N_("Held back. Nothing of it goes before you end the hold."),
    "ended": N_("The hold has ended. The next night judges anew, and nothing goes without your word."),
}


@dataclass(frozen=True)
class Past:
    """A customer's jobs, the newest first, and their looks."""

    jobs: Sequence[Listed]
    looks: Mapping[UUID, Sequence[Looked]]
    given: frozenset[UUID] = frozenset()  # copies whose link the owner was shown
    unshown: frozenset[UUID] = frozenset()  # copies whose link waits for the owner

    @property
    def answering(self) -> list[Listed]:
        """What may answer a request: a copy that nobody was given does not, unless it was refused."""
        over = State.REJECTED
        return [
            one
            for one in self.jobs
            if one.kind is not JobKind.EXPORT or one.state is over or one.job in self.given
        ]

    @property
    def only_said(self) -> bool:
        """Whether an erasure was only said to be done, and none was seen."""
        erased = [one for one in self.jobs if one.kind is JobKind.ERASE and one.proof is not None]
        return bool(erased) and not any(one.is_seen for one in erased)

    @property
    def waiting(self) -> Listed | None:
        """What waits for the owner's word."""
        return next((one for one in self.jobs if one.state in WAITING), None)

    @property
    def ready(self) -> Listed | None:
        """A copy that is made, and that nobody was given yet."""
        done = (one for one in self.jobs if one.state is State.VERIFIED)
        return next((one for one in done if one.job in self.unshown), None)


@dataclass(frozen=True)
class Dossier:
    """All that is known here of one customer, read in one go; `decision` is None where no rules are in force."""

    known: Known
    policy: Policy
    decision: Decision | None
    history: History
    holds: Sequence[Opened]
    past: Past

    @property
    def client(self) -> str:
        """The id that the booking system knows the customer by."""
        return self.known.ids[0]


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/customers/<key>")(show_client)


def show_client(key: str) -> ResponseReturnValue:
    """The whole customer; of one who is gone, what was done and what proves it."""
    client = client_of(key)
    with database.read(here.program().engine) as db:
        dossier = read(db, client)
        past, grave = (None, None) if dossier else _gone(db, client)
    if dossier is not None:
        return page(dossier)
    if past is None or (grave is None and not past.jobs):
        raise NotFound(here.words().gettext(_UNKNOWN))
    is_left = vault_ids.is_left_behind(client)
    return render_template("client_gone.html", client=client, is_left=is_left, grave=grave, past=past)


def client_of(key: str) -> str:
    """The id behind an address of this salon's; 404 for any other."""
    try:
        return here.salon().account.keys.client_behind(key)
    except CannotOpen:
        raise NotFound from None


def link(client: str) -> str:
    """A customer's page; its address tells nothing of the id."""
    return url_for("console.show_client", key=here.salon().account.keys.link_of(client))


def read(db: Session, client: str) -> Dossier | None:
    """Everything of a customer whom the mirror knows, by whichever of their ids; None of any other."""
    salon, today = here.salon(), here.salon().today(here.now())
    account, in_force = salon.account, salons_policies.in_force(db, salon.account.slug, today)
    policy = in_force or salon.policy
    if policy is None:
        return None
    (known,) = facts.known_of(db, account, [client], policy, today)
    if not facts.is_known(db, account.slug, known.ids[0]):
        return None
    return Dossier(
        known=known,
        policy=policy,
        decision=decide(known.facts, policy, today) if in_force is not None else None,
        history=facts_history.of(db, account, known.ids),
        holds=holds.open_on(db, account, known.ids),
        past=_past(db, known.ids),
    )


def page(dossier: Dossier) -> str:
    """The page of a customer."""
    salon, today = here.salon(), here.salon().today(here.now())
    known, decision = dossier.known, dossier.decision
    return render_template(
        "client.html",
        client=dossier.client,
        joined=[vault_ids.as_told(one) for one in known.ids[1:] if not sealed_cards.is_own(one)],
        key=salon.account.keys.link_of(dossier.client),
        asked=client_name.of(here.program(), salon.account, dossier.client)
        if known.facts.identifiers_removed_on is None
        else None,
        facts=known.facts,
        sums_up=client_parts.sums_up(known.facts, decision),
        kept=client_parts.kept(decision, dossier.policy),
        marketing=client_parts.marketing(known.facts, decision),
        timeline=client_parts.timeline(dossier.history),
        requests=client_parts.open_requests(
            dossier.history, dossier.past.answering, today, dossier.policy.time_zone
        ),
        holds=dossier.holds,
        others_hold=client_parts.holds_by_themselves(known.facts, dossier.policy, today),
        past=dossier.past,
        everything=len(Category),
        told=TOLD.get(request.args.get("told", "")),
        today=today,
    )


def _past(db: Session, ids: Sequence[str]) -> Past:
    account = here.salon().account
    keys = [account.keys.client_key(one) for one in ids]
    theirs = jobs.of_clients(db, account, ids)
    job_ids = [row.id for key in keys for row in theirs.of(key)]
    if not job_ids:
        return Past((), {})
    listed = jobs.listed(db, account, job_ids=job_ids)
    return Past(
        listed[::-1],
        jobs_looked.of_all(db, job_ids),
        given=exports_kept.given(db, account, job_ids),
        unshown=frozenset(exports_kept.waiting(db, account, now=here.now())),
    )


def _gone(db: Session, client: str) -> tuple[Past | None, Grave | None]:
    account = here.salon().account
    if not contacts_found.is_known(db, account, client):
        return None, None
    return _past(db, [client]), mirror_marks.find(db, account, [client]).graves.get(client)
