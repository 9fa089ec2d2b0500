"""What a customer's page says, part by part: categories and their tags, marketing, a time line, holds. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from connector.facts_history import Answered, Asked, Decided, History
from connector.jobs import Listed
from connector.jobs_requests import ANSWERED_BY, ENDED, wants_answer
from connector.texts_words import N_
from policies import consents, deadlines, holds, outlook
from policies.decisions import Decision, MarketingOutcome, Outcome, Verdict
from policies.explain import SENTENCES, Explanation, explain
from policies.facts import ClientFacts
from policies.holds import HandKind, Hold
from policies.marketing import MARKETING
from policies.policy import KeepRule, Policy
from policies.vocabulary import Category, Channel
from webhooks.events import Right

_BY_LAW = frozenset({"bookkeeping", "patient_record"})
_READY, _OLD = N_("Ready to be erased"), N_("The old ones are ready to be erased")
_WAITS, _ASKED, _LAW, _STAYS = N_("Waits"), N_("Asked of you"), N_("Kept by law"), N_("Stays")


@dataclass(frozen=True)
class Kept:
    """Categories of which the same is so: a tag (with its class), why, until when, and what would change it.

    Why something stays is what was promised, and since when that is counted; there is none where something else says.
    """

    categories: tuple[Category, ...]
    tag: str
    look: str
    why: Explanation
    until: Explanation
    change: Explanation
    promise: KeepRule | None
    since: date | None


@dataclass(frozen=True)
class Switch:
    """One channel: whether the switch is on, and why (a sentence) where that is judged."""

    channel: Channel
    is_on: bool
    why: Explanation | None


@dataclass(frozen=True)
class Marketing:
    """By which channels the customer said no, and every switch that the booking system told of."""

    noes: tuple[Channel, ...]
    switches: tuple[Switch, ...]

    @property
    def is_all(self) -> bool:
        """Whether the no is to all of it."""
        return len(self.noes) == len(Channel)


@dataclass(frozen=True)
class Open:
    """A request, until when the law wants it answered, and how many days are left."""

    right: Right
    received_on: date
    answer_by: date
    left: int


def sums_up(facts: ClientFacts, decision: Decision | None) -> str:
    """How the customer stands, as one sentence (a msgid)."""
    if facts.waits_for_merge:
        return N_(
            "The booking system says that this customer was joined with another, and has not said which."
        )
    if decision is None:
        return N_("Your rules are not in force yet, so nothing is judged.")
    outcomes = {verdict.outcome for verdict in decision.verdicts if not _is_by_law(verdict)}
    is_due = bool(outcomes & {Outcome.ERASE, Outcome.ANONYMISE, Outcome.DETACH})
    if is_due and outcomes & {Outcome.HOLD, Outcome.ASK, Outcome.KEEP}:
        return N_("Some of the details are ready to be erased, and the rest stays for now.")
    if is_due:
        return N_("The details are ready to be erased.")
    if Outcome.HOLD in outcomes:
        return N_("Something is due, and is held back for now.")
    if any(one.by_no and one.outcome is MarketingOutcome.SWITCH_OFF for one in decision.marketing):
        return N_("The customer said no to marketing, and it is still on in the booking system.")
    if Outcome.ASK in outcomes or any(one.outcome is MarketingOutcome.ASK for one in decision.marketing):
        return N_("Something about this customer is not known, so it is asked of you.")
    return N_("Everything is as you have promised.")


def kept(decision: Decision | None, policy: Policy) -> list[Kept]:
    """Every category, those alike together; what is ready to go comes first."""
    alike: dict[tuple[object, ...], list[Verdict]] = {}
    for one in decision.verdicts if decision is not None else ():
        said = (explain(one), outlook.until(one), outlook.would_change(one, policy))
        texts = ((sentence.msgid, tuple(sentence.params.items())) for sentence in said)
        key = (_tag(one), *_how_long(one, policy), *texts)
        alike.setdefault(key, []).append(one)
    cards = [_kept(verdicts, policy) for verdicts in alike.values()]
    return sorted(cards, key=lambda card: _ORDER.index(card.tag))


def marketing(facts: ClientFacts, decision: Decision | None) -> Marketing:
    """What may be sent, as far as it was told."""
    judged = {verdict.channel: verdict for verdict in (decision.marketing if decision is not None else ())}
    noes = tuple(channel for channel in Channel if _says_no(facts, channel))
    return Marketing(
        noes,
        tuple(
            Switch(channel, is_on, explain(judged[channel]) if channel in judged else None)
            for channel, is_on in sorted(facts.switches.items())
        ),
    )


def timeline(history: History) -> list[Answered | Asked | Decided]:
    """What was said and asked, the newest first."""
    return sorted((*history.answers, *history.requests, *history.decided), key=_when, reverse=True)


def open_requests(history: History, theirs: Sequence[Listed], today: date, zone: tzinfo) -> list[Open]:
    """Requests that the law wants answered within a month.

    A no to marketing wants no answer, and what was done since, or was turned down, is one. Some are answered in words,
    which nobody can see here: those leave this list a month after their last day, and stay in the time line.
    """
    found = []
    for one in history.requests:
        on = one.received_at.astimezone(zone).date()
        by = deadlines.answer_by(on)
        request = Open(one.right, on, by, (by - today).days)
        if wants_answer(one.right, on, today) and not any(_answers(job, one) for job in theirs):
            found.append(request)
    return found


def holds_by_themselves(facts: ClientFacts, policy: Policy, today: date) -> Sequence[Hold]:
    """The holds that nobody opened by hand here: they end with what they rest on."""
    by_hand = {hand.kind for hand in facts.hand_holds}
    return [hold for hold in holds.open_on(facts, policy, today) if hold.name not in by_hand]


def why_held(name: str) -> str:
    """A hold's reason, as a msgid."""
    return SENTENCES.get(name, SENTENCES[HandKind.OTHER])


_ORDER = (_READY, _OLD, _WAITS, _ASKED, _STAYS, _LAW)
_LOOKS: Mapping[str, str] = {_READY: "good", _OLD: "good"}


def _kept(verdicts: Sequence[Verdict], policy: Policy) -> Kept:
    first, tag = verdicts[0], _tag(verdicts[0])
    return Kept(
        categories=tuple(one.category for one in verdicts),
        tag=tag,
        look=_LOOKS.get(tag, "info"),
        why=explain(first),
        until=outlook.until(first),
        change=outlook.would_change(first, policy),
        promise=_promise(first, policy),
        since=first.anchor,
    )


def _promise(verdict: Verdict, policy: Policy) -> KeepRule | None:
    """The rule by which a period runs that was counted from a day."""
    is_counted = verdict.because == "period_running" and verdict.anchor is not None
    return outlook.rule_behind(verdict, policy) if is_counted else None


def _how_long(verdict: Verdict, policy: Policy) -> tuple[object, ...]:
    promise = _promise(verdict, policy)
    return () if promise is None else (promise.lasts, promise.counted_from)


def _tag(verdict: Verdict) -> str:
    if _is_by_law(verdict):
        return _LAW
    if verdict.outcome in {Outcome.ERASE, Outcome.ANONYMISE, Outcome.DETACH}:
        return _READY if verdict.before is None else _OLD
    return {Outcome.HOLD: _WAITS, Outcome.ASK: _ASKED}.get(verdict.outcome, _STAYS)


def _is_by_law(verdict: Verdict) -> bool:
    return verdict.because in _BY_LAW and verdict.outcome in {Outcome.KEEP, Outcome.DETACH}


def _answers(job: Listed, asked: Asked) -> bool:
    is_answer = job.state in ENDED and job.kind in ANSWERED_BY.get(asked.right, ())
    return is_answer and job.moved_at >= asked.received_at


def _says_no(facts: ClientFacts, channel: Channel) -> bool:
    said = (consents.on_channel(facts, purpose, channel) for purpose in MARKETING)
    return any(answer is not None and answer.answer.is_no for answer in said)


def _when(one: Answered | Asked | Decided) -> datetime:
    return one.received_at if isinstance(one, Asked) else one.at
