"""A job's states and the moves between them, as one table (product, section 5)."""

from enum import StrEnum


class State(StrEnum):
    """Where a job stands."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    HELD = "held"
    SENDING = "sending"
    UNKNOWN = "unknown"
    SENT = "sent"
    PENDING = "pending"
    BY_HAND = "by_hand"
    VERIFIED = "verified"
    REOPENED = "reopened"
    STUCK = "stuck"


_S = State

#: every allowed move
MOVES: dict[State, frozenset[State]] = {
    _S.PROPOSED: frozenset({_S.APPROVED, _S.REJECTED, _S.WITHDRAWN, _S.EXPIRED}),
    _S.APPROVED: frozenset({_S.SENDING, _S.BY_HAND, _S.HELD, _S.WITHDRAWN, _S.EXPIRED}),
    _S.HELD: frozenset({_S.PROPOSED}),
    _S.SENDING: frozenset({_S.SENT, _S.UNKNOWN, _S.APPROVED, _S.STUCK}),
    _S.UNKNOWN: frozenset({_S.SENT, _S.APPROVED, _S.STUCK}),
    _S.SENT: frozenset({_S.VERIFIED, _S.PENDING, _S.REOPENED}),
    _S.PENDING: frozenset({_S.VERIFIED, _S.STUCK}),
    _S.BY_HAND: frozenset({_S.VERIFIED, _S.EXPIRED}),
    _S.VERIFIED: frozenset({_S.REOPENED}),
    _S.REOPENED: frozenset({_S.PROPOSED}),
    _S.STUCK: frozenset({_S.APPROVED, _S.WITHDRAWN}),
    _S.REJECTED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.EXPIRED: frozenset(),
}

#: states from which a job never goes on: what it was about is not done by it
CALLED_OFF = frozenset(state for state, following in MOVES.items() if not following)

#: states in which a job still waits for something; at most one job of a kind lives for a client
LIVE = frozenset(State) - CALLED_OFF - {_S.VERIFIED}

#: states in which the owner's word can be given
WAITING = (_S.PROPOSED, _S.STUCK)
