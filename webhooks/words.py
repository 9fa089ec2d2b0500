"""The words by which events tell one meaning from another: who, how, which answer, which state."""

from enum import StrEnum


class CreatedVia(StrEnum):
    """How a client came into the register."""

    SELF_SERVICE = "self_service"
    PHONE = "phone"
    IN_PERSON = "in_person"
    EMAIL = "email"
    IMPORT = "import"


class Answer(StrEnum):
    """What a client said when asked."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_no(self) -> bool:
        """Whether it forbids."""
        return self is not Answer.GIVEN


class Method(StrEnum):
    """How an answer was got; `NOT_TOLD` where the booking system does not say."""

    CHECKBOX = "checkbox"
    ANSWER = "answer"
    SIGNATURE = "signature"
    SELF_REGISTRATION = "self_registration"
    NOT_TOLD = "not_told"


class DeletedBy(StrEnum):
    """Who removed a client from the booking system; a merge is no erasure."""

    CLIENT = "client"
    STAFF = "staff"
    MERGE = "merge"
    OVIKELLO = "ovikello"


class Touch(StrEnum):
    """What staff did with a record."""

    VIEWED = "viewed"
    EDITED = "edited"


class BookingState(StrEnum):
    """Where a booking stands."""

    AHEAD = "ahead"
    CANCELLED = "cancelled"
    COMPLETED = "completed"
    NO_SHOW = "no_show"


class InvoiceState(StrEnum):
    """Where an invoice stands."""

    OPEN = "open"
    OVERDUE = "overdue"
    IN_COLLECTION = "in_collection"
    PAID = "paid"
    CREDITED = "credited"

    @property
    def is_open(self) -> bool:
        """Whether somebody still owes."""
        return self not in {InvoiceState.PAID, InvoiceState.CREDITED}


class Right(StrEnum):
    """A data subject's right (GDPR articles 15 to 21)."""

    ACCESS = "access"
    PORTABILITY = "portability"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
