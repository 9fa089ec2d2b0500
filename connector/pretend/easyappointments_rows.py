"""The rows of the pretend Easy!Appointments' clients: which columns they have, and what the system refuses in them."""

from typing import Any

Row = dict[str, Any]
CUSTOMER = (
    "first_name",
    "last_name",
    "email",
    "mobile_number",
    "phone_number",
    "address",
    "city",
    "state",
    "zip_code",
    "notes",
    "timezone",
    "language",
    *(f"custom_field_{number}" for number in range(1, 6)),
    "ldap_dn",
)
REQUIRED = ("first_name", "last_name", "email", "phone_number")


class Refused(Exception):
    """A refusal: a 500 whose message quotes what was refused."""


def check(row: Row) -> None:
    """Raises Refused for what no row of a client may lack, and for an address that is none."""
    if any(row.get(name) in {None, "", "0"} for name in REQUIRED):
        lines = " ".join(f"[{name}] => {value}" for name, value in row.items())
        raise Refused(f"Not all required fields are provided: Array ( {lines} )")
    name, at, domain = str(row["email"]).partition("@")
    if not (name and at and "." in domain and str(row["email"]).isascii()):
        raise Refused(f"Invalid email address provided: {row['email']}")
