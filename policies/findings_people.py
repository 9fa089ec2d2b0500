"""Findings of law about who is who, how people may ask, and the words that would be published."""

import re
from collections.abc import Callable, Iterator

from policies.finding import LawFinding, poor, unlawful
from policies.policy import Policy

#: the European Economic Area
EEA = frozenset(
    {"AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE"}
    | {"IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK"}
)
_REPEALED = re.compile(r"henkilötietola[ik]|523/1999|\bhetil\b|rekisteriselost", re.IGNORECASE)
_BY_USE = re.compile(r"käyttämällä[^.]*hyväksy|använda[^.]*godkänner|by using[^.]*accept", re.IGNORECASE)
_COOKIES = re.compile(r"google analytics|analytiik", re.IGNORECASE)
_LEFTOVER = re.compile(
    r"…|\.\.\.|\?\s*$|\bxxx+|\btodo\b|täydennä|\(s-postiosoite\)|\[[^\]]*\]", re.IGNORECASE
)


def _wording(policy: Policy) -> Iterator[LawFinding]:
    texts = [statement.text for statement in policy.statements]
    reasons = {keep.because for rule in policy.categories.values() for keep in rule.keep}
    for text in sorted({*texts, *reasons}):
        if _REPEALED.search(text):
            yield poor("W-01", "A law is cited that was repealed on 1 January 2019.", "1050/2018 37 §")
        if _BY_USE.search(text):
            yield unlawful("W-04", "To use the service is no consent.", "GDPR 4(11), 7(2), recital 32")
        if _COOKIES.search(text):
            yield poor(
                "W-13",
                "Analytics needs consent beforehand; to switch it off is not enough.",
                "917/2014 205 §",
            )
        if _LEFTOVER.search(text):
            yield poor("W-15", "A sentence looks like one that was never filled in.", "GDPR 12(1)")
    of_controller = policy.controller
    for text in (of_controller.name, of_controller.address, policy.contact.name, policy.register):
        if _LEFTOVER.search(text):
            yield unlawful(
                "W-15", "The controller, contact or register was never filled in.", "GDPR 13(1)(a)"
            )


def _asking(policy: Policy) -> Iterator[LawFinding]:
    ways = set(policy.requests.identity)
    if ways == {"in_person"}:
        yield unlawful("W-07", "Requests could be made at a visit only.", "GDPR 12(2), 12(3)")
    if "signature" in ways:
        found = unlawful if ways == {"signature"} else poor
        yield found(
            "W-06",
            "A signature that can be compared with nothing shows nobody who asks.",
            "GDPR 12(2), 12(6); TSV 6097/161/21",
        )


def _helpers(policy: Policy) -> Iterator[LawFinding]:
    if not any(processor.task == "booking_platform" for processor in policy.processors):
        yield unlawful("W-12", "No processor is the booking platform.", "GDPR 28, 13(1)(e)")
    if any(recipient.role == "booking_platform" for recipient in policy.recipients):
        yield poor("W-12", "The booking platform is a processor, not a recipient.", "GDPR 4(7)-(8), 28(10)")
    if not any(processor.task == "hosting" for processor in policy.processors):
        yield poor("W-12", "Nobody is named who hosts Ovikello, unless the salon does so itself.", "GDPR 28")
    for processor in policy.processors:
        if processor.country not in EEA and processor.transfer is None:
            yield unlawful(
                "W-14", f"{processor.name} is outside the EEA, and no transfer tool is named.", "GDPR 44-49"
            )
    if not policy.sources:
        yield poor("W-17", "Nothing says where the data comes from.", "GDPR 14(2)(f)")


CHECKS: tuple[Callable[[Policy], Iterator[LawFinding]], ...] = (_wording, _asking, _helpers)
