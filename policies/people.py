"""Who is who in a policy, and what people promise."""

from dataclasses import dataclass

from policies.periods import Period


@dataclass(frozen=True)
class Controller:
    """Who decides about the data (rekisterinpitäjä)."""

    name: str
    business_id: str
    address: str
    email: str
    phone: str | None = None


@dataclass(frozen=True)
class Contact:
    """The person in charge of the register."""

    name: str
    email: str
    phone: str | None = None


@dataclass(frozen=True)
class Processor:
    """Who handles the data for the salon; `transfer` is the tool of art. 44-49 where that is outside the EEA."""

    name: str
    task: str
    country: str
    transfer: str | None = None


@dataclass(frozen=True)
class Recipient:
    """Who is regularly given data, and so is told of rectifications and erasures (art. 19)."""

    name: str
    role: str


@dataclass(frozen=True)
class Place:
    """Where else the salon keeps client data."""

    name: str
    kind: str


@dataclass(frozen=True)
class Statement:
    """A promise that people keep."""

    text: str
    review: Period
