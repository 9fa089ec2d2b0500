"""With the keyboard alone, from the log-in to an erasure with the owner's word; every stop on the way can be seen."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser

from connector import database, nightly
from connector.jobs_listing import listed
from connector.states import State
from tests.connector.console.shots import chromium
from tests.connector.console.visitor import PASSWORD, person
from tests.connector.console.walking import Walker, customer, street, walker

pytestmark = [pytest.mark.browser, pytest.mark.journey]
OWNER = "omistaja@aava.example"
#: more stops than any of these pages has
FAR = 40
#: what has the focus: its label or words, and whether a ring or a place on the screen shows it
_FOCUS = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), look = getComputedStyle(one);
  const ring = look.outlineStyle !== 'none' && parseFloat(look.outlineWidth) > 0;
  const seen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  if (one === document.body) return ["", true];  // beyond the last
  return [(one.labels && one.labels.length ? one.labels[0] : one).innerText.trim(), ring && seen];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium."""
    with chromium() as started:
        yield started


def tab_to(me: Walker, msgid: str) -> None:
    """Go from stop to stop until one says this; no stop on the way is out of sight."""
    wanted, passed = me.said(msgid), list[str]()
    for _ in range(FAR):
        me.page.keyboard.press("Tab")
        says, is_seen = me.page.evaluate(_FOCUS)
        assert is_seen, (me.path, says)
        if says.startswith(wanted):
            return
        passed.append(says)
    raise AssertionError((me.path, wanted, passed))


def write(me: Walker, msgid: str, text: str) -> None:
    """Go to a field, and write into it."""
    tab_to(me, msgid)
    me.page.keyboard.type(text)


def press(me: Walker, msgid: str) -> None:
    """Go to a link or a button, and press Enter there."""
    tab_to(me, msgid)
    with me.page.expect_navigation():
        me.page.keyboard.press("Enter")


@pytest.mark.parametrize("screen", ["phone", "laptop"])
def test_an_erasure_is_approved_with_the_keyboard_alone(
    browser: Browser, tmp_path: Path, screen: str
) -> None:
    with street(tmp_path, customer("c-1"), customer("x-1", "Onni Nykänen", days_ago=1000)) as there:
        nightly.run(there.program, salon=there.account.slug)
        secret = person(there.program, there.clock, OWNER, there.account.slug).secret
        with walker(browser, there, screen=screen) as me:
            me.go("/login")
            write(me, "E-mail", OWNER)
            write(me, "Password", PASSWORD)
            press(me, "Go on")
            write(me, "Six digits", pyotp.TOTP(secret).at(there.clock()))
            press(me, "Log in")
            tab_to(me, "Skip to the content")
            me.page.keyboard.press("Enter")
            press(me, "Look and approve")
            tab_to(me, "I have looked through the list")
            me.page.keyboard.press("Space")
            there.clock.at += timedelta(seconds=30)
            write(me, "Code from the code app", pyotp.TOTP(secret).at(there.clock()))
            press(me, "Approve the erasure")
            assert me.path == "/"
        with database.read(there.program.engine) as db:
            assert [one.state for one in listed(db, there.account)] == [State.APPROVED]
