"""Whole walks through the console with a real browser, over HTTP on both sides, as a salon's owner would go."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from connector import database, nightly, owners, owners_recovery
from connector.jobs_listing import listed
from connector.states import State
from tests.connector.console.shots import chromium
from tests.connector.console.visitor import PASSWORD, person
from tests.connector.console.walking import Street, Walker, customer, street, walker
from tests.connector.night_world import quarantine
from tests.connector.test_engine import working
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.journey]
OWNER = "omistaja@aava.example"
MINNA = customer("c-1", "Minna Virtanen", phone="+358 40 123 4567")
#: unseen for longer than the policy keeps anybody
LONG = 1000
WAITS = ("%(count)s thing waits for your word", "%(count)s things wait for your word")
ERASURES = ("Erasures: %(count)s customer", "Erasures: %(count)s customers")
APPROVE = ("Approve the erasure", "Approve %(count)s erasures")
APPROVED = (
    "Approved. It is done within moments, and Ovikello looks whether it happened.",
    "You approved %(count)s things. They are done one by one, and Ovikello looks at each.",
)
REFUSED = (
    "You left it as it is. Nothing was erased.",
    "You left %(count)s things as they are. Nothing was erased.",
)
MENU = ("Approvals", "Customers", "Keeping")
#: behind "More"
MORE = ("Last night", "Evidence", "Settings")
HEADINGS = ("Customers", "Keeping times", *MORE)
TAKEN_OUT = ("Taken out: %(count)s customer", "Taken out: %(count)s customers")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all walks; each walker has windows and cookies of their own."""
    with chromium() as started:
        yield started


def night(there: Street, salon: str = "aava") -> None:
    """Compare with the booking system, and propose what is due."""
    nightly.run(there.program, salon=salon)


def owner(there: Street) -> str:
    """Somebody who is set up; the secret of their code app."""
    return person(there.program, there.clock, OWNER, there.account.slug).secret


def states(there: Street) -> list[State]:
    """Where the salon's jobs stand."""
    with database.read(there.program.engine) as db:
        return [one.state for one in listed(db, there.account)]


def test_from_the_invitation_to_a_group_of_400_erased_and_looked_at_without_a_script(
    browser: Browser, tmp_path: Path
) -> None:
    gone = [customer(f"x-{number}", days_ago=LONG + number) for number in range(400)]
    with street(tmp_path, MINNA, *gone) as there, walker(browser, there, script=False) as me:
        night(there)
        me.go(there.invite(OWNER)).write("Password", PASSWORD).write("The same again", PASSWORD).press(
            "Go on"
        )
        me.copy_key().show_code().press("Start using it").press("Show the codes")
        assert me.page.locator(".codes li").count() == 10
        me.press("I have saved the codes")
        assert me.heading == me.counted(*WAITS, 1)  # a group is one thing
        me.press("Show all %(count)s", count=400)
        for nth in (0, 3, 7):
            me.page.get_by_role("checkbox").nth(nth).check()
        me.press("To the approval")
        assert me.heading == me.counted(*ERASURES, 397)
        me.tick("I have looked through the list").show_code()
        me.press(me.counted(*APPROVE, 397))
        assert me.counted(*APPROVED, 397) in me.text
        with working(there.engine()):
            assert until(lambda: len(there.system.register.records) == 1 + 3, within=180)
            assert until(lambda: states(there).count(State.VERIFIED) == 397)
        assert states(there).count(State.PROPOSED) == 3
        me.go("/")
        assert me.page.locator("dl.figures dd.ok").inner_text() == "397"
        assert me.counted(*TAKEN_OUT, 3) in me.text


def test_an_owner_says_no_and_why(browser: Browser, tmp_path: Path) -> None:
    with street(tmp_path, MINNA, customer("x-1", "Onni Nykänen", days_ago=LONG)) as there:
        night(there)
        with walker(browser, there, language="sv", screen="laptop", secret=owner(there)) as me:
            me.log_in(OWNER).press("Do not erase")
            assert me.heading == "Onni Nykänen"
            me.write("Why not? You may leave this empty.", "Han ringde nyss.").press("Do not erase")
            assert me.counted(*REFUSED, 1) in me.text
            me.page.locator(".timeline a").first.click()
            assert "Han ringde nyss." in me.text
        assert states(there) == [State.REJECTED]
        assert sorted(there.system.register.records) == ["c-1", "x-1"]


def test_a_copy_goes_from_the_customers_page_to_the_client_who_opens_it_as_often_as_it_can_be(
    browser: Browser, tmp_path: Path
) -> None:
    with street(tmp_path, MINNA) as there:
        night(there)
        with walker(browser, there, secret=owner(there), script=False) as me:
            me.log_in(OWNER).press("Customers")
            me.write("Telephone, e-mail or the booking system's number", "040 1234567").press("Find")
            assert me.heading == "Minna Virtanen"
            job = me.press("Hand over the details").path
            me.show_code().press("Make the copy")
            with working(there.engine()):
                assert until(lambda: states(there) == [State.VERIFIED])
            me.go(job).tick("I know that it is this customer who asks").show_code().press("Show the link")
            link = urlsplit(me.page.locator("p.copy").inner_text()).path
            with walker(browser, there, script=False) as client:
                _opened_by(client, link)
            assert me.counted("Opened once", "Opened %(count)s times", 5) not in me.go(job).text
            assert me.said("The copy is destroyed") in me.text
            assert me.counted("It had been opened once.", "It had been opened %(count)s times.", 5) in me.text


def _opened_by(client: Walker, link: str) -> None:
    """Five times, in each way that there is; then there is nothing any more."""
    client.go(link)
    assert client.counted("It opens once more", "It opens %(count)s more times", 5) in client.text
    assert "Minna" not in client.text
    client.press("Read it here")
    assert "Minna Virtanen" in client.text
    saved = client.go(link).saved("Save it for a program (JSON)")
    (record,) = json.loads(saved)["booking_system"]["records"]
    assert record["categories"]["contact"]["phone"] == "+358 40 123 4567"
    assert "Minna Virtanen" in client.saved("Save it as a page")
    for _ in range(2):
        client.go(link).press("Read it here")
    assert client.go(link).heading == client.said("This link opens nothing")


def test_whoever_lost_the_phone_comes_back_and_the_phone_is_logged_out(
    browser: Browser, tmp_path: Path
) -> None:
    with street(tmp_path, MINNA) as there:
        night(there)
        secret, other = owner(there), person(there.program, there.clock, "o@toinen.example", "toinen")
        code = recovery_code(there)
        with (
            walker(browser, there, secret=secret) as lost,
            walker(browser, there, secret=other.secret) as stranger,
            walker(browser, there, language="en") as me,
        ):
            lost.log_in(OWNER)
            stranger.log_in(other.email)
            me.say_password(OWNER).press("Lost your phone?").write("Recovery code", code.lower()).press(
                "Go on"
            )
            me.copy_key().show_code().press("Start using it").press("Show the codes")
            me.press("I have saved the codes")
            assert me.heading == me.said("All is well")
            assert lost.go("/").path == "/login"
            assert stranger.go("/").path == "/"
            lost.log_in(OWNER)
            assert lost.path == "/login/code"
            assert lost.page.locator(".problem").is_visible()
            lost.press("Lost your phone?").write("Recovery code", code).press("Go on")
            assert lost.path == "/login/recovery"


def test_a_night_with_a_finding_says_what_to_do_and_leads_there(browser: Browser, tmp_path: Path) -> None:
    with street(tmp_path, MINNA) as there:
        quarantine(there.program, there.account, is_known_type=False)
        night(there)
        with walker(browser, there, secret=owner(there)) as me:
            me.log_in(OWNER)
            assert me.heading == me.said("Last night something was found")
            me.press("Last night")
            assert me.said("What you can do:") in me.text
            me.press("To the messages")
            assert me.heading == me.said("Messages that were not understood")
            me.show_code().press("Destroy unread")
            assert me.said("Every message of the booking system was understood.") in me.text
            night(there)
            assert me.go("/").heading == me.said("All is well")


def test_every_language_says_every_page_in_its_own_words(browser: Browser, tmp_path: Path) -> None:
    with street(tmp_path, MINNA, customer("x-1", "Onni Nykänen", days_ago=LONG)) as there:
        night(there)
        secret, seen = owner(there), {}
        for language, screen in (("fi", "phone"), ("sv", "laptop"), ("en", "phone")):
            with walker(browser, there, language=language, screen=screen, secret=secret) as me:
                me.log_in(OWNER)
                seen[language] = [me.press(one).heading for one in MENU] + [
                    me.heading_of(one) for one in MORE
                ]
                assert seen[language] == [me.counted(*WAITS, 1), *map(me.said, HEADINGS)]
                assert me.page.locator("html").get_attribute("lang") == language
        assert len({tuple(one) for one in seen.values()}) == 3


def recovery_code(there: Street) -> str:
    """One of ten that the owner has on paper."""
    with database.write(there.program.engine) as db:
        found = owners.speaks_for(db, there.program.vault, OWNER, there.account.slug)
        assert found is not None
        return owners_recovery.make(db, there.program.vault, found)[0]
