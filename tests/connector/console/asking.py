"""The owner asks the booking system's maker: an instruction of all that the page shows."""

import re

from werkzeug.test import TestResponse

from tests.connector.console.visitor import Person, Visitor, form_of


def make(phone: Visitor, them: Person, **more: str) -> TestResponse:
    """Make one of what the page shows, with a link in its letter and a code unless said otherwise."""
    form = form_of(phone.get("/tasks/instruction"), "/tasks/instruction")
    return phone.post("/tasks/instruction", **(form | {"way": "link", "code": them.next_code()} | more))


def instruction_of(answer: TestResponse) -> str:
    """The page of the instruction whose letter a page shows."""
    found = re.search(r'action="(/tasks/instruction/[^/"]+)/letter"', answer.get_data(as_text=True))
    assert found
    return found[1]
