"""The letter of an instruction, and the file that goes with it, made whenever the token is at hand: neither is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlmodel import Session

from connector import (
    instructions,
    instructions_attachment,
    instructions_kept,
    instructions_letter,
    instructions_list,
    jobs,
    texts,
)
from connector.console import since
from connector.imports_systems import named_by
from connector.instructions_kept import Kept
from connector.instructions_letter import About, Letter
from connector.instructions_list import Row
from connector.salons import Account
from connector.texts import Texts
from policies.policy import Policy

#: where a link leads, behind the address of this Ovikello
PATH = "/package/list/"


@dataclass(frozen=True)
class Attachment:
    """What goes along with a letter, not locked yet: that takes a tenth of a second, in which nobody is to wait."""

    words: Texts
    name: str
    beside: tuple[str, ...]
    made_at: datetime
    rows: Sequence[Row] = field(repr=False)
    token: str = field(repr=False)

    def locked(self) -> bytes:
        """The file."""
        return instructions_attachment.locked(
            self.words, self.rows, self.beside, self.token, made_at=self.made_at
        )


def write(
    db: Session,
    account: Account,
    policy: Policy,
    kept: Kept,
    token: str,
    address: str | None,
    *,
    now: datetime,
) -> Letter:
    """The letter of an instruction: with the link that the token opens, or with the name of the file beside it.

    It asks for what customers' requests are due by, and else for what is done while the list can be opened.
    """
    link = None if kept.is_attached else f"{address or ''}{PATH}{token}"
    about = _about(db, account, policy, kept, link, now=now)
    return instructions_letter.letter(texts.of(kept.language), about)


def hand_over(
    db: Session,
    account: Account,
    policy: Policy,
    kept: Kept,
    token: str,
    *,
    owner: UUID,
    now: datetime,
) -> Attachment | None:
    """What goes with the letter, written down as handed to the owner; None where there is none any more."""
    body = instructions.attach(db, account, kept.instruction, token, owner=owner, now=now)
    if body is None:
        return None
    words, about = texts.of(kept.language), _about(db, account, policy, kept, None, now=now)
    beside, rows = instructions_letter.beside(words, about), instructions_list.read(body)
    return Attachment(words, about.file, beside, kept.made_at, rows, token)


def _about(
    db: Session, account: Account, policy: Policy, kept: Kept, link: str | None, *, now: datetime
) -> About:
    ids = [row.job for row in instructions_kept.rows(db, account, kept.instruction)]
    listed = jobs.listed(db, account, job_ids=ids)
    days = [since.answer_by(job) for job in listed]
    list_until = kept.ends_at.astimezone(policy.time_zone).date()
    first = min([day for day in days if day is not None], default=list_until)
    return About(
        controller=policy.controller,
        maker=named_by(policy),
        instruction=kept.instruction,
        digest=kept.digest,
        rows=kept.tasks,
        customers=len({job.content.client_key for job in listed}),
        link=link,
        file=instructions_attachment.file_name(texts.of(kept.language), kept.instruction),
        openings=kept.openings_left,
        made_on=kept.made_at.astimezone(policy.time_zone).date(),
        by=max(min(first, list_until), now.astimezone(policy.time_zone).date()),
        list_until=list_until,
    )
