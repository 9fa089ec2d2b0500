"""What a salon's booking system can do: named by hand, or asked and remembered for a day."""

import json
from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col, select

from connector import database
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from connector.tables import Salon
from webhooks.errors import NotUnderstood

REMEMBERED_FOR = timedelta(days=1)


def of(program: Program, account: Account) -> frozenset[str]:
    """The calls that can be used; none where the system cannot be asked at all. Raises CallFailed.

    What was named by hand counts alone. An old answer is better than none: it is used while the system is silent.
    Never called inside a transaction.
    """
    if account.can is not None:
        return account.can
    if account.base_url is None:
        return frozenset()
    now = program.now()
    with database.read(program.engine) as db:
        told, at = db.exec(select(Salon.told_can, Salon.told_can_at).where(Salon.slug == account.slug)).one()
    kept = None if told is None else frozenset[str](json.loads(told))
    if kept is not None and at is not None and at > now - REMEMBERED_FOR:
        return kept
    try:
        asked = _ask(program, account)
    except CallFailed:
        if kept is None:
            raise
        return kept
    with database.write(program.engine) as db:
        # while it was asked the salon may have moved: what the system before can is nothing of the new one
        is_its = col(Salon.generation) == account.keys.generation
        db.connection().execute(
            sa.update(Salon)
            .where(col(Salon.slug) == account.slug, is_its)
            .values(told_can=json.dumps(sorted(asked)), told_can_at=now)
        )
    return asked


def _ask(program: Program, account: Account) -> frozenset[str]:
    reply = program.send(account, account.dialect.capabilities)
    if not (200 <= reply.status < 300 or reply.status == 404):
        raise CallFailed("capabilities_not_told")
    try:
        if reply.status == 404:  # level 1, unless nothing at all stands at this address
            beginning = account.dialect.list_clients(None, 1, None)
            account.dialect.read_page(beginning, program.send(account, beginning), program.now())
        return account.dialect.read_capabilities(reply).calls
    except NotUnderstood:
        raise CallFailed("capabilities_not_told") from None
