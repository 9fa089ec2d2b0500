"""The interface of the pretend Phorest: HTTP Basic, pages of 100 at most, windows of one month at most."""

import base64
import hmac
from datetime import date
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request

from connector.pretend.listening import Listening
from connector.pretend.phorest import Phorest, Refused, Row

_LARGEST_PAGE = 100
_LONGEST_WINDOW = 31  # days


def create_api(system: Phorest) -> Flask:
    """The system as a WSGI application."""
    app = Flask("pretend_phorest", static_folder=None)
    app.before_request(lambda: _gate(system))
    app.after_request(lambda answer: _noted(system, answer))
    app.register_error_handler(Refused, lambda refused: Response(status=refused.status))
    app.register_error_handler(404, lambda _: Response(status=404))
    app.register_blueprint(_clients(system), url_prefix=f"/api/business/{system.business}/client")
    app.register_blueprint(_appointments(system), url_prefix=f"/api/business/{system.business}/branch")
    return app


def serve(system: Phorest, port: int = 0) -> Listening:
    """Answer on this machine; the address to call is `base_url` and `/api/business`."""
    return Listening(create_api(system), port)


def _clients(system: Phorest) -> Blueprint:
    bp = Blueprint("clients", __name__)

    @bp.get("")
    def clients() -> Response:
        with system.lock:
            rows = [
                row
                for row in system.listed()
                if (_is_asked("includeDeleted") or not row["deleted"])
                and (_is_asked("includeArchived") or not row["archived"])
            ]
            answer = _page("clients", rows)
            system.shift()
        return answer

    @bp.get("/<client>")
    def client(client: str) -> Response:
        row = system.clients.get(client)
        return Response(status=404) if row is None else jsonify(row)

    @bp.put("/<client>")
    def change(client: str) -> Response:
        body: Any = request.get_json(silent=True)
        if client not in system.clients:
            return Response(status=404)
        if not isinstance(body, dict):
            raise Refused(400)
        return jsonify(system.put(client, body))

    return bp


def _appointments(system: Phorest) -> Blueprint:
    bp = Blueprint("appointments", __name__)

    @bp.get("/<branch>/appointment")
    def appointments(branch: str) -> Response:
        if branch not in system.branches:
            return Response(status=404)
        begins, ends = (_day(name) for name in ("from_date", "to_date"))
        if not 0 <= (ends - begins).days <= _LONGEST_WINDOW:
            raise Refused(400)
        rows = [
            row
            for _, row in sorted(system.appointments.items())
            if row["branchId"] == branch
            and begins <= date.fromisoformat(row["appointmentDate"]) <= ends
            and (_is_asked("fetch_canceled") or row["activationState"] != "CANCELED")
            and (_is_asked("fetch_deleted") or not row["deleted"])
        ]
        return _page("appointments", rows)

    return bp


def _gate(system: Phorest) -> Response | None:
    """The key, and the faults that a test wants."""
    habits = system.habits
    if habits.takes("throttle_calls"):
        return Response(status=429)
    right = b"Basic " + base64.b64encode(system.token.encode())
    if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), right):
        return Response(status=401)
    if habits.takes("fail_calls"):
        return Response(status=500)
    return None


def _page(what: str, rows: list[Row]) -> Response:
    try:
        size, number = int(request.args.get("size", 20)), int(request.args.get("page", 0))
    except ValueError:
        raise Refused(400) from None
    if not 1 <= size <= _LARGEST_PAGE or number < 0:
        raise Refused(400)
    pages = -(-len(rows) // size)
    told = {"size": size, "totalElements": len(rows), "totalPages": pages, "number": number}
    found = rows[number * size : (number + 1) * size]
    return jsonify({"page": told} | ({"_embedded": {what: found}} if found else {}))


def _is_asked(name: str) -> bool:
    return request.args.get(name) == "true"


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        raise Refused(400) from None


def _noted(system: Phorest, answer: Response) -> Response:
    system.calls.append((request.method, request.full_path.rstrip("?"), answer.status_code))
    return answer
