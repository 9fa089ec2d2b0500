"""The trials of the conformance kit: each has something go wrong in one way, and looks what came of it."""

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import SQLModel

from connector import database, salons
from connector.conformance_place import SALON, Place
from connector.conformance_report import Untried, need
from connector.conformance_system import Parcel, another
from connector.states import State

#: rounds of a worker with some minutes between them, for what has to be tried again
_ROUNDS = 12


def delivered_twice(place: Place) -> None:
    """Each webhook comes twice: nothing changes by the second."""
    parcels = _some_parcels(place)
    need(all(200 <= status < 300 for status in place.deliver(*parcels)), "a webhook was not taken")
    place.fetch()
    before = place.known()
    need(all(200 <= status < 300 for status in place.deliver(*parcels)), "a repeat was refused")
    place.fetch()
    need(place.known() == before, "a repeat changed what is known")


def out_of_order(place: Place) -> None:
    """Webhooks come in the opposite order: the same is known afterwards."""
    parcels = _some_parcels(place)
    known = []
    for some in (parcels, parcels[::-1]):
        _forget(place)
        place.deliver(*some)
        place.fetch()
        place.sync()
        known.append(place.known())
    need(known[0] == known[1], "another order left something else known")


def lost(place: Place) -> None:
    """No webhook comes at all: the census finds who is new and who is gone."""
    new, gone = place.system.regular("uusi"), place.clients[0]
    place.system.vanish(gone)
    place.system.waiting()
    done = place.sync()
    need(done.is_complete, "the census did not come to its end")
    need(new in place.mirrored(), "somebody new was not found")
    need(gone not in place.mirrored(), "somebody who is gone is still known")


def late_after_erasure(place: Place) -> None:
    """A webhook from before an erasure comes after it: nobody is back."""
    client = place.clients[0]
    place.system.change(client)
    late = place.system.waiting()
    place.pass_time(hours=1)
    _erase(place, client)
    need(all(200 <= status < 300 for status in place.deliver(*late)), "a late webhook was not taken")
    place.fetch()
    need(client not in place.mirrored(), "a late webhook brought somebody back")


def lying(place: Place) -> None:
    """An erasure is answered as done, and is not: it is found out, and done after another word."""
    client = _proposed(place)
    place.system.misbehave("lie")
    place.approve(client)
    place.work()
    need(place.system.holds(client), "nobody lied")
    need(place.state(client) is not State.VERIFIED, "a lie was taken for an erasure")
    _until_verified(place, client)


def slow(place: Place) -> None:
    """An erasure is answered at once and done much later: it counts as done only then."""
    client = _proposed(place)
    place.system.misbehave("slow")
    place.approve(client)
    place.work()
    need(place.state(client) is not State.VERIFIED, "what was only promised counted as done")
    place.pass_time(hours=2)
    place.system.settle()
    for _ in range(3):
        place.pass_time(days=1)
        place.sync()
        place.work()
    need(not place.system.holds(client), "what was promised was not done")
    need(client not in place.mirrored(), "what was done late was not found")


def refused_for_a_while(place: Place) -> None:
    """Call after call is answered 429: it is waited out, and done in the end."""
    client = _proposed(place)
    place.system.misbehave("throttle", 5)
    place.approve(client)
    place.work()
    need(place.state(client) is not State.VERIFIED, "a refusal was taken for an erasure")
    _until_verified(place, client)


def broken_for_a_while(place: Place) -> None:
    """Call after call is answered 500: it is looked up and tried again, and done in the end."""
    client = _proposed(place)
    place.system.misbehave("fail", 3)
    place.approve(client)
    _until_verified(place, client)


def answer_lost(place: Place) -> None:
    """The answer to an erasure is lost after it was done: it is looked up, and found done."""
    client = _proposed(place)
    place.line.lose = 1
    place.approve(client)
    place.work()
    need(place.line.lose == 0, "nothing was called")
    _until_verified(place, client)


def shifting_pages(place: Place) -> None:
    """Somebody vanishes while the list is read: nobody else is taken for gone."""
    everybody = [*place.clients, *place.system.crowd(place.account.dialect.page_size)]
    whole = place.sync()
    place.system.misbehave("shift")
    shifted = place.sync()
    there = {client for client in everybody if place.system.holds(client)}
    need(len(everybody) > len(there), "nothing shifted")
    need(place.mirrored() >= there, "somebody else was taken for gone")
    place.system.misbehave("shift", 0)
    again = place.sync()  # who vanished after their page was read is found out by the next one
    need(all(one.is_complete for one in (whole, shifted, again)), "the census did not come to its end")
    need(place.mirrored() == there, "the mirror is not the register")


def short_list(place: Place) -> None:
    """The list is suddenly far too short: that is a finding, and nobody is taken for gone."""
    hidden = place.clients[: len(place.clients) * 2 // 3]
    place.system.vanish(*hidden)
    done = place.sync()
    need(done.finding == "short_list", "a list that is far too short was believed")
    need(place.mirrored() == set(place.clients), "somebody was taken for gone")
    place.system.come_back(*hidden)
    need(place.sync().is_complete, "the whole list was not believed again")


def secret_changed(place: Place) -> None:
    """The secret is changed: the old one holds for its time, and then no more."""
    old = place.secret
    with database.write(place.program.engine) as db:
        hour = timedelta(hours=1)
        new = salons.rotate_secret(db, place.account, now=place.at, overlap=hour)
    for secret, right in ((old, True), (new, True)):
        place.system.change(place.clients[5])
        place.pass_time(seconds=2)
        (status, *_) = place.deliver(*place.system.waiting(), secret=secret)
        need((200 <= status < 300) is right, "one of two secrets was refused while both hold")
    place.pass_time(hours=2)
    place.system.change(place.clients[5])
    late = place.system.waiting()
    need(set(place.deliver(*late, secret=old)) == {401}, "a secret held after its end")
    need(
        all(200 <= status < 300 for status in place.deliver(*late, secret=new)), "the new secret was refused"
    )


def stranger(place: Place) -> None:
    """Somebody without the secret sends, and somebody sends other bytes under a right signature."""
    place.system.regular("tuttu")
    parcels = place.system.waiting()
    before = place.known()
    wrong = "whsec_" + "A" * 43 + "="
    need(set(place.deliver(*parcels, secret=wrong)) == {401}, "a wrong secret was let in")
    need(place.known() == before, "somebody without the secret changed what is known")
    changed = [another(parcel) for parcel in parcels]
    need(all(status < 300 for status in place.deliver(*changed)), "the same in other bytes was refused")


def only_the_one(place: Place) -> None:
    """One client is erased: nobody else is touched."""
    client = place.clients[0]
    _erase(place, client)
    others = set(place.clients) - {client}
    need(all(map(place.system.holds, others)), "somebody else was erased")
    need(place.mirrored() == others, "somebody else was forgotten")


TRIALS: dict[str, Callable[[Place], None]] = {
    "delivered_twice": delivered_twice,
    "out_of_order": out_of_order,
    "lost": lost,
    "late_after_erasure": late_after_erasure,
    "stranger": stranger,
    "secret_changed": secret_changed,
    "only_the_one": only_the_one,
    "lying": lying,
    "slow": slow,
    "refused_for_a_while": refused_for_a_while,
    "broken_for_a_while": broken_for_a_while,
    "answer_lost": answer_lost,
    "shifting_pages": shifting_pages,
    "short_list": short_list,
}

#: those that are about what a system sends
OF_WEBHOOKS = frozenset(
    {"delivered_twice", "out_of_order", "late_after_erasure", "stranger", "secret_changed"}
)
#: those in which somebody is erased
OF_ERASURES = frozenset(
    {"late_after_erasure", "only_the_one", "lying", "slow", "refused_for_a_while", "broken_for_a_while"}
    | {"answer_lost"}
)


def _some_parcels(place: Place) -> list[Parcel]:
    """What is told of a new client, and of changes to one who was there."""
    place.system.regular("uusi")
    for client in place.clients[4:6]:
        place.pass_time(seconds=5)
        place.system.change(client)
    place.pass_time(seconds=5)
    return place.system.waiting()


def _proposed(place: Place) -> str:
    """Somebody whose erasure waits for the owner."""
    place.pass_time(hours=1)
    client = place.clients[0]
    if place.system.asks:
        place.ask_for_erasure(client)
    place.night()
    if place.system.asks and place.state(client) is not State.PROPOSED:
        raise Untried(
            "nothing was proposed for the client who was named: something is ahead or open, or is not told"
        )
    need(place.state(client) is State.PROPOSED, "who was last there years ago was not proposed")
    return client


def _erase(place: Place, client: str) -> None:
    _proposed(place)
    place.approve(client)
    place.work()
    need(not place.system.holds(client), "an approved erasure was not done")
    need(place.state(client) is State.VERIFIED, "an erasure was not looked at")


def _until_verified(place: Place, client: str) -> None:
    for _ in range(_ROUNDS):
        if place.state(client) is State.VERIFIED:
            break
        place.pass_time(minutes=10)
        if place.state(client) in {State.REOPENED, State.PROPOSED}:
            place.approve(client)
        place.work()
    need(not place.system.holds(client), "it was never done")
    need(place.state(client) is State.VERIFIED, "it was done, and never found so")


def _forget(place: Place) -> None:
    """Empty the mirror, and forget the deliveries, as if nothing had come yet."""
    mirrored = {"seen", "hint", "client", "entry", "consent_record", "contact", "tombstone"}
    with database.write(place.program.engine) as db:
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name in mirrored:
                db.connection().execute(table.delete().where(table.c.salon == SALON))
