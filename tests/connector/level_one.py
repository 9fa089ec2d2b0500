"""A booking system of level 1, written from docs/for-booking-systems.md and docs/dialects/standard.md alone.

It is what a maker has after days: three calls, and nothing beside them. A test breaks one method of it at a time.
"""

from typing import Any

from flask import Flask, Response, jsonify, request

Answer = tuple[int, Any]


class LevelOne:
    """Sixteen clients, and a cursor that names the last one of a page."""

    token = "tok"

    def __init__(self) -> None:
        self.clients: dict[str, dict[str, Any]] = {
            f"c-{number}": {
                "id": f"c-{number}",
                "name": f"Asiakas {number}",
                "email": f"asiakas{number}@posti.example.fi",
                "phone": f"+358 40 555 {number:04}",
                "created_at": "2020-01-01T10:00:00+02:00",
                "last_visit_at": "2022-01-01T10:00:00+02:00",
                "categories": ["identity", "contact", "bookings", "visits"],
            }
            for number in range(1, 17)
        }
        self.gone: set[str] = set()
        self.answered: dict[str, Answer] = {}
        #: every write that came, with its key
        self.writes: list[tuple[str, str | None]] = []

    def lets_in(self, authorization: str | None) -> bool:
        """Whether the token is the right one."""
        return authorization == f"Bearer {self.token}"

    def capabilities(self) -> Answer:
        """There is no such call in level 1."""
        return 404, None

    def page(self, cursor: str, limit: int) -> Answer:
        """The clients after the one that the cursor names."""
        ids = sorted(client for client in self.clients if client > cursor)
        cut = ids[:limit]
        return 200, {
            "clients": [self.clients[client] for client in cut],
            "next_cursor": cut[-1] if len(ids) > limit else None,
        }

    def read(self, client: str) -> Answer:
        """The record itself; 410 where it was deleted, 404 where it never was."""
        if client in self.clients:
            return 200, self.clients[client]
        return (410 if client in self.gone else 404), None

    def erase(self, client: str, key: str | None) -> Answer:
        """Erase; a repeat is given the first answer again."""
        self.writes.append((client, key))
        if key is None or key not in self.answered:
            status, _ = self.read(client)
            if self.clients.pop(client, None) is not None:
                self.gone.add(client)
                status = 204
            self.answered[str(key)] = status, None
        return self.answered[str(key)]


def app_of(system: LevelOne) -> Flask:
    """The system as a WSGI application."""
    app = Flask("level-one", static_folder=None)

    @app.route("/clients", defaults={"client": None})
    @app.route("/clients/<client>", methods=["GET", "DELETE"])
    @app.route("/capabilities", endpoint="capabilities", defaults={"client": None})
    def answer(client: str | None) -> Response:
        if not system.lets_in(request.headers.get("Authorization")):
            return _said(401, None)
        if request.endpoint == "capabilities":
            return _said(*system.capabilities())
        if client is None:
            return _said(*system.page(request.args.get("cursor", ""), int(request.args.get("limit", "100"))))
        if request.method == "DELETE":
            return _said(*system.erase(client, request.headers.get("Idempotency-Key")))
        return _said(*system.read(client))

    return app


def _said(status: int, body: Any) -> Response:
    answer = Response() if body is None else jsonify(body)
    answer.status_code = status
    return answer
