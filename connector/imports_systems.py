"""Booking systems without an interface, by name: where each one's own manual says that its list is exported.

Only what documentation was found to say stands here (docs/dialects/by_hand.md). Of no system are the columns known.
"""

from dataclasses import dataclass

from connector.texts_words import N_
from policies.policy import Policy


@dataclass(frozen=True)
class System:
    """One booking system: its name, the words of its manual, and where that is. None: nothing was found."""

    name: str
    words: str | None = None
    manual: str | None = None


SYSTEMS = (
    System("Ajas", "Asiakkaat: Asiakkaiden vienti", "https://ohje.ajas.fi/"),
    System("Avoinna24"),
    System("Booksy"),
    System("Fresha"),
    System("Timma"),
    System("Treatwell"),
    System("Vello"),
)
#: what is said of one whose manual was not found
ASK = N_(
    "We have not found where its manual tells of it. Ask its customer service for the list of customers as a file."
)


def of(name: str | None) -> System | None:
    """The system that a salon's policy names, however it writes it; None where it is none of these."""
    said = (name or "").casefold()
    return next((one for one in SYSTEMS if one.name.casefold() in said), None)


def named_by(policy: Policy | None) -> str | None:
    """The booking system as the salon's policy calls it; None where it names none."""
    processors = () if policy is None else policy.processors
    return next((one.name for one in processors if one.task == "booking_platform"), None)
