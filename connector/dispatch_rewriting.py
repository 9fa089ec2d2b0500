"""Records that are written as a whole: read right before, written with the version that was read, never blindly again.

Which status says that somebody else changed the record in between is not known of every system: whatever may mean so is
taken for it a few times, and each time the record is read anew.
"""

from connector import dispatch_endings
from connector.dispatch_endings import End, Ending
from connector.program import Program
from connector.salons import Account
from connector.sender import CallFailed
from webhooks.calls import Call
from webhooks.errors import NotUnderstood

CHANGED = "changed_meanwhile"
#: what may mean that the version was not the present one any more
_MAY_BE_A_CONFLICT = frozenset({400, 409, 412, 422, 428})
#: so often a job is tried again for it; whoever is refused every time is refused
_TRIES = 3


def made(program: Program, account: Account, call: Call) -> Call | Ending:
    """The call with its body; or how it ended, where the record cannot be read. Nothing was written then.

    Never called inside a transaction. What is read is in the call, and nowhere else.
    """
    if call.basis is None:
        return call
    try:
        reply = program.send(account, call.basis.read)
    except CallFailed as failure:
        return dispatch_endings.of_failure(failure)
    if reply.status != 200:
        ending = dispatch_endings.of_reply(reply, program.now(), program.settings.numbers.first_retry)
        if ending.end is End.UNKNOWN or (ending.end is End.DONE and ending.reason != "was_gone"):
            return Ending(End.LATER, "not_read_before", surely_undone=True)
        return ending
    try:
        return call.after(reply)
    except NotUnderstood:
        return Ending(End.LATER, "not_read_before", surely_undone=True)


def refused(ending: Ending, status: int, failures: int) -> Ending:
    """The ending of a whole record's writing, where it may have been refused since the record was changed meanwhile."""
    if status in _MAY_BE_A_CONFLICT and failures < _TRIES:
        return Ending(End.LATER, CHANGED, surely_undone=True)
    return ending
