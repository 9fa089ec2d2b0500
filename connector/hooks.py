"""0. Arrive: `POST /webhooks/<salon>`, answered exactly as the booking contract's table says.

Takes: an HTTP request. Gives: a Delivery to the inbox, and a 2xx only after the commit. Next: inbox.

A dialect may have deliveries come by GET, have a key behind the salon's name, answer what only asks whether anybody is
there, and choose its words (`webhooks.arrivals`). Who has not proved to be the system is told nothing of all that.
"""

import math
from datetime import datetime
from urllib.parse import quote

from flask import Blueprint, Response, request
from sqlmodel import Session
from werkzeug.exceptions import RequestEntityTooLarge

from connector import database, inbox, jobs_noes, metrics, salons
from connector.hooks_rate import Buckets, Rate
from connector.hooks_refusals import Refusals
from connector.hooks_strangers import Nobody, as_a_stranger, cost_the_same
from connector.hooks_together import Together
from connector.problems import problem
from connector.program import Program
from connector.salons import Account
from connector.salons_system import Moved
from webhooks.arrivals import METHODS, Answer
from webhooks.delivery import Delivery
from webhooks.errors import BadSignature, DeliveryRejected

LONGEST_BODY = 256 * 1024
_RETRY_AFTER = "5"
_NOT_AN_EVENT = "The body must be a JSON object with 'type', 'timestamp' and 'data'."


def make_hooks(program: Program, *, rate: Rate | None = None, refusals: Refusals | None = None) -> Blueprint:
    """The route for webhooks."""
    bp = Blueprint("hooks", __name__)
    numbers = program.settings.numbers
    buckets = Buckets(rate or Rate(numbers.deliveries_at_once, numbers.deliveries_per_second))
    nobody, noted = Nobody(program), refusals or Refusals(program)
    together = Together[inbox.Taken](program.engine)
    # whoever ends the application can wait for what is still to be written down
    bp.record(lambda state: state.app.extensions.update({"ovikello-refusals": noted}))

    def receive(salon: str, key: str) -> Response:
        return _receive(program, salon, key, buckets, nobody, noted, together)

    def refuse(salon: str, key: str) -> Response:
        return as_a_stranger(request.method)

    for place in ("/webhooks/<salon>", "/webhooks/<salon>/<key>"):
        more = {} if "key" in place else {"key": ""}
        bp.add_url_rule(place, "receive", receive, methods=sorted(METHODS), defaults=more)
        bp.add_url_rule(place, "refuse", refuse, methods=["PUT", "PATCH", "DELETE"], defaults=more)
    for away in database.AWAY:
        bp.register_error_handler(away, _store_is_away)
    bp.register_error_handler(RequestEntityTooLarge, _too_large)
    return bp


def _receive(
    program: Program,
    salon: str,
    key: str,
    buckets: Buckets,
    nobody: Nobody,
    refusals: Refusals,
    together: Together[inbox.Taken],
) -> Response:
    """Read the body as it is, check it before anything is written, then take it in within one transaction."""
    now = program.now()
    delivery = _delivery(program, key, now)
    account, secrets = _door(program, salon, nobody, now)
    uses = account is not None and account.dialect.arrivals.uses(delivery)
    try:
        if account is None or not uses:
            raise BadSignature("unknown_salon")
        # before the rate and the writers' turn, so that nobody without the secret can use up either
        known = _known(account, secrets, delivery)
        if wait := buckets.wait(salon, now):
            return _over_rate(wait)
        if isinstance(known, Answer):
            return _said("probe", known)
        taken = together.do(lambda db: _take(db, account, known, now))
    except (BadSignature, Moved):  # who left took the secret along
        cost_the_same(account.dialect if account is not None and uses else None, delivery, secrets)
        # that a browser looked in where only POST is used says nothing of the system's secret
        refusals.note(salon.replace("\0", "?") if uses or delivery.method == "POST" else "", now)
        return _counted("rejected", as_a_stranger(delivery.method))
    except DeliveryRejected:
        return _counted("not_an_event", problem(400, "Not an event", detail=_NOT_AN_EVENT))
    return _said(taken.reason, account.dialect.arrivals.answer(delivery, taken.status))


def _known(account: Account, secrets: tuple[str, ...], delivery: Delivery) -> Answer | inbox.Delivered:
    """What a probe is answered, or what was delivered. Raises BadSignature; a HEAD that is no probe is nobody's."""
    if (answer := account.dialect.arrivals.probe(delivery, secrets)) is not None:
        return answer
    if delivery.method == "HEAD":
        raise BadSignature("no_probe")
    return inbox.unpack(account, secrets, delivery)


def _delivery(program: Program, key: str, now: datetime) -> Delivery:
    request.max_content_length = LONGEST_BODY
    body = request.get_data(cache=False)
    headers = {name.lower(): value for name, value in request.headers}
    query = request.query_string.decode("latin-1")
    here = program.settings.public_url or request.root_url.rstrip("/")
    address = here + quote(request.path) + (f"?{query}" if query else "")
    return Delivery(headers, body, now, request.method, query, address, key)


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


def _said(outcome: str, answer: Answer) -> Response:
    kind = answer.content_type if answer.body else None
    return _counted(outcome, Response(answer.body, answer.status, content_type=kind))


def _counted(outcome: str, answer: Response) -> Response:
    metrics.DELIVERIES.labels(outcome).inc()
    return answer
