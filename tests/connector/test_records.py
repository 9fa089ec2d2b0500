"""Records taken in many at once leave the very rows that they would leave one after the other."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from connector import database, mirror, mirror_records
from connector.mirror_changes import Applied
from connector.program import Program
from connector.salons import Account
from connector.tables import Client
from tests.connector.intake import TODAY, apply, at, deleted, look, rows, told, wipe, with_walk_in
from webhooks.events import Answer, ClientTold, Consent
from webhooks.vocabulary import Channel, Purpose

#: one is the salon's walk-in, one was erased long ago
CLIENTS = ("c-1", "c-2", "c-3", "walk-in", "gone")
consents = st.builds(
    Consent,
    st.sampled_from([Purpose.NEWSLETTER, Purpose.HEALTH_DATA]),
    st.sampled_from([(), (Channel.EMAIL,), (Channel.EMAIL, Channel.SMS)]),
    st.sampled_from(sorted(Answer)),
    st.sampled_from([at(400), at(40), at(3)]),
)
records = st.builds(
    told,
    st.sampled_from(CLIENTS),
    day=st.sampled_from([1, 5, 50]),
    email=st.sampled_from([None, "aino@posti.fi", "AINO@posti.fi"]),
    phone=st.sampled_from([None, "040 123 4567", "no number"]),
    has_account=st.sampled_from([None, True, False]),
    last_visit_at=st.sampled_from([None, datetime(2024, 5, 1, tzinfo=UTC)]),
    consents=st.lists(consents, max_size=2).map(tuple),
)


@settings(max_examples=25)
@given(listed=st.lists(records, min_size=1, max_size=8), before=st.lists(records, max_size=3))
def test_many_at_once_are_as_one_after_the_other(
    program: Program, salon: Account, listed: list[ClientTold], before: list[ClientTold]
) -> None:
    account = with_walk_in(salon, "walk-in")
    found = [_after(program, account, before, listed, at_once) for at_once in (False, True)]
    assert found[0] == found[1]


def test_who_says_no_in_a_list_is_told_and_looked_at(program: Program, salon: Account) -> None:
    no = Consent(Purpose.NEWSLETTER, (Channel.EMAIL,), Answer.WITHDRAWN, at(5))
    with database.write(program.engine) as db:
        done = _apply_listed(db, salon, [told("c-1", consents=(no,)), told("c-2")])
    assert (sorted(done.noes), done.new, done.changed) == (["c-1"], 2, 0)


def test_a_list_of_nobody_changes_nothing(program: Program, salon: Account) -> None:
    with database.write(program.engine) as db:
        assert _apply_listed(db, salon, []) == Applied()
    assert rows(program, salon, Client) == []


def _apply_listed(db: Session, account: Account, listed: list[ClientTold]) -> Applied:
    records = mirror_records.prepare(account, listed)
    return mirror.apply_records(db, account, records, today=TODAY, listed_in=uuid4())


def _after(
    program: Program, account: Account, before: list[ClientTold], listed: list[ClientTold], at_once: bool
) -> tuple[Any, ...]:
    """The mirror, when each is looked at, and what is said to have changed."""
    wipe(program, account)
    apply(program, account, deleted("gone", day=20), *before)
    with database.write(program.engine) as db:
        if at_once:
            done = [_apply_listed(db, account, listed)]
        else:
            done = [mirror.apply(db, account, record, today=TODAY) for record in listed]
    again = sorted((row.client, row.look_again_on) for row in rows(program, account, Client))
    noes = frozenset().union(*(one.noes for one in done))
    return look(program, account), again, noes, sum(one.new for one in done)
