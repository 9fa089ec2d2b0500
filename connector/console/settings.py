"""Settings: one page that leads to each of the others, connection, people, mail and so on."""

from dataclasses import dataclass

from flask import Blueprint, current_app, render_template
from flask.typing import ResponseReturnValue

from connector.console import connection, here, quarantined
from connector.texts_words import N_


@dataclass(frozen=True)
class Row:
    """One page of settings: its endpoint, what it is called, and what can be done there."""

    endpoint: str
    title: str
    tells: str


#: in the order of the page; a row whose endpoint is not there yet is left out
ROWS = (
    Row(
        "console.show_connection", N_("Booking system"), N_("Address, key and secret, and whether they work")
    ),
    Row("console.show_people", N_("People"), N_("Who may give the word for the salon")),
    Row("console.show_me", N_("You and your devices"), N_("Password, codes, where you are logged in")),
    Row("console.show_mail", N_("Mail"), N_("What Ovikello writes to you, and when")),
)
#: for a booking system that tells nothing by itself
LISTS = Row("console.show_import", N_("Bring in a list"), N_("Customers, visits and sales, as a file"))
BY_HAND = Row(
    "console.show_connection", N_("Booking system"), N_("Which lists have come, and how long they are good")
)


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/settings")(show_settings)
    connection.add_to(bp)
    quarantined.add_to(bp)


def show_settings() -> ResponseReturnValue:
    """Where each thing is set."""
    rows = [row for row in ROWS if has_page(row.endpoint)]
    if not here.salon().account.dialect.has_interface:
        rows = [LISTS, *(BY_HAND if row.endpoint == BY_HAND.endpoint else row for row in rows)]
    return render_template("settings.html", rows=rows)


def has_page(endpoint: str) -> bool:
    """Whether there is such a page in this installation."""
    return endpoint in current_app.view_functions
