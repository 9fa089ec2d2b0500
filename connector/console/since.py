"""The day behind a job, and what happened on it, in a few words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from connector import jobs_requests
from connector.console import counted_from
from connector.jobs import Listed
from connector.texts_words import N_
from policies import deadlines, outlook
from policies.decisions import Verdict
from policies.policy import Policy
from policies.statutes import VOUCHERS, vouchers_free_on
from policies.vocabulary import Category

_BECAUSE: Mapping[str, str] = {
    "erasure_requested": N_("asked on %(day)s"),
    "account_closed": N_("closed the account on %(day)s"),
    "consent_withdrawn": N_("took it back on %(day)s"),
    "service_refused": N_("said no on %(day)s"),
    "door_customer": N_("came on %(day)s"),
    "entries_over": N_("the oldest from %(day)s"),
}
_ASKED = jobs_requests.BY_DEED | {"erasure_requested"}
_ELSE = N_("counted from %(day)s")


@dataclass(frozen=True)
class Since:
    """What happened (a msgid), and when."""

    msgid: str
    day: date

    @property
    def params(self) -> Mapping[str, object]:
        """What stands in the sentence's places."""
        return {"day": self.day}


def of(job: Listed, policy: Policy | None) -> Since | None:
    """What a job's time was counted from: of the customer as a whole, where that goes; None where it has no day."""
    if job.content.asked_on is not None:
        return Since(_BECAUSE["erasure_requested"], job.content.asked_on)
    going = sorted(job.content.going, key=lambda verdict: verdict.category is not Category.IDENTITY)
    verdict = next((one for one in going if one.anchor is not None), None)
    if verdict is None or verdict.anchor is None:
        return None
    return Since(_BECAUSE.get(verdict.because) or _of_rule(verdict, policy), verdict.anchor)


def answer_by(job: Listed) -> date | None:
    """Until when a customer's request has to be answered; None where its day is not known."""
    if job.content.asked_on is not None:
        return deadlines.answer_by(job.content.asked_on)
    asked = [verdict.anchor for verdict in job.content.going if verdict.because in _ASKED and verdict.anchor]
    return deadlines.answer_by(min(asked)) if asked else None


def books_until(jobs: Iterable[Listed], policy: Policy | None) -> date | None:
    """The last day on which the Accounting Act keeps any of what these leave in the books; None where none is dated."""
    if policy is None:
        return None
    kept = [
        verdict for job in jobs for verdict in job.content.verdicts if verdict.category in job.content.keep
    ]
    receipts = tuple(one.anchor for one in kept if one.category in VOUCHERS and one.anchor is not None)
    free_on = vouchers_free_on(receipts, policy.bookkeeping)
    return None if free_on is None else free_on - timedelta(days=1)


def _of_rule(verdict: Verdict, policy: Policy | None) -> str:
    keep = None if policy is None else outlook.rule_behind(verdict, policy)
    return _ELSE if keep is None or keep.counted_from is None else counted_from.SAID[keep.counted_from].day
