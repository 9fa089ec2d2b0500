"""A pretend booking system: the whole booking contract over real HTTP, its state in memory.

`ovikello demo` and the tests connect to it as to any other. It tells of everything by signed webhooks,
answers every callback, and misbehaves on command (`misbehaviour.py`).

    records     what it holds of one client        people, history   its salon: six years, always the same
    register    all clients, and what was erased   outbox            webhooks: signed, repeated, late
    salon       what happens: visits, invoices     api, writes       the calls of the contract
    system      all of it                          running           it on a port of its own
"""

from connector.pretend.running import Running, serve
from connector.pretend.system import EVERYTHING, LEVEL_ONE, Pretend, Told

__all__ = ["EVERYTHING", "LEVEL_ONE", "Pretend", "Running", "Told", "serve"]
