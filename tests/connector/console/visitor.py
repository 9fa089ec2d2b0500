"""A browser without a screen: somebody who looks at the console's pages and sends its forms."""

import html
import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pyotp
from argon2 import PasswordHasher, profiles
from flask import Flask
from werkzeug.test import TestResponse

from connector import database, owners, owners_codes, owners_passwords
from connector.program import Program
from tests.builders import Clock

PASSWORD = "kolme sanaa peräkkäin"
CHEAP = PasswordHasher.from_parameters(profiles.CHEAPEST)


@dataclass(frozen=True)
class Person:
    """An owner with a password and a code app."""

    id: UUID
    email: str
    secret: str
    clock: Clock

    def code(self, *, steps: int = 0) -> str:
        """The six digits that the app shows, or showed or will show some steps away."""
        return pyotp.TOTP(self.secret).at(self.clock.at + timedelta(seconds=30 * steps))

    def next_code(self) -> str:
        """Wait until the code changes, and give the new one."""
        self.clock.at += timedelta(seconds=30)
        return self.code()


def person(program: Program, clock: Clock, email: str, *salons: str) -> Person:
    """Make an owner who is set up already."""
    with database.write(program.engine) as db:
        for slug in salons:
            owners.add(db, program.vault, email, slug, now=clock.at)
        owner = owners.speaks_for(db, program.vault, email, salons[0])
        assert owner is not None
        owners.accept(db, program.vault, owner, owners_passwords.hash_of(PASSWORD, CHEAP))
        secret = owners_codes.new_secret(db, program.vault, owner, is_active=True)
    return Person(owner, email, secret, clock)


class Visitor:
    """One browser."""

    def __init__(self, app: Flask) -> None:
        self.client = app.test_client()

    def get(self, path: str) -> TestResponse:
        """Open a page, as a browser asks for one."""
        return self.client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})

    def post(self, path: str, *, site: str | None = "same-origin", **form: str) -> TestResponse:
        """Send a form, from one of the console's own pages unless said otherwise."""
        headers = {} if site is None else {"Sec-Fetch-Site": site}
        return self.client.post(path, data=form, headers=headers)

    def log_in(self, who: Person) -> "Visitor":
        """Password, then code."""
        assert self.post("/login", email=who.email, password=PASSWORD).status_code == 303
        answer = self.post("/login/code", code=who.next_code())
        assert (answer.status_code, answer.location) == (303, "/")
        return self


def text_of(answer: TestResponse) -> str:
    """A page's words, without its markup."""
    body = re.sub(r"<(svg|head)\b.*?</\1>", " ", answer.get_data(as_text=True), flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)))


def form_of(answer: TestResponse, action: str, *, nth: int = 0) -> dict[str, str]:
    """What the hidden fields of one of a page's forms hold."""
    forms = re.findall(rf'<form[^>]*action="{action}"[^>]*>(.*?)</form>', answer.get_data(as_text=True), re.S)
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', forms[nth])
    return {name: html.unescape(value) for name, value in found}


def hidden(answer: TestResponse, name: str) -> str:
    """What a form's hidden field holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.get_data(as_text=True))
    assert found is not None, name
    return html.unescape(found[1])
