"""Until when a category stays, and what would change that: the two questions that follow on a reason. Pure.

The words are English msgids as in `explain`; `connector/texts.py` says them in Finnish, Swedish and English.
"""

import re
from collections.abc import Mapping

from policies.decisions import Outcome, Verdict
from policies.explain import Explanation
from policies.policy import CountedFrom, KeepRule, Policy

#: how long a category stays, by what is known of its end
UNTIL: Mapping[str, str] = {
    "day": "Until %(due_on)s.",
    "law_day": "Until %(kept_until)s.",
    "purge_day": "Until %(due_on)s; it goes on the purge day after that, %(changes_on)s.",
    "next_purge_day": "Until the next purge day, %(changes_on)s.",
    "at_least": "Until %(changes_on)s at the least.",
    "law": "For as long as the law asks.",
    "hold_ends": "Until %(changes_on)s, unless something else holds it back then.",
    "hold": "Until what holds it back is over.",
    "word": "Until you approve that it goes.",
    "old_entries": "What is from before %(before)s: until you approve that it goes. The rest stays.",
    "unknown": "We do not guess a day, so nothing is proposed.",
}

#: reason word, or what a period is counted from → what would change the verdict
CHANGES: Mapping[str, str] = {
    # counted: the word is what from
    CountedFrom.LAST_ACTIVITY: "A new booking or visit: the time starts anew.",
    CountedFrom.RELATIONSHIP_END: "A new booking or visit: the time starts anew.",
    CountedFrom.LAST_VISIT: "A new visit: the time starts anew.",
    CountedFrom.COLLECTED: "Nothing but time: it is counted from when it was written down, whatever visits follow.",
    CountedFrom.EACH_ENTRY: "Nothing but time: each entry has its own day, whatever visits follow.",
    CountedFrom.RAFFLE_DRAW: "Nothing but time, or a new raffle entry.",
    CountedFrom.ACCOUNT_CLOSED: "A user account that the customer opens again.",
    CountedFrom.CASE_CLOSED: "The matter being taken up again.",
    "uncounted": "The missing date: when the booking system tells it, the time is counted from that.",
    # the law
    "bookkeeping": "Nothing makes it shorter: the law goes before your own rules. A new receipt makes it longer.",
    "bookkeeping_over": "A new receipt.",
    "patient_record": "Nothing here: the law on patient records decides.",
    # a customer's own word
    "erasure_requested": "The customer taking the request back, or something that must be kept: an open invoice, say.",
    "account_closed": "A user account that the customer opens again.",
    "consent_withdrawn": "A new permission from the customer.",
    "service_refused": "A new permission from the customer.",
    "door_customer": "A permission to keep the details, written down in the booking system.",
    # held
    "open_invoice": "A payment or a credit note: it is judged again in the night after that.",
    "debt_collection": "The end of the debt collection: it is judged again in the night after that.",
    "legal_claim": "The end of the matter: then end the hold here.",
    "future_booking": "The booking: once it is over the time starts anew, and if it is called off this goes.",
    "prepaid_value": "The card being used up or running out.",
    "restriction_request": "The end of the matter. The customer is told before their details are used again.",
    "authority_request": "The end of the matter: then end the hold here.",
    "hand_hold": "You: end the hold when it is no longer needed.",
    # asked
    "held_not_told": "The booking system: when it tells what it holds, this is judged.",
    "no_rule": "A rule: tell whoever installed Ovikello what you need this for, and for how long.",
    "no_account_closed": "The closing of the user account, or another rule.",
    "no_case_closed": "The end of the matter, or another rule.",
    "no_date": "The booking system: when it tells the missing date, the time is counted from that.",
    "service_unknown": "A permission to keep the details, written down in the booking system, or a no.",
    "perhaps_visited": "A list that tells clearly when the customer was there.",
    "profession_unknown": "Your profession: your rules do not say it yet.",
}

#: words of a period: what it is counted from says more than they do
_COUNTED = frozenset({"period_running", "waits_for_purge_day", "period_over", "entries_over"})
_RULE = re.compile(r"[a-z_]+\[(\d+)\]")


def until(verdict: Verdict) -> Explanation:
    """Until when the category stays as it is, as far as anybody knows."""
    dates = {
        "due_on": verdict.due_on,
        "kept_until": verdict.kept_until,
        "changes_on": verdict.changes_on,
        "before": verdict.before,
    }
    return Explanation(UNTIL[_end(verdict)], dates)


def would_change(verdict: Verdict, policy: Policy) -> Explanation:
    """What would have to happen for the verdict to be another one."""
    return Explanation(CHANGES[_cause(verdict, policy)], {})


def rule_behind(verdict: Verdict, policy: Policy) -> KeepRule | None:
    """The rule of the policy's file that a verdict's period follows; None where it follows none of them."""
    found, rule = _RULE.fullmatch(verdict.rule or ""), policy.categories.get(verdict.category)
    if found is None or rule is None or int(found[1]) >= len(rule.keep):
        return None
    return rule.keep[int(found[1])]


def _end(verdict: Verdict) -> str:
    if verdict.outcome is Outcome.ASK:
        return "unknown"
    if verdict.outcome is Outcome.HOLD:
        return "hold" if verdict.changes_on is None else "hold_ends"
    is_parted = verdict.outcome is Outcome.DETACH and verdict.because == "bookkeeping"
    if verdict.outcome is not Outcome.KEEP and not is_parted:
        return "word" if verdict.before is None else "old_entries"
    if verdict.because == "waits_for_purge_day":
        return "next_purge_day"
    if verdict.due_on is None:
        return "law" if verdict.changes_on is None else "at_least"
    if verdict.because == "bookkeeping":
        return "law_day"
    is_later = verdict.changes_on is not None and verdict.changes_on > verdict.due_on
    return "purge_day" if is_later else "day"


def _cause(verdict: Verdict, policy: Policy) -> str:
    if verdict.because in _COUNTED:
        return _counted_from(verdict, policy)
    if verdict.because in CHANGES:
        return verdict.because
    return "no_date" if verdict.outcome is Outcome.ASK else "hand_hold"


def _counted_from(verdict: Verdict, policy: Policy) -> str:
    """What the period of a verdict is counted from: a date of a rule of the file, or a customer's own word."""
    keep, name = rule_behind(verdict, policy), verdict.rule or ""
    if keep is None:
        return name if name in CHANGES else "uncounted"
    return "bookkeeping_over" if keep.counted_from is None else keep.counted_from
