"""The letter of an instruction to the booking system's maker, in the salon's language. Pure; no customer is in it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from connector.texts import Texts
from policies.people import Controller


@dataclass(frozen=True)
class Letter:
    """A letter, ready to be sent by whoever wrote it."""

    subject: str
    body: str

    @property
    def text(self) -> str:
        """Both, as a file."""
        return f"{self.subject}\n\n{self.body}"


@dataclass(frozen=True, kw_only=True)
class About:
    """What a letter says: who writes to whom, of how many, where the list is, by when.

    `link` is None where the list goes along as the file of that name.
    """

    controller: Controller
    maker: str | None
    instruction: UUID
    digest: str
    rows: int
    customers: int  # who has two tasks is on two rows
    link: str | None
    file: str
    openings: int
    made_on: date
    by: date
    list_until: date


def letter(words: Texts, about: About) -> Letter:
    """The letter in these words."""
    of = about.controller
    subject = words.ngettext(
        "Instruction to the processor: the details of %(count)s customer",
        "Instruction to the processor: the details of %(count)s customers",
        about.customers,
    ) % {"count": words.number(about.customers)}
    rows, customers = (
        words.ngettext("%(count)s row", "%(count)s rows", about.rows) % {"count": words.number(about.rows)},
        words.ngettext("%(count)s customer", "%(count)s customers", about.customers)
        % {"count": words.number(about.customers)},
    )
    parts = (
        about.maker or words.gettext("To the maker of our booking system"),
        words.gettext(
            "%(salon)s (business ID %(number)s) is the controller of its customers' personal data, and you process "
            "them in the booking system on its behalf. This is our documented instruction to you (GDPR, Article "
            "28(3)(a)). We could do the same in the system by hand, customer by customer; with this letter we give it "
            "to you to do, and you help us with our customers' rights (Article 28(3)(e))."
        )
        % {"salon": of.name, "number": of.business_id},
        words.gettext(
            "1. On the list: %(rows)s, %(customers)s. Do on each row what stands there, by %(day)s."
        )
        % {"rows": rows, "customers": customers, "day": words.weekday(about.by)},
        words.gettext(
            "2. Has a customer a booking ahead, something unpaid, or a gift card or series with value left? Then "
            "change nothing, and tell us the number of the row."
        ),
        words.gettext("3. Receipts that the law has us keep stay."),
        words.gettext(
            "4. See to it that your own subcontractors do the same. In backups the details may lie until the backup "
            "goes; if you take one into use, do this again."
        ),
        words.gettext(
            "5. Confirm to us in writing on which day it was done, and which rows you left, by number, with the reason."
        ),
        *(_attached(words, about.file) if about.link is None else _linked(words, about.link, about)),
        "\n".join(filter(None, (of.name, of.address, of.email, of.phone))),
        mark(words, about),
    )
    return Letter(subject, "\n\n".join(parts) + "\n")


def beside(words: Texts, about: About) -> tuple[str, ...]:
    """What stands in the file beside the list, so that it can be told to which letter it belongs."""
    of = about.controller
    return (
        words.gettext("%(salon)s, business ID %(number)s") % {"salon": of.name, "number": of.business_id},
        mark(words, about),
        words.gettext(
            "Do for each what stands on the row. Leave whoever has a booking ahead, something unpaid or a gift card, "
            "and tell the numbers of those rows."
        ),
        words.gettext("Delete this file once all is done, and pass it on to nobody else."),
    )


def mark(words: Texts, about: About) -> str:
    """By what an instruction is known."""
    return words.gettext("Instruction %(id)s of %(day)s, fingerprint %(digest)s") % {
        "id": str(about.instruction)[:8],
        "day": words.day(about.made_on),
        "digest": about.digest[:16],
    }


def _attached(words: Texts, file: str) -> tuple[str, str]:
    return (
        words.gettext("The list is attached: %(file)s") % {"file": file},
        words.gettext(
            "It is an Excel file that opens with a password. We give you the password by telephone or text message, "
            "never by mail. Do not pass the file on, and delete it once all is done."
        ),
    )


def _linked(words: Texts, link: str, about: About) -> tuple[str, str]:
    return (
        words.gettext("The list: %(link)s") % {"link": link},
        words.ngettext(
            "It opens %(count)s time until %(day)s, and each press counts. Whoever has the link can read the list: do "
            "not pass it on.",
            "It opens %(count)s times until %(day)s, and each press counts. Whoever has the link can read the list: do "
            "not pass it on.",
            about.openings,
        )
        % {"count": words.number(about.openings), "day": words.day(about.list_until)},
    )
