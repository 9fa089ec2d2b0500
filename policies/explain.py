"""A verdict as a sentence for the owner: a reason word becomes a msgid and its parameters.

The words themselves are English msgids; `connector/texts.py` says them in Finnish, Swedish and English.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policies.decisions import MarketingVerdict, Outcome, Verdict
from policies.marketing import MaySend

#: what a parameter of a sentence can be; dates are written out by whoever knows the language
Parameter = str | date | None

#: every reason word that `decide` can give, as a sentence
SENTENCES: Mapping[str, str] = {
    # kept
    "period_running": "Kept until %(due_on)s, counted from %(anchor)s.",
    "period_running.uncounted": "Too young to be due before %(changes_on)s, whatever date is missing.",
    "waits_for_purge_day": "Due since %(due_on)s; erased on the next purge day, %(changes_on)s.",
    "bookkeeping": "Kept until %(kept_until)s: the Accounting Act wants vouchers kept for six years.",
    "bookkeeping.undated": "Kept: the Accounting Act wants vouchers kept, and no receipt has been told of.",
    "patient_record": "Left alone: patient records follow a law of their own.",
    # due
    "period_over": "The period ended on %(due_on)s, counted from %(anchor)s.",
    "entries_over": "Entries from before %(before)s are older than was promised.",
    "bookkeeping_over": "The period of the Accounting Act ended on %(kept_until)s.",
    "erasure_requested": "The customer asked for erasure on %(anchor)s.",
    "account_closed": "The customer closed the account on %(anchor)s, which counts as a request for erasure.",
    "consent_withdrawn": "The last consent that this rested on was withdrawn on %(anchor)s.",
    "service_refused": "The customer refused a record on %(anchor)s.",
    "door_customer": "A door customer since %(anchor)s: nobody recorded a consent to a record by %(due_on)s.",
    "bookkeeping.parted": "Stays in the bookkeeping until %(kept_until)s, parted from the customer.",
    "bookkeeping.parted.undated": "Stays in the bookkeeping, parted from the customer.",
    # held
    "open_invoice": "Due, but an invoice is open.",
    "debt_collection": "Due, but an invoice is in debt collection.",
    "legal_claim": "Due, but needed for a legal claim.",
    "future_booking": "Due, but the customer has a booking ahead.",
    "prepaid_value": "Due, but the customer has a gift card or a series card with value left.",
    "restriction_request": "Due, but the customer asked that it be kept and not used.",
    "authority_request": "Due, but an authority asked for it.",
    "hand_hold": "Due, but a person put a hold on it.",
    # asked
    "held_not_told": "The booking system has not told what it holds of this customer.",
    "no_rule": "The policy has no rule for this.",
    "no_receipts": "No receipt has been told of, so the Accounting Act's period cannot be counted.",
    "no_last_activity": "No activity has been told of, so the period cannot be counted.",
    "no_last_visit": "No visit has been told of, so the period cannot be counted.",
    "no_relationship_end": "No sign of the customer has been told of, so the period cannot be counted.",
    "no_collected": "It has not been told when this was collected, so the period cannot be counted.",
    "no_each_entry": "It has not been told how old the entries are, so the period cannot be counted.",
    "no_raffle_draw": "No raffle has been told of, so the period cannot be counted.",
    "no_account_closed": "The period would start when the account is closed, and there is no other rule.",
    "no_case_closed": "The period would start when the case is closed, and there is no other rule.",
    "no_created_on": "It has not been told when the customer came, so the days to ask for consent cannot be counted.",
    "service_unknown": "Came at the door or by telephone before Ovikello did; no consent to a record is known.",
    "perhaps_visited": "Due, but a list that is not clear may tell of a visit as late as %(anchor)s.",
    "profession_unknown": "The policy does not say yet whether these are patient records.",
    # marketing
    "marketing.no": "The customer said no.",
    "marketing.consent": "The customer said yes.",
    "marketing.unrecorded": "It is switched on, and no record says that the customer agreed.",
    "marketing.owner_switches_off": "Nothing recent shows that the customer agreed; the owner wants it off.",
    "marketing.owner_keeps": "Nothing recent shows that the customer agreed; the owner looked at it and left it on.",
    "marketing.reconfirm": "The customer said yes so long ago that the policy wants it confirmed.",
    "marketing.not_forbidden": "Post is allowed until the customer forbids it.",
    "marketing.soft_opt_in": "An existing customer, who may be written to about similar services until they say no.",
    # the gate before a message
    "waits_for_merge": "The record was merged into another that has not been told of yet.",
    "purpose_not_in_policy": "The policy knows no such purpose.",
    "switched_off": "The customer's switch is off.",
    "too_often": "The customer has had as many of these as the policy promises at most.",
}


@dataclass(frozen=True)
class Explanation:
    """A sentence to be said in the reader's language, and what goes into it."""

    msgid: str
    params: Mapping[str, Parameter]


def explain(verdict: Verdict | MarketingVerdict | MaySend) -> Explanation:
    """The reason for a verdict; a hold that somebody gave a name of their own is called a hold."""
    if not isinstance(verdict, Verdict):
        return Explanation(SENTENCES[verdict.because], {})
    params = {
        "anchor": verdict.anchor,
        "due_on": verdict.due_on,
        "kept_until": verdict.kept_until,
        "changes_on": verdict.changes_on,
        "before": verdict.before,
    }
    return Explanation(SENTENCES.get(_word(verdict), SENTENCES["hand_hold"]), params)


def _word(verdict: Verdict) -> str:
    """The reason word, more closely where one word says two things."""
    word = verdict.because
    if word == "bookkeeping" and verdict.outcome is Outcome.DETACH:
        word += ".parted"
    if verdict.due_on is None and word.startswith("bookkeeping"):
        word += ".undated"
    if verdict.due_on is None and word == "period_running":
        word += ".uncounted"
    return word
