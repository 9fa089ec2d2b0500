"""Pictures of every page in every state: `make shots`, or `python -m tests.connector.console.shots FOLDER [NAME …]`.

On a phone and a laptop, light and dark. They are made to be looked at; what can be asserted is in `test_browser.py`.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, sync_playwright

from connector.app import create_app
from connector.pretend.listening import Listening
from connector.program import Program
from connector.sender import HttpSender
from connector.vault import Vault
from tests.builders import Clock
from tests.connector.console.gallery import Gallery, hang, places
from tests.connector.console.place import Place
from tests.databases import KEY, Sqlite

CHROMIUM = "/usr/bin/chromium"
ARGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
#: name → width and height
SCREENS = {"phone": (360, 740), "laptop": (1440, 900)}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
#: where the console answers that a place is to be seen at
Urls = Callable[[Place], str]
#: builds a form of its own and sends it, as a page does: CSP rules what a page may do, not what its tester may
_SEND = """([path, form]) => {
  const sent = Object.assign(document.createElement('form'), {method: 'post', action: path});
  for (const [name, value] of Object.entries(form))
    sent.append(Object.assign(document.createElement('input'), {type: 'hidden', name, value}));
  document.body.append(sent);
  sent.submit();
}"""


@contextmanager
def exhibited(program: Program, clock: Clock) -> Iterator[tuple[Gallery, Urls]]:
    """The gallery, and the addresses at which its console answers: one without mail beside it."""
    gallery = hang(program, clock)
    usual = Listening(create_app(gallery.program))
    without_mail = Listening(create_app(replace(gallery.program, post=None)))
    try:
        yield gallery, lambda place: (usual if place.has_mail else without_mail).base_url
    finally:
        usual.stop()
        without_mail.stop()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's browser, without a screen."""
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        yield browser
        browser.close()


def visitor(browser: Browser, *, screen: str = "phone", scheme: Scheme = "light") -> Page:
    """A window of this size. It goes from place to place: a new one for each took half of the time."""
    width, height = SCREENS[screen]
    return browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()


def visit(page: Page, gallery: Gallery, urls: Urls, place: Place) -> None:
    """Come to a place as its owner would, whoever stood in this window before."""
    url = urls(place)
    session = place.cookie or gallery.session(place.salon, is_half=place.is_half)
    cookies = {"language": place.language, "ovikello": session}
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": name, "value": value, "url": url} for name, value in cookies.items() if value]
    )
    gallery.speak(place.language)
    if place.form is None:
        page.goto(f"{url}{place.path}")
        return
    page.goto(f"{url}/login")
    with page.expect_navigation():
        page.evaluate(_SEND, [place.path, dict(place.form)])


def main(folder: Path, names: list[str]) -> None:
    """Make the pictures, those of these names or all."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as made:
        kind, clock = Sqlite(Path(made)), Clock()
        program = Program(kind.fresh(Path(made)), kind.engine(), Vault(KEY), HttpSender(), clock)
        with exhibited(program, clock) as (gallery, urls), chromium() as browser:
            windows = {
                f"{screen}-{scheme}": visitor(browser, screen=screen, scheme=scheme)
                for screen in SCREENS
                for scheme in SCHEMES
            }
            for place in places(gallery):
                if names and place.name not in names:
                    continue
                for seen_in, page in windows.items():
                    visit(page, gallery, urls, place)
                    page.screenshot(path=folder / f"{place.name}-{seen_in}.png", full_page=True)
        kind.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "shots"), sys.argv[2:])
