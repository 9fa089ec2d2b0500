"""How a booking system's deliveries come in and what they are answered, beside what they say.

Most systems POST, sign, and are content with any 2xx: that is `Arrivals()`. Others ask first whether anybody is there
(a HEAD, or `{}`), send a GET, want their own word back, or sign nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from webhooks import strict_json
from webhooks.delivery import Delivery
from webhooks.errors import NotAnEvent

#: by which a delivery can come at all; a HEAD asks, and never tells
METHODS = frozenset({"GET", "HEAD", "POST"})


@dataclass(frozen=True)
class Answer:
    """What a booking system is answered that has proved itself. Raises ValueError for what it would take for a no."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"

    def __post_init__(self) -> None:
        """What was kept is never answered with an error: it would be sent again, or the system would give up."""
        if not 200 <= self.status < 300 or (self.status in {204, 205} and self.body):
            raise ValueError("a delivery that was taken is answered with 2xx, and with no words in a 204")


def is_no_probe(_delivery: Delivery, _secrets: Sequence[str]) -> Answer | None:
    """The probe of a system that never asks whether anybody is there."""
    return None


def said_plainly(_delivery: Delivery, status: int) -> Answer:
    """The answer of a system that looks at the status alone: 204 applied, 202 kept to be looked at."""
    return Answer(status)


@dataclass(frozen=True)
class Arrivals:
    """What there is to know of how a booking system's deliveries arrive. Raises ValueError for an unknown method."""

    methods: frozenset[str] = frozenset({"POST"})
    """Which it uses, of METHODS."""
    headers: frozenset[str] = frozenset()
    """The headers that its `read` looks at, in lower case: quarantine keeps these beside method, query and body."""
    is_signed: bool = True
    """False: nothing but an address that is hard to guess says whose it is. Then it may only give ClientHinted."""
    probe: Callable[[Delivery, Sequence[str]], Answer | None] = is_no_probe
    """What a question whether anybody is there is answered; None where it is none. Raises BadSignature: a stranger who
    asks must not learn that there is such a salon."""
    answer: Callable[[Delivery, int], Answer] = said_plainly
    """What a delivery is answered once it was taken in, from the status that the contract gives it."""
    key: Callable[[str], str] | None = None
    """What has to stand behind the salon's name in the address that the system is given, made from the secret."""

    def __post_init__(self) -> None:
        """A method that the door does not let through would never arrive."""
        if unknown := self.methods - METHODS:
            raise ValueError(f"no delivery comes by {min(unknown)}")

    def uses(self, delivery: Delivery) -> bool:
        """Whether deliveries come like this one, whoever sent it."""
        return delivery.method in self.methods and (self.key is not None or not delivery.key)


def probed(
    is_probe: Callable[[Delivery], bool], check: Callable[[Delivery, Sequence[str]], str], answer: Answer
) -> Callable[[Delivery, Sequence[str]], Answer | None]:
    """A probe that is told apart by `is_probe`, and answered where `check` finds that it is the system's own."""

    def probe(delivery: Delivery, secrets: Sequence[str]) -> Answer | None:
        if not is_probe(delivery):
            return None
        check(delivery, secrets)
        return answer

    return probe


def is_head(delivery: Delivery) -> bool:
    """Whether it asks by HEAD, which can carry nothing."""
    return delivery.method == "HEAD"


def is_empty_object(delivery: Delivery) -> bool:
    """Whether its body is `{}`, however that is written: JSON that says nothing."""
    try:
        return bool(delivery.body) and strict_json.parse(delivery.body) == {}
    except NotAnEvent:
        return False
