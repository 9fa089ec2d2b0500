"""The whole web application: wiring, and what every answer has in common."""

import io
import traceback
from typing import IO, Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask, Request, Response, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import BadRequest, HTTPException
from werkzeug.wrappers.response import Response as AnyResponse

from connector import database, hooks, metrics, metrics_standing, tokens
from connector.console import console, errors
from connector.problems import problem
from connector.program import Program

#: nothing but our own files, no script or style inside a page, no frame around it
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


class _App(Flask):
    """Flask, but for what it writes down of a fault: addresses hold links, and an error's text may hold anything."""

    def log_exception(self, exc_info: Any) -> None:
        """The route, the kind of error, and where in the code it was."""
        kind, _error, trace = exc_info
        rule = request.url_rule.rule if request.url_rule is not None else "an unknown address"
        where = "".join(traceback.format_list(traceback.extract_tb(trace)))
        self.logger.error("%s %s failed: %s\n%s", request.method, rule, kind.__name__, where)


class InMemory(Request):
    """A request whose files stay in memory, however large a request may be: else they would lie on a disk in clear."""

    def _get_file_stream(self, *args: Any, **more: Any) -> IO[bytes]:
        return io.BytesIO()


def create_app(program: Program) -> Flask:
    """The application over one opened program; `wsgi.py` and `ovikello serve` run it."""
    app = _App(__name__, static_folder=None)
    app.request_class = InMemory
    app.extensions["ovikello"] = program
    app.config.update(MAX_CONTENT_LENGTH=1024 * 1024, MAX_FORM_MEMORY_SIZE=512 * 1024, MAX_FORM_PARTS=2000)
    metrics.count_answers(app)
    app.register_blueprint(hooks.make_hooks(program))
    app.register_blueprint(console.make_console(program))
    _add_watching(app, program)
    app.register_error_handler(HTTPException, _as_page_or_problem)
    app.register_error_handler(sa.exc.DataError, _not_storable)
    for away in database.AWAY:
        app.register_error_handler(away, _store_is_away)
    app.after_request(_harden)
    app.after_request(_lead_nowhere_else)
    app.url_map.merge_slashes = False  # its redirects name whatever host was claimed
    if (program.settings.public_url or "").startswith("https://"):
        app.after_request(_stay_with_https)
    return app


def _add_watching(app: Flask, program: Program) -> None:
    """`/health`: the process lives. `/ready`: it can do its work. `/metrics`: counts, for who has a token."""

    @app.get("/health")
    def health() -> Response:
        return Response("well\n", mimetype="text/plain")

    @app.get("/ready")
    def ready() -> Response:
        with database.read(program.engine) as db:
            db.connection().execute(sa.text("SELECT 1"))
        return Response("ready\n", mimetype="text/plain")

    @app.get("/metrics")
    def show_metrics() -> Response:
        with database.read(program.engine) as db:
            if not tokens.is_known(db, request.headers.get("Authorization")):
                return problem(401, "A token is needed", detail="Make one with 'ovikello token add NAME'.")
            standing = metrics_standing.text(db, program.now())
        return Response(generate_latest() + standing, content_type=CONTENT_TYPE_LATEST)


def _as_page_or_problem(error: HTTPException) -> ResponseReturnValue:
    """A page for a browser at an address that is no page's; a problem for everybody else."""
    return errors.show_error(error) if errors.is_for_a_page(request.path) else _as_problem(error)


def _not_storable(_error: sa.exc.DataError) -> ResponseReturnValue:
    """The database cannot hold such a value: PostgreSQL refuses a NUL, a number may be too large."""
    return _as_page_or_problem(BadRequest())


def _as_problem(error: HTTPException) -> Response:
    """RFC 9457 for every error that no page answers; `Allow` and `Retry-After` stay."""
    answer = problem(error.code or 500, error.name)
    kept = {"allow", "retry-after", "www-authenticate"}
    answer.headers.extend((name, value) for name, value in error.get_headers() if name.lower() in kept)
    return answer


def _store_is_away(error: Exception) -> Response:
    """The database cannot be used now: nothing was kept, so that the sender tries again."""
    answer = problem(503, "The store cannot take it now")
    answer.headers["Retry-After"] = "5"
    return answer


def _harden(answer: AnyResponse) -> AnyResponse:
    if request.path.startswith("/static/") and answer.status_code in {200, 304}:
        answer.headers["Cache-Control"] = "public, max-age=3600"
    given = {name.lower() for name, _ in answer.headers}
    answer.headers.extend([one for one in _HEADERS.items() if one[0].lower() not in given])
    return answer


def _lead_nowhere_else(answer: AnyResponse) -> AnyResponse:
    """A redirect stays at the address by which we are reached, whatever host the request claims."""
    if (location := answer.headers.get("Location")) is None:
        return answer
    parts = urlsplit(location)
    if parts.scheme or parts.netloc:
        answer.headers["Location"] = f"/{parts.path.lstrip('/')}"
        answer.set_data(b"")
    return answer


def _stay_with_https(answer: AnyResponse) -> AnyResponse:
    answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return answer
