"""The trials of the conformance kit: each has something that fails it, which the report says by name."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from connector import conformance
from connector.conformance_line import Between
from connector.conformance_registry import SYSTEMS
from connector.conformance_report import Report
from connector.conformance_standard import Standard
from connector.conformance_system import Now, Parcel, System
from connector.conformance_trials import TRIALS
from connector.salons import Account
from connector.sender import CallFailed, Sender
from webhooks.calls import Call, Reply
from webhooks.signatures import sign


class SignsOnce(Standard):
    """It signs each webhook once; a repeat has a signature of something else."""

    def __init__(self, now: Now) -> None:
        super().__init__(now)
        self._signed: set[str] = set()

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """Right the first time."""
        body = b"{}" if parcel.id in self._signed else parcel.body
        self._signed.add(parcel.id)
        return super().headers(secret, replace(parcel, body=body))


class DatesWhenItSends(Standard):
    """It dates what happened by when it is sent, so that a card that was used up may be sold after that."""

    def __init__(self, now: Now) -> None:
        super().__init__(now)
        self._sent = 0

    def change(self, client: str) -> None:
        """A card is sold, and is used up."""
        super().change(client)
        card = {"prepaid": {"id": f"p-{client}", "client_id": client, "expires_on": None}}
        self._system.outbox.put("prepaid.sold", self._now(), card)
        self._system.outbox.put("prepaid.ended", self._now(), card)

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """The body is dated anew, and signed like that."""
        self._sent += 1
        told = json.loads(parcel.body)
        told["timestamp"] = (self._now() + timedelta(seconds=self._sent)).isoformat()
        object.__setattr__(parcel, "body", json.dumps(told).encode())
        return super().headers(secret, parcel)


class ListsNobodyNew(Standard):
    """Its list lacks who came since."""

    def regular(self, name: str) -> str:
        """Somebody new is nowhere."""
        return name if name == "uusi" else super().regular(name)


class SignsWhenItHappens(Standard):
    """It signs with the moment at which something happened, not at which it sends."""

    def __init__(self, now: Now) -> None:
        super().__init__(now)
        self._made: dict[str, datetime] = {}

    def waiting(self) -> list[Parcel]:
        """Each was signed as it was put there."""
        taken = super().waiting()
        self._made |= {parcel.id: self._now() for parcel in taken}
        return taken

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """As old as the happening."""
        return sign(secret, parcel.id, self._made[parcel.id], parcel.body)


class KnowsOneSecret(Standard):
    """It signs with the first secret that it ever had, whatever else it is told."""

    secret = ""

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """With the first."""
        self.secret = self.secret or secret
        return super().headers(self.secret, parcel)


class TakesNoOther(KnowsOneSecret):
    """It signs with nothing at all once it is given another secret."""

    def headers(self, secret: str, parcel: Parcel) -> dict[str, str]:
        """With the first, or with no key."""
        signed = super().headers(secret, parcel)
        return signed if secret == self.secret else signed | {"webhook-signature": "v1,AAAA"}


class NeverAgain(Standard):
    """What it refuses for a while it refuses for ever; only one of the two."""

    how = "throttle"

    def misbehave(self, how: str, count: int = 1) -> None:
        """For ever."""
        super().misbehave(how, 10**9 if how == self.how else count)


class BreaksForGood(NeverAgain):
    """The same with 500."""

    how = "fail"


class HidesOne(Standard):
    """Its short list lacks only one."""

    def vanish(self, *clients: str) -> None:
        """Of those who are to go, one."""
        super().vanish(*clients[:1])


@dataclass
class AlsoErases:
    """On the way to the system an erasure becomes two."""

    send: Sender

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """One call, and another one beside it."""
        if call.method == "DELETE":
            self.send(account, replace(call, path="clients/vanha1"), idempotency_key="another")
        return self.send(account, call, idempotency_key=idempotency_key)


@dataclass
class Gullible:
    """Hears "gone" about every single client: once something was erased, or always."""

    send: Sender
    is_deaf: bool = False

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Send it, and hear what one wants to hear."""
        reply = self.send(account, call, idempotency_key=idempotency_key)
        self.is_deaf = self.is_deaf or call.method in {"DELETE", "PUT"}
        is_look = call.method == "GET" and "/" in call.path
        return Reply(410) if self.is_deaf and is_look else reply


@dataclass
class NeverSays:
    """After an erasure whoever is looked up is not told of."""

    send: Sender
    is_mute: bool = False

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Send it; of a look nothing comes back."""
        if self.is_mute and call.method == "GET" and "/" in call.path:
            raise CallFailed("no_answer_in_time")
        self.is_mute = self.is_mute or call.method == "DELETE"
        return self.send(account, call, idempotency_key=idempotency_key)


def deaf(send: Sender) -> Sender:
    """Of whoever is looked up it is heard that they are gone."""
    return Gullible(send, is_deaf=True)


@dataclass(frozen=True)
class Wrong:
    """What is wrong, the trial that must not hold, what is said of it; and another trial, which holds all the same."""

    trial: str
    why: str
    holds: str
    system: Callable[[Now], System] | None = None
    between: Between = lambda send: send

    def report(self, name: str = "standard") -> Report:
        """What the kit says of these two."""
        only = (self.trial, self.holds)
        return conformance.check(name, only=only, system=self.system, between=self.between)


WRONG = [
    Wrong("delivered_twice", "a repeat was refused", "lost", system=SignsOnce),
    Wrong(
        "out_of_order", "another order left something else known", "delivered_twice", system=DatesWhenItSends
    ),
    Wrong("lost", "somebody new was not found", "short_list", system=ListsNobodyNew),
    Wrong("late_after_erasure", "a late webhook was not taken", "delivered_twice", system=SignsWhenItHappens),
    Wrong("stranger", "a wrong secret was let in", "delivered_twice", system=KnowsOneSecret),
    Wrong(
        "secret_changed", "one of two secrets was refused while both hold", "stranger", system=TakesNoOther
    ),
    Wrong("only_the_one", "somebody else was erased", "lost", between=AlsoErases),
    Wrong("lying", "a lie was taken for an erasure", "short_list", between=Gullible),
    Wrong("slow", "what was only promised counted as done", "lost", between=Gullible),
    Wrong("refused_for_a_while", "it was never done", "broken_for_a_while", system=NeverAgain),
    Wrong("broken_for_a_while", "it was never done", "refused_for_a_while", system=BreaksForGood),
    Wrong("answer_lost", "it was done, and never found so", "short_list", between=NeverSays),
    Wrong("shifting_pages", "somebody else was taken for gone", "lost", between=deaf),
    Wrong("short_list", "a list that is far too short was believed", "lost", system=HidesOne),
]


@pytest.mark.journey  # over real HTTP
@pytest.mark.parametrize("wrong", WRONG, ids=[one.trial for one in WRONG])
def test_what_goes_wrong_fails_its_trial_by_name_and_the_other_one_holds(wrong: Wrong) -> None:
    report = wrong.report()
    assert report.grade == "C"
    assert {one.trial: (one.held, one.why) for one in report.results} == {
        wrong.trial: (False, wrong.why),
        wrong.holds: (True, ""),
    }
    assert f"BROKEN  {wrong.trial}" in report.text()


@pytest.mark.journey
@pytest.mark.parametrize("name", sorted(set(SYSTEMS) - {"standard"}))
def test_who_believes_a_lie_is_found_out_in_every_dialect(name: str) -> None:
    (lying,) = [one for one in WRONG if one.trial == "lying"]
    assert [one.why for one in lying.report(name).results if one.held is False] == [lying.why]


def test_every_trial_has_something_that_fails_it() -> None:
    assert {one.trial for one in WRONG} == set(TRIALS)
