"""Why a delivery is not taken in.

DeliveryRejected      nothing is remembered; the sender is answered with an error
├── BadSignature      nobody who holds a secret wrote this now: missing, wrong, or out of its time
└── NotAnEvent        not JSON, or an envelope without type, timestamp and data
NotUnderstood         signed and an event, but of a type or shape that is not known: quarantined, never lost
"""


class DeliveryRejected(Exception):
    """A delivery that is answered with an error; `reason` is a word for a metric, never for the sender."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadSignature(DeliveryRejected):
    """The signature is missing, wrong, or its timestamp is outside the tolerance: one error for all."""


class NotAnEvent(DeliveryRejected):
    """The body is no event envelope."""


class NotUnderstood(Exception):
    """An event or an answer that this dialect cannot read; `is_known_type` tells an unknown shape from an unknown type.

    `where` is the row and the field, as in `clients[3].id`, where that is known; never what stood there.
    """

    def __init__(self, reason: str, *, is_known_type: bool, where: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
        self.is_known_type = is_known_type
