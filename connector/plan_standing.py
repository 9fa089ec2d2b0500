"""What stands held or asked about a client: rows that each judgement writes anew."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlmodel import Session, col, select

from connector import contacts
from connector.tables import Standing
from policies.decisions import Decision, MarketingOutcome, Outcome

#: a reason: a contact point is that of somebody erased who had said no
SHARED = "shared_contact"
_STANDS = {Outcome.HOLD: "hold", Outcome.ASK: "ask"}


def put(
    db: Session, slug: str, members: tuple[str, ...], decision: Decision, shared: Iterable[str] = ()
) -> None:
    """Replace what stood about a merged group; what stood before keeps the day since when it does.

    `shared` are kinds of contact point that somebody erased had as well: it is asked who the client is.
    """
    stood = db.exec(select(Standing).where(Standing.salon == slug, col(Standing.client).in_(members))).all()
    root, wanted = members[0], _wanted(decision)
    wanted |= {f"{contacts.QUESTION}{kind}": ("ask", SHARED) for kind in shared}
    if not stood and not wanted:
        return
    since = {(row.category, row.outcome, row.because): row.since_on for row in stood}
    db.connection().execute(
        sa.delete(Standing).where(col(Standing.salon) == slug, col(Standing.client).in_(members))
    )
    if wanted:
        db.connection().execute(
            sa.insert(Standing),
            [
                {
                    "salon": slug,
                    "client": root,
                    "category": category,
                    "outcome": outcome,
                    "because": because,
                    "since_on": since.get((category, outcome, because), decision.on),
                }
                for category, (outcome, because) in wanted.items()
            ],
        )
    for row in stood:
        db.expunge(row)


def listed(db: Session, slug: str, outcome: str) -> list[tuple[str, str, str]]:
    """Everything that stands held (`hold`) or asked (`ask`): client, category, why."""
    rows = db.exec(
        select(Standing.client, Standing.category, Standing.because)
        .where(Standing.salon == slug, Standing.outcome == outcome)
        .order_by(col(Standing.client), col(Standing.category))
    )
    return [(client, category, because) for client, category, because in rows]


def _wanted(decision: Decision) -> dict[str, tuple[str, str]]:
    """By category, or marketing:<channel>: hold or ask, and why."""
    wanted = {
        verdict.category.value: (_STANDS[verdict.outcome], verdict.because)
        for verdict in decision.verdicts
        if verdict.outcome in _STANDS
    }
    asked = (one for one in decision.marketing if one.outcome is MarketingOutcome.ASK)
    return wanted | {f"marketing:{one.channel.value}": ("ask", one.because) for one in asked}
