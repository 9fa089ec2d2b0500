"""Every page in every state in a real browser: readable, usable, within the screen, without a script of ours."""

import fcntl
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from connector.console import names
from connector.program import Program
from connector.sender import HttpSender
from connector.vault import Vault
from tests.builders import Clock
from tests.connector.console.gallery import places
from tests.connector.console.shots import chromium, exhibited, visit, visitor
from tests.databases import KEY, Sqlite

pytestmark = [pytest.mark.browser, pytest.mark.journey]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
#: WCAG 2.2 AA and the good practices beside it
_ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: what colours decide, and nothing else differs between the themes (`test_looks`): asked of the other theme
_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
_AXE = """async runOnly => (await axe.run({runOnly, resultTypes: ['violations']}))
  .violations.map(one => one.id + ': ' + one.nodes.map(node => node.target.join(' ')).join(', '))"""
#: what is pressed and lower than 44 px; links within a sentence may be (WCAG 2.5.8), and so is a check box, whose label
#: is pressed as well
_SMALL = """() => [...document.querySelectorAll('button, .btn, summary, input, textarea, nav a, .rows a')]
  .filter(one => one.getClientRects().length && !['hidden', 'checkbox', 'radio'].includes(one.type))
  .filter(one => one.getBoundingClientRect().height < 44)
  .map(one => one.textContent.trim() || one.name)"""
_INTER = "document.fonts.ready.then(() => document.fonts.check('16px Inter'))"
_TOO_WIDE = "document.documentElement.scrollWidth - innerWidth"
#: what a browser told of one page
Told = dict[str, Any]


def look_at(page: Page) -> Told:
    """Everything that is asked of a page, in one visit."""
    told: Told = {"html": page.content(), "title": page.title(), "h1": page.locator("h1").count()}
    told["text"] = page.locator("main").inner_text()
    told["main"], told["small"] = page.locator("main").count(), page.evaluate(_SMALL)
    told["inter"] = page.evaluate(_INTER)
    for width in (1440, 320, 360):
        page.set_viewport_size({"width": width, "height": 740})
        told[f"wide at {width}"] = page.evaluate(_TOO_WIDE)
    page.emulate_media(color_scheme="light")
    told["axe in light"] = page.evaluate(_AXE, _ALL)
    page.emulate_media(color_scheme="dark")
    told["axe in dark"] = page.evaluate(_AXE, _COLOURS)
    page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
    told["size"] = page.evaluate("getComputedStyle(document.body).fontSize")
    told["wide at 200%"] = page.evaluate(_TOO_WIDE)
    return told


@pytest.fixture(scope="module")
def pages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Told]:
    """Every place of the gallery, seen once, however many workers ask: the first sees it for all."""
    worker = getattr(request.config, "workerinput", None)
    if worker is None:
        return seen(tmp_path_factory.mktemp("gallery"))
    told = tmp_path_factory.getbasetemp().parent / f"pages-{worker['testrunuid']}.json"
    with told.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            told.write_text(json.dumps(seen(tmp_path_factory.mktemp("gallery"))), encoding="utf-8")
    found: Mapping[str, Told] = json.loads(told.read_text(encoding="utf-8"))
    return found


def seen(folder: Path) -> dict[str, Told]:
    """Visit every place."""
    kind, clock, found = Sqlite(folder), Clock(), {}
    program = Program(kind.fresh(folder), kind.engine(), Vault(KEY), HttpSender(), clock)
    with exhibited(program, clock) as (gallery, urls), chromium() as browser:
        page = visitor(browser)
        page.add_init_script(AXE)
        for place in places(gallery):
            before = gallery.booking.calls
            visit(page, gallery, urls, place)
            asked = gallery.booking.calls - before
            found[place.name] = look_at(page) | {"asked": asked}
    kind.close()
    return found


@pytest.mark.parametrize(
    "what",
    ["axe in light", "axe in dark", "wide at 320", "wide at 360", "wide at 1440", "wide at 200%", "small"],
)
def test_no_page_has_anything_to_complain_of(pages: Mapping[str, Told], what: str) -> None:
    assert {name: told[what] for name, told in pages.items() if told[what]} == {}


def test_no_page_asks_the_booking_system_more_than_25_times(pages: Mapping[str, Told]) -> None:
    asked = {name: told["asked"] for name, told in pages.items()}
    assert max(asked.values()) == asked["group-large"] == names.MOST == 25


def test_text_grows_with_the_readers_own_size(pages: Mapping[str, Told]) -> None:
    assert {told["size"] for told in pages.values()} == {"32px"}


def test_no_page_holds_a_script_or_a_style_of_its_own(pages: Mapping[str, Told]) -> None:
    assert [
        name for name, told in pages.items() if "<script" in told["html"] or " style=" in told["html"]
    ] == []


def test_every_sentence_stands_apart_from_the_one_before(pages: Mapping[str, Told]) -> None:
    together = re.compile(r"[a-zåäö]{2}[.!?][A-ZÅÄÖ][a-zåäö]")
    found = {name: together.search(told["text"]) for name, told in pages.items()}
    assert {name: one.string[one.start() - 20 : one.end() + 20] for name, one in found.items() if one} == {}


def test_every_page_has_one_heading_one_main_part_a_title_and_the_typeface(pages: Mapping[str, Told]) -> None:
    assert len(pages) > 45
    assert {(told["h1"], told["main"], told["inter"]) for told in pages.values()} == {(1, 1, True)}
    assert [name for name, told in pages.items() if len(told["title"]) <= len(" · Ovikello")] == []


def test_no_page_leaves_a_text_in_another_language(pages: Mapping[str, Told]) -> None:
    """The three languages say the first page and a job in words of their own."""
    for name in ("queue", "job", "confirm"):
        assert 'lang="sv"' in pages[f"{name}-sv"]["html"]
        assert 'lang="en"' in pages[f"{name}-en"]["html"]
        assert "Hyväksy" not in pages[f"{name}-sv"]["html"] + pages[f"{name}-en"]["html"]
