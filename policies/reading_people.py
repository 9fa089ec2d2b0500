"""Reads who is who in a policy file: controller, contact, processors, recipients, sources, places, statements."""

import re

from stdnum.exceptions import ValidationError
from stdnum.fi import ytunnus

from policies.people import Contact, Controller, Place, Processor, Recipient, Statement
from policies.tables import Table

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
#: what the program speaks; the first of the file is the default
LANGUAGES = ("fi", "sv", "en")


def languages(top: Table) -> tuple[str, ...]:
    """The languages of the notice and the letters."""
    found = top.texts("languages")
    if unknown := [word for word in found if word not in LANGUAGES]:
        top.wrong("languages", f'"{unknown[0]}" is not known.', f"Known are: {', '.join(LANGUAGES)}.")
    return found


def controller(table: Table) -> Controller:
    """Who decides about the data."""
    found = Controller(
        name=table.text("name"),
        business_id=table.needed(
            "business_id", _business_id, 'A Finnish business id with its check digit: "1234567-1".', ""
        ),
        address=table.text("address"),
        email=_email(table),
        phone=table.maybe_text("phone"),
    )
    table.done()
    return found


def contact(table: Table) -> Contact:
    """The person in charge of the register."""
    found = Contact(table.text("name"), _email(table), table.maybe_text("phone"))
    table.done()
    return found


def register(table: Table) -> str:
    """The name of the register."""
    name = table.text("name")
    table.done()
    return name


def processor(table: Table) -> Processor:
    """Who handles the data for the salon."""
    country = table.needed("country", _country, 'Two capital letters, such as "FI".', "")
    found = Processor(table.text("name"), table.text("task"), country, table.maybe_text("transfer"))
    table.done()
    return found


def recipient(table: Table) -> Recipient:
    """Who is regularly given data."""
    found = Recipient(table.text("name"), table.text("role"))
    table.done()
    return found


def source(table: Table) -> str:
    """Where data comes from."""
    name = table.text("name")
    table.done()
    return name


def place(table: Table) -> Place:
    """Where else client data is kept."""
    found = Place(table.text("name"), table.text("kind"))
    table.done()
    return found


def statement(table: Table) -> Statement:
    """A promise that people keep."""
    found = Statement(table.text("text"), table.period("review"))
    table.done()
    return found


def _email(table: Table) -> str:
    return table.needed("email", _address, 'An e-mail address, such as "salon@example.fi".', "")


def _address(text: str) -> str:
    if not _EMAIL.fullmatch(text):
        raise ValueError("not an address")
    return text


def _country(text: str) -> str:
    if not _COUNTRY.fullmatch(text):
        raise ValueError("not a country")
    return text


def _business_id(text: str) -> str:
    try:
        ytunnus.validate(text)
    except ValidationError:
        raise ValueError("not a business id") from None
    return text
