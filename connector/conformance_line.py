"""What stands between Ovikello and a system in the kit's trials: it passes calls on, and goes wrong on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field

from connector.pretend.habits import Habits
from connector.salons import Account
from connector.sender import CallFailed, Sender
from webhooks.calls import Call, Reply

Between = Callable[[Sender], Sender]


@dataclass
class Line:
    """A sender that passes on to another one. `lose`: the answers to so many writes never come; done they were."""

    send: Sender
    lose: int = 0

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Pass it on; give what comes back, if that is not lost."""
        reply = self.send(account, call, idempotency_key=idempotency_key)
        if call.method != "GET" and self.lose > 0:
            self.lose -= 1
            raise CallFailed("connection_lost", is_unknown=True)
        return reply


@dataclass
class Astray:
    """A sender before somebody's real account, which is told of nothing that could not be undone.

    It answers in the account's place where something is to go wrong: 429, 500, a write that is called done and was
    not, or is done later. A write that is not about the one client who may be erased is never passed on.
    """

    send: Sender
    #: the address of the client who may be erased; None: no write is passed on
    may_write: str | None = None
    habits: Habits = field(default_factory=Habits)
    #: whether the last answer was made here: nothing has to be waited for then
    is_ours: bool = False

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Go wrong, or pass it on. Raises CallFailed."""
        is_write, self.is_ours = call.method != "GET", True
        if is_write and call.path != self.may_write:
            raise CallFailed("not_passed_on", permanent=True)
        for word, status in (("throttle_calls", 429), ("fail_calls", 500)):
            if self.habits.takes(word):
                return account.dialect.heard(Reply(status))
        if not is_write:
            return self._pass_on(account, call, idempotency_key)
        promised = Reply(202) if self.habits.slow_writes else Reply(200, {})
        done: list[Reply] = []
        self.habits.write(lambda: done.append(self._pass_on(account, call, idempotency_key)))
        return done[0] if done else account.dialect.heard(promised)

    def _pass_on(self, account: Account, call: Call, idempotency_key: str | None) -> Reply:
        self.is_ours = False
        return self.send(account, call, idempotency_key=idempotency_key)
