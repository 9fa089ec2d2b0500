"""Reads what a policy file promises beside retention: marketing, requests, approval, own records, the door customer."""

import re
from fractions import Fraction

from policies.decisions import JobKind
from policies.periods import Period
from policies.policy import (
    AccountClosed,
    Approval,
    Breach,
    DoorCustomer,
    Frequency,
    Marketing,
    OwnRecords,
    Professional,
    Requests,
    Unrecorded,
)
from policies.reading_people import languages
from policies.tables import Table
from policies.vocabulary import Purpose

#: how a person may show who they are (law.md 6.1)
IDENTITY = ("account", "known_contact", "in_person", "strong_identification", "signature")
_WORD = {"owner": False, "automatic": True}


def professional(table: Table) -> Professional:
    """Whether a registered health professional gives the treatments."""
    found = table.word("professional", Professional)
    table.done()
    return found


def door_customer(table: Table) -> DoorCustomer:
    """The door customer's rules; they do not apply where the file says nothing."""
    found = DoorCustomer(
        applies=table.flag("applies", False),
        grace=table.period("grace", DoorCustomer.grace),
        own_account_is_consent=table.flag("own_account_is_consent", True),
    )
    table.done()
    return found


def marketing(table: Table) -> Marketing:
    """Who may be written to, and how often."""
    limits = table.table("max_frequency", optional=True)
    found = Marketing(
        soft_opt_in=table.flag("soft_opt_in", False),
        max_frequency={
            purpose: limits.needed(purpose, _frequency, 'Write "1 per month" or "1 per P14D".', Frequency(1))
            for purpose in Purpose
            if purpose in limits.content
        },
        unrecorded=table.word("unrecorded", Unrecorded),
        reconfirm_after=table.maybe_period("reconfirm_after"),
    )
    limits.taken.update(Purpose)
    limits.done()
    table.done()
    return found


def requests(table: Table) -> Requests:
    """How the salon answers those who ask for their rights."""
    identity = table.texts("identity")
    if unknown := [way for way in identity if way not in IDENTITY]:
        table.wrong("identity", f'"{unknown[0]}" is not known.', f"Known are: {', '.join(IDENTITY)}.")
    found = Requests(
        identity=identity,
        copies_per_year=table.number("copies_per_year", 2),
        languages=languages(table),
        account_closed=table.word("account_closed", AccountClosed),
    )
    table.done()
    return found


def approval(table: Table) -> Approval:
    """What needs the owner's word; a kind that is not named needs it."""
    right = 'Write "owner" or "automatic".'
    automatic = frozenset(kind for kind in JobKind if table.parsed(kind, _is_automatic, right, False))
    found = Approval(
        automatic=automatic,
        mass_limit=table.parsed(
            "mass_limit", _share, 'A share of the register above 0 %, such as "25%".', Approval.mass_limit
        ),
        expires=table.whole_days("expires", Approval.expires),
    )
    table.done()
    return found


def breach(table: Table) -> Breach:
    """When those concerned are told of the countermeasures."""
    found = Breach(table.period("second_notice_within", Breach.second_notice_within))
    table.done()
    return found


def own_records(table: Table) -> OwnRecords:
    """What Ovikello itself keeps, and how long."""
    found = OwnRecords(
        quarantine=table.whole_days("quarantine", OwnRecords.quarantine),
        request_files=table.whole_days("request_files", OwnRecords.request_files),
        evidence=table.whole_days("evidence", OwnRecords.evidence),
        suppression=table.parsed(
            "suppression", _while_needed, 'Write "while_needed", or a period such as "P10Y".', None
        ),
    )
    table.done()
    return found


def _frequency(text: str) -> Frequency:
    found = re.fullmatch(r"([1-9]\d{0,2}) per (month|P.+)", text, re.ASCII)
    if found is None:
        raise ValueError("not a frequency")
    per = None if found[2] == "month" else Period.parse(found[2])
    if per == Period():
        raise ValueError("not a frequency")
    return Frequency(int(found[1]), per)


def _is_automatic(text: str) -> bool:
    try:
        return _WORD[text]
    except KeyError:
        raise ValueError("neither") from None


def _share(text: str) -> Fraction:
    found = re.fullmatch(r"(\d{1,3}(?:\.\d{1,2})?) ?%", text, re.ASCII)
    share = Fraction(found[1]) / 100 if found else Fraction(0)
    if not 0 < share <= 1:
        raise ValueError("not a share")
    return share


def _while_needed(text: str) -> Period | None:
    return None if text == "while_needed" else Period.parse(text)
