"""Whatever was told in a system that a salon leaves, and whoever is on the list of the next one: for any story."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st

from connector import database, mirror, vault_ids
from connector.program import Program
from connector.tables import Merge
from policies.facts import Answer as Known
from policies.vocabulary import Channel
from tests.builders import Clock
from tests.conftest import connect
from tests.connector.intake import apply, at, merged, rows
from tests.connector.moves import PURPOSE, Leaving, leaving
from webhooks.events import Answer
from webhooks.vocabulary import Channel as Told

#: somebody's contact points by kind, what they answered, and whether they were erased
Before = Mapping[str, tuple[dict[str, str], list[Any], bool]]
#: somebody's contact points by kind, and whether the new system tells of a yes
There = Mapping[str, tuple[dict[str, str], bool]]

POINTS = st.fixed_dictionaries(
    {},
    optional={
        "email": st.sampled_from(["a@posti.example", "b@posti.example"]),
        "phone": st.sampled_from(["040 1111111", "040 2222222"]),
    },
)
SAID = st.lists(
    st.tuples(
        st.sampled_from([Answer.GIVEN, Answer.WITHDRAWN, Answer.REFUSED]),
        st.lists(st.sampled_from([Told.EMAIL, Told.SMS]), max_size=2, unique=True),
        st.integers(2, 80),
    ),
    max_size=3,
)
OLD = st.dictionaries(st.sampled_from(["17", "18", "19"]), st.tuples(POINTS, SAID, st.booleans()), min_size=1)
NEWS = st.dictionaries(st.sampled_from(["17", "18", "900"]), st.tuples(POINTS, st.booleans()), min_size=1)


def anywhere(program: Program) -> Leaving:
    """A salon of its own, since one example knows nothing of the one before."""
    clock = Clock()
    account = connect(program, f"s{uuid4().hex[:12]}")
    return leaving(replace(program, now=clock), account, clock)


def said_before(place: Leaving, old: Before, *, is_merged: bool) -> set[tuple[str, str, Channel]]:
    """What was said in the old system: who said no, each contact point by which it acts, and the no's channel."""
    noes: set[tuple[str, str, Channel]] = set()
    for client, (points, said, _) in sorted(old.items()):
        place.tell(client, email=points.get("email"), phone=points.get("phone"))
        for answer, channels, day in said:
            place.say(client, answer, *channels, day=day)
    if is_merged and {"17", "18"} <= old.keys():
        apply(place.program, place.account, merged("17", "18", day=90))
    for client, (points, _, _) in old.items():
        noes |= standing(place, client, points)
    for client, (_, _, is_erased) in old.items():
        if is_erased:
            with database.write(place.program.engine) as db:
                mirror.bury(db, place.account, client, at=at(1), by="ovikello")
    return noes


def standing(place: Leaving, client: str, points: dict[str, str]) -> set[tuple[str, str, Channel]]:
    """The contact points of a client by which a no acts now, each with its channel."""
    found = set()
    for kind, channel in (("email", Channel.EMAIL), ("phone", Channel.SMS)):
        if kind in points and place.stands(client, channel) in {Known.WITHDRAWN, Known.REFUSED}:
            found.add((client, points[kind], channel))
    return found


def has_all(place: Leaving, there: There) -> None:
    """The new booking system holds these clients, whose marketing is on."""
    yes = [{"purpose": PURPOSE.value, "answer": "given", "at": place.clock.at.isoformat()}]
    for client, (points, agrees) in there.items():
        switches = {"email": True, "sms": True}
        place.has(client, **points, marketing=switches, consents=yes if agrees else [])


def lost(
    place: Leaving, there: There, noes: Collection[tuple[str, str, Channel]]
) -> list[tuple[str, Channel]]:
    """Who of the present list has the contact point by which a no of the first system acts, and has not that no."""
    return [
        (client, channel)
        for client, (points, _) in there.items()
        for who, point, channel in noes
        if point in points.values()
        and place.stands(client, channel) not in {Known.WITHDRAWN, Known.REFUSED}
        and not _is_somebody_else(place, client, who, point)
    ]


def _is_somebody_else(place: Leaving, client: str, who: str, point: str) -> bool:
    """Whether it is certain that somebody is not who said a no: those were found under another id, or had been there
    side by side, which is asked about."""
    into = {row.client: row.into for row in rows(place.program, place.old, Merge)}
    goes_on = vault_ids.left_behind(who, 1)
    while goes_on in into:
        goes_on = into[goes_on]
    if not vault_ids.is_left_behind(goes_on):
        return goes_on != client
    return client in place.joined() and ("email" if "@" in point else "phone") in place.shared(client)
