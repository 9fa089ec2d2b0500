"""What a booking system calls people and things is text on every page, and nothing but text."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from connector.program import Program
from connector.salons import Account
from tests.connector.booking import Booking, record
from tests.connector.console.visitor import Person, Visitor
from tests.doors.shop import Shop, open_shop, with_seen
from tests.doors.test_every_route import ROUTES, For

NAMES = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'><svg/onload=alert(1)>",
    "</title><base href=//evil.example>",
    "{{7*7}}",
    "{% include 'x' %}",
    "${7*7}",
    "%(count)s",
    "%s%n{0}",
    "=cmd|' /C calc'!A0",
    "+358 40",
    "@SUM(1)",
    "javascript:alert(1)",
    "&lt;b&gt;",
    "\u202egnp.exe",
    "a\u0000b\u001b[31m",
    "🦊" * 400,
)
CONNECTOR = Path(__file__).parent.parent.parent / "connector"


class Bones(HTMLParser):
    """A page's elements with the names of their attributes, and its links: whatever is not text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.links: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note it."""
        self.found.append((tag, tuple(name for name, _ in attrs)))
        self.links |= {value or "" for name, value in attrs if name in {"href", "src", "action"}}


def pages(shop: Shop, owner: Visitor) -> dict[str, str]:
    """Every page that the owner can open, and what each form answers when it is wrong."""
    found = {
        rule: owner.get(shop.path_of(rule)).get_data(as_text=True)
        for (method, rule), whom in ROUTES.items()
        if method == "GET" and whom is For.OWNER
    }
    wrong = {**shop.form_of("/approve"), "word": "approve", "code": "000000", "second": "yes"}
    found["wrong code"] = owner.post("/approve", **wrong).get_data(as_text=True)
    stale = {**shop.form_of("/approve"), "seen": "x", "word": "reject"}
    found["fell out"] = owner.post("/approve", **stale).get_data(as_text=True)
    found["changed"] = owner.post("/questions", **shop.form_of("/questions")).get_data(as_text=True)
    found["nothing"] = owner.get("/nothing").get_data(as_text=True)
    return found


def bones_of(
    app: Flask, program: Program, booking: Booking, account: Account, owner: Person, name: str
) -> dict[str, str]:
    """All pages of a salon whose clients are called so."""
    shop = open_shop(program, booking, account, name=name)
    visitor = Visitor(app).log_in(owner)
    return pages(with_seen(shop, visitor), visitor)


@pytest.mark.parametrize(
    "database_kind", ["sqlite"], indirect=True
)  # names come from elsewhere, and are not kept
@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_changes_nothing_on_any_page_but_a_text(
    app: Flask,
    program: Program,
    booking: Booking,
    salon: Account,
    stranger: Account,
    owner: Person,
    other_owner: Person,
    name: str,
) -> None:
    odd = bones_of(app, program, booking, salon, owner, name)
    plain = bones_of(app, program, booking, stranger, other_owner, "Nimi")
    for page, html in odd.items():
        assert Bones(html).found == Bones(plain[page]).found, page
        outside = [link for link in Bones(html).links if not link.startswith(("/", "#", "data:,"))]
        assert not [*outside, *(link for link in Bones(html).links if link.startswith("//"))], page
    if name.isprintable() and len(name) < 50:
        assert f"{name} aava-0" in text_raw(odd["/jobs"])


def text_raw(page: str) -> str:
    """A page's text as a browser shows it."""

    class Text(HTMLParser):
        found = ""

        def handle_data(self, data: str) -> None:
            self.found += data

    reader = Text(convert_charrefs=True)
    reader.feed(page)
    return reader.found


@pytest.mark.parametrize("client", ["<b>x</b>", '"><i>', "{{7*7}}", "=1+1", "'onclick='x"])
def test_a_clients_id_is_text_too_where_there_is_no_name(
    app: Flask, program: Program, booking: Booking, salon: Account, owner: Person, client: str
) -> None:
    shop = open_shop(program, booking, salon)
    shop.story.there_is(record(client, name=None))
    job = shop.story.job_for(client)
    page = Visitor(app).log_in(owner).get(f"/jobs/{job}").get_data(as_text=True)
    assert client in text_raw(page)
    assert client not in page or not any(sign in client for sign in "<>\"'")
    assert not [attributes for _, attributes in Bones(page).found if "onclick" in attributes]


@pytest.mark.parametrize("reason", ["<script>alert(1)</script>", "{{7*7}}", '"><img src=x>', "=cmd"])
def test_a_reason_that_the_owner_wrote_is_shown_as_it_was_written(
    app: Flask, program: Program, booking: Booking, salon: Account, owner: Person, reason: str
) -> None:
    shop = open_shop(program, booking, salon)
    visitor = Visitor(app).log_in(owner)
    shop = with_seen(shop, visitor)
    assert visitor.post("/approve", **{**shop.form_of("/approve"), "reason": reason}).status_code == 303
    page = visitor.get(f"/jobs/{shop.jobs[0]}").get_data(as_text=True)
    assert reason in text_raw(page)
    assert not [attributes for tag, attributes in Bones(page).found if tag in {"script", "img"}]


def test_an_address_that_was_typed_at_the_log_in_is_text_again(visitor: Visitor) -> None:
    page = visitor.post("/login", email='"><script>x</script>', password="x" * 12).get_data(as_text=True)
    assert "script" not in {tag for tag, _ in Bones(page).found}
    assert "7*7" in visitor.post("/login", email="{{7*7}}", password="x" * 12).get_data(as_text=True)


def test_no_template_is_made_of_text_and_no_door_writes_a_spreadsheet() -> None:
    for path in CONNECTOR.rglob("*.py"):
        code = path.read_text()
        assert not [
            word
            for word in ("render_template_string", ".from_string(", "import csv", "Markup(")
            if word in code
        ], path
