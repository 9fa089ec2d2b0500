"""What stays out of reach is said on a job's page, and a dialect has no word for it that the page does not know."""

from dataclasses import replace

import pytest

from connector.console import elsewhere
from connector.jobs import Listed
from connector.salons import Account
from policies.decisions import JobKind
from tests.connector.booking import Story, record
from webhooks.dialect import fit
from webhooks.registry import DIALECTS


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_everything_out_of_a_dialects_reach_has_a_sentence_and_a_line_in_its_page(name: str) -> None:
    assert set(DIALECTS[name].out_of_reach) <= set(elsewhere.SAID)


def test_whichever_way_a_salon_erases_at_phorest_what_stays_has_a_sentence(
    salon: Account, listed: Listed
) -> None:
    settings = {"business": "b", "branches": "k"}
    for way, word in (("by_hand", "erased_mark"), ("empty", "erased_shell")):
        account = replace(salon, dialect=fit(DIALECTS["phorest"], settings | {"erase": way}))
        erased = elsewhere.of(account, listed)
        assert elsewhere.SAID[word] in erased
        assert len(erased) == 4
        assert elsewhere.of(account, replace(listed, kind=JobKind.ANONYMISE)) == erased[:3]


@pytest.fixture
def listed(story: Story) -> Listed:
    """A job that waits."""
    story.there_is(record("c-1"))
    job = story.job_for("c-1")
    return next(one for one in story.listed() if one.job == job)


def test_an_erasure_leaves_less_behind_than_an_anonymisation(salon: Account, listed: Listed) -> None:
    account = replace(salon, dialect=DIALECTS["easyappointments"])
    erased = elsewhere.of(account, listed)
    assert len(erased) == 3
    assert elsewhere.of(account, replace(listed, kind=JobKind.ANONYMISE))[:3] == erased
    assert len(elsewhere.of(account, replace(listed, kind=JobKind.ANONYMISE))) == 6
    assert elsewhere.of(account, replace(listed, kind=JobKind.MARKETING_OFF)) == ()
    assert elsewhere.of(salon, listed) == ()
