"""What a customer is called where no name can be shown: by the booking system's number, where it has one."""

from connector import sealed_cards, vault_ids
from connector.console import here


def called(client: str) -> str:
    """In the place of a name."""
    words = here.words()
    if sealed_cards.is_own(client):
        return words.gettext("A customer whose name is not known")
    return words.gettext("Customer %(client)s") % {"client": vault_ids.as_told(client)}


def numbered(client: str) -> str:
    """Beside a name; nothing where nobody but Ovikello has a number for the customer."""
    if sealed_cards.is_own(client):
        return ""
    return here.words().gettext("customer %(client)s") % {"client": vault_ids.as_told(client)}
