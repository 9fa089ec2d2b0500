"""The events of the booking contract, from their bytes (booking contract, section 1)."""

import msgspec

from webhooks.dialects import standard_clients, standard_dealings
from webhooks.dialects.standard_kinds import Events
from webhooks.envelope import open_envelope
from webhooks.errors import NotUnderstood

#: every event type of the contract, with how it is read
KINDS = {**standard_clients.KINDS, **standard_dealings.KINDS}
#: their names
TYPES = frozenset(KINDS)


def read(body: bytes) -> Events:
    """Read a checked body; an event that is about nobody in the register (a null client) gives nothing.

    Raises NotAnEvent and NotUnderstood, and never another error, whatever the bytes are.
    """
    envelope = open_envelope(body, TYPES)
    kind = KINDS[envelope.type]
    try:
        return kind.say(envelope, msgspec.convert(envelope.data, kind.shape))
    except ValueError:  # msgspec's own is one; it quotes the payload
        raise NotUnderstood("shape", is_known_type=True) from None
