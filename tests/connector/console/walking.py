"""Somebody who walks through the console in Chromium: the application over HTTP beside a booking system over HTTP."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Browser, Locator, Page

from connector import database, owners, pretend, salons, texts
from connector.app import create_app
from connector.demo_world import policy_of
from connector.engine import Engine
from connector.pretend import Pretend
from connector.pretend.listening import Listening
from connector.pretend.records import Entry, Record
from connector.program import Program
from connector.salons import Account
from connector.sender import HttpSender
from connector.sender_pace import Pace
from connector.texts import Texts
from connector.vault import Vault
from tests.builders import NOON, Clock
from tests.connector.console.shots import SCREENS
from tests.connector.console.visitor import PASSWORD
from tests.connector.pretend_world import SMALL
from tests.databases import KEY, Sqlite

#: what a browser of that country asks for
_LOCALES = {"fi": "fi-FI", "sv": "sv-FI", "en": "en-GB"}
_PATIENCE = 20_000  # milliseconds, for a page on a busy machine
_STEP = timedelta(seconds=30)


@dataclass(frozen=True)
class Street:
    """Where the walks lead: the application, the salon and its booking system, on one clock."""

    program: Program
    account: Account
    system: Pretend
    clock: Clock
    url: str

    def invite(self, email: str) -> str:
        """The path of an invitation."""
        with database.write(self.program.engine) as db:
            return "/invitation/" + owners.add(
                db, self.program.vault, email, self.account.slug, now=self.clock()
            )

    def engine(self) -> Engine:
        """Who carries out what was approved."""
        return Engine(self.program, sweep_every=0.1, night_every=3600)


@contextmanager
def street(folder: Path, *there: Record) -> Iterator[Street]:
    """A salon whose booking system holds these customers and has been connected for a month."""
    kind, clock = Sqlite(folder), Clock()
    system = Pretend(today=NOON.date(), now=clock, size=SMALL)
    system.register.records = {one.id: one for one in there}
    running = pretend.serve(system)
    send = HttpSender(frozenset({"127.0.0.1"}), pace=Pace(10_000), pause=0)
    program = Program(kind.fresh(folder), kind.engine(), Vault(KEY), send, clock)
    connected = NOON - timedelta(days=30)
    with database.write(program.engine) as db:
        for slug in ("aava", "toinen"):
            salons.add(
                db,
                program.vault,
                slug,
                dialect="standard",
                policy=policy_of(NOON),
                base_url=running.base_url,
                token=system.token,
                now=connected,
            )
        account = salons.account(db, program.vault, "aava")
    assert account is not None
    listening = Listening(create_app(program))
    try:
        yield Street(program, account, system, clock, listening.base_url)
    finally:
        listening.stop()
        running.stop()
        kind.close()


def customer(client: str, name: str = "", *, days_ago: int = 20, **more: str) -> Record:
    """Somebody on the booking system's list, who was there so long ago."""
    seen = NOON - timedelta(days=days_ago)
    made = Record(
        id=client,
        created_at=NOON - timedelta(days=2000),
        created_via="self_service",
        updated_at=seen,
        has_account=True,
        fields={"name": name or f"Asiakas {client}", "email": f"{client}@posti.example"} | more,
        last_activity_at=seen,
        last_visit_at=seen,
    )
    made.add("visits", Entry(f"v-{client}", seen, {"service": "Leikkaus"}))
    return made


@dataclass
class Walker:
    """A person with a browser and a code app; says everything in one language."""

    page: Page
    say: Texts
    clock: Clock
    secret: str = ""

    def go(self, path: str) -> "Walker":
        """Open a page by its address."""
        self.page.goto(path)
        return self

    def press(self, msgid: str, **places: object) -> "Walker":
        """Press the button, or follow the link, that says this."""
        self._found(msgid, places).click()
        return self

    def said(self, msgid: str, **places: object) -> str:
        """A text as the walker's language has it."""
        return self.say.gettext(msgid) % {name: self.say.word(value) for name, value in places.items()}

    def counted(self, one: str, many: str, count: int) -> str:
        """A text of so many, as the walker's language has it."""
        return self.say.ngettext(one, many, count) % {"count": self.say.word(count)}

    def write(self, label: str, text: str) -> "Walker":
        """Fill in a field by its label."""
        self.page.get_by_label(self.said(label), exact=True).fill(text)
        return self

    def tick(self, msgid: str) -> "Walker":
        """Tick a box."""
        self.page.get_by_label(self.said(msgid)).check()
        return self

    def show_code(self) -> "Walker":
        """Wait until the app shows the next code, and write it."""
        self.clock.at += _STEP
        self.page.locator("input[name=code]").fill(pyotp.TOTP(self.secret).at(self.clock()))
        return self

    def copy_key(self) -> "Walker":
        """Add to the code app what the page shows for it."""
        self.secret = re.sub(r"\s", "", self.page.locator(".fours").inner_text())
        return self

    def log_in(self, email: str) -> "Walker":
        """Password, then code."""
        self.say_password(email)
        return self.show_code().press("Log in")

    def say_password(self, email: str) -> "Walker":
        """The first half of the log-in; then, where the page speaks another language, choose one's own."""
        self.go("/login").write("E-mail", email).write("Password", PASSWORD).press("Go on")
        if self.page.locator("html").get_attribute("lang") != self.say.language:
            self.page.locator(f".tongues button[lang={self.say.language}]").click()
        return self

    @property
    def text(self) -> str:
        """The words on the page."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    @property
    def heading(self) -> str:
        """What the page is called."""
        return self.page.locator("h1").inner_text()

    @property
    def path(self) -> str:
        """Where the walker stands."""
        return urlsplit(self.page.url).path

    def heading_of(self, msgid: str) -> str:
        """The heading of a page behind the menu's last word."""
        return self.press("More").press(msgid).heading

    def saved(self, msgid: str) -> str:
        """What the browser saves when this is pressed."""
        with self.page.expect_download() as coming:
            self.press(msgid)
        return Path(coming.value.path()).read_text(encoding="utf-8")

    def _found(self, msgid: str, places: dict[str, object]) -> Locator:
        name = self.said(msgid, **places)
        pressed = self.page.locator("a:visible, button:visible, summary:visible")
        return pressed.filter(has_text=re.compile(rf"^\s*{re.escape(name)}(?=\s|:|$)")).first


@contextmanager
def walker(
    browser: Browser,
    street: Street,
    *,
    screen: str = "phone",
    language: str = "fi",
    script: bool = True,
    secret: str = "",
) -> Iterator[Walker]:
    """Somebody with a browser of their own."""
    width, height = SCREENS[screen]
    context = browser.new_context(
        base_url=street.url,
        viewport={"width": width, "height": height},
        locale=_LOCALES[language],
        java_script_enabled=script,
        accept_downloads=True,
    )
    context.set_default_timeout(_PATIENCE)
    try:
        yield Walker(context.new_page(), texts.of(language), street.clock, secret)
    finally:
        context.close()
