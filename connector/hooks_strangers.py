"""Who has not proved to be a salon's booking system: one answer to all of them, at one cost, by whatever name.

Nothing tells an outsider whether a salon exists, which system it has, or by which method that sends.
"""

import os
from collections.abc import Sequence
from contextlib import suppress

from flask import Response

from connector.problems import problem
from connector.program import Program
from connector.vault import Keys
from webhooks.delivery import Delivery
from webhooks.dialect import Dialect
from webhooks.errors import BadSignature
from webhooks.registry import DIALECTS
from webhooks.signatures import new_secret


class Nobody:
    """Whom an unknown name leads to: keys and a secret that nobody has, opened at the same cost as a salon's."""

    def __init__(self, program: Program) -> None:
        keys = Keys.new()
        self._vault = program.vault
        self._wrapped = program.vault.wrap(keys, "")
        self._token = keys.seal(b"token", "token")
        self._sealed = keys.seal(new_secret(os.urandom(32)).encode(), "webhook-secret")

    def secrets(self) -> tuple[str, ...]:
        """A secret with which nothing was signed."""
        keys = self._vault.unwrap(self._wrapped, "")
        keys.unseal(self._token, "token").decode()
        return (keys.unseal(self._sealed, "webhook-secret").decode(),)


def as_a_stranger(method: str) -> Response:
    """The answer to whoever is not known, by the method that they used and nothing else."""
    if method == "POST":
        return problem(401, "Unauthorized")
    answer = problem(405, "Method Not Allowed", detail="Webhooks are sent with POST.")
    answer.headers["Allow"] = "POST, OPTIONS"
    return answer


def cost_the_same(tried: Dialect | None, delivery: Delivery, secrets: Sequence[str]) -> None:
    """Do the work of every scheme that was not tried already, so that a refusal costs the same by whatever scheme.

    A salon's name that nobody has costs all of them too.
    """
    for dialect in DIALECTS.values():
        if tried is not None and dialect.name == tried.name:
            continue
        with suppress(BadSignature):
            dialect.arrivals.probe(delivery, secrets)
            dialect.check(delivery, secrets)
