"""The jobs that follow from verdicts."""

from datetime import date

import pytest

from policies.decide import decide
from policies.decisions import JobKind, Outcome, Verdict
from policies.facts import Activity
from policies.proposals import of_verdicts
from tests.policies.cases import ACCOUNTS, C, facts

E, K, H, A, D = Outcome.ERASE, Outcome.KEEP, Outcome.HOLD, Outcome.ANONYMISE, Outcome.DETACH


def kinds(*outcomes: Outcome, comes_back: bool = False) -> list[JobKind]:
    """The kinds of job for these outcomes, one category each."""
    verdicts = tuple(Verdict(category, each, "because") for category, each in zip(C, outcomes, strict=False))
    return [job.kind for job in of_verdicts(verdicts, comes_back=comes_back)]


@pytest.mark.parametrize(
    ("outcomes", "job"),
    [
        ((E, E), JobKind.ERASE),
        ((E, D), JobKind.DETACH),
        ((E, A), JobKind.ANONYMISE),
        ((E, A, D), JobKind.ANONYMISE),
        ((E, K), JobKind.ERASE_CATEGORIES),
        ((E, H), JobKind.ERASE_CATEGORIES),
        ((E, Outcome.ASK), JobKind.ERASE_CATEGORIES),
        ((E, A, K), JobKind.ERASE_CATEGORIES),
        ((E, D, H), JobKind.ERASE_CATEGORIES),
    ],
)
def test_verdicts_become_one_job(outcomes: tuple[Outcome, ...], job: JobKind) -> None:
    assert kinds(*outcomes) == [job]


@pytest.mark.parametrize("outcomes", [(), (K,), (H,), (A, K), (D, K), (A, D), (A,), (Outcome.ASK, K)])
def test_where_nothing_is_to_be_erased_there_is_no_job(outcomes: tuple[Outcome, ...]) -> None:
    assert kinds(*outcomes) == []


@pytest.mark.parametrize("outcomes", [(E, E), (E, D), (E, A)])
def test_who_comes_back_is_never_erased_whole(outcomes: tuple[Outcome, ...]) -> None:
    assert kinds(*outcomes, comes_back=True) == [JobKind.ERASE_CATEGORIES]


def test_a_category_of_which_entries_stay_does_not_make_an_erasure_whole() -> None:
    some = Verdict(C.HEALTH, E, "entries_over", before=date(2025, 1, 1))
    whole = Verdict(C.IDENTITY, E, "period_over")
    (job,) = of_verdicts((whole, some), comes_back=False)
    assert (job.kind, job.verdicts) == (JobKind.ERASE_CATEGORIES, (whole, some))
    assert job.because == ("entries_over", "period_over")


def test_only_what_goes_stands_in_a_job_about_categories() -> None:
    gone, kept = Verdict(C.NOTES, E, "period_over"), Verdict(C.IDENTITY, K, "period_running")
    (job,) = of_verdicts((kept, gone), comes_back=False)
    assert job.verdicts == (gone,)


def test_visits_become_statistics_and_vouchers_stay_when_a_client_goes() -> None:
    known = facts(C.IDENTITY, C.VISITS, C.BILLING, receipts=(date(2025, 3, 1),))
    (job,) = decide(known, ACCOUNTS, date(2027, 3, 1)).proposals
    assert (job.kind, job.keep) == (JobKind.ANONYMISE, frozenset({C.BILLING}))
    assert {v.category: v.outcome for v in job.verdicts} == {C.IDENTITY: E, C.VISITS: A, C.BILLING: D}


def test_what_was_made_anonymous_makes_no_second_job() -> None:
    known = facts(C.VISITS, C.BILLING, receipts=(date(2025, 3, 1),))
    assert decide(known, ACCOUNTS, date(2027, 3, 1)).proposals == ()


def test_who_asks_is_erased_and_not_made_anonymous() -> None:
    known = facts(
        C.IDENTITY,
        C.VISITS,
        erasure_requested_on=date(2025, 4, 1),
        activity={Activity.VISIT: date(2025, 3, 1)},
    )
    assert [job.kind for job in decide(known, ACCOUNTS, date(2025, 4, 1)).proposals] == [JobKind.ERASE]


def test_a_code_is_asked_for_what_destroys_and_for_what_gives_details_away() -> None:
    coded = {kind for kind in JobKind if kind.needs_code}
    assert coded == {kind for kind in JobKind if kind.is_destructive} | {JobKind.EXPORT}
    assert not JobKind.EXPORT.is_destructive
