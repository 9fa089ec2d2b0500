"""The connection to the booking system: how it stands, address and key, and the trial."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from connector import (
    census_moved,
    census_short,
    database,
    owners,
    salons_address,
    salons_connection,
    wiring_trials,
)
from connector.console import (
    codes,
    connection_lists,
    connection_secret,
    connection_short,
    here,
    switching,
    wiring_said,
)
from connector.salons import Account
from connector.salons_address import AddressError
from connector.sender_guard import is_public
from connector.texts_words import N_
from connector.wiring_words import EVENTS
from webhooks.dialect import WrongToken

LONGEST_TOKEN = 4096
#: ability → what it lets Ovikello do; and what becomes of it without
CAN = {
    "list": N_("Read the list of customers"),
    "read": N_("Look at one customer"),
    "erase": N_("Erase a customer"),
    "anonymise": N_("Take away what identifies, and leave the books"),
    "erase_category": N_("Erase single details, such as old notes"),
    "marketing": N_("Switch a customer's marketing off"),
    "export": N_("Hand over a customer's own details"),
}
#: what the owner does by hand where the system cannot
BY_HAND = ("erase", "anonymise", "erase_category", "marketing", "export")
_NOT_AN_ADDRESS = N_(
    "That is not an address. It looks like https://booking.example/api, with nothing after a ? or #."
)
_NOT_HTTPS = N_("The address has to begin with https, so that nobody can read on the way what goes there.")
_CLOSED = N_(
    "This address leads into a closed network. Write the one that the booking system has on the internet."
)
_NO_KEY = N_("A key has letters, digits and signs, and no spaces. Copy it anew from the booking system.")
_KEY_FORM = N_("This booking system's key is written like %(form)s. Copy it anew, whole.")
_KEY_TOO = N_("Write the key too: the old one is not sent to a new address.")
_NOTHING = N_("Change the address or write a new key; nothing is different yet.")


@dataclass(frozen=True)
class Wanted:
    """What a form asks for: None where something stays as it is; or what is wrong with it."""

    address: str | None = None
    token: str | None = None
    problem: str | None = None
    is_about_token: bool = False


def add_to(bp: Blueprint) -> None:
    """The pages of this module."""
    bp.get("/settings/connection")(show_connection)
    bp.post("/settings/connection/test")(_where_wired(try_wiring))
    bp.get("/settings/connection/address")(_where_wired(show_address))
    bp.post("/settings/connection/address")(_where_wired(change_address))
    connection_secret.add_to(bp)
    connection_short.add_to(bp)


def show_connection() -> ResponseReturnValue:
    """Step by step what is done; what the last trial found; what came and went lately. Nobody is called for it."""
    program, account, words = here.program(), here.salon().account, here.words()
    if not account.dialect.has_interface:
        return connection_lists.page()
    with database.read(program.engine) as db:
        stands = salons_connection.standing(db, account, now=here.now())
        trial = wiring_trials.last(db, account.slug)
        short = census_short.asked(db, account)
        move = census_moved.of(db, account, now=here.now())
    held = {step.step for step in trial.steps if step.held and step.tried} if trial else set()
    return render_template(
        "connection.html",
        stands=stands,
        trial=trial,
        short=short,
        move=move,
        steps=[wiring_said.of(words, step) for step in trial.steps] if trial else [],
        is_busy=request.args.get("busy") == "1",
        is_saved=request.args.get("saved") == "1",
        webhook_url=_webhook_url(account),
        has_key_in_address=account.dialect.arrivals.key is not None,
        has_address=account.base_url is not None and account.token is not None,
        sends=account.dialect.sends,
        has_messages=stands.last_delivery_at is not None or EVENTS in held,
        can=[(word, text) for word, text in CAN.items() if stands.can and word in stands.can],
        by_hand=[CAN[word] for word in BY_HAND if stands.can is not None and word not in stands.can],
    )


def try_wiring() -> ResponseReturnValue:
    """Try both halves, and go back to the page with what was found."""
    switching.refuse_another_salon()
    done = wiring_trials.run(here.program(), here.salon().account)
    where = url_for("console.show_connection") if done else url_for("console.show_connection", busy=1)
    return redirect(f"{where}#h-test", 303)


def show_address() -> ResponseReturnValue:
    """The form for address and key; the key that is kept is never shown."""
    return _address_page()


def change_address() -> ResponseReturnValue:
    """Keep another address, another key, or both, with a code; 409 where the form is of a system that was left."""
    switching.refuse_another_salon()
    switching.refuse_another_system()
    program, account, owner = here.program(), here.salon().account, here.logged_in().owner
    wanted = _wanted(account)
    if wanted.problem is not None:
        return _address_page(wanted), 422
    with database.write(program.engine) as db:
        result = owners.confirm_code(db, program.vault, owner, request.form.get("code", ""), here.now())
        if result.ok and wanted.address is not None:
            salons_connection.set_address(db, account, wanted.address, now=here.now(), owner=owner)
        if result.ok and wanted.token is not None:
            salons_connection.set_token(db, account, wanted.token, now=here.now(), owner=owner)
    if not result.ok:
        return _address_page(wanted, codes.problem(result)), 403
    return redirect(url_for("console.show_connection", saved=1), 303)


def _where_wired(view: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
    """The same, but not found where there is no interface: what has no address has no key and no secret either."""

    @wraps(view)
    def wired() -> ResponseReturnValue:
        if not here.salon().account.dialect.has_interface:
            raise NotFound
        return view()

    return wired


def _address_page(wanted: Wanted | None = None, code_wrong: str | None = None) -> str:
    wanted = wanted or Wanted()
    account = here.salon().account
    return render_template(
        "connection_address.html",
        address=request.form.get("address", account.base_url or ""),
        has_token=account.token is not None,
        address_problem=None if wanted.is_about_token else wanted.problem,
        token_problem=wanted.problem if wanted.is_about_token else None,
        problem=code_wrong,
    )


def _wanted(account: Account) -> Wanted:
    """What the form asks for. A key that is kept is never sent to a place that it was not given for."""
    say = here.words().gettext
    token = request.form.get("token", "").strip() or None
    try:
        address = salons_address.checked(request.form.get("address", ""))
    except AddressError:
        return Wanted(problem=say(_NOT_AN_ADDRESS))
    if closed := _objection(account, address):
        return Wanted(problem=say(closed))
    is_new = address != account.base_url
    if token is not None and not (token.isascii() and token.isprintable() and " " not in token):
        return Wanted(problem=say(_NO_KEY), is_about_token=True)
    if token is not None and len(token) > LONGEST_TOKEN:
        return Wanted(problem=say(_NO_KEY), is_about_token=True)
    if token is not None and (form := _other_form(account, token)):
        return Wanted(problem=say(_KEY_FORM) % {"form": form}, is_about_token=True)
    if token is None and account.token is not None and _place(address) != _place(account.base_url or ""):
        return Wanted(problem=say(_KEY_TOO), is_about_token=True)
    if token is None and not is_new:
        return Wanted(problem=say(_NOTHING))
    return Wanted(address if is_new else None, token)


def _other_form(account: Account, token: str) -> str | None:
    """How a key of this booking system is written, where this one is not; None where it is."""
    try:
        account.dialect.authorization(token)
    except WrongToken as wrong:
        return wrong.form
    return None


def _objection(account: Account, address: str) -> str | None:
    """Why an address is not kept; the sender looks again at each call, at where the name really leads.

    A host that the settings allow may be private. It was allowed for somebody's booking system: whoever runs Ovikello
    says whose (`ovikello salon set-address`), and no other salon's owner gets there.
    """
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    if host in here.program().settings.allow_hosts and host == urlsplit(account.base_url or "").hostname:
        return None
    if parts.scheme != "https":
        return _NOT_HTTPS
    try:
        return None if is_public(host) else _CLOSED
    except ValueError:  # a name
        return _CLOSED if host == "localhost" or host.endswith(".localhost") else None


def _place(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return (parts.scheme, parts.netloc.lower())


def _webhook_url(account: Account) -> str:
    """Where the booking system sends its messages; but for a key in the address, which is shown with its secret."""
    return f"{here.address()}/webhooks/{account.slug}"
