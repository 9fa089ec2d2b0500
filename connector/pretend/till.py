"""What happens at the till of the pretend salon: sales, cards, invoices."""

from datetime import date, datetime

from connector.pretend.records import Entry, day, moment
from connector.pretend.register import Register, Tell


class Till:
    """The happenings; every one takes the moment at which it happens."""

    def __init__(self, register: Register, tell: Tell) -> None:
        self._register = register
        self._tell = tell
        self._invoices: dict[str, tuple[str, Entry]] = {}

    def buys(self, client: str, sale: str, *, at: datetime) -> None:
        """A purchase at the counter."""
        self._register.alive(client, at).add("purchases", Entry(sale, at))
        self._tell("sale.completed", at, {"sale": {"id": sale, "client_id": client, "at": moment(at)}})

    def sells_card(self, client: str, card: str, *, at: datetime, expires_on: date | None) -> None:
        """A gift or series card is sold: value is left on it."""
        ends = expires_on.isoformat() if expires_on else None
        self._register.alive(client, at).add("prepaid", Entry(card, at, {"expires_on": ends}))
        self._tell("prepaid.sold", at, {"prepaid": {"id": card, "client_id": client, "expires_on": ends}})

    def ends_card(self, client: str, card: str, *, at: datetime) -> None:
        """A card is used up."""
        cards = self._register.changed(client, at).entries["prepaid"]
        cards[:] = [entry for entry in cards if entry.id != card]
        self._tell("prepaid.ended", at, {"prepaid": {"id": card, "client_id": client, "expires_on": None}})

    def bills(self, client: str, invoice: str, *, at: datetime, due_on: date, amount: str) -> None:
        """An invoice is sent."""
        facts = {"state": "open", "due_on": due_on.isoformat(), "amount": amount, "currency": "EUR"}
        entry = Entry(invoice, at, facts)
        self._register.changed(client, at).add("billing", entry)
        self._invoices[invoice] = (client, entry)
        self._tell_invoice("issued", invoice, at)

    def invoice(self, what: str, invoice: str, *, at: datetime) -> None:
        """An invoice is `paid`, `credited`, `overdue` or `in_collection`."""
        client, entry = self._invoices[invoice]
        if what in {"paid", "credited"}:
            entry.facts["state"] = what
        self._register.changed(client, at)
        self._tell_invoice(what, invoice, at)

    def _tell_invoice(self, what: str, invoice: str, at: datetime) -> None:
        client, entry = self._invoices[invoice]
        is_settled = entry.facts["state"] in {"paid", "credited"}
        data = {
            "id": invoice,
            "client_id": client,
            "issued_on": day(entry.at),
            "due_on": entry.facts["due_on"],
        }
        data |= {"open_amount": "0.00" if is_settled else entry.facts["amount"], "currency": "EUR"}
        self._tell(f"invoice.{what}", at, {"invoice": data})
