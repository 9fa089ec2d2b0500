"""A copy from the booking system's answer to the client's hands, over real HTTP; nothing of it in clear on the way."""

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest
import requests
from click.testing import Result
from prometheus_client import generate_latest

from connector import census
from connector.app import create_app
from connector.commands.door import Door
from connector.engine import Engine
from connector.pretend.listening import Listening
from connector.pretend.records import Entry, Record
from connector.program import Program
from connector.salons import Account
from connector.states import State
from tests.builders import NOON, Clock
from tests.conftest import connect
from tests.connector.command_line import ovikello
from tests.connector.console.visitor import PASSWORD, Person, person
from tests.connector.pretend_world import pretending
from tests.connector.test_engine import working
from tests.connector.test_marked_values import MAIL, MARK, PHONE, found_in, store
from tests.waiting import until

pytestmark = pytest.mark.journey
SITE = {"Sec-Fetch-Site": "same-origin", "Accept": "text/html"}


@dataclass(frozen=True)
class There:
    """A salon on a booking system, both over HTTP, and its owner."""

    program: Program
    account: Account
    url: str
    owner: Person

    def run(self, *words: str) -> Result:
        """A command in a terminal."""
        return ovikello(
            Door(settings=self.program.settings, now=self.program.now, send=self.program.send), *words
        )

    def browser(self) -> "Browser":
        """Somebody's browser."""
        return Browser(self.url)

    def owners_browser(self) -> "Browser":
        """The owner's, logged in."""
        browser = self.browser()
        browser.post("/login", email=self.owner.email, password=PASSWORD)
        browser.post("/login/code", code=self.owner.next_code())
        return browser


@dataclass(frozen=True)
class Browser:
    """One browser, by HTTP."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> requests.Response:
        headers = {"Accept": "text/html"}
        return requests.get(self.url + path, headers=headers, cookies=self.cookies, timeout=10)

    def post(self, path: str, **form: str) -> requests.Response:
        answer = requests.post(
            self.url + path,
            data=form,
            headers=SITE,
            cookies=self.cookies,
            timeout=10,
            allow_redirects=False,
        )
        self.cookies.update(answer.cookies.get_dict())
        return answer


def marked() -> Record:
    """A client whose every word is marked."""
    one = Record(
        id="c-1",
        created_at=NOON,
        created_via="self_service",
        updated_at=NOON,
        has_account=True,
        fields={"name": MARK, "email": MAIL, "phone": PHONE, "address": MARK, "birth_date": "1987-06-05"},
        marketing={"email": True},
        last_activity_at=NOON,
        last_visit_at=NOON,
    )
    one.add("notes", Entry("n-1", NOON, {"text": f"{MARK} soitti {PHONE}"}))
    return one


@pytest.fixture
def there(program: Program, clock: Clock, stranger: Account) -> Iterator[There]:
    with pretending() as world:
        world.system.register.records = {"c-1": marked(), "c-2": replace(marked(), id="c-2", fields={})}
        account = connect(program, "aava", base_url=world.base_url, token=world.system.token)
        census.run(program, "aava")
        listening = Listening(create_app(program))
        try:
            yield There(
                program, account, listening.base_url, person(program, clock, "o@aava.example", "aava")
            )
        finally:
            listening.stop()


def hidden_of(page: str) -> dict[str, str]:
    """The hidden fields of the form for the word."""
    form = re.search(r'<form[^>]*action="/approve"[^>]*>(.*?)</form>', page, re.S)
    assert form is not None
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[1]))


def test_from_a_command_to_the_client_s_hands_and_nothing_of_it_lies_in_clear_on_the_way(
    there: There, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    program = there.program
    proposed = json.loads(there.run("export", "aava", "c-1", "--language", "sv", "--json").stdout)
    assert (proposed["client"], proposed["state"], proposed["new"]) == ("c-1", "proposed", True)
    job = proposed["job"]
    owner = there.owners_browser()
    page = owner.get(f"/jobs/{job}")
    assert MARK in page.text  # the name is fetched for the owner's eyes
    word = hidden_of(page.text) | {"word": "approve", "code": there.owner.next_code()}
    assert owner.post("/approve", **word).status_code == 303
    engine = Engine(program, sweep_every=0.05)
    with working(engine):
        assert until(lambda: state_of(there, job) is State.VERIFIED)
        assert found_in(store(program)) == []
    shown = owner.post(f"/jobs/{job}/package/link", salon="aava", who="yes", code=there.owner.next_code())
    found = re.search(r'class="copy"[^>]*>([^<]+)<', shown.text)
    assert found is not None
    link, client = urlsplit(found[1]).path, there.browser()
    assert "Dina uppgifter finns här" in client.get(link).text
    held = client.post(link, **{"as": "json"})
    assert (
        held.json()["booking_system"]["records"][0]["categories"]["notes"][0]["text"]
        == f"{MARK} soitti {PHONE}"
    )
    html = client.post(link, **{"as": "page"})
    assert f"{MARK} soitti {PHONE}" in html.text
    assert '<html lang="sv">' in html.text
    assert [client.post(link, **{"as": "html"}).status_code for _ in range(4)] == [200, 200, 200, 404]
    token = link.rpartition("/")[2]
    for place in (store(program), caplog.text.encode(), generate_latest()):
        assert found_in(place) == []
        assert token.encode() not in place


def state_of(there: There, job: str) -> State:
    """Where a job stands."""
    listed = there.run("jobs", "--salon", "aava", "--json")
    (one,) = [one for one in json.loads(listed.stdout) if one["job"] == job]
    return State(one["state"])
