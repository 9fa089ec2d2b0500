"""Every reason can be said, and nothing is said that is no reason."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given

from policies.decide import decide
from policies.decisions import MarketingOutcome, MarketingVerdict, Outcome, Verdict
from policies.explain import SENTENCES, explain
from policies.facts import ClientFacts
from policies.marketing import MaySend
from policies.outlook import until
from policies.policy import CountedFrom, HoldKind, Policy
from policies.vocabulary import Category, Channel
from tests.policies.worlds import CLIENTS, DAYS, POLICIES

ROOT = Path(__file__).parents[2] / "policies"


@given(CLIENTS, POLICIES, DAYS)
def test_every_verdict_can_be_explained_with_all_its_dates(
    known: ClientFacts, policy: Policy, on: date
) -> None:
    decision = decide(known, policy, on)
    verdicts: list[Verdict | MarketingVerdict] = [*decision.verdicts, *decision.marketing]
    for verdict in verdicts:
        said = explain(verdict)
        assert said.msgid != SENTENCES["hand_hold"]
        for name in re.findall(r"%\((\w+)\)s", said.msgid):
            assert said.params[name] is not None, verdict


def test_every_sentence_belongs_to_a_reason_that_a_rule_can_give() -> None:
    source = "".join(
        path.read_text() for path in ROOT.glob("*.py") if path.stem not in {"explain", "outlook"}
    )
    made = {f"no_{word}" for word in CountedFrom} | set(HoldKind) | {"no_receipts"}
    by_hand = {"hand_hold", "restriction_request", "authority_request"}
    variants = {word for word in SENTENCES if word.split(".")[0] in {"bookkeeping", "period_running"}}
    for word in set(SENTENCES) - made - by_hand - variants:
        assert f'"{word}"' in source, word


@pytest.mark.parametrize("word", [*HoldKind, "restriction_request", "authority_request"])
def test_every_hold_has_a_sentence(word: str) -> None:
    verdict = Verdict(Category.IDENTITY, Outcome.HOLD, word)
    assert explain(verdict).msgid == SENTENCES[word]


def test_a_hold_of_somebodys_own_name_is_called_a_hold() -> None:
    assert explain(Verdict(Category.IDENTITY, Outcome.HOLD, "grandmother")).msgid == SENTENCES["hand_hold"]


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        (Verdict(Category.BILLING, Outcome.KEEP, "bookkeeping", due_on=date(2032, 1, 1)), "bookkeeping"),
        (Verdict(Category.BILLING, Outcome.KEEP, "bookkeeping"), "bookkeeping.undated"),
        (
            Verdict(Category.BILLING, Outcome.DETACH, "bookkeeping", due_on=date(2032, 1, 1)),
            "bookkeeping.parted",
        ),
        (Verdict(Category.BILLING, Outcome.DETACH, "bookkeeping"), "bookkeeping.parted.undated"),
        (Verdict(Category.NOTES, Outcome.KEEP, "period_running"), "period_running.uncounted"),
        (Verdict(Category.NOTES, Outcome.KEEP, "period_running", due_on=date(2032, 1, 1)), "period_running"),
    ],
)
def test_one_word_that_says_two_things_has_two_sentences(verdict: Verdict, word: str) -> None:
    assert explain(verdict).msgid == SENTENCES[word]


def test_the_accounting_acts_period_is_told_by_its_last_day() -> None:
    verdict = Verdict(Category.BILLING, Outcome.KEEP, "bookkeeping", due_on=date(2033, 1, 1))
    said = explain(verdict)
    assert said.msgid % said.params == (
        "Kept until 2032-12-31: the Accounting Act wants vouchers kept for six years."
    )
    assert until(verdict).msgid % until(verdict).params == "Until 2032-12-31."


def test_switches_and_the_gate_are_explained_too() -> None:
    switch = MarketingVerdict(Channel.EMAIL, MarketingOutcome.ASK, "marketing.unrecorded")
    assert explain(switch).msgid == SENTENCES["marketing.unrecorded"]
    assert explain(MaySend(False, "too_often")).msgid == SENTENCES["too_often"]


def test_nothing_is_called_anonymous_that_only_lost_its_identifiers() -> None:
    assert not any("anonym" in sentence.lower() for sentence in SENTENCES.values())
