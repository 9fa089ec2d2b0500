"""The letter of an instruction, written whenever its link's token is at hand: it is kept nowhere."""

from datetime import datetime

from sqlmodel import Session

from connector import instructions_kept, instructions_letter, jobs, texts
from connector.console import since
from connector.imports_systems import named_by
from connector.instructions_kept import Kept
from connector.instructions_letter import About, Letter
from connector.salons import Account
from policies.policy import Policy

#: where a link leads, behind the address of this Ovikello
PATH = "/package/list/"


def write(
    db: Session, account: Account, policy: Policy, kept: Kept, token: str, address: str, *, now: datetime
) -> Letter:
    """The letter of an instruction, with the link that the token opens.

    It asks for what customers' requests are due by, and else for what is done while the list can be opened.
    """
    ids = [row.job for row in instructions_kept.rows(db, account, kept.instruction)]
    days = [since.answer_by(job) for job in jobs.listed(db, account, job_ids=ids)]
    list_until = kept.ends_at.astimezone(policy.time_zone).date()
    first = min([day for day in days if day is not None], default=list_until)
    about = About(
        controller=policy.controller,
        maker=named_by(policy),
        instruction=kept.instruction,
        digest=kept.digest,
        tasks=kept.tasks,
        link=f"{address}{PATH}{token}",
        openings=kept.openings_left,
        made_on=kept.made_at.astimezone(policy.time_zone).date(),
        by=max(min(first, list_until), now.astimezone(policy.time_zone).date()),
        list_until=list_until,
    )
    return instructions_letter.letter(texts.of(kept.language), about)
