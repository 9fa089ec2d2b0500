"""What stays out of reach is said on a job's page, and a dialect has no word for it that the page does not know."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlmodel import col

from connector import database
from connector.console import elsewhere
from connector.jobs import Listed
from connector.salons import Account
from connector.tables import Salon
from policies.decisions import JobKind, Outcome, Verdict
from policies.vocabulary import Category
from tests.builders import NOON
from tests.connector.booking import Story, record
from tests.connector.console.visitor import Visitor, text_of
from webhooks.dialect import fit
from webhooks.events import InvoiceChanged, InvoiceState
from webhooks.registry import DIALECTS

MAILS = {"appointment_notes": "with_mails"}


@pytest.mark.parametrize("name", sorted(DIALECTS))
def test_everything_out_of_a_dialects_reach_has_a_sentence_and_a_line_in_its_page(name: str) -> None:
    assert set(DIALECTS[name].out_of_reach) <= set(elsewhere.SAID)


def test_so_has_what_stays_where_a_salon_allows_the_mails() -> None:
    allowing = fit(DIALECTS["easyappointments"], MAILS)
    assert set(allowing.out_of_reach) <= set(elsewhere.SAID)
    assert "anonymised_appointment_texts" not in allowing.out_of_reach
    assert allowing.entry_texts is not None
    assert allowing.entry_texts.tells in elsewhere.TELLS


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


def test_where_the_mails_are_allowed_it_is_said_who_gets_them_by_whether_the_address_goes_first(
    salon: Account, listed: Listed
) -> None:
    allowing = replace(salon, dialect=fit(DIALECTS["easyappointments"], MAILS), can=None)
    nameless, named = elsewhere.TELLS["mails_of_each"]
    jobs = {kind: replace(listed, kind=kind, content=replace(listed.content, kind=kind)) for kind in JobKind}
    for kind in (JobKind.ANONYMISE, JobKind.DETACH):
        assert elsewhere.told(allowing, [jobs[kind], jobs[kind]]) == (nameless,)
    notes = Verdict(Category.NOTES, Outcome.ERASE, "period_over")
    contact = Verdict(Category.CONTACT, Outcome.ERASE, "period_over")
    of_notes, of_both, of_old, of_contact = (
        replace(
            jobs[JobKind.ERASE_CATEGORIES],
            content=replace(jobs[JobKind.ERASE_CATEGORIES].content, verdicts=verdicts),
        )
        for verdicts in (
            (notes,),
            (notes, contact),
            (replace(notes, before=NOON.date()),),
            (contact,),
        )
    )
    assert elsewhere.told(allowing, [of_notes, of_old]) == (named,)
    assert elsewhere.told(allowing, [of_both]) == (nameless,)
    assert elsewhere.told(allowing, [of_notes, of_both]) == (named, nameless)
    silent = [of_old, of_contact, jobs[JobKind.ERASE], jobs[JobKind.MARKETING_OFF], jobs[JobKind.EXPORT]]
    assert elsewhere.told(allowing, silent) == ()
    kept = replace(
        jobs[JobKind.ANONYMISE],
        content=replace(jobs[JobKind.ANONYMISE].content, keep=frozenset({Category.NOTES})),
    )
    assert elsewhere.told(allowing, [kept]) == ()
    assert elsewhere.told(replace(allowing, can=frozenset({"list", "read"})), [of_notes]) == ()
    assert elsewhere.told(replace(salon, dialect=DIALECTS["easyappointments"]), [of_notes]) == ()


@pytest.mark.parametrize("is_allowed", [True, False])
def test_before_the_word_the_owner_reads_that_the_booking_system_mails(
    story: Story, logged_in: Visitor, salon: Account, is_allowed: bool
) -> None:
    story.there_is(record("c-4", "identity", "contact", "billing"))
    paid = InvoiceChanged(
        at=NOON, digest="i", invoice="paid", client="c-4", state=InvoiceState.PAID, issued_on=NOON.date()
    )
    story.told(paid)
    job = story.job_for("c-4", JobKind.DETACH)
    with database.write(story.program.engine) as db:
        settings = json.dumps(MAILS if is_allowed else {})
        values = {"dialect": "easyappointments", "dialect_settings": settings}
        db.connection().execute(sa.update(Salon).where(col(Salon.slug) == salon.slug).values(values))
    said = "Varausjärjestelmä lähettää jokaisesta sähköpostin: henkilökunnallesi"
    stays = "Varauksiin kirjoitetut tekstit jäävät: niiden tyhjentäminen lähettäisi sähköposteja."
    page, queue = (text_of(logged_in.get(path)) for path in (f"/jobs/{job}", "/"))
    assert (said in page, said in queue) == (is_allowed, is_allowed)
    assert (stays in page) is not is_allowed
    assert ("tuleviin myös se, mitä niihin on kirjoitettu" in page) is is_allowed
