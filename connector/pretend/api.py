"""The calls of the booking contract over HTTP, and `/pretend`, by which the system is made to misbehave."""

import hmac
import threading
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from connector.pretend.salon import EVENT_TYPES
from connector.pretend.system import LEVEL_ONE, Pretend
from connector.pretend.writes import Answer, Refused


def create_api(pretend: Pretend, ended: threading.Event) -> Flask:
    """The system as a WSGI application; calls that hang end when `ended` is set."""
    calls = Calls(pretend, ended)
    app = Flask("pretend", static_folder=None)
    app.register_blueprint(_reading(pretend, calls))
    app.register_blueprint(_writing(pretend, calls))
    app.register_blueprint(_control(pretend))
    app.after_request(lambda answer: _dated(answer, pretend))
    app.register_error_handler(HTTPException, lambda error: _problem(error.code or 500, error.name))
    app.register_error_handler(Refused, lambda refused: _problem(refused.status, refused.title))
    return app


class Calls:
    """How every call is answered: token, ability, misbehaviour, then what it does; repeats are remembered."""

    def __init__(self, pretend: Pretend, ended: threading.Event) -> None:
        self._pretend = pretend
        self._ended = ended
        self._remembered: dict[tuple[str, str, str], Answer] = {}

    def answer(self, call: str, do: Callable[[], Answer]) -> Response:
        """Answer one call."""
        answer = self._answer(call, do)
        self._pretend.calls.append((request.method, request.path, answer.status_code))
        return answer

    def _answer(self, call: str, do: Callable[[], Answer]) -> Response:
        pretend = self._pretend
        if not hmac.compare_digest(
            request.headers.get("Authorization", "").encode(), f"Bearer {pretend.token}".encode()
        ):
            return _problem(401, "The token is missing or wrong")
        if call not in (LEVEL_ONE if pretend.can is None else pretend.can | {"capabilities"}):
            return _problem(404, "There is no such call")
        if (refusal := self._refusal(call)) is not None:
            return refusal
        if pretend.misbehaviour.takes("hang_calls", call):
            self._hang()
            return _problem(504, "It took too long")
        is_late = pretend.misbehaviour.takes("late_calls", call)
        with pretend.register.lock:
            status, body = self._once(call, do)
        if is_late:
            self._hang()
        return _response(status, body)

    def _refusal(self, call: str) -> Response | None:
        wrong = self._pretend.misbehaviour
        statuses = (("fail_calls", 500), ("unavailable_calls", 503), ("throttle_calls", 429))
        status = next((status for word, status in statuses if wrong.takes(word, call)), None)
        if status is None:
            return None
        answer = _problem(status, "Not now")
        if status != 500 and wrong.retry_after:
            answer.headers["Retry-After"] = str(wrong.retry_after)
        return answer

    def _once(self, call: str, do: Callable[[], Answer]) -> Answer:
        """Do it, or give what this Idempotency-Key was answered first."""
        pretend = self._pretend
        key = (request.headers.get("Idempotency-Key", ""), request.method, request.path)
        is_write = request.method != "GET"
        if is_write and key in self._remembered and not pretend.misbehaviour.forget_keys:
            return self._remembered[key]
        pretend.writes.settle()
        if is_write and pretend.misbehaviour.takes("lie_calls", call):
            answer: Answer = (200, {})
        else:
            answer = _tried(do)
        if is_write and key[0]:
            self._remembered[key] = answer
        return answer

    def _hang(self) -> None:
        self._ended.wait(self._pretend.misbehaviour.hang_for)


def _reading(pretend: Pretend, calls: Calls) -> Blueprint:
    bp = Blueprint("reading", __name__)

    @bp.get("/clients")
    def clients() -> Response:
        return calls.answer("list", lambda: pretend.reads.page(request.args.to_dict(), pretend.now()))

    @bp.get("/clients/<client>")
    def one_client(client: str) -> Response:
        return calls.answer("read", lambda: (200, pretend.told(client)))

    @bp.get("/clients/<client>/export")
    def export(client: str) -> Response:
        return calls.answer("export", lambda: (200, pretend.exported(client)))

    @bp.get("/capabilities")
    def capabilities() -> Response:
        can = {"contract": 1, "calls": sorted(pretend.can or ()), "events": list(EVENT_TYPES)}
        return calls.answer("capabilities", lambda: (200, can))

    return bp


def _writing(pretend: Pretend, calls: Calls) -> Blueprint:
    bp = Blueprint("writing", __name__)
    writes = pretend.writes

    @bp.patch("/clients/<client>")
    def rectify(client: str) -> Response:
        return calls.answer(
            "rectify", lambda: writes.rectify(client, _body(), request.headers.get("If-Match"))
        )

    @bp.put("/clients/<client>/marketing")
    def marketing(client: str) -> Response:
        return calls.answer("marketing", lambda: writes.set_marketing(client, _body()))

    @bp.put("/clients/<client>/restriction")
    def restriction(client: str) -> Response:
        return calls.answer("restriction", lambda: writes.set_restriction(client, _body()))

    @bp.post("/clients/<client>/anonymise")
    def anonymise(client: str) -> Response:
        return calls.answer("anonymise", lambda: writes.anonymise(client, _body()))

    @bp.delete("/clients/<client>/categories/<category>")
    def erase_category(client: str, category: str) -> Response:
        before = request.args.get("before")
        return calls.answer("erase_category", lambda: writes.erase_category(client, category, before))

    @bp.delete("/clients/<client>")
    def erase(client: str) -> Response:
        return calls.answer("erase", lambda: writes.erase(client))

    @bp.post("/webhooks/test")
    def test() -> Response:
        return calls.answer("test", lambda: pretend.test(_body()))

    return bp


def _control(pretend: Pretend) -> Blueprint:
    """For who plays with it: no token, since it listens on this machine only and nothing in it is real."""
    bp = Blueprint("control", __name__, url_prefix="/pretend")

    @bp.get("")
    def show() -> Response:
        return jsonify(pretend.status())

    @bp.get("/code")
    def code() -> Response:
        if pretend.authenticator is None:
            return _problem(404, "There is no authenticator")
        digits = pretend.authenticator()
        page = (
            f'<!doctype html><meta http-equiv="refresh" content="5"><title>{digits}</title><h1>{digits}</h1>'
        )
        return Response(page, mimetype="text/html")

    @bp.post("/misbehave")
    def misbehave() -> Response:
        return _response(*_tried(lambda: pretend.misbehave(_body())))

    @bp.post("/happen")
    def happen() -> Response:
        return _response(*_tried(lambda: pretend.happen(_body())))

    return bp


def _tried(do: Callable[[], Answer]) -> Answer:
    try:
        return do()
    except Refused as refused:
        return refused.status, {"type": "about:blank", "title": refused.title, "status": refused.status}


def _body() -> Any:
    return request.get_json(silent=True)


def _response(status: int, body: dict[str, Any] | None) -> Response:
    answer = Response(status=status) if body is None else jsonify(body)
    answer.status_code = status
    if status >= 400:
        answer.content_type = "application/problem+json"
    if body is not None and "revision" in body:
        answer.headers["ETag"] = f'"{body["revision"]}"'
    return answer


def _problem(status: int, title: str) -> Response:
    return _response(status, {"type": "about:blank", "title": title, "status": status})


def _dated(answer: Response, pretend: Pretend) -> Response:
    """Tell the time that this system's clock shows, as web servers do."""
    answer.date = pretend.now()
    return answer
