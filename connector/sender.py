"""The only door to the network: one call out, and its reply.

Reading is repeated by urllib3, writing never is: whoever sends decides, after a look. Nothing of a call is ever
logged, since its path holds a client's id. The address guard is in `sender_guard.py`, where the socket is opened;
the booking system's rate and the breaker are in `sender_pace.py`.
"""

import logging
import time
from typing import Any, Protocol
from urllib.parse import unquote, urlencode, urlsplit

import requests
import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.util.retry import Retry

from connector.salons import Account
from connector.sender_guard import AddressRefused, GuardedAdapter, Network
from connector.sender_pace import BreakerOpen, Pace, StoodStill
from connector.sender_time import Limit
from webhooks import strict_json
from webhooks.calls import Call, Reply
from webhooks.dialect import WrongToken, leads_nowhere_else
from webhooks.errors import NotAnEvent

TIMEOUT = (3.0, 10.0)  # seconds to connect, and to wait for the next bytes
PAUSE = 0.2  # seconds before a reading is repeated; twice as long before the next time
LONGEST = 13.0  # seconds for a whole exchange, repeated or not: shorter than a job's lease
MAX_BODY = Call.largest
_CHUNK = 64 * 1024
_BOM = b"\xef\xbb\xbf"

# urllib3 writes paths into its log at DEBUG, and at WARNING when it repeats
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class CallFailed(Exception):
    """No usable answer; `is_unknown`: it may have been done all the same.

    `permanent`: trying again cannot help until somebody changes something. The reason is a word.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        retry_after: float | None = None,
        is_unknown: bool = False,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.retry_after = retry_after
        self.is_unknown = is_unknown


class Sender(Protocol):
    """Sends one call to a salon's booking system and gives the reply, whatever its status; raises CallFailed."""

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Send it once."""


class HttpSender:
    """Sends over HTTPS; by plain HTTP and to private addresses only where the settings name the host."""

    def __init__(
        self,
        allow_hosts: frozenset[str] = frozenset(),
        *,
        pace: Pace | None = None,
        timeout: tuple[float, float] = TIMEOUT,
        longest: float = LONGEST,
        pause: float = PAUSE,
        network: Network | None = None,
    ) -> None:
        self._allowed = allow_hosts
        self._network = network
        self._pace = pace or Pace()
        self._timeout = timeout
        self._longest = longest
        self._limit = Limit()
        again = Retry(2, allowed_methods={"GET"}, backoff_factor=pause, respect_retry_after_header=False)
        self._reading = self._session(again)
        self._writing = self._session(Retry(0, read=False))

    def __call__(self, account: Account, call: Call, *, idempotency_key: str | None = None) -> Reply:
        """Send it once (reading: up to three times, where no answer comes). Redirects are not followed."""
        try:
            url = _url(_base(account, call), call)
            parts = urlsplit(url)
            host = (parts.hostname or "").lower()
        except ValueError:
            raise CallFailed("bad_address", permanent=True) from None
        if parts.scheme != "https" and host not in self._allowed:
            raise CallFailed("not_https", permanent=True)
        request = _prepared(account, call, url, idempotency_key)
        place = parts.netloc.lower()
        try:
            self._pace.wait(place, account.dialect.pacing)
        except BreakerOpen as refused:
            raise CallFailed("breaker_open", retry_after=refused.seconds) from None
        except StoodStill:
            raise CallFailed("stood_still") from None
        try:
            reply = account.dialect.heard(self._exchange(request, call.largest))
        except CallFailed as failure:
            self._pace.failed(place)
            raise failure from None
        (self._pace.failed if reply.status >= 500 and reply.status != 503 else self._pace.answered)(place)
        return reply

    def _session(self, retry: Retry) -> requests.Session:
        session = requests.Session()
        session.trust_env = False  # a .netrc would replace the salon's token
        for scheme in ("https://", "http://"):
            guarded = GuardedAdapter(
                self._allowed, limit=self._limit, max_retries=retry, network=self._network
            )
            session.mount(scheme, guarded)
        return session

    def _exchange(self, request: requests.PreparedRequest, largest: int) -> Reply:
        with self._limit.of(self._longest):
            until = time.monotonic() + self._longest
            response = self._response(request)
            with response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                return Reply(response.status_code, _json(_body(response, until, largest)), headers)

    def _response(self, request: requests.PreparedRequest) -> requests.Response:
        is_read = request.method == "GET"
        session = self._reading if is_read else self._writing
        try:
            return session.send(request, timeout=self._timeout, allow_redirects=False, stream=True)
        except (requests.RequestException, HTTPError) as error:
            failure = _failure(error, is_read)
        if failure.reason == "connection_lost" and self._limit.is_over:
            failure = CallFailed("no_answer_in_time", is_unknown=not is_read)
        raise failure


def _base(account: Account, call: Call) -> str:
    """Where a booking system's paths begin, if it can be called at all."""
    if account.base_url is None:
        raise CallFailed("no_address", permanent=True)
    if not account.dialect.is_ready:
        raise CallFailed("no_settings", permanent=True)
    if call.basis is not None:  # it has no body yet, and would empty the record
        raise CallFailed("not_read_before", permanent=True)
    return account.base_url


def _url(base_url: str, call: Call) -> str:
    """The address, put together by hand: a path may neither change the host nor climb out of the salon's place."""
    path = call.path.lstrip("/")
    if not leads_nowhere_else(unquote(path)) or {"?", "#", "\\"} & set(path):
        raise CallFailed("unsafe_path", permanent=True)
    query = f"?{urlencode(call.query)}" if call.query else ""
    return f"{base_url.rstrip('/')}/{path}{query}"


def _prepared(
    account: Account, call: Call, url: str, idempotency_key: str | None
) -> requests.PreparedRequest:
    headers = {"Accept": "application/json", "User-Agent": "ovikello", **call.headers}
    if account.token is not None:
        headers["Authorization"] = _authorization(account, account.token)
    if idempotency_key is not None:
        headers["Idempotency-Key"] = idempotency_key
    try:
        request = requests.Request(call.method, account.base_url, headers=headers, json=call.json).prepare()
    except (requests.RequestException, ValueError):
        raise CallFailed("bad_address", permanent=True) from None
    request.url = url  # requests would decode '%2E' in it, and urllib3 then walk up the path
    return request


def _authorization(account: Account, token: str) -> str:
    try:
        return account.dialect.authorization(token)
    except WrongToken:
        raise CallFailed("wrong_token", permanent=True) from None


def _body(response: requests.Response, until: float, largest: int) -> bytes:
    """The body, as far as it is of a sensible size and comes in time: the status counts, whatever becomes of it."""
    body = b""
    try:
        while len(body) <= largest and time.monotonic() < until:
            chunk = response.raw.read1(_CHUNK, decode_content=True)
            if not chunk:
                return body
            body += chunk
    except (HTTPError, OSError, ValueError):
        pass
    return b""


def _json(body: bytes) -> Any:
    """What the body says; None where it is no JSON, or JSON that can be read in two ways."""
    try:
        return strict_json.parse(body.removeprefix(_BOM))
    except NotAnEvent:
        return None


def _failure(error: Exception, is_read: bool) -> CallFailed:
    """What went wrong, and whether the call may have been done.

    It has not been done where no connection came about: it was refused, not found, or not trusted.
    """
    cause: object = error
    while isinstance(cause, requests.RequestException | MaxRetryError):
        inner = cause.reason if isinstance(cause, MaxRetryError) else (cause.args[0] if cause.args else None)
        if not isinstance(inner, Exception):
            break
        cause = inner
    if isinstance(cause, AddressRefused):
        return CallFailed("address_refused", permanent=True)
    if isinstance(cause, NameResolutionError):
        return CallFailed("name_not_found")
    if isinstance(cause, NewConnectionError | ConnectTimeoutError):
        return CallFailed("no_connection")
    if isinstance(cause, urllib3.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(cause):
        return CallFailed("certificate_not_trusted")
    if isinstance(error, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return CallFailed("bad_address", permanent=True)
    reason = "no_answer_in_time" if isinstance(error, requests.Timeout) else "connection_lost"
    return CallFailed(reason, is_unknown=not is_read)
