"""0. Arrive: `POST /webhooks/<salon>`, answered exactly as the booking contract's table says.

Takes: an HTTP request. Gives: a Delivery to the inbox, and a 2xx only after the commit. Next: inbox.

Nothing tells an outsider whether a salon exists: an unknown one costs the same work and gets the same answer.
"""

import math
import os
from datetime import datetime

from flask import Blueprint, Response, request
from sqlmodel import Session
from werkzeug.exceptions import RequestEntityTooLarge

from connector import database, inbox, jobs_noes, metrics, salons
from connector.hooks_rate import Buckets, Rate
from connector.hooks_refusals import Refusals
from connector.hooks_together import Together
from connector.problems import problem
from connector.program import Program
from connector.salons import Account
from connector.vault import Keys
from webhooks.delivery import Delivery
from webhooks.errors import BadSignature, DeliveryRejected
from webhooks.registry import DIALECTS
from webhooks.signatures import new_secret

LONGEST_BODY = 256 * 1024
_RETRY_AFTER = "5"


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


def make_hooks(program: Program, *, rate: Rate | None = None, refusals: Refusals | None = None) -> Blueprint:
    """The route for webhooks."""
    bp = Blueprint("hooks", __name__)
    numbers = program.settings.numbers
    buckets = Buckets(rate or Rate(numbers.deliveries_at_once, numbers.deliveries_per_second))
    nobody, noted = Nobody(program), refusals or Refusals(program)
    together = Together[inbox.Taken](program.engine)
    # whoever ends the application can wait for what is still to be written down
    bp.record(lambda state: state.app.extensions.update({"ovikello-refusals": noted}))

    @bp.post("/webhooks/<salon>")
    def receive(salon: str) -> Response:
        return _receive(program, salon, buckets, nobody, noted, together)

    @bp.route("/webhooks/<salon>", methods=["GET", "PUT", "PATCH", "DELETE"])
    def refuse(salon: str) -> Response:
        answer = problem(405, "Method Not Allowed", detail="Webhooks are sent with POST.")
        answer.headers["Allow"] = "POST, OPTIONS"
        return answer

    for away in database.AWAY:
        bp.register_error_handler(away, _store_is_away)
    bp.register_error_handler(RequestEntityTooLarge, _too_large)
    return bp


def _receive(
    program: Program,
    salon: str,
    buckets: Buckets,
    nobody: Nobody,
    refusals: Refusals,
    together: Together[inbox.Taken],
) -> Response:
    """Read the body as it is, check it before anything is written, then take it in within one transaction."""
    now = program.now()
    delivery = _delivery(now)
    account, secrets = _door(program, salon, nobody, now)
    try:
        if account is None:
            DIALECTS["standard"].check(delivery, secrets)
            raise BadSignature("unknown_salon")
        # before the rate and the writers' turn, so that nobody without the secret can use up either
        delivered = _unpacked(account, secrets, delivery)
        if wait := buckets.wait(salon, now):
            return _over_rate(wait)
        taken = together.do(lambda db: _take(db, account, delivered, now))
    except BadSignature:
        answer = _counted("rejected", problem(401, "Unauthorized"))
        refusals.note(salon.replace("\0", "?"), now)
        return answer
    except DeliveryRejected:
        detail = "The body must be a JSON object with 'type', 'timestamp' and 'data'."
        return _counted("not_an_event", problem(400, "Not an event", detail=detail))
    return _counted(taken.reason, Response(status=taken.status))


def _unpacked(account: Account, secrets: tuple[str, ...], delivery: Delivery) -> inbox.Delivered:
    """As `inbox.unpack`; what is refused costs the same by whatever scheme, and as a salon's name that nobody has."""
    try:
        return inbox.unpack(account, secrets, delivery)
    except BadSignature:
        if account.dialect.name != "standard":
            DIALECTS["standard"].check(delivery, secrets)
        raise


def _delivery(now: datetime) -> Delivery:
    request.max_content_length = LONGEST_BODY
    body = request.get_data(cache=False)
    headers = {name.lower(): value for name, value in request.headers}
    query = request.query_string.decode("latin-1")
    return Delivery(headers, body, now, request.method, query)


def _door(
    program: Program, salon: str, nobody: Nobody, now: datetime
) -> tuple[Account | None, tuple[str, ...]]:
    with database.glance(program.engine) as door:
        # PostgreSQL refuses a NUL in a text
        account, secrets = salons.account_with_secrets(door, program.vault, salon.replace("\0", "?"), now)
    return account, secrets if account else nobody.secrets()


def _take(db: Session, account: Account, delivered: inbox.Delivered, now: datetime) -> inbox.Taken:
    taken = inbox.take(db, account, delivered, now=now)
    if taken.noes:
        # a no takes effect at once: the job that switches marketing off stands with the no, or neither does
        jobs_noes.propose(db, account, taken.noes, now=now)
    return taken


def _over_rate(wait: float) -> Response:
    answer = problem(429, "Too many deliveries")
    answer.headers["Retry-After"] = str(math.ceil(wait))
    return _counted("over_rate", answer)


def _store_is_away(error: Exception) -> Response:
    answer = problem(503, "The store cannot take it now")
    answer.headers["Retry-After"] = _RETRY_AFTER
    return _counted("store_is_away", answer)


def _too_large(error: RequestEntityTooLarge) -> Response:
    return _counted("too_large", problem(413, "Content Too Large", detail="A delivery has at most 256 KiB."))


def _counted(outcome: str, answer: Response) -> Response:
    metrics.DELIVERIES.labels(outcome).inc()
    return answer
