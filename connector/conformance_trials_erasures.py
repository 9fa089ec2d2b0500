"""The conformance kit's trials of erasures: of the one client alone, and whatever goes wrong on the way."""

from connector.conformance_place import Place
from connector.conformance_report import Untried, need
from connector.states import State

#: rounds of a worker with some minutes between them, for what has to be tried again
_ROUNDS = 12


def only_the_one(place: Place) -> None:
    """One client is erased: nobody else is touched."""
    client = erased(place)
    others = set(place.clients) - {client}
    need(all(map(place.system.holds, others)), "somebody else was erased")
    need(place.mirrored() == others, "somebody else was forgotten")


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


def erased(place: Place) -> str:
    """Somebody whose erasure was approved, done, and looked at."""
    client = _proposed(place)
    place.approve(client)
    place.work()
    need(not place.system.holds(client), "an approved erasure was not done")
    need(place.state(client) is State.VERIFIED, "an erasure was not looked at")
    return client


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
